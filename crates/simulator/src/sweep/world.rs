//! The world that a model begins with. It is built once and copied for each run: nothing in it depends on the seed.

use super::model::{Model, ModelError, Ticks};
use crate::account::{AccountKey, AccountNumber, AccountState, Origin};
use crate::api::Api;
use crate::caller::Endpoint;
use crate::iam::RoleDefinition;
use crate::organizations::{FeatureSet, NodeId, OrganizationKey};
use crate::play::{RoleAddress, Schedule, VendorSetup, prober_role};
use crate::random::Seed;
use crate::settings::{FaultRates, Settings};
use crate::time::Delay;
use crate::trace::TraceLevel;
use crate::world::World;
use rolecall_iam::document::PolicyType;
use rolecall_lifecycle::DurationMs;

/// The vendor's account.
const VENDOR: u64 = 999_999_999_999;
/// The management account of the first organization; the others follow.
const MANAGEMENT_FROM: u64 = 10_000_000_000;
/// The first member; the others follow, organization by organization.
const MEMBERS_FROM: u64 = 100_000_000_000;
/// The first account that joins later.
pub(super) const NEW_FROM: u64 = 500_000_000_000;
/// The role that is looked for.
const ROLE: &str = "VendorRole";

/// A world with its vendor, ready to be run with a seed.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(super) model: Model,
    pub(super) world: World,
    pub(super) setup: VendorSetup,
    pub(super) organizations: Vec<Holder>,
}

/// An organization of the model.
#[derive(Clone, Debug)]
pub(super) struct Holder {
    pub(super) key: OrganizationKey,
    pub(super) external_id: String,
    /// Where accounts stand at first, and where they are moved to.
    pub(super) units: [NodeId; 2],
    pub(super) role: RoleDefinition,
    /// The first of the members, whose keys follow each other.
    first_member: u32,
}

impl Holder {
    /// The member of this number, from 0.
    pub(super) const fn member(&self, number: u32) -> AccountKey {
        AccountKey(self.first_member + number)
    }
}

impl Prepared {
    /// Builds the world of a model.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub fn new(model: &Model, trace: TraceLevel) -> Result<Self, ModelError> {
        model.check()?;
        let mut world = World::new(Seed(0), settings(model, trace));
        let accounts = usize::from(model.organizations) * model.accounts as usize;
        world.reserve_accounts(accounts + accounts / 8 + 64);
        let region = world.text("us-east-1");
        let vendor = insert(&mut world, VENDOR, Origin::Invited)?;
        let prober = prober_role(&mut world, vendor, region, "Prober").ok_or(ModelError::Zero("vendor"))?;
        let mut setup = VendorSetup::new(vendor, prober, Endpoint::Regional(region), RoleAddress::named(ROLE));
        setup.discovery_interval = model.discovery_interval;
        setup.lifecycle.propagation_window = DurationMs(model.propagation_window.0);
        setup.lifecycle.recheck_every_ticks = model.recheck_every;
        setup.probe_latency = model.probe_latency.clone();
        setup.listing_latency = model.listing_latency.clone();
        setup.schedule = match model.ticks {
            Ticks::Auto if model.is_exact() => Schedule::Lazy,
            Ticks::Auto | Ticks::Naive => Schedule::Naive,
        };
        setup.keep_mails = false;
        setup.keep_news = true;
        let mut prepared = Self { model: model.clone(), world, setup, organizations: Vec::new() };
        for number in 0..model.organizations {
            prepared.add_organization(number)?;
        }
        Ok(prepared)
    }

    /// The model.
    pub const fn model(&self) -> &Model {
        &self.model
    }

    fn add_organization(&mut self, number: u16) -> Result<(), ModelError> {
        let world = &mut self.world;
        let management = insert(world, MANAGEMENT_FROM + u64::from(number), Origin::Invited)?;
        let taken = |_| ModelError::TooManyAccounts(u64::from(number));
        let key = world.add_organization(&format!("o-{number:010}"), management, FeatureSet::All).map_err(taken)?;
        let names = ["Workloads", "Elsewhere"].map(|name| world.text(name));
        let [from, to] = names.map(|name| world.add_unit(key, NodeId::ROOT, name));
        let units = [from.map_err(taken)?, to.map_err(taken)?];
        let external_id = format!("rolecall-sweep-{number:05}");
        let role = role(world, &external_id);
        world.place_role(management, &role).map_err(taken)?;
        let first_member = management.0 + 1;
        let first = MEMBERS_FROM + u64::from(number) * u64::from(self.model.accounts);
        for member in 0..u64::from(self.model.accounts) {
            let member = insert(world, first + scattered(member, u64::from(self.model.accounts)), Origin::Created)?;
            world.join(key, member, units[0]);
            world.place_role(member, &role).map_err(taken)?;
        }
        world.organization_mut(key).pack();
        self.organizations.push(Holder { key, external_id, units, role, first_member });
        Ok(())
    }
}

/// The same numbers in another order: as AWS does, IDs come in none.
const fn scattered(number: u64, of: u64) -> u64 {
    const PRIME: u64 = 999_983;
    if of.is_multiple_of(PRIME) { number } else { number * PRIME % of }
}

fn insert(world: &mut World, number: u64, origin: Origin) -> Result<AccountKey, ModelError> {
    let account = AccountNumber::of_last_digits(number);
    world.insert_account(account, AccountState::Active, origin).map_err(|_| ModelError::TooManyAccounts(number))
}

fn settings(model: &Model, trace: TraceLevel) -> Settings {
    let rates = FaultRates {
        throttled: model.throttled,
        internal: model.faults - model.faults / 2,
        timed_out: model.faults / 2,
    };
    let faults = if rates.is_none() {
        Vec::new()
    } else {
        [Api::AssumeRole, Api::GetCallerIdentity, Api::ListAccounts].map(|api| (api, rates)).to_vec()
    };
    Settings {
        trace,
        role_propagation: model.propagation.clone(),
        faults: faults.into_iter().collect(),
        // The vendor of a sweep keeps within AWS's rates by itself: they are a matter of `play`'s own tests.
        rates: false,
        auto_deployment: Delay::ZERO,
        ..Settings::default()
    }
}

/// The vendor's role as it should be, with what lets the vendor list accounts.
fn role(world: &mut World, external_id: &str) -> RoleDefinition {
    let vendor = AccountNumber::of_last_digits(VENDOR);
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{vendor}:root"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:ExternalId":"{external_id}"}}}}}}]}}"#
    );
    let trust = world.policy(&trust, PolicyType::Trust);
    let mut definition = RoleDefinition::new(world.texts_mut(), ROLE, trust);
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ce:*","organizations:ListAccounts"],"Resource":"*"}]}"#;
    let document = world.policy(document, PolicyType::Identity);
    definition.inline.push((world.text(ROLE), document));
    definition
}
