//! A plan as a scenario, as far as the format can say it. Chance falls otherwise there, and what is left out is said: the
//! seed of the plan is what replays a random world to the last record.

use super::build::{DENY_IAM, DENY_OUTSIDERS, numbers};
use super::minimise::Minimised;
use super::plan::{
    AccountIndex, AccountPlan, Action, Control, OrganizationIndex, OrganizationPlan, Plan, TROUBLE, Target, Timed,
};
use super::roles::{RoleKind, STRANGER};
use super::rollout;
use crate::account::{AccountNumber, AccountState, Origin};
use crate::checker::{self, Property, Violation};
use crate::cloudformation;
use crate::organizations::FeatureSet;
use crate::random::{Randomness, Seed};
use crate::repro::{ReproError, check};
use crate::scenario::{
    AccountPart, AccountRef, Action as Act, ControlPolicy, ControlType, Do, NotWritten, OrganizationPart, Place,
    PolicyPart, Remarks, RolePart, RolloutPart, Scenario, Spot, TrustIds, TrustPart, VendorPart, WorldPart,
    default_account, made_id, made_organization_id, write,
};
use crate::time::{SimSpan, SimTime};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::ServiceMode;
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::rollout::{Amount, ConcurrencyMode, Unlock};
use rolecall_lifecycle::vendor::PauseRule;
use std::collections::{BTreeMap, BTreeSet};

/// The unit of every organization.
const UNIT: &str = "Workloads";

/// A plan as a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct AsScenario {
    /// What the format can say.
    pub scenario: Scenario,
    /// What it cannot, a phrase each; nothing when all is said.
    pub left_out: Vec<String>,
}

/// What a plan is as a scenario.
pub fn as_scenario(plan: &Plan) -> AsScenario {
    let mut mapping = Mapping::new(plan);
    let actions = mapping.actions();
    mapping.vendor();
    let organizations = plan.organizations.iter().enumerate().map(|(number, part)| mapping.organization(number, part));
    let scenario = Scenario {
        case: None,
        title: format!("A random world, of seed {}", plan.seed.0),
        question: String::new(),
        sources: Vec::new(),
        until: SimTime::START + TROUBLE,
        world: world(plan),
        vendor: vendor(plan),
        organizations: organizations.collect(),
        accounts: mapping.accounts.clone(),
        policies: mapping.policies.clone(),
        stack_sets: Vec::new(),
        pipelines: Vec::new(),
        rollouts: mapping.rollouts.clone(),
        actions,
        expect: Vec::new(),
    };
    AsScenario { scenario, left_out: mapping.left_out.into_iter().collect() }
}

/// So many seeds are tried until a scenario shows what its plan did.
pub const SEEDS: u64 = 16;

/// The first seed, from 1, with which the checker objects to a scenario for the same property, and the first such violation.
///
/// # Errors
/// When the scenario cannot be run.
pub fn seed_that_shows(scenario: &Scenario, property: Property) -> Result<Option<(Seed, Violation)>, ReproError> {
    seed_that_shows_with(property, &|seed| Ok(check(scenario, seed)?.report.violations))
}

/// The same with another way to run a scenario.
pub(super) fn seed_that_shows_with(
    property: Property,
    violations: &dyn Fn(Seed) -> Result<Vec<Violation>, ReproError>,
) -> Result<Option<(Seed, Violation)>, ReproError> {
    for seed in (1..=SEEDS).map(Seed) {
        let found = violations(seed)?.into_iter().find(|violation| violation.property == property);
        if let Some(violation) = found {
            return Ok(Some((seed, violation)));
        }
    }
    Ok(None)
}

/// A minimised plan as the text of a scenario. Its head says with which seed it shows the violation, and what is left out.
///
/// # Errors
/// When the format has no words for it, which is so for no plan of a seed.
pub fn scenario_text(smallest: &Minimised) -> Result<String, NotWritten> {
    text_with(smallest, &|scenario, property| seed_that_shows(scenario, property))
}

/// How the seed is found with which a scenario shows a violation.
type Shows<'s> = &'s dyn Fn(&Scenario, Property) -> Result<Option<(Seed, Violation)>, ReproError>;

