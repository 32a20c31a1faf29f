//! Accounts with a role each, a driver that answers calls in any order and may crash, and what must hold of every effect.

use super::super::*;
use crate::{AccountNumber, AccountState, DurationMs};
use rolecall_core::access_check::Verdict;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The role of an account. A half-made one is `Different`.
pub(super) type Roles = BTreeMap<u64, Existing>;

pub(super) const MANAGEMENT: u64 = 900;

pub(super) fn number(value: u64) -> AccountNumber {
    AccountNumber::new(value).unwrap()
}

pub(super) fn settings() -> Settings {
    Settings {
        unlock: Unlock::Reading,
        preferences: Preferences {
            concurrency: Amount::Count(2),
            tolerance: Amount::Count(0),
            mode: ConcurrencyMode::Strict,
        },
        collision: Collision::Fail,
        retries: Retries::default(),
        bake: DurationMs::ZERO,
        remove_adopted: false,
    }
}

/// Accounts 1, 2, … in waves of the sizes given.
pub(super) fn plan(settings: Settings, waves: &[u64]) -> Plan {
    let mut members = Vec::new();
    for (wave, size) in waves.iter().enumerate() {
        for _ in 0..*size {
            let account = number(members.len() as u64 + 1);
            members.push(PlannedMember { account, wave: u16::try_from(wave).unwrap(), state: AccountState::Active });
        }
    }
    Plan::new(number(MANAGEMENT), &members, settings).unwrap()
}

pub(super) struct World {
    pub(super) rollout: Rollout,
    pub(super) now: TimeMs,
    pub(super) journal: Vec<Entry>,
    pub(super) roles: Roles,
    /// Answers that come instead of the truth; the call has its effect when the flag says so.
    pub(super) faults: BTreeMap<(u64, Action), VecDeque<(ErrorClass, bool)>>,
    pub(super) out: VecDeque<(AccountNumber, Action)>,
    pub(super) calls: Vec<(u64, Action)>,
    pub(super) verdicts: VecDeque<Verdict>,
    pub(super) asked: u32,
    pub(super) outcome: Option<Outcome>,
    pub(super) jitter: u32,
    pub(super) ignored: Vec<Ignored>,
    made_by_us: BTreeSet<u64>,
}

impl World {
    pub(super) fn new(plan: Plan) -> Self {
        let roles = plan.accounts().map(|account| (account.get(), Existing::Absent)).collect();
        Self {
            rollout: Rollout::new(plan),
            now: TimeMs(0),
            journal: Vec::new(),
            roles,
            faults: BTreeMap::new(),
            out: VecDeque::new(),
            calls: Vec::new(),
            verdicts: VecDeque::new(),
            asked: 0,
            outcome: None,
            jitter: 0,
            ignored: Vec::new(),
            made_by_us: BTreeSet::new(),
        }
    }

    pub(super) fn send(&mut self, event: Event) {
        let mut effects = Vec::new();
        self.rollout.step(self.now, &event, &mut effects);
        for effect in effects {
            match effect {
                Effect::Journal(entry) => {
                    self.journal.push(entry);
                    if matches!(entry, Entry::RunBegan { .. } | Entry::Continued { .. }) {
                        self.outcome = None;
                    }
                }
                Effect::Call { account, action } => self.begin(account, action),
                Effect::AskProbes { account } | Effect::AskConfirmation { account } => {
                    assert_eq!(account, number(MANAGEMENT));
                    self.asked += 1;
                }
                Effect::Finished { outcome, .. } => self.outcome = Some(outcome),
                Effect::Schedule { at } => assert_eq!(self.rollout.next_due(), Some(at)),
                Effect::Ignored(why) => self.ignored.push(why),
            }
        }
        self.compare_with_fold();
    }

    /// The journal is what the state is made of.
    fn compare_with_fold(&self) {
        let mut folded = State::new(self.rollout.plan());
        for entry in &self.journal {
            folded.apply(self.rollout.plan(), entry);
        }
        assert_eq!(&folded, self.rollout.state());
    }

