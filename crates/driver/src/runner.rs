//! The loop around the rollout's machine: hands events in, writes entries down, makes the calls behind them. A call is made
//! when its entry is on disk. Answers that come while the disk writes are handed in together, so that many accounts go with
//! one write. Only accounts under way have a task.

mod port;
mod progress;

#[cfg(test)]
mod tests;

pub use port::{Accounts, Confirmation, Performed};
pub use progress::Progress;

use crate::clock::Clock;
use crate::journal::{Batch, Journal, JournalError, Recorded};
use crate::summary::Summary;
use crate::trouble::Trouble;
use progress::Tally;
use rolecall_core::access_check::Verdict;
use rolecall_lifecycle::rollout::{Action, Effect, Entry, Event, Next, Outcome, Rollout, RunKind};
use rolecall_lifecycle::{AccountNumber, TimeMs};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet, spawn_blocking};

/// Calls of the machine that are out at once, whatever the plan allows: what a task and its connection take stays bounded.
pub const CALLS_AT_ONCE: usize = 512;

/// Answers that are handed in before the disk is asked.
const BATCH: usize = 1_024;

/// Why a run could not be carried on. What is in the journal is not lost: the run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Another kind of run is under way.
    #[error("a {} is under way in this journal: finish it with `rolecall rollout {}`, then begin another", run_word(*.0), command(*.0))]
    OtherRun(RunKind),
    /// A call ended without an answer.
    #[error("a call ended without an answer: {0}; run the command again, it goes on from the journal")]
    CallLost(#[source] JoinError),
    /// Nothing is under way and the run is not over.
    #[error("the run waits for nothing: this is a fault of rolecall, please report it with the journal")]
    Stalled,
}

const fn run_word(kind: RunKind) -> &'static str {
    match kind {
        RunKind::Rollout => "rollout",
        RunKind::Verify => "verification",
        RunKind::Remove => "removal",
    }
}

const fn command(kind: RunKind) -> &'static str {
    match kind {
        RunKind::Rollout => "apply",
        RunKind::Verify => "verify",
        RunKind::Remove => "remove",
    }
}

/// What a run came to.
#[derive(Debug)]
pub struct Ended {
    /// How it ended.
    pub outcome: Outcome,
    /// What became of the accounts.
    pub summary: Summary,
    /// How often the journal was written to disk.
    pub commits: u64,
}

/// What the tasks send.
enum Came {
    Answered(AccountNumber, Action, Performed),
    Checked(Verdict, Option<Trouble>),
    Said(Confirmation),
}

/// A rollout with its journal and its accounts.
pub struct Runner<A, C> {
    rollout: Rollout,
    journal: Option<Journal>,
    accounts: Arc<A>,
    clock: C,
    tally: Tally,
    progress: watch::Sender<Progress>,
    troubles: BTreeMap<AccountNumber, Trouble>,
    calls: JoinSet<Came>,
    calls_at_once: usize,
    effects: Vec<Effect>,
    batch: Batch,
    to_call: VecDeque<(AccountNumber, Action)>,
    to_ask: Option<Effect>,
    ended: Option<Outcome>,
    lost: Option<JoinError>,
}

impl<A: Accounts, C: Clock> Runner<A, C> {
    /// A rollout as its journal says.
    ///
    /// # Errors
    /// When the plan in the journal is none.
    pub fn new(journal: Journal, recorded: Recorded, accounts: Arc<A>, clock: C) -> Result<Self, JournalError> {
        let plan = recorded.plan.plan().map_err(|error| journal.unusable(error))?;
        let mut tally = Tally::new(plan.wave_count());
        recorded.entries.iter().for_each(|entry| tally.count(entry));
        Ok(Self {
            rollout: Rollout::resume(plan, &recorded.entries),
            journal: Some(journal),
            accounts,
            clock,
            tally,
            progress: watch::Sender::new(Progress::default()),
            troubles: recorded.troubles,
            calls: JoinSet::new(),
            calls_at_once: CALLS_AT_ONCE,
            effects: Vec::new(),
            batch: Batch::default(),
            to_call: VecDeque::new(),
            to_ask: None,
            ended: None,
            lost: None,
        })
    }

    /// Bounds the calls that are out at once.
    #[must_use]
    pub fn with_calls_at_once(mut self, calls: usize) -> Self {
        self.calls_at_once = calls.max(1);
        self
    }

    /// How far the run is, at any time: the newest value counts, nothing waits for who looks.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    /// The machine.
    pub const fn rollout(&self) -> &Rollout {
        &self.rollout
    }

    /// Begins a run of this kind, or goes on with the one that the journal has. Once `stop` is true no further account is
    /// begun, those under way are finished, and the run can go on later.
    ///
    /// # Errors
    /// See [`RunError`].
    pub async fn run(mut self, kind: RunKind, mut stop: watch::Receiver<bool>) -> Result<Ended, RunError> {
        self.start(kind)?;
        self.tally.set_left(self.rollout.left());
        let (mut stopping, mut stop_may_come) = (false, true);
        loop {
            if !stopping && *stop.borrow_and_update() {
                stopping = true;
                self.hand_in(&Event::StopRequested);
            }
            self.commit().await?;
            self.make_calls();
            let now = self.clock.now();
            self.progress.send_replace(self.tally.progress(now, self.rollout.state().under_way()));
            if let Some(outcome) = self.ended {
                let summary = Summary::of(&self.rollout, &self.troubles);
                let commits = self.journal.as_ref().map_or(0, Journal::commits);
                return Ok(Ended { outcome, summary, commits });
            }
            let due = self.rollout.next_due();
            if self.calls.is_empty() && due.is_none() {
                return Err(self.lost.map_or(RunError::Stalled, RunError::CallLost));
            }
            tokio::select! {
                biased;
                Some(came) = self.calls.join_next(), if !self.calls.is_empty() => self.take(came, kind),
                changed = stop.changed(), if stop_may_come && !stopping => stop_may_come = changed.is_ok(),
                () = self.clock.sleep_until(due.unwrap_or(TimeMs(u64::MAX))), if due.is_some() => {
                    self.hand_in(&Event::TimerDue);
                }
            }
        }
    }

