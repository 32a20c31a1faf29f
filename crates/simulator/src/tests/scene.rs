//! A small world: a vendor with a role that probes, an organization with a management account and members below two units,
//! the vendor's role as a definition.

use crate::account::{AccountKey, Origin};
use crate::caller::{Caller, Endpoint, Session};
use crate::error::ApiError;
use crate::iam::{ManagedPolicy, RoleDefinition};
use crate::organizations::{FeatureSet, NodeId, OrganizationKey};
use crate::policy::PolicyId;
use crate::random::Seed;
use crate::settings::Settings;
use crate::sts::AssumeRole;
use crate::text::TextId;
use crate::time::{SimSpan, SimTime};
use crate::world::World;
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;

pub(crate) const VENDOR: &str = "205499583182";
pub(crate) const EXTERNAL_ID: &str = "f0a4c1d2-6c0b-4f27-9d3e-2b8a5e7c9146";

pub(crate) fn id(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

/// The world of a test.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) vendor: AccountKey,
    /// The vendor's own session, which calls for it.
    pub(crate) prober: Caller,
    pub(crate) organization: OrganizationKey,
    pub(crate) management: AccountKey,
    pub(crate) members: Vec<AccountKey>,
    pub(crate) workloads: NodeId,
    pub(crate) sandbox: NodeId,
    pub(crate) region: TextId,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default(), 3)
    }

    /// Members `222222222200`, `…01`, … stand below the unit `Workloads`; `Sandbox` is empty.
    pub(crate) fn with(settings: Settings, members: usize) -> Self {
        let mut world = World::new(Seed(1), settings);
        let region = world.text("us-east-1");
        let vendor = world.add_account(id(VENDOR)).unwrap();
        let management = world.add_account(id("111111111111")).unwrap();
        let organization = world.add_organization("o-exampleorg1", management, FeatureSet::All).unwrap();
        world.enable_trusted_access(organization);
        let (workloads, sandbox) = (world.text("Workloads"), world.text("Sandbox"));
        let workloads = world.add_unit(organization, NodeId::ROOT, workloads).unwrap();
        let sandbox = world.add_unit(organization, NodeId::ROOT, sandbox).unwrap();
        let members = (0..members)
            .map(|number| {
                let account = id(&format!("{}", 222_222_222_200 + number));
                world.add_member(organization, workloads, account, Origin::Created).unwrap()
            })
            .collect();
        let prober = vendor_session(&mut world, vendor, region);
        Self { world, vendor, prober, organization, management, members, workloads, sandbox, region }
    }

    pub(crate) fn trust(&mut self, text: &str) -> PolicyId {
        self.world.policy(text, PolicyType::Trust)
    }

    /// The vendor's role as it should be.
    pub(crate) fn role(&mut self) -> RoleDefinition {
        self.role_with(EXTERNAL_ID)
    }

    pub(crate) fn role_with(&mut self, external_id: &str) -> RoleDefinition {
        let trust = self.trust(&trust_text(VENDOR, external_id));
        let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ce:*","ec2:Describe*"],"Resource":"*"}]}"#;
        let document = self.world.policy(document, PolicyType::Identity);
        let mut definition = RoleDefinition::new(self.world.texts_mut(), "ProsperOps", trust);
        definition.inline.push((self.world.text("ProsperOps"), document));
        definition
    }

    pub(crate) fn request(&mut self, account: AccountKey, external_id: Option<&str>) -> AssumeRole {
        AssumeRole {
            account,
            path: self.world.text("/"),
            role: self.world.text("ProsperOps"),
            session_name: self.world.text("probe"),
            external_id: external_id.map(|text| self.world.text(text)),
            duration_s: None,
            endpoint: Endpoint::Regional(self.region),
        }
    }

    /// One probe of the vendor.
    pub(crate) fn probe(&mut self, account: AccountKey, external_id: Option<&str>) -> Result<Session, ApiError> {
        let request = self.request(account, external_id);
        let prober = self.prober;
        self.world.assume_role(&prober, &request)
    }

    pub(crate) fn opens(&mut self, account: AccountKey, external_id: Option<&str>) -> bool {
        self.probe(account, external_id).is_ok()
    }

    pub(crate) fn pass(&mut self, span: SimSpan) {
        let until: SimTime = self.world.now() + span;
        while self.world.run_until(until).is_some() {}
    }

    pub(crate) fn message(&self, error: &ApiError) -> String {
        self.world.message(error)
    }
}

/// The administrator of an account.
pub(crate) const fn administrator(account: AccountKey) -> Caller {
    Caller::Administrator(account)
}

pub(crate) fn trust_text(account: &str, external_id: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{account}:root"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"sts:ExternalId":"{external_id}"}}}}}}]}}"#
    )
}

/// A session of the vendor's role `Prober`, which may assume any role.
fn vendor_session(world: &mut World, vendor: AccountKey, region: TextId) -> Caller {
    let trust =
        r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let trust = world.policy(trust, PolicyType::Trust);
    let mut definition = RoleDefinition::new(world.texts_mut(), "Prober", trust);
    let administrator = world.text("AdministratorAccess");
    definition.managed.push(ManagedPolicy::Aws(administrator));
    let role = world.place_role(vendor, &definition).unwrap();
    let name = world.text("worker");
    Caller::Session(world.service_session(role, name, region, SimSpan::days(3_650)).unwrap())
}
