//! What a validation found of an account: the verdict of who looked, what is wrong, what was not judged, the contract through
//! AWS's policy simulator, and the causes. The vendor probes; the customer reads, which never is `validated`.

use crate::access_check::{AccountState, DeniedBecause, Judgement};
use crate::diagnosis::{Diagnosis, Evidence, Limited, Preflight, Viewpoint};
use crate::organization::{AccountKind, OrganizationId};
use crate::simulation::{Comparison, Evaluators, Teller, What};
use rolecall_iam::arn::AccountId;

/// The verdict on an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    /// Vendor: the right ID opens the role, nothing else does, and it is the right account.
    Validated,
    /// Vendor: the role does not open, or not to the account that was meant.
    Denied,
    /// Vendor: the role opens to a caller without the right ID.
    Insecure,
    /// Customer: the role was read and proved to be the profile's, and nothing that was read keeps it from working.
    VerifiedByReading,
    /// Customer: the account has no such role.
    Absent,
    /// Customer: the role is not what the profile asks for.
    Different,
    /// Customer: the role is right, and a control policy or its boundary keeps it from working.
    Limited,
    /// It could not be judged.
    Unknown,
}

impl Word {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Validated,
        Self::Denied,
        Self::Insecure,
        Self::VerifiedByReading,
        Self::Absent,
        Self::Different,
        Self::Limited,
        Self::Unknown,
    ];

    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Validated => "validated",
            Self::Denied => "denied",
            Self::Insecure => "insecure",
            Self::VerifiedByReading => "verified-by-reading",
            Self::Absent => "absent",
            Self::Different => "different",
            Self::Limited => "limited",
            Self::Unknown => "unknown",
        }
    }

    /// Whether it is what everybody wants.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Validated | Self::VerifiedByReading)
    }

    /// The vendor's.
    pub const fn of_judgement(judgement: Judgement) -> Self {
        match judgement {
            Judgement::Validated(_) => Self::Validated,
            Judgement::Denied(_) => Self::Denied,
            Judgement::Insecure(_) => Self::Insecure,
            Judgement::Unknown(_) => Self::Unknown,
        }
    }
}

/// Something that is wrong, or was not judged.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// A stable kebab-case code, a rule's where there is one, or AWS's code of a failed call.
    pub code: String,
    /// In words, lowercase start.
    pub message: String,
}

impl Note {
    /// A note.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

/// Under which policies the evaluator decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Under {
    /// Those that the role has.
    Live,
    /// Those of the profile: the role's own could not be read, or there is no role.
    Profile,
}

/// The contract through AWS's policy simulator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Simulator {
    /// Nobody asked for it.
    NotAsked,
    /// It was not run, and why.
    NotRun(String),
    /// It was run.
    Run(Simulation),
}

/// A run of the simulator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// `SimulatePrincipalPolicy` or `SimulateCustomPolicy`.
    pub call: &'static str,
    /// Under which policies our evaluator decided.
    pub under: Under,
    /// Decisions that were compared, with those that were not judged.
    pub decisions: usize,
    /// Decisions on which both evaluators agree.
    pub agreed: usize,
    /// Whatever is not as expected and agreed.
    pub others: Vec<Comparison>,
}

/// A validation of one account.
#[derive(Clone, Debug, PartialEq)]
pub struct Validation {
    /// The account.
    pub account: AccountId,
    /// Its kind.
    pub kind: AccountKind,
    /// The verdict.
    pub word: Word,
    /// What is wrong.
    pub faults: Vec<Note>,
    /// What was not judged.
    pub not_judged: Vec<Note>,
    /// The contract through AWS's policy simulator.
    pub simulator: Simulator,
    /// What was obtained.
    pub evidence: Evidence,
    /// The causes that it has; empty for an account that is right.
    pub diagnosis: Diagnosis,
}

/// What a validation comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// As it should be.
    Good,
    /// Something is wrong.
    Faulty,
    /// Something was not judged; outranks what is wrong.
    NotJudged,
}

impl Validation {
    /// What it comes to.
    pub const fn standing(&self) -> Standing {
        if matches!(self.word, Word::Unknown) || !self.not_judged.is_empty() {
            return Standing::NotJudged;
        }
        if self.word.is_good() && self.faults.is_empty() { Standing::Good } else { Standing::Faulty }
    }

