//! The customer's rollouts in a random world: with which settings one is begun, when its program ends, and when it is
//! started again. `customer` performs them, as it does those of scenarios.

use super::build::Stage;
use super::plan::OrganizationIndex;
use super::roles;
use crate::account::{AccountKey, AccountNumber};
use crate::customer::{Automation, Rights, RolloutId, RolloutSetup};
use crate::random::{EntityId, Randomness, Stream};
use crate::text::hash_text;
use crate::time::{Delay, SimSpan};
use crate::world::Wake;
use rolecall_lifecycle::DurationMs;
use rolecall_lifecycle::rollout::{
    Amount, Collision, ConcurrencyMode, Plan, PlannedMember, Preferences, Retries, RunKind, Settings, Unlock,
};
use std::collections::BTreeMap;

/// What a wake is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Due {
    /// A pipeline comes to the account that was made at this place.
    Pipeline(usize),
    /// The program of a rollout is started anew.
    Resume(OrganizationIndex),
}

/// The rollout of an organization.
#[derive(Clone, Copy, Debug)]
struct Run {
    id: RolloutId,
    /// Its program has ended or is about to, and will be started again.
    down: bool,
}

/// All rollouts, and what wakes are for.
#[derive(Debug, Default)]
pub(super) struct Rollouts {
    pub(super) automation: Automation,
    runs: BTreeMap<OrganizationIndex, Run>,
    due: Vec<Due>,
    pub(super) drawn: Drawn,
}

impl Rollouts {
    /// The wake for something.
    pub(super) fn plan(&mut self, due: Due) -> Wake {
        self.due.push(due);
        Wake(self.due.len() as u64 - 1)
    }
}

impl Stage {
    /// A wake has come.
    pub(super) fn woken(&mut self, wake: Wake) {
        let due = usize::try_from(wake.0).ok().and_then(|place| self.rollouts.due.get(place)).copied();
        match due {
            None => {}
            Some(Due::Pipeline(place)) => self.pipeline(place),
            Some(Due::Resume(organization)) => self.resume(organization),
        }
    }

    fn resume(&mut self, organization: OrganizationIndex) {
        let Some(run) = self.rollouts.runs.get_mut(&organization) else { return };
        run.down = false;
        if let Some(rollout) = self.rollouts.automation.rollout_mut(run.id) {
            rollout.resume(&mut self.play);
        }
    }
}

/// A rollout begins, or its run once more.
pub(super) fn begin(stage: &mut Stage, organization: OrganizationIndex) -> bool {
    if stage.rollouts.runs.contains_key(&organization) {
        return begin_again(stage, organization, RunKind::Rollout);
    }
    let choices = stage.rollouts.drawn.choices(&mut stage.play.world_mut().random);
    let Some(plan) = plan(stage, organization, choices.settings) else { return false };
    let Some(setup) = setup(stage, organization, choices.confirms_after) else { return false };
    let id = stage.rollouts.automation.begin_rollout(&mut stage.play, setup, plan, RunKind::Rollout);
    stage.rollouts.runs.insert(organization, Run { id, down: false });
    true
}

/// The role is taken away again.
pub(super) fn remove(stage: &mut Stage, organization: OrganizationIndex) -> bool {
    begin_again(stage, organization, RunKind::Remove)
}

fn begin_again(stage: &mut Stage, organization: OrganizationIndex, kind: RunKind) -> bool {
    let known = stage.rollouts.runs.get(&organization).filter(|run| !run.down);
    let Some(rollout) = known.and_then(|run| stage.rollouts.automation.rollout_mut(run.id)) else { return false };
    rollout.begin(&mut stage.play, kind);
    true
}

