//! The words that the journal has for what the machine's types say, both ways. `docs/journal.md` lists them. A word that is
//! not known is an error of the reader, never skipped: what was decided would be lost.

use rolecall_lifecycle::rollout::{
    Action, Answer, Collision, ConcurrencyMode, Entry, ErrorClass, Existing, Failure, Halt, Next, Outcome, RunKind,
    Settled, Skipped, Stage, Unlock,
};
use rolecall_lifecycle::{AccountNumber, AccountState, TimeMs};

/// A type that is one word.
pub(super) trait Word: Copy + Sized + 'static {
    /// All values.
    #[cfg(test)]
    const ALL: &'static [Self];
    /// The word.
    fn word(self) -> &'static str;
    /// The value of a word.
    fn of_word(word: &str) -> Option<Self>;
}

/// One list for both directions: a value without a word does not compile, a word without a value cannot be written.
macro_rules! words {
    ($type:ty { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl Word for $type {
            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            fn of_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(RunKind { Rollout = "rollout", Verify = "verify", Remove = "remove" });
words!(Action { Read = "read", Create = "create", Overwrite = "overwrite", Verify = "verify", Remove = "remove" });
words!(Existing { Absent = "absent", Equal = "equal", Different = "different", OtherCase = "other-case" });
words!(ErrorClass {
    Throttled = "throttled",
    Fault = "fault",
    NotReady = "not-ready",
    Busy = "busy",
    AlreadyExists = "already-exists",
    NotFound = "not-found",
    AccessDenied = "access-denied",
    LimitExceeded = "limit-exceeded",
    Invalid = "invalid",
    NotActive = "not-active",
});
words!(Skipped { NotActive = "not-active", Collision = "collision" });
words!(Halt {
    Management = "management",
    Insecure = "insecure",
    NotUnlocked = "not-unlocked",
    ToleranceExceeded = "tolerance-exceeded",
});
words!(Unlock { Probes = "probes", Reading = "reading", Confirm = "confirm" });
words!(Collision { Fail = "fail", Overwrite = "overwrite", Skip = "skip" });
words!(ConcurrencyMode { Strict = "strict", Soft = "soft" });
words!(AccountState {
    PendingActivation = "PENDING_ACTIVATION",
    Active = "ACTIVE",
    Suspended = "SUSPENDED",
    PendingClosure = "PENDING_CLOSURE",
    Closed = "CLOSED",
});

/// An entry as a row of the table `entry`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) at: TimeMs,
    pub(super) account: Option<AccountNumber>,
    pub(super) what: String,
}

/// Writes an entry.
pub(super) fn row_of(entry: &Entry) -> Row {
    let row = |at, account, what| Row { at, account, what };
    match *entry {
        Entry::RunBegan { kind, at } => row(at, None, format!("run-began {}", kind.word())),
        Entry::StageBegan { stage, at } => row(at, None, format!("stage-began {}", stage_words(stage))),
        Entry::Began { account, action, at } => row(at, Some(account), format!("began {}", action.word())),
        Entry::Answered { account, action, answer, next, at } => {
            let what = format!("answered {} {} {}", action.word(), answer_words(answer), next_words(next));
            row(at, Some(account), what)
        }
        Entry::Interrupted { account, at } => row(at, Some(account), String::from("interrupted")),
        Entry::UnlockAsked { at } => row(at, None, String::from("unlock-asked")),
        Entry::UnlockPostponed { until, counts, at } => {
            let counts = if counts { "counts" } else { "free" };
            row(at, None, format!("unlock-postponed {counts} {}", until.0))
        }
        Entry::Unlocked { by, at } => row(at, None, format!("unlocked {}", by.word())),
        Entry::Halted { because, at } => row(at, None, format!("halted {}", because.word())),
        Entry::StopRequested { at } => row(at, None, String::from("stop-requested")),
        Entry::Continued { at } => row(at, None, String::from("continued")),
        Entry::RunFinished { kind, outcome, at } => {
            row(at, None, format!("run-finished {} {}", kind.word(), outcome_words(outcome)))
        }
    }
}

/// Reads a row; nothing for one that nobody wrote.
pub(super) fn entry_of(row: &Row) -> Option<Entry> {
    let at = row.at;
    let mut words = Words(row.what.split(' '));
    let entry = match (words.text()?, row.account) {
        ("run-began", None) => Entry::RunBegan { kind: words.one()?, at },
        ("stage-began", None) => Entry::StageBegan { stage: words.stage()?, at },
        ("began", Some(account)) => Entry::Began { account, action: words.one()?, at },
        ("answered", Some(account)) => {
            let (action, answer, next) = (words.one()?, words.answer()?, words.next()?);
            Entry::Answered { account, action, answer, next, at }
        }
        ("interrupted", Some(account)) => Entry::Interrupted { account, at },
        ("unlock-asked", None) => Entry::UnlockAsked { at },
        ("unlock-postponed", None) => {
            let counts = match words.text()? {
                "counts" => true,
                "free" => false,
                _ => return None,
            };
            Entry::UnlockPostponed { until: words.time()?, counts, at }
        }
        ("unlocked", None) => Entry::Unlocked { by: words.one()?, at },
        ("halted", None) => Entry::Halted { because: words.one()?, at },
        ("stop-requested", None) => Entry::StopRequested { at },
        ("continued", None) => Entry::Continued { at },
        ("run-finished", None) => Entry::RunFinished { kind: words.one()?, outcome: words.outcome()?, at },
        _ => return None,
    };
    words.is_over().then_some(entry)
}

fn stage_words(stage: Stage) -> String {
    match stage {
        Stage::Management => String::from("management"),
        Stage::Unlocking => String::from("unlocking"),
        Stage::Wave(wave) => format!("wave {wave}"),
        Stage::Baking { wave, until } => format!("baking {wave} {}", until.0),
    }
}

fn answer_words(answer: Answer) -> String {
    match answer {
        Answer::Found(existing) => format!("found {}", existing.word()),
        Answer::Succeeded => String::from("succeeded"),
        Answer::Failed(class) => format!("failed {}", class.word()),
        Answer::NotMade(class) => format!("not-made {}", class.word()),
    }
}

fn next_words(next: Next) -> String {
    match next {
        Next::Do(action) => format!("do {}", action.word()),
        Next::Wait(action, until) => format!("wait {} {}", action.word(), until.0),
        Next::Settle(settled) => format!("settle {}", settled_words(settled)),
    }
}

/// What became of an account, in the journal's words.
pub(super) fn settled_words(settled: Settled) -> String {
    match settled {
        Settled::Created => String::from("created"),
        Settled::Adopted => String::from("adopted"),
        Settled::Overwritten => String::from("overwritten"),
        Settled::Verified => String::from("verified"),
        Settled::Removed => String::from("removed"),
        Settled::Skipped(skipped) => format!("skipped {}", skipped.word()),
        Settled::Failed(failure) => format!("failed {}", failure_words(failure)),
    }
}

fn failure_words(failure: Failure) -> String {
    match failure {
        Failure::Collision => String::from("collision"),
        Failure::NameTaken => String::from("name-taken"),
        Failure::NotEqual => String::from("not-equal"),
        Failure::Drifted => String::from("drifted"),
        Failure::Missing => String::from("missing"),
        Failure::Error(class) => format!("error {}", class.word()),
    }
}

fn outcome_words(outcome: Outcome) -> String {
    match outcome {
        Outcome::Complete => String::from("complete"),
        Outcome::WithFailures(failures) => format!("with-failures {failures}"),
        Outcome::Halted(halt) => format!("halted {}", halt.word()),
        Outcome::Stopped => String::from("stopped"),
    }
}

/// The words of a row, one after the other.
struct Words<'a>(std::str::Split<'a, char>);

impl<'a> Words<'a> {
    fn text(&mut self) -> Option<&'a str> {
        self.0.next()
    }

    fn one<T: Word>(&mut self) -> Option<T> {
        T::of_word(self.text()?)
    }

    /// A number as it is written, without sign, leading zeros or anything else that `parse` would take.
    fn number<T: std::str::FromStr + ToString>(&mut self) -> Option<T> {
        let text = self.text()?;
        text.parse().ok().filter(|number: &T| number.to_string() == text)
    }

    fn time(&mut self) -> Option<TimeMs> {
        self.number().map(TimeMs)
    }

    fn stage(&mut self) -> Option<Stage> {
        match self.text()? {
            "management" => Some(Stage::Management),
            "unlocking" => Some(Stage::Unlocking),
            "wave" => Some(Stage::Wave(self.number()?)),
            "baking" => Some(Stage::Baking { wave: self.number()?, until: self.time()? }),
            _ => None,
        }
    }

    fn answer(&mut self) -> Option<Answer> {
        match self.text()? {
            "found" => Some(Answer::Found(self.one()?)),
            "succeeded" => Some(Answer::Succeeded),
            "failed" => Some(Answer::Failed(self.one()?)),
            "not-made" => Some(Answer::NotMade(self.one()?)),
            _ => None,
        }
    }

    fn next(&mut self) -> Option<Next> {
        match self.text()? {
            "do" => Some(Next::Do(self.one()?)),
            "wait" => Some(Next::Wait(self.one()?, self.time()?)),
            "settle" => Some(Next::Settle(self.settled()?)),
            _ => None,
        }
    }

    fn settled(&mut self) -> Option<Settled> {
        match self.text()? {
            "created" => Some(Settled::Created),
            "adopted" => Some(Settled::Adopted),
            "overwritten" => Some(Settled::Overwritten),
            "verified" => Some(Settled::Verified),
            "removed" => Some(Settled::Removed),
            "skipped" => Some(Settled::Skipped(self.one()?)),
            "failed" => Some(Settled::Failed(self.failure()?)),
            _ => None,
        }
    }

    fn failure(&mut self) -> Option<Failure> {
        match self.text()? {
            "collision" => Some(Failure::Collision),
            "name-taken" => Some(Failure::NameTaken),
            "not-equal" => Some(Failure::NotEqual),
            "drifted" => Some(Failure::Drifted),
            "missing" => Some(Failure::Missing),
            "error" => Some(Failure::Error(self.one()?)),
            _ => None,
        }
    }

    fn outcome(&mut self) -> Option<Outcome> {
        match self.text()? {
            "complete" => Some(Outcome::Complete),
            "with-failures" => Some(Outcome::WithFailures(self.number()?)),
            "halted" => Some(Outcome::Halted(self.one()?)),
            "stopped" => Some(Outcome::Stopped),
            _ => None,
        }
    }

    fn is_over(&mut self) -> bool {
        self.text().is_none()
    }
}
