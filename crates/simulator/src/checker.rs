//! The checker: reads a trace, record by record, and says where a property of the article and of the external-ID rules does
//! not hold. It knows nothing of the machines that decide: what must hold is stated here over the records alone, those of
//! the world beside those of the service. This file shows every record; each family of properties has a leaf.

mod conflict;
mod liveness;
mod membership;
mod model;
mod notification;
mod pause;
mod probes;
mod property;
mod rollout;
mod rules;
mod service;
mod violation;
mod words;

#[cfg(test)]
mod tests;

pub use property::Property;
pub use rules::{PauseRule, Rules};
pub use violation::Violation;
pub use words::Words;

use crate::account::AccountNumber;
use crate::random::EntityId;
use crate::time::SimTime;
use crate::trace::{Event, Record, VendorEvent};
use model::Model;

/// What a checker found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// In the order in which they were seen.
    pub violations: Vec<Violation>,
    /// How many records were read.
    pub records: u64,
    /// Accounts whose right role was active by the next check.
    pub right: u32,
    /// Accounts whose wrong role was notified twice.
    pub wrong: u32,
    /// Accounts with a known truth of which nothing could be demanded: nobody asks for a role there, the management
    /// account has none, or the trace ended too soon.
    pub not_judged: u32,
}

impl Report {
    /// Nothing is violated, and of no account was anything demanded by the end: that is no pass.
    pub const fn is_unjudged(&self) -> bool {
        self.violations.is_empty() && self.right == 0 && self.wrong == 0
    }
}

/// A checker that has read a part of a trace.
///
/// Records come in the order in which they were left; what the service was told stands before what it decided.
#[derive(Clone, Debug)]
pub struct Checker {
    rules: Rules,
    model: Model,
    now: SimTime,
    report: Report,
}

/// Reads a whole trace.
pub fn check(rules: Rules, records: &[Record]) -> Report {
    let mut checker = Checker::new(rules);
    for record in records {
        checker.observe(record);
    }
    checker.finish()
}

impl Checker {
    /// Nothing read yet.
    pub fn new(rules: Rules) -> Self {
        Self { rules, model: Model::default(), now: SimTime::START, report: Report::default() }
    }

    /// The violations so far.
    pub fn violations(&self) -> &[Violation] {
        &self.report.violations
    }

    /// Reads one record.
    pub fn observe(&mut self, record: &Record) {
        if record.at > self.now {
            self.settle();
            self.now = record.at;
        }
        self.report.records += 1;
        self.model.remember(self.report.records, record);
        match record.event {
            Event::Vendor(event) => self.vendor(record.subject, event),
            Event::Customer(event) => self.customer(record.subject, event),
            event => {
                if let Some(account) = number(record.subject) {
                    self.world(account, event);
                }
            }
        }
    }

    fn vendor(&mut self, subject: EntityId, event: VendorEvent) {
        match number(subject) {
            Some(account) => self.of_account(account, event),
            None => self.of_organization(subject, event),
        }
    }

    /// What befalls an organization.
    fn of_organization(&mut self, organization: EntityId, event: VendorEvent) {
        match event {
            VendorEvent::Connected { tenant, management, lagging, subscribed } => {
                self.connected(organization, tenant, management, lagging, subscribed);
            }
            VendorEvent::Subscribed => self.subscribed(organization),
            VendorEvent::Disconnected => self.disconnected(organization),
            VendorEvent::IdBound { account, id } => self.id_bound(organization, account, id),
            VendorEvent::MigrationEnded => self.migration_ended(organization),
            VendorEvent::Tick(tick) => self.tick(organization, tick),
            VendorEvent::ListingBegan { id, .. } => self.listing_began(organization, id),
            VendorEvent::ListingEnded { round, complete } => self.listing_ended(organization, round, complete),
            VendorEvent::Paused { account } => self.paused(organization, account),
            VendorEvent::Resumed { account } => self.resumed(organization, account),
            _ => {}
        }
    }

    /// What befalls an account.
    fn of_account(&mut self, account: AccountNumber, event: VendorEvent) {
        match event {
            VendorEvent::Listed { organization, state, .. } => self.listed(organization, account, state),
            VendorEvent::Unlisted { organization, round } => self.unlisted(organization, account, round),
            VendorEvent::ConflictSettled { .. } => self.model.account(account).decided = true,
            VendorEvent::Probed { organization, check, probe, id, outcome } => {
                let probed = probes::Probed { check, probe, id, outcome, at: self.now };
                self.probed(organization, account, probed);
            }
            VendorEvent::Checked { organization, tick, verdict, outcomes, repeated } => {
                let said = probes::Said { tick, verdict, outcomes, repeated };
                self.checked((organization, account), said);
            }
            VendorEvent::Activated { organization, by } => self.activated(organization, account, by),
            VendorEvent::Deactivated { organization, because } => self.deactivated(organization, account, because),
            VendorEvent::Departed { organization } => self.departed(organization, account),
            VendorEvent::Notified { organization, number } => self.notified(organization, account, number),
            VendorEvent::ConflictRaised { claimant } => self.conflict_raised(account, claimant),
            VendorEvent::ConflictCleared { claimant } => self.conflict_cleared(account, claimant),
            _ => {}
        }
    }

    /// What befalls an account in the world.
    fn world(&mut self, account: AccountNumber, event: Event) {
        match event {
            Event::Joined(organization) => self.joined(account, organization),
            Event::Left(organization) => self.left(account, organization),
            Event::StateChanged(state) => self.state_changed(account, state),
            Event::RoleWritten(name, _) if name == self.rules.role => self.model.account(account).role_written = true,
            Event::Truth { opens } => self.truth(account, opens),
            _ => {}
        }
    }

    /// What must hold whenever time goes on: everything that an instant has to say has been said.
    fn settle(&mut self) {
        for organization in std::mem::take(&mut self.model.unsettled_organizations) {
            self.settle_pause(organization);
        }
        for (organization, account) in std::mem::take(&mut self.model.unsettled_places) {
            self.settle_service(organization, account);
        }
    }

    /// The end of the trace: what had to come about by now, has it?
    pub fn finish(mut self) -> Report {
        self.settle();
        self.judge_liveness();
        self.report
    }

    fn violation(
        &mut self,
        property: Property,
        organization: Option<EntityId>,
        account: Option<AccountNumber>,
        explanation: String,
    ) {
        let records = self.model.recent(organization, account);
        self.report.violations.push(Violation { property, at: self.now, account, organization, explanation, records });
    }

    /// A violation of an account in an organization.
    fn violation_at(&mut self, property: Property, place: model::Key, explanation: impl Into<String>) {
        self.violation(property, Some(place.0), Some(place.1), explanation.into());
    }
}

fn number(entity: EntityId) -> Option<AccountNumber> {
    entity.account_number().map(AccountNumber::of_last_digits)
}