pub(super) fn text_with(smallest: &Minimised, shows: Shows<'_>) -> Result<String, NotWritten> {
    let AsScenario { mut scenario, left_out } = as_scenario(&smallest.plan);
    let (property, seed) = (smallest.violation.property, smallest.plan.seed.0);
    let replay = format!("rolecall simulate soak --seed {seed} --worlds 1");
    scenario.title = format!("{}: the random world of seed {seed}, made smaller", property.name());
    let mut remarks = Remarks::default();
    remarks.add(
        Spot::Top,
        match shows(&scenario, property) {
            Ok(Some((with, _))) => format!("Shows it: rolecall simulate run FILE --seed {}", with.0),
            Err(error) => format!("This scenario could not be run: {error}."),
            Ok(None) => {
                format!("None of the seeds 1 to {SEEDS} shows it in this scenario, whose chance falls otherwise.")
            }
        },
    );
    if left_out.is_empty() {
        remarks.add(Spot::Top, format!("The exact replay is `{replay}`."));
    } else {
        remarks.add(Spot::Top, format!("left out: {}; the exact replay is `{replay}`", left_out.join("; ")));
    }
    write(&scenario, None, &remarks)
}

fn world(plan: &Plan) -> WorldPart {
    let vendor = &plan.vendor;
    let common = WorldPart {
        // The plan's are whole per cents.
        empty_pages: vendor.empty_pages / 10_000,
        status_retired: if vendor.status_retired { SimTime::START } else { SimTime::NEVER },
        measured: vendor.realistic,
        ..WorldPart::default()
    };
    if vendor.realistic {
        return common;
    }
    let none = SimSpan::ZERO;
    WorldPart { role_propagation: none, stack: none, auto_deployment: none, account_closing: none, ..common }
}

fn vendor(plan: &Plan) -> VendorPart {
    let vendor = &plan.vendor;
    let shortest = if vendor.latency == SimSpan::ZERO { SimSpan::ZERO } else { SimSpan(20) };
    VendorPart {
        recheck_h: vendor.recheck_ticks,
        paced: vendor.sts_budget.is_some(),
        budget: vendor.sts_budget,
        propagation_window: SimSpan::seconds(vendor.propagation_window_s),
        unknown_retries: vendor.unknown_retries,
        pause: match vendor.pause {
            checker::PauseRule::Loss => PauseRule::Loss,
            checker::PauseRule::Lack => PauseRule::Lack,
        },
        latency: Some((shortest, vendor.latency)),
        ..VendorPart::default()
    }
}

/// Where an account is by what the plan asked for; that something was refused is not known here.
#[derive(Clone, Copy, Debug)]
struct Whereabouts {
    organization: Option<OrganizationIndex>,
    in_unit: bool,
}

/// A plan on its way.
struct Mapping<'p> {
    plan: &'p Plan,
    /// The place in the scenario of each account of the plan that is in it.
    places: BTreeMap<AccountIndex, AccountRef>,
    accounts: Vec<AccountPart>,
    whereabouts: BTreeMap<AccountIndex, Whereabouts>,
    numbers: Vec<AccountNumber>,
    policies: Vec<ControlPolicy>,
    left_out: BTreeSet<String>,
    made: u32,
    rollouts: Vec<RolloutPart>,
    /// What is drawn about rollouts while the plan is run, drawn again.
    drawn: rollout::Drawn,
    random: Randomness,
}

impl<'p> Mapping<'p> {
    fn new(plan: &'p Plan) -> Self {
        let (places, accounts, whereabouts) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        let mut mapping = Self {
            plan,
            numbers: numbers(plan.seed, plan.accounts.len()),
            places,
            accounts,
            whereabouts,
            policies: Vec::new(),
            left_out: BTreeSet::new(),
            made: 0,
            rollouts: Vec::new(),
            drawn: rollout::Drawn::default(),
            random: Randomness::new(plan.seed),
        };
        for (index, account) in (0_u8..).map(AccountIndex).zip(&plan.accounts) {
            if plan.left_out.contains(&index) {
                continue;
            }
            let place = if usize::from(index.0) < plan.organizations.len() {
                AccountRef::Management(usize::from(index.0))
            } else {
                AccountRef::Member(mapping.accounts.len())
            };
            let (organization, in_unit) = (account.organization, account.in_unit);
            mapping.places.insert(index, place);
            mapping.whereabouts.insert(index, Whereabouts { organization, in_unit });
            if let AccountRef::Member(_) = place {
                let part = mapping.account(index, *account);
                mapping.accounts.push(part);
            }
        }
        mapping
    }

