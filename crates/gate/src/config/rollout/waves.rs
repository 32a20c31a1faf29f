//! `[[rollout.wave]]` and `[[rollout.exclude]]`: which accounts come when, and which never.

use super::super::Problems;
use super::super::organization::{OrganizationEntry, account_id};
use super::super::table::Table;
use super::RolloutEntry;
use rolecall_iam::arn::AccountId;
use rolecall_iam::span::{Span, Spanned};
use std::collections::BTreeMap;

const WAVE_KEYS: [&str; 2] = ["accounts", "organizational_units"];
const EXCLUDE_KEYS: [&str; 2] = ["accounts", "reason"];

/// One `[[rollout.wave]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wave {
    /// Where it stands.
    pub span: Span,
    /// `accounts`.
    pub accounts: Vec<Spanned<AccountId>>,
    /// `organizational_units`: all accounts in them and in the units below.
    pub organizational_units: Vec<Spanned<String>>,
}

/// One `[[rollout.exclude]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// `accounts`.
    pub accounts: Vec<Spanned<AccountId>>,
    /// `reason`.
    pub reason: String,
}

pub(super) fn read(table: &Table<'_>, problems: &mut Problems) -> Vec<Wave> {
    let tables = table.tables("wave", "[[rollout.wave]]", &WAVE_KEYS, problems);
    tables.iter().map(|table| wave(table, problems)).collect()
}

fn wave(table: &Table<'_>, problems: &mut Problems) -> Wave {
    let accounts = accounts(table, problems);
    let units = table.strings("organizational_units", problems).unwrap_or_default();
    if !table.has("accounts") && !table.has("organizational_units") {
        let _: Option<()> = table.missing("accounts", "accounts = [\"333333333333\"]", problems);
    }
    let organizational_units = units.into_iter().filter(|unit| is_unit(unit, problems)).collect();
    Wave { span: table.span, accounts, organizational_units }
}

/// An OU or the root (botocore's Organizations model, `ParentId`).
pub(super) fn is_unit(text: &Spanned<String>, problems: &mut Problems) -> bool {
    let lower = |part: &str| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let root = |part: &str| (4..=32).contains(&part.len()) && lower(part);
    let sound = match text.value.split_once('-') {
        Some(("r", rest)) => root(rest),
        Some(("ou", rest)) => {
            rest.split_once('-').is_some_and(|(of, unit)| root(of) && (8..=32).contains(&unit.len()) && lower(unit))
        }
        _ => false,
    };
    if !sound {
        let message = format!("`{}` is no ID of an organizational unit", text.value.escape_debug());
        let help = "an ID such as `ou-abcd-11111111`, or of the root such as `r-abcd`, was expected";
        problems.add("config-bad-value", text.span, message, help);
    }
    sound
}

pub(super) fn read_excluded(table: &Table<'_>, problems: &mut Problems) -> Vec<Exclusion> {
    let tables = table.tables("exclude", "[[rollout.exclude]]", &EXCLUDE_KEYS, problems);
    tables.iter().filter_map(|table| exclusion(table, problems)).collect()
}

fn exclusion(table: &Table<'_>, problems: &mut Problems) -> Option<Exclusion> {
    let accounts = accounts(table, problems);
    if !table.has("accounts") {
        let _: Option<()> = table.missing("accounts", "accounts = [\"333333333333\"]", problems);
    }
    let reason = table.required("reason", "reason = \"who decided it, and why\"", problems)?;
    if reason.value.trim().is_empty() {
        problems.add("config-bad-value", reason.span, "`reason` is empty", "say who decided it, and why");
    }
    Some(Exclusion { accounts, reason: reason.value })
}

fn accounts(table: &Table<'_>, problems: &mut Problems) -> Vec<Spanned<AccountId>> {
    let texts = table.strings("accounts", problems).unwrap_or_default();
    texts.iter().filter_map(|text| account_id("accounts", text, problems)).collect()
}

/// Every account and unit once; the management account nowhere, since it goes first by itself.
pub(super) fn check(entry: &RolloutEntry, organizations: &[OrganizationEntry], problems: &mut Problems) {
    let in_waves = entry.waves.iter().flat_map(|wave| &wave.accounts);
    let excluded = entry.excluded.iter().flat_map(|exclusion| &exclusion.accounts);
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for account in in_waves.chain(excluded) {
        if organizations.iter().any(|organization| organization.management_account.value == account.value) {
            let message = format!("`{}` is the management account", account.value);
            let help = "it goes first by itself, and without it nobody is served: leave it out of waves and exclusions";
            problems.add("config-bad-value", account.span, message, help);
        }
        once(&mut seen, account.value.to_string(), account.span, problems);
    }
    for unit in entry.waves.iter().flat_map(|wave| &wave.organizational_units) {
        once(&mut seen, unit.value.clone(), unit.span, problems);
    }
}

fn once(seen: &mut BTreeMap<String, Span>, text: String, span: Span, problems: &mut Problems) {
    if let Some(first) = seen.get(&text) {
        let message = format!("`{text}` is named twice in `[rollout]`");
        let help = "each account and unit belongs to one wave or one exclusion: remove one of the two";
        problems.add_related("config-duplicate", span, message, help, (*first, "first named here"));
    } else {
        seen.insert(text, span);
    }
}
