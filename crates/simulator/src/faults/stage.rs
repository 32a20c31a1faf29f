//! The small world: an organization of a management account and three members, a stack set or a script that makes the role, a
//! vendor that checks every hour.

use crate::account::{AccountKey, Origin};
use crate::caller::{Caller, Endpoint};
use crate::cloudformation::{
    AccountFilter, Amount, AutoDeployment, CallAs, ConcurrencyMode, CreateInstances, CreateStackSet, PermissionModel,
    Preferences, SetKey, Targets, Template, TemplateId,
};
use crate::error::ApiError;
use crate::evidence::Papers;
use crate::iam::{CreateRole, RoleDefinition};
use crate::organizations::{FeatureSet, NodeId, OrganizationKey};
use crate::play::{Connection, Play, RoleAddress, VendorSetup, prober_role};
use crate::policy::PolicyId;
use crate::random::Seed;
use crate::settings::Settings;
use crate::text::TextId;
use crate::time::{Delay, SimSpan, SimTime};
use crate::trace::TraceLevel;
use crate::world::World;
use rolecall_core::access_check::{AccountNumber, DurationMs, TimeMs};
use rolecall_core::diagnosis::Seen;
use rolecall_core::diagnosis::evidence::{Bindings, KnownId, OwnId, Step, StepEnd};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::ServiceMode;
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;

pub(super) const ID: &str = "f0a4c1d2-6c0b-4f27-9d3e-2b8a5e7c9146";
pub(super) const OTHER_ID: &str = "0b6e2f58-93d1-4c7a-8f40-a17c5d92e3b6";
pub(super) const OWN_ID: &str = "acct-7d31f0c4b8a25e96";
pub(super) const ROLE: &str = "VendorRole";
const VENDOR: &str = "999988887777";
const ORGANIZATION: &str = "o-exampleorg1";
pub(super) const OTHER_ORGANIZATION: &str = "o-exampleorg2";

pub(super) const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ce:GetCostAndUsage","ec2:DescribeInstances","organizations:ListAccounts"],"Resource":"*"}]}"#;
pub(super) const OLDER: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ce:GetCostAndUsage"],"Resource":"*"}]}"#;
pub(super) const OTHER_KIND: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ce:GetCostAndUsage","organizations:ListAccounts"],"Resource":"*"}]}"#;

/// What the world is made like.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of the world that a kind of fault may ask for")]
pub(crate) struct Plan {
    /// A script makes the role, no stack set.
    pub(crate) script: bool,
    /// The account was invited.
    pub(crate) invited: bool,
    /// The account has an ID of its own at the vendor.
    pub(crate) own_id: bool,
    pub(crate) mode: ServiceMode,
    pub(crate) features: FeatureSet,
    /// The vendor asks for sessions of so many seconds.
    pub(crate) session_s: Option<u32>,
    /// `Status` is retired, and the reader knows nothing else.
    pub(crate) status_retired: bool,
    /// The account that is asked about is the management account.
    pub(crate) management: bool,
    /// A member was given as the management account.
    pub(crate) wrong_management: bool,
    /// What a move leaves behind.
    pub(crate) retain: bool,
    /// The account stands where no stack set reaches.
    pub(crate) outside: bool,
    /// The stack set leaves the account out of its first operation.
    pub(crate) skip_subject: bool,
    /// Nobody makes the role before the fault is planted.
    pub(crate) without_role: bool,
    /// Another member has no role.
    pub(crate) neighbour_fails: bool,
    /// Some number, for faults that come in variants.
    pub(crate) variant: u64,
}

impl Plan {
    pub(crate) const fn new(variant: u64) -> Self {
        Self {
            script: false,
            invited: false,
            own_id: false,
            mode: ServiceMode::RealTime,
            features: FeatureSet::All,
            session_s: None,
            status_retired: false,
            management: false,
            wrong_management: false,
            retain: false,
            outside: false,
            skip_subject: false,
            without_role: false,
            neighbour_fails: false,
            variant,
        }
    }
}

