//! How an operation on a stack set runs: Region by Region, so many accounts at once as the preferences allow, until more
//! failed than are tolerated; one operation at a time unless managed execution lets those that do not conflict run together.

use super::deploy::Outcome;
use super::operation::{Operation, OperationId, OperationStatus, Target, Work};
use super::sets::{Instance, SetKey};
use super::{DetailedStatus, InstanceStatus};
use crate::account::{AccountNumber, AccountState};
use crate::error::{ApiError, Code};
use crate::text::TextId;
use crate::trace::Event;
use crate::world::{Pending, World};

/// Instances of one set that are worked on at once.
const SET_RUNNING_MAX: usize = 100;
/// Instance operations at once, of all sets (an account's quota in AWS, the world's here).
const RUNNING_MAX: usize = 10_000;
/// Operations of a set that are remembered. AWS keeps them for 90 days.
const REMEMBERED_MAX: usize = 1_000;
/// Open operations of a set that are looked at for one that can run beside others, under managed execution.
const MANAGED_WINDOW: usize = 64;

impl World {
    pub(super) fn in_progress(&self, key: SetKey) -> ApiError {
        let set = self.set(key);
        let running = set.open.front().map_or(0, |id| id.0);
        let name = self.texts.get(set.name);
        let text = format!("Another Operation on StackSet {name} is in progress: operation {running}");
        ApiError::written(Code::OperationInProgress, text)
    }

    /// Whether an operation may begin, or at least wait.
    pub(super) fn check_free(&self, key: SetKey) -> Result<(), ApiError> {
        let set = self.set(key);
        if set.managed_execution || set.open.is_empty() { Ok(()) } else { Err(self.in_progress(key)) }
    }

    /// Begins an operation that somebody asked for.
    pub(super) fn begin_operation(&mut self, key: SetKey, operation: Operation) -> Result<OperationId, ApiError> {
        self.check_free(key)?;
        Ok(self.enqueue(key, operation))
    }

    /// Adds an operation: it begins unless it must wait for another one.
    pub(super) fn enqueue(&mut self, key: SetKey, mut operation: Operation) -> OperationId {
        let set = self.set_mut(key);
        let id = OperationId(set.next_operation);
        set.next_operation += 1;
        operation.id = id;
        set.open.push_back(id);
        set.operations.insert(id.0, operation);
        self.make_instances(key, id, DetailedStatus::Pending);
        self.trace_operation(key, id);
        self.advance(key);
        id
    }

    /// Makes the instances of a deployment that are not there: when it is asked for, and again when it begins, because an
    /// older operation may have deleted them.
    fn make_instances(&mut self, key: SetKey, id: OperationId, detailed: DetailedStatus) {
        let set = self.set_mut(key);
        let Some(operation) = set.operations.get(&id.0) else { return };
        let deploys = matches!(operation.work, Work::Deploy { .. });
        for target in &operation.targets {
            let place = (target.number, target.region);
            if deploys {
                set.instances.entry(place).or_insert(Instance::NEW);
            }
            if let Some(instance) = set.instances.get_mut(&place) {
                (instance.detailed, instance.last_operation) = (detailed, Some(id));
            }
        }
    }

    /// Starts what waits and may run, begins instances, ends what is done; until nothing ends any more.
    fn advance(&mut self, key: SetKey) {
        loop {
            for id in self.ready(key) {
                self.make_instances(key, id, DetailedStatus::Pending);
                self.assign_units(key, id);
                self.set_mut(key).active.push(id);
                self.set_operation_status(key, id, OperationStatus::Running);
            }
            let mut ended = false;
            for id in self.set(key).active.clone() {
                self.pump(key, id);
                ended |= self.end_if_done(key, id);
            }
            if !ended {
                return;
            }
        }
    }

    /// What waits and may run: the oldest operation alone, or under managed execution everything that touches no instance of
    /// an older open one.
    fn ready(&self, key: SetKey) -> Vec<OperationId> {
        let set = self.set(key);
        let looked_at = if set.managed_execution { MANAGED_WINDOW } else { 1 };
        let open: Vec<_> = set.open.iter().take(looked_at).filter_map(|id| set.operations.get(&id.0)).collect();
        let free = |place: usize, operation: &Operation| !open.iter().take(place).any(|older| older.touches(operation));
        let waiting = open.iter().enumerate().filter(|(_, operation)| operation.status == OperationStatus::Queued);
        waiting.filter(|(place, operation)| free(*place, operation)).map(|(_, operation)| operation.id).collect()
    }

