//! The stage of a random world: its play, and which account of the plan is which of the world.

use super::plan::{AccountIndex, OrganizationIndex, OrganizationPlan, Plan};
use super::roles;
use super::rollout::Rollouts;
use crate::account::{AccountKey, AccountNumber, Origin};
use crate::caller::Endpoint;
use crate::checker::{self, Rules};
use crate::organizations::{CreateRequestId, FeatureSet, NodeId, OrganizationKey};
use crate::play::{Connection, Play, RoleAddress, VendorSetup, prober_role};
use crate::policy::PolicyId;
use crate::random::{EntityId, Randomness, Seed, Stream};
use crate::settings::Settings;
use crate::text::{TextId, hash_text};
use crate::time::{Delay, SimSpan, SimTime};
use crate::trace::TraceLevel;
use crate::world::World;
use rolecall_core::access_check::WrongKinds;
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::ServiceMode;
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;
use rolecall_lifecycle::DurationMs;
use rolecall_lifecycle::vendor::{self, PauseRule};
use std::num::NonZeroU32;

pub(super) const VENDOR: &str = "205499583182";
pub(super) const ROLE_NAME: &str = "ProsperOps";

pub(super) const DENY_IAM: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}"#;
pub(super) const DENY_OUTSIDERS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalAccount":"000000000000"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}]}"#;

/// Texts and policies that actions need, by number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names {
    pub(super) role: TextId,
    pub(super) deny_iam: PolicyId,
    pub(super) deny_outsiders: PolicyId,
    pub(super) endpoint: Endpoint,
}

/// An organization of the world.
#[derive(Clone, Copy, Debug)]
pub(super) struct Organized {
    pub(super) key: OrganizationKey,
    pub(super) unit: NodeId,
    /// How often it was connected.
    pub(super) connections: u32,
    /// The end of the migration that was asked for.
    pub(super) migrates: Option<SimTime>,
}

/// A play and who is who in it.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) plan: Plan,
    pub(super) play: Play,
    pub(super) names: Names,
    pub(super) organizations: Vec<Organized>,
    accounts: Vec<Option<AccountKey>>,
    /// Accounts that are being made, and which role they get.
    pub(super) creating: Vec<(CreateRequestId, OrganizationIndex, roles::RoleKind)>,
    pub(super) rollouts: Rollouts,
}

impl Stage {
    /// Builds the world of a plan; nothing when the plan contradicts itself.
    pub(super) fn new(plan: Plan) -> Option<Self> {
        let mut world = World::new(plan.seed, settings(&plan));
        let vendor = world.add_account(AccountId::parse(VENDOR).ok()?).ok()?;
        // IAM takes no trust in an account that does not exist.
        world.add_account(AccountId::parse(roles::STRANGER).ok()?).ok()?;
        let region = world.text("us-east-1");
        let prober = prober_role(&mut world, vendor, region, "Prober")?;
        let names = Names {
            role: world.text(ROLE_NAME),
            deny_iam: world.policy(DENY_IAM, PolicyType::ServiceControl),
            deny_outsiders: world.policy(DENY_OUTSIDERS, PolicyType::ResourceControl),
            endpoint: Endpoint::Regional(region),
        };
        let (organizations, accounts) = place_accounts(&mut world, &plan)?;
        let setup =
            vendor_setup(&plan, VendorSetup::new(vendor, prober, names.endpoint, RoleAddress::named(ROLE_NAME)));
        let play = Play::new(world, setup).ok()?;
        let mut stage =
            Self { plan, play, names, organizations, accounts, creating: Vec::new(), rollouts: Rollouts::default() };
        for index in 0..u8::try_from(stage.plan.accounts.len()).unwrap_or(u8::MAX) {
            let kind = stage.plan.accounts.get(usize::from(index))?.role;
            roles::write(&mut stage, AccountIndex(index), kind, true);
        }
        Some(stage)
    }

    /// The account of the world; nothing when it is left out.
    pub(super) fn account(&self, index: AccountIndex) -> Option<AccountKey> {
        self.accounts.get(usize::from(index.0)).copied().flatten()
    }

