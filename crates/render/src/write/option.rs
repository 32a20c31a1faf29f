//! What the caller of the writers may choose, and the form that AWS asks of it.
//! Nothing of the role is chosen here: that is the profile's.

use super::RenderError;
use rolecall_iam::arn::Partition;

/// OUs of one call that creates stack instances (AWS CloudFormation quotas, 2026).
const ORGANIZATIONAL_UNITS_MAX: usize = 50;

/// Choices of one rendering. The default suits an organization whose every account is to have the role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The one Region that stacks stand in; IAM is global, a second Region would collide. Absent: the partition's
    /// first (`us-east-1`, `us-gov-west-1`, `cn-north-1`).
    pub region: Option<String>,
    /// IDs of organizational units (`ou-…`) or of the root (`r-…`) that a stack set targets. Empty: the root.
    pub organizational_units: Vec<String>,
    /// As whom stack sets are managed.
    pub call_as: CallAs,
    /// `RetainStacksOnAccountRemoval`: whether an account that leaves the targets keeps the role. The default is no:
    /// access ends when the account leaves.
    pub retain_stacks_on_account_removal: bool,
    /// The name of stacks and of the stack set. Absent: made from the role name.
    pub stack_name: Option<String>,
    /// The syntax of CloudFormation templates.
    pub template_syntax: TemplateSyntax,
}

/// As whom stack sets are managed (`CallAs`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallAs {
    /// `SELF`: with credentials of the management account.
    #[default]
    Myself,
    /// `DELEGATED_ADMIN`: with credentials of a delegated administrator of stack sets.
    DelegatedAdministrator,
}

impl CallAs {
    /// The value of `--call-as`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Myself => "SELF",
            Self::DelegatedAdministrator => "DELEGATED_ADMIN",
        }
    }
}

/// The syntax of a CloudFormation template.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TemplateSyntax {
    /// YAML, with comments.
    #[default]
    Yaml,
    /// JSON.
    Json,
}

impl TemplateSyntax {
    /// The extension of the file, without its dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
        }
    }
}

impl Options {
    /// The Region in force.
    pub fn region(&self, partition: Partition) -> &str {
        self.region.as_deref().unwrap_or(match partition {
            Partition::Aws => "us-east-1",
            Partition::AwsUsGov => "us-gov-west-1",
            Partition::AwsCn => "cn-north-1",
        })
    }

    /// Refuses what AWS would refuse; so every option can stand unquoted in any format.
    pub(super) fn check(&self) -> Result<(), RenderError> {
        self.check_each()?;
        let count = self.organizational_units.len();
        let few = count <= ORGANIZATIONAL_UNITS_MAX;
        require(
            "the number of organizational units",
            &count.to_string(),
            few,
            "at most 50, as CloudFormation takes in one call,",
        )
    }

    /// The same for who makes more than one call for many units.
    pub(super) fn check_each(&self) -> Result<(), RenderError> {
        if let Some(region) = &self.region {
            require("the Region", region, is_region(region), "a Region such as `us-east-1`")?;
        }
        if let Some(name) = &self.stack_name {
            let expected = "a letter and up to 127 letters, digits or `-`";
            require("the stack name", name, is_stack_name(name), expected)?;
        }
        for unit in &self.organizational_units {
            let expected = "the ID of an organizational unit (`ou-…-…`) or of the root (`r-…`)";
            require("an organizational unit", unit, is_organizational_unit(unit), expected)?;
        }
        Ok(())
    }
}

fn require(option: &'static str, value: &str, sound: bool, expected: &'static str) -> Result<(), RenderError> {
    if sound { Ok(()) } else { Err(RenderError::Option { option, value: value.to_owned(), expected }) }
}

fn is_region(text: &str) -> bool {
    text.len() <= 32
        && text.split('-').count() >= 3
        && text.split('-').all(|part| !part.is_empty() && part.bytes().all(is_lower_or_digit))
}

/// botocore's CloudFormation model, `StackName` and `StackSetName`: `[a-zA-Z][-a-zA-Z0-9]*`, 1–128 characters.
fn is_stack_name(text: &str) -> bool {
    text.len() <= 128
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// botocore's CloudFormation model, `OrganizationalUnitId`: `ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}` or `r-[a-z0-9]{4,32}`.
fn is_organizational_unit(text: &str) -> bool {
    let part = |part: &str, min: usize| (min..=32).contains(&part.len()) && part.bytes().all(is_lower_or_digit);
    match (text.strip_prefix("ou-").and_then(|rest| rest.split_once('-')), text.strip_prefix("r-")) {
        (Some((root, unit)), _) => part(root, 4) && part(unit, 8),
        (None, Some(root)) => part(root, 4),
        (None, None) => false,
    }
}

const fn is_lower_or_digit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}