/// The program ends: now, so that the answers to calls that were made are lost, or at one of the next entries of its
/// journal, so that what the entry announces is not done.
pub(super) fn crash(stage: &mut Stage, organization: OrganizationIndex, down: SimSpan) -> bool {
    let entries = stage.rollouts.drawn.entries(&mut stage.play.world_mut().random);
    let Some(run) = stage.rollouts.runs.get_mut(&organization).filter(|run| !run.down) else { return false };
    let Some(rollout) = stage.rollouts.automation.rollout_mut(run.id) else { return false };
    run.down = true;
    match entries {
        None => rollout.end_program(),
        Some(more) => rollout.end_at_entry(rollout.journal().len() + more as usize),
    }
    let at = stage.play.world().now() + down;
    let wake = stage.rollouts.plan(Due::Resume(organization));
    stage.play.world_mut().wake_at(at, wake);
    true
}

/// All programs end for good.
pub(super) fn end_all(stage: &mut Stage) {
    stage.rollouts.runs.clear();
    stage.rollouts.automation.end_rollouts();
}

fn setup(stage: &Stage, organization: OrganizationIndex, confirms_after: SimSpan) -> Option<RolloutSetup> {
    Some(RolloutSetup {
        name: format!("rollout of {organization}"),
        organization: stage.organization(organization)?.key,
        role: roles::template(stage, organization),
        management_role: None,
        rights: Rights::Administrators,
        latency: Delay::Uniform(LATENCY.0, LATENCY.1),
        confirms_after: Some(confirms_after),
    })
}

fn plan(stage: &Stage, organization: OrganizationIndex, settings: Settings) -> Option<Plan> {
    let key = stage.organization(organization)?.key;
    let world = stage.play.world();
    let management = world.organization(key).management();
    let number = world.account(management).number();
    let of_organization = world.organization(key).members().filter(|(_, account)| *account != management);
    let members: Vec<(AccountNumber, AccountKey)> = of_organization.collect();
    let planned: Vec<PlannedMember> = members
        .iter()
        .zip(0_u16..)
        .map(|((account, key), place)| PlannedMember {
            account: *account,
            wave: place / WAVE_ACCOUNTS,
            state: world.account(*key).state(),
        })
        .collect();
    Plan::new(number, &planned, settings).ok()
}

/// So many members are a wave.
pub(super) const WAVE_ACCOUNTS: u16 = 4;

/// How long a call takes.
pub(super) const LATENCY: (SimSpan, SimSpan) = (SimSpan(200), SimSpan(15_200));

/// With what a rollout is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choices {
    pub(super) settings: Settings,
    pub(super) confirms_after: SimSpan,
}

/// What is drawn about rollouts, in the order of a plan's actions: nothing that happens in the world has a part in it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Drawn(Stream);

impl Drawn {
    fn below(&mut self, random: &mut Randomness, below: u64) -> u64 {
        random.of(EntityId::other(hash_text("rollouts")), &mut self.0).below(below)
    }

    fn one_of(&mut self, random: &mut Randomness, choices: [u32; 3]) -> u32 {
        let place = self.below(random, 3);
        choices.get(usize::try_from(place).unwrap_or(0)).copied().unwrap_or(1)
    }

    /// For the first rollout of an organization; later ones have the same.
    pub(super) fn choices(&mut self, random: &mut Randomness) -> Choices {
        let settings = Settings {
            unlock: match self.below(random, 3) {
                0 => Unlock::Probes,
                1 => Unlock::Reading,
                _ => Unlock::Confirm,
            },
            preferences: Preferences {
                concurrency: Amount::Count(self.one_of(random, [1, 2, 5])),
                tolerance: Amount::Count(self.one_of(random, [0, 2, 20])),
                mode: if self.below(random, 2) == 0 { ConcurrencyMode::Strict } else { ConcurrencyMode::Soft },
            },
            collision: match self.below(random, 3) {
                0 => Collision::Fail,
                1 => Collision::Overwrite,
                _ => Collision::Skip,
            },
            retries: Retries::default(),
            bake: DurationMs::ZERO,
            remove_adopted: self.below(random, 4) == 0,
        };
        Choices { settings, confirms_after: SimSpan(30_000 + self.below(random, SimSpan::minutes(40).0)) }
    }

    /// For each crash: the program ends now, or when its journal has so many more entries.
    pub(super) fn entries(&mut self, random: &mut Randomness) -> Option<u32> {
        u32::try_from(self.below(random, 6)).unwrap_or(0).checked_sub(3)
    }
}