    /// The number that an account has in the plan's world.
    fn number(&self, index: AccountIndex) -> AccountId {
        let number = self.numbers.get(usize::from(index.0)).copied();
        number.map_or_else(|| default_account(usize::from(index.0)), AccountId::from)
    }

    fn vendor(&mut self) {
        if self.plan.vendor.schedule != crate::play::Schedule::Naive {
            self.left_out.insert("lazy ticks".to_owned());
        }
        if !self.plan.vendor.rates {
            self.left_out.insert("AWS without rates".to_owned());
        }
    }

    fn organization(&mut self, number: usize, part: &OrganizationPlan) -> OrganizationPart {
        let name = format!("o{number}");
        let index = AccountIndex(u8::try_from(number).unwrap_or(u8::MAX));
        let account = self.plan.accounts.get(number);
        let organization = OrganizationIndex(index.0);
        let role = account.and_then(|account| self.role(index, organization, account.role));
        if number > 0 && account.is_some_and(|account| account.own_id) && self.comes_to_the_first(index) {
            self.left_out.insert(format!("the ID of {index} for o0"));
        }
        OrganizationPart {
            id: made_organization_id(&name),
            // Pages of a listing are in the order of numbers: where one breaks off depends on them.
            management: self.number(index),
            external_id: id(&name),
            own_id: account.filter(|account| account.own_id && number == 0).map(|_| id(&format!("{name}/management"))),
            units: vec![UNIT.to_owned()],
            features: FeatureSet::All,
            tenant: part.tenant,
            mode: if part.lagging { ServiceMode::Lagging } else { ServiceMode::RealTime },
            role,
            delegated: Vec::new(),
            connected_as: None,
            // That is an action, with its time.
            connected: false,
            subscribed: true,
            first_tick: SimTime::START + SimSpan::hours(1),
            name,
        }
    }

    fn account(&mut self, index: AccountIndex, account: AccountPlan) -> AccountPart {
        let organization = account.organization.unwrap_or(OrganizationIndex(0));
        let own = account.own_id && organization.0 == 0;
        if account.own_id && !own && self.comes_to_the_first(index) {
            // An ID belongs to the organization in which the scenario has the account.
            self.left_out.insert(format!("the ID of {index} for o0"));
        }
        let name = index.to_string();
        AccountPart {
            id: self.number(index),
            organization: usize::from(organization.0),
            unit: (account.in_unit && account.organization.is_some()).then(|| UNIT.to_owned()),
            origin: Origin::Invited,
            state: AccountState::Active,
            joins: account.organization.is_none().then_some(SimTime::NEVER),
            own_id: own.then(|| id(&name)),
            role: self.role(index, organization, account.role),
            other_roles: 0,
            name,
        }
    }

    /// Whether an account may come into the first organization, the only one with IDs for single accounts.
    fn comes_to_the_first(&self, index: AccountIndex) -> bool {
        self.plan.actions.iter().any(|timed| {
            matches!(timed.action, Action::Join(account, OrganizationIndex(0)) | Action::MoveTo(account, OrganizationIndex(0)) if account == index)
        })
    }

