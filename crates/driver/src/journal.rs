//! The journal of one rollout: one SQLite file with the plan, the machine's entries, and what went wrong last in each
//! account. An entry is on disk before anything behind it is done; many go with one `fsync`. `docs/journal.md` has the
//! schema. What entries mean is the machine's.

mod error;
mod lock;
mod plan;
mod words;

#[cfg(test)]
pub(crate) mod tests;

pub use error::{JournalError, JournalTrouble};
pub use plan::StoredPlan;

use crate::summary::is_open;
use crate::trouble::Trouble;
use error::OrTrouble;
use lock::Lock;
use rolecall_lifecycle::rollout::{Entry, Next, Outcome, PlanError, PlannedMember, Rollout, RunKind};
use rolecall_lifecycle::{AccountNumber, TimeMs};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior, params};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use words::{Row, Word};

/// SQLite's `application_id` of a journal: "rcjn".
const APPLICATION_ID: i32 = 0x7263_6a6e;

/// Pages of the log before they go into the file: a megabyte, so that what an account takes on disk stays small.
const LOG_PAGES: u32 = 256;

/// What brings a file from the version that is the place in this list to the next one.
const MIGRATIONS: [&str; 1] = ["
    CREATE TABLE plan (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE member (
        place INTEGER PRIMARY KEY, account INTEGER NOT NULL, wave INTEGER NOT NULL, state TEXT NOT NULL
    ) STRICT;
    CREATE TABLE entry (
        number INTEGER PRIMARY KEY, at INTEGER NOT NULL, account INTEGER, what TEXT NOT NULL
    ) STRICT;
    CREATE TABLE trouble (
        account INTEGER PRIMARY KEY, at INTEGER NOT NULL, call TEXT NOT NULL, code TEXT NOT NULL,
        message TEXT NOT NULL, request_id TEXT
    ) STRICT;
"];

/// A journal that this program writes, and no other.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    connection: Connection,
    entries: i64,
    last_at: TimeMs,
    commits: u64,
    _lock: Lock,
}

/// All that a journal says.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The plan.
    pub plan: StoredPlan,
    /// The entries, oldest first.
    pub entries: Vec<Entry>,
    /// What went wrong last, for each account where something did and that is not in order since.
    pub troubles: BTreeMap<AccountNumber, Trouble>,
}

impl Recorded {
    /// Whether a run was begun and is neither over nor stopped for good: it goes on before anything else does. The kind of run.
    ///
    /// # Errors
    /// When the plan is none.
    pub fn under_way(&self) -> Result<Option<RunKind>, PlanError> {
        let rollout = Rollout::resume(self.plan.plan()?, &self.entries);
        let state = rollout.state();
        Ok(state.kind().filter(|_| matches!(state.outcome(), None | Some(Outcome::Stopped))))
    }

    /// Why another plan cannot take the place of this one.
    fn refuses(&self, plan: &StoredPlan) -> Option<String> {
        if let Ok(Some(_)) | Err(_) = self.under_way() {
            return Some("a run of it is under way, which goes on with the plan that it began with".to_owned());
        }
        let own = &self.plan;
        let fixed = [
            ("organization", &own.organization, &plan.organization),
            ("role", &own.role, &plan.role),
            ("management", &own.management.to_string(), &plan.management.to_string()),
        ];
        if let Some((name, was, is)) = fixed.into_iter().find(|(_, was, is)| was != is) {
            return Some(format!("its `{name}` is `{was}`, and now it is `{is}`"));
        }
        let kept: BTreeSet<AccountNumber> = plan.members.iter().map(|member| member.account).collect();
        let gone = own.members.iter().find(|member| !kept.contains(&member.account))?;
        Some(format!("account {} is in it, and now it is not", gone.account))
    }
}

/// What to write together: durable as a whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Entries, in order.
    pub entries: Vec<Entry>,
    /// What went wrong, by account.
    pub troubles: Vec<(AccountNumber, Trouble)>,
    /// Accounts in which that is over though no entry says so of them: what went wrong goes, what is in `troubles` as well.
    pub mended: Vec<AccountNumber>,
}

impl Batch {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.troubles.is_empty() && self.mended.is_empty()
    }
}

