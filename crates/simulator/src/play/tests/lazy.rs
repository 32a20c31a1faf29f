//! Lazy ticks have the facts of naive ones, on random worlds, and cost what changed.

use super::scene::{Stage, hour, open, setup};
use crate::account::{AccountKey, AccountState, Origin};
use crate::api::Api;
use crate::caller::Caller;
use crate::iam::{RoleDefinition, UniqueId};
use crate::organizations::{Attachment, FeatureSet, NodeId, OrganizationKey};
use crate::play::{Connection, Play, PlayError, Schedule};
use crate::policy::PolicyId;
use crate::settings::{FaultRates, Settings};
use crate::tests::scene::{EXTERNAL_ID, Scene, VENDOR, id, trust_text};
use crate::time::{Delay, SimSpan, SimTime};
use crate::trace::{Event, Record, TraceHash, TraceLevel, VendorEvent};
use crate::world::Wake;
use proptest::prelude::*;
use rolecall_core::access_check::Verdict;
use rolecall_core::external_id::ExternalId;
use rolecall_iam::document::PolicyType;
use rolecall_lifecycle::DurationMs;
use std::num::NonZeroU32;

const ACCOUNTS: usize = 6;
const ORGANIZATIONS: usize = 3;

/// What an account's role lets in.
#[derive(Clone, Copy, Debug)]
enum Role {
    Absent,
    Of(usize),
    Own,
    Open,
    /// Right until this hour: nothing is done when it ends.
    Until(u64),
    /// Names the vendor's prober by its role, of which a new one of the same name is another.
    ProberOnly,
}

#[derive(Clone, Debug)]
enum Op {
    Role(usize, Role),
    Management(usize, Role),
    State(usize, AccountState),
    ManagementState(usize, AccountState),
    Move(usize, Option<usize>),
    Join(usize),
    Validate(usize),
    Settle(usize, usize),
    Migrate(usize, u64),
    Subscribe(usize),
    Disconnect(usize),
    /// An RCP that denies AssumeRole to outsiders, attached to an organization or detached.
    Deny(usize, bool),
    /// The vendor's own role loses its permissions, or gets them back.
    Cripple(bool),
    /// It is deleted, and its sessions end with it.
    DeleteProber,
    Restart,
}

fn any_role() -> impl Strategy<Value = Role> {
    prop_oneof![
        2 => Just(Role::Absent),
        6 => (0..ORGANIZATIONS).prop_map(Role::Of),
        1 => Just(Role::Own),
        1 => Just(Role::Open),
        1 => (1..40_u64).prop_map(Role::Until),
        1 => Just(Role::ProberOnly),
    ]
}

fn any_op() -> impl Strategy<Value = Op> {
    let state = || prop_oneof![Just(AccountState::Active), prop::sample::select(AccountState::ALL.to_vec())];
    prop_oneof![
        8 => (0..ACCOUNTS, any_role()).prop_map(|(account, role)| Op::Role(account, role)),
        2 => (0..ORGANIZATIONS, any_role()).prop_map(|(organization, role)| Op::Management(organization, role)),
        3 => (0..ACCOUNTS, state()).prop_map(|(account, state)| Op::State(account, state)),
        1 => (0..ORGANIZATIONS, state()).prop_map(|(organization, state)| Op::ManagementState(organization, state)),
        4 => (0..ACCOUNTS, prop::option::weighted(0.8, 0..ORGANIZATIONS)).prop_map(|(a, to)| Op::Move(a, to)),
        2 => (0..ORGANIZATIONS).prop_map(Op::Join),
        2 => (0..ACCOUNTS).prop_map(Op::Validate),
        2 => (0..ACCOUNTS, 0..ORGANIZATIONS).prop_map(|(account, to)| Op::Settle(account, to)),
        1 => (0..ORGANIZATIONS, 1..20_u64).prop_map(|(organization, hours)| Op::Migrate(organization, hours)),
        1 => (0..ORGANIZATIONS).prop_map(Op::Subscribe),
        1 => (0..40_usize).prop_map(Op::Disconnect),
        1 => (0..ORGANIZATIONS, any::<bool>()).prop_map(|(organization, attach)| Op::Deny(organization, attach)),
        1 => any::<bool>().prop_map(Op::Cripple),
        1 => prop::bool::weighted(0.3).prop_map(|delete| if delete { Op::DeleteProber } else { Op::Restart }),
        1 => Just(Op::Restart),
    ]
}

