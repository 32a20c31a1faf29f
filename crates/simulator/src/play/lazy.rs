//! Lazy ticks: a listing is handed in as what is different from all that was handed in before, and an active account is
//! checked again when something was done to it that may matter. The world tells what was done; a quiet tick makes no call
//! and looks at no account. The facts of the trace are those of naive ticks, which the tests hold on random worlds.
//!
//! What the world cannot tell is not taken for unchanged: trusts that depend on the time are asked at each tick; after a
//! change of the vendor's own role everybody is; settings under which calls may fail or take time make all ticks naive.

use super::listing::ListingOf;
use super::{Play, PlayError, Schedule, VendorSetup};
use crate::account::{AccountKey, AccountNumber};
use crate::api::Api;
use crate::caller::Caller;
use crate::iam::DefinitionId;
use crate::policy::PolicyId;
use crate::random::EntityId;
use crate::settings::Settings;
use crate::text::TextId;
use crate::time::{Delay, SimSpan};
use crate::trace::VendorEvent;
use crate::world::{Change, World};
use rolecall_lifecycle::vendor::{Event, ListedAccount, OrganizationKey, Standing};
use std::collections::BTreeSet;

/// What lazy ticks know of the world.
#[derive(Clone, Debug, Default)]
pub(super) struct Lazy {
    /// Accounts whose roles may open or not without anything being done.
    restless: BTreeSet<AccountKey>,
    /// The same of the vendor's own credentials.
    prober_is_restless: bool,
    /// The settings were changed to such under which only naive ticks are exact.
    naive: bool,
    opt_in_regions: Vec<TextId>,
}

/// What one organization's listings have said.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// A complete listing was handed in, so that differences say the rest.
    complete: bool,
    /// Nothing was done to the management account since a listing succeeded.
    may_list: bool,
    changed: Vec<AccountKey>,
}

/// Calls that a lazy tick leaves out.
const LEFT_OUT: [Api; 3] = [Api::AssumeRole, Api::GetCallerIdentity, Api::ListAccounts];

fn forbids(settings: &Settings) -> Option<&'static str> {
    let fails = |api: &Api| settings.faults.get(api).is_some_and(|rates| !rates.is_none());
    match () {
        () if LEFT_OUT.iter().any(fails) => Some("AssumeRole, GetCallerIdentity or ListAccounts have fault rates"),
        () if settings.empty_pages > 0 => Some("pages come empty at random"),
        () if settings.rates => Some("the world enforces rates, which calls that are left out would use up"),
        () => None,
    }
}

impl VendorSetup {
    pub(super) fn check_lazy(&self, world: &World) -> Result<(), PlayError> {
        let instant = |delay: &Delay| *delay == Delay::Fixed(SimSpan::ZERO);
        let because = match () {
            () if self.schedule == Schedule::Naive => None,
            () if self.sts_budget.is_some() => Some("probes wait for the budget"),
            () if !instant(&self.probe_latency) => Some("answers to probes take time"),
            () if !instant(&self.listing_latency) => Some("pages of listings take time"),
            () => forbids(&world.settings),
        };
        because.map_or(Ok(()), |because| Err(PlayError::NotTheSame(because)))
    }
}

impl Lazy {
    pub(super) fn new(world: &mut World, setup: &VendorSetup) -> Option<Self> {
        if setup.schedule == Schedule::Naive {
            return None;
        }
        world.keep_changes();
        // Whatever was done before is seen by looking now.
        world.take_changes();
        let restless = world.keys().filter(|key| world.is_restless(*key, setup.account)).collect();
        let prober_is_restless = world.is_prober_restless(&setup.prober);
        Some(Self { restless, prober_is_restless, naive: false, opt_in_regions: world.opt_in_regions.clone() })
    }
}

