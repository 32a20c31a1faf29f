//! Listings: the role of the management account is opened with its right ID, then ListAccounts is asked page by page, no
//! faster than AWS's published rate where the world enforces it. The lines go to the machine as they come.

use super::wakes::Own;
use super::{Play, classify};
use crate::account::AccountState;
use crate::api::Api;
use crate::caller::{Caller, Session};
use crate::error::ApiError;
use crate::organizations::{AccountSummary, NextToken, Page};
use crate::random::EntityId;
use crate::rate::Bucket;
use crate::sts::AssumeRole;
use crate::text::{TextId, mix};
use crate::time::SimSpan;
use crate::trace::VendorEvent;
use rolecall_core::access_check::IdOf;
use rolecall_lifecycle::TimeMs;
use rolecall_lifecycle::vendor::{Event, ListedAccount, ListingProblem, OrganizationKey};

/// A listing under way.
#[derive(Clone, Debug)]
pub(super) struct Run {
    round: u32,
    started: TimeMs,
    session: Session,
    token: Option<NextToken>,
    /// An answer that is on its way.
    arriving: Option<Result<Page<AccountSummary>, ApiError>>,
}

/// How a listing is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListingOf {
    /// Page by page.
    Pages,
    /// By its difference, without a call.
    Difference,
    /// By its difference, when the first page comes.
    DifferenceIfListed,
}

/// The pause before a page that the published rate does not admit yet: one call at 8 a second.
const PAUSE: SimSpan = SimSpan(125);

impl Play {
    pub(super) fn list(&mut self, key: OrganizationKey, round: u32) {
        let Some(customer) = self.customer(key) else { return };
        let (entity, management) = (customer.entity, customer.management);
        self.notice();
        let by = self.listing_of(key);
        if by == ListingOf::Difference && self.world.trace.is_off() {
            self.list_difference(key, round);
            return;
        }
        let external_id = self.listing_id(key);
        if let Some(id) = self.hash_of(external_id) {
            self.record(entity, VendorEvent::ListingBegan { round, id });
        }
        if by == ListingOf::Difference {
            self.list_difference(key, round);
            return;
        }
        let request = AssumeRole { account: management, external_id, ..self.request };
        let prober = self.setup.prober;
        match self.world.assume_role(&prober, &request) {
            Ok(session) if by == ListingOf::DifferenceIfListed => {
                match self.world.list_accounts(&Caller::Session(session), None) {
                    Ok(_) => {
                        self.has_listed(key, false);
                        self.list_difference(key, round);
                    }
                    Err(error) => self.break_listing(key, round, classify::listing_problem(&error)),
                }
            }
            Ok(session) => {
                let run = Run { round, started: self.now(), session, token: None, arriving: None };
                if let Some(customer) = self.customer_mut(key) {
                    customer.listing = Some(run);
                }
                self.ask_for_pages(key);
            }
            Err(error) => self.break_listing(key, round, classify::listing_problem(&error)),
        }
    }

    /// The ID that opened the management account's role when it was last checked.
    fn listing_id(&self, key: OrganizationKey) -> Option<TextId> {
        let customer = self.customer(key)?;
        let number = self.world.account(customer.management).number();
        let known = self.vendor.account(number);
        let opened = known.and_then(|known| known.last?.outcomes.opened_by().or(known.id_used));
        match opened {
            Some(IdOf::Account) => customer.own_ids.get(&number)?.right,
            _ => customer.ids.right,
        }
    }

    /// Asks page after page, until one is on its way or the listing is over.
    fn ask_for_pages(&mut self, key: OrganizationKey) {
        loop {
            let may_ask = self.may_ask_for_page(key);
            let now = self.world.now;
            let Some(customer) = self.customers.get_mut(key.0 as usize) else { return };
            let Some(run) = &mut customer.listing else { return };
            // Rounds are told apart among few neighbours only, so their low bits do.
            let wake = Own::Page(key, u16::try_from(run.round & 0xffff).unwrap_or(0)).wake();
            if !may_ask {
                self.world.wake_at(now + PAUSE, wake);
                return;
            }
            let answer = self.world.list_accounts(&Caller::Session(run.session), run.token);
            let draws_from = EntityId::other(mix(customer.entity.0 ^ 0x115));
            let draw = &mut self.world.random.of(draws_from, &mut customer.stream);
            let latency = self.setup.listing_latency.draw(draw);
            if latency != SimSpan::ZERO {
                run.arriving = Some(answer);
                self.world.wake_at(now + latency, wake);
                return;
            }
            if !self.take_page(key, answer) {
                return;
            }
        }
    }

