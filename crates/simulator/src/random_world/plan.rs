//! What a random world is made of and what happens in it, as data drawn from the seed. Running it draws from other streams,
//! so that leaving a thing out changes nothing but its own consequences.

use super::roles::RoleKind;
use crate::account::AccountState;
use crate::api::Api;
use crate::checker::PauseRule;
use crate::play::Schedule;
use crate::random::{Draw, EntityId, Randomness, Seed, Stream};
use crate::settings::FaultRates;
use crate::text::hash_text;
use crate::time::{SimSpan, SimTime};
use std::collections::BTreeSet;

/// An organization of the plan, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationIndex(pub u8);

/// An account of the plan, from 0. The first ones are the management accounts, in the order of their organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountIndex(pub u8);

/// How long things happen.
pub(super) const TROUBLE: SimSpan = SimSpan::hours(72);

/// An organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OrganizationPlan {
    pub(super) tenant: u32,
    pub(super) lagging: bool,
    pub(super) subscribed: bool,
    /// When it is connected; its first tick comes then.
    pub(super) connects: SimTime,
    /// Whether its management account has the right role when the faults stop.
    pub(super) repaired: bool,
}

/// An account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AccountPlan {
    pub(super) organization: Option<OrganizationIndex>,
    pub(super) role: RoleKind,
    /// It has an external ID of its own in the first organization.
    pub(super) own_id: bool,
    /// Below the unit; below the root otherwise.
    pub(super) in_unit: bool,
}

/// The vendor's choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VendorPlan {
    pub(super) propagation_window_s: u64,
    pub(super) unknown_retries: u8,
    pub(super) recheck_ticks: u32,
    pub(super) pause: PauseRule,
    /// The longest answer.
    pub(super) latency: SimSpan,
    /// Delays of AWS as measured, or none.
    pub(super) realistic: bool,
    /// How often a page is empty, in millionths.
    pub(super) empty_pages: u32,
    /// `Status` is gone from the answers from the beginning.
    pub(super) status_retired: bool,
    pub(super) sts_budget: Option<u32>,
    /// AWS enforces its published rates, where delays are as measured.
    pub(super) rates: bool,
    pub(super) schedule: Schedule,
}

/// A control policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Control {
    /// An SCP that denies `iam:*`: scripts of the customer fail.
    DenyIam,
    /// An RCP that denies `sts:AssumeRole` to principals of other organizations.
    DenyOutsiders,
}

/// Where a control policy is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// The root of an organization.
    Root(OrganizationIndex),
    /// Its unit.
    Unit(OrganizationIndex),
    /// An account.
    Account(AccountIndex),
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// An account leaves its organization.
    Leave(AccountIndex),
    /// An account without an organization accepts an invitation.
    Join(AccountIndex, OrganizationIndex),
    /// Both at once.
    MoveTo(AccountIndex, OrganizationIndex),
    /// It moves below the unit of its organization, or out of it.
    Relocate(AccountIndex),
    /// Its organization closes it.
    Close(AccountIndex),
    /// AWS Support reopens it.
    Reopen(AccountIndex),
    /// AWS sets its state.
    State(AccountIndex, AccountState),
    /// Somebody writes the vendor's role, rightly or wrongly.
    Role(AccountIndex, RoleKind),
    /// Somebody deletes it.
    NoRole(AccountIndex),
    /// Somebody deletes it and makes it again.
    Recreate(AccountIndex),
    /// The organization makes an account; a pipeline brings the role so much later.
    CreateAccount(OrganizationIndex, SimSpan, RoleKind),
    /// A control policy is attached.
    Attach(Control, Target),
    /// It is detached.
    Detach(Control, Target),
    /// An API begins to fail so often.
    Faults(Api, FaultRates),
    /// Somebody presses Validate Access.
    Validate(AccountIndex),
    /// The vendor's service is started anew.
    Restart,
    /// The customer asks for one ID everywhere, from then on.
    Migrate(OrganizationIndex, SimTime),
    /// Somebody decides whose an account is.
    Settle(AccountIndex, OrganizationIndex),
    /// The onboarding is over.
    Subscribe(OrganizationIndex),
    /// The customer leaves.
    Disconnect(OrganizationIndex),
    /// The customer comes back.
    Reconnect(OrganizationIndex),
    /// The customer rolls the role out.
    Rollout(OrganizationIndex),
    /// The rollout's program ends, and is started from its journal so much later.
    CrashRollout(OrganizationIndex, SimSpan),
    /// The customer takes the role away again.
    RemoveRollout(OrganizationIndex),
}