    fn start(&mut self, kind: RunKind) -> Result<(), RunError> {
        let state = self.rollout.state();
        let (last, outcome, stopping) = (state.kind(), state.outcome(), state.is_stopping());
        match (last, outcome) {
            (Some(last), None) if last != kind => return Err(RunError::OtherRun(last)),
            (Some(last), None | Some(Outcome::Stopped)) if last == kind => {
                self.hand_in(&Event::Restarted);
                if stopping {
                    self.hand_in(&Event::ContinueRequested);
                }
            }
            _ => self.hand_in(&Event::Begin { kind }),
        }
        Ok(())
    }

    /// Takes an answer, and all others that are there.
    fn take(&mut self, first: Result<Came, JoinError>, kind: RunKind) {
        let mut next = Some(first);
        for _ in 0..BATCH {
            let Some(came) = next.take().or_else(|| self.calls.try_join_next()) else { break };
            match came {
                // No further account is begun, those under way are finished; the one that was lost is read again later.
                Err(lost) => {
                    self.lost = Some(lost);
                    self.hand_in(&Event::StopRequested);
                }
                Ok(Came::Answered(account, action, Performed { answer, trouble })) => {
                    self.keep(account, trouble);
                    let jitter = self.clock.jitter();
                    self.hand_in(&Event::Answered { account, action, answer, jitter });
                }
                Ok(Came::Checked(verdict, trouble)) => {
                    self.keep(self.rollout.plan().management(), trouble);
                    let jitter = self.clock.jitter();
                    self.hand_in(&Event::ProbesAnswered { verdict, jitter });
                }
                Ok(Came::Said(Confirmation::Given)) => self.hand_in(&Event::Confirmed),
                Ok(Came::Said(Confirmation::Refused)) if kind == RunKind::Rollout => {
                    self.hand_in(&Event::StopRequested);
                }
                Ok(Came::Said(Confirmation::Refused)) => {}
            }
        }
    }

    fn keep(&mut self, account: AccountNumber, trouble: Option<Trouble>) {
        let Some(trouble) = trouble else { return };
        self.batch.troubles.push((account, trouble.clone()));
        self.troubles.insert(account, trouble);
    }

    fn hand_in(&mut self, event: &Event) {
        let now = self.clock.now();
        self.rollout.step(now, event, &mut self.effects);
        for effect in self.effects.drain(..) {
            match effect {
                Effect::Journal(entry) => {
                    self.tally.count(&entry);
                    self.batch.entries.push(entry);
                    match entry {
                        Entry::Answered { account, next: Next::Settle(settled), .. } => {
                            self.accounts.forget(account);
                            if !crate::summary::is_open(settled) {
                                self.troubles.remove(&account);
                            }
                        }
                        // Whatever kept the vendor out is over.
                        Entry::Unlocked { .. } => {
                            let management = self.rollout.plan().management();
                            self.troubles.remove(&management);
                            self.batch.mended.push(management);
                        }
                        Entry::Continued { .. } => self.ended = None,
                        _ => {}
                    }
                }
                Effect::Call { account, action } => self.to_call.push_back((account, action)),
                Effect::AskProbes { .. } | Effect::AskConfirmation { .. } => self.to_ask = Some(effect),
                Effect::Finished { outcome, .. } => self.ended = Some(outcome),
                // The machine is asked for the moment itself; an answer that is not waited for any more changes nothing.
                Effect::Schedule { .. } | Effect::Ignored(_) => {}
            }
        }
    }

    /// Brings the entries to disk; what stands behind them may be done then.
    async fn commit(&mut self) -> Result<(), RunError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let Some(mut journal) = self.journal.take() else { return Err(RunError::Stalled) };
        let batch = std::mem::take(&mut self.batch);
        let written = spawn_blocking(move || {
            let written = journal.append(&batch);
            (journal, written)
        });
        let (journal, written) = written.await.map_err(RunError::CallLost)?;
        self.journal = Some(journal);
        Ok(written?)
    }

    fn make_calls(&mut self) {
        while self.calls.len() < self.calls_at_once {
            let Some((account, action)) = self.to_call.pop_front() else { break };
            let accounts = Arc::clone(&self.accounts);
            let name_taken = self.rollout.target(account).is_some_and(|target| target.name_taken);
            self.calls.spawn(async move {
                Came::Answered(account, action, accounts.perform(account, action, name_taken).await)
            });
        }
        let accounts = Arc::clone(&self.accounts);
        match self.to_ask.take() {
            Some(Effect::AskProbes { account }) => {
                self.calls.spawn(async move {
                    let (verdict, trouble) = accounts.check_access(account).await;
                    Came::Checked(verdict, trouble)
                });
            }
            Some(Effect::AskConfirmation { account }) => {
                self.calls.spawn(async move { Came::Said(accounts.confirmation(account).await) });
            }
            _ => {}
        }
    }
}