impl Journal {
    /// Begins the journal of a plan in a new file.
    ///
    /// # Errors
    /// When the file is there already (an empty one is taken), or cannot be written.
    pub fn create(path: &Path, plan: &StoredPlan) -> Result<Self, JournalError> {
        plan.plan().map_err(|error| JournalError::new(path, error.into()))?;
        if std::fs::metadata(path).is_ok_and(|found| found.len() > 0) {
            return Err(JournalError::new(path, JournalTrouble::Exists));
        }
        let lock = Lock::take(path)?;
        let mut connection = Connection::open(path).or_trouble(path, "creating it")?;
        write_plan(&mut connection, plan).or_trouble(path, "writing the plan")?;
        set_up(&connection).or_trouble(path, "setting it up")?;
        Ok(Self { path: path.to_owned(), connection, entries: 0, last_at: TimeMs(0), commits: 0, _lock: lock })
    }

    /// Opens a journal to go on with it.
    ///
    /// # Errors
    /// When it is missing, locked, no journal, newer, damaged, or has an entry that is not known.
    pub fn open(path: &Path) -> Result<(Self, Recorded), JournalError> {
        require(path)?;
        let lock = Lock::take(path)?;
        let opened = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE);
        let mut connection = opened.or_trouble(path, "opening it")?;
        let version = version(&connection, path)?;
        migrate(&mut connection, version).or_trouble(path, "bringing it to the newest version")?;
        set_up(&connection).or_trouble(path, "setting it up")?;
        let recorded = read(&connection, path)?;
        let entries = i64::try_from(recorded.entries.len()).unwrap_or(i64::MAX);
        let last_at = recorded.entries.iter().map(Entry::at).max().unwrap_or_default();
        Ok((Self { path: path.to_owned(), connection, entries, last_at, commits: 0, _lock: lock }, recorded))
    }

    /// Opens the journal of a plan, or begins it when there is none.
    ///
    /// # Errors
    /// As [`Journal::open`] and [`Journal::create`], and when the journal is of another plan.
    pub fn open_or_create(path: &Path, plan: &StoredPlan) -> Result<(Self, Recorded), JournalError> {
        if !std::fs::metadata(path).is_ok_and(|found| found.len() > 0) {
            let recorded = Recorded { plan: plan.clone(), entries: Vec::new(), troubles: BTreeMap::new() };
            return Self::create(path, plan).map(|journal| (journal, recorded));
        }
        let (journal, recorded) = Self::open(path)?;
        match recorded.plan.difference(plan) {
            Some(difference) => Err(JournalError::new(path, JournalTrouble::OtherPlan { difference })),
            None => Ok((journal, recorded)),
        }
    }

    /// Reads a journal, also one that another program is writing.
    ///
    /// # Errors
    /// As [`Journal::open`], but for the lock.
    pub fn read(path: &Path) -> Result<Recorded, JournalError> {
        require(path)?;
        let opened = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY);
        let mut connection = opened.or_trouble(path, "opening it")?;
        let version = version(&connection, path)?;
        // A file of an older version is read as it would be, and left as it is.
        if newest() > version {
            let copy = Connection::open_in_memory().and_then(|mut copy| {
                rusqlite::backup::Backup::new(&connection, &mut copy)?.step(-1)?;
                migrate(&mut copy, version).map(|()| copy)
            });
            connection = copy.or_trouble(path, "reading it as the newest version")?;
        }
        read(&connection, path)
    }

    /// Writes a batch; when this returns it is on disk.
    ///
    /// # Errors
    /// When the disk refuses: nothing of the batch is written then, and nothing behind its entries may be done.
    pub fn append(&mut self, batch: &Batch) -> Result<(), JournalError> {
        if batch.is_empty() {
            return Ok(());
        }
        let doing = "writing entries";
        let path = &self.path;
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.or_trouble(path, doing)?;
        let last_at = batch.entries.iter().map(Entry::at).max().unwrap_or(self.last_at).max(self.last_at);
        let entries = write_batch(&transaction, self.entries, last_at, batch).or_trouble(path, doing)?;
        transaction.commit().or_trouble(path, doing)?;
        (self.entries, self.last_at, self.commits) = (entries, last_at, self.commits + 1);
        Ok(())
    }

    /// Puts another plan in the place of the one that the journal has, between two runs: accounts that came since, another
    /// profile, other choices. What the entries say of accounts stays.
    ///
    /// # Errors
    /// While a run is under way; when the plan is of another organization or role, or lacks an account of the old one.
    pub fn replan(&mut self, recorded: &mut Recorded, plan: &StoredPlan) -> Result<(), JournalError> {
        let path = &self.path;
        if recorded.plan == *plan {
            return Ok(());
        }
        plan.plan().map_err(|error| JournalError::new(path, error.into()))?;
        if let Some(why) = recorded.refuses(plan) {
            return Err(JournalError::new(path, JournalTrouble::OtherPlan { difference: why }));
        }
        let doing = "writing the plan anew";
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.or_trouble(path, doing)?;
        transaction.execute_batch("DELETE FROM plan; DELETE FROM member").or_trouble(path, doing)?;
        write_plan_rows(&transaction, plan).or_trouble(path, doing)?;
        transaction.commit().or_trouble(path, doing)?;
        recorded.plan = plan.clone();
        Ok(())
    }

    /// The time of the newest entry: a clock that was put back must not go behind it.
    pub const fn last_at(&self) -> TimeMs {
        self.last_at
    }

    /// How often this program has written to disk.
    pub const fn commits(&self) -> u64 {
        self.commits
    }

    /// A plan of this journal that cannot be used.
    pub(crate) fn unusable(&self, error: PlanError) -> JournalError {
        JournalError::new(&self.path, error.into())
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn require(path: &Path) -> Result<(), JournalError> {
    if std::fs::metadata(path).is_ok() { Ok(()) } else { Err(JournalError::new(path, JournalTrouble::Missing)) }
}

fn newest() -> i32 {
    i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX)
}