/// An action with its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timed {
    /// When.
    pub at: SimTime,
    /// What.
    pub action: Action,
}

/// A random world before it is run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed that it was drawn from, and that running it draws from.
    pub seed: Seed,
    /// What happens, in order of time.
    pub actions: Vec<Timed>,
    /// Accounts that are left out. Management accounts are not.
    pub left_out: BTreeSet<AccountIndex>,
    pub(super) organizations: Vec<OrganizationPlan>,
    pub(super) accounts: Vec<AccountPlan>,
    pub(super) vendor: VendorPlan,
}

/// Draws whole plans.
struct Drawing<'d> {
    draw: Draw<'d>,
    organizations: u64,
    accounts: u64,
}

impl Plan {
    /// The plan of a seed: 20 to 57 accounts, one to three organizations of one or two customers, 3 to 40 actions.
    pub fn of(seed: Seed) -> Self {
        let (mut randomness, mut stream) = (Randomness::new(seed), Stream::START);
        let mut draw = randomness.of(EntityId::other(hash_text("plan")), &mut stream);
        let organizations = 1 + draw.below(5).div_ceil(2);
        // Now and then enough for several pages of a listing.
        let accounts = 20 + draw.below(13) + if draw.below(3) == 0 { 25 } else { 0 };
        let mut drawing = Drawing { draw, organizations, accounts };
        let vendor = drawing.vendor();
        let organizations = drawing.organizations();
        let accounts = drawing.accounts();
        let actions = drawing.actions();
        Self { seed, actions, left_out: BTreeSet::new(), organizations, accounts, vendor }
    }

    /// The same plan where the vendor's calls neither fail nor take time at first: what lazy ticks need.
    #[must_use]
    pub fn without_waiting(mut self) -> Self {
        self.vendor =
            VendorPlan { latency: SimSpan::ZERO, empty_pages: 0, sts_budget: None, rates: false, ..self.vendor };
        self
    }

    /// The same plan under another schedule.
    #[must_use]
    pub const fn under(mut self, schedule: Schedule) -> Self {
        self.vendor.schedule = schedule;
        self
    }

    /// How many organizations there are.
    pub fn organization_count(&self) -> usize {
        self.organizations.len()
    }

    /// How many accounts there are at first.
    pub fn account_count(&self) -> usize {
        self.accounts.len() - self.left_out.len()
    }

    /// Every account that may be left out.
    pub(super) fn members(&self) -> impl Iterator<Item = AccountIndex> + '_ {
        let all = 0..u8::try_from(self.accounts.len()).unwrap_or(u8::MAX);
        all.skip(self.organizations.len()).map(AccountIndex)
    }
}

