//! A small AWS with organizations, accounts and roles, and a driver without latency that performs the effects. It judges
//! what it sees after every effect by rules of its own.

use super::super::*;
use crate::{AccountState, DurationMs};
use rolecall_core::access_check::{Answer, IdOf, Judgement, Outcome, Probe, Verdict, WrongKind};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::{OrganizationId, ServiceMode};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub(super) const HOUR: DurationMs = DurationMs::from_minutes(60);

/// What the trust of an account's role lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Absent,
    /// The ID of the organization with this key, by `StringEquals`.
    Id(u32),
    /// The account's own ID.
    OwnId,
    /// No condition.
    Open,
    /// `StringLike "<the organization's ID>*"`.
    Prefix(u32),
    /// `StringEqualsIgnoreCase`.
    AnyCase(u32),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Truth {
    pub(super) organization: Option<u32>,
    pub(super) state: AccountState,
    pub(super) role: Role,
}

/// How listings are handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hand {
    Pages,
    Difference,
}

/// What the checker remembers of an account in an organization; reset when it joins.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four facts that do not exclude each other")]
struct Seen {
    active: bool,
    was_active: bool,
    failing: bool,
    blocked: bool,
}

pub(super) struct World {
    pub(super) vendor: Vendor,
    pub(super) now: TimeMs,
    pub(super) truth: BTreeMap<u64, Truth>,
    pub(super) log: Vec<(TimeMs, Effect)>,
    pub(super) hand: Hand,
    /// What comes back instead of the truth from the next probes: `None` lets one through.
    pub(super) faults: VecDeque<Option<Outcome>>,
    /// So many lines of the next listing are shown before it breaks off.
    pub(super) break_next_listing: Option<(usize, ListingProblem)>,
    /// Every active account is hinted at before each tick and each listing.
    pub(super) hints_everybody: bool,
    pub(super) sent: Vec<(u64, Probe, Option<ExternalId>)>,
    /// The state that the vendor was told, by organization and account.
    told: BTreeMap<(u32, u64), AccountState>,
    answers: BTreeMap<u64, BTreeMap<Probe, Answer>>,
    seen: BTreeMap<(u32, u64), Seen>,
    paused: BTreeSet<u32>,
    last_checked: BTreeMap<u64, (TimeMs, CheckCause, Verdict, bool)>,
    mailed: BTreeSet<(u32, u64, u32)>,
    wake: Option<TimeMs>,
}

pub(super) fn number(value: u64) -> AccountNumber {
    AccountNumber::new(value).unwrap()
}

pub(super) fn management(organization: u32) -> u64 {
    900 + u64::from(organization)
}

pub(super) fn external_id(organization: u32) -> ExternalId {
    ExternalId::parse(&format!("Organization-{organization}-Id")).unwrap()
}

pub(super) fn own_id(account: u64) -> ExternalId {
    ExternalId::parse(&format!("Own-{account}-Id")).unwrap()
}

/// Settings without windows: every check counts at once.
pub(super) fn plain() -> Settings {
    Settings {
        propagation_window: DurationMs::ZERO,
        unknown_retries_max: 0,
        recheck_every_ticks: std::num::NonZeroU32::new(1).unwrap(),
        ..Settings::default()
    }
}