/// A world under construction, with the vendor in it.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) play: Play,
    pub(crate) plan: Plan,
    pub(crate) organization: OrganizationKey,
    pub(crate) management: AccountKey,
    /// The account that is asked about.
    pub(crate) subject: AccountKey,
    pub(crate) members: Vec<AccountKey>,
    pub(crate) workloads: NodeId,
    pub(crate) sandbox: NodeId,
    pub(crate) region: TextId,
    pub(crate) set: Option<SetKey>,
    pub(crate) vendor: AccountKey,
    pub(crate) papers: Papers,
}

pub(super) fn trust_text(principal: &str, condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"{condition}}}]}}"#
    )
}

pub(super) fn with_condition(condition: &str) -> String {
    trust_text(&format!("arn:aws:iam::{VENDOR}:root"), condition)
}

pub(super) fn with_id(id: &str) -> String {
    with_condition(&format!(r#","Condition":{{"StringEquals":{{"sts:ExternalId":"{id}"}}}}"#))
}

fn external(text: &str) -> Option<ExternalId> {
    ExternalId::parse(text).ok()
}

fn account(text: &str) -> Option<AccountId> {
    AccountId::parse(text).ok()
}

pub(crate) fn minute(minutes: u64) -> SimTime {
    SimTime::START + SimSpan::minutes(minutes)
}

impl Stage {
    /// The world before anything is deployed.
    pub(crate) fn new(seed: u64, plan: Plan) -> Option<Self> {
        let settings = Settings {
            trace: TraceLevel::Records,
            rates: false,
            stack: Delay::Fixed(SimSpan::seconds(30)),
            status_retired_at: if plan.status_retired { SimTime::START } else { SimTime::NEVER },
            ..Settings::default()
        };
        let mut world = World::new(Seed(seed), settings);
        let region = world.text("us-east-1");
        let vendor = world.add_account(account(VENDOR)?).ok()?;
        let management = world.add_account(account("111111111111")?).ok()?;
        // Somebody else's account, that a trust may name.
        world.add_account(account("123412341234")?).ok()?;
        let organization = world.add_organization(ORGANIZATION, management, plan.features).ok()?;
        world.enable_trusted_access(organization);
        let (workloads, sandbox) = (world.text("Workloads"), world.text("Sandbox"));
        let workloads = world.add_unit(organization, NodeId::ROOT, workloads).ok()?;
        let sandbox = world.add_unit(organization, NodeId::ROOT, sandbox).ok()?;
        let mut members = Vec::new();
        for number in 0..3_u64 {
            let (origin, unit) = match number {
                1 if plan.invited => (Origin::Invited, workloads),
                _ => (Origin::Created, workloads),
            };
            let unit = if number == 1 && plan.outside { sandbox } else { unit };
            let id = account(&(222_222_222_200 + number).to_string())?;
            members.push(world.add_member(organization, unit, id, origin).ok()?);
        }
        let member = members.get(1).copied()?;
        let given = if plan.wrong_management { Some(member) } else { None };
        let subject = if plan.management { management } else { member };
        let prober = prober_role(&mut world, vendor, region, "Prober")?;
        let mut setup = VendorSetup::new(vendor, prober, Endpoint::Regional(region), RoleAddress::named(ROLE));
        setup.session_duration_s = plan.session_s;
        setup.lifecycle.propagation_window = DurationMs::ZERO;
        // Active accounts are looked at in every tick, so that a loss is seen soon.
        setup.lifecycle.recheck_every_ticks = std::num::NonZeroU32::MIN;
        let papers = papers(&plan)?;
        let play = Play::new(world, setup).ok()?;
        let mut stage = Self {
            play,
            plan,
            organization,
            management,
            subject,
            members,
            workloads,
            sandbox,
            region,
            set: None,
            vendor,
            papers,
        };
        stage.connect(given)?;
        Some(stage)
    }

    /// The roles that are there from the beginning, and the agreement with the vendor.
    fn connect(&mut self, given: Option<AccountKey>) -> Option<()> {
        let root = self.role(&with_id(ID), POLICY);
        if !self.plan.management || self.plan.session_s.is_some() {
            let management = self.management;
            self.world().place_role(management, &root).ok()?;
        }
        if let Some(given) = given {
            self.world().place_role(given, &root).ok()?;
        }
        let mut connection = Connection::new(1, ID, minute(60)).ok()?;
        connection.mode = self.plan.mode;
        connection.management = given;
        if self.plan.own_id {
            let number = self.play.world().account(self.subject).number();
            connection.own_ids = vec![(number, external(OWN_ID)?)];
        }
        self.play.connect(self.organization, connection).ok()?;
        Some(())
    }

    pub(crate) const fn world(&mut self) -> &mut World {
        self.play.world_mut()
    }

    pub(crate) fn owner(&self) -> Caller {
        Caller::Administrator(self.management)
    }

    pub(crate) fn inside(&self) -> Caller {
        Caller::Administrator(self.subject)
    }

    pub(crate) fn number(&self, account: AccountKey) -> AccountNumber {
        self.play.world().account(account).number()
    }

    pub(crate) fn trust(&mut self, text: &str) -> PolicyId {
        self.world().policy(text, PolicyType::Trust)
    }

    pub(crate) fn role(&mut self, trust: &str, policy: &str) -> RoleDefinition {
        let trust = self.trust(trust);
        let document = self.world().policy(policy, PolicyType::Identity);
        let mut definition = RoleDefinition::new(self.world().texts_mut(), ROLE, trust);
        let name = self.world().text(ROLE);
        definition.inline.push((name, document));
        definition
    }

    /// The right role of an account.
    pub(crate) fn right_role(&mut self) -> RoleDefinition {
        self.role(&with_id(ID), POLICY)
    }

    /// A template that makes the right role, and another one in the account.
    pub(crate) fn template(&mut self, of_subject: Option<RoleDefinition>) -> TemplateId {
        let right = self.right_role();
        let right = self.world().definition(right);
        let mut template = Template::of(right);
        if let Some(role) = of_subject {
            let number = self.number(self.subject);
            let role = self.world().definition(role);
            template.by_account.insert(number, role);
        }
        self.world().add_template(template)
    }

    pub(crate) fn run(&mut self, until: SimTime) {
        while self.play.run_until(until).is_some() {}
    }

    /// A little time for what is under way.
    pub(crate) fn settle(&mut self) {
        let until = self.play.world().now() + SimSpan::minutes(10);
        self.run(until);
    }

    /// The stack set with its first operation, or what a script did in the other members.
    pub(crate) fn deploy(&mut self, of_subject: Option<RoleDefinition>, preferences: Preferences) -> Option<()> {
        if self.plan.script {
            return self.run_script(of_subject);
        }
        let template = self.template(of_subject);
        let model = PermissionModel::ServiceManaged {
            auto_deployment: Some(AutoDeployment { retain_stacks: self.plan.retain }),
        };
        let (name, region, owner) = (self.world().text("vendor-role"), self.region, self.owner());
        let request = CreateStackSet { name, region, template, model, managed_execution: false, call_as: CallAs::Own };
        let set = self.world().create_stack_set(&owner, &request).ok()?;
        self.set = Some(set);
        let skipped = if self.plan.skip_subject { vec![self.subject] } else { self.skipped_neighbour() };
        let filter = if skipped.is_empty() { AccountFilter::None } else { AccountFilter::Difference(skipped) };
        let request = self.instances(set, filter, preferences);
        self.world().create_stack_instances(&owner, &request).ok()?;
        self.settle();
        Some(())
    }

    fn skipped_neighbour(&self) -> Vec<AccountKey> {
        self.members.last().filter(|_| self.plan.neighbour_fails).copied().into_iter().collect()
    }

    pub(crate) fn instances(&self, set: SetKey, filter: AccountFilter, preferences: Preferences) -> CreateInstances {
        let targets = Targets::Units(vec![self.workloads], filter);
        CreateInstances { set, targets, regions: vec![self.region], overrides: None, preferences, call_as: CallAs::Own }
    }

    fn run_script(&mut self, of_subject: Option<RoleDefinition>) -> Option<()> {
        let right = self.right_role();
        let skipped = self.skipped_neighbour();
        for member in self.members.clone() {
            if member == self.subject || skipped.contains(&member) {
                continue;
            }
            self.world().place_role(member, &right).ok()?;
        }
        if !self.plan.without_role && !self.plan.wrong_management {
            let subject = self.subject;
            let role = of_subject.unwrap_or(right);
            self.world().place_role(subject, &role).ok()?;
        }
        Some(())
    }

    /// CreateRole in the account, as the script makes it.
    pub(crate) fn create_role(&mut self, trust: &str) -> Result<(), ApiError> {
        let (name, trust, caller) = (self.world().text(ROLE), self.trust(trust), self.inside());
        let request = CreateRole {
            name,
            path: None,
            description: None,
            trust,
            max_session_s: None,
            boundary: None,
            tags: Vec::new(),
        };
        self.world().create_role(&caller, &request).map(|_| ())
    }

    /// Writes a call into the log of the automation.
    pub(crate) fn log<T>(&mut self, what: &str, answer: &Result<T, ApiError>) {
        let end = match answer {
            Ok(_) => StepEnd::Done,
            Err(error) => {
                StepEnd::Failed { code: error.code.as_str().to_owned(), message: self.play.world().message(error) }
            }
        };
        self.log_end(what, end);
    }

    pub(crate) fn log_end(&mut self, what: &str, end: StepEnd) {
        let at = TimeMs(self.play.world().now().0);
        let step = Step { at, what: what.to_owned(), delegated: Seen::NotLooked, end };
        match &mut self.papers.steps {
            Seen::Present(steps) => steps.push(step),
            Seen::NotLooked | Seen::Absent => self.papers.steps = Seen::Present(vec![step]),
        }
    }

    /// Removes the account's role by hand.
    pub(crate) fn delete_role(&mut self) -> Option<()> {
        let (name, caller) = (self.world().text(ROLE), self.inside());
        self.world().delete_role_policy(&caller, name, name).ok()?;
        self.world().delete_role(&caller, name).ok()
    }

    /// The drift of every instance, as it is looked up when something is wrong.
    pub(crate) fn detect_drift(&mut self) -> Option<()> {
        let (set, owner) = (self.set?, self.owner());
        let preferences = tolerant();
        self.world().detect_stack_set_drift(&owner, set, preferences, CallAs::Own).ok()?;
        self.settle();
        Some(())
    }
}

/// One at a time, and no failure stops the rest.
pub(super) const fn tolerant() -> Preferences {
    Preferences {
        max_concurrent: Amount::Count(1),
        failure_tolerance: Amount::Percentage(100),
        mode: ConcurrencyMode::Strict,
    }
}

fn papers(plan: &Plan) -> Option<Papers> {
    let text = |text: &str| text.to_owned();
    let own_id = if plan.own_id { Some(OwnId { id: external(OWN_ID)?, counts: true }) } else { None };
    let bindings = Bindings {
        organization_id: Seen::Present(external(ID)?),
        own_id: Seen::looked(own_id),
        others: Seen::Present(vec![KnownId {
            id: external(OTHER_ID)?,
            of: format!("organization {OTHER_ORGANIZATION}"),
        }]),
        policy: Seen::Present(text(POLICY)),
        other_kind_policy: Seen::Present(text(OTHER_KIND)),
        older_policies: Seen::Present(vec![text(OLDER)]),
        actions: Seen::Present(vec![text("ce:GetCostAndUsage"), text("ec2:DescribeInstances")]),
    };
    let mut actions = vec![(text("ce:GetCostAndUsage"), text("*")), (text("ec2:DescribeInstances"), text("*"))];
    if plan.wrong_management {
        actions.push((text("organizations:ListAccounts"), text("*")));
    }
    let steps = Seen::Absent;
    Some(Papers { bindings, steps, actions, reads_status: plan.status_retired, ..Papers::default() })
}