    /// A kind of role, in an organization; `None` for no role.
    fn role(&self, index: AccountIndex, organization: OrganizationIndex, kind: RoleKind) -> Option<RolePart> {
        let account = self.plan.accounts.get(usize::from(index.0));
        let has_own = account.is_some_and(|account| account.own_id && account.organization.is_none_or(|of| of.0 == 0));
        let own = if has_own { "<own>".to_owned() } else { format!("Account-{}-Own-Id-1", index.0) };
        let right = if has_own { TrustIds::OfOrganization } else { TrustIds::Right };
        let written = |ids: &[&str]| TrustIds::Written(ids.iter().map(|id| (*id).to_owned()).collect());
        let count = self.plan.organizations.len();
        let next = usize::from(organization.0) + 1;
        let next = if next < count { next } else { 0 };
        let (operator, ids) = match kind {
            RoleKind::Absent => return None,
            RoleKind::Right
            | RoleKind::WrongPrincipal
            | RoleKind::NoPolicy
            | RoleKind::LowerCase
            | RoleKind::OtherPath => ("StringEquals", right),
            RoleKind::Open => ("none", TrustIds::Right),
            RoleKind::OwnId => ("StringEquals", written(&[&own])),
            RoleKind::BothIds => ("StringEquals", written(&["<organization>", &own])),
            RoleKind::Prefix => ("StringLike", written(&["<organization>*"])),
            RoleKind::AnyCase => ("StringEqualsIgnoreCase", right),
            RoleKind::WrongId => ("StringEquals", written(&["nobodys-ID"])),
            RoleKind::OthersId => ("StringEquals", TrustIds::Of(format!("o{next}"))),
        };
        let principal = (kind == RoleKind::WrongPrincipal).then(|| format!("arn:aws:iam::{STRANGER}:root"));
        Some(RolePart {
            name: (kind == RoleKind::LowerCase).then(|| "prosperops".to_owned()),
            path: (kind == RoleKind::OtherPath).then(|| "/vendor/".to_owned()),
            trust: TrustPart::Made { principal, operator: operator.to_owned(), ids },
            policy: if kind == RoleKind::NoPolicy { PolicyPart::Missing } else { PolicyPart::default() },
            ..RolePart::default()
        })
    }

    /// Everything that happens: connections, the plan's actions, and the repairs when the faults stop.
    fn actions(&mut self) -> Vec<Act> {
        let mut acts: Vec<Act> = Vec::new();
        let mut add = |at: SimTime, what: Vec<Do>| {
            acts.extend(what.into_iter().map(|what| Act { at, what, by: None }));
        };
        for (number, part) in self.plan.organizations.iter().enumerate() {
            add(part.connects, vec![Do::Connect { organization: number, subscribed: part.subscribed }]);
        }
        for timed in &self.plan.actions {
            match timed.action {
                Action::CreateAccount(organization, delay, kind) => {
                    let (at, role) = self.create(timed.at, organization, delay, kind);
                    add(at, role.into_iter().collect());
                }
                _ => add(timed.at, self.action(timed)),
            }
        }
        let end = SimTime::START + TROUBLE;
        for (number, part) in self.plan.organizations.iter().enumerate() {
            let account = AccountRef::Management(number);
            let index = AccountIndex(u8::try_from(number).unwrap_or(u8::MAX));
            let kind = if part.repaired { RoleKind::Right } else { RoleKind::Absent };
            let role = self.role(index, OrganizationIndex(index.0), kind);
            add(end, vec![Do::SetState { account, state: AccountState::Active }, Do::PutRole { account, role }]);
        }
        acts.sort_by_key(|act| act.at);
        acts
    }

    /// An account that an organization makes, and when somebody brings which role.
    fn create(
        &mut self,
        at: SimTime,
        organization: OrganizationIndex,
        delay: SimSpan,
        kind: RoleKind,
    ) -> (SimTime, Option<Do>) {
        // AWS makes accounts within a minute or two.
        let joins = if self.plan.vendor.realistic { at + SimSpan::minutes(1) } else { at };
        let place = self.accounts.len();
        self.made += 1;
        self.accounts.push(AccountPart {
            name: format!("made-{}", self.made),
            id: default_account(place),
            organization: usize::from(organization.0),
            unit: None,
            origin: Origin::Created,
            state: AccountState::Active,
            joins: Some(joins),
            own_id: None,
            role: None,
            other_roles: 0,
        });
        let due = (at + SimSpan::minutes(3) + delay).min(SimTime::START + TROUBLE + SimSpan::hours(1));
        let role = self.role(AccountIndex(u8::MAX), organization, kind);
        (due, role.map(|role| Do::PutRole { account: AccountRef::Member(place), role: Some(role) }))
    }

