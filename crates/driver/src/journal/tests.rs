//! Journals that are written and read back, and those that must be refused.

use super::words::{entry_of, row_of};
use super::*;
use proptest::prelude::*;
use rolecall_lifecycle::rollout::{
    Action, Amount, Answer, Collision, ConcurrencyMode, ErrorClass, Existing, Failure, Halt, Next, Outcome,
    Preferences, Retries, Retry, RunKind, Settings, Settled, Skipped, Stage, Unlock,
};
use rolecall_lifecycle::{AccountState, DurationMs};

fn account(number: u64) -> AccountNumber {
    AccountNumber::new(number).unwrap()
}

pub(crate) fn settings() -> Settings {
    Settings {
        unlock: Unlock::Reading,
        preferences: Preferences {
            concurrency: Amount::Count(20),
            tolerance: Amount::Percentage(5),
            mode: ConcurrencyMode::Soft,
        },
        collision: Collision::Fail,
        retries: Retries::default(),
        bake: DurationMs::ZERO,
        remove_adopted: false,
    }
}

fn stored(members: u64) -> StoredPlan {
    let members = (1..=members).map(|number| PlannedMember {
        account: account(number),
        wave: u16::try_from(number % 3).unwrap(),
        state: AccountState::Active,
    });
    StoredPlan {
        organization: String::from("o-exampleorgid"),
        role: String::from("ProsperOps"),
        profile_digest: String::from("d1"),
        management: account(900),
        members: members.collect(),
        settings: settings(),
    }
}

fn word<T: Word + std::fmt::Debug>() -> impl Strategy<Value = T> {
    prop::sample::select(T::ALL)
}

fn time() -> impl Strategy<Value = TimeMs> {
    prop_oneof![any::<u64>(), 0..2_000_000_000_000_u64].prop_map(TimeMs)
}

fn any_account() -> impl Strategy<Value = AccountNumber> {
    (0..1_000_000_000_000_u64).prop_map(account)
}

fn failure() -> impl Strategy<Value = Failure> {
    prop_oneof![
        Just(Failure::Collision),
        Just(Failure::NameTaken),
        Just(Failure::NotEqual),
        Just(Failure::Drifted),
        Just(Failure::Missing),
        word::<ErrorClass>().prop_map(Failure::Error),
    ]
}

fn settled() -> impl Strategy<Value = Settled> {
    prop_oneof![
        Just(Settled::Created),
        Just(Settled::Adopted),
        Just(Settled::Overwritten),
        Just(Settled::Verified),
        Just(Settled::Removed),
        word::<Skipped>().prop_map(Settled::Skipped),
        failure().prop_map(Settled::Failed),
    ]
}

fn next() -> impl Strategy<Value = Next> {
    prop_oneof![
        word::<Action>().prop_map(Next::Do),
        (word::<Action>(), time()).prop_map(|(action, until)| Next::Wait(action, until)),
        settled().prop_map(Next::Settle),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        word::<Existing>().prop_map(Answer::Found),
        Just(Answer::Succeeded),
        word::<ErrorClass>().prop_map(Answer::Failed),
        word::<ErrorClass>().prop_map(Answer::NotMade),
    ]
}

