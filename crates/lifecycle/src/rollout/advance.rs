//! What comes next by itself: accounts to begin, stages to enter, the end of a run. One entry at a time, asked again until
//! there is none.

use super::journal::Entry;
use super::plan::{Plan, Unlock};
use super::state::{Action, Halt, Outcome, Run, RunKind, Stage, State, Status};
use crate::TimeMs;

pub(super) fn advance(plan: &Plan, state: &State, at: TimeMs) -> Option<Entry> {
    let run = state.run.filter(|run| run.outcome.is_none())?;
    // What was begun is finished, also when the run halts or stops: a half-made role helps nobody.
    if let Some(entry) = continue_account(plan, state, at) {
        return Some(entry);
    }
    let Some(stage) = run.stage else {
        return Some(Entry::StageBegan { stage: first_stage(plan, run.kind), at });
    };
    let allowed = concurrency(plan, &run, stage);
    if allowed == 0 && run.halted.is_none() {
        let because = if stage == Stage::Management { Halt::Management } else { Halt::ToleranceExceeded };
        return Some(Entry::Halted { because, at });
    }
    let may_begin = run.halted.is_none() && !run.stopping;
    if may_begin
        && state.under_way < allowed
        && let Some(place) = state.waiting.first()
    {
        return begin_account(plan, *place, run.kind, at);
    }
    if state.under_way > 0 {
        return None;
    }
    if let Some(because) = run.halted {
        return Some(finished(&run, Outcome::Halted(because), at));
    }
    if run.stopping {
        return Some(finished(&run, Outcome::Stopped, at));
    }
    if state.waiting.is_empty() { after_stage(plan, state, &run, stage, at) } else { None }
}

fn finished(run: &Run, outcome: Outcome, at: TimeMs) -> Entry {
    Entry::RunFinished { kind: run.kind, outcome, at }
}

/// An account that is ready, or whose wait is over.
fn continue_account(plan: &Plan, state: &State, at: TimeMs) -> Option<Entry> {
    let due = state.backing_off.first().filter(|(until, _)| *until <= at).map(|(_, place)| *place);
    let place = state.ready.first().copied().or(due)?;
    let action = match state.target(place)?.status {
        Status::Ready(action) | Status::BackingOff(action, _) => action,
        Status::Idle | Status::Waiting | Status::Calling(_) | Status::Settled(_) => return None,
    };
    Some(Entry::Began { account: plan.target(place)?.0, action, at })
}

fn begin_account(plan: &Plan, place: u32, kind: RunKind, at: TimeMs) -> Option<Entry> {
    let action = match kind {
        RunKind::Rollout => Action::Read,
        RunKind::Verify => Action::Verify,
        RunKind::Remove => Action::Remove,
    };
    Some(Entry::Began { account: plan.target(place)?.0, action, at })
}

/// How many accounts may be under way; 0 halts the run. Reading changes nothing, so that a verification never halts.
fn concurrency(plan: &Plan, run: &Run, stage: Stage) -> u32 {
    let preferences = plan.settings().preferences;
    match (stage, run.kind) {
        (Stage::Wave(_), RunKind::Verify) => preferences.concurrency_after(run.stage_total, 0),
        (Stage::Wave(_), _) => preferences.concurrency_after(run.stage_total, run.stage_failed),
        (Stage::Management, RunKind::Rollout | RunKind::Remove) => u32::from(run.stage_failed == 0),
        (Stage::Management, RunKind::Verify) | (Stage::Unlocking | Stage::Baking { .. }, _) => 1,
    }
}

fn first_stage(plan: &Plan, kind: RunKind) -> Stage {
    if kind == RunKind::Remove && has_wave(plan, 0) { Stage::Wave(0) } else { Stage::Management }
}

fn after_stage(plan: &Plan, state: &State, run: &Run, stage: Stage, at: TimeMs) -> Option<Entry> {
    let begin = |stage| Some(Entry::StageBegan { stage, at });
    match (stage, run.kind) {
        (Stage::Management, RunKind::Rollout) if !is_management_in_place(state) => {
            Some(Entry::Halted { because: Halt::Management, at })
        }
        (Stage::Management, RunKind::Rollout) if state.unlocked.is_none() => begin(Stage::Unlocking),
        (Stage::Management, RunKind::Rollout | RunKind::Verify) => Some(wave(plan, run, 0, at)),
        (Stage::Management, RunKind::Remove) => Some(finished(run, end_of(run), at)),
        (Stage::Unlocking, _) => unlocking(plan, state, run, at),
        (Stage::Baking { wave, until }, _) => {
            if until <= at {
                begin(Stage::Wave(wave))
            } else {
                None
            }
        }
        (Stage::Wave(done), RunKind::Rollout) if has_wave(plan, done + 1) && plan.settings().bake.0 > 0 => {
            begin(Stage::Baking { wave: done + 1, until: at.plus(plan.settings().bake) })
        }
        (Stage::Wave(done), _) => Some(wave(plan, run, done + 1, at)),
    }
}

fn unlocking(plan: &Plan, state: &State, run: &Run, at: TimeMs) -> Option<Entry> {
    match (state.unlocked, plan.settings().unlock) {
        (Some(_), _) => Some(wave(plan, run, 0, at)),
        // The role of the management account was settled by reading it.
        (None, Unlock::Reading) => Some(Entry::Unlocked { by: Unlock::Reading, at }),
        (None, Unlock::Probes | Unlock::Confirm) if !run.asked && run.unlock_at <= at => {
            Some(Entry::UnlockAsked { at })
        }
        (None, Unlock::Probes | Unlock::Confirm) => None,
    }
}

/// The wave, or what comes behind the last one.
fn wave(plan: &Plan, run: &Run, wave: u32, at: TimeMs) -> Entry {
    if has_wave(plan, wave) {
        return Entry::StageBegan { stage: Stage::Wave(wave), at };
    }
    match run.kind {
        RunKind::Remove => Entry::StageBegan { stage: Stage::Management, at },
        RunKind::Rollout | RunKind::Verify => finished(run, end_of(run), at),
    }
}

fn has_wave(plan: &Plan, wave: u32) -> bool {
    (wave as usize) < plan.wave_count()
}

fn is_management_in_place(state: &State) -> bool {
    state.target(0).is_some_and(|target| target.origin.is_in_place())
}

const fn end_of(run: &Run) -> Outcome {
    if run.failed == 0 { Outcome::Complete } else { Outcome::WithFailures(run.failed) }
}