impl Play {
    /// Reads what was done since the last time, before a tick or a listing begins.
    pub(super) fn notice(&mut self) {
        if self.lazy.is_none() {
            return;
        }
        let mut everybody = self.vendor_may_have_changed();
        for (_, account, change) in self.world.take_changes() {
            everybody |= account == self.setup.account;
            self.notice_change(account, change);
        }
        if everybody {
            self.doubt_everything();
        } else {
            let restless: Vec<AccountKey> = self.lazy.iter().flat_map(|lazy| &lazy.restless).copied().collect();
            for account in restless {
                self.doubt(account);
            }
        }
    }

    /// Whether the vendor's own credentials, the Regions or the settings may give other answers than before.
    fn vendor_may_have_changed(&mut self) -> bool {
        let now = self.world.now;
        let expired = matches!(&self.setup.prober, Caller::Session(session) if session.expires_at() <= now);
        let Some(lazy) = &mut self.lazy else { return false };
        let regions = lazy.opt_in_regions != self.world.opt_in_regions;
        if regions {
            lazy.opt_in_regions.clone_from(&self.world.opt_in_regions);
        }
        lazy.naive |= forbids(&self.world.settings).is_some();
        regions || expired || lazy.naive || lazy.prober_is_restless
    }

    fn notice_change(&mut self, account: AccountKey, change: Change) {
        let vendor = self.setup.account;
        let restless = self.world.is_restless(account, vendor);
        let prober_is_restless = account == vendor && self.world.is_prober_restless(&self.setup.prober);
        if let Some(lazy) = &mut self.lazy {
            if restless {
                lazy.restless.insert(account);
            } else {
                lazy.restless.remove(&account);
            }
            if account == vendor {
                lazy.prober_is_restless = prober_is_restless;
            }
        }
        let was_seen = self.vendor.account(self.world.account(account).number()).is_some();
        let organization = self.world.account(account).organization();
        for customer in self.customers.iter_mut().filter(|customer| !customer.gone) {
            let listed = self.world.account(customer.management).organization();
            if customer.management == account {
                // It may manage another organization now.
                customer.told.complete &= change != Change::Membership;
            }
            // Whoever was never seen by the vendor was handed in by no listing.
            if change == Change::Membership && (was_seen || (listed.is_some() && organization == listed)) {
                customer.told.changed.push(account);
            }
        }
        self.doubt(account);
    }

    /// What an account answered before may not hold any more.
    fn doubt(&mut self, account: AccountKey) {
        let number = self.world.account(account).number();
        for customer in &mut self.customers {
            customer.told.may_list &= customer.management != account;
        }
        // Others are checked at each tick anyway.
        if self.vendor.account(number).is_some_and(|known| known.standing == Standing::Active) {
            self.step(Event::AccessMayHaveChanged { account: number });
        }
    }

    fn doubt_everything(&mut self) {
        for customer in &mut self.customers {
            customer.told.may_list = false;
            customer.told.complete &= !self.lazy.as_ref().is_some_and(|lazy| lazy.naive);
        }
        let active = self.vendor.accounts().iter().filter(|known| known.standing == Standing::Active);
        let active: Vec<AccountNumber> = active.map(|known| known.number).collect();
        for account in active {
            self.step(Event::AccessMayHaveChanged { account });
        }
    }

    /// How a listing is to be made.
    pub(super) fn listing_of(&self, key: OrganizationKey) -> ListingOf {
        match (&self.lazy, self.customer(key).map(|customer| &customer.told)) {
            (Some(_), Some(told)) if told.complete && told.may_list => ListingOf::Difference,
            (Some(_), Some(told)) if told.complete => ListingOf::DifferenceIfListed,
            _ => ListingOf::Pages,
        }
    }

    /// A listing succeeded. From now on differences say what is new.
    pub(super) fn has_listed(&mut self, key: OrganizationKey, accepted: bool) {
        let lazy = self.lazy.is_some();
        if let Some(customer) = self.customer_mut(key).filter(|_| lazy) {
            customer.told.may_list = true;
            customer.told.complete |= accepted;
            if accepted {
                customer.told.changed.clear();
            }
        }
    }

