//! A small organization with a stack and a stack set, as pure values: steps are performed, operations run, fail, are
//! cancelled. It judges every step: one operation at a time, one Region, never the management account.

use super::super::*;
use crate::rollout::{Amount, Collision, ConcurrencyMode, Existing, Preferences, Unlock};
use crate::{AccountNumber, AccountState};
use std::collections::BTreeMap;

pub(super) const REGION: &str = "us-east-1";
pub(super) const TEMPLATE: &str = "RoleName: Vendor\nversion: 2\n";
pub(super) const OLD_TEMPLATE: &str = "RoleName: Vendor\nversion: 1\n";
pub(super) const ROLE_ARN: &str = "arn:aws:iam::000000000900:role/Vendor";

pub(super) fn number(account: u64) -> AccountNumber {
    AccountNumber::of_last_digits(account)
}

pub(super) fn management() -> AccountNumber {
    number(900)
}

/// What will become of an account's stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Well,
    FailsOnce,
    Fails,
}

#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) state: AccountState,
    pub(super) unit: usize,
    pub(super) fate: Fate,
    /// Somebody changed the role by hand.
    pub(super) changed: bool,
    /// The template version of the role; 0: none.
    pub(super) role: u8,
}

#[derive(Clone, Debug)]
struct Running {
    action: &'static str,
    accounts: Vec<AccountNumber>,
    failed: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Set {
    pub(super) template: String,
    pub(super) units: Vec<String>,
    pub(super) operations: Vec<Operation>,
    running: Option<Running>,
    pub(super) instances: BTreeMap<AccountNumber, Instance>,
    results: Vec<OperationResult>,
}

#[derive(Clone, Debug)]
pub(super) struct Model {
    pub(super) stack: Option<Stack>,
    /// What the stack's template is that is under way, or made.
    pub(super) role: Existing,
    pub(super) stack_fails: bool,
    pub(super) set: Option<Set>,
    pub(super) members: BTreeMap<AccountNumber, Member>,
    pub(super) tolerance: u32,
    pub(super) unit_names: Vec<String>,
    /// An operation of somebody else began after the operations were read.
    foreign: bool,
    pub(super) begun: u32,
}

pub(super) fn settings() -> Settings {
    Settings {
        unlock: Unlock::Reading,
        preferences: Preferences {
            concurrency: Amount::Count(3),
            tolerance: Amount::Count(1),
            mode: ConcurrencyMode::Soft,
        },
        collision: Collision::Fail,
        repair: false,
        read_roles: true,
        management: Management::Reachable,
    }
}

pub(super) fn wanted(goal: Goal, units: &[&str]) -> Wanted {
    let units = units.iter().map(|unit| (*unit).to_owned()).collect();
    Wanted {
        goal,
        management: management(),
        role_arn: String::from(ROLE_ARN),
        role_name: String::from("Vendor"),
        template: String::from(TEMPLATE),
        members: Some(Members { region: String::from(REGION), units, retain_stacks: false }),
    }
}

pub(super) fn made_stack(status: &str) -> Stack {
    Stack { status: status.to_owned(), reason: None, outputs: vec![ROLE_ARN.to_owned()] }
}

impl Model {
    pub(super) fn new(members: BTreeMap<AccountNumber, Member>, tolerance: u32) -> Self {
        Self {
            stack: None,
            role: Existing::Absent,
            stack_fails: false,
            set: None,
            members,
            tolerance,
            unit_names: ["ou-a", "ou-b", "ou-c"].map(String::from).to_vec(),
            foreign: false,
            begun: 0,
        }
    }

    fn covers(&self, units: &[String], member: &Member) -> Option<String> {
        let own = self.unit_names.get(member.unit)?;
        units.iter().find(|unit| *unit == own).or_else(|| units.iter().find(|unit| unit.starts_with("r-"))).cloned()
    }

    /// Reads a part, as the API answers.
    pub(super) fn read(&mut self, part: Part, seen: &mut Observed) {
        match part {
            Part::Stack => seen.stack = Seen::Is(self.stack.clone()),
            Part::Role => seen.role = Seen::Is(self.role),
            Part::Set => {
                let found = self.set.as_ref().map(|set| StackSet {
                    id: String::from("vendor:1"),
                    template: Some(set.template.clone()),
                    parameters: 0,
                    service_managed: true,
                    auto_deployment: Some(false),
                    units: set.units.clone(),
                    regions: set.instances.values().map(|instance| instance.region.clone()).take(1).collect(),
                });
                seen.set = Seen::Is(found);
            }
            Part::Operations => {
                self.foreign = false;
                seen.operations = Seen::Is(self.set.as_ref().map(|set| set.operations.clone()).unwrap_or_default());
            }
            Part::Instances => {
                let all = self.set.as_ref().map(|set| set.instances.values().cloned().collect());
                seen.instances = Seen::Is(all.unwrap_or_default());
            }
            Part::Results => {
                seen.results = Seen::Is(self.set.as_ref().map(|set| set.results.clone()).unwrap_or_default());
            }
            Part::Accounts => {
                let own = ListedAccount { account: management(), state: AccountState::Active };
                let others = self.members.iter().map(|(account, member)| (*account, member.state));
                let others = others.map(|(account, state)| ListedAccount { account, state });
                seen.accounts = Seen::Is(std::iter::once(own).chain(others).collect());
            }
            Part::Roles => {
                let read = |member: &Member| match (member.role, member.changed) {
                    (0, _) => Existing::Absent,
                    (2, false) => Existing::Equal,
                    _ => Existing::Different,
                };
                let active = self.members.iter().filter(|(_, member)| member.state == AccountState::Active);
                seen.roles = Seen::Is(active.map(|(account, member)| (*account, RoleSeen::Is(read(member)))).collect());
            }
        }
    }

