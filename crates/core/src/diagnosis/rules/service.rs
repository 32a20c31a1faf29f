//! STS and the vendor's own service: what fails before a role is asked, and e-mails that nothing explains.

use crate::access_check::{Outcome, Probe};
use crate::diagnosis::case::Case;
use crate::diagnosis::cause::Cause;
use crate::diagnosis::clue::{Clue, Rule};
use crate::diagnosis::evidence::{ListingEnd, ProbeError};
use crate::diagnosis::look::Look;
use crate::diagnosis::symptom::Symptom;

pub(super) const RULES: &[Rule] = &[
    Rule {
        cause: Cause::VendorThrottled,
        explains: &[Symptom::Throttled, Symptom::ListingPartial],
        needs: &[],
        proofs: &[|case| outcome(case, Outcome::Throttled)],
        hints: &[],
    },
    Rule {
        cause: Cause::ServiceFault,
        explains: &[Symptom::Fault, Symptom::ListingPartial],
        needs: &[],
        proofs: &[|case| outcome(case, Outcome::Fault)],
        hints: &[],
    },
    Rule {
        cause: Cause::GlobalEndpointToken,
        explains: &[Symptom::CredentialsRefused],
        needs: &[invalid_token],
        proofs: &[fresh_token_refused],
        hints: &[],
    },
    Rule {
        cause: Cause::VendorCredentials,
        explains: &[Symptom::CredentialsRefused],
        needs: &[own_token_refused],
        proofs: &[expired],
        hints: &[],
    },
    Rule {
        cause: Cause::RegionDisabled,
        explains: &[Symptom::RegionRefused],
        needs: &[],
        proofs: &[|case| outcome(case, Outcome::RegionDisabled)],
        hints: &[],
    },
    Rule {
        cause: Cause::SessionTooLong,
        explains: &[Symptom::RequestRefused],
        needs: &[],
        proofs: &[duration_refused],
        hints: &[],
    },
    Rule {
        cause: Cause::DuplicateNotification,
        explains: &[Symptom::UnexpectedEmail],
        needs: &[],
        proofs: &[unexplained_email],
        hints: &[],
    },
];

/// Before the accounts are listed the vendor assumes the role of the management account: the evidence names that call.
pub(super) fn session_for_listing(case: &Case<'_>) -> Option<(Outcome, String)> {
    let Some(ListingEnd::Partial { code }) = case.evidence.listing.end.present() else { return None };
    let (_, error) = code.split_once('/')?;
    Some((Outcome::of_error(error, 0), code.clone()))
}

fn outcome(case: &Case<'_>, wanted: Outcome) -> Clue {
    if let Some((outcome, code)) = session_for_listing(case) {
        let text = format!("the listing ended with `{code}`");
        let same = outcome == wanted;
        return if same { Clue::holds(text, "listing.end") } else { Clue::fails(text, "listing.end") };
    }
    let Some((index, last)) = case.last_check() else { return Clue::Open(Look::Checks) };
    let place = format!("checks[{index}]");
    match last.outcomes.iter().find(|(_, outcome)| *outcome == wanted) {
        Some((probe, _)) => Clue::holds(format!("{} says nothing about the role", probe.describe()), place),
        None => Clue::fails("no probe of the last check ended so", place),
    }
}

/// AWS's errors of the last check, with its number.
fn errors<'e>(case: &Case<'e>) -> Option<(usize, &'e [ProbeError])> {
    let (index, last) = case.last_check()?;
    Some((index, last.errors.present()?.as_slice()))
}

/// A call of a session that AWS refused with a code.
fn refused_with<'e>(case: &Case<'e>, code: &str) -> Option<(usize, &'e str)> {
    let tried = case.evidence.actions.present().into_iter().flatten().enumerate();
    let mut refused = tried.filter_map(|(index, one)| Some((index, one.error.present()?)));
    refused.find(|(_, (known, _))| known == code).map(|(index, (_, message))| (index, message.as_str()))
}