    /// Hands in a complete listing by its difference.
    pub(super) fn list_difference(&mut self, key: OrganizationKey, round: u32) {
        let Some(customer) = self.customers.get_mut(key.0 as usize) else { return };
        let entity = customer.entity;
        let mut accounts = std::mem::take(&mut customer.told.changed);
        let listed_in = self.world.account(customer.management).organization();
        accounts.sort_unstable_by_key(|account| self.world.account(*account).number());
        accounts.dedup();
        let mut lines = std::mem::take(&mut self.lines);
        lines.clear();
        let mut departed = Vec::new();
        for account in &accounts {
            let holder = self.world.account(*account);
            let (account, state) = (holder.number(), holder.state());
            if listed_in.is_some() && holder.organization() == listed_in {
                lines.push(ListedAccount { account, state });
            } else {
                departed.push(account);
            }
        }
        if !self.world.trace.is_off() {
            // A page has those again that were overruled and count from now on, though nothing was done to the account.
            let read = self.vendor.lines_of_difference(key, &lines, &departed).into_owned();
            self.record_lines(key, round, &read);
        }
        self.record(entity, VendorEvent::ListingEnded { round, complete: true });
        let started = self.now();
        let outer = self.completing.replace((key, round));
        let event = Event::ListingDifference { organization: key, round, changed: &lines, departed: &departed };
        self.step(event);
        self.completing = outer;
        self.lines = lines;
        let accepted = self.vendor.organization(key).is_some_and(|known| known.last_complete == Some(started));
        if accepted {
            self.record_departed_foreign(key, round, &departed);
        } else if let Some(customer) = self.customer_mut(key) {
            // Those that are gone were not believed to be: they are handed in again.
            customer.told.changed.extend(accounts);
        }
    }

    fn record_departed_foreign(&mut self, key: OrganizationKey, round: u32, departed: &[AccountNumber]) {
        for account in departed {
            let Some(customer) = self.customer_mut(key) else { return };
            let organization = customer.entity;
            if customer.foreign.remove(account).is_some() {
                self.record(EntityId::account(account.get()), VendorEvent::Unlisted { organization, round });
            }
        }
    }
}

impl World {
    /// Whether what the roles of an account open to can change without a change of the account: by the time, by values of
    /// the request that name the account, or by roles of others that a trust names.
    fn is_restless(&self, account: AccountKey, vendor: AccountKey) -> bool {
        let holder = self.account(account);
        let vendor = self.account(vendor).number();
        let portable = |id: &PolicyId| self.policies.get(*id).is_some_and(|info| info.portable);
        let role = |id: DefinitionId| {
            let definition = self.definitions.get(id);
            let managed = definition.managed.iter().chain(&definition.boundary);
            let managed = managed.filter_map(|policy| self.managed_policy(account, *policy));
            let policies = definition.inline.iter().map(|(_, document)| *document).chain(managed);
            portable(&definition.trust)
                && definition.bindings.iter().all(|(_, unique)| unique.account() == vendor)
                && policies.into_iter().all(|policy| portable(&policy))
        };
        let roles = holder.roles.iter().flat_map(|known| known.current.into_iter().chain(known.visible));
        let control = self.resource_control_of(account).is_none_or(|levels| self.levels(levels).portable);
        !control || !roles.into_iter().all(role)
    }

    fn is_prober_restless(&self, prober: &Caller) -> bool {
        let Some(policies) = self.policies_of(prober) else { return true };
        let portable = |id: &PolicyId| self.policies.get(*id).is_some_and(|info| info.portable);
        let control = self.service_control_of(prober.account()).is_none_or(|levels| self.levels(levels).portable);
        let own = policies.identity.iter().flatten().chain(&policies.boundary).all(portable);
        !control || !own
    }
}
