//! What became of the accounts: of an apply, a status, a verification, a removal. Failures are grouped by their cause.

use super::{accounts, ids};
use crate::Options;
use crate::audit::Format;
use crate::audit::json::pretty;
use crate::blocks::{self, Block, Mood};
use rolecall_core::diagnosis::Ranked;
use serde::Serialize;
use std::collections::BTreeMap;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// None was begun.
    NotBegun,
    /// It is under way, or its program ended.
    UnderWay,
    /// Every account was settled, none failed.
    Complete,
    /// Every account was settled, some failed.
    WithFailures,
    /// No account failed, and some roles were not read.
    Unread,
    /// No account failed, and an operation did not come to some.
    Unfinished,
    /// It was stopped and can go on.
    Stopped,
    /// Somebody must do something first.
    Refused,
    /// It halted: the role does not stand in the management account.
    HaltedManagement,
    /// It halted: the role opens without the right external ID.
    HaltedInsecure,
    /// It halted: the vendor did not get in.
    HaltedNotUnlocked,
    /// It halted: more accounts failed than may.
    HaltedTolerance,
}

impl State {
    /// A stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotBegun => "not-begun",
            Self::UnderWay => "under-way",
            Self::Complete => "complete",
            Self::WithFailures => "with-failures",
            Self::Unread => "unread",
            Self::Unfinished => "unfinished",
            Self::Stopped => "stopped",
            Self::Refused => "refused",
            Self::HaltedManagement => "halted-management",
            Self::HaltedInsecure => "halted-insecure",
            Self::HaltedNotUnlocked => "halted-not-unlocked",
            Self::HaltedTolerance => "halted-tolerance-exceeded",
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::NotBegun => "not begun",
            Self::UnderWay => "under way, or its program ended: the same command goes on",
            Self::Complete => "complete",
            Self::WithFailures => "not everywhere as it should be",
            Self::Unread => "nobody failed, and not every role was read: nothing is proved of those",
            Self::Unfinished => "not finished: some accounts were not come to",
            Self::Stopped => "stopped: the same command goes on",
            Self::Refused => "refused: something must be done first",
            Self::HaltedManagement => {
                "halted: the role does not stand in the management account, so no member was begun"
            }
            Self::HaltedInsecure => "halted: the role opens without the right external ID, so no member was begun",
            Self::HaltedNotUnlocked => {
                "halted: the vendor does not get into the management account, so no member was begun"
            }
            Self::HaltedTolerance => "halted: more accounts failed than `tolerance` allows",
        }
    }
}

/// How many accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the schema documents them by the same names")]
pub struct Counts {
    pub created: u32,
    pub adopted: u32,
    pub overwritten: u32,
    pub verified: u32,
    pub unread: u32,
    pub removed: u32,
    pub not_active: u32,
    pub left_alone: u32,
    pub failed: u32,
    pub under_way: u32,
    pub not_begun: u32,
}

/// Why accounts failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// A stable word.
    pub failure: &'static str,
    /// The call, or what was compared.
    pub call: Option<String>,
    /// AWS's code.
    pub code: Option<String>,
    /// An example of the message.
    pub message: Option<String>,
    /// AWS's request ID of that example.
    pub request_id: Option<String>,
    /// The accounts.
    pub accounts: Vec<String>,
    /// What to do.
    pub next_step: &'static str,
    /// The causes that the evidence shows, best first.
    pub diagnosis: Vec<Ranked>,
}

/// An account that a verification found other than it should be, or could not judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its ID.
    pub account: String,
    /// `differs`, `missing`, `other-case`, `not-judged`.
    pub state: &'static str,
    /// What differs, or why it could not be judged.
    pub message: String,
}

/// What became of the accounts.
#[derive(Clone, Debug)]
pub struct OutcomeView<'a> {
    /// `apply`, `status`, `verify`, `remove`.
    pub command: &'static str,
    /// The organization's ID.
    pub organization: &'a str,
    /// The role's name.
    pub role: &'a str,
    /// The journal.
    pub journal: Option<String>,
    /// Where the run stands.
    pub state: State,
    /// Where it is, in words.
    pub stage: Option<String>,
    /// How many accounts.
    pub counts: Counts,
    /// Why accounts failed, the cause of most of them first.
    pub causes: Vec<Cause>,
    /// What a verification found; nothing for other commands.
    pub differences: Option<Vec<Difference>>,
    /// What else is to be known.
    pub notes: Vec<String>,
}

