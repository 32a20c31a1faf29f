//! The migration of an organization to one external ID: until its end an account may keep its own, afterwards not.

use super::Vendor;
use super::account::Slot;
use super::agenda::Due;
use super::effect::{Effect, Ignored};
use super::organization::OrganizationKey;
use crate::TimeMs;

impl Vendor {
    /// A later request moves the end; a migration that has ended stays ended.
    pub(super) fn request_migration(
        &mut self,
        now: TimeMs,
        key: OrganizationKey,
        until: TimeMs,
        effects: &mut Vec<Effect>,
    ) {
        let Some(organization) = self.known(key, effects) else { return };
        if organization.migration_over {
            effects.push(Effect::Ignored(Ignored::MigrationOver));
        } else if until <= now {
            effects.push(Effect::Ignored(Ignored::MigrationEndsInThePast));
        } else {
            organization.migration_until = Some(until);
            self.agenda.add(until, Due::MigrationEnd(key));
            effects.push(Effect::MigrationStarted { organization: key, until });
        }
    }

    /// Accounts that were opened by an ID of their own are checked at the next tick, with the organization's ID alone.
    pub(super) fn end_migration(&mut self, now: TimeMs, key: OrganizationKey, effects: &mut Vec<Effect>) {
        let Some(organization) = self.organization_mut(key) else { return };
        let ends_now = organization.migration_until.is_some_and(|until| until <= now);
        if organization.removed || organization.migration_over || !ends_now {
            return;
        }
        organization.migration_over = true;
        let next = organization.tick + 1;
        let members: Vec<Slot> = organization.members.iter().copied().collect();
        let (mut left, mut stale) = (0, Vec::new());
        for slot in members {
            self.visits += 1;
            if self.is_opened_by_own_id(slot) {
                left += 1;
                self.queue_recheck(slot, next);
            }
            // A check under way was planned with the account's own ID.
            stale.extend(self.checks.get(&slot).map(|check| (slot, *check)).filter(|(_, check)| !check.waits));
        }
        effects.push(Effect::MigrationEnded { organization: key, left });
        for (slot, check) in stale {
            if check.access.plan().fall_back {
                self.checks.remove(&slot);
                self.start_check(slot, check.cause, effects);
            }
        }
    }
}
