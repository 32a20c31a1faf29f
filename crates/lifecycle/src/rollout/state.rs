//! The state of a rollout, and how an entry changes it. It only writes down what the entry says.

use super::event::{Answer, ErrorClass};
use super::journal::{Entry, Next};
use super::plan::{Plan, Unlock};
use crate::{AccountNumber, AccountState, TimeMs};
use std::collections::BTreeSet;

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunKind {
    /// Bring the role into every account that does not have it yet.
    Rollout,
    /// Read it wherever it was brought.
    Verify,
    /// Take it away again, management account last.
    Remove,
}

/// A call in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Read the role, before anything is done.
    Read,
    /// Make it, with its policies.
    Create,
    /// Make an existing one the one of the profile.
    Overwrite,
    /// Read it, after something was done.
    Verify,
    /// Delete it, with its policies.
    Remove,
}

/// Whose a role is, as far as this rollout knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// No role of ours is known.
    Nothing,
    /// We began to make it where there was none, or to remove what we made; whatever is there is ours.
    Begun,
    /// We began to overwrite another one, or to remove one that we did not make.
    Overwriting,
    /// Made by us.
    Created,
    /// It was there and was equal.
    Adopted,
    /// It was there and was overwritten.
    Overwritten,
}

impl Origin {
    /// Whether the role stands as it should, as last seen.
    pub const fn is_in_place(self) -> bool {
        matches!(self, Self::Created | Self::Adopted | Self::Overwritten)
    }
}

/// The result of an account in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The role was made.
    Created,
    /// An equal one was found.
    Adopted,
    /// Another one was overwritten.
    Overwritten,
    /// It still is as it should be.
    Verified,
    /// It was taken away.
    Removed,
    /// Nothing was done.
    Skipped(Skipped),
    /// It failed.
    Failed(Failure),
}

/// Why nothing was done in an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skipped {
    /// It is not ACTIVE.
    NotActive,
    /// Another role has the name, and the plan says to leave it alone.
    Collision,
}

/// Why an account failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Another role has the name.
    Collision,
    /// A role has the name in other case.
    NameTaken,
    /// What was made could not be read back as it should be.
    NotEqual,
    /// It was changed since.
    Drifted,
    /// It is gone.
    Missing,
    /// A call failed for good, or too often.
    Error(ErrorClass),
}

/// Where an account stands in the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its stage has not come, or the run does not touch it.
    Idle,
    /// Its stage has come, and it was not begun.
    Waiting,
    /// This call is to be made.
    Ready(Action),
    /// This call is out.
    Calling(Action),
    /// This call is to be made then.
    BackingOff(Action, TimeMs),
    /// Over.
    Settled(Settled),
}

impl Status {
    const fn is_under_way(self) -> bool {
        matches!(self, Self::Ready(_) | Self::Calling(_) | Self::BackingOff(..))
    }
}

/// One account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Where it stands in the run.
    pub status: Status,
    /// Whose its role is.
    pub origin: Origin,
    /// Repetitions of the call since the last one that got further.
    pub repetitions: u8,
    /// How often a role was begun to be made in this account.
    pub creations: u8,
    /// A role could not be made because its name was taken.
    pub name_taken: bool,
}

/// A part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The management account.
    Management,
    /// Waiting for the members to be unlocked.
    Unlocking,
    /// A wave of members, from 0.
    Wave(u32),
    /// The rest before a wave.
    Baking {
        /// The wave.
        wave: u32,
        /// When it begins.
        until: TimeMs,
    },
}

/// Why no further account is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The role does not stand in the management account.
    Management,
    /// The vendor found that the role opens without the right ID.
    Insecure,
    /// The vendor did not get in.
    NotUnlocked,
    /// More accounts of the wave failed than may.
    ToleranceExceeded,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every account was settled, none failed.
    Complete,
    /// Every account was settled, so many failed.
    WithFailures(u32),
    /// It halted.
    Halted(Halt),
    /// It was stopped and can go on.
    Stopped,
}

