//! What an event means: the entries that it leads to. All cases of an answer stand in one table, [`follow`].

use super::effect::Ignored;
use super::event::{Answer, ErrorClass, Event, Existing};
use super::journal::{Entry, Next};
use super::plan::{Collision, Plan, Settings, Unlock};
use super::retry::Retry;
use super::state::{
    Action, Failure, Halt, Origin, Outcome, Run, RunKind, Settled, Skipped, Stage, State, Status, Target,
};
use crate::{AccountNumber, TimeMs};
use rolecall_core::access_check::Verdict;

pub(super) fn decide(plan: &Plan, state: &State, at: TimeMs, event: &Event) -> Result<Vec<Entry>, Ignored> {
    let running = state.run.filter(|run| run.outcome.is_none());
    match *event {
        Event::Begin { kind } => match running {
            Some(_) => Err(Ignored::RunUnderWay),
            None => Ok(vec![Entry::RunBegan { kind, at }]),
        },
        Event::Answered { account, action, answer, jitter } => {
            answered(plan, state, at, account, action, answer, jitter).map(|entry| vec![entry])
        }
        Event::ProbesAnswered { verdict, jitter } => {
            let run = locked(plan, running, Unlock::Probes)?;
            Ok(vec![probes_answered(plan, &run, at, verdict, jitter)])
        }
        Event::Confirmed => {
            locked(plan, running, Unlock::Confirm)?;
            Ok(vec![Entry::Unlocked { by: Unlock::Confirm, at }])
        }
        Event::TimerDue => Ok(Vec::new()),
        Event::StopRequested => match running {
            Some(_) => Ok(vec![Entry::StopRequested { at }]),
            None => Err(Ignored::NoRun),
        },
        Event::ContinueRequested => match state.run {
            Some(run) if run.stopping && matches!(run.outcome, None | Some(Outcome::Stopped)) => {
                Ok(vec![Entry::Continued { at }])
            }
            _ => Err(Ignored::NoRun),
        },
        Event::Restarted => Ok(restarted(plan, state, at)),
    }
}

/// The run, when it waits for this kind of unlocking.
fn locked(plan: &Plan, running: Option<Run>, by: Unlock) -> Result<Run, Ignored> {
    let waits = |run: &Run| run.stage == Some(Stage::Unlocking) && run.asked && run.halted.is_none();
    running.filter(waits).filter(|_| plan.settings().unlock == by).ok_or(Ignored::NotLocked)
}

/// A denial may be the propagation of the new role and is repeated; a role that opens too far halts at once.
fn probes_answered(plan: &Plan, run: &Run, at: TimeMs, verdict: Verdict, jitter: u32) -> Entry {
    let retry = match verdict {
        Verdict::Validated => return Entry::Unlocked { by: Unlock::Probes, at },
        Verdict::Insecure => return Entry::Halted { because: Halt::Insecure, at },
        Verdict::Denied => &plan.settings().retries.propagation,
        Verdict::Unknown => &plan.settings().retries.fault,
    };
    match retry.wait(run.unlock_repetitions, jitter) {
        Some(wait) => Entry::UnlockPostponed { until: at.plus(wait), counts: true, at },
        None => Entry::Halted { because: Halt::NotUnlocked, at },
    }
}

/// Calls without an answer may have been made or not.
fn restarted(plan: &Plan, state: &State, at: TimeMs) -> Vec<Entry> {
    let targets = plan.accounts().zip(state.targets());
    let calling = targets.filter(|(_, target)| matches!(target.status, Status::Calling(_)));
    let mut entries: Vec<Entry> = calling.map(|(account, _)| Entry::Interrupted { account, at }).collect();
    if state.run.is_some_and(|run| run.outcome.is_none() && run.asked) {
        entries.push(Entry::UnlockPostponed { until: at, counts: false, at });
    }
    entries
}

fn answered(
    plan: &Plan,
    state: &State,
    at: TimeMs,
    account: AccountNumber,
    action: Action,
    answer: Answer,
    jitter: u32,
) -> Result<Entry, Ignored> {
    let place = plan.place(account).ok_or(Ignored::UnknownAccount)?;
    let target = state.target(place).ok_or(Ignored::UnknownAccount)?;
    let kind = state.run.map(|run| run.kind).ok_or(Ignored::NoRun)?;
    if target.status != Status::Calling(action) {
        return Err(Ignored::OldAnswer);
    }
    let follow = follow(plan.settings(), kind, target, action, answer).ok_or(Ignored::OldAnswer)?;
    let next = match follow {
        Follow::Next(next) => next,
        Follow::Repeat { action, retry, otherwise } => match retry.wait(target.repetitions, jitter) {
            Some(wait) => Next::Wait(action, at.plus(wait)),
            None => Next::Settle(Settled::Failed(otherwise)),
        },
    };
    Ok(Entry::Answered { account, action, answer, next, at })
}

