//! Principals as a policy's `Principal` element names them
//! (IAM user guide, `reference_policies_elements_principal`).

use crate::arn::{AccountId, Arn};

/// One principal of a `Principal` or `NotPrincipal` element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Principal {
    /// `"*"` or `{"AWS": "*"}`: everybody, anonymous callers included. The two are equivalent ("All principals").
    Everyone,
    /// A whole account: `123456789012` or `arn:aws:iam::123456789012:root`. Delegates to the account's administrators.
    Account {
        /// The account.
        account: AccountId,
        /// As written: the bare ID or the ARN.
        text: String,
    },
    /// An ARN of a user, a role, an assumed-role session, a federated user.
    AwsArn(String),
    /// A unique ID such as `AROA…` or `AIDA…`: what AWS shows for a deleted principal; matches that very entity only.
    UniqueId(String),
    /// `{"Service": "ec2.amazonaws.com"}`.
    Service(String),
    /// `{"Federated": …}`: a SAML or OIDC provider ARN, or the name of a web identity provider.
    Federated(String),
    /// `{"CanonicalUser": …}`: an S3 canonical user ID.
    CanonicalUser(String),
}

/// The key under which principals stand in the `Principal` object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// `AWS`.
    Aws,
    /// `Service`.
    Service,
    /// `Federated`.
    Federated,
    /// `CanonicalUser`.
    CanonicalUser,
}

impl PrincipalKind {
    /// All of them, in the order in which they are printed.
    pub const ALL: [Self; 4] = [Self::Aws, Self::Service, Self::Federated, Self::CanonicalUser];

    /// The key as written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Service => "Service",
            Self::Federated => "Federated",
            Self::CanonicalUser => "CanonicalUser",
        }
    }

    /// The kind with this key, exact case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Why a text is no principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrincipalError {
    /// Nothing written.
    #[error("a principal cannot be empty")]
    Empty,
    /// `arn:aws:iam::123456789012:role/*` and the like.
    #[error("a principal cannot hold a wildcard inside a name or ARN; only `*` alone is allowed")]
    PartialWildcard,
    /// Neither `*`, an account ID, an ARN nor a unique ID.
    #[error("an AWS principal is `*`, a 12-digit account ID, an ARN, or a unique ID such as `AROA…`")]
    NotAPrincipal,
    /// An ARN of something that cannot sign requests.
    #[error("the ARN of a principal is that of an account root, a user, a role, a role session or a federated user")]
    NotAPrincipalArn,
}

impl Principal {
    /// Reads one value of the `Principal` object under `kind`.
    ///
    /// # Errors
    /// When the text is nothing that IAM accepts there.
    pub fn parse(kind: PrincipalKind, text: &str) -> Result<Self, PrincipalError> {
        if text.is_empty() {
            return Err(PrincipalError::Empty);
        }
        match kind {
            PrincipalKind::Aws => Self::parse_aws(text),
            // `"Service": "*"` is not documented as "every service"; it stays what it is.
            PrincipalKind::Service => Ok(Self::Service(text.to_owned())),
            PrincipalKind::Federated => Ok(Self::Federated(text.to_owned())),
            PrincipalKind::CanonicalUser => Ok(Self::CanonicalUser(text.to_owned())),
        }
    }

    fn parse_aws(text: &str) -> Result<Self, PrincipalError> {
        if text == "*" {
            return Ok(Self::Everyone);
        }
        if text.contains(['*', '?']) {
            return Err(PrincipalError::PartialWildcard);
        }
        if let Ok(account) = AccountId::parse(text) {
            return Ok(Self::Account { account, text: text.to_owned() });
        }
        if let Ok(arn) = Arn::parse(text) {
            return match (arn.service, arn.resource, arn.account_id()) {
                ("iam", "root", Some(account)) => Ok(Self::Account { account, text: text.to_owned() }),
                ("iam" | "sts", resource, Some(_)) if is_principal_resource(arn.service, resource) => {
                    Ok(Self::AwsArn(text.to_owned()))
                }
                _ => Err(PrincipalError::NotAPrincipalArn),
            };
        }
        let unique = text.len() >= 16
            && text.starts_with('A')
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if unique { Ok(Self::UniqueId(text.to_owned())) } else { Err(PrincipalError::NotAPrincipal) }
    }

    /// The key under which it stands in the `Principal` object.
    pub const fn kind(&self) -> PrincipalKind {
        match self {
            Self::Everyone | Self::Account { .. } | Self::AwsArn(_) | Self::UniqueId(_) => PrincipalKind::Aws,
            Self::Service(_) => PrincipalKind::Service,
            Self::Federated(_) => PrincipalKind::Federated,
            Self::CanonicalUser(_) => PrincipalKind::CanonicalUser,
        }
    }

    /// The value as written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Everyone => "*",
            Self::Account { text, .. }
            | Self::AwsArn(text)
            | Self::UniqueId(text)
            | Self::Service(text)
            | Self::Federated(text)
            | Self::CanonicalUser(text) => text,
        }
    }

    /// The account that the principal belongs to, where its text tells.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Account { account, .. } => Some(*account),
            Self::AwsArn(text) => Arn::parse(text).ok().and_then(|arn| arn.account_id()),
            _ => None,
        }
    }
}

/// Whether an ARN's resource part names something that can sign requests.
fn is_principal_resource(service: &str, resource: &str) -> bool {
    let names = |prefix: &str| resource.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty());
    match service {
        "iam" => names("user/") || names("role/"),
        _ => names("assumed-role/") || names("federated-user/"),
    }
}
