//! Validates the accounts of an organization against AWS: the vendor probes, the customer reads, both put the contract to the
//! IAM policy simulator. What was obtained becomes evidence; what it means is decided in `rolecall-core`.

mod contract;
pub mod customer;
mod documents;
pub mod limits;
mod listing;
pub mod pool;
pub mod simulate;
mod subject;
pub mod vendor;

use crate::wanted::Wanted;
use rolecall_core::contract::Contract;
use rolecall_core::diagnosis::evidence::KnownId;
use rolecall_core::organization::AccountKind;
use rolecall_core::simulation::{Expected, SimulationCall, plan};
use rolecall_core::validation::Note;
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::AccountNumber;
use std::collections::BTreeSet;

/// Accounts that are under way at once. STS takes 600 calls a second of one account; an answer that takes 0.4 s leaves 240
/// calls in the air at that rate.
pub const ACCOUNTS_AT_ONCE: usize = 256;

/// What accounts are validated against.
#[derive(Clone, Debug)]
pub struct Terms {
    /// The role and its organization.
    pub wanted: Wanted,
    /// What it must and must never be able to do.
    pub contract: Contract,
    /// External IDs of the configuration's other organizations and accounts: for the cause, never sent.
    pub others: Vec<KnownId>,
    /// Older versions of the policy, as texts; nothing when nobody gave any.
    pub older_policies: Option<Vec<String>>,
    /// Whether the contract goes through AWS's policy simulator.
    pub simulate: bool,
}

/// The terms with what follows from them for each kind of account, worked out once.
#[derive(Debug)]
pub struct Agreed {
    terms: Terms,
    management: Planned,
    member: Planned,
    /// What is wrong with the contract itself.
    itself: Vec<Note>,
    known: contract::Known,
}

/// Stands for the members where the account does not matter.
const SOME_MEMBER: u64 = 999_999_999_999;

/// The calls of the simulator for one kind of account.
#[derive(Clone, Debug)]
struct Planned {
    calls: Vec<SimulationCall>,
    /// The actions that the vendor needs.
    actions: Vec<String>,
    /// What the profile's policy itself does against the contract.
    shown: contract::Shown,
    /// Entries of the contract that are about this kind of account.
    entries: usize,
}

impl Agreed {
    /// Plans the calls of the simulator.
    pub fn new(terms: Terms) -> Self {
        let planned = |kind| {
            let policy = &terms.wanted.profile.permissions.of(kind).document;
            let calls = plan(&terms.contract, kind, &[policy], None);
            let needed = calls.iter().filter(|call| call.expected == Expected::Allowed);
            let mut actions: Vec<String> = needed.flat_map(|call| call.action_names.iter().cloned()).collect();
            actions.sort();
            actions.dedup();
            let account = match kind {
                AccountKind::Management => AccountNumber::from(terms.wanted.organization.management_account),
                AccountKind::Member => AccountNumber::of_last_digits(SOME_MEMBER),
            };
            let arn = terms.wanted.role(account).arn();
            let shown = contract::hold(&terms.contract, kind, &arn, &[policy]);
            let needed = terms.contract.allow.iter().filter(|capability| capability.scope.covers(kind)).count();
            Planned { calls, actions, shown, entries: needed + terms.contract.never.len() }
        };
        let (management, member) = (planned(AccountKind::Management), planned(AccountKind::Member));
        let itself = contract::itself(&terms.contract);
        Self { management, member, itself, known: contract::Known::default(), terms }
    }

    const fn planned(&self, kind: AccountKind) -> &Planned {
        match kind {
            AccountKind::Management => &self.management,
            AccountKind::Member => &self.member,
        }
    }
}

/// Which accounts are validated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Every account that Organizations lists and that is ACTIVE.
    All,
    /// These. `vouched`: whoever chose them says that they are the organization's, so that no listing is needed.
    These {
        /// The accounts.
        accounts: BTreeSet<AccountId>,
        /// Those of which that is said.
        vouched: BTreeSet<AccountId>,
    },
}
