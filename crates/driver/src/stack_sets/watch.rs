//! Waits for what is under way at AWS, with growing waits, and counts what is done meanwhile.

use super::calls::{all_pages, repeat};
use super::{StackSetError, StackSetRollout};
use crate::clock::Clock;
use rolecall_lifecycle::{DurationMs, TimeMs};
use tokio::sync::watch as channel;

impl<C: Clock> StackSetRollout<C> {
    /// Waits a while, then the stack is read again.
    pub(super) async fn wait_for_stack(&mut self, stop: &mut channel::Receiver<bool>) {
        let wait = self.next_wait();
        self.rest(wait, stop).await;
        self.forget_stack();
    }

    /// Looks at an operation until it is over, or a stop is asked for. After that everything about the set is read again.
    pub(super) async fn watch(&mut self, id: &str, stop: &mut channel::Receiver<bool>) -> Result<(), StackSetError> {
        self.memory.waits = 0;
        // Whoever made the last change wait is seen now.
        self.memory.doubtful = 0;
        let mut counted_at = TimeMs(0);
        for look in 0_u64.. {
            let (connection, name, call_as) = (self.access.sets.clone(), self.parts.name.clone(), self.call_as());
            let call = || {
                let (connection, name) = (connection.clone(), name.clone());
                async move { connection.describe_stack_set_operation(&name, id, call_as).await }
            };
            match repeat(&mut self.clock, &self.settings.retries, call).await {
                Ok(operation) if !operation.is_over() => {}
                // The listing that named it is behind, or it is gone with its set: the next one is not asked for at once.
                Ok(_) if look > 0 => break,
                Ok(_) => {
                    let wait = self.next_wait();
                    self.rest(wait, stop).await;
                    break;
                }
                Err(failure) if failure.is_not_found() => {
                    let wait = self.next_wait();
                    self.rest(wait, stop).await;
                    break;
                }
                Err(failure) => return Err(StackSetError::call("look at an operation of the stack set")(failure)),
            }
            let began = self.clock.now();
            if counted_at <= began {
                self.count_results(id).await;
                // A listing of ten thousand accounts takes a minute at AWS's rates: no more than a fifth of the time goes there.
                counted_at = TimeMs(began.0.saturating_add(self.clock.now().since(began).0.saturating_mul(5)));
            }
            let wait = self.next_wait();
            let stopping = self.rest(wait, stop).await;
            if stopping && !self.memory.asked_to_stop {
                return Ok(());
            }
        }
        self.memory.waits = 0;
        self.forget_set();
        Ok(())
    }

    /// Stops an operation: what is under way in an account is finished, the rest is cancelled.
    pub(super) async fn stop_operation(&mut self, id: &str) -> Result<(), StackSetError> {
        let (connection, name, call_as) = (self.access.sets.clone(), self.parts.name.clone(), self.call_as());
        let call = || {
            let (connection, name) = (connection.clone(), name.clone());
            async move { connection.stop_stack_set_operation(&name, id, call_as).await }
        };
        self.memory.asked_to_stop = true;
        match repeat(&mut self.clock, &self.settings.retries, call).await {
            // It ended meanwhile.
            Err(failure) if failure.code == "InvalidOperationException" || failure.is_not_found() => Ok(()),
            answer => answer.map_err(StackSetError::call("stop the operation")),
        }
    }

    /// For who looks on; that it cannot be counted changes nothing.
    async fn count_results(&mut self, id: &str) {
        let pages = self.access.sets.list_stack_set_operation_results(&self.parts.name, id, self.call_as());
        if let Ok(results) = all_pages(&mut self.clock, &self.settings.retries, pages).await {
            let with = |words: &[&str]| results.iter().filter(|result| words.contains(&result.status.as_str())).count();
            self.count(results.len(), with(&["SUCCEEDED"]), with(&["FAILED", "CANCELLED"]));
        }
    }

    fn next_wait(&mut self) -> DurationMs {
        let (first, most) = self.settings.poll;
        let factor = 1_u64.checked_shl(self.memory.waits).unwrap_or(u64::MAX);
        self.memory.waits = self.memory.waits.saturating_add(1).min(32);
        DurationMs(first.0.saturating_mul(factor).min(most.0).max(1))
    }

    /// Waits, or until a stop is asked for: true then.
    async fn rest(&self, wait: DurationMs, stop: &mut channel::Receiver<bool>) -> bool {
        let until = TimeMs(self.clock.now().0.saturating_add(wait.0));
        // A stop that was asked for and answered is not waited for again.
        if self.memory.asked_to_stop || stop.has_changed().is_err() {
            self.clock.sleep_until(until).await;
            return *stop.borrow();
        }
        tokio::select! {
            biased;
            stopping = stop.wait_for(|stop| *stop) => stopping.is_ok_and(|stop| *stop),
            () = self.clock.sleep_until(until) => false,
        }
    }
}
