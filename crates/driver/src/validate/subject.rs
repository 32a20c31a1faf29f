//! What both viewpoints know of an account before they look: whom it is about, and what was agreed.

use super::Agreed;
use crate::clock::system_time;
use rolecall_core::access_check::AccountState;
use rolecall_core::diagnosis::evidence::{Bindings, Entry, JoinedMethod};
use rolecall_core::diagnosis::{Diagnosis, Evidence, Seen, Viewpoint};
use rolecall_core::organization::AccountKind;
use rolecall_core::validation::{Simulator, Validation, Word};
use rolecall_iam::arn::AccountId;

impl Agreed {
    pub(super) fn kind(&self, account: AccountId) -> AccountKind {
        self.terms.wanted.organization.kind_of(account)
    }

    /// A validation of which nothing is known yet.
    pub(super) fn begin(&self, account: AccountId, viewpoint: Viewpoint) -> Validation {
        let kind = self.kind(account);
        let mut evidence = Evidence::new(viewpoint, system_time(), self.terms.wanted.subject(account));
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
        Bindings {
            others: Seen::Present(self.terms.others.clone()),
            older_policies: self.terms.older_policies.clone().map_or(Seen::NotLooked, Seen::Present),
            actions: Seen::Present(self.planned(self.kind(account)).actions.clone()),
            ..self.terms.wanted.bindings(account)
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