    /// Performs a change; what was read is forgotten by who asks. A second operation is refused, as AWS does.
    pub(super) fn perform(&mut self, step: &Step, seen: &mut Observed) {
        match step {
            Step::CreateStack => {
                assert!(self.stack.is_none());
                seen.tried.stack_creation = true;
                self.stack = Some(Stack { outputs: Vec::new(), ..made_stack("CREATE_IN_PROGRESS") });
            }
            Step::UpdateStack => {
                seen.tried.stack_update = true;
                assert_eq!(self.stack.as_ref().map(Stack::phase), Some(StackPhase::Settled));
                self.stack = Some(made_stack("UPDATE_IN_PROGRESS"));
            }
            Step::DeleteStack => {
                seen.tried.stack_deletion = true;
                self.stack = Some(made_stack("DELETE_IN_PROGRESS"));
            }
            Step::CreateSet => {
                assert!(self.set.is_none());
                seen.tried.set_creation = true;
                self.set = Some(Set {
                    template: String::from(TEMPLATE),
                    units: Vec::new(),
                    operations: Vec::new(),
                    running: None,
                    instances: BTreeMap::new(),
                    results: Vec::new(),
                });
            }
            Step::DeleteSet => {
                seen.tried.set_deletion = true;
                assert!(self.set.as_ref().is_some_and(|set| set.instances.is_empty()), "the set has instances");
                self.set = None;
            }
            _ => self.begin(step, seen),
        }
    }

    fn begin(&mut self, step: &Step, seen: &mut Observed) {
        let open = self.set.as_ref().is_some_and(|set| set.running.is_some());
        if open {
            assert!(self.foreign, "{step:?} begins a second operation");
            return;
        }
        let (action, targets) = match step {
            Step::UpdateSet => ("UPDATE", None),
            Step::CreateInstances(targets) => ("CREATE", Some(targets)),
            Step::UpdateInstances(targets) => ("UPDATE", Some(targets)),
            Step::DeleteInstances(targets) => ("DELETE", Some(targets)),
            other => panic!("{other:?} begins nothing"),
        };
        if let Some(targets) = targets {
            assert_eq!(targets.region, REGION);
            assert!(!targets.only.contains(&management()), "the management account is a target");
            assert!(!targets.units.is_empty() && targets.units.len() <= UNITS_A_CALL);
        }
        let deploys = action == "CREATE";
        match step {
            Step::UpdateSet => seen.tried.set_update = true,
            Step::CreateInstances(targets) if targets.only.is_empty() => {
                seen.tried.units.extend(targets.units.iter().cloned());
            }
            Step::CreateInstances(targets) | Step::UpdateInstances(targets) => {
                assert!(targets.only.iter().all(|account| seen.tried.repaired.insert(*account)), "tried twice");
            }
            Step::DeleteInstances(targets) => {
                let places = targets.units.iter().map(|unit| (targets.region.clone(), unit.clone()));
                seen.tried.emptied.extend(places);
            }
            _ => {}
        }
        let accounts = self.targeted(targets, deploys);
        let Some(set) = &mut self.set else { panic!("no set") };
        if action == "UPDATE" && targets.is_none() {
            set.template = String::from(TEMPLATE);
        }
        if let (true, Some(targets)) = (deploys, targets) {
            let new = targets.units.iter().filter(|unit| !set.units.contains(unit)).cloned().collect::<Vec<_>>();
            set.units.extend(new);
        }
        self.start(action, accounts);
    }

    fn targeted(&self, targets: Option<&Targets>, deploys: bool) -> Vec<AccountNumber> {
        let Some(set) = &self.set else { return Vec::new() };
        let Some(targets) = targets else { return set.instances.keys().copied().collect() };
        let below = |(account, member): &(&AccountNumber, &Member)| {
            let only = targets.only.is_empty() || targets.only.contains(account);
            only && self.covers(&targets.units, member).is_some() && (deploys || set.instances.contains_key(account))
        };
        self.members.iter().filter(below).map(|(account, _)| *account).collect()
    }