fn invalid_token(case: &Case<'_>) -> Clue {
    if refused_with(case, "InvalidClientTokenId").is_some() {
        return Clue::Idle;
    }
    let Some((index, errors)) = errors(case) else { return Clue::Open(Look::ProbeErrors) };
    match errors.iter().find(|error| is_credentials(&error.code)) {
        Some(error) if error.code == "InvalidClientTokenId" => Clue::Idle,
        Some(error) => Clue::fails(format!("the error is `{}`", error.code), format!("checks[{index}].errors")),
        None => Clue::Open(Look::ProbeErrors),
    }
}

fn is_credentials(code: &str) -> bool {
    ["InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"].contains(&code)
        || code.starts_with("ExpiredToken")
}

/// A session that STS has just given cannot be invalid but for the Region in which it is used.
fn fresh_token_refused(case: &Case<'_>) -> Clue {
    if let Some((index, message)) = refused_with(case, "InvalidClientTokenId") {
        return Clue::holds(
            format!("a session that AssumeRole gave is refused: {message}"),
            format!("actions[{index}]"),
        );
    }
    let Some((index, last)) = case.last_check() else { return Clue::Open(Look::Checks) };
    let place = format!("checks[{index}]");
    if last.outcomes.opened_by().is_some() {
        if last.outcomes.get(Probe::CallerIdentity) == Outcome::OwnCredentials {
            return Clue::holds("the session that AssumeRole has just given is refused", place);
        }
        return Clue::fails("the session was not refused", place);
    }
    Clue::Open(Look::ProbeErrors)
}

fn own_token_refused(case: &Case<'_>) -> Clue {
    if let Some((index, _)) = refused_with(case, "InvalidClientTokenId") {
        return Clue::fails("it is the role's session that is refused", format!("actions[{index}]"));
    }
    let Some((index, last)) = case.last_check() else { return Clue::Open(Look::Checks) };
    if last.outcomes.opened_by().is_some() && last.outcomes.get(Probe::CallerIdentity) == Outcome::OwnCredentials {
        let text = "AssumeRole was answered, so that the vendor's own credentials are good";
        return Clue::fails(text, format!("checks[{index}]"));
    }
    Clue::Idle
}

fn expired(case: &Case<'_>) -> Clue {
    let Some((index, errors)) = errors(case) else { return Clue::Open(Look::ProbeErrors) };
    match errors.iter().find(|error| is_credentials(&error.code)) {
        // This one code has both causes.
        Some(error) if error.code == "InvalidClientTokenId" => Clue::Open(Look::ProbeErrors),
        Some(error) => Clue::holds(format!("the error is `{}`", error.code), format!("checks[{index}].errors")),
        None => Clue::Open(Look::ProbeErrors),
    }
}

fn is_duration(message: &str) -> bool {
    let lower = message.to_ascii_lowercase();
    lower.contains("durationseconds") || lower.contains("maxsessionduration") || lower.contains("role chaining")
}

fn duration_refused(case: &Case<'_>) -> Clue {
    if let Some((index, message)) = refused_with(case, "ValidationError") {
        let place = format!("actions[{index}]");
        return if is_duration(message) { Clue::holds(message, place) } else { Clue::fails(message, place) };
    }
    let Some((index, errors)) = errors(case) else { return Clue::Open(Look::ProbeErrors) };
    let place = format!("checks[{index}].errors");
    match (errors.iter().find(|error| is_duration(&error.message)), errors.first()) {
        (Some(error), _) => Clue::holds(format!("`{}`: {}", error.code, error.message), place),
        (None, Some(error)) => Clue::fails(format!("`{}`: {}", error.code, error.message), place),
        (None, None) => Clue::Open(Look::ProbeErrors),
    }
}

fn unexplained_email(case: &Case<'_>) -> Clue {
    if !case.evidence.emails.is_looked() {
        return Clue::Open(Look::Emails);
    }
    if !case.evidence.checks.is_looked() {
        return Clue::Open(Look::Checks);
    }
    match case.unexplained_email() {
        Some(index) => Clue::holds("no failed check came before this e-mail", format!("emails[{index}]")),
        None => Clue::fails("every e-mail follows a failed check", "emails"),
    }
}