fn stage() -> impl Strategy<Value = Stage> {
    prop_oneof![
        Just(Stage::Management),
        Just(Stage::Unlocking),
        any::<u32>().prop_map(Stage::Wave),
        (any::<u32>(), time()).prop_map(|(wave, until)| Stage::Baking { wave, until }),
    ]
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Complete),
        any::<u32>().prop_map(Outcome::WithFailures),
        word::<Halt>().prop_map(Outcome::Halted),
        Just(Outcome::Stopped),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    prop_oneof![
        (word::<RunKind>(), time()).prop_map(|(kind, at)| Entry::RunBegan { kind, at }),
        (stage(), time()).prop_map(|(stage, at)| Entry::StageBegan { stage, at }),
        (any_account(), word::<Action>(), time()).prop_map(|(account, action, at)| Entry::Began {
            account,
            action,
            at
        }),
        (any_account(), word::<Action>(), answer(), next(), time())
            .prop_map(|(account, action, answer, next, at)| Entry::Answered { account, action, answer, next, at }),
        (any_account(), time()).prop_map(|(account, at)| Entry::Interrupted { account, at }),
        time().prop_map(|at| Entry::UnlockAsked { at }),
        (time(), any::<bool>(), time()).prop_map(|(until, counts, at)| Entry::UnlockPostponed { until, counts, at }),
        (word::<Unlock>(), time()).prop_map(|(by, at)| Entry::Unlocked { by, at }),
        (word::<Halt>(), time()).prop_map(|(because, at)| Entry::Halted { because, at }),
        time().prop_map(|at| Entry::StopRequested { at }),
        time().prop_map(|at| Entry::Continued { at }),
        (word::<RunKind>(), outcome(), time()).prop_map(|(kind, outcome, at)| Entry::RunFinished { kind, outcome, at }),
    ]
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let amount = || prop_oneof![any::<u32>().prop_map(Amount::Count), (0..=100_u8).prop_map(Amount::Percentage)];
    let retry = || {
        (any::<u64>(), any::<u64>(), any::<u8>()).prop_map(|(first, most, times)| Retry {
            first: DurationMs(first),
            most: DurationMs(most),
            times,
        })
    };
    let retries =
        (retry(), retry(), retry(), retry(), retry()).prop_map(|(throttled, fault, not_ready, busy, propagation)| {
            Retries { throttled, fault, not_ready, busy, propagation }
        });
    let preferences = (amount(), amount(), word::<ConcurrencyMode>())
        .prop_map(|(concurrency, tolerance, mode)| Preferences { concurrency, tolerance, mode });
    (word::<Unlock>(), preferences, word::<Collision>(), retries, any::<u64>(), any::<bool>()).prop_map(
        |(unlock, preferences, collision, retries, bake, remove_adopted)| Settings {
            unlock,
            preferences,
            collision,
            retries,
            bake: DurationMs(bake),
            remove_adopted,
        },
    )
}

proptest! {
    #[test]
    fn every_entry_is_read_as_it_was_written(entry in entry()) {
        let row = row_of(&entry);
        prop_assert_eq!(entry_of(&row), Some(entry));
        // Nothing else is read as it: a word more, a word less, an account too many or too few.
        let mut longer = row.clone();
        longer.what.push_str(" more");
        prop_assert_eq!(entry_of(&longer), None);
        if let Some((shorter, _)) = row.what.rsplit_once(' ') {
            let shorter = Row { what: shorter.to_owned(), ..row.clone() };
            prop_assert_eq!(entry_of(&shorter), None);
        }
        let account = if row.account.is_some() { None } else { Some(AccountNumber::of_last_digits(1)) };
        prop_assert_eq!(entry_of(&Row { account, ..row }), None);
    }

    #[test]
    fn all_settings_are_read_as_they_were_written(settings in any_settings()) {
        let plan = StoredPlan { settings, ..stored(2) };
        let rows = plan.rows().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let read = StoredPlan::of_rows(rows, plan.members.clone());
        prop_assert_eq!(read.as_ref(), Ok(&plan));
    }

    #[test]
    fn entries_survive_the_file(entries in prop::collection::vec(entry(), 0..40)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rollout.journal");
        let mut journal = Journal::create(&path, &stored(3)).unwrap();
        for entries in entries.chunks(7) {
            journal.append(&Batch { entries: entries.to_vec(), ..Batch::default() }).unwrap();
        }
        drop(journal);
        let (journal, recorded) = Journal::open(&path).unwrap();
        prop_assert_eq!(&recorded.entries, &entries);
        prop_assert_eq!(recorded.plan, stored(3));
        prop_assert_eq!(journal.last_at(), entries.iter().map(Entry::at).max().unwrap_or_default());
    }
}