/// A world with three organizations, two of them of one customer.
struct Trial {
    play: Play,
    organizations: Vec<OrganizationKey>,
    managements: Vec<AccountKey>,
    accounts: Vec<AccountKey>,
    roles: Vec<(AccountKey, UniqueId)>,
    template: RoleDefinition,
    document: PolicyId,
    rcp: PolicyId,
    joined: u64,
}

fn external_id(organization: usize) -> String {
    [EXTERNAL_ID.to_owned(), "Second-Organization-Id".to_owned(), "Third-Organization-Id".to_owned()][organization]
        .clone()
}

impl Trial {
    fn new(schedule: Schedule, every: u32, window_s: u64, propagation: Delay) -> Self {
        let stage = Stage::unconnected(Settings { role_propagation: propagation, ..open() }, 0, |_| {});
        let mut setup = setup(&stage.scene);
        setup.schedule = schedule;
        setup.lifecycle.recheck_every_ticks = NonZeroU32::new(every).unwrap();
        setup.lifecycle.propagation_window = DurationMs::from_seconds(window_s);
        let mut world = stage.scene.world.clone();
        let mut managements = vec![stage.scene.management];
        let mut organizations = vec![stage.scene.organization];
        for number in 1..ORGANIZATIONS {
            let management = world.add_account(id(&format!("99999999999{number}"))).unwrap();
            managements.push(management);
            let name = format!("o-organization{number}");
            organizations.push(world.add_organization(&name, management, FeatureSet::All).unwrap());
        }
        let accounts = (0..ACCOUNTS).map(|number| world.add_account(id(&format!("55555555555{number}"))).unwrap());
        let accounts: Vec<_> = accounts.collect();
        let document =
            r#"{"Statement":[{"Effect":"Allow","Action":["ce:*","organizations:ListAccounts"],"Resource":"*"}]}"#;
        let document = world.policy(document, PolicyType::Identity);
        let rcp = format!(
            r#"{{"Statement":[{{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":{{"StringEquals":{{"aws:PrincipalAccount":"{VENDOR}"}}}}}}]}}"#
        );
        let rcp = world.policy(&rcp, PolicyType::ResourceControl);
        let play = Play::new(world, setup).unwrap();
        let template = stage.role;
        let mut trial =
            Self { play, organizations, managements, accounts, roles: Vec::new(), template, document, rcp, joined: 0 };
        for (number, organization) in trial.organizations.clone().into_iter().enumerate() {
            let first = SimTime::START + SimSpan::minutes(20 * (number as u64 + 1));
            let mut connection = Connection::new([0, 0, 1][number], &external_id(number), first).unwrap();
            connection.subscribed = number != 1;
            if number == 0 {
                let own = trial.play.world().account(trial.accounts[1]).number();
                connection.own_ids.push((own, ExternalId::parse("Own-Id-Of-Account").unwrap()));
            }
            trial.play.connect(organization, connection).unwrap();
            trial.set_role(trial.managements[number], Role::Of(number));
        }
        trial
    }

