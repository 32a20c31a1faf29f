//! Mail to the customer: only after a failed check of a discovery tick, once at each, about accounts in use, numbered.

use super::model::Key;
use super::{Checker, Property};
use crate::account::{AccountNumber, AccountState};
use crate::random::EntityId;

impl Checker {
    pub(super) fn notified(&mut self, organization: EntityId, account: AccountNumber, number: u16) {
        let key = (organization, account);
        self.judge_lagging(key, "notified");
        self.judge_notified_check(key);
        self.judge_notified_state(key);
        let place = self.model.place(key);
        let expected = place.notifications.saturating_add(1);
        place.notifications = number;
        if number != expected {
            let text = format!(
                "notification {number}, but this is number {expected} since it joined, reopened or was validated"
            );
            self.violation_at(Property::NotificationNumber, key, text);
        }
    }

    fn judge_notified_check(&mut self, key: Key) {
        let now = self.now;
        let place = self.model.place(key);
        let last = place.finished.as_ref().filter(|finished| finished.at == now && finished.failed());
        let Some(tick) = last.and_then(|finished| finished.tick) else {
            let text = "notified without a check that failed at this moment for a discovery tick";
            self.violation_at(Property::NotificationCheck, key, text);
            return;
        };
        if place.notified_tick.replace(tick) == Some(tick) {
            self.violation_at(Property::NotificationTwice, key, format!("notified twice at tick {tick}"));
        }
    }

    fn judge_notified_state(&mut self, key: Key) {
        let (organization, account) = key;
        let management = self.model.is_management(key);
        let place = self.model.place(key);
        let listed = place.listed;
        let tick = place.finished.as_ref().and_then(|finished| finished.tick);
        let Some(known) = self.model.connected(organization).filter(|known| known.subscribed) else {
            self.violation_at(Property::NotificationState, key, "notified, but nobody has subscribed");
            return;
        };
        let began = (tick == Some(known.tick)).then_some(known.tick_at);
        let world = self.model.accounts.get(&account);
        // In the world it was not ACTIVE from before the tick on, so that the listing of the tick says so. A management
        // account's state can be listed by nobody while its role is missing.
        let long_unusable = world
            .zip(began)
            .is_some_and(|(world, began)| world.state != AccountState::Active && world.active_until < began);
        let text = match listed {
            Some(AccountState::Active) if long_unusable && !management => {
                "notified, but the account was not ACTIVE any more when the tick began".to_owned()
            }
            Some(AccountState::Active) => return,
            None if management => return,
            None => "notified, but the account is not listed".to_owned(),
            Some(state) => format!("notified, but the account is {}", state.as_str()),
        };
        self.violation_at(Property::NotificationState, key, text);
    }
}
