//! The role profile: what one vendor's role must look like in every account.
//! A profile and an organization give the role of one account (`role`).

use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::document::Policy;

/// One vendor's role.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleProfile {
    /// Role name: ≤ 64 characters of `[\w+=,.@-]`; matched with case.
    pub name: String,
    /// Path: `/` or `/…/`.
    pub path: String,
    /// Description; `None` when the profile has none.
    pub description: Option<String>,
    /// `MaxSessionDuration` in seconds, 3,600–43,200.
    pub max_session_duration_s: u32,
    /// Tags, in the order in which they are rendered.
    pub tags: Vec<Tag>,
    /// Who may assume the role.
    pub vendor: VendorPrincipal,
    /// What the role may do.
    pub permissions: Permissions,
    /// ARNs of managed policies that are attached besides; their text is not in the profile.
    pub managed_policy_arns: Vec<String>,
    /// ARN of the permissions boundary.
    pub permissions_boundary: Option<String>,
}

/// One tag of a role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// Key, 1–128 characters.
    pub key: String,
    /// Value, 0–256 characters.
    pub value: String,
}

/// Who may assume the role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorPrincipal {
    /// The vendor's account. The trust names its root, which AWS never turns into a unique ID.
    pub account: AccountId,
    /// Role or user ARNs of the vendor to narrow the trust to, with `ArnEquals` on `aws:PrincipalArn`: unlike ARNs in
    /// `Principal` they survive the entity's re-creation. Empty: the whole vendor account.
    pub principal_arns: Vec<String>,
}

impl VendorPrincipal {
    /// The ARN of the vendor account's root in a partition.
    pub fn root_arn(&self, partition: Partition) -> String {
        format!("arn:{}:iam::{}:root", partition.as_str(), self.account)
    }
}

/// The inline policies of the role: the same everywhere, or one set for the management account and one for members.
#[derive(Clone, Debug, PartialEq)]
pub enum Permissions {
    /// The same in every account.
    Uniform(InlinePolicy),
    /// The management account differs.
    Split {
        /// In the management account.
        management: InlinePolicy,
        /// In every other account.
        member: InlinePolicy,
    },
}

/// One inline policy.
#[derive(Clone, Debug, PartialEq)]
pub struct InlinePolicy {
    /// `PolicyName`.
    pub name: String,
    /// The document.
    pub document: Policy,
}

impl Permissions {
    /// The inline policy of an account of this kind.
    pub fn of(&self, kind: crate::organization::AccountKind) -> &InlinePolicy {
        match (self, kind) {
            (Self::Uniform(policy), _) => policy,
            (Self::Split { management, .. }, crate::organization::AccountKind::Management) => management,
            (Self::Split { member, .. }, crate::organization::AccountKind::Member) => member,
        }
    }
}
