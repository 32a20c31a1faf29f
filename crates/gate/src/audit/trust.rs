//! Whom a role lets in, for the audit: every statement of its trust with a witness, whether strangers get in, and, where
//! it is known who should, the proof that nobody else does.

use crate::access::{Access, access};
use rolecall_iam::document::Policy;
use rolecall_iam::principal::Principal;
use rolecall_iam_prove::{
    Options, PolicySide, UnknownReason, Verdict, Witness, not_public, only_principals, replay_line,
};

/// The trust of a role.
#[derive(Clone, Debug)]
pub struct TrustAudit {
    /// Which one, such as a path.
    pub name: String,
    /// What each statement lets whom do.
    pub access: Access,
    /// That no stranger gets in.
    pub not_public: Claim,
    /// That nobody gets in but those who should, with the ID that they should have; `None`: nobody said who should.
    pub only_expected: Option<(String, Claim)>,
}

/// What became of a claim.
#[derive(Clone, Debug)]
pub enum Claim {
    /// Proved over all requests.
    Proved,
    /// It is false: a request that shows it, and the line that replays it.
    False(Box<Witness>, String),
    /// Unknown, and why.
    Unknown(String),
}

impl Claim {
    pub(crate) fn of(verdict: &Verdict, side: &PolicySide<'_>) -> Self {
        match verdict {
            Verdict::None { .. } => Self::Proved,
            Verdict::NewAccess(found) => {
                Self::False(Box::new(found.witness.clone()), replay_line(side, &found.witness))
            }
            Verdict::Unknown { reason, .. } => Self::Unknown(UnknownReason::to_string(reason)),
        }
    }
}

impl TrustAudit {
    /// Whether everything was decided.
    pub fn is_complete(&self) -> bool {
        let known = |claim: &Claim| !matches!(claim, Claim::Unknown(_));
        self.access.undecided.is_empty()
            && known(&self.not_public)
            && self.only_expected.as_ref().is_none_or(|(_, claim)| known(claim))
    }
}

/// Who should get in.
#[derive(Clone, Debug)]
pub struct Expected<'a> {
    /// In words.
    pub words: String,
    /// The principals.
    pub principals: Vec<Principal>,
    /// The external ID that they have to send.
    pub external_id: Option<&'a str>,
}

/// Audits a trust policy.
pub fn audit_trust(name: &str, policy: &Policy, expected: Option<&Expected<'_>>, options: Options) -> TrustAudit {
    let side = PolicySide::trust(policy);
    // A policy that AWS would not have taken proves nothing, whatever its readable statements say.
    let unreadable = policy.statements.iter().any(|statement| !statement.undecidable.is_empty());
    let told = |verdict: &Verdict| match Claim::of(verdict, &side) {
        Claim::Proved if unreadable => Claim::Unknown(String::from("a part of the policy cannot be evaluated")),
        claim => claim,
    };
    let only = |expected: &Expected<'_>| {
        let verdict = only_principals(policy, &expected.principals, expected.external_id, options);
        (expected.words.clone(), told(&verdict))
    };
    TrustAudit {
        name: name.to_owned(),
        access: access(&side, options),
        not_public: told(&not_public(&side, options)),
        only_expected: expected.map(only),
    }
}