/// Writes an outcome; the text ends with a line break.
pub fn render_outcome(outcome: &OutcomeView<'_>, format: Format, options: &Options) -> String {
    match format {
        Format::Human => blocks::human(&page(outcome, options.verbose), options),
        Format::Markdown => blocks::markdown(&page(outcome, options.verbose)),
        Format::Json => json(outcome),
    }
}

fn page(outcome: &OutcomeView<'_>, all: bool) -> Vec<Block> {
    let OutcomeView { command, organization, role, .. } = outcome;
    let differs = outcome.differences.as_ref().is_some_and(|differences| !differences.is_empty());
    let good = matches!(outcome.state, State::Complete | State::NotBegun | State::UnderWay) && !differs;
    let mood = if good { Mood::Good } else { Mood::Bad };
    let stage = outcome.stage.as_ref().map_or_else(String::new, |stage| format!(", {stage}"));
    let verdict = match &outcome.differences {
        None => format!("{}{stage}", outcome.state.sentence()),
        Some(found) if found.is_empty() => "every account that was read has the role of the profile".to_owned(),
        Some(found) => {
            let open = found.iter().filter(|difference| difference.state == "not-judged").count();
            let mut parts = Vec::new();
            if found.len() > open {
                parts.push(format!("{} not as they should be", accounts(found.len() - open)));
            }
            if open > 0 {
                parts.push(format!("{} could not be judged", accounts(open)));
            }
            parts.join(", ")
        }
    };
    let mut page = vec![
        Block::Title(format!("rollout {command}: `{role}` in {organization}")),
        Block::Verdict(mood, verdict),
        Block::Text(counted(&outcome.counts)),
    ];
    if outcome.differences.is_none() {
        for cause in &outcome.causes {
            page.extend(cause_blocks(cause, all));
        }
    }
    let rows = difference_rows(outcome.differences.as_deref().unwrap_or_default(), all);
    if !rows.is_empty() {
        page.push(Block::Records { head: vec!["state", "accounts", "found"], rows });
    }
    page.extend(outcome.notes.iter().map(|note| Block::Text(note.clone())));
    if let Some(journal) = &outcome.journal {
        page.push(Block::Text(format!("journal: `{journal}`")));
    }
    page
}

/// One record for what was found alike in many accounts, most of them first; each account with `all`.
fn difference_rows(differences: &[Difference], all: bool) -> Vec<Vec<String>> {
    let mut groups: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for Difference { account, state, message } in differences {
        groups.entry((state, message)).or_default().push(account.clone());
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, found)| std::cmp::Reverse(found.len()));
    let row = |((state, message), found): ((&str, &str), Vec<String>)| {
        let who = match found.as_slice() {
            [one] => one.clone(),
            many => format!("{} ({})", accounts(many.len()), ids(many, all)),
        };
        vec![state.to_owned(), who, message.to_owned()]
    };
    groups.into_iter().map(row).collect()
}