    fn action(&mut self, timed: &Timed) -> Vec<Do> {
        let organization = |index: OrganizationIndex| usize::from(index.0);
        let of_account = self.of_account(timed.action);
        if let Some(acts) = of_account {
            return acts;
        }
        match timed.action {
            Action::Attach(control, target) => self.control(control, target, true),
            Action::Detach(control, target) => self.control(control, target, false),
            Action::Faults(api, rates) => vec![Do::Faults { api, rates }],
            Action::Restart => vec![Do::RestartVendor],
            Action::Migrate(index, until) => vec![Do::Migrate { organization: organization(index), until }],
            Action::Subscribe(index) => vec![Do::Subscribe { organization: organization(index) }],
            Action::Disconnect(index) => vec![Do::Disconnect { organization: organization(index) }],
            Action::Reconnect(index) => vec![Do::Connect { organization: organization(index), subscribed: true }],
            Action::Rollout(index) => {
                self.rollout(organization(index));
                vec![Do::Rollout { organization: organization(index) }]
            }
            Action::CrashRollout(index, down) => {
                let (entries, number) = (self.drawn.entries(&mut self.random), organization(index));
                let crash = Do::CrashRollout { organization: number, entries, down: Some(down) };
                self.has_rollout(number).then_some(crash).into_iter().collect()
            }
            Action::RemoveRollout(index) => {
                let remove = Do::RemoveRollout { organization: organization(index) };
                self.has_rollout(organization(index)).then_some(remove).into_iter().collect()
            }
            other => {
                self.left_out.insert(format!("{} {other}", timed.at));
                Vec::new()
            }
        }
    }

    /// Whether a rollout of the organization was begun before: nothing comes of the end of one that was not.
    fn has_rollout(&self, organization: usize) -> bool {
        self.rollouts.iter().any(|part| part.organization == organization)
    }

    /// The rollout of an organization, with the choices that are drawn for its first run.
    fn rollout(&mut self, organization: usize) {
        if self.has_rollout(organization) {
            return;
        }
        let rollout::Choices { settings, confirms_after } = self.drawn.choices(&mut self.random);
        let amount = |amount| match amount {
            Amount::Count(count) => cloudformation::Amount::Count(count),
            Amount::Percentage(percentage) => cloudformation::Amount::Percentage(percentage.into()),
        };
        self.rollouts.push(RolloutPart {
            organization,
            role: RolePart::default(),
            unlock: settings.unlock,
            confirms_after: (settings.unlock == Unlock::Confirm).then_some(confirms_after),
            preferences: cloudformation::Preferences {
                max_concurrent: amount(settings.preferences.concurrency),
                failure_tolerance: amount(settings.preferences.tolerance),
                mode: match settings.preferences.mode {
                    ConcurrencyMode::Strict => cloudformation::ConcurrencyMode::Strict,
                    ConcurrencyMode::Soft => cloudformation::ConcurrencyMode::Soft,
                },
            },
            collision: settings.collision,
            wave_accounts: Some(rollout::WAVE_ACCOUNTS.into()),
            bake: SimSpan(settings.bake.0),
            remove_adopted: settings.remove_adopted,
            through_organization_role: false,
            latency: rollout::LATENCY,
        });
    }

    /// What happens to one account; nothing for other actions, an empty list where the account is not there.
    fn of_account(&mut self, action: Action) -> Option<Vec<Do>> {
        let index = subject(action)?;
        let Some(account) = self.places.get(&index).copied() else { return Some(Vec::new()) };
        let now = self.whereabouts.get(&index).and_then(|known| known.organization);
        Some(match action {
            Action::Leave(_) | Action::Join(..) | Action::MoveTo(..) | Action::Relocate(_) => {
                self.movement(index, account, action)
            }
            Action::Close(_) => vec![Do::Close { account }],
            Action::Reopen(_) => vec![Do::Reopen { account }],
            Action::State(_, state) => vec![Do::SetState { account, state }],
            Action::Role(_, kind) => {
                let role = self.role(index, now.unwrap_or(OrganizationIndex(0)), kind);
                vec![Do::PutRole { account, role }]
            }
            Action::NoRole(_) => vec![Do::PutRole { account, role: None }],
            Action::Recreate(_) => vec![Do::RecreateRole { account }],
            Action::Validate(_) => vec![Do::Validate { account }],
            Action::Settle(_, organization) => {
                vec![Do::Settle { account, organization: usize::from(organization.0) }]
            }
            _ => Vec::new(),
        })
    }