    /// One more account, which the world made.
    pub(super) fn add_account(&mut self, account: AccountKey) -> AccountIndex {
        self.accounts.push(Some(account));
        AccountIndex(u8::try_from(self.accounts.len() - 1).unwrap_or(u8::MAX))
    }

    pub(super) fn organization(&self, index: OrganizationIndex) -> Option<&Organized> {
        self.organizations.get(usize::from(index.0))
    }

    /// The organization that an account of the world is in.
    pub(super) fn organization_of(&self, account: AccountKey) -> Option<OrganizationIndex> {
        let key = self.play.world().account(account).organization()?;
        let place = self.organizations.iter().position(|known| known.key == key)?;
        u8::try_from(place).ok().map(OrganizationIndex)
    }

    pub(super) fn next_organization(&self, index: OrganizationIndex) -> OrganizationIndex {
        let next = usize::from(index.0) + 1;
        OrganizationIndex(if next < self.organizations.len() { index.0 + 1 } else { 0 })
    }

    /// The external ID of an organization's last connection.
    pub(super) fn external_id(&self, index: OrganizationIndex) -> String {
        let connections = self.organization(index).map_or(1, |known| known.connections.max(1));
        format!("Organization-{}-Id-{connections}", index.0)
    }

    /// The ID of an account from before organization IDs existed.
    pub(super) fn own_id(&self, index: AccountIndex) -> String {
        let connections = self.organizations.first().map_or(1, |known| known.connections.max(1));
        format!("Account-{}-Own-Id-{connections}", index.0)
    }

    /// The accounts with an ID of their own in an organization.
    fn own_ids(&self, index: OrganizationIndex) -> Vec<(AccountIndex, AccountNumber)> {
        if index.0 != 0 {
            return Vec::new();
        }
        let all = self.plan.accounts.iter().zip(&self.accounts).enumerate();
        all.filter(|(_, (plan, _))| plan.own_id)
            .filter_map(|(place, (_, key))| {
                let number = self.play.world().account((*key)?).number();
                Some((AccountIndex(u8::try_from(place).ok()?), number))
            })
            .collect()
    }

    /// Whether an account has an ID of its own that counts, by what was asked for until now.
    pub(super) fn counting_own_id(&self, account: AccountKey, organization: OrganizationIndex) -> Option<String> {
        let known = self.organization(organization)?;
        let over = known.migrates.is_some_and(|until| until <= self.play.world().now());
        let number = self.play.world().account(account).number();
        let own = self.own_ids(organization).into_iter().find(|(_, of)| *of == number)?;
        (!over).then(|| self.own_id(own.0))
    }

    /// The customer connects an organization. It may be refused.
    pub(super) fn connect(&mut self, index: OrganizationIndex, subscribed: bool) -> bool {
        // Somebody may have connected it before its time in the plan.
        if self.is_connected(index) {
            return false;
        }
        let Some(known) = self.organizations.get_mut(usize::from(index.0)) else { return false };
        known.connections += 1;
        let key = known.key;
        let Some(OrganizationPlan { tenant, lagging, .. }) = self.plan.organizations.get(usize::from(index.0)).copied()
        else {
            return false;
        };
        let first_tick = self.play.world().now();
        let Ok(mut connection) = Connection::new(tenant, &self.external_id(index), first_tick) else { return false };
        connection.subscribed = subscribed;
        connection.mode = if lagging { ServiceMode::Lagging } else { ServiceMode::RealTime };
        let own = self.own_ids(index);
        connection.own_ids =
            own.iter().filter_map(|(index, of)| Some((*of, ExternalId::parse(&self.own_id(*index)).ok()?))).collect();
        let connected = self.play.connect(key, connection).is_ok();
        if let Some(known) = self.organizations.get_mut(usize::from(index.0)) {
            if connected {
                known.migrates = None;
            } else {
                // The IDs stay those of the connection before.
                known.connections -= 1;
            }
        }
        connected
    }