    fn may_ask_for_page(&mut self, key: OrganizationKey) -> bool {
        let Some(rate) = Api::ListAccounts.rate().filter(|_| self.world.settings.rates) else { return true };
        let now = self.world.now;
        let Some(customer) = self.customer_mut(key) else { return false };
        customer.pages.get_or_insert_with(|| Bucket::full(rate, now)).take(rate, now)
    }

    /// A page arrives, or the rate admits the next one.
    pub(super) fn listing_goes_on(&mut self, key: OrganizationKey, round: u16) {
        let run = self.customer_mut(key).and_then(|customer| customer.listing.as_mut());
        let Some(run) = run.filter(|run| run.round & 0xffff == u32::from(round)) else { return };
        let goes_on = match run.arriving.take() {
            Some(answer) => self.take_page(key, answer),
            None => true,
        };
        if goes_on {
            self.ask_for_pages(key);
        }
    }

    /// Hands a page to the machine. Whether there is a next one.
    fn take_page(&mut self, key: OrganizationKey, answer: Result<Page<AccountSummary>, ApiError>) -> bool {
        let Some(run) = self.customer(key).and_then(|customer| customer.listing.as_ref()) else { return false };
        let (round, started) = (run.round, run.started);
        let page = match answer {
            Ok(page) => page,
            Err(error) => {
                self.break_listing(key, round, classify::listing_problem(&error));
                return false;
            }
        };
        let mut lines = std::mem::take(&mut self.lines);
        lines.clear();
        lines.extend(page.items.iter().filter_map(line));
        self.record_lines(key, round, &lines);
        self.step(Event::ListingPage { organization: key, round, accounts: &lines });
        self.lines = lines;
        let Some(token) = page.next_token else {
            self.end_listing(key, round, started);
            return false;
        };
        let run = self.customer_mut(key).and_then(|customer| customer.listing.as_mut());
        run.is_some_and(|run| {
            run.token = Some(token);
            true
        })
    }

    fn end_listing(&mut self, key: OrganizationKey, round: u32, started: TimeMs) {
        let Some(customer) = self.customer_mut(key) else { return };
        customer.listing = None;
        let entity = customer.entity;
        self.record(entity, VendorEvent::ListingEnded { round, complete: true });
        let outer = self.completing.replace((key, round));
        self.step(Event::ListingComplete { organization: key, round });
        self.completing = outer;
        let accepted = self.vendor.organization(key).is_some_and(|known| known.last_complete == Some(started));
        self.has_listed(key, accepted);
        if accepted {
            self.record_foreign_gone(key, round);
        }
    }

    pub(super) fn break_listing(&mut self, key: OrganizationKey, round: u32, problem: ListingProblem) {
        let Some(customer) = self.customer_mut(key) else { return };
        customer.listing = None;
        let entity = customer.entity;
        self.record(entity, VendorEvent::ListingEnded { round, complete: false });
        self.step(Event::ListingPartial { organization: key, round, problem });
    }

    /// Records the lines that say something new.
    pub(super) fn record_lines(&mut self, key: OrganizationKey, round: u32, lines: &[ListedAccount]) {
        if self.world.trace.is_off() {
            return;
        }
        for listed in lines {
            let known = self.vendor.account(listed.account).filter(|known| known.is_member_of(key) && known.listed);
            let Some(customer) = self.customers.get_mut(key.0 as usize) else { return };
            let before = match known {
                Some(known) => Some(known.state),
                None => {
                    customer.foreign.insert(listed.account, (Some(listed.state), round)).and_then(|(state, _)| state)
                }
            };
            let is_new = before != Some(listed.state);
            if is_new {
                let organization = customer.entity;
                let event = VendorEvent::Listed { organization, round, state: listed.state };
                self.record(EntityId::account(listed.account.get()), event);
            }
        }
    }

    /// Accounts that the organization listed without having them, and that a complete listing does not have any more.
    fn record_foreign_gone(&mut self, key: OrganizationKey, round: u32) {
        let Some(customer) = self.customers.get_mut(key.0 as usize).filter(|customer| !customer.foreign.is_empty())
        else {
            return;
        };
        let organization = customer.entity;
        let mut gone = Vec::new();
        let vendor = &self.vendor;
        customer.foreign.retain(|account, (_, seen)| {
            // Whoever has become a member is not foreign any more.
            let member = vendor.account(*account).is_some_and(|known| known.is_member_of(key) && known.listed);
            if !member && *seen != round {
                gone.push(*account);
            }
            !member && *seen == round
        });
        for account in gone {
            self.record(EntityId::account(account.get()), VendorEvent::Unlisted { organization, round });
        }
    }
}

/// A line as the machine reads it: by `State`, or by the older `Status`.
fn line(summary: &AccountSummary) -> Option<ListedAccount> {
    let state = AccountState::read(Some(summary.state.as_str()), summary.status)?;
    Some(ListedAccount { account: summary.number, state })
}
