//! Reads what is at AWS into what the decisions take, and forgets it when something was changed.

use super::calls::{all_pages, next_page, repeat};
use super::{StackSetError, StackSetRollout};
use crate::clock::Clock;
use crate::role_calls;
use crate::runner::Accounts;
use crate::trouble::Trouble;
use rolecall_lifecycle::rollout::{Action, Answer, ErrorClass, Existing};
use rolecall_lifecycle::stack_sets::{
    Detailed, Instance, InstanceStatus, ListedAccount, Operation, OperationResult, OperationStatus, Part, RoleSeen,
    Seen, Stack, StackSet, Wanted as Target, judge,
};
use rolecall_lifecycle::stack_sets::{Problem, Standing};
use rolecall_lifecycle::{AccountNumber, TimeMs};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::task::JoinSet;

/// How often roles that do not read as they should are read again: IAM is eventually consistent (IAM User Guide,
/// `troubleshoot_general`).
const ROUNDS: u8 = 3;

impl<C: Clock> StackSetRollout<C> {
    pub(super) async fn read(&mut self, part: Part, target: &Target) -> Result<(), StackSetError> {
        match part {
            Part::Stack => self.read_stack().await,
            Part::Role => self.read_role().await,
            Part::Set => self.read_set().await,
            Part::Operations => self.read_operations().await,
            Part::Instances => self.read_instances().await,
            Part::Results => self.read_results().await,
            Part::Accounts => self.read_accounts().await,
            Part::Roles => {
                self.read_roles(target).await;
                Ok(())
            }
        }
    }

    /// After a change of the management account's stack.
    pub(super) fn forget_stack(&mut self) {
        (self.memory.seen.stack, self.memory.seen.role) = (Seen::Unread, Seen::Unread);
    }

    /// After a change of the set, or when an operation ended.
    pub(super) fn forget_set(&mut self) {
        let seen = &mut self.memory.seen;
        (seen.set, seen.operations) = (Seen::Unread, Seen::Unread);
        (seen.instances, seen.results, seen.roles) = (Seen::Unread, Seen::Unread, Seen::Unread);
    }

    async fn read_stack(&mut self) -> Result<(), StackSetError> {
        let Some(connection) = self.access.management.clone() else { return Ok(()) };
        let name = self.parts.name.clone();
        let call = || {
            let (connection, name) = (connection.clone(), name.clone());
            async move { connection.describe_stack(&name).await }
        };
        let found = repeat(&mut self.clock, &self.settings.retries, call).await;
        let found = found.map_err(StackSetError::call("read the stack of the management account"))?;
        self.memory.seen.stack = Seen::Is(found.map(|stack| Stack {
            status: stack.status,
            reason: stack.status_reason,
            outputs: stack.outputs.into_iter().map(|(_, value)| value).collect(),
        }));
        Ok(())
    }

    /// A role that this run has just made or changed is read again before it counts as different.
    async fn read_role(&mut self) -> Result<(), StackSetError> {
        let Some(connection) = self.access.management.clone() else { return Ok(()) };
        let wanted = self.wanted.role(self.management());
        let tried = &self.memory.seen.tried;
        let is_new = tried.stack_creation || tried.stack_update;
        let mut made = 0;
        loop {
            let call = || {
                let (connection, wanted) = (connection.clone(), wanted.clone());
                async move { role_calls::read(&connection, &wanted, true).await }
            };
            let reading = repeat(&mut self.clock, &self.settings.retries, call).await;
            let reading = reading.map_err(StackSetError::call("read the role of the management account"))?;
            let again = is_new && reading.existing != Existing::Equal;
            if again && self.rest_for_propagation(made).await {
                made += 1;
                continue;
            }
            self.memory.management_trouble = reading.trouble;
            self.memory.seen.role = Seen::Is(reading.existing);
            // A role that came up since may be that of a stack that came up since: of another run.
            let came_up = self.memory.seen.stack == Seen::Is(None) && reading.existing != Existing::Absent;
            return if came_up { self.read_stack().await } else { Ok(()) };
        }
    }

    /// Waits for IAM to agree with itself; false when that was enough.
    pub(super) async fn rest_for_propagation(&mut self, made: u8) -> bool {
        let jitter = self.clock.jitter();
        let Some(wait) = self.settings.retries.propagation.wait(made, jitter) else { return false };
        let until = TimeMs(self.clock.now().0.saturating_add(wait.0));
        self.clock.sleep_until(until).await;
        true
    }

    async fn read_set(&mut self) -> Result<(), StackSetError> {
        let (connection, name, call_as) = (self.access.sets.clone(), self.parts.name.clone(), self.call_as());
        let call = || {
            let (connection, name) = (connection.clone(), name.clone());
            async move { connection.describe_stack_set(&name, call_as).await }
        };
        let found = repeat(&mut self.clock, &self.settings.retries, call).await;
        let found = found.map_err(StackSetError::call("read the stack set"))?.filter(|set| set.status != "DELETED");
        self.memory.managed_execution = found.as_ref().is_some_and(|set| set.managed_execution);
        self.memory.seen.set = Seen::Is(found.map(set_of));
        Ok(())
    }

