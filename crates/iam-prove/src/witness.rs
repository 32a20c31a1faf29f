//! Requests as data: who, what, on which resource, in which context. A witness is chosen from what a search left: as few
//! keys as possible, an action that AWS documents, a resource of a type that the action takes.

mod choose;
mod line;

pub(crate) use choose::{Setting, choose, with_wildcards};
pub(crate) use line::companions;
pub use line::replay_line;

/// A request that shows a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// Who asks.
    pub principal: WitnessPrincipal,
    /// The unique ID of the caller, where a policy asks for it.
    pub principal_id: Option<String>,
    /// The ARN of a session's role, where its path matters: the session's ARN does not tell it.
    pub principal_role: Option<String>,
    /// `service:Name`; in AWS's spelling where AWS documents it.
    pub action: String,
    /// An ARN, or `*`.
    pub resource: String,
    /// The account of the resource, where its ARN does not tell.
    pub resource_account: Option<String>,
    /// The keys that matter; all others are absent, or follow from the caller.
    pub context: Vec<(String, WitnessValue)>,
    /// Whether the action supports resource-level permissions, where the catalogue says otherwise or nothing.
    pub takes_resource: Option<bool>,
    /// Whether resource control policies apply to the action, where there are any.
    pub rcp_applies: Option<bool>,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WitnessPrincipal {
    /// Anybody, unauthenticated.
    Anonymous,
    /// An ARN.
    Arn(String),
    /// A service.
    Service(String),
    /// Somebody of an identity provider.
    Federated(String),
    /// An S3 canonical user.
    CanonicalUser(String),
}

/// The value of a context key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WitnessValue {
    /// Of a single-valued key.
    One(String),
    /// Of a multi-valued key.
    Several(Vec<String>),
}

impl WitnessPrincipal {
    /// The text that names it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Anonymous => "*",
            Self::Arn(text) | Self::Service(text) | Self::Federated(text) | Self::CanonicalUser(text) => text,
        }
    }

    /// The account that its ARN tells.
    pub(crate) fn account(&self) -> Option<&str> {
        match self {
            Self::Arn(arn) => rolecall_iam::arn::Arn::parse(arn).ok().map(|arn| arn.account),
            _ => None,
        }
    }
}