    /// Begins as many instances as may run.
    fn pump(&mut self, key: SetKey, id: OperationId) {
        while let Some((index, target)) = self.next_target(key, id) {
            let Some(account) = self.key_of(target.number) else { continue };
            let state = self.account(account).state;
            let suspended = matches!(state, AccountState::Suspended | AccountState::Closed);
            if suspended && self.set(key).organization.is_some() {
                // "SKIPPED_SUSPENDED_ACCOUNT": neither a failure nor a stack.
                self.finish_target(key, id, index, &Outcome::Skipped);
                continue;
            }
            self.set_target(key, id, index, DetailedStatus::Running);
            let set = self.set_mut(key);
            set.running += 1;
            if let Some(operation) = set.operations.get_mut(&id.0) {
                operation.running += 1;
            }
            self.cloudformation.running += 1;
            let delay = self.draw_account(account, |settings, draw| settings.stack.draw(draw));
            let (set, operation, target) = (key.0, id.0, u32::try_from(index).unwrap_or(u32::MAX));
            self.queue.push(self.now + delay, Pending::InstanceDone { set, operation, target });
        }
    }

    /// The next instance to begin, when one may.
    fn next_target(&mut self, key: SetKey, id: OperationId) -> Option<(usize, Target)> {
        if self.set(key).running >= SET_RUNNING_MAX {
            return None;
        }
        let full = self.cloudformation.running >= RUNNING_MAX;
        let operation = self.set_mut(key).operations.get_mut(&id.0)?;
        if operation.status != OperationStatus::Running {
            return None;
        }
        let mut region = *operation.regions.get(operation.region)?;
        if operation.next >= region.end {
            if operation.running > 0 {
                return None;
            }
            operation.region += 1;
            region = *operation.regions.get(operation.region)?;
        }
        let may_run = operation.preferences.concurrency(region.accounts, region.failed);
        if operation.running >= may_run {
            return None;
        }
        if full {
            if !self.cloudformation.starved.contains(&key) {
                self.cloudformation.starved.push_back(key);
            }
            return None;
        }
        let index = operation.next;
        operation.next += 1;
        operation.targets.get(index).map(|target| (index, *target))
    }

    /// The event that the work on an instance is over.
    pub(crate) fn instance_done(&mut self, set: u32, operation: u32, target: u32) {
        let (key, id, index) = (SetKey(set), OperationId(operation), target as usize);
        let Some(operation) = self.set(key).operations.get(&id.0) else { return };
        let (Some(at), work) = (operation.targets.get(index).copied(), operation.work) else { return };
        let Some(account) = self.key_of(at.number) else { return };
        let outcome = self.work_on(key, account, &at, work);
        let set = self.set_mut(key);
        set.running -= 1;
        if let Some(operation) = set.operations.get_mut(&id.0) {
            operation.running -= 1;
        }
        self.cloudformation.running -= 1;
        self.finish_target(key, id, index, &outcome);
        self.advance(key);
        // Sets that wait for the quota of the world go on in the order in which they met it.
        if let Some(waiting) = self.cloudformation.starved.pop_front() {
            self.advance(waiting);
        }
    }

    /// Writes down how an instance ended, and stops the operation when too many failed.
    fn finish_target(&mut self, key: SetKey, id: OperationId, index: usize, outcome: &Outcome) {
        let detailed = outcome.detailed();
        self.set_target(key, id, index, detailed);
        let Some(operation) = self.set_mut(key).operations.get_mut(&id.0) else { return };
        let failed = matches!(outcome, Outcome::Failed(_));
        let (Some(target), work, preferences) =
            (operation.targets.get(index).copied(), operation.work, operation.preferences)
        else {
            return;
        };
        let mut too_many = false;
        if let Some(region) = operation.regions.iter_mut().find(|region| index < region.end) {
            region.failed += u32::from(failed);
            too_many = region.failed > preferences.tolerance(region.accounts);
        }
        self.record_outcome(key, &target, work, outcome);
        if failed && too_many {
            self.cancel_rest(key, id, OperationStatus::Failed);
        }
    }

