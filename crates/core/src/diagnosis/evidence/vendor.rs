//! What the vendor has by its own doing: bindings, probes, e-mails, what sessions of the role could call. A customer has
//! of it what the vendor told.

use super::Seen;
use crate::access_check::{Outcomes, Probe, TimeMs, Verdict};
use crate::external_id::ExternalId;

/// What was agreed: IDs and policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bindings {
    /// The organization's external ID.
    pub organization_id: Seen<ExternalId>,
    /// The account's own, older ID. Absent: it has none.
    pub own_id: Seen<OwnId>,
    /// IDs of others that the viewpoint knows: those of the customer's other organizations and accounts.
    pub others: Seen<Vec<KnownId>>,
    /// The text of the policy that this account must have.
    pub policy: Seen<String>,
    /// The text of the policy of the other kind of account. Absent: all accounts have the same.
    pub other_kind_policy: Seen<String>,
    /// The texts of older versions of the policy.
    pub older_policies: Seen<Vec<String>>,
    /// The actions that the vendor needs in this account.
    pub actions: Seen<Vec<String>>,
}

/// The older ID of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnId {
    /// The ID.
    pub id: ExternalId,
    /// Whether it still counts: a migration to the organization's ID has not ended.
    pub counts: bool,
}

/// An ID and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownId {
    /// The ID.
    pub id: ExternalId,
    /// Whose, in words: "organization o-…", "account …".
    pub of: String,
}

/// What started a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckStart {
    /// A discovery tick, by its number.
    Tick(u32),
    /// Somebody pressed Validate Access.
    Requested,
}

/// One access check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// When its last answer came in.
    pub at: TimeMs,
    /// What started it.
    pub start: Seen<CheckStart>,
    /// What came back from each probe.
    pub outcomes: Outcomes,
    /// Its verdict.
    pub verdict: Verdict,
    /// AWS's errors beyond AssumeRole's one denial: code and message by probe. Absent: none was kept.
    pub errors: Seen<Vec<ProbeError>>,
}

/// AWS's error to a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeError {
    /// Which probe.
    pub probe: Probe,
    /// AWS's code.
    pub code: String,
    /// AWS's message.
    pub message: String,
}

/// One e-mail about the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Email {
    /// When it was sent.
    pub at: TimeMs,
    /// Its number for the account, from 1.
    pub number: u16,
}

/// An action that was tried in a session of the role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriedAction {
    /// `service:Name`.
    pub action: String,
    /// AWS's code and message. Absent: the call succeeded.
    pub error: Seen<(String, String)>,
}

/// What is known of the other accounts of the organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Neighbours {
    /// The last verdict on the management account, when this account is a member.
    pub management: Seen<Verdict>,
    /// Members, this account apart, that were last validated.
    pub members_validated: Seen<u32>,
    /// Members, this account apart, that were last denied.
    pub members_denied: Seen<u32>,
}
