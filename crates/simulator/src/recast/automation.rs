//! The customer's automation: stack sets as they were read, and whatever makes AWS refuse again what it refused. Failures
//! are never written down as such: they come from what the scenario models.

use super::NotRecast;
use super::frame::BREAKS;
use super::story::Story;
use crate::account::{AccountNumber, Origin};
use crate::api::Api;
use crate::cloudformation::{Amount, CallAs, ConcurrencyMode, Preferences};
use crate::organizations::FeatureSet;
use crate::scenario::{
    AccountRef, Do, PipelinePart, Place, PolicyPart, RolePart, Spot, StackSetPart, TrustIds, TrustPart,
};
use crate::settings::FaultRates;
use crate::time::{SimSpan, SimTime};
use rolecall_core::diagnosis::evidence::{
    DetailedStatus, OperationStatus, PermissionModel, SeenInstance, SeenOperation, SeenSet, Step, StepEnd,
};
use rolecall_core::diagnosis::{Class, Seen, class_of};
use rolecall_iam::arn::AccountId;

/// Where a failure was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// In a stack instance or an operation of the set with this place.
    Set(usize),
    /// In the log of the automation: what was called, with which code.
    Step(String, String),
}

/// Longer than IAM lets the inline policies of a role be, in characters.
const TOO_LONG: u32 = 11_000;
/// More IDs than a trust has room for.
const TOO_MANY_IDS: u32 = 60;

/// Failures that an operation tolerates which is SUCCEEDED with failures: more than a scenario has accounts.
const TOLERATED: u32 = 10;

const fn minutes(minutes: u64) -> SimTime {
    SimTime(minutes * 60_000)
}

pub(super) const fn preferences(concurrent: u32, tolerance: u32) -> Preferences {
    Preferences {
        max_concurrent: Amount::Count(concurrent),
        failure_tolerance: Amount::Count(tolerance),
        mode: ConcurrencyMode::Strict,
    }
}

/// A set of the right role in one Region, which follows accounts that join.
fn stack_set(name: &str, units: Vec<Place>) -> StackSetPart {
    StackSetPart {
        name: name.to_owned(),
        organization: 0,
        units,
        regions: vec!["us-east-1".to_owned()],
        role: RolePart::default(),
        auto_deployment: Some(false),
        managed_execution: false,
        no_echo: false,
        preferences: preferences(10, 0),
        at: SimTime::START,
        by: None,
        call_as: CallAs::Own,
    }
}