    fn record_outcome(&mut self, key: SetKey, target: &Target, work: Work, outcome: &Outcome) {
        let place = (target.number, target.region);
        let set = self.set_mut(key);
        match outcome {
            Outcome::Failed(reason) => {
                set.reasons.insert(place, reason.clone());
            }
            _ => {
                set.reasons.remove(&place);
            }
        }
        if matches!((work, outcome), (Work::Delete { .. }, Outcome::Succeeded)) {
            set.instances.remove(&place);
            return;
        }
        let Some(instance) = set.instances.get_mut(&place) else { return };
        match (work, outcome) {
            (Work::DetectDrift, _) => {}
            (_, Outcome::Succeeded) => instance.status = InstanceStatus::Current,
            (Work::Delete { .. }, Outcome::Failed(_)) => {
                (instance.status, instance.detailed) = (InstanceStatus::Inoperable, DetailedStatus::Inoperable);
            }
            (_, Outcome::Skipped | Outcome::Failed(_)) => instance.status = InstanceStatus::Outdated,
        }
    }

    /// Cancels what has not begun; the operation ends as `ends_as` once the rest is done.
    pub(super) fn cancel_rest(&mut self, key: SetKey, id: OperationId, ends_as: OperationStatus) {
        let Some(operation) = self.set_mut(key).operations.get_mut(&id.0) else { return };
        if operation.status.is_over() {
            return;
        }
        let rest = operation.next..operation.targets.len();
        operation.next = operation.targets.len();
        operation.ends_as = ends_as;
        for index in rest {
            self.set_target(key, id, index, DetailedStatus::Cancelled);
            self.drop_cancelled(key, id, index);
        }
    }

    /// Stops an operation as somebody asked.
    pub(super) fn stop(&mut self, key: SetKey, id: OperationId) {
        self.cancel_rest(key, id, OperationStatus::Stopped);
        self.set_operation_status(key, id, OperationStatus::Stopping);
        if !self.set(key).active.contains(&id) {
            self.set_mut(key).active.push(id);
        }
        self.advance(key);
    }

    /// A cancelled instance is outdated; a cancelled deletion leaves the instance as it was.
    fn drop_cancelled(&mut self, key: SetKey, id: OperationId, index: usize) {
        let set = self.set_mut(key);
        let Some(operation) = set.operations.get(&id.0) else { return };
        let Some(target) = operation.targets.get(index) else { return };
        if let (Work::Deploy { .. }, Some(instance)) =
            (operation.work, set.instances.get_mut(&(target.number, target.region)))
        {
            instance.status = InstanceStatus::Outdated;
        }
    }

    /// Ends an operation of which nothing is left.
    fn end_if_done(&mut self, key: SetKey, id: OperationId) -> bool {
        let now = self.now;
        let set = self.set_mut(key);
        let Some(operation) = set.operations.get_mut(&id.0) else { return false };
        if operation.running > 0 || operation.next < operation.targets.len() {
            return false;
        }
        operation.ended_at = Some(now);
        let status = operation.ends_as;
        set.active.retain(|active| *active != id);
        if let Some(place) = set.open.iter().position(|open| *open == id) {
            set.open.remove(place);
        }
        while set.operations.len() > REMEMBERED_MAX {
            let oldest = set.operations.iter().find(|(_, operation)| operation.ended_at.is_some()).map(|(id, _)| *id);
            let Some(oldest) = oldest else { break };
            set.operations.remove(&oldest);
        }
        self.set_operation_status(key, id, status);
        true
    }

    fn set_operation_status(&mut self, key: SetKey, id: OperationId, status: OperationStatus) {
        if let Some(operation) = self.set_mut(key).operations.get_mut(&id.0) {
            operation.status = status;
        }
        self.trace_operation(key, id);
    }

    fn trace_operation(&mut self, key: SetKey, id: OperationId) {
        let set = self.set(key);
        let Some(operation) = set.operations.get(&id.0) else { return };
        let (entity, event) = (set.entity(), Event::Operation(id.0, operation.status as u8));
        self.trace.add(self.now, entity, event);
    }

    fn set_target(&mut self, key: SetKey, id: OperationId, index: usize, status: DetailedStatus) {
        let set = self.set_mut(key);
        let entity = set.entity();
        let target = set.operations.get_mut(&id.0).and_then(|operation| operation.targets.get_mut(index));
        let Some(target) = target else { return };
        target.status = status;
        let place: (AccountNumber, TextId) = (target.number, target.region);
        if let Some(instance) = set.instances.get_mut(&place) {
            instance.detailed = status;
        }
        let event = Event::Instance(place.0, self.texts.hash(place.1), status as u8);
        self.trace.add(self.now, entity, event);
    }
}
