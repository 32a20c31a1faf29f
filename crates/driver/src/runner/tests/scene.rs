//! Accounts in memory with roles that are made in two steps, so that a death in between leaves half a role.

use super::clock::TestClock;
use crate::journal::{Journal, StoredPlan};
use crate::runner::{Accounts, Confirmation, Ended, Performed, Progress, RunError, Runner};
use crate::trouble::Trouble;
use rolecall_core::access_check::{Verdict, mix};
use rolecall_lifecycle::rollout::{Action, Answer, Entry, ErrorClass, Existing, PlannedMember, RunKind, Settings};
use rolecall_lifecycle::{AccountNumber, AccountState};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

pub(super) fn account(number: u64) -> AccountNumber {
    AccountNumber::new(number).unwrap()
}

#[derive(Default)]
struct Inside {
    roles: BTreeMap<AccountNumber, Existing>,
    creations: BTreeMap<AccountNumber, u32>,
    denied: BTreeSet<AccountNumber>,
    verdicts: VecDeque<Verdict>,
    confirmation: Option<Confirmation>,
    calls: u64,
    out: usize,
    most_out: usize,
    forgotten: usize,
    die_after: Option<u64>,
    stop_after: Option<u64>,
    fail_percent: u64,
    checks_told: u32,
    drawn: u64,
    look_into: Option<PathBuf>,
    looked_up: usize,
    unwritten: usize,
    break_after: Option<(PathBuf, u64)>,
}

#[derive(Default)]
pub(super) struct TestAccounts {
    inside: Mutex<Inside>,
    stop: watch::Sender<bool>,
}

impl TestAccounts {
    fn with<T>(&self, work: impl FnOnce(&mut Inside) -> T) -> T {
        work(&mut self.inside.lock().unwrap())
    }

    pub(super) fn deny(&self, account: AccountNumber) {
        self.with(|inside| inside.denied.insert(account));
    }

    pub(super) fn admit_all(&self) {
        self.with(|inside| inside.denied.clear());
    }

    pub(super) fn verdicts(&self, verdicts: &[Verdict]) {
        self.with(|inside| inside.verdicts = verdicts.iter().copied().collect());
    }

    pub(super) fn confirm(&self, confirmation: Confirmation) {
        self.with(|inside| inside.confirmation = Some(confirmation));
    }

    pub(super) fn fail_percent(&self, percent: u64) {
        self.with(|inside| inside.fail_percent = percent);
    }

    pub(super) fn look_into(&self, journal: PathBuf) {
        self.with(|inside| inside.look_into = Some(journal));
    }

    pub(super) fn break_journal_after(&self, journal: PathBuf, calls: u64) {
        self.with(|inside| inside.break_after = Some((journal, calls)));
    }

    pub(super) fn roles(&self) -> BTreeMap<AccountNumber, Existing> {
        self.with(|inside| inside.roles.clone())
    }

    pub(super) fn creations(&self) -> BTreeMap<AccountNumber, u32> {
        self.with(|inside| inside.creations.clone())
    }

    pub(super) fn most_at_once(&self) -> usize {
        self.with(|inside| inside.most_out)
    }

    pub(super) fn forgotten(&self) -> usize {
        self.with(|inside| inside.forgotten)
    }

    pub(super) fn calls_looked_up(&self) -> usize {
        self.with(|inside| inside.looked_up)
    }

    pub(super) fn calls_unwritten(&self) -> usize {
        self.with(|inside| inside.unwritten)
    }

    pub(super) fn checks_told_why(&self) -> u32 {
        self.with(|inside| inside.checks_told)
    }

    fn begin(&self, account: AccountNumber, action: Action) {
        let died = self.with(|inside| {
            inside.calls += 1;
            inside.out += 1;
            inside.most_out = inside.most_out.max(inside.out);
            if inside.stop_after.is_some_and(|calls| inside.calls >= calls) {
                self.stop.send_replace(true);
            }
            if let Some(journal) = &inside.look_into {
                let entries = Journal::read(journal).unwrap().entries;
                let began = |entry: &&Entry| {
                    matches!(entry, Entry::Began { account: of, action: begun, .. } if (*of, *begun) == (account, action))
                };
                inside.looked_up += 1;
                inside.unwritten += usize::from(!entries.iter().any(|entry| began(&entry)));
            }
            if let Some((journal, calls)) = &inside.break_after
                && inside.calls == *calls
            {
                let connection = rusqlite::Connection::open(journal).unwrap();
                connection.execute_batch("DROP TABLE entry").unwrap();
            }
            inside.die_after.take_if(|calls| inside.calls >= *calls).is_some()
        });
        // The end of the program, as far as a task can bring it about.
        assert!(!died, "the program ends here");
    }

    /// Whether a call fails, and whether it had its effect.
    fn draw(&self) -> (bool, bool) {
        self.with(|inside| {
            inside.drawn += 1;
            let drawn = mix(inside.drawn);
            (drawn % 100 < inside.fail_percent, drawn.is_multiple_of(2))
        })
    }

