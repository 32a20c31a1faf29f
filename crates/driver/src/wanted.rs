//! The role that each account must have, and a digest of all of them: a journal belongs to one profile.

use rolecall_core::diagnosis::evidence::{Bindings, OwnId};
use rolecall_core::diagnosis::{Seen, Subject};
use rolecall_core::organization::{AccountKind, Organization};
use rolecall_core::profile::{InlinePolicy, Permissions, RoleProfile};
use rolecall_core::role::expected::{ExpectedRole, expected_role};
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::print::to_json_compact;
use rolecall_lifecycle::AccountNumber;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A profile in an organization, on a day.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The profile.
    pub profile: RoleProfile,
    /// The organization with its external IDs.
    pub organization: Organization,
    /// The day by which migration windows are judged.
    pub day: jiff::civil::Date,
}

impl Wanted {
    /// The role of an account.
    pub fn role(&self, account: AccountNumber) -> ExpectedRole {
        expected_role(&self.profile, &self.organization, AccountId::from(account), self.day)
    }

    /// The account as a diagnosis is about it.
    pub(crate) fn subject(&self, account: AccountId) -> Subject {
        let Self { profile, organization, day: _ } = self;
        Subject {
            account,
            kind: organization.kind_of(account),
            organization: organization.id.clone(),
            partition: organization.partition,
            mode: organization.mode,
            role_name: profile.name.clone(),
            role_path: profile.path.clone(),
            vendor: profile.vendor.clone(),
        }
    }

    /// What was agreed about it: IDs and policies.
    pub(crate) fn bindings(&self, account: AccountId) -> Bindings {
        let Self { profile, organization, day: _ } = self;
        let kind = organization.kind_of(account);
        let text = |kind| to_json_compact(&profile.permissions.of(kind).document);
        let other = match kind {
            AccountKind::Management => AccountKind::Member,
            AccountKind::Member => AccountKind::Management,
        };
        let split = matches!(profile.permissions, Permissions::Split { .. });
        let own = organization.legacy_ids.get(&account);
        Bindings {
            organization_id: Seen::Present(organization.external_id.clone()),
            own_id: Seen::looked(own.map(|id| OwnId { id: id.clone(), counts: true })),
            policy: Seen::Present(text(kind)),
            other_kind_policy: Seen::looked(split.then(|| text(other))),
            ..Bindings::default()
        }
    }

    /// A digest of everything that the roles are made of, as hexadecimal digits. The day is not in it: a rollout may go on
    /// tomorrow.
    pub fn digest(&self) -> String {
        let Self { profile, organization, day: _ } = self;
        let mut hash = Sha256::new();
        let mut put = |name: &str, value: &str| {
            hash.update(format!("{name} {}\n", value.len()));
            hash.update(value);
        };
        put("name", &profile.name);
        put("path", &profile.path);
        put("description", &format!("{:?}", profile.description));
        put("max-session-duration", &profile.max_session_duration_s.to_string());
        for tag in &profile.tags {
            put("tag", &tag.key);
            put("value", &tag.value);
        }
        put("vendor", &profile.vendor.root_arn(organization.partition));
        profile.vendor.principal_arns.iter().for_each(|arn| put("principal", arn));
        for kind in AccountKind::ALL {
            let InlinePolicy { name, document } = profile.permissions.of(kind);
            put("policy", name);
            put("document", &to_json_compact(document));
        }
        profile.managed_policy_arns.iter().for_each(|arn| put("managed-policy", arn));
        put("boundary", &format!("{:?}", profile.permissions_boundary));
        put("organization", organization.id.as_str());
        put("management", &organization.management_account.to_string());
        put("external-id", organization.external_id.as_str());
        for (account, id) in &organization.legacy_ids {
            put("account", &account.to_string());
            put("external-id", id.as_str());
        }
        if let Some(window) = organization.migration {
            put("migration", &format!("{} {}", window.from, window.until));
        }
        let mut text = String::with_capacity(64);
        for byte in hash.finalize() {
            _ = write!(text, "{byte:02x}");
        }
        text
    }
}
