//! What the machine wants done, effect by effect, and the record that each leaves.

use super::Play;
use super::console::{Console, ConsoleRecord, Mail, News, NewsItem};
use crate::account::AccountNumber;
use crate::random::EntityId;
use crate::time::SimTime;
use crate::trace::{Deactivation, VendorEvent};
use rolecall_core::access_check::{CheckRecord, Judgement};
use rolecall_lifecycle::vendor::{CheckCause, Conflict, Deactivated, Effect, Evidence, Ignored, OrganizationKey};

impl Play {
    /// All the cases.
    pub(super) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::OrganizationAccepted { .. } | Effect::Schedule { .. } => {}
            Effect::OrganizationRefused { because, .. } => self.refused = Some(because),

            Effect::ListAccounts { organization, round } => self.list(organization, round),
            Effect::Probe { check, probe } => self.probe(check, probe),
            Effect::Checked { account, organization, cause, judgement, record, repeated } => {
                self.checked(account, organization, cause, judgement, record, repeated);
            }

            Effect::Activate { account, organization, by } => {
                self.tell(account, News::Activated);
                self.record_of(account, organization, |organization| VendorEvent::Activated { organization, by });
            }
            Effect::Deactivate { account, organization, because } => {
                let because = deactivation(because);
                self.record_of(account, organization, |organization| VendorEvent::Deactivated {
                    organization,
                    because,
                });
            }
            Effect::Departed { account, organization } => self.departed(account, organization),
            Effect::Notify { account, organization, number, evidence } => {
                self.mail(account, organization, number, evidence);
            }

            Effect::PauseManagement { organization, account } => {
                self.tell(account, News::Paused);
                self.record_about(organization, VendorEvent::Paused { account });
                self.show(Console::Paused { organization, account });
            }
            Effect::ResumeManagement { organization, account } => {
                self.record_about(organization, VendorEvent::Resumed { account });
                self.show(Console::Resumed { organization, account });
            }
            Effect::RaiseConflict(conflict) => self.conflict(conflict, true),
            Effect::ClearConflict(conflict) => self.conflict(conflict, false),

            Effect::MigrationStarted { organization, until } => {
                let until = SimTime(until.0);
                self.record_about(organization, VendorEvent::MigrationBegan { until });
                self.show(Console::MigrationBegan { organization, until });
            }
            Effect::MigrationEnded { organization, left } => {
                self.record_about(organization, VendorEvent::MigrationEnded);
                self.show(Console::MigrationEnded { organization, left });
            }
            Effect::Ignored(ignored) => self.ignored(ignored),
        }
    }

    fn checked(
        &mut self,
        account: AccountNumber,
        key: OrganizationKey,
        cause: CheckCause,
        judgement: Judgement,
        record: CheckRecord,
        repeated: bool,
    ) {
        let tick = match cause {
            CheckCause::Tick(tick) => Some(tick),
            CheckCause::Requested => None,
        };
        if let Some(organization) = self.customer(key).map(|customer| customer.entity) {
            let (verdict, outcomes) = (record.verdict, record.outcomes);
            let event = VendorEvent::Checked { organization, tick, verdict, outcomes, repeated };
            let slot = self.vendor.slot(account);
            self.record_checked(slot, account, judgement, event);
        }
        if cause == CheckCause::Requested {
            self.show(Console::Validated { organization: key, account, judgement, record, repeated });
        }
    }

    /// Departures that the end of a complete listing brings are those of accounts that it did not have. Others are still
    /// listed, as far as their organization's listings say.
    fn departed(&mut self, account: AccountNumber, key: OrganizationKey) {
        if let Some((_, round)) = self.completing.filter(|(completing, _)| *completing == key) {
            if let Some(customer) = self.customer_mut(key) {
                customer.foreign.remove(&account);
            }
            self.record_of(account, key, |organization| VendorEvent::Unlisted { organization, round });
        } else {
            // The machine keeps one state of an account: of one that moved, what its new organization told.
            let known = self.vendor.account(account).filter(|known| known.organization == key);
            let state = known.map(|known| known.state);
            if let Some(customer) = self.customer_mut(key) {
                customer.foreign.insert(account, (state, 0));
            }
        }
        self.record_of(account, key, |organization| VendorEvent::Departed { organization });
    }

    fn mail(&mut self, account: AccountNumber, organization: OrganizationKey, number: u16, evidence: Box<Evidence>) {
        self.record_of(account, organization, |organization| VendorEvent::Notified { organization, number });
        self.mail_count += 1;
        self.tell(account, News::Mailed);
        if self.setup.keep_mails {
            self.mails.push(Mail { at: self.world.now, organization, account, number, evidence });
        }
    }

    fn conflict(&mut self, conflict: Conflict, raised: bool) {
        match conflict {
            Conflict::AccountClaimedTwice { account, claimant, .. } => {
                self.record_of(account, claimant, |claimant| {
                    let cleared = VendorEvent::ConflictCleared { claimant };
                    if raised { VendorEvent::ConflictRaised { claimant } } else { cleared }
                });
            }
            Conflict::ListingDenied { organization } | Conflict::ListingWithoutManagement { organization } => {
                let denied = matches!(conflict, Conflict::ListingDenied { .. });
                let event = if raised { VendorEvent::ListingDoubted { denied } } else { VendorEvent::ListingTrusted };
                self.record_about(organization, event);
            }
        }
        self.show(if raised { Console::ConflictRaised(conflict) } else { Console::ConflictCleared(conflict) });
    }

    /// What somebody asked for and did not get is told; an answer that came too late is not.
    fn ignored(&mut self, ignored: Ignored) {
        match ignored {
            Ignored::OldListing | Ignored::ListingUnderWay | Ignored::OldAnswer => {}
            Ignored::UnknownOrganization
            | Ignored::UnknownAccount
            | Ignored::CheckUnderWay
            | Ignored::NotChecked
            | Ignored::MigrationEndsInThePast
            | Ignored::MigrationOver
            | Ignored::NoConflict => self.show(Console::Refused(ignored)),
        }
    }

    fn tell(&mut self, account: AccountNumber, news: News) {
        if self.setup.keep_news {
            self.news.push(NewsItem { at: self.world.now, account, news });
        }
    }

    fn show(&mut self, entry: Console) {
        self.console.push(ConsoleRecord { at: self.world.now, entry });
    }

    /// A record whose subject is an account.
    pub(super) fn record_of(
        &mut self,
        account: AccountNumber,
        key: OrganizationKey,
        event: impl FnOnce(EntityId) -> VendorEvent,
    ) {
        if let Some(organization) = self.customer(key).map(|customer| customer.entity) {
            self.record(EntityId::account(account.get()), event(organization));
        }
    }

    /// A record whose subject is an organization.
    fn record_about(&mut self, key: OrganizationKey, event: VendorEvent) {
        if let Some(organization) = self.customer(key).map(|customer| customer.entity) {
            self.record(organization, event);
        }
    }
}

const fn deactivation(because: Deactivated) -> Deactivation {
    match because {
        Deactivated::Departed => Deactivation::Departed,
        Deactivated::State(state) => Deactivation::State(state),
        Deactivated::AccessLost => Deactivation::AccessLost,
        Deactivated::Insecure => Deactivation::Insecure,
        Deactivated::Moved => Deactivation::Moved,
        Deactivated::Conflict => Deactivation::Conflict,
        Deactivated::Unsubscribed => Deactivation::Unsubscribed,
    }
}
