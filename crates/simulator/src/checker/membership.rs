//! Who belongs to an organization: in the world, and as listings told the service. Only who really left departs.

use super::model::{Key, Organization};
use super::{Checker, Property};
use crate::account::{AccountNumber, AccountState};
use crate::random::EntityId;
use crate::time::SimTime;

impl Checker {
    pub(super) fn joined(&mut self, account: AccountNumber, organization: EntityId) {
        let now = self.now;
        self.model.account(account).organization = Some(organization);
        let place = self.model.place((organization, account));
        (place.member, place.joined_at) = (true, now);
    }

    pub(super) fn left(&mut self, account: AccountNumber, organization: EntityId) {
        let now = self.now;
        self.model.account(account).organization = None;
        let place = self.model.place((organization, account));
        (place.member, place.left_at) = (false, Some(now));
    }

    pub(super) fn state_changed(&mut self, account: AccountNumber, state: AccountState) {
        let now = self.now;
        let known = self.model.account(account);
        if known.state == AccountState::Active {
            known.active_until = now;
        }
        known.state = state;
    }

    pub(super) fn connected(
        &mut self,
        organization: EntityId,
        tenant: u32,
        management: AccountNumber,
        lagging: bool,
        subscribed: bool,
    ) {
        let now = self.now;
        let known = Organization {
            tenant,
            management,
            lagging,
            subscribed,
            connected: true,
            id: None,
            migration_over: None,
            tick: 0,
            tick_at: now,
            listings_ended: (now, now),
            missing: None,
            lacking: 0,
            paused: false,
            pause_told: false,
        };
        self.model.organizations.insert(organization, known);
        // Whoever joined the world's organization before it was connected left no other trace of that.
        self.model.place((organization, management));
    }

    pub(super) fn disconnected(&mut self, organization: EntityId) {
        let keys: Vec<Key> = self.model.places_of(organization).map(|(key, _)| key).collect();
        for key in keys {
            let place = self.model.place(key);
            place.begin_anew();
            (place.listed, place.holds, place.lacks) = (None, false, false);
            self.model.unsettled_places.push(key);
        }
        if let Some(known) = self.model.organizations.get_mut(&organization) {
            (known.connected, known.subscribed, known.paused, known.lacking) = (false, false, false, 0);
        }
    }

    pub(super) fn tick(&mut self, organization: EntityId, tick: u32) {
        let now = self.now;
        if let Some(known) = self.model.organizations.get_mut(&organization) {
            (known.tick, known.tick_at) = (tick, now);
        }
    }

    /// A state other than before begins anew: an account that is reopened is as good as new.
    pub(super) fn listed(&mut self, organization: EntityId, account: AccountNumber, state: AccountState) {
        let key = (organization, account);
        let place = self.model.place(key);
        place.holds = true;
        match place.listed.replace(state) {
            None => place.begin_anew_but_for_checks(),
            Some(before) if before == state => {}
            Some(before) if before == AccountState::Active || state == AccountState::Active => {
                (place.failing, place.notifications, place.notified_tick) = (false, 0, None);
            }
            Some(_) => {}
        }
        self.review(key);
        self.model.unsettled_places.push(key);
    }

    pub(super) fn unlisted(&mut self, organization: EntityId, account: AccountNumber, round: u32) {
        let place = self.model.place((organization, account));
        (place.listed, place.holds) = (None, false);
        self.model.unsettled_places.push((organization, account));
        if let Some(known) = self.model.organizations.get_mut(&organization) {
            known.missing = Some((round, account));
        }
    }

    pub(super) fn listing_ended(&mut self, organization: EntityId, round: u32, complete: bool) {
        let now = self.now;
        let Some(known) = self.model.organizations.get_mut(&organization) else { return };
        known.listings_ended = (now, known.listings_ended.0);
        let missing = known.missing.take().filter(|(of, _)| *of == round && !complete);
        if let Some((_, account)) = missing {
            let text = format!("listing {round} ended early, so nobody is known to be missing from it");
            self.violation_at(Property::Departure, (organization, account), text);
        }
    }

    pub(super) fn departed(&mut self, organization: EntityId, account: AccountNumber) {
        let key = (organization, account);
        let since = self.model.organizations.get(&organization).map_or(SimTime::START, |known| known.listings_ended.1);
        let by_hand = self.model.accounts.get(&account).is_some_and(|known| known.decided);
        let decided = by_hand || self.model.connected(organization).is_none();
        let place = self.model.place(key);
        let was_away = !place.member || place.joined_at > since;
        place.begin_anew();
        // Its last listing may have it still, when another organization showed that it left: a later one that has it as
        // before says nothing new.
        place.holds = false;
        self.review(key);
        self.model.unsettled_places.push(key);
        if !was_away && !decided {
            self.violation_at(Property::Departure, key, "departed, but in the world it was a member all the time");
        }
    }
}

impl super::model::Place {
    /// First listed: a management account may have failed its checks before anybody could list it, and that counts on.
    const fn begin_anew_but_for_checks(&mut self) {
        if self.finished.is_none() {
            self.begin_anew();
        }
    }
}