    /// Leaving, joining and moving, by where the account should be now.
    fn movement(&mut self, index: AccountIndex, account: AccountRef, action: Action) -> Vec<Do> {
        let before = self.whereabouts.get(&index).copied();
        let now = before.and_then(|known| known.organization);
        let in_unit = before.is_some_and(|known| known.in_unit);
        let into = |organization: OrganizationIndex| Do::AcceptInvitation {
            account,
            organization: usize::from(organization.0),
        };
        let (after, acts) = match (action, now) {
            (Action::Leave(_), _) => (Whereabouts { organization: None, in_unit: false }, vec![Do::Leave { account }]),
            (Action::Join(_, to), None) => (Whereabouts { organization: Some(to), in_unit: false }, vec![into(to)]),
            (Action::MoveTo(_, to), Some(from)) if from != to => {
                (Whereabouts { organization: Some(to), in_unit: false }, vec![Do::Leave { account }, into(to)])
            }
            (Action::Relocate(_), Some(organization)) => {
                let number = usize::from(organization.0);
                let to = if in_unit { Place::Root(number) } else { Place::Unit(number, UNIT.to_owned()) };
                (Whereabouts { organization: Some(organization), in_unit: !in_unit }, vec![Do::Move { account, to }])
            }
            // AWS refuses who is in an organization, and whoever is in none cannot be moved.
            _ => return Vec::new(),
        };
        self.whereabouts.insert(index, after);
        acts
    }

    fn control(&mut self, control: Control, target: Target, attach: bool) -> Vec<Do> {
        let (organization, place) = match target {
            Target::Root(index) => (index, Place::Root(usize::from(index.0))),
            Target::Unit(index) => (index, Place::Unit(usize::from(index.0), UNIT.to_owned())),
            Target::Account(index) => {
                let now = self.whereabouts.get(&index).and_then(|known| known.organization);
                let Some((organization, account)) = now.zip(self.places.get(&index).copied()) else {
                    return Vec::new();
                };
                (organization, Place::Account(account))
            }
        };
        let policy = self.policy(control, usize::from(organization.0));
        vec![if attach { Do::Attach { policy, to: place } } else { Do::Detach { policy, from: place } }]
    }

    /// The policy of an organization, which is there once something is done with it.
    fn policy(&mut self, control: Control, organization: usize) -> usize {
        let (what, control, document) = match control {
            Control::DenyIam => ("deny-iam", ControlType::Service, DENY_IAM),
            Control::DenyOutsiders => ("deny-outsiders", ControlType::Resource, DENY_OUTSIDERS),
        };
        let name = format!("{what}-in-o{organization}");
        if let Some(place) = self.policies.iter().position(|known| known.name == name) {
            return place;
        }
        let on = Vec::new();
        self.policies.push(ControlPolicy { name, control, document: document.to_owned(), on, organization });
        self.policies.len() - 1
    }
}

/// The account that something happens to.
const fn subject(action: Action) -> Option<AccountIndex> {
    match action {
        Action::Leave(index)
        | Action::Join(index, _)
        | Action::MoveTo(index, _)
        | Action::Relocate(index)
        | Action::Close(index)
        | Action::Reopen(index)
        | Action::State(index, _)
        | Action::Role(index, _)
        | Action::NoRole(index)
        | Action::Recreate(index)
        | Action::Validate(index)
        | Action::Settle(index, _) => Some(index),
        _ => None,
    }
}

#[expect(clippy::expect_used, reason = "it is made of hexadecimal digits")]
fn id(name: &str) -> ExternalId {
    ExternalId::parse(&made_id(name)).expect("a UUID is an external ID")
}