/// A run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) kind: RunKind,
    pub(super) stage: Option<Stage>,
    pub(super) asked: bool,
    pub(super) unlock_repetitions: u8,
    pub(super) unlock_at: TimeMs,
    pub(super) halted: Option<Halt>,
    pub(super) stopping: bool,
    pub(super) outcome: Option<Outcome>,
    /// Of the whole run.
    pub(super) failed: u32,
    /// Of the stage.
    pub(super) stage_failed: u32,
    /// Accounts that the stage touches.
    pub(super) stage_total: u32,
}

/// The state: the fold of the journal.
///
/// Invariant: the sets hold exactly the places of the targets with the status that they are named after, `under_way` counts
/// those that are ready, calling or backing off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    targets: Vec<Target>,
    pub(super) run: Option<Run>,
    pub(super) unlocked: Option<Unlock>,
    pub(super) waiting: BTreeSet<u32>,
    pub(super) ready: BTreeSet<u32>,
    pub(super) backing_off: BTreeSet<(TimeMs, u32)>,
    pub(super) under_way: u32,
}

impl State {
    pub(super) fn new(plan: &Plan) -> Self {
        let fresh =
            Target { status: Status::Idle, origin: Origin::Nothing, repetitions: 0, creations: 0, name_taken: false };
        Self {
            targets: vec![fresh; plan.target_count()],
            run: None,
            unlocked: None,
            waiting: BTreeSet::new(),
            ready: BTreeSet::new(),
            backing_off: BTreeSet::new(),
            under_way: 0,
        }
    }

    /// The targets in the order of [`Plan::accounts`].
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// What unlocked the members, once they are.
    pub const fn unlocked(&self) -> Option<Unlock> {
        self.unlocked
    }

    /// Where the run is; nothing before the first and between two.
    pub fn stage(&self) -> Option<Stage> {
        self.run.filter(|run| run.outcome.is_none())?.stage
    }

    /// How the last run ended.
    pub fn outcome(&self) -> Option<Outcome> {
        self.run?.outcome
    }

    /// What the run is for: the one under way, or the last one.
    pub fn kind(&self) -> Option<RunKind> {
        self.run.map(|run| run.kind)
    }

    /// Whether somebody wanted the run to stop.
    pub fn is_stopping(&self) -> bool {
        self.run.is_some_and(|run| run.stopping)
    }

    /// How many accounts the run under way has still to settle; looks at every account.
    pub(super) fn left(&self, plan: &Plan) -> u32 {
        let Some(run) = self.run.filter(|run| run.outcome.is_none()) else { return 0 };
        let is_left = |place: &u32| match self.target(*place).map(|target| target.status) {
            Some(Status::Idle) => self.is_touched(plan, run.kind, *place),
            Some(Status::Settled(_)) | None => false,
            Some(_) => true,
        };
        let places = 0..u32::try_from(self.targets.len()).unwrap_or(u32::MAX);
        u32::try_from(places.filter(is_left).count()).unwrap_or(u32::MAX)
    }

    /// How many accounts are begun and not settled.
    pub const fn under_way(&self) -> u32 {
        self.under_way
    }

    pub(super) fn target(&self, place: u32) -> Option<&Target> {
        self.targets.get(place as usize)
    }

    /// The next moment at which something is due.
    pub(super) fn next_due(&self) -> Option<TimeMs> {
        let run = self.run.filter(|run| run.outcome.is_none())?;
        let stage = match run.stage {
            Some(Stage::Baking { until, .. }) => Some(until),
            Some(Stage::Unlocking) if !run.asked => Some(run.unlock_at),
            _ => None,
        };
        self.backing_off.first().map(|(at, _)| *at).into_iter().chain(stage).min()
    }