    /// What the trace is judged by.
    pub(super) fn rules(&self) -> Rules {
        let vendor = &self.plan.vendor;
        Rules {
            role: hash_text(ROLE_NAME),
            window: SimSpan(self.play.setup().lifecycle.probe_window.0),
            latency: vendor.latency,
            wrong_ids: WrongKinds::ALL,
            pause: vendor.pause,
            recheck_ticks: vendor.recheck_ticks,
        }
    }
}

fn settings(plan: &Plan) -> Settings {
    let base = if plan.vendor.realistic { Settings::realistic() } else { Settings::default() };
    Settings {
        trace: TraceLevel::Records,
        empty_pages: plan.vendor.empty_pages,
        rates: base.rates && plan.vendor.rates,
        status_retired_at: if plan.vendor.status_retired { SimTime::START } else { SimTime::NEVER },
        ..base
    }
}

fn vendor_setup(plan: &Plan, setup: VendorSetup) -> VendorSetup {
    let vendor = &plan.vendor;
    let pause = match vendor.pause {
        checker::PauseRule::Loss => PauseRule::Loss,
        checker::PauseRule::Lack => PauseRule::Lack,
    };
    let latency =
        if vendor.latency == SimSpan::ZERO { Delay::ZERO } else { Delay::Uniform(SimSpan(20), vendor.latency) };
    VendorSetup {
        lifecycle: vendor::Settings {
            propagation_window: DurationMs::from_seconds(vendor.propagation_window_s),
            unknown_retries_max: vendor.unknown_retries,
            recheck_every_ticks: NonZeroU32::new(vendor.recheck_ticks).unwrap_or(NonZeroU32::MIN),
            pause,
            ..vendor::Settings::default()
        },
        sts_budget: vendor.sts_budget.and_then(NonZeroU32::new),
        probe_latency: latency.clone(),
        listing_latency: latency,
        keep_mails: false,
        schedule: vendor.schedule,
        ..setup
    }
}

type Placed = (Vec<Organized>, Vec<Option<AccountKey>>);

/// The organizations with their members as the plan has them.
fn place_accounts(world: &mut World, plan: &Plan) -> Option<Placed> {
    let numbers = numbers(plan.seed, plan.accounts.len());
    let mut organizations = Vec::with_capacity(plan.organizations.len());
    let mut accounts = Vec::with_capacity(plan.accounts.len());
    let workloads = world.text("Workloads");
    for (place, number) in numbers.iter().take(plan.organizations.len()).enumerate() {
        let management = world.add_account((*number).into()).ok()?;
        let id = format!("o-randomworld{place}");
        let key = world.add_organization(&id, management, FeatureSet::All).ok()?;
        let unit = world.add_unit(key, NodeId::ROOT, workloads).ok()?;
        organizations.push(Organized { key, unit, connections: 0, migrates: None });
        accounts.push(Some(management));
    }
    for (place, (number, member)) in numbers.iter().zip(&plan.accounts).enumerate().skip(organizations.len()) {
        if plan.left_out.contains(&AccountIndex(u8::try_from(place).unwrap_or(u8::MAX))) {
            accounts.push(None);
            continue;
        }
        let organization = member.organization.and_then(|index| organizations.get(usize::from(index.0)));
        let account = match organization {
            Some(known) => {
                let parent = if member.in_unit { known.unit } else { NodeId::ROOT };
                world.add_member(known.key, parent, (*number).into(), Origin::Invited).ok()?
            }
            None => world.add_account((*number).into()).ok()?,
        };
        accounts.push(Some(account));
    }
    Some((organizations, accounts))
}

/// Different account numbers in any order.
pub(super) fn numbers(seed: Seed, count: usize) -> Vec<AccountNumber> {
    let (mut randomness, mut stream) = (Randomness::new(seed), Stream::START);
    let mut draw = randomness.of(EntityId::other(hash_text("numbers")), &mut stream);
    let numbers = (0..count as u64).map(|place| 100_000_000_000 + draw.below(2_000_000_000) * 100 + place);
    numbers.map(AccountNumber::of_last_digits).collect()
}
