//! What is seen to be wrong, or to look so, before anybody asks why. An account that is not expected to work (it left, it is
//! not ACTIVE, it is served in lagging mode) has that as its only symptom.

use super::case::Case;
use super::evidence::{Check, ListingEnd, Seen};
use super::outcome::Fact;
use crate::access_check::{AccountState, IdOf, Outcome, Probe, Verdict};
use crate::organization::{AccountKind, ServiceMode};

macro_rules! symptoms {
    ($($(#[$documentation:meta])* $name:ident = $text:literal,)*) => {
        /// Something that is seen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Symptom {
            $($(#[$documentation])* $name,)*
        }

        impl Symptom {
            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

symptoms! {
    /// The right ID is denied.
    Denied = "denied",
    /// The right ID was denied and is not any more.
    DeniedBefore = "denied-before",
    /// A wrong ID, or none, opens the role.
    Insecure = "insecure",
    /// The session was one of another account.
    OtherAccount = "other-account",
    /// A probe was throttled.
    Throttled = "throttled",
    /// A probe failed on the way.
    Fault = "fault",
    /// The vendor's credentials were refused.
    CredentialsRefused = "credentials-refused",
    /// STS is not activated in the Region.
    RegionRefused = "region-refused",
    /// The request was refused as wrong.
    RequestRefused = "request-refused",
    /// An action of the session is denied.
    ActionDenied = "action-denied",
    /// The account's own ID opened the role, not the organization's.
    OwnIdUsed = "own-id-used",
    /// A complete listing does not have the account.
    NotListed = "not-listed",
    /// The account's state is another than ACTIVE.
    NotActive = "not-active",
    /// Nothing could be made of the account's state.
    StateUnread = "state-unread",
    /// The account is a member in lagging mode: nobody checks it.
    NotChecked = "not-checked",
    /// The listing broke off.
    ListingPartial = "listing-partial",
    /// The listing was refused.
    ListingRefused = "listing-refused",
    /// Organizations of two customers list the account.
    ClaimedTwice = "claimed-twice",
    /// An e-mail that no failed check explains.
    UnexpectedEmail = "unexpected-email",
    /// The account has no such role.
    RoleAbsent = "role-absent",
    /// The role is not what it should be.
    RoleWrong = "role-wrong",
    /// A step or a stack instance failed or waits.
    DeploymentFailed = "deployment-failed",
}

type Seens = Vec<(Symptom, Fact)>;

/// Everything that is seen.
pub(super) fn symptoms(case: &Case<'_>) -> Seens {
    let mut seen = Vec::new();
    listing(case, &mut seen);
    if !gates(case, &mut seen) {
        checks(case, &mut seen);
        emails(case, &mut seen);
        actions(case, &mut seen);
        readings(case, &mut seen);
        deployment(case, &mut seen);
    }
    seen
}

fn listing(case: &Case<'_>, seen: &mut Seens) {
    let listing = &case.evidence.listing;
    match listing.end.present() {
        Some(ListingEnd::Partial { code }) => {
            let text = format!("the listing of accounts broke off with `{code}`");
            seen.push((Symptom::ListingPartial, Fact::new(text, "listing.end")));
        }
        Some(ListingEnd::Refused { code }) => {
            let text = format!("listing the accounts was refused with `{code}`");
            seen.push((Symptom::ListingRefused, Fact::new(text, "listing.end")));
        }
        Some(ListingEnd::Complete) | None => {}
    }
    if let Some(other) = listing.also_listed_by.present() {
        let text = format!("organization {} of another customer lists the account as well", other.as_str());
        seen.push((Symptom::ClaimedTwice, Fact::new(text, "listing.alsoListedBy")));
    }
}

/// What makes everything else expected.
fn gates(case: &Case<'_>, seen: &mut Seens) -> bool {
    let subject = &case.evidence.subject;
    let entry = &case.evidence.listing.entry;
    let complete = case.evidence.listing.end.present().is_none_or(|end| *end == ListingEnd::Complete);
    let gate = if entry.is_absent() && complete {
        let text = format!("the listing of organization {} does not have the account", subject.organization.as_str());
        Some((Symptom::NotListed, Fact::new(text, "listing.entry")))
    } else if let Some(state) = case.state().filter(|state| *state != AccountState::Active) {
        Some((Symptom::NotActive, Fact::new(format!("the account is {}", state.as_str()), "listing.entry")))
    } else if entry.present().is_some_and(|entry| entry.read_as.is_absent()) {
        let text = "nothing could be made of the account's state";
        Some((Symptom::StateUnread, Fact::new(text, "listing.entry.readAs")))
    } else if subject.mode == ServiceMode::Lagging && subject.kind == AccountKind::Member {
        let text = "the account is a member of an organization in lagging mode and is not checked";
        Some((Symptom::NotChecked, Fact::new(text, "subject.mode")))
    } else {
        None
    };
    let found = gate.is_some();
    seen.extend(gate);
    found
}

fn checks(case: &Case<'_>, seen: &mut Seens) {
    if let Some((index, last)) = case.last_check() {
        let place = format!("checks[{index}]");
        let outcomes = last.outcomes.iter();
        for (probe, outcome) in outcomes {
            if let Some(symptom) = undecided(outcome) {
                let text = format!("{} at the last check: {}", probe.describe(), outcome_words(outcome));
                if !seen.iter().any(|(known, _)| *known == symptom) {
                    seen.push((symptom, Fact::new(text, place.clone())));
                }
            }
        }
    }
    let Some((index, decided)) = case.last_decided() else { return };
    let place = format!("checks[{index}]");
    match decided.verdict {
        Verdict::Denied if is_right_denied(decided) => {
            let count = case.failures_since_validated();
            let times = if count == 1 { String::from("once") } else { format!("{count} times") };
            let text =
                format!("AssumeRole with the right external ID was denied, {times} since it last worked or joined");
            seen.push((Symptom::Denied, Fact::new(text, place)));
        }
        Verdict::Denied => {
            let text = "the session of the role was one of another account";
            seen.push((Symptom::OtherAccount, Fact::new(text, place)));
        }
        Verdict::Insecure => {
            let opened: Vec<_> =
                decided.outcomes.iter().filter(|(probe, outcome)| opens_wrongly(*probe, *outcome)).collect();
            let names: Vec<_> = opened.iter().map(|(probe, _)| probe.describe()).collect();
            let text = format!("allowed and should be denied: {}", names.join(", "));
            seen.push((Symptom::Insecure, Fact::new(text, place)));
        }
        Verdict::Validated => {
            if decided.outcomes.opened_by() == Some(IdOf::Account) {
                let text = "the organization's external ID was denied and the account's own opened the role";
                seen.push((Symptom::OwnIdUsed, Fact::new(text, place)));
            }
            if let Some(index) = case.denied_before_last() {
                let text = "AssumeRole was denied at first and works now";
                seen.push((Symptom::DeniedBefore, Fact::new(text, format!("checks[{index}]"))));
            }
        }
        Verdict::Unknown => {}
    }
}

/// Whether every right ID that was tried was denied.
pub(super) fn is_right_denied(check: &Check) -> bool {
    check.outcomes.opened_by().is_none()
        && check.outcomes.get(Probe::Right(IdOf::Organization)) == Outcome::AccessDenied
}

/// Whether a probe that had to be denied was not.
pub(super) const fn opens_wrongly(probe: Probe, outcome: Outcome) -> bool {
    probe.is_negative() && matches!(outcome, Outcome::Allowed)
}

const fn undecided(outcome: Outcome) -> Option<Symptom> {
    match outcome {
        Outcome::Throttled => Some(Symptom::Throttled),
        Outcome::Fault => Some(Symptom::Fault),
        Outcome::OwnCredentials => Some(Symptom::CredentialsRefused),
        Outcome::RegionDisabled => Some(Symptom::RegionRefused),
        Outcome::BadRequest => Some(Symptom::RequestRefused),
        Outcome::NotMade | Outcome::Allowed | Outcome::AccessDenied | Outcome::OtherAccount | Outcome::Unrecognised => {
            None
        }
    }
}

const fn outcome_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotMade => "not tried",
        Outcome::Allowed => "allowed",
        Outcome::AccessDenied => "denied",
        Outcome::OtherAccount => "another account answered",
        Outcome::Throttled => "throttled",
        Outcome::Fault => "failed on the way",
        Outcome::OwnCredentials => "the vendor's own credentials were refused",
        Outcome::RegionDisabled => "STS is not activated in the Region",
        Outcome::BadRequest => "refused as a wrong request",
        Outcome::Unrecognised => "an answer that nobody knows",
    }
}

fn emails(case: &Case<'_>, seen: &mut Seens) {
    if let Some(index) = case.unexplained_email() {
        let text = "an e-mail went out, and no check had failed by then";
        seen.push((Symptom::UnexpectedEmail, Fact::new(text, format!("emails[{index}]"))));
    }
    // Without the checks an e-mail is how a customer learns that they fail; what became of it afterwards is not told.
    if let (Seen::NotLooked, Some(emails)) = (&case.evidence.checks, case.evidence.emails.present())
        && let Some(last) = emails.len().checked_sub(1)
    {
        let text = format!("{} e-mails say that the vendor has no access", emails.len());
        seen.push((Symptom::Denied, Fact::new(text, format!("emails[{last}]"))));
    }
}

fn actions(case: &Case<'_>, seen: &mut Seens) {
    let tried = case.evidence.actions.present().map_or(&[][..], Vec::as_slice);
    for (index, tried) in tried.iter().enumerate() {
        let Some((code, _)) = tried.error.present() else { continue };
        // A session that is not taken, or not given, was denied nothing.
        let symptom = match code.as_str() {
            "ValidationError" => Symptom::RequestRefused,
            "InvalidClientTokenId" => Symptom::CredentialsRefused,
            _ => Symptom::ActionDenied,
        };
        if !seen.iter().any(|(known, _)| *known == symptom) {
            let text = format!("`{}` in the role's session is refused with `{code}`", tried.action);
            seen.push((symptom, Fact::new(text, format!("actions[{index}]"))));
        }
    }
}

fn readings(case: &Case<'_>, seen: &mut Seens) {
    let readings = &case.evidence.readings;
    if readings.role.is_absent() {
        let text = format!("the account has no role named `{}`", case.evidence.subject.role_name);
        seen.push((Symptom::RoleAbsent, Fact::new(text, "readings.role")));
    }
    if let Some(fact) = case.role_wrong() {
        seen.push((Symptom::RoleWrong, fact));
    }
}

fn deployment(case: &Case<'_>, seen: &mut Seens) {
    if let Some(trouble) = case.troubles().first() {
        seen.push((Symptom::DeploymentFailed, trouble.fact.clone()));
    }
}