    /// Writes an entry down. One that names an account that the plan does not have changes nothing.
    pub(super) fn apply(&mut self, plan: &Plan, entry: &Entry) {
        match *entry {
            Entry::RunBegan { kind, .. } => self.begin_run(kind),
            Entry::StageBegan { stage, at } => self.begin_stage(plan, stage, at),
            Entry::Began { account, action, .. } => self.began(plan, account, action),
            Entry::Answered { account, action, answer, next, .. } => self.answered(plan, account, action, answer, next),
            Entry::Interrupted { account, .. } => {
                if let Some(place) = plan.place(account) {
                    self.set_status(place, Status::Ready(self.action_after_interruption(place)));
                }
            }
            Entry::UnlockAsked { .. } => self.with_run(|run| run.asked = true),
            Entry::UnlockPostponed { until, counts, .. } => self.with_run(|run| {
                run.asked = false;
                run.unlock_at = until;
                run.unlock_repetitions = run.unlock_repetitions.saturating_add(u8::from(counts));
            }),
            Entry::Unlocked { by, .. } => self.unlocked = Some(by),
            Entry::Halted { because, .. } => self.with_run(|run| run.halted = Some(because)),
            Entry::StopRequested { .. } => self.with_run(|run| run.stopping = true),
            Entry::Continued { .. } => self.with_run(|run| {
                run.stopping = false;
                run.outcome = None;
                run.asked = false;
            }),
            Entry::RunFinished { outcome, .. } => self.with_run(|run| run.outcome = Some(outcome)),
        }
    }

    fn with_run(&mut self, change: impl FnOnce(&mut Run)) {
        if let Some(run) = &mut self.run {
            change(run);
        }
    }

    fn begin_run(&mut self, kind: RunKind) {
        for place in 0..u32::try_from(self.targets.len()).unwrap_or(u32::MAX) {
            self.set_status(place, Status::Idle);
        }
        // What is taken away does not unlock the next rollout.
        if kind == RunKind::Remove {
            self.unlocked = None;
        }
        self.run = Some(Run {
            kind,
            stage: None,
            asked: false,
            unlock_repetitions: 0,
            unlock_at: TimeMs(0),
            halted: None,
            stopping: false,
            outcome: None,
            failed: 0,
            stage_failed: 0,
            stage_total: 0,
        });
    }

    fn begin_stage(&mut self, plan: &Plan, stage: Stage, at: TimeMs) {
        let Some(kind) = self.run.map(|run| run.kind) else { return };
        let places: &[u32] = match stage {
            Stage::Management => &[0],
            Stage::Wave(wave) => plan.wave(wave),
            Stage::Unlocking | Stage::Baking { .. } => &[],
        };
        let mut total = 0;
        for place in places {
            if self.is_touched(plan, kind, *place) {
                total += 1;
                self.set_status(*place, Status::Waiting);
            } else if plan.target(*place).is_some_and(|(_, state)| state != AccountState::Active) {
                self.set_status(*place, Status::Settled(Settled::Skipped(Skipped::NotActive)));
            }
        }
        self.with_run(|run| {
            run.stage = Some(stage);
            run.asked = false;
            run.unlock_at = at;
            run.stage_failed = 0;
            run.stage_total = total;
        });
    }

    /// Whether a run has anything to do in an account.
    fn is_touched(&self, plan: &Plan, kind: RunKind, place: u32) -> bool {
        let Some((_, state)) = plan.target(place) else { return false };
        let origin = self.target(place).map_or(Origin::Nothing, |target| target.origin);
        let wanted = match kind {
            RunKind::Rollout => !origin.is_in_place(),
            RunKind::Verify => origin.is_in_place(),
            RunKind::Remove => match origin {
                Origin::Created | Origin::Begun => true,
                Origin::Adopted | Origin::Overwritten | Origin::Overwriting => plan.settings().remove_adopted,
                Origin::Nothing => false,
            },
        };
        wanted && state == AccountState::Active
    }

    fn began(&mut self, plan: &Plan, account: AccountNumber, action: Action) {
        let Some(place) = plan.place(account) else { return };
        self.set_status(place, Status::Calling(action));
        let Some(target) = self.targets.get_mut(place as usize) else { return };
        match (action, target.origin) {
            (Action::Create, _) => {
                target.origin = Origin::Begun;
                target.creations = target.creations.saturating_add(1);
            }
            // A half-made role of ours stays ours.
            // Until the answer nobody knows whether what is being removed still stands.
            (Action::Remove, Origin::Created) => target.origin = Origin::Begun,
            (Action::Overwrite, Origin::Nothing) | (Action::Remove, Origin::Adopted | Origin::Overwritten) => {
                target.origin = Origin::Overwriting;
            }
            (Action::Overwrite | Action::Read | Action::Verify | Action::Remove, _) => {}
        }
    }