impl World {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            vendor: Vendor::new(settings),
            now: TimeMs(0),
            truth: BTreeMap::new(),
            log: Vec::new(),
            hand: Hand::Pages,
            faults: VecDeque::new(),
            break_next_listing: None,
            hints_everybody: false,
            sent: Vec::new(),
            told: BTreeMap::new(),
            answers: BTreeMap::new(),
            seen: BTreeMap::new(),
            paused: BTreeSet::new(),
            last_checked: BTreeMap::new(),
            mailed: BTreeSet::new(),
            wake: None,
        }
    }

    /// One subscribed organization with a sound management account, discovered once.
    pub(super) fn with_one_organization(settings: Settings) -> Self {
        let mut world = Self::new(settings);
        world.connect(0, 0, ServiceMode::RealTime, &[]);
        world.tick(0);
        world
    }

    pub(super) fn connect(&mut self, organization: u32, tenant: u32, mode: ServiceMode, own_ids: &[u64]) {
        let truth =
            Truth { organization: Some(organization), state: AccountState::Active, role: Role::Id(organization) };
        self.truth.insert(management(organization), truth);
        self.send(Event::OrganizationAdded(Box::new(NewOrganization {
            tenant: TenantId(tenant),
            id: OrganizationId::parse(&format!("o-organization{organization}")).unwrap(),
            management: number(management(organization)),
            mode,
            external_id: external_id(organization),
            own_ids: own_ids.iter().map(|account| (number(*account), own_id(*account))).collect(),
            subscribed: true,
        })));
    }

    pub(super) fn account(&mut self, account: u64, organization: u32, role: Role) {
        self.truth.insert(account, Truth { organization: Some(organization), state: AccountState::Active, role });
    }

    pub(super) fn set_role(&mut self, account: u64, role: Role) {
        self.truth.get_mut(&account).unwrap().role = role;
    }

    pub(super) fn set_state(&mut self, account: u64, state: AccountState) {
        self.truth.get_mut(&account).unwrap().state = state;
    }

    pub(super) fn set_organization(&mut self, account: u64, organization: Option<u32>) {
        self.truth.get_mut(&account).unwrap().organization = organization;
    }

    pub(super) fn tick(&mut self, organization: u32) {
        self.hint_everybody();
        self.send(Event::DiscoveryTick { organization: OrganizationKey(organization) });
    }

    /// An hour passes, then the tick.
    pub(super) fn next_tick(&mut self, organization: u32) {
        self.wait(HOUR);
        self.tick(organization);
    }

    /// Time passes; wake-ups come when they are due.
    pub(super) fn wait(&mut self, duration: DurationMs) {
        let end = self.now.plus(duration);
        while let Some(at) = self.wake.filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.wake = None;
            self.send(Event::TimerDue);
        }
        self.now = end;
    }

    pub(super) fn send(&mut self, event: Event<'_>) {
        let mut effects = Vec::new();
        self.vendor.step(self.now, event, &mut effects);
        // Performing an effect takes further steps here: the wake-up of this one must not overwrite theirs.
        for effect in &effects {
            if let Effect::Schedule { at } = effect {
                self.wake = Some(*at);
            }
        }
        for effect in effects {
            self.log.push((self.now, effect.clone()));
            self.judge(&effect);
            match effect {
                Effect::Probe { check, probe } => self.probe(check, probe),
                Effect::ListAccounts { organization, round } => self.list(organization, round),
                _ => {}
            }
        }
        self.compare_pauses();
    }

    fn probe(&mut self, check: CheckRef, probe: Probe) {
        let account = check.account.get();
        let id = match self.vendor.call(check, probe) {
            Some(Call::AssumeRole(id)) => id,
            Some(Call::GetCallerIdentity) => None,
            None => return,
        };
        if probe == Probe::Right(IdOf::Organization) {
            self.answers.remove(&account);
        }
        Self::judge_id(check, probe, id.as_ref());
        self.sent.push((account, probe, id.clone()));
        let answer = match self.faults.pop_front().flatten() {
            Some(outcome) => Answer::Outcome(outcome),
            None => self.answer(account, probe, id.as_ref()),
        };
        self.answers.entry(account).or_default().insert(probe, answer);
        self.send(Event::ProbeAnswered { check, probe, answer });
    }

    fn answer(&self, account: u64, probe: Probe, id: Option<&ExternalId>) -> Answer {
        let truth = &self.truth[&account];
        if probe == Probe::CallerIdentity {
            return Answer::CallerIs(number(account));
        }
        let text = id.map_or("", ExternalId::as_str);
        let equals = |organization: u32| text == external_id(organization).as_str();
        let opens = match truth.role {
            Role::Absent => false,
            Role::Id(organization) => equals(organization),
            Role::OwnId => text == own_id(account).as_str(),
            Role::Open => true,
            Role::Prefix(organization) => text.starts_with(external_id(organization).as_str()),
            Role::AnyCase(organization) => text.eq_ignore_ascii_case(external_id(organization).as_str()),
        };
        let usable = truth.state == AccountState::Active;
        Answer::Outcome(if opens && usable { Outcome::Allowed } else { Outcome::AccessDenied })
    }

    fn hint_everybody(&mut self) {
        if self.hints_everybody {
            let active = self.vendor.accounts().iter().filter(|account| account.standing == Standing::Active);
            for account in active.map(|account| account.number).collect::<Vec<_>>() {
                self.send(Event::AccessMayHaveChanged { account });
            }
        }
    }

    fn list(&mut self, organization: OrganizationKey, round: u32) {
        self.hint_everybody();
        let key = organization.0;
        let members = self.truth.iter().filter(|(_, truth)| truth.organization == Some(key));
        let lines: Vec<ListedAccount> =
            members.map(|(account, truth)| ListedAccount { account: number(*account), state: truth.state }).collect();
        if let Some((shown, problem)) = self.break_next_listing.take() {
            self.page(organization, round, &lines[..shown.min(lines.len())]);
            self.send(Event::ListingPartial { organization, round, problem });
            return;
        }
        let now_listed: BTreeSet<u64> = lines.iter().map(|line| line.account.get()).collect();
        let of_key = self.told.keys().filter(|(of, _)| *of == key);
        let before: BTreeSet<u64> = of_key.map(|(_, account)| *account).collect();
        match self.hand {
            Hand::Pages => {
                for page in lines.chunks(2) {
                    self.page(organization, round, page);
                    // Legal, and it means nothing.
                    self.page(organization, round, &[]);
                }
                self.send(Event::ListingComplete { organization, round });
            }
            Hand::Difference => {
                let is_changed = |line: &&ListedAccount| self.told.get(&(key, line.account.get())) != Some(&line.state);
                let changed: Vec<ListedAccount> = lines.iter().filter(is_changed).copied().collect();
                let departed: Vec<AccountNumber> = before.difference(&now_listed).map(|gone| number(*gone)).collect();
                self.tell(key, &changed);
                self.send(Event::ListingDifference { organization, round, changed: &changed, departed: &departed });
            }
        }
        if now_listed.contains(&management(key)) {
            self.told.retain(|(of, account), _| *of != key || now_listed.contains(account));
        }
    }

    fn page(&mut self, organization: OrganizationKey, round: u32, accounts: &[ListedAccount]) {
        self.tell(organization.0, accounts);
        self.send(Event::ListingPage { organization, round, accounts });
    }

    fn tell(&mut self, organization: u32, accounts: &[ListedAccount]) {
        for line in accounts {
            let place = (organization, line.account.get());
            if self.told.insert(place, line.state).is_some_and(|before| before != line.state) {
                self.seen.entry(place).or_default().failing = false;
            }
        }
    }

    /// Never anybody else's ID, and none at all where none is to be sent.
    fn judge_id(check: CheckRef, probe: Probe, id: Option<&ExternalId>) {
        let (organization, account) = (check.organization.0, check.account.get());
        let Some(id) = id else {
            assert!(matches!(probe, Probe::NoId | Probe::CallerIdentity), "{probe:?} of {account} without an ID");
            return;
        };
        match probe {
            Probe::Right(IdOf::Organization) => assert_eq!(id, &external_id(organization)),
            Probe::Right(IdOf::Account) => assert_eq!(id, &own_id(account)),
            _ => {
                assert!((0..4).all(|other| id != &external_id(other)), "{probe:?} sent the ID of an organization");
                assert!((0..10).all(|other| id != &own_id(other)), "{probe:?} sent the ID of an account");
            }
        }
    }

    /// The rules that hold of every effect.
    fn judge(&mut self, effect: &Effect) {
        match effect {
            Effect::Checked { account, organization, cause, judgement, repeated, .. } => {
                self.last_checked.insert(account.get(), (self.now, *cause, judgement.verdict(), *repeated));
                let seen = self.seen.entry((organization.0, account.get())).or_default();
                match judgement.verdict() {
                    Verdict::Validated => seen.failing = false,
                    Verdict::Denied | Verdict::Insecure => seen.failing |= !repeated,
                    Verdict::Unknown => {}
                }
            }
            Effect::Activate { account, organization, .. } => self.judge_activation(account.get(), organization.0),
            Effect::Deactivate { account, organization, .. } => {
                let seen = self.seen.entry((organization.0, account.get())).or_default();
                assert!(seen.active, "{account} was deactivated and was not active");
                seen.active = false;
            }
            Effect::Departed { account, organization } => {
                self.seen.remove(&(organization.0, account.get()));
            }
            Effect::Notify { account, organization, number, evidence } => {
                self.judge_notification(account.get(), organization.0, *number, evidence);
            }
            Effect::PauseManagement { organization, .. } => assert!(self.paused.insert(organization.0), "paused twice"),
            Effect::ResumeManagement { organization, .. } => assert!(self.paused.remove(&organization.0), "not paused"),
            Effect::RaiseConflict(Conflict::AccountClaimedTwice { account, holder, .. }) => {
                let seen = self.seen.entry((holder.0, account.get())).or_default();
                (seen.blocked, seen.failing) = (true, false);
            }
            _ => {}
        }
    }

    fn judge_activation(&mut self, account: u64, organization: u32) {
        let answers = self.answers.get(&account).cloned().unwrap_or_default();
        let is = |probe, outcome| answers.get(&probe) == Some(&Answer::Outcome(outcome));
        let opened = [IdOf::Organization, IdOf::Account].into_iter().any(|id| is(Probe::Right(id), Outcome::Allowed));
        assert!(opened, "{account} was activated without a success");
        for probe in std::iter::once(Probe::NoId).chain(WrongKind::ALL.map(Probe::Wrong)) {
            assert!(is(probe, Outcome::AccessDenied), "{account} was activated without a denial of {probe:?}");
        }
        assert_eq!(answers.get(&Probe::CallerIdentity), Some(&Answer::CallerIs(number(account))));
        assert_eq!(self.told.get(&(organization, account)), Some(&AccountState::Active), "{account} is not ACTIVE");
        let elsewhere = self.seen.iter().filter(|((_, other), seen)| *other == account && seen.active);
        assert_eq!(elsewhere.count(), 0, "{account} is active already, here or elsewhere");
        let seen = self.seen.entry((organization, account)).or_default();
        (seen.active, seen.was_active, seen.blocked, seen.failing) = (true, true, false, false);
    }

    fn judge_notification(&mut self, account: u64, organization: u32, count: u16, evidence: &Evidence) {
        let (at, cause, verdict, repeated) = self.last_checked[&account];
        assert_eq!(at, self.now, "{account} was notified without a check right before");
        let CheckCause::Tick(tick) = cause else { panic!("{account}: nobody mails what the console shows") };
        assert!(self.mailed.insert((organization, account, tick)), "{account} was notified twice at tick {tick}");
        assert!(matches!(verdict, Verdict::Denied | Verdict::Insecure) && !repeated, "{account}: {verdict:?}");
        let told = self.told.get(&(organization, account)).copied().unwrap_or(AccountState::Active);
        assert_eq!(told, AccountState::Active, "{account} is not ACTIVE");
        assert!(count >= 1 && evidence.failed_checks >= count);
        assert_eq!(evidence.checks.last().map(|record| record.verdict), Some(verdict));
        assert!(evidence.checks.len() <= self.vendor.settings().history_max);
    }

    /// Paused exactly while an account that was active, or the management account, fails its checks.
    fn compare_pauses(&self) {
        for organization in 0..4 {
            let key = OrganizationKey(organization);
            let Some(known) = self.vendor.organization(key).filter(|known| !known.removed) else { continue };
            let lacks = |((of, account), seen): (&(u32, u64), &Seen)| {
                let is_management = *account == known.management.get();
                let usable = self.told.get(&(*of, *account)) == Some(&AccountState::Active);
                *of == organization && seen.failing && (is_management || (seen.was_active && usable))
            };
            let expected = self.seen.iter().any(lacks);
            assert_eq!(self.paused.contains(&organization), expected, "organization {organization}: {:?}", self.seen);
            assert_eq!(known.is_paused(), expected);
        }
    }

    pub(super) fn standing(&self, account: u64) -> Option<Standing> {
        self.vendor.account(number(account)).map(|account| account.standing)
    }

    /// What customers and the platform see and what checks find, without what a check of an unchanged account repeats.
    pub(super) fn visible(&self) -> Vec<String> {
        let seen = self.log.iter().filter(|(_, effect)| {
            let inner = matches!(
                effect,
                Effect::Probe { .. }
                    | Effect::Checked { judgement: Judgement::Validated(_), .. }
                    | Effect::ListAccounts { .. }
                    | Effect::Schedule { .. }
                    | Effect::Ignored(_)
            );
            !inner
        });
        let say = |(at, effect): &(TimeMs, Effect)| match effect {
            Effect::Notify { account, organization, number, .. } => {
                format!("{} notify {account} of {} number {number}", at.0, organization.0)
            }
            Effect::Checked { account, organization, cause, judgement, repeated, .. } => {
                format!("{} {account} of {} by {cause:?}: {judgement:?} {repeated}", at.0, organization.0)
            }
            other => format!("{} {other:?}", at.0),
        };
        seen.map(say).collect()
    }

    /// The numbers of the notifications of an account.
    pub(super) fn notified(&self, account: u64) -> Vec<u16> {
        let of_account = self.log.iter().filter_map(|(_, effect)| match effect {
            Effect::Notify { account: of, number, .. } if of.get() == account => Some(*number),
            _ => None,
        });
        of_account.collect()
    }

    pub(super) fn has(&self, wanted: &Effect) -> bool {
        self.log.iter().any(|(_, effect)| effect == wanted)
    }
}

impl World {
    /// An event of Organizations says the state of a member, as it is.
    pub(super) fn tell_state(&mut self, organization: u32, account: u64) {
        let truth = self.truth[&account];
        let key = OrganizationKey(organization);
        let is_member = self.vendor.account(number(account)).is_some_and(|known| known.is_member_of(key));
        if is_member {
            self.tell(organization, &[ListedAccount { account: number(account), state: truth.state }]);
        }
        self.send(Event::AccountState { organization: key, account: number(account), state: truth.state });
    }
}