/// A journal with two entries in a folder of its own.
fn written() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rollout.journal");
    let mut journal = Journal::create(&path, &stored(5)).unwrap();
    let began = Entry::Began { account: account(3), action: Action::Read, at: TimeMs(12) };
    let entries = vec![Entry::RunBegan { kind: RunKind::Rollout, at: TimeMs(11) }, began];
    let troubles = vec![(account(3), Trouble::new("iam:GetRole", "AccessDenied", "not authorized"))];
    journal.append(&Batch { entries, troubles, mended: Vec::new() }).unwrap();
    drop(journal);
    (folder, path)
}

/// Opening must fail, with this in the message, which names the file.
fn refused(path: &Path, expected: &str) {
    let message = Journal::open(path).unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
    assert!(message.contains(path.to_str().unwrap()), "{message}");
    let reading = Journal::read(path).unwrap_err().to_string();
    assert_eq!(message, reading);
}

fn alter(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_new_account_of_trouble_goes_with_the_next_success() {
    let (_folder, path) = written();
    let (mut journal, recorded) = Journal::open(&path).unwrap();
    assert_eq!(recorded.troubles.get(&account(3)).unwrap().code, "AccessDenied");
    let settle = |settled| Entry::Answered {
        account: account(3),
        action: Action::Read,
        answer: Answer::Found(Existing::Equal),
        next: Next::Settle(settled),
        at: TimeMs(20),
    };
    let batch = |settled| Batch { entries: vec![settle(settled)], ..Batch::default() };
    journal.append(&batch(Settled::Failed(Failure::Drifted))).unwrap();
    assert_eq!(Journal::read(&path).unwrap().troubles.len(), 1);
    journal.append(&batch(Settled::Adopted)).unwrap();
    assert_eq!(Journal::read(&path).unwrap().troubles.len(), 0);
    assert_eq!(journal.commits(), 2);
}

#[test]
fn a_second_program_is_refused_and_may_read() {
    let (_folder, path) = written();
    let (journal, _) = Journal::open(&path).unwrap();
    let message = Journal::open(&path).unwrap_err().to_string();
    assert!(message.contains(&format!("(process {}) works on it", std::process::id())), "{message}");
    assert_eq!(Journal::read(&path).unwrap().entries.len(), 2);
    drop(journal);
    Journal::open(&path).unwrap();
}

#[test]
fn what_is_no_journal_is_refused() {
    let (folder, path) = written();
    refused(&folder.path().join("other"), "there is no such file");
    alter(&path, "PRAGMA user_version = 2");
    refused(&path, "it has version 2, this program knows versions up to 1");
    alter(&path, "PRAGMA application_id = 5");
    refused(&path, "it is no journal of a rollout");
    std::fs::write(&path, "this is a text, and a text that is long enough for a head").unwrap();
    refused(&path, "it is damaged");
    assert!(Journal::create(&path, &stored(5)).unwrap_err().to_string().contains("go on with the rollout in it"));
}

#[test]
fn a_file_that_was_begun_and_not_finished_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rollout.journal");
    std::fs::write(&path, "").unwrap();
    assert_eq!(Journal::open_or_create(&path, &stored(5)).unwrap().1.entries, []);
    assert_eq!(Journal::open(&path).unwrap().1.plan, stored(5));
}

#[test]
fn another_plan_is_refused_by_its_first_difference() {
    let (_folder, path) = written();
    let refuses = |plan: &StoredPlan, expected: &str| {
        let message = Journal::open_or_create(&path, plan).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    };
    assert_eq!(Journal::open_or_create(&path, &stored(5)).unwrap().1.entries.len(), 2);
    refuses(&stored(6), "it has 5 members, and now there are 6");
    refuses(
        &StoredPlan { profile_digest: String::from("d2"), ..stored(5) },
        "its `profile` is `d1`, and now it is `d2`",
    );
    let mut moved = stored(5);
    moved.members[2].wave = 9;
    refuses(&moved, "account 000000000003 (ACTIVE) in wave 0, and now that is account 000000000003 (ACTIVE) in wave 9");
}