    fn start(&mut self, action: &'static str, accounts: Vec<AccountNumber>) {
        let units = self.set.as_ref().map(|set| set.units.clone()).unwrap_or_default();
        let through: BTreeMap<AccountNumber, Option<String>> = accounts
            .iter()
            .map(|account| (*account, self.members.get(account).and_then(|member| self.covers(&units, member))))
            .collect();
        self.begun += 1;
        let id = format!("operation-{}", self.begun);
        let Some(set) = &mut self.set else { return };
        for account in &accounts {
            let instance = set.instances.entry(*account).or_insert_with(|| Instance {
                account: *account,
                region: String::from(REGION),
                status: InstanceStatus::Outdated,
                detailed: Detailed::UnderWay,
                reason: None,
                unit: through.get(account).cloned().flatten(),
                operation: None,
            });
            instance.operation = Some(id.clone());
        }
        set.results.clear();
        let operation = Operation { id, action: action.to_owned(), status: OperationStatus::Open, failed: 0 };
        set.operations.insert(0, operation);
        set.running = Some(Running { action, accounts, failed: 0 });
    }

    /// Somebody else begins an operation, when none runs.
    pub(super) fn somebody_updates(&mut self) {
        if let Some(set) = &self.set
            && set.running.is_none()
        {
            let accounts = set.instances.keys().copied().collect();
            self.start("UPDATE", accounts);
            self.foreign = true;
        }
    }

    /// Time passes: the operation works on so many accounts, a stack ends.
    pub(super) fn pass(&mut self, accounts: usize) {
        for _ in 0..accounts {
            let next = self.set.as_mut().and_then(|set| set.running.as_mut()?.accounts.pop());
            if let Some(account) = next {
                self.work(account);
            }
        }
        let done = |set: &&mut Set| set.running.as_ref().is_some_and(|running| running.accounts.is_empty());
        if let Some(set) = self.set.as_mut().filter(done)
            && let Some(running) = set.running.take()
            && let Some(operation) = set.operations.first_mut()
        {
            let outcome =
                if running.failed > self.tolerance { OperationOutcome::Failed } else { OperationOutcome::Succeeded };
            (operation.status, operation.failed) = (OperationStatus::Over(outcome), running.failed);
        }
    }

    fn work(&mut self, account: AccountNumber) {
        let Some(set) = &mut self.set else { return };
        let version = if set.template == TEMPLATE { 2 } else { 1 };
        let (Some(member), Some(running)) = (self.members.get_mut(&account), set.running.as_mut()) else { return };
        let Some(instance) = set.instances.get_mut(&account) else { return };
        if member.state != AccountState::Active {
            (instance.status, instance.detailed) = (InstanceStatus::Outdated, Detailed::Suspended);
            return;
        }
        let fails = member.fate != Fate::Well;
        if member.fate == Fate::FailsOnce {
            member.fate = Fate::Well;
        }
        if fails {
            running.failed += 1;
            instance.detailed = Detailed::Failed;
            instance.status =
                if running.action == "DELETE" { InstanceStatus::Inoperable } else { InstanceStatus::Outdated };
            let reason = Some(String::from("Vendor already exists"));
            instance.reason.clone_from(&reason);
            set.results.push(OperationResult { account, failed: true, reason });
            if running.failed > self.tolerance {
                for cancelled in std::mem::take(&mut running.accounts) {
                    set.results.push(OperationResult { account: cancelled, failed: false, reason: None });
                    if let Some(instance) = set.instances.get_mut(&cancelled) {
                        instance.detailed = Detailed::Cancelled;
                        if running.action != "DELETE" {
                            instance.status = InstanceStatus::Outdated;
                        }
                    }
                }
            }
        } else if running.action == "DELETE" {
            member.role = 0;
            set.instances.remove(&account);
        } else {
            (member.role, instance.status, instance.detailed) = (version, InstanceStatus::Current, Detailed::Succeeded);
            instance.reason = None;
        }
    }

    /// What is under way with the stack ends.
    pub(super) fn settle_stack(&mut self) {
        let Some(stack) = &mut self.stack else { return };
        let (status, role) = match (stack.status.as_str(), self.stack_fails) {
            ("CREATE_IN_PROGRESS", true) => ("ROLLBACK_COMPLETE", Existing::Absent),
            ("UPDATE_IN_PROGRESS", true) => ("UPDATE_ROLLBACK_COMPLETE", self.role),
            ("DELETE_IN_PROGRESS", _) => {
                (self.stack, self.role) = (None, Existing::Absent);
                return;
            }
            (status, false) if status.ends_with("_IN_PROGRESS") => ("CREATE_COMPLETE", Existing::Equal),
            _ => return,
        };
        *stack = made_stack(status);
        if status == "ROLLBACK_COMPLETE" {
            stack.outputs.clear();
        }
        self.role = role;
    }
}