    fn work(&self, account: AccountNumber, action: Action) -> Answer {
        self.with(|inside| match action {
            Action::Read | Action::Verify => {
                Answer::Found(inside.roles.get(&account).copied().unwrap_or(Existing::Absent))
            }
            Action::Create if inside.roles.contains_key(&account) => Answer::Failed(ErrorClass::AlreadyExists),
            Action::Create | Action::Overwrite => {
                inside.roles.insert(account, Existing::Equal);
                Answer::Succeeded
            }
            Action::Remove => match inside.roles.remove(&account) {
                Some(_) => Answer::Succeeded,
                None => Answer::Failed(ErrorClass::NotFound),
            },
        })
    }
}

impl Accounts for TestAccounts {
    async fn perform(&self, account: AccountNumber, action: Action, _name_taken: bool) -> Performed {
        let half = action == Action::Create && self.with(|inside| !inside.roles.contains_key(&account));
        if half {
            self.with(|inside| {
                *inside.creations.entry(account).or_default() += 1;
                inside.roles.insert(account, Existing::Different);
            });
        }
        self.begin(account, action);
        tokio::task::yield_now().await;
        let (fails, with_effect) = self.draw();
        let denied = self.with(|inside| inside.denied.contains(&account));
        let answer = if denied {
            Answer::Failed(ErrorClass::AccessDenied)
        } else if fails {
            if with_effect {
                self.work(account, if half { Action::Overwrite } else { action });
            }
            Answer::Failed(ErrorClass::Fault)
        } else {
            self.work(account, if half { Action::Overwrite } else { action })
        };
        self.with(|inside| inside.out -= 1);
        let message = format!("not authorized to assume arn:aws:iam::{account}:role/x");
        let trouble = denied.then(|| Trouble::new("sts:AssumeRole", "AccessDenied", &message));
        Performed { answer, trouble }
    }

    fn forget(&self, _account: AccountNumber) {
        self.with(|inside| inside.forgotten += 1);
    }

    async fn check_access(&self, _management: AccountNumber) -> (Verdict, Option<Trouble>) {
        let verdict = self.with(|inside| inside.verdicts.pop_front()).unwrap();
        let trouble = (verdict != Verdict::Validated).then(|| {
            self.with(|inside| inside.checks_told += 1);
            Trouble::new("access check", "denied", "the right ID does not open the role")
        });
        (verdict, trouble)
    }

    async fn confirmation(&self, _management: AccountNumber) -> Confirmation {
        self.with(|inside| inside.confirmation).unwrap()
    }
}

/// A plan, its accounts and its journal, over several starts of the program.
pub(super) struct Scene {
    pub(super) accounts: Arc<TestAccounts>,
    pub(super) last_progress: std::cell::RefCell<Progress>,
    pub(super) calls_at_once: usize,
    plan: StoredPlan,
    folder: tempfile::TempDir,
    now: Arc<AtomicU64>,
    commits: Cell<u64>,
}

impl Scene {
    pub(super) fn new(members: u64, settings: Settings) -> Self {
        let member = |number| PlannedMember { account: account(number), wave: 0, state: AccountState::Active };
        let plan = StoredPlan {
            organization: String::from("o-exampleorgid"),
            role: String::from("ProsperOps"),
            profile_digest: String::from("d1"),
            management: account(900_000),
            members: (1..=members).map(member).collect(),
            settings,
        };
        Self {
            accounts: Arc::default(),
            last_progress: std::cell::RefCell::default(),
            calls_at_once: crate::runner::CALLS_AT_ONCE,
            plan,
            folder: tempfile::tempdir().unwrap(),
            now: Arc::new(AtomicU64::new(1_795_000_000_000)),
            commits: Cell::new(0),
        }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("rollout.journal")
    }

    pub(super) fn stop_after_calls(&self, calls: u64) {
        self.accounts.with(|inside| inside.stop_after = Some(calls));
    }

    pub(super) fn never_stop(&self) {
        self.accounts.with(|inside| inside.stop_after = None);
    }

    pub(super) fn die_after_calls(&self, calls: u64) {
        self.accounts.with(|inside| inside.die_after = Some(calls));
    }

    /// Writes to disk of the last run.
    pub(super) fn commits(&self) -> u64 {
        self.commits.get()
    }

    /// Starts the program.
    pub(super) async fn run(&self, kind: RunKind) -> Result<Ended, RunError> {
        let (journal, recorded) = Journal::open_or_create(&self.path(), &self.plan)?;
        let clock = TestClock::new(Arc::clone(&self.now));
        let runner = Runner::new(journal, recorded, Arc::clone(&self.accounts), clock)?;
        let runner = runner.with_calls_at_once(self.calls_at_once);
        let mut progress = runner.progress();
        self.accounts.stop.send_replace(false);
        let ended = runner.run(kind, self.accounts.stop.subscribe()).await;
        *self.last_progress.borrow_mut() = *progress.borrow_and_update();
        if let Ok(ended) = &ended {
            self.commits.set(ended.commits);
        }
        // What the last program had out is lost.
        self.accounts.with(|inside| inside.out = 0);
        ended
    }
}