fn counted(counts: &Counts) -> String {
    let parts = [
        (counts.created, "created"),
        (counts.adopted, "were there and equal"),
        (counts.overwritten, "overwritten"),
        (counts.verified, "verified"),
        (counts.unread, "not read"),
        (counts.removed, "removed"),
        (counts.not_active, "not ACTIVE"),
        (counts.left_alone, "left alone"),
        (counts.failed, "failed"),
        (counts.under_way, "under way"),
        (counts.not_begun, "not touched"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if parts.is_empty() { "no account was touched".to_owned() } else { parts.join(", ") }
}

fn cause_blocks(cause: &Cause, all: bool) -> Vec<Block> {
    let count = accounts(cause.accounts.len());
    let told = [&cause.call, &cause.code].into_iter().flatten().cloned().collect::<Vec<_>>().join(": ");
    let what = if told.is_empty() { cause.failure.to_owned() } else { format!("{} ({told})", cause.failure) };
    let mut page = vec![Block::Heading(format!("{count}: {what}"))];
    if let Some(message) = &cause.message {
        let request = cause.request_id.as_ref().map_or_else(String::new, |id| format!(" (request {id})"));
        page.push(Block::Text(format!("{message}{request}")));
    }
    page.push(Block::Text(format!("accounts: {}", ids(&cause.accounts, all))));
    page.push(Block::Text(format!("next: {}", cause.next_step)));
    for ranked in &cause.diagnosis {
        let about = ranked.cause.about();
        let (weight, code) = (ranked.weight.as_str(), ranked.cause.as_str());
        page.push(Block::Text(format!("{weight} cause: {} ({code})", about.title)));
        page.push(Block::Text(format!("remedy ({}): {}", about.whose.as_str(), about.remedy)));
    }
    page
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format: &'static str,
    version: u32,
    command: &'static str,
    organization: &'a str,
    role: &'a str,
    journal: Option<&'a str>,
    state: &'static str,
    stage: Option<&'a str>,
    counts: CountsEntry,
    causes: Vec<CauseEntry<'a>>,
    differences: Option<Vec<DifferenceEntry<'a>>>,
    notes: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CountsEntry {
    created: u32,
    adopted: u32,
    overwritten: u32,
    verified: u32,
    unread: u32,
    removed: u32,
    not_active: u32,
    left_alone: u32,
    failed: u32,
    under_way: u32,
    not_begun: u32,
}

fn counts_entry(counts: Counts) -> CountsEntry {
    let Counts {
        created,
        adopted,
        overwritten,
        verified,
        unread,
        removed,
        not_active,
        left_alone,
        failed,
        under_way,
        not_begun,
    } = counts;
    CountsEntry {
        created,
        adopted,
        overwritten,
        verified,
        unread,
        removed,
        not_active,
        left_alone,
        failed,
        under_way,
        not_begun,
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CauseEntry<'a> {
    failure: &'static str,
    call: Option<&'a str>,
    code: Option<&'a str>,
    message: Option<&'a str>,
    request_id: Option<&'a str>,
    accounts: &'a [String],
    next_step: &'static str,
    diagnosis: Vec<DiagnosisEntry>,
}

#[derive(Serialize)]
struct DiagnosisEntry {
    cause: &'static str,
    weight: &'static str,
    title: &'static str,
    remedy: &'static str,
    whose: &'static str,
}

#[derive(Serialize)]
struct DifferenceEntry<'a> {
    account: &'a str,
    state: &'static str,
    message: &'a str,
}

fn json<'a>(outcome: &'a OutcomeView<'_>) -> String {
    let difference = |found: &'a Difference| DifferenceEntry {
        account: &found.account,
        state: found.state,
        message: &found.message,
    };
    let differences = outcome.differences.as_ref();
    pretty(&Document {
        format: "rolecall-rollout-outcome",
        version: 1,
        command: outcome.command,
        organization: outcome.organization,
        role: outcome.role,
        journal: outcome.journal.as_deref(),
        state: outcome.state.as_str(),
        stage: outcome.stage.as_deref(),
        counts: counts_entry(outcome.counts),
        causes: outcome.causes.iter().map(cause_entry).collect(),
        differences: differences.map(|found| found.iter().map(difference).collect()),
        notes: &outcome.notes,
    })
}

fn cause_entry(cause: &Cause) -> CauseEntry<'_> {
    let Cause { failure, call, code, message, request_id, accounts, next_step, diagnosis } = cause;
    let diagnosed = |ranked: &Ranked| {
        let about = ranked.cause.about();
        DiagnosisEntry {
            cause: ranked.cause.as_str(),
            weight: ranked.weight.as_str(),
            title: about.title,
            remedy: about.remedy,
            whose: about.whose.as_str(),
        }
    };
    CauseEntry {
        failure,
        call: call.as_deref(),
        code: code.as_deref(),
        message: message.as_deref(),
        request_id: request_id.as_deref(),
        accounts,
        next_step,
        diagnosis: diagnosis.iter().map(diagnosed).collect(),
    }
}
