//! The customers' own rollouts of a scenario: they begin, their programs end and are started again from their journals, they
//! take the role away again. What they did is written down among the lines of the stage.

use super::Run;
use crate::account::{AccountKey, AccountNumber};
use crate::cloudformation::{self, ConcurrencyMode};
use crate::customer::{Rights, RolloutId, RolloutSetup};
use crate::scenario::{RolloutPart, written};
use crate::time::{Delay, SimSpan};
use rolecall_lifecycle::DurationMs;
use rolecall_lifecycle::rollout::{self, Plan, PlannedMember, Preferences, Retries, RunKind, Settings};

/// A rollout that was begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct RunningRollout {
    pub(super) id: RolloutId,
    /// Its program has ended or is about to.
    down: bool,
    /// Calls that were written down.
    told: usize,
}

impl Run {
    /// A run begins: with the plan that is made now, or the one of the first run.
    pub(super) fn begin_rollout(&mut self, number: usize, kind: RunKind) {
        let what = match kind {
            RunKind::Rollout => "rollout of",
            RunKind::Remove => "removal of the role from",
            RunKind::Verify => "verification of",
        };
        let refused = match (self.rollouts.get(&number).copied(), kind) {
            (Some(running), _) if running.down => Some("its program is down"),
            (Some(running), _) => self.begin_again(running.id, kind),
            (None, RunKind::Rollout) => self.begin_first(number),
            (None, RunKind::Remove | RunKind::Verify) => Some("there was no rollout"),
        };
        let name = self.stage.organization_name(number);
        let text = match refused {
            None => format!("the {what} {name} begins"),
            Some(because) => format!("the {what} {name} does not begin: {because}"),
        };
        self.stage.report_rollout(self.play.world(), text);
    }

    fn begin_first(&mut self, number: usize) -> Option<&'static str> {
        let part = self.stage.scenario().rollouts.iter().find(|part| part.organization == number).cloned();
        let Some(part) = part else { return Some("the scenario has none") };
        let begun = self.plan(&part).zip(self.setup(&part));
        let Some((plan, setup)) = begun else { return Some("its plan is none") };
        let id = self.automation.begin_rollout(&mut self.play, setup, plan, RunKind::Rollout);
        self.rollouts.insert(number, RunningRollout { id, down: false, told: 0 });
        None
    }

    fn begin_again(&mut self, id: RolloutId, kind: RunKind) -> Option<&'static str> {
        let Some(rollout) = self.automation.rollout_mut(id) else { return Some("there was no rollout") };
        let entries = rollout.journal().len();
        rollout.begin(&mut self.play, kind);
        (rollout.journal().len() == entries).then_some("a run is under way")
    }

    /// The program ends: now, so that answers under way are lost, or at one of the next entries of its journal.
    pub(super) fn crash_rollout(&mut self, number: usize, entries: Option<u32>, down: Option<SimSpan>) {
        let name = self.stage.organization_name(number).to_owned();
        let known = self.rollouts.get_mut(&number).filter(|running| !running.down);
        let rollout = known.as_ref().and_then(|running| self.automation.rollout_mut(running.id));
        let Some((running, rollout)) = known.zip(rollout) else {
            let text = format!("the program of the rollout of {name} is not running and cannot end");
            self.stage.report_rollout(self.play.world(), text);
            return;
        };
        running.down = true;
        let when = match entries {
            None => {
                rollout.end_program();
                "ends".to_owned()
            }
            Some(more) => {
                rollout.end_at_entry(rollout.journal().len() + more as usize);
                format!("ends when its journal has {more} more entries")
            }
        };
        let then = match down {
            None => "is not started again".to_owned(),
            Some(down) => format!("is started again from its journal after {}", written(down)),
        };
        self.stage
            .report_rollout(self.play.world(), format!("the program of the rollout of {name} {when}, and {then}"));
        if let Some(down) = down {
            let at = self.play.world().now() + down;
            self.stage.resume_later(self.play.world_mut(), at, number);
        }
    }

    pub(super) fn resume_rollout(&mut self, number: usize) {
        let Some(running) = self.rollouts.get_mut(&number) else { return };
        running.down = false;
        if let Some(rollout) = self.automation.rollout_mut(running.id) {
            rollout.resume(&mut self.play);
        }
    }

    /// All programs end for good.
    pub(super) fn end_rollouts(&mut self) {
        self.tell_rollout_calls();
        self.rollouts.clear();
        self.automation.end_rollouts();
    }

    /// Writes down the calls that rollouts made since the last time.
    pub(super) fn tell_rollout_calls(&mut self) {
        for running in self.rollouts.values_mut() {
            let Some(rollout) = self.automation.rollout(running.id) else { continue };
            for made in rollout.calls_made().iter().skip(running.told) {
                self.stage.report_rollout_call(self.play.world(), made);
            }
            running.told = rollout.calls_made().len();
        }
    }

    fn setup(&mut self, part: &RolloutPart) -> Option<RolloutSetup> {
        let organization = self.stage.organizations.get(part.organization)?.key;
        let [role, management] = self.stage.rollout_roles(self.play.world_mut(), &part.role, part.organization);
        let (shortest, longest) = part.latency;
        Some(RolloutSetup {
            name: format!("rollout of {}", self.stage.organization_name(part.organization)),
            organization,
            management_role: (management != role).then_some(management),
            role,
            rights: if part.through_organization_role { Rights::OrganizationRole } else { Rights::Administrators },
            latency: if shortest == longest { Delay::Fixed(shortest) } else { Delay::Uniform(shortest, longest) },
            confirms_after: part.confirms_after,
        })
    }

    /// The members that the organization has now, in waves by their numbers.
    fn plan(&self, part: &RolloutPart) -> Option<Plan> {
        let world = self.play.world();
        let organization = world.organization(self.stage.organizations.get(part.organization)?.key);
        let management = organization.management();
        let members = organization.members().filter(|(_, account)| *account != management);
        let members: Vec<(AccountNumber, AccountKey)> = members.collect();
        let wave = part.wave_accounts.map_or(usize::MAX, |accounts| accounts.max(1) as usize);
        let planned: Vec<PlannedMember> = members
            .iter()
            .enumerate()
            .map(|(place, (account, key))| PlannedMember {
                account: *account,
                wave: u16::try_from(place / wave).unwrap_or(u16::MAX),
                state: world.account(*key).state(),
            })
            .collect();
        Plan::new(world.account(management).number(), &planned, settings(part)).ok()
    }
}

fn settings(part: &RolloutPart) -> Settings {
    let amount = |amount| match amount {
        cloudformation::Amount::Count(count) => rollout::Amount::Count(count),
        cloudformation::Amount::Percentage(percentage) => {
            rollout::Amount::Percentage(u8::try_from(percentage).unwrap_or(u8::MAX))
        }
    };
    Settings {
        unlock: part.unlock,
        preferences: Preferences {
            concurrency: amount(part.preferences.max_concurrent),
            tolerance: amount(part.preferences.failure_tolerance),
            mode: match part.preferences.mode {
                ConcurrencyMode::Strict => rollout::ConcurrencyMode::Strict,
                ConcurrencyMode::Soft => rollout::ConcurrencyMode::Soft,
            },
        },
        collision: part.collision,
        retries: Retries::default(),
        bake: DurationMs(part.bake.0),
        remove_adopted: part.remove_adopted,
    }
}