/// What follows from an answer, before the clock and chance have a say.
enum Follow<'a> {
    Next(Next),
    Repeat { action: Action, retry: &'a Retry, otherwise: Failure },
}

/// All the cases; nothing for an answer that the call cannot have.
fn follow<'a>(
    settings: &'a Settings,
    kind: RunKind,
    target: &Target,
    action: Action,
    answer: Answer,
) -> Option<Follow<'a>> {
    let settle = |settled| Some(Follow::Next(Next::Settle(settled)));
    let call = |action| Some(Follow::Next(Next::Do(action)));
    let is_ours = matches!(target.origin, Origin::Begun | Origin::Created);
    match (action, answer) {
        (Action::Read, Answer::Found(Existing::Absent)) if target.name_taken => {
            settle(Settled::Failed(Failure::NameTaken))
        }
        (Action::Read, Answer::Found(Existing::Absent)) => call(Action::Create),
        (Action::Read, Answer::Found(Existing::Different)) if is_ours => call(Action::Overwrite),
        (Action::Read, Answer::Found(Existing::Different)) => match settings.collision {
            Collision::Fail => settle(Settled::Failed(Failure::Collision)),
            Collision::Overwrite => call(Action::Overwrite),
            Collision::Skip => settle(Settled::Skipped(Skipped::Collision)),
        },
        (Action::Read, Answer::Found(Existing::OtherCase)) => match settings.collision {
            Collision::Skip => settle(Settled::Skipped(Skipped::Collision)),
            // A role cannot be renamed (IAM API reference, `UpdateRole`), so there is nothing to overwrite.
            Collision::Fail | Collision::Overwrite => settle(Settled::Failed(Failure::NameTaken)),
        },

        (Action::Create | Action::Overwrite, Answer::Succeeded) => call(Action::Verify),
        (Action::Remove, Answer::Succeeded | Answer::Failed(ErrorClass::NotFound)) => settle(Settled::Removed),

        (Action::Verify, Answer::Found(Existing::Equal)) if kind == RunKind::Verify => settle(Settled::Verified),
        (Action::Read | Action::Verify, Answer::Found(Existing::Equal)) => settle(result(target.origin)),
        (Action::Verify, Answer::Found(found)) if kind == RunKind::Verify => match found {
            Existing::Different => settle(Settled::Failed(Failure::Drifted)),
            Existing::Absent | Existing::OtherCase | Existing::Equal => settle(Settled::Failed(Failure::Missing)),
        },
        (Action::Verify, Answer::Found(_)) => {
            let retry = &settings.retries.propagation;
            Some(Follow::Repeat { action, retry, otherwise: Failure::NotEqual })
        }

        (_, Answer::Failed(ErrorClass::NotActive)) | (Action::Create, Answer::NotMade(ErrorClass::NotActive)) => {
            settle(Settled::Skipped(Skipped::NotActive))
        }
        (_, Answer::Failed(class)) | (Action::Create, Answer::NotMade(class)) => match settings.retries.of(class) {
            Some(retry) => Some(Follow::Repeat { action: again(action), retry, otherwise: Failure::Error(class) }),
            None => settle(Settled::Failed(Failure::Error(class))),
        },

        (Action::Read | Action::Verify | Action::Overwrite | Action::Remove, Answer::NotMade(_))
        | (Action::Read | Action::Verify, Answer::Succeeded)
        | (Action::Create | Action::Overwrite | Action::Remove, Answer::Found(_)) => None,
    }
}

/// What the role is to us when it is found equal.
const fn result(origin: Origin) -> Settled {
    match origin {
        Origin::Begun | Origin::Created => Settled::Created,
        Origin::Overwriting | Origin::Overwritten => Settled::Overwritten,
        Origin::Nothing | Origin::Adopted => Settled::Adopted,
    }
}

/// A change that failed may have had its effect: what is there is read before it is tried again.
const fn again(action: Action) -> Action {
    match action {
        Action::Create | Action::Overwrite => Action::Read,
        Action::Read | Action::Verify | Action::Remove => action,
    }
}
