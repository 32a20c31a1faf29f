//! Writes role code: from one profile and one organization the pieces that create the role in every account.
//! Pure values in, texts out. Whether the role is a good one is for the gate; here a thing fails only when the format
//! cannot carry it.

mod account_factory;
mod aws_cli;
mod cloudformation;
mod hcl_layout;
mod option;
mod role_code;
mod shell;
mod stack_set;
mod terraform;

pub use option::{CallAs, Options, TemplateSyntax};

use role_code::RoleCode;
use rolecall_core::organization::Organization;
use rolecall_core::profile::RoleProfile;

/// In which language, and for which way of rolling out, role code is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// One bash script over the AWS CLI, for one account at a time.
    AwsCli,
    /// A Terraform module.
    Terraform,
    /// One CloudFormation template that serves every account.
    CloudFormation,
    /// That template, a script for a service-managed stack set, and one for the stack of the management account.
    StackSet,
    /// Pieces for Account Factory for Terraform, Customizations for Control Tower, Landing Zone Accelerator and
    /// org-formation.
    AccountFactory,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::AwsCli, Self::Terraform, Self::CloudFormation, Self::StackSet, Self::AccountFactory];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AwsCli => "aws-cli",
            Self::Terraform => "terraform",
            Self::CloudFormation => "cloudformation",
            Self::StackSet => "stack-set",
            Self::AccountFactory => "account-factory",
        }
    }

    /// The format with this name, exact case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == text)
    }
}

/// What was written: files to put down, and what the reader must know of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The files, in the order in which they are used.
    pub files: Vec<RenderedFile>,
    /// Whole sentences: who creates the role where, what is left to do by hand, limits that are near.
    pub notes: Vec<String>,
}

/// One file of role code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedFile {
    /// Relative path with `/` between its parts; ASCII letters, digits, `-`, `_` and `.` only.
    pub path: String,
    /// The whole text, ending in a line break.
    pub text: String,
    /// Whether it is a program.
    pub executable: bool,
}

impl RenderedFile {
    fn text(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), executable: false }
    }

    fn program(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { executable: true, ..Self::text(path, text) }
    }
}

/// Why role code cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// No format of role code carries a NUL.
    #[error("{what} holds a NUL character, which no role code can carry: take it out of the profile")]
    Nul {
        /// The property.
        what: String,
    },
    /// CloudFormation would replace the text, and knows no way to escape it (CloudFormation user guide, "dynamic
    /// references": `{{resolve:service-name:reference-key}}`).
    #[error(
        "{what} holds `{{{{resolve:`, which CloudFormation replaces as a dynamic reference and lets nobody escape: \
         write it differently in the profile"
    )]
    DynamicReference {
        /// The property.
        what: String,
    },
    /// The AWS CLI would read a file or a page instead of passing the text (AWS CLI user guide, "Loading a parameter
    /// from a file"; version 1 follows `http://` and `https://` as well).
    #[error(
        "{what} begins with `{prefix}`, which the AWS CLI takes for the place of a file to load: \
         put a word before it in the profile"
    )]
    LoadedByCli {
        /// The property.
        what: String,
        /// The beginning that the CLI acts on.
        prefix: &'static str,
    },
    /// The template is larger than CloudFormation takes.
    #[error("the template has {bytes} bytes, CloudFormation takes {limit} {way}: {remedy}")]
    TemplateTooLarge {
        /// Its size.
        bytes: usize,
        /// What CloudFormation takes.
        limit: usize,
        /// On which way.
        way: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// An option that AWS would refuse.
    #[error("{option} is `{value}`, {expected} was expected")]
    Option {
        /// The option.
        option: &'static str,
        /// Its value.
        value: String,
        /// What it must look like.
        expected: &'static str,
    },
    /// A reseller's organization has no roles in its members, so there is nothing that a factory of accounts could add.
    #[error(
        "organization `{organization}` is served in lagging mode: it needs the role in its management account \
         only, new accounts get none; render `aws-cli`, `terraform` or `cloudformation` for the management account"
    )]
    NoMemberRoles {
        /// The organization.
        organization: String,
    },
    /// The library that writes the format refused the value.
    #[error("the role could not be written as {format}: {reason}")]
    Serializer {
        /// YAML, JSON or HCL.
        format: &'static str,
        /// In the words of the library.
        reason: String,
    },
}

/// Writes the role of `profile` for the accounts of `organization`.
///
/// The same code serves every account: a split profile and legacy external IDs are decided in the code, by the ID of
/// the account that it runs in. An organization in lagging mode (resellers) is served in its management account only.
///
/// # Errors
/// When the format cannot carry the profile, an option is nothing that AWS takes, or a limit of AWS on the format is
/// exceeded. Limits of the role itself are the gate's.
pub fn render(
    format: Format,
    profile: &RoleProfile,
    organization: &Organization,
    options: &Options,
) -> Result<Rendered, RenderError> {
    options.check()?;
    let code = RoleCode::new(profile, organization);
    code.check_characters()?;
    let mut rendered = match format {
        Format::AwsCli => aws_cli::render(&code, options)?,
        Format::Terraform => terraform::render(&code)?,
        Format::CloudFormation => cloudformation::render(&code, options)?,
        Format::StackSet => stack_set::render(&code, options)?,
        Format::AccountFactory => account_factory::render(&code, options)?,
    };
    rendered.notes.extend(code.notes());
    Ok(rendered)
}

/// What a rollout by stacks is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackParts {
    /// The name of the management account's stack and of the stack set.
    pub name: String,
    /// The one Region of both.
    pub region: String,
    /// The template, the same for both: at most 51,200 bytes, without parameters. What differs from account to account is
    /// decided in it, by the account's ID.
    pub template: String,
    /// The role in the management account.
    pub role_arn: String,
    /// Whether only the management account is served.
    pub management_only: bool,
}

/// The parts for who makes the calls instead of running the rendered scripts. Units may be more than one call takes.
///
/// # Errors
/// As [`render`].
pub fn stack_parts(
    profile: &RoleProfile,
    organization: &Organization,
    options: &Options,
) -> Result<StackParts, RenderError> {
    options.check_each()?;
    let code = RoleCode::new(profile, organization);
    code.check_characters()?;
    let (partition, management) = (organization.partition, organization.management_account);
    Ok(StackParts {
        name: code.stack_name(options),
        region: options.region(partition).to_owned(),
        template: cloudformation::inline_template(&code, options.template_syntax)?,
        role_arn: format!("arn:{}:iam::{management}:role{}{}", partition.as_str(), profile.path, profile.name),
        management_only: code.is_management_only(),
    })
}
