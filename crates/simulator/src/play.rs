//! A play: a world, and the vendor's service in it, in virtual time. The machine of `rolecall-lifecycle` decides; this
//! module makes the calls that it asks for, keeps its clock and leaves the records of the trace. What the customer does
//! belongs to the one who runs the play, between the wakes that `Play::run_until` gives back.

mod classify;
mod console;
mod customers;
mod effects;
mod faults;
mod lazy;
mod listing;
mod pacing;
#[cfg(test)]
pub(crate) mod planted;
mod probing;
mod setup;
mod truth;
mod wakes;

#[cfg(test)]
pub(crate) mod tests;

pub use console::{Console, ConsoleRecord, Mail, News, NewsItem};
pub(crate) use truth::SETTLING;

pub use setup::{Connection, ConnectionRefused, PlayError, RoleAddress, Schedule, VendorSetup, prober_role};

use crate::account::AccountKey;
use crate::organizations::OrganizationKey;
use crate::sts::AssumeRole;
use crate::text::TextId;
use crate::time::SimTime;
use crate::world::{Wake, World};
use customers::Customer;
use lazy::Lazy;
use pacing::Pacing;
use probing::Checks;
use rolecall_lifecycle::TimeMs;
use rolecall_lifecycle::vendor::{self, Effect, Event, ListedAccount, Refused, Vendor};
use wakes::Own;

/// A world with the vendor's service.
#[derive(Clone, Debug)]
pub struct Play {
    world: World,
    vendor: Vendor,
    setup: VendorSetup,
    /// What every probe has in common.
    request: AssumeRole,
    /// By the vendor's key.
    customers: Vec<Customer>,
    /// Effects to perform, the next one last.
    effects: Vec<Effect>,
    /// The lines of a page, kept for its room.
    lines: Vec<ListedAccount>,
    checks: Checks,
    pacing: Pacing,
    /// Of lazy ticks alone.
    lazy: Option<Lazy>,
    /// The wake that the machine's timer has.
    timer: Option<SimTime>,
    /// The refusal of the last organization that wanted to connect.
    refused: Option<Refused>,
    /// The complete listing whose end is being handed in.
    completing: Option<(vendor::OrganizationKey, u32)>,
    mails: Vec<Mail>,
    mail_count: u64,
    console: Vec<ConsoleRecord>,
    /// Between the machine and its calls, in tests of the checker.
    #[cfg(test)]
    planted: Option<Box<dyn planted::Bug>>,
    news: Vec<NewsItem>,
    machine_steps: u64,
}

impl Play {
    /// A vendor without customers in a world.
    ///
    /// # Errors
    /// When the setup contradicts itself or the world; see [`PlayError`].
    pub fn new(mut world: World, mut setup: VendorSetup) -> Result<Self, PlayError> {
        setup.check(&world)?;
        setup.adapt();
        let request = AssumeRole {
            account: setup.account,
            path: world.text(&setup.role.path),
            role: world.text(&setup.role.name),
            session_name: world.text(&setup.session_name),
            external_id: None,
            duration_s: setup.session_duration_s,
            endpoint: setup.endpoint,
        };
        let mut vendor = Vendor::new(setup.lifecycle);
        // Those of the world, and some that come.
        let accounts = world.accounts.len();
        vendor.reserve(accounts + accounts / 8);
        Ok(Self {
            vendor,
            pacing: Pacing::new(setup.sts_budget),
            lazy: Lazy::new(&mut world, &setup),
            world,
            setup,
            request,
            customers: Vec::new(),
            effects: Vec::new(),
            lines: Vec::new(),
            checks: Checks::default(),
            timer: None,
            refused: None,
            completing: None,
            mails: Vec::new(),
            mail_count: 0,
            console: Vec::new(),
            #[cfg(test)]
            planted: None,
            news: Vec::new(),
            machine_steps: 0,
        })
    }

    /// The world.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The world, for whatever the customer or AWS does in it.
    pub const fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    /// The world without its vendor.
    pub fn into_world(self) -> World {
        self.world
    }

    /// The vendor's machine.
    pub const fn vendor(&self) -> &Vendor {
        &self.vendor
    }

    /// The setup, with what the schedule made of it.
    pub const fn setup(&self) -> &VendorSetup {
        &self.setup
    }

    /// The vendor's key of an organization: of its last connection.
    pub fn vendor_key(&self, organization: OrganizationKey) -> Option<vendor::OrganizationKey> {
        let place = self.customers.iter().rposition(|customer| customer.organization == organization)?;
        u32::try_from(place).ok().map(vendor::OrganizationKey)
    }