#[test]
fn what_cannot_be_read_is_never_skipped() {
    let cases = [
        ("UPDATE entry SET what = 'began nothing' WHERE number = 2", "entry 2 (`began nothing`) is not known"),
        ("UPDATE entry SET what = 'paused' WHERE number = 1", "entry 1 (`paused`) is not known"),
        ("UPDATE entry SET account = NULL WHERE number = 2", "entry 2 (`began read`) is not known"),
        ("UPDATE entry SET account = 1000000000000 WHERE number = 2", "entry 2 is of account `1000000000000`"),
        ("DELETE FROM entry WHERE number = 1", "entry 1 is missing, 2 was found"),
        ("DELETE FROM member WHERE place = 4", "the member at place 4 is missing"),
        ("UPDATE member SET state = 'GONE' WHERE place = 4", "the member at place 4 is `4`, `1`, `GONE`"),
        ("UPDATE plan SET value = 'soon' WHERE name = 'bake'", "`bake` in the table `plan` is `soon`"),
        ("DELETE FROM plan WHERE name = 'mode'", "`mode` is missing"),
        ("INSERT INTO plan VALUES ('speed', 'high')", "`speed` (`high`) in the table `plan` is not known"),
        ("UPDATE member SET account = 900 WHERE place = 1", "the plan in it cannot be used: account 000000000900 is"),
        ("DROP TABLE entry", "no such table: entry"),
    ];
    for (sql, expected) in cases {
        let (_folder, path) = written();
        alter(&path, sql);
        refused(&path, expected);
    }
}

#[test]
fn damaged_pages_are_found() {
    let (_folder, path) = written();
    alter(&path, "PRAGMA wal_checkpoint(TRUNCATE)");
    let mut bytes = std::fs::read(&path).unwrap();
    let start = bytes.len() - 4_096;
    bytes[start..start + 64].fill(0xa5);
    std::fs::write(&path, bytes).unwrap();
    refused(&path, "it is damaged");
}

#[test]
fn a_whole_rollout_of_10_000_accounts_takes_less_than_a_kilobyte_for_each() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rollout.journal");
    let accounts = 10_000_u64;
    let mut journal = Journal::create(&path, &StoredPlan { members: Vec::new(), ..stored(0) }).unwrap();
    drop(journal);
    std::fs::remove_file(&path).unwrap();
    let members = (1..=accounts).map(|number| PlannedMember {
        account: account(100_000_000_000 + number * 7_919),
        wave: 1,
        state: AccountState::Active,
    });
    let plan = StoredPlan { members: members.collect(), ..stored(0) };
    journal = Journal::create(&path, &plan).unwrap();
    let mut now = 1_795_000_000_000_u64;
    // A rollout of which each account needs a repetition, its verification and its removal, with what went wrong.
    let steps = [
        (Action::Read, Answer::Failed(ErrorClass::Throttled), Next::Wait(Action::Read, TimeMs(now + 1_234))),
        (Action::Read, Answer::Found(Existing::Absent), Next::Do(Action::Create)),
        (Action::Create, Answer::Succeeded, Next::Do(Action::Verify)),
        (Action::Verify, Answer::Found(Existing::Equal), Next::Settle(Settled::Created)),
        (Action::Verify, Answer::Found(Existing::Equal), Next::Settle(Settled::Verified)),
        (Action::Remove, Answer::Succeeded, Next::Settle(Settled::Removed)),
    ];
    for members in plan.members.chunks(50) {
        let mut batch = Batch::default();
        for member in members {
            for (action, answer, next) in steps {
                now += 1;
                let account = member.account;
                batch.entries.push(Entry::Began { account, action, at: TimeMs(now) });
                batch.entries.push(Entry::Answered { account, action, answer, next, at: TimeMs(now) });
            }
        }
        journal.append(&batch).unwrap();
    }
    let size = |name: &str| std::fs::metadata(folder.path().join(name)).map_or(0, |found| found.len());
    let bytes = size("rollout.journal") + size("rollout.journal-wal") + size("rollout.journal-shm");
    assert!(bytes <= accounts * 1_024, "{} bytes an account", bytes / accounts);
    println!("{} bytes an account", bytes / accounts);
}
