//! The kinds of role code that can be read, their names, and a guess from path and text.
//! Reading itself is in the module of each kind.

/// A kind of role code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A bash script that calls `aws iam …`.
    AwsCli,
    /// The `*.tf` files of one module folder.
    Terraform,
    /// The output of `terraform show -json PLAN`.
    TerraformPlan,
    /// A CloudFormation template, YAML or JSON; the template of a stack set as well.
    CloudFormation,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::AwsCli, Self::Terraform, Self::TerraformPlan, Self::CloudFormation];

    /// The name that `rolecall.toml` and the command line use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwsCli => "aws-cli",
            Self::Terraform => "terraform",
            Self::TerraformPlan => "terraform-plan",
            Self::CloudFormation => "cloudformation",
        }
    }

    /// The kind with this name; `stack-set` is a CloudFormation template.
    pub fn parse(name: &str) -> Option<Self> {
        if name == "stack-set" {
            return Some(Self::CloudFormation);
        }
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// A guess by the ending of the path, then by what the text holds; `None` when neither tells.
    pub fn guess(path: &str, text: &str) -> Option<Self> {
        let lower = path.to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
        if ends(&[".tf", ".tf.json", ".tfvars"]) {
            return Some(Self::Terraform);
        }
        if ends(&[".sh", ".bash"]) || is_shell(text) {
            return Some(Self::AwsCli);
        }
        let plan = text.contains("\"planned_values\"") && text.contains("\"format_version\"");
        if plan && text.trim_start().starts_with('{') {
            return Some(Self::TerraformPlan);
        }
        if ends(&[".yaml", ".yml", ".template"]) {
            return Some(Self::CloudFormation);
        }
        let template = text.contains("\"Resources\"") || text.lines().any(|line| line.starts_with("Resources:"));
        template.then_some(Self::CloudFormation)
    }
}

fn is_shell(text: &str) -> bool {
    let first = text.lines().next().unwrap_or("");
    first.starts_with("#!") && first.contains("sh")
}