    /// Takes what a run of the simulator showed into faults and what was not judged.
    pub fn take_simulation(&mut self, teller: Teller, simulation: Simulation) {
        let evaluator = match simulation.under {
            Under::Live => "simulator-contradicts-evaluator",
            Under::Profile => "simulator-contradicts-profile",
        };
        for told in teller.told() {
            let message = format!("{}: {}", told.why, told.text());
            match told.what {
                What::Contract => self.faults.push(Note::new("simulator-contradicts-contract", message)),
                What::Evaluator => self.faults.push(Note::new(evaluator, message)),
                What::NotJudged => self.not_judged.push(Note::new("simulator-not-judged", message)),
            }
        }
        self.simulator = Simulator::Run(simulation);
    }
}

impl Simulation {
    /// A run of which nothing was compared yet.
    pub const fn new(call: &'static str, under: Under) -> Self {
        Self { call, under, decisions: 0, agreed: 0, others: Vec::new() }
    }

    /// Counts a comparison, and keeps it where it is not as it should be.
    pub fn take(&mut self, comparison: Comparison) {
        use crate::simulation::SimulationOutcome::AsExpected;
        self.decisions += 1;
        let agreed = matches!(comparison.evaluators, Evaluators::Agree(_));
        self.agreed += usize::from(agreed);
        if !agreed || comparison.contract != AsExpected {
            self.others.push(comparison);
        }
    }
}

/// What a preflight adds: faults, and what cannot be told by reading. `policies_elsewhere`, `boundary_elsewhere`: AWS's simulator
/// judged the actions with the account's own service control policies or boundary, or there is no role that a boundary could
/// limit, so that reading them need not.
pub fn of_preflight(
    preflight: &Preflight,
    policies_elsewhere: bool,
    boundary_elsewhere: bool,
) -> (Vec<Note>, Vec<Note>) {
    let (mut faults, mut not_judged) = (Vec::new(), Vec::new());
    let kinds = [
        ("service-control-policy-denies", "service control policies", &preflight.service_control, policies_elsewhere),
        ("permissions-boundary-denies", "the permissions boundary", &preflight.boundary, boundary_elsewhere),
        ("resource-control-policy-denies", "resource control policies", &preflight.resource_control, false),
    ];
    for (code, name, limited, elsewhere) in kinds {
        match limited {
            Limited::No(_) => {}
            Limited::Yes(fact) => faults.push(Note::new(code, fact.text.clone())),
            Limited::Unknown if elsewhere => {}
            Limited::Unknown => {
                let text =
                    format!("what {name} do to the role was not read, or depends on what only the real call tells");
                not_judged.push(Note::new("preflight-not-judged", text));
            }
        }
    }
    (faults, not_judged)
}

/// What the vendor's judgement says is wrong, in words; nothing for one that validates or cannot be judged.
pub fn fault_of(judgement: Judgement) -> Option<Note> {
    match judgement {
        Judgement::Insecure(probe) => Some(Note::new("insecure", format!("the role opens to {}", probe.describe()))),
        Judgement::Denied(because) => {
            let code = match because {
                DeniedBecause::RightIdDenied => "right-id-denied",
                DeniedBecause::OtherAccount => "other-account",
                DeniedBecause::NotListed => "not-listed",
            };
            Some(Note::new(code, because.describe()))
        }
        Judgement::Validated(_) | Judgement::Unknown(_) => None,
    }
}

/// Why an account was not looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// It is not ACTIVE: nobody can enter it.
    NotActive(AccountState),
    /// It is a member of an organization in lagging mode, where only the management account has the role.
    Lagging,
}

impl LeftOut {
    /// A stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotActive(state) => state.as_str(),
            Self::Lagging => "lagging-mode",
        }
    }
}

/// A run over accounts.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Who looked.
    pub viewpoint: Viewpoint,
    /// The organization.
    pub organization: OrganizationId,
    /// The name of the role.
    pub role: String,
    /// The accounts, in the order of their IDs.
    pub accounts: Vec<Validation>,
    /// Accounts that are listed and not looked at.
    pub left_out: Vec<(AccountId, LeftOut)>,
    /// What kept the run as a whole from being complete.
    pub not_judged: Vec<Note>,
}

impl Run {
    /// What it comes to. A run over no account judged nothing.
    pub fn standing(&self) -> Standing {
        if !self.not_judged.is_empty() || self.accounts.is_empty() {
            return Standing::NotJudged;
        }
        self.accounts.iter().map(Validation::standing).max().unwrap_or(Standing::NotJudged)
    }

    /// Accounts of a standing.
    pub fn of(&self, standing: Standing) -> impl Iterator<Item = &Validation> {
        self.accounts.iter().filter(move |validation| validation.standing() == standing)
    }
}

#[cfg(test)]
mod tests;