impl Story<'_> {
    /// Service-managed sets with their targets.
    pub(super) fn stack_sets(&mut self) -> Result<(), NotRecast> {
        if !self.evidence.stack_sets.is_looked() {
            self.unseen.push("stack sets");
        }
        for set in self.evidence.stack_sets.present().into_iter().flatten() {
            if set.model.present() == Some(&PermissionModel::SelfManaged) {
                let line = format!("Stack set `{}` is self-managed, which scenarios do not have: left out.", set.name);
                self.remarks.add(Spot::Top, line);
                continue;
            }
            self.stack_set(set)?;
        }
        Ok(())
    }

    fn stack_set(&mut self, set: &SeenSet) -> Result<(), NotRecast> {
        let mut units: Vec<Place> = Vec::new();
        for id in set.units.present().into_iter().flatten() {
            let place = self.place_of(id);
            units.push(place);
        }
        if !set.units.is_looked() && set.instances.present().is_some() {
            units.push(self.place());
        }
        let number = self.case.stack_sets.len();
        let mut part = stack_set(&set.name, units);
        if let Some(regions) = set.regions.present() {
            part.regions.clone_from(regions);
        }
        part.auto_deployment = match set.retain_stacks {
            Seen::Present(retain) => Some(retain),
            Seen::Absent => None,
            Seen::NotLooked => Some(false),
        };
        self.both(|scenario| scenario.stack_sets.push(part.clone()));
        let member = matches!(self.subject, AccountRef::Member(_));
        let gap = member && !self.frame.lost && self.evidence.readings.role.is_absent();
        if gap && set.instances.is_absent() && !self.covers(&part.units) {
            let place = self.place();
            if let Some(part) = self.twin.stack_sets.get_mut(number) {
                part.units.push(place);
            }
        }
        self.twin_region(number, set);
        self.operations(number, set)
    }

    /// A role exists once in an account: the twin has one Region.
    fn twin_region(&mut self, number: usize, set: &SeenSet) {
        let several = set.regions.present().is_some_and(|regions| regions.len() > 1);
        if several && let Some(part) = self.twin.stack_sets.get_mut(number) {
            part.regions.truncate(1);
        }
    }

    /// What the operations say of the set's preferences, and an update that failed.
    fn operations(&mut self, number: usize, set: &SeenSet) -> Result<(), NotRecast> {
        let instances = set.instances.present().map_or(&[][..], Vec::as_slice);
        let busy = |instance: &SeenInstance| {
            matches!(instance.detailed.present(), Some(DetailedStatus::Pending | DetailedStatus::Running))
        };
        if instances.iter().any(busy) {
            self.case.world.stack = SimSpan::days(1);
        }
        let Some(last) = last_operation(set) else { return Ok(()) };
        let failed = last.failed_instances.present().copied().unwrap_or(0);
        if last.status == OperationStatus::Succeeded && failed > 0 {
            self.both(|scenario| {
                if let Some(part) = scenario.stack_sets.get_mut(number) {
                    part.preferences = preferences(1, failed.max(TOLERATED));
                }
            });
        }
        let own = self.evidence.subject.account.to_string();
        let results = last.results.present().into_iter().flatten();
        let here = results.filter(|result| result.account == own).any(|result| result.status == "FAILED");
        if last.action == "UPDATE" && here && self.evidence.readings.role.present().is_some() {
            let reason = instances.iter().find_map(|instance| instance.reason.present()).map_or("", String::as_str);
            let role = match (class_of("", reason), set.template.present()) {
                (Class::PolicyLength, _) | (_, None) => too_long(),
                (_, Some(template)) => self.part(template)?,
            };
            let update = |role| Do::UpdateStackSet {
                stack_set: number,
                role,
                preferences: preferences(10, 0),
                call_as: CallAs::Own,
            };
            self.differs(BREAKS, update(role), update(RolePart::default()));
            self.ask_after(BREAKS + SimSpan::hours(2));
        }
        Ok(())
    }

    /// Whatever makes the automation fail as it did.
    pub(super) fn troubles(&mut self) {
        if !self.evidence.steps.is_looked() {
            self.unseen.push("the log of the automation");
        }
        let steps = self.evidence.steps.present();
        if steps.is_some_and(|steps| steps.iter().any(|step| step.end == StepEnd::Open)) {
            self.under_way();
        }
        let updating =
            |story: &Self| story.case.actions.iter().any(|action| matches!(action.what, Do::UpdateStackSet { .. }));
        for (class, source, text) in self.failures() {
            let of_set = matches!(source, Source::Set(_));
            match class {
                Class::AlreadyExists => self.exists(&source),
                Class::RoleQuota => {
                    self.member_of_case(|account| account.other_roles = 999.max(account.other_roles));
                    self.by_hand_unless(of_set, RolePart::default());
                }
                Class::PolicyLength if updating(self) => {}
                Class::PolicyLength => self.makes(&source, too_long()),
                Class::TrustLength => self.makes(&source, with_ids(TrustIds::Among(TOO_MANY_IDS))),
                Class::EmptyId => self.makes(&source, with_ids(TrustIds::Written(vec![String::new()]))),
                Class::Partition => {
                    let principal = format!("arn:aws-us-gov:iam::{}:root", self.evidence.subject.vendor.account);
                    self.makes(&source, with_principal(principal));
                }
                Class::ServiceControl => {
                    self.denies(&[denied_action(&text)], "the reason of the failure");
                    self.by_hand_unless(of_set, RolePart::default());
                }
                Class::AccessRole => self.script_cannot_enter(),
                Class::Busy => self.busy(),
                Class::CallAs => self.without_call_as(),
                Class::OrganizationsAccess => self.billing_only(),
                Class::NoEcho => self.no_echo(),
                Class::NotReady => self.not_ready(of_set),
                Class::Cancelled => self.cancelled(&source),
                Class::Skipped => {}
                Class::Other => self.failed_otherwise(&source),
            }
        }
        if self.case.organizations.iter().any(|part| part.features == FeatureSet::ConsolidatedBilling) {
            self.billing_only();
        }
    }

    /// A step that is open: here a stack that takes a day, for the log of a pipeline has ends alone.
    fn under_way(&mut self) {
        self.set_if_none();
        self.case.world.stack = SimSpan::days(1);
        self.remarks.add(Spot::StackSet(0), "A step of the automation was under way: here a stack takes a day.");
    }

    /// Every class of failure once, with the first place where it was seen.
    fn failures(&self) -> Vec<(Class, Source, String)> {
        let mut all: Vec<(Class, Source, String)> = Vec::new();
        let mut add = |class, source, text: &str| {
            if all.iter().all(|(known, _, _)| *known != class) {
                all.push((class, source, text.to_owned()));
            }
        };
        let sets = self.evidence.stack_sets.present().into_iter().flatten();
        let sets = sets.filter(|set| set.model.present() != Some(&PermissionModel::SelfManaged));
        for (number, set) in sets.enumerate() {
            for instance in set.instances.present().into_iter().flatten() {
                let reason = instance.reason.present().map_or("", String::as_str);
                match instance.detailed.present() {
                    Some(DetailedStatus::Failed | DetailedStatus::FailedImport | DetailedStatus::Inoperable) => {
                        add(class_of("", reason), Source::Set(number), reason);
                    }
                    Some(DetailedStatus::Cancelled) => add(Class::Cancelled, Source::Set(number), reason),
                    _ => {}
                }
            }
            let own = self.evidence.subject.account.to_string();
            let results = last_operation(set).and_then(|last| last.results.present()).into_iter().flatten();
            for result in results.filter(|result| result.account == own) {
                let reason = result.reason.present().map_or("", String::as_str);
                match result.status.as_str() {
                    "FAILED" => add(class_of("", reason), Source::Set(number), reason),
                    "CANCELLED" => add(Class::Cancelled, Source::Set(number), reason),
                    _ => {}
                }
            }
        }
        let steps = self.evidence.steps.present().map_or(&[][..], Vec::as_slice);
        for (number, step) in steps.iter().enumerate() {
            let later = steps.get(number + 1..).unwrap_or_default();
            let mended = later.iter().any(|later| later.what == step.what && later.end == StepEnd::Done);
            if let (Step { what, end: StepEnd::Failed { code, message }, .. }, false) = (step, mended) {
                add(class_of(code, message), Source::Step(what.clone(), code.clone()), message);
            }
        }
        all
    }

    /// CreateRole by hand, half an hour after the beginning: the twin makes the right role.
    fn by_hand(&mut self, role: RolePart) {
        let account = self.subject;
        let create = |role| Do::CreateRole { account, role };
        self.differs(minutes(30), create(role), create(RolePart::default()));
        self.made_later = true;
    }

    fn by_hand_unless(&mut self, by_set: bool, role: RolePart) {
        if !by_set {
            self.by_hand(role);
        }
    }

    /// What makes the role makes this one.
    fn makes(&mut self, source: &Source, role: RolePart) {
        match source {
            Source::Set(number) => {
                if let Some(set) = self.case.stack_sets.get_mut(*number) {
                    set.role = role;
                }
            }
            Source::Step(..) => self.by_hand(role),
        }
    }

    fn exists(&mut self, source: &Source) {
        let regions = match source {
            Source::Set(number) => self.case.stack_sets.get(*number).map_or(0, |set| set.regions.len()),
            Source::Step(..) => 0,
        };
        let right = |story: &Self| {
            let role = story.evidence.readings.role.present();
            role.is_some_and(|role| story.part(role).is_ok_and(|part| part == RolePart::default()))
        };
        if regions > 1 && right(self) {
            // The other Region made it.
            return;
        }
        self.exists_already = true;
        self.by_hand_unless(matches!(source, Source::Set(_)), RolePart::default());
    }

    fn script_cannot_enter(&mut self) {
        self.member_of_case(|account| account.origin = Origin::Invited);
        if let AccountRef::Member(number) = self.subject
            && let Some(account) = self.twin.accounts.get_mut(number)
        {
            account.origin = Origin::Created;
        }
        self.happens(minutes(30), Do::Script { organization: 0, reads_status: false });
        self.made_later = true;
    }

    /// Two others take long; the deployment to the account comes meanwhile.
    fn busy(&mut self) {
        self.add_unit("busy");
        let unit = Place::Unit(0, "busy".to_owned());
        for name in ["busy-1", "busy-2"] {
            let number = self.neighbour(name, None, None);
            self.both(|scenario| {
                if let Some(account) = scenario.accounts.get_mut(number) {
                    account.unit = Some("busy".to_owned());
                }
            });
        }
        self.set_if_none();
        let place = self.place();
        self.both(|scenario| {
            if let Some(set) = scenario.stack_sets.first_mut() {
                set.units = vec![unit.clone()];
                set.preferences = preferences(1, 0);
            }
        });
        self.case.world.stack = SimSpan::minutes(40);
        let deploy = Do::Deploy {
            stack_set: 0,
            units: vec![place],
            regions: Vec::new(),
            preferences: preferences(10, 0),
            call_as: CallAs::Own,
        };
        self.happens(minutes(5), deploy);
        self.made_later = true;
    }

    /// A stack set for the account's unit, where the bundle has none.
    fn set_if_none(&mut self) {
        if self.case.stack_sets.is_empty() {
            let units = vec![self.place()];
            let part = stack_set("vendor-role", units);
            self.both(|scenario| scenario.stack_sets.push(part.clone()));
        }
    }

    /// A delegated administrator makes the set.
    fn without_call_as(&mut self) {
        self.set_if_none();
        let number = self.neighbour("tooling", Some(RolePart::default()), Some(RolePart::default()));
        self.both(|scenario| {
            if let Some(organization) = scenario.organizations.first_mut() {
                organization.delegated.push("tooling".to_owned());
            }
            if let Some(set) = scenario.stack_sets.first_mut() {
                set.by = Some(AccountRef::Member(number));
            }
        });
        if let Some(set) = self.twin.stack_sets.first_mut() {
            set.call_as = CallAs::DelegatedAdmin;
        }
    }

    fn billing_only(&mut self) {
        self.case.organizations.iter_mut().for_each(|part| part.features = FeatureSet::ConsolidatedBilling);
        self.set_if_none();
    }

    /// A plain stack with a hidden parameter, and its import.
    fn no_echo(&mut self) {
        self.set_if_none();
        self.both(|scenario| scenario.stack_sets.iter_mut().for_each(|set| set.units.clear()));
        let account = self.subject;
        let create = |no_echo| Do::CreateStack { account, role: RolePart::default(), no_echo };
        self.differs(minutes(10), create(true), create(false));
        self.happens(BREAKS, Do::Import { account, stack_set: 0 });
        self.ask_after(BREAKS + SimSpan::hours(2));
        self.made_later = true;
    }

    /// The role is made a minute after the account.
    fn not_ready(&mut self, by_set: bool) {
        self.case.world.account_readiness = SimSpan::minutes(10);
        self.member(|account| {
            account.joins = Some(minutes(30));
            // Whoever was invited is not new.
            account.origin = Origin::Created;
        });
        if !by_set {
            self.happens(minutes(31), Do::CreateRole { account: self.subject, role: RolePart::default() });
            self.made_later = true;
        }
    }

    /// One account, worked on before, has a role of that name already.
    fn cancelled(&mut self, source: &Source) {
        let Source::Set(number) = *source else { return };
        let role = with_ids(TrustIds::Written(vec!["made-by-hand".to_owned()]));
        self.both(|scenario| {
            if let Some(set) = scenario.stack_sets.get_mut(number) {
                set.preferences = preferences(1, 0);
            }
        });
        let place = self.neighbour("fails-first", Some(role), None);
        let before = self.id_before();
        self.both(|scenario| {
            if let Some(account) = scenario.accounts.get_mut(place) {
                account.id = before;
            }
        });
        self.remarks.add(Spot::Account(place), "The stack set's operation stops at this account.");
        self.first(place);
    }

    /// The next account ID before that of the bundle that nobody has.
    fn id_before(&self) -> AccountId {
        let mut number = AccountNumber::from(self.evidence.subject.account).get();
        loop {
            number = number.checked_sub(1).unwrap_or(999_999_999_999);
            let id = AccountId::from(AccountNumber::of_last_digits(number));
            let members = self.case.accounts.iter().map(|account| account.id);
            let managements = self.case.organizations.iter().map(|part| part.management);
            if members.chain(managements).all(|taken| taken != id) {
                return id;
            }
        }
    }

    /// Puts an account before the others: operations work on accounts in the order in which they joined.
    fn first(&mut self, place: usize) {
        self.both(|scenario| scenario.put_first(place));
        self.remarks.put_first(place);
        self.subject = self.subject.behind(place);
    }

    /// A failure that nothing else explains: IAM's own in a stack set, a stage of a pipeline elsewhere.
    fn failed_otherwise(&mut self, source: &Source) {
        match source {
            Source::Set(_) => {
                self.fault(
                    SimTime(1_000),
                    Do::Faults {
                        api: Api::CreateRole,
                        rates: FaultRates { internal: 1_000_000, ..FaultRates::default() },
                    },
                );
                self.fault(minutes(20), Do::Faults { api: Api::CreateRole, rates: FaultRates::default() });
            }
            Source::Step(what, code) => {
                let stage = if code == "PipelineStopped" { what.clone() } else { format!("{what} ({code})") };
                let part = PipelinePart {
                    name: "pipeline".to_owned(),
                    organization: 0,
                    latency: (SimSpan::minutes(5), SimSpan::minutes(5)),
                    role: RolePart::default(),
                    through_organization_role: false,
                    stops_at: None,
                };
                self.twin.pipelines.push(part.clone());
                self.case.pipelines.push(PipelinePart { stops_at: Some(stage), ..part });
                self.member(|account| account.joins = Some(minutes(10)));
                self.made_later = true;
            }
        }
    }
}

