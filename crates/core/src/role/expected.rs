//! The role that one account must have: profile, organization, account and day put together.

use crate::organization::Organization;
use crate::profile::{InlinePolicy, RoleProfile, Tag};
use crate::role::RoleTree;
use crate::trust_document::trust_document;
use jiff::civil::Date;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::document::Policy;

/// The role of one account as it must be.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedRole {
    /// The account.
    pub account: AccountId,
    /// Its partition.
    pub partition: Partition,
    /// `RoleName`.
    pub name: String,
    /// `Path`.
    pub path: String,
    /// `Description`.
    pub description: Option<String>,
    /// `MaxSessionDuration` in seconds.
    pub max_session_duration_s: u32,
    /// Tags.
    pub tags: Vec<Tag>,
    /// The trust with the expected external ID.
    pub trust: Policy,
    /// Other trusts that are right as well: with both IDs while the migration window of the account is open.
    pub also_right: Vec<Policy>,
    /// The one inline policy.
    pub policy: InlinePolicy,
    /// ARNs of the managed policies.
    pub managed_policy_arns: Vec<String>,
    /// ARN of the permissions boundary.
    pub permissions_boundary: Option<String>,
}

impl ExpectedRole {
    /// The ARN of the role.
    pub fn arn(&self) -> String {
        format!("arn:{}:iam::{}:role{}{}", self.partition.as_str(), self.account, self.path, self.name)
    }
}

/// The role that `account` must have on `day`.
pub fn expected_role(
    profile: &RoleProfile,
    organization: &Organization,
    account: AccountId,
    day: Date,
) -> ExpectedRole {
    let ids = organization.accepted_ids(account, day);
    let trust = |accepted: &[&crate::external_id::ExternalId]| {
        trust_document(&profile.vendor, organization.partition, accepted)
    };
    ExpectedRole {
        account,
        partition: organization.partition,
        name: profile.name.clone(),
        path: profile.path.clone(),
        description: profile.description.clone(),
        max_session_duration_s: profile.max_session_duration_s,
        tags: profile.tags.clone(),
        trust: trust(&[ids.expected]),
        also_right: ids.also.map(|also| trust(&[ids.expected, also])).into_iter().collect(),
        policy: profile.permissions.of(organization.kind_of(account)).clone(),
        managed_policy_arns: profile.managed_policy_arns.clone(),
        permissions_boundary: profile.permissions_boundary.clone(),
    }
}

/// Which roles of some role code are meant to be the vendor's.
#[derive(Clone, Debug, PartialEq)]
pub enum Meant<'a> {
    /// These: by their exact name; else by their name in another case; else the only role there is.
    Roles(Vec<&'a RoleTree>),
    /// None has the name, but these names could not be resolved: it cannot be told.
    Unresolved(Vec<&'a RoleTree>),
    /// None has the name.
    None,
}

/// Finds the vendor's role among the roles of some code.
pub fn meant_roles<'a>(roles: &'a [RoleTree], name: &str) -> Meant<'a> {
    let named = |test: &dyn Fn(&str) -> bool| -> Vec<&'a RoleTree> {
        roles.iter().filter(|role| role.name.as_ref().and_then(|node| node.as_str()).is_some_and(test)).collect()
    };
    let exact = named(&|found| found == name);
    if !exact.is_empty() {
        return Meant::Roles(exact);
    }
    let unresolved: Vec<_> = roles.iter().filter(|role| role.has_unresolved_name()).collect();
    if !unresolved.is_empty() {
        return Meant::Unresolved(unresolved);
    }
    let other_case = named(&|found| found.eq_ignore_ascii_case(name));
    match (other_case.is_empty(), roles) {
        (false, _) => Meant::Roles(other_case),
        (true, [only]) => Meant::Roles(vec![only]),
        (true, _) => Meant::None,
    }
}
