//! What the machine and the driver say, as the report shows it.

use rolecall_driver::diagnosis::causes_of;
use rolecall_driver::stack_sets;
use rolecall_driver::summary::{RootCause, Summary};
use rolecall_driver::wanted::Wanted;
use rolecall_gate::config::RolloutEntry;
use rolecall_lifecycle::rollout::{
    Amount, Collision, ConcurrencyMode, ErrorClass, Failure, Halt, Outcome, RunKind, Stage, Unlock,
};
use rolecall_report::rollout::{Cause, Counts, State};

/// The choices by their key in `[rollout]`.
pub(super) fn choices(entry: &RolloutEntry) -> Vec<(&'static str, String)> {
    let unlock = match entry.unlock {
        Unlock::Probes => "probes",
        Unlock::Reading => "reading",
        Unlock::Confirm => "confirm",
    };
    let collision = match entry.collision {
        Collision::Fail => "fail",
        Collision::Overwrite => "overwrite",
        Collision::Skip => "skip",
    };
    let mode = match entry.mode {
        ConcurrencyMode::Strict => "strict",
        ConcurrencyMode::Soft => "soft",
    };
    vec![
        ("way_in", entry.way_in.clone()),
        ("unlock", unlock.to_owned()),
        ("concurrency", amount(entry.concurrency)),
        ("tolerance", amount(entry.tolerance)),
        ("mode", mode.to_owned()),
        ("collision", collision.to_owned()),
        ("bake", format!("{}s", entry.bake.0 / 1_000)),
    ]
}

/// The choices of a rollout by stack sets.
pub(super) fn stack_set_choices(entry: &RolloutEntry) -> Vec<(&'static str, String)> {
    let mut choices = choices(entry);
    choices.retain(|(key, _)| *key != "bake");
    let units = &entry.stack_set.organizational_units;
    choices.push(("organizational_units", if units.is_empty() { "the root".to_owned() } else { units.join(" ") }));
    choices
}

fn amount(amount: Amount) -> String {
    match amount {
        Amount::Count(count) => count.to_string(),
        Amount::Percentage(percentage) => format!("{percentage}%"),
    }
}

/// Where the last run stands.
pub(super) const fn state(kind: Option<RunKind>, outcome: Option<Outcome>) -> State {
    match (kind, outcome) {
        (None, _) => State::NotBegun,
        (Some(_), None) => State::UnderWay,
        (_, Some(Outcome::Complete)) => State::Complete,
        (_, Some(Outcome::WithFailures(_))) => State::WithFailures,
        (_, Some(Outcome::Stopped)) => State::Stopped,
        (_, Some(Outcome::Halted(halt))) => match halt {
            Halt::Management => State::HaltedManagement,
            Halt::Insecure => State::HaltedInsecure,
            Halt::NotUnlocked => State::HaltedNotUnlocked,
            Halt::ToleranceExceeded => State::HaltedTolerance,
        },
    }
}

/// The same of stack sets.
pub(super) const fn state_of_stack_sets(outcome: &stack_sets::Outcome) -> State {
    match outcome {
        stack_sets::Outcome::Complete => State::Complete,
        stack_sets::Outcome::Unread(_) => State::Unread,
        stack_sets::Outcome::Unfinished(_) => State::Unfinished,
        stack_sets::Outcome::WithFailures(_) => State::WithFailures,
        stack_sets::Outcome::Stopped => State::Stopped,
        stack_sets::Outcome::Refused(_) => State::Refused,
    }
}

/// Where a run is, for people.
pub(super) fn stage(stage: Option<Stage>) -> Option<String> {
    match stage? {
        Stage::Management => Some("management account".to_owned()),
        Stage::Unlocking => Some("waiting for the management account to be unlocked".to_owned()),
        Stage::Wave(wave) => Some(format!("wave {}", wave + 1)),
        Stage::Baking { wave, .. } => Some(format!("resting before wave {}", wave + 1)),
    }
}

/// How many accounts.
pub(super) const fn counts(summary: &Summary) -> Counts {
    Counts {
        created: summary.created,
        adopted: summary.adopted,
        overwritten: summary.overwritten,
        verified: summary.verified,
        unread: summary.unread,
        removed: summary.removed,
        not_active: summary.not_active,
        left_alone: summary.left_alone,
        failed: summary.failed,
        under_way: summary.under_way,
        not_begun: summary.not_begun,
    }
}

/// Why accounts failed.
pub(super) fn causes(wanted: &Wanted, summary: &Summary) -> Vec<Cause> {
    summary.causes.iter().map(|found| cause(wanted, found)).collect()
}

fn cause(wanted: &Wanted, cause: &RootCause) -> Cause {
    let example = cause.example.as_ref();
    Cause {
        failure: failure(cause.failure),
        call: example.map(|trouble| trouble.call.clone()),
        code: example.map(|trouble| trouble.code.clone()),
        message: example.map(|trouble| trouble.message.clone()),
        request_id: example.and_then(|trouble| trouble.request_id.clone()),
        accounts: cause.accounts.iter().map(ToString::to_string).collect(),
        next_step: cause.next_step(),
        diagnosis: causes_of(wanted, cause),
    }
}

/// The words of `docs/journal.md`.
const fn failure(failure: Failure) -> &'static str {
    match failure {
        Failure::Collision => "collision",
        Failure::NameTaken => "name-taken",
        Failure::NotEqual => "not-equal",
        Failure::Drifted => "drifted",
        Failure::Missing => "missing",
        Failure::Error(class) => match class {
            ErrorClass::Throttled => "throttled",
            ErrorClass::Fault => "fault",
            ErrorClass::NotReady => "not-ready",
            ErrorClass::Busy => "busy",
            ErrorClass::AlreadyExists => "already-exists",
            ErrorClass::NotFound => "not-found",
            ErrorClass::AccessDenied => "access-denied",
            ErrorClass::LimitExceeded => "limit-exceeded",
            ErrorClass::Invalid => "invalid",
            ErrorClass::NotActive => "not-active",
        },
    }
}