/// A rollback journal would sync three times for each commit; the log needs one. `FULL` makes that one happen at each
/// commit: with `NORMAL` a power cut could take entries away whose calls were made (<https://sqlite.org/pragma.html>,
/// `synchronous`, read 2026-11).
fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.pragma_update_and_check(None, "wal_autocheckpoint", LOG_PAGES, |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "full")
}

/// The version of the file, once it is known to be a journal that this program can read.
fn version(connection: &Connection, path: &Path) -> Result<i32, JournalError> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let found = pragma("application_id").or_trouble(path, "reading its head")?;
    if found != APPLICATION_ID {
        return Err(JournalError::new(path, JournalTrouble::NotAJournal { found, expected: APPLICATION_ID }));
    }
    let version = pragma("user_version").or_trouble(path, "reading its version")?;
    if version > newest() {
        return Err(JournalError::new(path, JournalTrouble::Newer { found: version, known: newest() }));
    }
    Ok(version)
}

fn migrate(connection: &mut Connection, from: i32) -> rusqlite::Result<()> {
    let steps = MIGRATIONS.get(usize::try_from(from).unwrap_or(0)..).unwrap_or_default();
    if steps.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", newest())?;
    transaction.commit()
}

/// All in one transaction: a file that was begun and not finished is empty.
fn write_plan(connection: &mut Connection, plan: &StoredPlan) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    for step in MIGRATIONS {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", newest())?;
    write_plan_rows(&transaction, plan)?;
    transaction.commit()
}

fn write_plan_rows(transaction: &Transaction<'_>, plan: &StoredPlan) -> rusqlite::Result<()> {
    for (name, value) in plan.rows() {
        transaction.execute("INSERT INTO plan (name, value) VALUES (?1, ?2)", params![name, value])?;
    }
    let mut insert = transaction.prepare("INSERT INTO member (place, account, wave, state) VALUES (?1, ?2, ?3, ?4)")?;
    for (place, member) in (1_i64..).zip(&plan.members) {
        insert.execute(params![place, number(member.account), member.wave, member.state.word()])?;
    }
    Ok(())
}

