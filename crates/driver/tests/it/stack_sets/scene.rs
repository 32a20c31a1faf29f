//! A served organization with three units, whose time is that of the rollout: a wait puts the server's clock forward.

use crate::organization::{self, MANAGEMENT, VENDOR, member, number};
use rolecall_aws::{Connection, Operation, Pace};
use rolecall_driver::aws_accounts::AwsAccounts;
use rolecall_driver::clock::Clock;
use rolecall_driver::pace::{Rate, Rates};
use rolecall_driver::role_calls;
use rolecall_driver::sessions::{Sessions, WayIn};
use rolecall_driver::stack_sets::{Access, Ended, Settings, StackSetError, StackSetRollout};
use rolecall_driver::wanted::Wanted;
use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::rollout::{Amount, ConcurrencyMode, ErrorClass, Existing, Preferences};
use rolecall_lifecycle::{AccountNumber, TimeMs};
use rolecall_render::write::Options;
use rolecall_simulator::World;
use rolecall_simulator::account::{AccountKey, Origin};
use rolecall_simulator::caller::Caller;
use rolecall_simulator::organizations::{FeatureSet, NodeId, OrganizationKey};
use rolecall_simulator::random::Seed;
use rolecall_simulator::settings::Settings as WorldSettings;
use rolecall_simulator::time::{Delay, SimSpan, SimTime};
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Notify, watch};

pub(crate) const NAME: &str = "prosperops-role";
pub(crate) const REGION: &str = "us-east-1";

/// The time of the server. It begins at no particular moment.
pub(crate) struct ServedClock {
    server: Arc<Server>,
    now: AtomicU64,
    drawn: u32,
}

impl ServedClock {
    pub(crate) fn new(server: &Arc<Server>) -> Self {
        Self { server: Arc::clone(server), now: AtomicU64::new(1_000_000), drawn: 7 }
    }
}

impl Clock for ServedClock {
    fn now(&self) -> TimeMs {
        TimeMs(self.now.load(Ordering::Relaxed))
    }

    async fn sleep_until(&self, at: TimeMs) {
        let span = at.since(self.now());
        self.server.advance(SimSpan(span.0));
        self.now.fetch_add(span.0, Ordering::Relaxed);
        tokio::task::yield_now().await;
    }

    fn jitter(&mut self) -> u32 {
        self.drawn = self.drawn.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.drawn
    }
}

/// Lets so many calls through; who wants one more waits for ever.
pub(crate) struct Calls {
    left: AtomicU64,
    pub(crate) over: Notify,
}

impl Calls {
    pub(crate) fn new(calls: u64) -> Arc<Self> {
        Arc::new(Self { left: AtomicU64::new(calls), over: Notify::new() })
    }
}

impl Pace for Calls {
    fn admit<'a>(&'a self, _operation: Operation) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            let left = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
            if left.is_err() {
                self.over.notify_one();
                pending::<()>().await;
            }
        })
    }
}

/// The organization.
pub(crate) struct Scene {
    pub(crate) server: Arc<Server>,
    pub(crate) wanted: Wanted,
    pub(crate) settings: Settings,
    pub(crate) members: u64,
    pub(crate) attempts: u32,
    organization: OrganizationKey,
    units: Vec<NodeId>,
}

fn world_settings() -> WorldSettings {
    WorldSettings { rates: false, stack: Delay::Fixed(SimSpan::seconds(30)), ..WorldSettings::default() }
}

fn settings() -> Settings {
    Settings {
        options: Options::default(),
        preferences: Preferences {
            concurrency: Amount::Percentage(25),
            tolerance: Amount::Count(0),
            mode: ConcurrencyMode::Soft,
        },
        retries: organization::settings(1).retries,
        ..Settings::default()
    }
}

/// As fast as the server answers.
fn unpaced() -> Rates {
    let fast = Rate::new(u32::MAX, 10_000);
    Rates {
        sts: fast,
        iam_read: fast,
        iam_write: fast,
        organizations_other: fast,
        organizations: std::collections::BTreeMap::new(),
        cloudformation: fast,
    }
}

impl Scene {
    /// So many members, in three units by turns.
    pub(crate) async fn new(members: u64) -> Self {
        Self::seeded(members, 7).await
    }

    /// Faults and waits of the world are drawn from this.
    pub(crate) async fn seeded(members: u64, seed: u64) -> Self {
        let mut world = World::new(Seed(seed), world_settings());
        let id = |account: AccountNumber| AccountId::from(account);
        let management = world.add_account(id(number(MANAGEMENT))).unwrap();
        world.add_account(id(number(VENDOR))).unwrap();
        let organization = world.add_organization("o-tests00001", management, FeatureSet::All).unwrap();
        assert!(world.enable_trusted_access(organization));
        let mut units = Vec::new();
        for name in ["one", "two", "three"] {
            let name = world.text(name);
            units.push(world.add_unit(organization, NodeId::ROOT, name).unwrap());
        }
        for place in 1..=members {
            let unit = units[usize::try_from(place % 3).unwrap()];
            world.add_member(organization, unit, id(member(place)), Origin::Created).unwrap();
        }
        let options = ServerOptions { clock_factor: 0, seed: Seed(seed), ..ServerOptions::default() };
        let server = Arc::new(Server::start(world, options).await.unwrap());
        let (wanted, settings) = (organization::wanted(), settings());
        Self { server, wanted, settings, members, attempts: 3, organization, units }
    }

    pub(crate) fn key(&self, account: AccountNumber) -> AccountKey {
        self.server.with_world(|world| world.account_key(account.into()).unwrap())
    }