    fn trust(&mut self, role: Role) -> Option<PolicyId> {
        let text = match role {
            Role::Absent => return None,
            Role::Of(organization) => trust_text(VENDOR, &external_id(organization)),
            Role::Own => trust_text(VENDOR, "Own-Id-Of-Account"),
            Role::Open => format!(
                r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{VENDOR}"}},"Action":"sts:AssumeRole"}}]}}"#
            ),
            Role::Until(hours) => {
                let day = 1 + hours / 24;
                let end = format!("2026-01-{day:02}T{:02}:00:00Z", hours % 24);
                let right = trust_text(VENDOR, &external_id(0));
                right.replace(
                    r#""Condition":{"#,
                    &format!(r#""Condition":{{"DateLessThan":{{"aws:CurrentTime":"{end}"}},"#),
                )
            }
            Role::ProberOnly => {
                let right = trust_text(VENDOR, &external_id(0));
                right.replace(":root", ":role/Prober")
            }
        };
        Some(self.play.world_mut().policy(&text, PolicyType::Trust))
    }

    /// Takes the role of an account away and places another one.
    fn set_role(&mut self, account: AccountKey, role: Role) {
        let trust = self.trust(role);
        let before: Vec<_> = self.roles.iter().filter(|(of, _)| *of == account).map(|(_, role)| *role).collect();
        self.roles.retain(|(of, _)| *of != account);
        let world = self.play.world_mut();
        for role in before {
            world.remove_role(role);
        }
        let Some(trust) = trust else { return };
        let mut definition = RoleDefinition { trust, ..self.template.clone() };
        for (_, policy) in &mut definition.inline {
            *policy = self.document;
        }
        if let Ok(unique) = world.add_role(account, &definition) {
            self.roles.push((account, unique));
        }
    }

    fn perform(&mut self, op: &Op) {
        match *op {
            Op::Role(account, role) => self.set_role(self.accounts[account], role),
            Op::Management(organization, role) => self.set_role(self.managements[organization], role),
            Op::State(account, state) => self.play.world_mut().set_state(self.accounts[account], state),
            Op::ManagementState(organization, state) => {
                self.play.world_mut().set_state(self.managements[organization], state);
            }
            Op::Move(account, to) => {
                let (account, to) = (self.accounts[account], to.map(|to| self.organizations[to]));
                let world = self.play.world_mut();
                if world.account(account).organization() != to {
                    let _left = world.leave_organization(account);
                    if let Some(to) = to {
                        world.accept_invitation(to, account).unwrap();
                    }
                }
            }
            Op::Join(organization) => {
                self.joined += 1;
                let number = id(&format!("{}", 666_666_666_000 + self.joined));
                let organization = self.organizations[organization];
                self.play.world_mut().add_member(organization, NodeId::ROOT, number, Origin::Created).unwrap();
            }
            Op::Validate(account) => {
                self.play.validate(self.accounts[account]);
            }
            Op::Settle(account, organization) => {
                self.play.settle_conflict(self.accounts[account], self.organizations[organization]);
            }
            Op::Migrate(organization, hours) => {
                let until = self.play.world().now() + SimSpan::hours(hours);
                self.play.request_migration(self.organizations[organization], until);
            }
            Op::Subscribe(organization) => {
                self.play.activate_subscription(self.organizations[organization]);
            }
            Op::Disconnect(organization) => {
                if let Some(organization) = self.organizations.get(organization) {
                    self.play.disconnect(*organization);
                }
            }
            Op::Deny(organization, attach) => {
                let owner = Caller::Administrator(self.managements[organization]);
                let (rcp, to) = (self.rcp, Attachment::Node(NodeId::ROOT));
                let world = self.play.world_mut();
                let _done =
                    if attach { world.attach_policy(&owner, rcp, to) } else { world.detach_policy(&owner, rcp, to) };
            }
            Op::Cripple(cripple) => {
                let vendor = self.play.setup().account;
                let owner = Caller::Administrator(vendor);
                let world = self.play.world_mut();
                let name = world.text("Prober");
                let full = crate::iam::ManagedPolicy::Aws(world.text("AdministratorAccess"));
                let _done = if cripple {
                    world.detach_role_policy(&owner, name, full)
                } else {
                    world.attach_role_policy(&owner, name, full)
                };
            }
            Op::DeleteProber => {
                let Caller::Session(session) = self.play.setup().prober else { panic!("a session") };
                self.play.world_mut().remove_role(session.role());
            }
            Op::Restart => self.play.restart(),
        }
    }
}

type Run = (TraceHash, TraceHash, Vec<Record>, u64);

fn run(ops: &[(u64, Op)], schedule: Schedule, every: u32, window_s: u64, propagation: &Delay) -> Run {
    let mut trial = Trial::new(schedule, every, window_s, propagation.clone());
    let mut at = SimTime::START;
    for (number, (minutes, _)) in ops.iter().enumerate() {
        at = at + SimSpan::minutes(*minutes);
        trial.play.world_mut().wake_at(at, Wake(number as u64));
    }
    let end = at + SimSpan::hours(every.into()) + SimSpan::hours(2);
    while let Some(Wake(number)) = trial.play.run_until(end) {
        trial.perform(&ops[usize::try_from(number).unwrap()].1);
    }
    let (world, mails) = (trial.play.world(), trial.play.mail_count());
    (world.trace().facts(), world.trace().hash(), world.trace().records().to_vec(), mails)
}

/// The records that the hash of facts is meant to be over, for people to compare.
fn facts(records: &[Record]) -> Vec<String> {
    let mut told: Vec<String> = records
        .iter()
        .filter_map(|record| match record.event {
            Event::Called { .. }
            | Event::Vendor(VendorEvent::Probed { .. } | VendorEvent::Checked { verdict: Verdict::Validated, .. }) => {
                None
            }
            _ => Some(format!("{} {:?} {:?}", record.at, record.subject, record.event)),
        })
        .collect();
    told.sort();
    told
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn lazy_ticks_have_the_facts_of_naive_ones(
        // Often on a full hour, where a tick is due as well.
        ops in prop::collection::vec((prop_oneof![Just(0_u64), Just(20), 1..90_u64], any_op()), 1..40),
        every in 1..5_u32,
        window_s in prop::sample::select(vec![0_u64, 60]),
        propagates: bool,
    ) {
        let propagation = if propagates { Delay::role_propagation() } else { Delay::ZERO };
        let naive = run(&ops, Schedule::Naive, every, window_s, &propagation);
        let lazy = run(&ops, Schedule::Lazy, every, window_s, &propagation);
        prop_assert_eq!(facts(&naive.2), facts(&lazy.2));
        prop_assert_eq!(naive.0, lazy.0);
        prop_assert_eq!(naive.3, lazy.3);
        prop_assert!(lazy.2.len() <= naive.2.len());
    }
}

/// The hash of facts tells worlds apart, and the calls that are left out are many.
#[test]
fn facts_are_not_empty_and_calls_are_left_out() {
    let calm: Vec<(u64, Op)> = (0..ACCOUNTS)
        .flat_map(|account| [(0, Op::Move(account, Some(0))), (0, Op::Role(account, Role::Of(0)))])
        .chain([(2_000, Op::Restart)])
        .collect();
    let mut other = calm.clone();
    other[1].1 = Op::Role(0, Role::Of(1));
    let of = |ops: &[(u64, Op)], schedule| run(ops, schedule, 1, 0, &Delay::ZERO);
    let (naive, lazy) = (of(&calm, Schedule::Naive), of(&calm, Schedule::Lazy));
    assert_eq!(naive.0, lazy.0);
    assert_ne!(naive.1, lazy.1);
    assert_ne!(naive.0, of(&other, Schedule::Naive).0);
    let calls = |run: &Run| run.2.iter().filter(|record| matches!(record.event, Event::Called { .. })).count();
    // 36 ticks of three organizations: everybody again and again, against once.
    assert!(calls(&naive) > 20 * calls(&lazy), "{} {}", calls(&naive), calls(&lazy));
}

#[test]
fn a_quiet_tick_of_ten_thousand_accounts_looks_at_none_and_makes_no_call() {
    let settings = Settings { trace: TraceLevel::Hash, ..open() };
    let mut stage = Stage::new(settings, 10_000, |setup| {
        setup.schedule = Schedule::Lazy;
        setup.lifecycle.recheck_every_ticks = NonZeroU32::new(1).unwrap();
    });
    for member in stage.scene.members.clone() {
        stage.place(member);
    }
    stage.run(hour(2));
    let (steps, visits) = (stage.play.world().steps(), stage.play.vendor().visits());
    let quiet = |stage: &mut Stage, from: u64, ticks: u64| stage.run(hour(from + ticks));
    quiet(&mut stage, 2, 10);
    let after = stage.play.world().steps();
    assert_eq!((after.calls, after.accounts, after.evaluations), (steps.calls, steps.accounts, steps.evaluations));
    // The events of ten ticks; each looks at the management account.
    assert_eq!(after.events - steps.events, 10);
    assert_eq!(stage.play.vendor().visits() - visits, 10);
    let taken = allocation_counter::measure(|| quiet(&mut stage, 12, 100));
    // A bucket of the queue takes its first room now and then; nothing is taken for each tick.
    assert!(taken.count_total < 10, "{}", taken.count_total);

    // A change costs its account alone: six probes.
    let member = stage.scene.members[77];
    let owner = Caller::Administrator(member);
    let (name, key, value) = {
        let world = stage.play.world_mut();
        (world.text("ProsperOps"), world.text("team"), world.text("seven"))
    };
    stage.play.world_mut().tag_role(&owner, name, key, value).unwrap();
    let calls = stage.play.world().steps().calls;
    quiet(&mut stage, 112, 2);
    assert_eq!(stage.play.world().steps().calls - calls, 6);
}

#[test]
fn settings_under_which_lazy_ticks_differ_are_refused() {
    let refused = |settings: Settings, change: fn(&mut crate::play::VendorSetup)| {
        let scene = Scene::with(settings, 0);
        let mut setup = setup(&scene);
        setup.schedule = Schedule::Lazy;
        change(&mut setup);
        matches!(Play::new(scene.world, setup), Err(PlayError::NotTheSame(_)))
    };
    assert!(!refused(open(), |_| {}));
    assert!(refused(Settings::default(), |_| {}));
    assert!(refused(Settings { empty_pages: 1, ..open() }, |_| {}));
    for api in [Api::AssumeRole, Api::GetCallerIdentity, Api::ListAccounts] {
        let faults = FaultRates { internal: 1, ..FaultRates::default() };
        assert!(refused(Settings { faults: [(api, faults)].into(), ..open() }, |_| {}), "{api:?}");
    }
    let other = FaultRates { internal: 1, ..FaultRates::default() };
    assert!(!refused(Settings { faults: [(Api::CreateRole, other)].into(), ..open() }, |_| {}));
    assert!(refused(open(), |setup| setup.sts_budget = NonZeroU32::new(100)));
    assert!(refused(open(), |setup| setup.probe_latency = Delay::Fixed(SimSpan(1))));
    assert!(refused(open(), |setup| setup.probe_latency = Delay::Uniform(SimSpan(0), SimSpan(1))));
    assert!(refused(open(), |setup| setup.listing_latency = Delay::Fixed(SimSpan(1))));
}

/// Faults that come up under way make ticks naive: the same calls fail in both.
#[test]
fn faults_that_come_later_make_ticks_naive() {
    let run = |schedule| {
        let mut stage = Stage::new(open(), 30, |setup| setup.schedule = schedule);
        for member in stage.scene.members.clone() {
            stage.place(member);
        }
        stage.run(hour(2));
        let faults = FaultRates { throttled: 200_000, ..FaultRates::default() };
        let settings = stage.play.world_mut().settings_mut();
        settings.faults.insert(Api::AssumeRole, faults);
        stage.run(hour(60));
        stage.play.world().trace().facts()
    };
    assert_eq!(run(Schedule::Naive), run(Schedule::Lazy));
}