impl Drawing<'_> {
    fn one_in(&mut self, of: u64) -> bool {
        self.draw.below(of) == 0
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        let place = self.draw.below(choices.len() as u64);
        choices.get(usize::try_from(place).unwrap_or(0)).copied()
    }

    fn vendor(&mut self) -> VendorPlan {
        VendorPlan {
            propagation_window_s: self.one_of(&[0, 60, 60, 300]).unwrap_or(0),
            unknown_retries: self.one_of(&[0, 1, 2]).unwrap_or(0),
            recheck_ticks: self.one_of(&[1, 2, 3, 6, 6, 12]).unwrap_or(1),
            pause: if self.one_in(4) { PauseRule::Lack } else { PauseRule::Loss },
            latency: self.one_of(&[SimSpan::ZERO, SimSpan(400), SimSpan::seconds(3)]).unwrap_or(SimSpan::ZERO),
            realistic: !self.one_in(4),
            empty_pages: self.one_of(&[0, 100_000, 400_000]).unwrap_or(0),
            status_retired: self.one_in(2),
            sts_budget: self.one_of(&[None, None, Some(5), Some(50)]).flatten(),
            rates: true,
            schedule: Schedule::Naive,
        }
    }

    fn organizations(&mut self) -> Vec<OrganizationPlan> {
        let draws = 0..self.organizations;
        draws
            .map(|index| OrganizationPlan {
                // The first is of the first customer, the others of either.
                tenant: if index > 0 && self.one_in(2) { 2 } else { 1 },
                lagging: self.one_in(12),
                subscribed: !self.one_in(6),
                connects: SimTime(self.draw.below(SimSpan::hours(2).0)),
                repaired: !self.one_in(8),
            })
            .collect()
    }

    fn accounts(&mut self) -> Vec<AccountPlan> {
        let count = self.organizations + self.accounts;
        let management = self.organizations;
        (0..count)
            .map(|index| {
                let organization = if index < management {
                    Some(index)
                } else if self.one_in(6) {
                    None
                } else {
                    Some(self.draw.below(self.organizations))
                };
                AccountPlan {
                    organization: organization.and_then(|index| u8::try_from(index).ok()).map(OrganizationIndex),
                    role: if index < management && !self.one_in(5) { RoleKind::Right } else { self.role(true) },
                    own_id: self.one_in(6),
                    in_unit: index >= management && self.one_in(2),
                }
            })
            .collect()
    }

    fn role(&mut self, absent: bool) -> RoleKind {
        match self.draw.below(20) {
            0..9 => RoleKind::Right,
            9..12 if absent => RoleKind::Absent,
            12 | 13 => RoleKind::OwnId,
            14 | 15 => RoleKind::NoPolicy,
            _ => self.one_of(&RoleKind::WRITTEN).unwrap_or(RoleKind::Right),
        }
    }

    fn organization(&mut self) -> OrganizationIndex {
        OrganizationIndex(u8::try_from(self.draw.below(self.organizations)).unwrap_or(0))
    }

    fn account(&mut self) -> AccountIndex {
        let all = self.organizations + self.accounts;
        // Management accounts more often than others.
        let index = if self.one_in(8) { self.draw.below(self.organizations) } else { self.draw.below(all) };
        AccountIndex(u8::try_from(index).unwrap_or(0))
    }

    fn member(&mut self) -> AccountIndex {
        AccountIndex(u8::try_from(self.organizations + self.draw.below(self.accounts)).unwrap_or(u8::MAX))
    }

    fn actions(&mut self) -> Vec<Timed> {
        let count = 3 + self.draw.below(38);
        // Troubles come in bursts: a few accounts and a few hours see most of them.
        let bursts: Vec<(AccountIndex, u64)> = (0..3).map(|_| (self.member(), self.draw.below(TROUBLE.0))).collect();
        let mut actions: Vec<Timed> = (0..count)
            .flat_map(|_| {
                let burst = if self.one_in(2) { self.one_of(&bursts) } else { None };
                let at = match burst {
                    Some((_, about)) => about + self.draw.below(SimSpan::hours(3).0),
                    None => self.draw.below(TROUBLE.0),
                };
                let at = SimTime(at.min(TROUBLE.0));
                self.action(at, burst.map(|(account, _)| account))
            })
            .collect();
        actions.sort_by_key(|timed| timed.at);
        actions
    }

    /// One action, and what belongs to it later.
    fn action(&mut self, at: SimTime, about: Option<AccountIndex>) -> Vec<Timed> {
        let member = about.unwrap_or_else(|| self.member());
        let any = if about.is_some() { member } else { self.account() };
        let mut then = Vec::new();
        let mut later = |within: SimSpan, action: Action| then.push((within, action));
        let action = match self.draw.below(40) {
            0..2 => Action::Leave(member),
            2..5 => Action::Join(member, self.organization()),
            5..9 => Action::MoveTo(member, self.organization()),
            9 => Action::Relocate(member),
            10..14 => self.state(member, any, &mut later),
            14..20 => {
                if self.one_in(2) {
                    later(SimSpan::hours(8), Action::Role(any, RoleKind::Right));
                }
                Action::Role(any, self.role(false))
            }
            20 | 21 => {
                if self.one_in(2) {
                    later(SimSpan::hours(5), Action::Role(any, RoleKind::Right));
                }
                Action::NoRole(any)
            }
            22 => Action::Recreate(any),
            23 | 24 => {
                let delay = SimSpan(self.draw.below(SimSpan::hours(4).0));
                Action::CreateAccount(self.organization(), delay, self.role(true))
            }
            25 | 26 => self.control(member, &mut later),
            27 | 28 => Action::Validate(any),
            29 => Action::Restart,
            30 => {
                let until = SimTime(at.0 + self.draw.below(TROUBLE.0.saturating_sub(at.0).max(1)));
                Action::Migrate(self.organization(), until)
            }
            31 => Action::Settle(member, self.organization()),
            32 => Action::Subscribe(self.organization()),
            33 => {
                let organization = self.organization();
                if !self.one_in(3) {
                    later(SimSpan::hours(12), Action::Reconnect(organization));
                }
                Action::Disconnect(organization)
            }
            34 | 35 => {
                let organization = self.organization();
                for _ in 0..self.draw.below(4) {
                    let down = SimSpan(self.draw.below(SimSpan::minutes(10).0));
                    later(SimSpan::minutes(8), Action::CrashRollout(organization, down));
                }
                if self.one_in(3) {
                    later(SimSpan::hours(6), Action::RemoveRollout(organization));
                }
                Action::Rollout(organization)
            }
            36 => Action::RemoveRollout(self.organization()),
            _ => self.faults(&mut later),
        };
        let later = then.into_iter().map(|(within, action)| {
            let at = SimTime((at.0 + self.draw.below(within.0)).min(TROUBLE.0));
            Timed { at, action }
        });
        let later: Vec<Timed> = later.collect();
        std::iter::once(Timed { at, action }).chain(later).collect()
    }

    /// An account is closed, or AWS sets its state; more often than not that is undone later.
    fn state(&mut self, member: AccountIndex, any: AccountIndex, later: &mut impl FnMut(SimSpan, Action)) -> Action {
        let (by_aws, undone) = (self.one_in(2), !self.one_in(3));
        if by_aws {
            if undone {
                later(SimSpan::hours(10), Action::State(any, AccountState::Active));
            }
            let state = self.one_of(&[AccountState::Suspended, AccountState::PendingActivation]);
            return Action::State(any, state.unwrap_or(AccountState::Suspended));
        }
        if undone {
            later(SimSpan::hours(10), Action::Reopen(member));
        }
        Action::Close(member)
    }

    fn control(&mut self, member: AccountIndex, later: &mut impl FnMut(SimSpan, Action)) -> Action {
        let control = if self.one_in(3) { Control::DenyIam } else { Control::DenyOutsiders };
        let organization = self.organization();
        let choices = [Target::Root(organization), Target::Unit(organization), Target::Account(member)];
        let target = self.one_of(&choices).unwrap_or(Target::Account(member));
        if !self.one_in(3) {
            later(SimSpan::hours(8), Action::Detach(control, target));
        }
        Action::Attach(control, target)
    }

    fn faults(&mut self, later: &mut impl FnMut(SimSpan, Action)) -> Action {
        let apis = [
            Api::AssumeRole,
            Api::AssumeRole,
            Api::ListAccounts,
            Api::ListAccounts,
            Api::GetCallerIdentity,
            Api::CreateRole,
            Api::PutRolePolicy,
            Api::GetRole,
            Api::CreateAccount,
        ];
        let api = self.one_of(&apis).unwrap_or(Api::AssumeRole);
        let rate = self.one_of(&[20_000, 100_000, 300_000, 300_000, 900_000]).unwrap_or(0);
        let rates = match self.draw.below(3) {
            0 => FaultRates { throttled: rate, ..FaultRates::default() },
            1 => FaultRates { internal: rate, ..FaultRates::default() },
            _ => FaultRates { timed_out: rate, throttled: rate / 3, internal: 0 },
        };
        if !self.one_in(4) {
            later(SimSpan::hours(12), Action::Faults(api, FaultRates::default()));
        }
        Action::Faults(api, rates)
    }
}
