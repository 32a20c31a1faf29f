//! Amazon Resource Names and account IDs as types of their own
//! (IAM user guide, `reference-arns`: `arn:partition:service:region:account-id:resource`).

use std::fmt;

/// An AWS account ID: twelve digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId([u8; 12]);

/// Why a text is no account ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an AWS account ID has exactly 12 digits")]
pub struct AccountIdError;

impl AccountId {
    /// Reads twelve ASCII digits, without separators.
    ///
    /// # Errors
    /// For any other text; leading zeros count.
    pub fn parse(text: &str) -> Result<Self, AccountIdError> {
        let bytes: [u8; 12] = text.as_bytes().try_into().map_err(|_| AccountIdError)?;
        if bytes.iter().all(u8::is_ascii_digit) { Ok(Self(bytes)) } else { Err(AccountIdError) }
    }

    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("")
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The partitions that have accounts of customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Partition {
    /// `aws`: the commercial Regions.
    #[default]
    Aws,
    /// `aws-us-gov`: AWS GovCloud (US).
    AwsUsGov,
    /// `aws-cn`: the China Regions.
    AwsCn,
}

impl Partition {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Aws, Self::AwsUsGov, Self::AwsCn];

    /// The name as written in an ARN.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::AwsUsGov => "aws-us-gov",
            Self::AwsCn => "aws-cn",
        }
    }

    /// The partition with this name, exact case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|partition| partition.as_str() == text)
    }
}

/// The six parts of an ARN, borrowed from its text. Parts may hold wildcards when it is a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, …
    pub partition: &'a str,
    /// Service namespace.
    pub service: &'a str,
    /// Region; empty for global services.
    pub region: &'a str,
    /// Account ID; empty for some services, `aws` for AWS's own.
    pub account: &'a str,
    /// Everything behind the fifth colon, colons included.
    pub resource: &'a str,
}

/// Why a text is no ARN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArnError {
    /// It does not begin with `arn:`.
    #[error("an ARN begins with `arn:`")]
    NoPrefix,
    /// Fewer than six parts.
    #[error("an ARN has six parts divided by colons: `arn:partition:service:region:account-id:resource`")]
    TooFewParts,
}

impl<'a> Arn<'a> {
    /// Splits a text at its first five colons.
    ///
    /// # Errors
    /// When it does not begin with `arn:` or has fewer than six parts. The parts themselves are not judged.
    pub fn parse(text: &'a str) -> Result<Self, ArnError> {
        let segments = segments(text);
        match segments {
            Some(["arn", partition, service, region, account, resource]) => {
                Ok(Self { partition, service, region, account, resource })
            }
            None if text.starts_with("arn:") => Err(ArnError::TooFewParts),
            _ => Err(ArnError::NoPrefix),
        }
    }

    /// The account as a type, when it is twelve digits.
    pub fn account_id(&self) -> Option<AccountId> {
        AccountId::parse(self.account).ok()
    }
}

/// A text split at its first five colons; `None` when it has fewer.
pub(crate) fn segments(text: &str) -> Option<[&str; 6]> {
    let mut segments = [""; 6];
    let mut rest = text;
    let (last, firsts) = segments.split_last_mut()?;
    for segment in firsts {
        // Segments are a few bytes long: a plain loop finds their ends fastest.
        let colon = rest.bytes().position(|byte| byte == b':')?;
        (*segment, rest) = (rest.get(..colon)?, rest.get(colon + 1..)?);
    }
    *last = rest;
    Some(segments)
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account, resource } = self;
        write!(formatter, "arn:{partition}:{service}:{region}:{account}:{resource}")
    }
}