    fn answered(&mut self, plan: &Plan, account: AccountNumber, action: Action, answer: Answer, next: Next) {
        let Some(place) = plan.place(account) else { return };
        let Some(target) = self.targets.get_mut(place as usize) else { return };
        if (action, answer) == (Action::Create, Answer::Failed(ErrorClass::AlreadyExists)) {
            target.name_taken = true;
            // Whoever made it: not our first try. A later try may have met what an earlier one made.
            if target.creations <= 1 {
                target.origin = Origin::Nothing;
            }
        }
        if let Answer::NotMade(_) = answer {
            target.creations = target.creations.saturating_sub(1);
            if target.creations == 0 {
                target.origin = Origin::Nothing;
            }
        }
        match next {
            Next::Wait(..) => target.repetitions = target.repetitions.saturating_add(1),
            Next::Do(_) | Next::Settle(_) => target.repetitions = 0,
        }
        let status = match next {
            Next::Do(action) => Status::Ready(action),
            Next::Wait(action, until) => Status::BackingOff(action, until),
            Next::Settle(settled) => {
                self.settle(place, settled);
                Status::Settled(settled)
            }
        };
        self.set_status(place, status);
    }

    fn settle(&mut self, place: u32, settled: Settled) {
        let Some(target) = self.targets.get_mut(place as usize) else { return };
        match settled {
            Settled::Created => target.origin = Origin::Created,
            Settled::Adopted => target.origin = Origin::Adopted,
            Settled::Overwritten => target.origin = Origin::Overwritten,
            Settled::Removed | Settled::Failed(Failure::Missing) => {
                (target.origin, target.creations) = (Origin::Nothing, 0);
            }
            // The next rollout brings it back: what we made is repaired, what was another's is a collision again.
            Settled::Failed(Failure::Drifted) => {
                target.origin = if target.origin == Origin::Created { Origin::Begun } else { Origin::Nothing };
            }
            Settled::Verified | Settled::Skipped(_) | Settled::Failed(_) => {}
        }
        target.name_taken = false;
        // Members follow a management account whose role stands; after it was made again its access is checked again.
        if place == 0 && matches!(settled, Settled::Failed(Failure::Missing | Failure::Drifted)) {
            self.unlocked = None;
        }
        let failed = matches!(settled, Settled::Failed(_));
        self.with_run(|run| {
            run.failed = run.failed.saturating_add(u32::from(failed));
            run.stage_failed = run.stage_failed.saturating_add(u32::from(failed));
        });
    }

    /// Before a change everything is read again; a verification and a removal are made again as they are.
    fn action_after_interruption(&self, place: u32) -> Action {
        match (self.target(place).map(|target| target.status), self.run.map(|run| run.kind)) {
            (Some(Status::Calling(action)), Some(RunKind::Verify | RunKind::Remove)) => action,
            _ => Action::Read,
        }
    }

    fn set_status(&mut self, place: u32, status: Status) {
        let Some(target) = self.targets.get_mut(place as usize) else { return };
        let before = std::mem::replace(&mut target.status, status);
        match before {
            Status::Waiting => _ = self.waiting.remove(&place),
            Status::Ready(_) => _ = self.ready.remove(&place),
            Status::BackingOff(_, until) => _ = self.backing_off.remove(&(until, place)),
            Status::Idle | Status::Calling(_) | Status::Settled(_) => {}
        }
        match status {
            Status::Waiting => _ = self.waiting.insert(place),
            Status::Ready(_) => _ = self.ready.insert(place),
            Status::BackingOff(_, until) => _ = self.backing_off.insert((until, place)),
            Status::Idle | Status::Calling(_) | Status::Settled(_) => {}
        }
        self.under_way -= u32::from(before.is_under_way());
        self.under_way += u32::from(status.is_under_way());
    }
}