/// The last operation that deployed something.
fn last_operation(set: &SeenSet) -> Option<&SeenOperation> {
    set.operations.present()?.iter().rfind(|operation| operation.action != "DETECT_DRIFT")
}

fn too_long() -> RolePart {
    let policy = PolicyPart::Right { of: None, without: Vec::new(), characters: Some(TOO_LONG) };
    RolePart { policy, ..RolePart::default() }
}

pub(super) fn with_ids(ids: TrustIds) -> RolePart {
    let trust = TrustPart::Made { principal: None, operator: "StringEquals".to_owned(), ids };
    RolePart { trust, ..RolePart::default() }
}

fn with_principal(principal: String) -> RolePart {
    let trust =
        TrustPart::Made { principal: Some(principal), operator: "StringEquals".to_owned(), ids: TrustIds::Right };
    RolePart { trust, ..RolePart::default() }
}

/// The action that AWS's message names: `is not authorized to perform: iam:CreateRole on resource`.
fn denied_action(message: &str) -> String {
    let named = message.split_once("perform: ").map(|(_, rest)| rest);
    let action = named.and_then(|rest| rest.split(|letter: char| letter.is_whitespace()).next());
    action.filter(|action| action.contains(':')).unwrap_or("iam:CreateRole").to_owned()
}