    /// The management account's administrator.
    pub(crate) fn owner(&self) -> Caller {
        Caller::Administrator(self.key(number(MANAGEMENT)))
    }

    pub(crate) fn register_delegated(&self, account: AccountNumber) {
        let key = self.key(account);
        self.server.with_world(|world| world.register_delegated_administrator(self.organization, key).unwrap());
    }

    /// The ID of a unit.
    pub(crate) fn unit(&self, place: usize) -> String {
        self.server.with_world(|world| world.node_text(self.organization, self.units[place]))
    }

    /// A connection as the administrator of an account, who needs no way in.
    pub(crate) fn inside(&self, account: AccountNumber) -> Connection {
        organization::connection(&self.server.url(), account, self.attempts)
    }

    /// Accounts, entered with the credentials of one. Asking who one is may fail, where calls do.
    pub(crate) async fn accounts(&self, from: AccountNumber) -> AwsAccounts {
        loop {
            match Sessions::open(self.inside(from), WayIn::default(), unpaced()).await {
                Ok(sessions) => return AwsAccounts::new(self.wanted.clone(), sessions),
                Err(failure) => assert_eq!(failure.class, ErrorClass::Fault, "{failure}"),
            }
        }
    }

    pub(crate) async fn access(&self) -> Access {
        Access::of(Arc::new(self.accounts(number(MANAGEMENT)).await), number(MANAGEMENT))
    }

    pub(crate) async fn rollout(&self) -> StackSetRollout<ServedClock> {
        self.rollout_with(self.access().await)
    }

    pub(crate) fn rollout_with(&self, access: Access) -> StackSetRollout<ServedClock> {
        let clock = ServedClock::new(&self.server);
        StackSetRollout::new(access, self.wanted.clone(), self.settings.clone(), clock).unwrap()
    }

    pub(crate) async fn run(&self) -> Result<Ended, StackSetError> {
        let (_stop, stop) = watch::channel(false);
        Box::pin(self.rollout().await.run(stop)).await
    }

    pub(crate) async fn remove(&self) -> Result<Ended, StackSetError> {
        let (_stop, stop) = watch::channel(false);
        Box::pin(self.rollout().await.remove(stop)).await
    }

    pub(crate) fn all(&self) -> Vec<AccountNumber> {
        std::iter::once(number(MANAGEMENT)).chain((1..=self.members).map(member)).collect()
    }

    /// These accounts have the role of the profile, read through the world.
    pub(crate) async fn expect_right(&self, accounts: impl IntoIterator<Item = AccountNumber>) {
        for account in accounts {
            let reading = role_calls::read(&self.inside(account), &self.wanted.role(account), false).await.unwrap();
            assert_eq!(reading.existing, Existing::Equal, "{account}: {:?}", reading.trouble);
        }
    }

    pub(crate) async fn expect_no_role(&self, accounts: impl IntoIterator<Item = AccountNumber>) {
        for account in accounts {
            let role = self.inside(account).get_role("ProsperOps").await.unwrap();
            assert_eq!(role, None, "{account}");
        }
    }

    /// How many calls of an operation had their effect.
    pub(crate) fn effects(&self, operation: &str) -> usize {
        let calls = self.server.calls();
        calls.iter().filter(|call| call.had_effect && call.operation == format!("cloudformation:{operation}")).count()
    }

    /// How many calls that change something had their effect.
    pub(crate) fn changes(&self) -> usize {
        let reads = ["Describe", "List", "Get", "AssumeRole"];
        let is_change = |action: &str| !reads.iter().any(|read| action.starts_with(read));
        let calls = self.server.calls();
        let action = |call: &str| call.split(':').next_back().unwrap_or_default().to_owned();
        calls.iter().filter(|call| call.had_effect && is_change(&action(&call.operation))).count()
    }

    /// No operation began while another one ran, by the world's own times, and none came twice, by the endpoint's log.
    pub(crate) fn expect_one_operation_at_a_time(&self) -> Vec<&'static str> {
        let began = ["UpdateStackSet", "CreateStackInstances", "UpdateStackInstances", "DeleteStackInstances"];
        let calls = self.server.calls();
        let mut ids: Vec<_> = calls
            .iter()
            .filter(|call| call.had_effect && began.iter().any(|name| call.operation.ends_with(name)))
            .filter_map(|call| call.operation_id.clone())
            .collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "an operation was begun twice");
        let caller = self.owner();
        self.server.with_world(|world| {
            let (name, region) = (world.text(NAME), world.text(REGION));
            let Some(key) = world.stack_set_named(&caller, region, name) else { return Vec::new() };
            let listed = world.list_stack_set_operations(&caller, key).unwrap();
            let mut times: Vec<(SimTime, SimTime)> = Vec::new();
            for (id, _) in &listed {
                let info = world.describe_stack_set_operation(&caller, key, *id).unwrap();
                times.push((info.created_at, info.ended_at.unwrap_or(SimTime::NEVER)));
            }
            assert!(times.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{times:?}");
            listed.into_iter().map(|(_, action)| action).collect()
        })
    }

    /// A role of the name that another one made, in the way.
    pub(crate) async fn block(&self, account: AccountNumber) {
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{VENDOR}:root"}},"Action":"sts:AssumeRole"}}]}}"#
        );
        let role =
            rolecall_aws::NewRole { name: String::from("ProsperOps"), assume_role_policy: trust, ..Default::default() };
        self.inside(account).create_role(&role).await.unwrap();
    }
}