    /// The organization behind a vendor's key.
    pub fn organization_of(&self, key: vendor::OrganizationKey) -> Option<OrganizationKey> {
        self.customer(key).map(|customer| customer.organization)
    }

    /// Mails to customers, in order; empty when the setup does not keep them.
    pub fn mails(&self) -> &[Mail] {
        &self.mails
    }

    /// How many mails there were, kept or not.
    pub const fn mail_count(&self) -> u64 {
        self.mail_count
    }

    /// What the vendor's console showed, in order.
    pub fn console(&self) -> &[ConsoleRecord] {
        &self.console
    }

    /// How many events the machine was given so far.
    pub const fn machine_steps(&self) -> u64 {
        self.machine_steps
    }

    /// What became of accounts since the last time, in order; empty when the setup does not keep it.
    pub fn take_news(&mut self) -> std::vec::Drain<'_, NewsItem> {
        self.news.drain(..)
    }

    /// Lets time pass until the next wake of the caller, which is given back, or until `until`. Wakes of the play itself
    /// are served on the way; [`Wake`]s with the highest bit set are reserved for it.
    pub fn run_until(&mut self, until: SimTime) -> Option<Wake> {
        while let Some(wake) = self.world.run_until(until) {
            match Own::read(wake) {
                Some(own) => self.serve(own),
                None => return Some(wake),
            }
        }
        None
    }

    fn serve(&mut self, own: Own) {
        match own {
            Own::Tick(key) => self.tick(key),
            Own::Timer => self.timer_due(),
            Own::Answer(place) => self.answer_arrives(place),
            Own::Page(key, round) => self.listing_goes_on(key, round),
            Own::Turn => self.probes_have_their_turn(),
        }
        self.renew_timer();
    }

    fn timer_due(&mut self) {
        self.timer = None;
        if self.vendor.next_due().is_some_and(|due| due <= self.now()) {
            self.step(Event::TimerDue);
        }
    }

    /// Asks for the wake that the machine wants next, when it is earlier than the one it has. One too many does no harm.
    fn renew_timer(&mut self) {
        let Some(due) = self.vendor.next_due().map(|due| SimTime(due.0)) else { return };
        if self.timer.is_none_or(|timer| due < timer) {
            self.timer = Some(due);
            self.world.wake_at(due, Own::Timer.wake());
        }
    }

    /// Hands an event to the machine and performs what follows, in order and each with what follows from it.
    fn step(&mut self, event: Event<'_>) {
        let base = self.effects.len();
        self.machine_steps += 1;
        self.decide(event);
        if let Some(new) = self.effects.get_mut(base..) {
            new.reverse();
        }
        while self.effects.len() > base {
            let Some(effect) = self.effects.pop() else { break };
            self.perform(effect);
        }
    }

    fn decide(&mut self, event: Event<'_>) {
        let now = self.now();
        #[cfg(test)]
        if let Some(mut bug) = self.planted.take() {
            bug.step(&mut self.vendor, now, event, &mut self.effects);
            self.planted = Some(bug);
            return;
        }
        self.vendor.step(now, event, &mut self.effects);
    }

    /// An event from outside: as `step`, and the clock is set anew.
    fn hand_in(&mut self, event: Event<'_>) {
        self.step(event);
        self.renew_timer();
    }

    /// The program of the vendor ends and begins anew: answers under way are lost, nothing else is.
    pub fn restart(&mut self) {
        let (now, vendor) = (self.world.now, self.world.account(self.setup.account).entity());
        self.world.trace.add(now, vendor, crate::trace::Event::Vendor(crate::trace::VendorEvent::Restarted));
        self.checks = Checks::default();
        self.pacing.forget();
        for customer in &mut self.customers {
            customer.listing = None;
        }
        self.timer = None;
        self.hand_in(Event::Restarted);
    }

    const fn now(&self) -> TimeMs {
        TimeMs(self.world.now.0)
    }

    fn customer(&self, key: vendor::OrganizationKey) -> Option<&Customer> {
        self.customers.get(key.0 as usize)
    }

    fn customer_mut(&mut self, key: vendor::OrganizationKey) -> Option<&mut Customer> {
        self.customers.get_mut(key.0 as usize)
    }

    /// The account of a world behind a number.
    fn account_of(&self, number: crate::account::AccountNumber) -> Option<AccountKey> {
        self.world.key_of(number)
    }

    fn hash_of(&self, text: Option<TextId>) -> Option<u64> {
        text.map(|text| self.world.texts.hash(text))
    }
}
