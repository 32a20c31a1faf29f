//! What both viewpoints know of an account before they look: whom it is about, and what was agreed.

use super::Agreed;
use rolecall_core::access_check::{AccountState, TimeMs};
use rolecall_core::diagnosis::evidence::{Bindings, Entry, JoinedMethod, OwnId};
use rolecall_core::diagnosis::{Diagnosis, Evidence, Seen, Subject, Viewpoint};
use rolecall_core::organization::AccountKind;
use rolecall_core::profile::Permissions;
use rolecall_core::validation::{Simulator, Validation, Word};
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::print::to_json_compact;
use std::time::{SystemTime, UNIX_EPOCH};

/// The system's time.
pub(super) fn now() -> TimeMs {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    TimeMs(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

impl Agreed {
    pub(super) fn kind(&self, account: AccountId) -> AccountKind {
        self.terms.wanted.organization.kind_of(account)
    }

    /// A validation of which nothing is known yet.
    pub(super) fn begin(&self, account: AccountId, viewpoint: Viewpoint) -> Validation {
        let (profile, organization) = (&self.terms.wanted.profile, &self.terms.wanted.organization);
        let kind = self.kind(account);
        let subject = Subject {
            account,
            kind,
            organization: organization.id.clone(),
            partition: organization.partition,
            mode: organization.mode,
            role_name: profile.name.clone(),
            role_path: profile.path.clone(),
            vendor: profile.vendor.clone(),
        };
        let mut evidence = Evidence::new(viewpoint, now(), subject);
        evidence.bindings = self.bindings(account);
        Validation {
            account,
            kind,
            word: Word::Unknown,
            faults: Vec::new(),
            not_judged: Vec::new(),
            simulator: if self.terms.simulate {
                Simulator::NotRun(String::from("the role was not reached"))
            } else {
                Simulator::NotAsked
            },
            evidence,
            diagnosis: Diagnosis::default(),
        }
    }

    fn bindings(&self, account: AccountId) -> Bindings {
        let (profile, organization) = (&self.terms.wanted.profile, &self.terms.wanted.organization);
        let kind = self.kind(account);
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
            others: Seen::Present(self.terms.others.clone()),
            policy: Seen::Present(text(kind)),
            other_kind_policy: Seen::looked(split.then(|| text(other))),
            older_policies: self.terms.older_policies.clone().map_or(Seen::NotLooked, Seen::Present),
            actions: Seen::Present(self.planned(kind).actions.clone()),
        }
    }
}

/// An account as a listing has it. The adapter reads `State`, and the older `Status` where it is missing; which of the two it
/// was is not told.
pub(super) fn entry(state: AccountState, joined_method: Option<&str>) -> Entry {
    Entry {
        state: Seen::Present(state.as_str().to_owned()),
        status: Seen::NotLooked,
        read_as: Seen::Present(state),
        joined_method: joined_method.and_then(JoinedMethod::parse).map_or(Seen::NotLooked, Seen::Present),
    }
}