    fn begin(&mut self, account: AccountNumber, action: Action) {
        let begun = matches!(self.journal.last(), Some(Entry::Began { account: of, action: what, .. }) if (*of, *what) == (account, action));
        assert!(begun, "{action:?} in {account} is not in the journal");
        if matches!(action, Action::Create | Action::Overwrite) && account != number(MANAGEMENT) {
            let after_removal = self
                .journal
                .iter()
                .rev()
                .take_while(|entry| !matches!(entry, Entry::RunBegan { kind: RunKind::Remove, .. }));
            let unlocked = after_removal.into_iter().any(|entry| matches!(entry, Entry::Unlocked { .. }));
            assert!(unlocked, "{action:?} in the member {account} before the management account unlocked");
        }
        if action == Action::Remove {
            let adopted = self.rollout.plan().settings().remove_adopted;
            let ours = self.made_by_us.contains(&account.get()) || self.roles[&account.get()] == Existing::Absent;
            assert!(adopted || ours, "{account} has a role that is not ours");
        }
        self.calls.push((account.get(), action));
        self.out.push_back((account, action));
    }

    /// Performs a call that is out and returns its answer.
    pub(super) fn perform(&mut self, account: AccountNumber, action: Action) -> Answer {
        let fault = self.faults.get_mut(&(account.get(), action)).and_then(VecDeque::pop_front);
        if let Some((class, has_effect)) = fault {
            if has_effect {
                self.change(account.get(), action);
            }
            let in_doubt = has_effect || matches!(class, ErrorClass::Fault | ErrorClass::AlreadyExists);
            return if action == Action::Create && !in_doubt { Answer::NotMade(class) } else { Answer::Failed(class) };
        }
        let existing = self.roles[&account.get()];
        match action {
            Action::Read | Action::Verify => Answer::Found(existing),
            Action::Create if existing != Existing::Absent => Answer::Failed(ErrorClass::AlreadyExists),
            Action::Remove if existing == Existing::Absent => Answer::Failed(ErrorClass::NotFound),
            Action::Create | Action::Overwrite | Action::Remove => {
                self.change(account.get(), action);
                Answer::Succeeded
            }
        }
    }

    fn change(&mut self, account: u64, action: Action) {
        match action {
            Action::Create if self.roles[&account] == Existing::Absent => {
                self.roles.insert(account, Existing::Equal);
                self.made_by_us.insert(account);
            }
            Action::Overwrite => _ = self.roles.insert(account, Existing::Equal),
            Action::Remove => _ = self.roles.insert(account, Existing::Absent),
            Action::Create | Action::Read | Action::Verify => {}
        }
    }

    /// Answers the call that is out at a place of the queue.
    pub(super) fn answer(&mut self, place: usize) {
        if let Some((account, action)) = self.out.remove(place) {
            let answer = self.perform(account, action);
            self.send(Event::Answered { account, action, answer, jitter: self.jitter });
        }
    }

    /// The program ends and is started from the journal; calls that are out had their effect or not.
    pub(super) fn crash(&mut self, had_effect: bool) {
        for (account, action) in std::mem::take(&mut self.out) {
            if had_effect {
                self.change(account.get(), action);
            }
        }
        let before = self.rollout.state().clone();
        self.rollout = Rollout::resume(self.rollout.plan().clone(), &self.journal);
        assert_eq!(&before, self.rollout.state());
        self.send(Event::Restarted);
    }

    /// Time passes to the next thing that is due.
    pub(super) fn wait(&mut self) -> bool {
        let Some(at) = self.rollout.next_due() else { return false };
        self.now = self.now.max(at);
        self.send(Event::TimerDue);
        true
    }

    /// Until nothing is out and nothing is due.
    pub(super) fn run(&mut self, kind: RunKind) -> Option<Outcome> {
        self.send(Event::Begin { kind });
        self.finish()
    }

    pub(super) fn finish(&mut self) -> Option<Outcome> {
        for _ in 0..10_000 {
            if !self.out.is_empty() {
                self.answer(0);
            } else if self.asked > 0 && self.rollout.state().stage() == Some(Stage::Unlocking) {
                self.asked = 0;
                let verdict = self.verdicts.pop_front().unwrap_or(Verdict::Validated);
                let by_probes = self.rollout.plan().settings().unlock == Unlock::Probes;
                let probes = Event::ProbesAnswered { verdict, jitter: self.jitter };
                self.send(if by_probes { probes } else { Event::Confirmed });
            } else if self.outcome.is_some() || !self.wait() {
                return self.outcome;
            }
        }
        panic!("no end: {:?}", self.rollout.state());
    }

    pub(super) fn status(&self, account: u64) -> Status {
        self.target(account).status
    }

    pub(super) fn target(&self, account: u64) -> Target {
        let place = self.rollout.plan().accounts().position(|known| known == number(account)).unwrap();
        self.rollout.state().targets()[place]
    }

    pub(super) fn fail(&mut self, account: u64, action: Action, class: ErrorClass, times: usize) {
        self.faults.entry((account, action)).or_default().extend(std::iter::repeat_n((class, false), times));
    }
}