    /// Pages are read until one has nothing that is under way, where the newest operations come first; else all.
    async fn read_operations(&mut self) -> Result<(), StackSetError> {
        if self.memory.seen.set == Seen::Is(None) {
            self.memory.seen.operations = Seen::Is(Vec::new());
            return Ok(());
        }
        let mut pages = self.access.sets.list_stack_set_operations(&self.parts.name, self.call_as());
        let mut all = Vec::new();
        loop {
            let page = next_page(&mut self.clock, &self.settings.retries, &mut pages).await;
            let Some(page) = page.map_err(StackSetError::call("list the operations of the stack set"))? else { break };
            let any_open = page.iter().any(|operation| !operation.is_over());
            let newest_first = page.iter().is_sorted_by(|one, next| one.created_at_s >= next.created_at_s);
            let is_enough = newest_first && !any_open && !page.is_empty();
            all.extend(page);
            if is_enough {
                break;
            }
        }
        // Stable: what began in the same second stays in AWS's order.
        all.sort_by_key(|operation| std::cmp::Reverse(operation.created_at_s));
        self.memory.seen.operations = Seen::Is(all.into_iter().map(operation_of).collect());
        Ok(())
    }

    async fn read_instances(&mut self) -> Result<(), StackSetError> {
        if self.memory.seen.set == Seen::Is(None) {
            self.memory.seen.instances = Seen::Is(Vec::new());
            return Ok(());
        }
        let pages = self.access.sets.list_stack_instances(&self.parts.name, None, self.call_as());
        let found = all_pages(&mut self.clock, &self.settings.retries, pages).await;
        let found = found.map_err(StackSetError::call("list the stack instances"))?;
        let instances: Vec<Instance> = found.into_iter().map(instance_of).collect();
        if self.memory.before.is_none() {
            self.memory.before = Some(instances.iter().map(|instance| instance.account).collect());
        }
        let current = instances.iter().filter(|instance| instance.status == InstanceStatus::Current).count();
        let failed = instances.iter().filter(|instance| {
            instance.status != InstanceStatus::Current
                && matches!(instance.detailed, Detailed::Failed | Detailed::Cancelled)
        });
        self.count(instances.len(), current, failed.count());
        self.memory.seen.instances = Seen::Is(instances);
        Ok(())
    }

    async fn read_results(&mut self) -> Result<(), StackSetError> {
        let newest = self.memory.seen.operations.get().and_then(|operations| operations.first());
        let Some(id) = newest.filter(|newest| newest.left_something()).map(|newest| newest.id.clone()) else {
            self.memory.seen.results = Seen::Is(Vec::new());
            return Ok(());
        };
        let pages = self.access.sets.list_stack_set_operation_results(&self.parts.name, &id, self.call_as());
        let found = all_pages(&mut self.clock, &self.settings.retries, pages).await;
        let found = found.map_err(StackSetError::call("read the results of an operation"))?;
        let open = found.into_iter().filter(|result| matches!(result.status.as_str(), "FAILED" | "CANCELLED"));
        let results = open.map(|result| OperationResult {
            account: AccountNumber::from(result.account),
            failed: result.status == "FAILED",
            reason: result.status_reason,
        });
        self.memory.seen.results = Seen::Is(results.collect());
        Ok(())
    }

    /// A listing that does not have the management account is another organization's, or not whole: nobody is judged by it.
    async fn read_accounts(&mut self) -> Result<(), StackSetError> {
        let pages = self.access.sets.list_accounts();
        let found = all_pages(&mut self.clock, &self.settings.retries, pages).await;
        let found = found.map_err(StackSetError::call("list the accounts of the organization"))?;
        let listed = |account: &rolecall_aws::Account| ListedAccount {
            account: AccountNumber::from(account.id),
            state: account.state,
        };
        let accounts: Vec<_> = found.iter().map(listed).collect();
        let management = self.management();
        if !accounts.iter().any(|listed| listed.account == management) {
            return Err(StackSetError::OtherOrganization(management));
        }
        self.memory.seen.accounts = Seen::Is(accounts);
        Ok(())
    }