fn write_batch(transaction: &Transaction<'_>, written: i64, at: TimeMs, batch: &Batch) -> rusqlite::Result<i64> {
    let mut entries = written;
    let mut insert =
        transaction.prepare_cached("INSERT INTO entry (number, at, account, what) VALUES (?1, ?2, ?3, ?4)")?;
    let mut forget = transaction.prepare_cached("DELETE FROM trouble WHERE account = ?1")?;
    for (account, trouble) in &batch.troubles {
        let mut put = transaction.prepare_cached(
            "INSERT OR REPLACE INTO trouble (account, at, call, code, message, request_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let Trouble { call, code, message, request_id } = trouble;
        put.execute(params![number(*account), at.0.cast_signed(), call, code, message, request_id])?;
    }
    for account in &batch.mended {
        forget.execute(params![number(*account)])?;
    }
    for entry in &batch.entries {
        entries += 1;
        let Row { at, account, what } = words::row_of(entry);
        insert.execute(params![entries, at.0.cast_signed(), account.map(number), what])?;
        if let Some(account) = mended(entry) {
            forget.execute(params![number(account)])?;
        }
    }
    Ok(entries)
}

/// The account that an entry says to be in order: what went wrong in it before is over.
fn mended(entry: &Entry) -> Option<AccountNumber> {
    match entry {
        Entry::Answered { account, next: Next::Settle(settled), .. } if !is_open(*settled) => Some(*account),
        _ => None,
    }
}

fn read(connection: &Connection, path: &Path) -> Result<Recorded, JournalError> {
    let damaged = |what: String| JournalError::new(path, JournalTrouble::Damaged { what });
    // One moment of the file, whatever is written meanwhile.
    let moment = connection.unchecked_transaction().or_trouble(path, "reading it")?;
    let checked = moment.pragma_query_value(None, "quick_check", |row| row.get::<_, String>(0));
    let checked = checked.or_trouble(path, "checking it")?;
    if checked != "ok" {
        return Err(damaged(format!("SQLite's quick_check says `{checked}`")));
    }
    let rows = read_rows(&moment).or_trouble(path, "reading the plan")?;
    let members = read_members(&moment).or_trouble(path, "reading the members")?.map_err(&damaged)?;
    let plan = StoredPlan::of_rows(rows, members).map_err(&damaged)?;
    plan.plan().map_err(|error| JournalError::new(path, error.into()))?;
    let entries = read_entries(&moment).or_trouble(path, "reading the entries")?;
    let entries = entries.map_err(|trouble| JournalError::new(path, trouble))?;
    let troubles = read_troubles(&moment).or_trouble(path, "reading the troubles")?.map_err(&damaged)?;
    Ok(Recorded { plan, entries, troubles })
}

fn read_rows(connection: &Connection) -> rusqlite::Result<BTreeMap<String, String>> {
    let mut select = connection.prepare("SELECT name, value FROM plan")?;
    select.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn read_members(connection: &Connection) -> rusqlite::Result<Result<Vec<PlannedMember>, String>> {
    let mut select = connection.prepare("SELECT place, account, wave, state FROM member ORDER BY place")?;
    let mut rows = select.query([])?;
    let mut members = Vec::new();
    while let Some(row) = rows.next()? {
        let (place, account, wave, state): (i64, i64, i64, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let next = members.len() + 1;
        if usize::try_from(place) != Ok(next) {
            return Ok(Err(format!("the member at place {next} is missing")));
        }
        let member = account_of(account).zip(u16::try_from(wave).ok()).zip(Word::of_word(&state));
        let Some(((account, wave), state)) = member else {
            return Ok(Err(format!("the member at place {place} is `{account}`, `{wave}`, `{state}`")));
        };
        members.push(PlannedMember { account, wave, state });
    }
    Ok(Ok(members))
}

fn read_entries(connection: &Connection) -> rusqlite::Result<Result<Vec<Entry>, JournalTrouble>> {
    let mut select = connection.prepare("SELECT number, at, account, what FROM entry ORDER BY number")?;
    let mut rows = select.query([])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let (number, at, account, what): (i64, i64, Option<i64>, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let next = entries.len() + 1;
        if usize::try_from(number) != Ok(next) {
            return Ok(Err(JournalTrouble::Damaged { what: format!("entry {next} is missing, {number} was found") }));
        }
        let account = match account.map(|account| account_of(account).ok_or(account)) {
            None => None,
            Some(Ok(account)) => Some(account),
            Some(Err(account)) => {
                let what = format!("entry {number} is of account `{account}`, which is no account ID");
                return Ok(Err(JournalTrouble::Damaged { what }));
            }
        };
        let row = Row { at: TimeMs(at.cast_unsigned()), account, what };
        match words::entry_of(&row) {
            Some(entry) => entries.push(entry),
            None => return Ok(Err(JournalTrouble::UnknownEntry { number, what: row.what })),
        }
    }
    Ok(Ok(entries))
}

fn read_troubles(connection: &Connection) -> rusqlite::Result<Result<BTreeMap<AccountNumber, Trouble>, String>> {
    let mut select = connection.prepare("SELECT account, call, code, message, request_id FROM trouble")?;
    let mut rows = select.query([])?;
    let mut troubles = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let account: i64 = row.get(0)?;
        let Some(account) = account_of(account) else {
            return Ok(Err(format!("something went wrong in account `{account}`, which is no account ID")));
        };
        let trouble = Trouble { call: row.get(1)?, code: row.get(2)?, message: row.get(3)?, request_id: row.get(4)? };
        troubles.insert(account, trouble);
    }
    Ok(Ok(troubles))
}

fn number(account: AccountNumber) -> i64 {
    account.get().cast_signed()
}

fn account_of(number: i64) -> Option<AccountNumber> {
    AccountNumber::new(u64::try_from(number).ok()?).ok()
}