    /// Reads the role in each account whose instance is current, and in those where a role was in the way.
    async fn read_roles(&mut self, target: &Target) {
        let Some(accounts) = self.access.accounts.clone() else {
            self.memory.seen.roles = Seen::Is(BTreeMap::new());
            return;
        };
        let judgement = judge(target, &self.choices(), &self.memory.seen);
        let is_read = |standing: &Standing| {
            matches!(standing, Standing::Unread | Standing::LeftAlone | Standing::Failed(Problem::Instance { .. }))
        };
        let open = judgement.accounts.into_iter().filter(|judged| is_read(&judged.standing));
        let mut open: Vec<AccountNumber> = open.map(|judged| judged.account).collect();
        let (total, mut roles, mut round, mut faults) = (open.len(), BTreeMap::new(), 0, 0);
        loop {
            let again = self.read_round(&accounts, &open, total, &mut roles).await;
            let (later, failed): (Vec<_>, Vec<_>) = again.into_iter().partition(|(_, differs)| *differs);
            let differs = round < ROUNDS && !later.is_empty() && self.rest_for_propagation(round).await;
            let passes = faults < self.settings.retries.fault.times && !failed.is_empty();
            if passes && !differs {
                let jitter = self.clock.jitter();
                let wait = self.settings.retries.fault.wait(faults, jitter).map_or(0, |wait| wait.0);
                let until = TimeMs(self.clock.now().0.saturating_add(wait));
                self.clock.sleep_until(until).await;
            }
            round += u8::from(differs);
            faults += u8::from(passes);
            open.clear();
            open.extend(later.into_iter().filter(|_| differs).map(|(account, _)| account));
            open.extend(failed.into_iter().filter(|_| passes).map(|(account, _)| account));
            if open.is_empty() {
                break;
            }
        }
        self.memory.seen.roles = Seen::Is(roles);
    }

    /// Reads some roles, so many at once. Gives those that are worth another look: whether one differs, or could not be read.
    async fn read_round(
        &mut self,
        accounts: &Arc<crate::aws_accounts::AwsAccounts>,
        open: &[AccountNumber],
        total: usize,
        roles: &mut BTreeMap<AccountNumber, RoleSeen>,
    ) -> Vec<(AccountNumber, bool)> {
        let (mut tasks, mut left, mut again) = (JoinSet::new(), open.iter().copied(), Vec::new());
        loop {
            while tasks.len() < self.settings.read_at_once.max(1)
                && let Some(account) = left.next()
            {
                let accounts = Arc::clone(accounts);
                tasks.spawn(async move {
                    let performed = accounts.perform(account, Action::Verify, false).await;
                    accounts.forget(account);
                    (account, performed)
                });
            }
            let Some(joined) = tasks.join_next().await else { break };
            // A task that panicked leaves its account unread.
            let Ok((account, performed)) = joined else { continue };
            let (seen, look_again) = role_seen(performed.answer);
            again.extend(look_again.map(|differs| (account, differs)));
            roles.insert(account, seen);
            self.keep(account, seen, performed.trouble);
            let equal = roles.values().filter(|role| **role == RoleSeen::Is(Existing::Equal)).count();
            self.count(total, equal, roles.len().saturating_sub(equal));
        }
        again
    }

    fn keep(&mut self, account: AccountNumber, seen: RoleSeen, trouble: Option<Trouble>) {
        match trouble.filter(|_| seen != RoleSeen::Is(Existing::Equal)) {
            Some(trouble) => _ = self.memory.troubles.insert(account, trouble),
            None => _ = self.memory.troubles.remove(&account),
        }
    }
}

/// What was read, and whether it is worth another look: true when the role differs, false when the calls failed.
const fn role_seen(answer: Answer) -> (RoleSeen, Option<bool>) {
    match answer {
        Answer::Found(Existing::Equal) => (RoleSeen::Is(Existing::Equal), None),
        Answer::Found(other) => (RoleSeen::Is(other), Some(true)),
        Answer::Failed(ErrorClass::Throttled | ErrorClass::Fault | ErrorClass::Busy) => (RoleSeen::Unread, Some(false)),
        Answer::Failed(_) | Answer::NotMade(_) | Answer::Succeeded => (RoleSeen::Unread, None),
    }
}

fn set_of(set: rolecall_aws::StackSet) -> StackSet {
    let (service_managed, auto_deployment) = match set.permission_model {
        rolecall_aws::PermissionModel::ServiceManaged(deployment) => {
            (true, deployment.enabled.then_some(deployment.retain_stacks_on_account_removal))
        }
        rolecall_aws::PermissionModel::SelfManaged { .. } => (false, None),
    };
    StackSet {
        id: set.id,
        template: set.template_body,
        parameters: set.parameters.len(),
        service_managed,
        auto_deployment,
        units: set.organizational_unit_ids,
        regions: set.regions,
    }
}

fn operation_of(operation: rolecall_aws::StackSetOperation) -> Operation {
    Operation {
        id: operation.id,
        action: operation.action,
        status: OperationStatus::of(&operation.status),
        failed: operation.failed_stack_instances.and_then(|failed| u32::try_from(failed).ok()).unwrap_or(0),
    }
}

fn instance_of(instance: rolecall_aws::StackInstance) -> Instance {
    Instance {
        account: AccountNumber::from(instance.account),
        region: instance.region,
        status: InstanceStatus::of(&instance.status),
        detailed: Detailed::of(instance.detailed_status.as_deref()),
        reason: instance.status_reason,
        unit: instance.organizational_unit_id,
        operation: instance.last_operation_id,
    }
}
