//! `[[organization]]`: organization IDs, accounts, external IDs, migration windows.
//! The legacy per-account IDs stand in a CSV file, which `legacy_ids` reads.

use super::Problems;
use super::table::Table;
use jiff::civil::Date;
use rolecall_core::external_id::{ExternalId, ExternalIdError};
use rolecall_core::organization::{MigrationWindow, Organization, OrganizationId, ServiceMode};
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::span::{Span, Spanned};
use std::collections::BTreeMap;

const KEYS: [&str; 7] = ["id", "management_account", "partition", "external_id", "legacy_ids", "migration", "mode"];

/// One `[[organization]]`.
#[derive(Clone, Debug)]
pub struct OrganizationEntry {
    /// Where it stands.
    pub span: Span,
    /// `id`.
    pub id: Spanned<OrganizationId>,
    /// `management_account`.
    pub management_account: Spanned<AccountId>,
    /// `partition`; `aws` when it is not written.
    pub partition: Partition,
    /// `external_id`.
    pub external_id: Spanned<ExternalId>,
    /// `legacy_ids`: the path of a CSV file.
    pub legacy_ids: Option<Spanned<String>>,
    /// `migration`.
    pub migration: Option<MigrationWindow>,
    /// `mode`.
    pub mode: ServiceMode,
}

impl OrganizationEntry {
    /// The organization with its legacy IDs.
    pub fn with_legacy_ids(&self, legacy_ids: BTreeMap<AccountId, ExternalId>) -> Organization {
        Organization {
            id: self.id.value.clone(),
            partition: self.partition,
            management_account: self.management_account.value,
            external_id: self.external_id.value.clone(),
            legacy_ids,
            migration: self.migration,
            mode: self.mode,
        }
    }
}

/// Reads all `[[organization]]` tables; a missing one is a problem.
pub(super) fn read(top: &Table<'_>, problems: &mut Problems) -> Vec<OrganizationEntry> {
    if !top.has("organization") {
        let help =
            "add one with `id`, `management_account` and `external_id`: the gate judges a role for an organization";
        problems.add("config-missing-key", top.span, "there is no `[[organization]]`", help);
    }
    let tables = top.tables("organization", "[[organization]]", &KEYS, problems);
    let entries: Vec<OrganizationEntry> = tables.iter().filter_map(|table| read_one(table, problems)).collect();
    check_twice(&entries, problems);
    entries
}

fn check_twice(entries: &[OrganizationEntry], problems: &mut Problems) {
    for (index, entry) in entries.iter().enumerate() {
        let before = || entries.iter().take(index);
        if let Some(first) = before().find(|other| other.id.value == entry.id.value) {
            let message = format!("the organization `{}` is written twice", entry.id.value.as_str());
            let help = "one `[[organization]]` for each organization: remove one of the two";
            problems.add_related(
                "config-duplicate",
                entry.id.span,
                message,
                help,
                (first.id.span, "first written here"),
            );
        }
    }
}

fn read_one(table: &Table<'_>, problems: &mut Problems) -> Option<OrganizationEntry> {
    let id = table.required("id", "id = \"o-exampleorgid\"", problems);
    let id = id.and_then(|text| organization_id(&text, problems));
    let management_account = table.required("management_account", "management_account = \"111111111111\"", problems);
    let management_account = management_account.and_then(|text| account_id("management_account", &text, problems));
    let external_id = table.required("external_id", "external_id = \"the ID that the vendor gave\"", problems);
    let external_id = external_id.and_then(|text| external_id_of(&text, problems));
    let partition = partition(table, problems);
    let mode = mode(table, problems);
    let migration = migration(table, problems);
    Some(OrganizationEntry {
        span: table.span,
        id: id?,
        management_account: management_account?,
        partition,
        external_id: external_id?,
        legacy_ids: table.string("legacy_ids", problems),
        migration,
        mode,
    })
}

/// Reads an organization ID.
pub(super) fn organization_id(text: &Spanned<String>, problems: &mut Problems) -> Option<Spanned<OrganizationId>> {
    match OrganizationId::parse(&text.value) {
        Ok(id) => Some(Spanned::new(id, text.span)),
        Err(error) => {
            let message = format!("`{}` is no organization ID", text.value);
            problems.add("config-bad-organization-id", text.span, message, error.to_string());
            None
        }
    }
}

/// Reads an account ID.
pub(crate) fn account_id(key: &str, text: &Spanned<String>, problems: &mut Problems) -> Option<Spanned<AccountId>> {
    match AccountId::parse(&text.value) {
        Ok(account) => Some(Spanned::new(account, text.span)),
        Err(error) => {
            let found = text.value.chars().filter(char::is_ascii_digit).count();
            let message = format!("`{key}` is `{}`, with {found} digits", text.value.escape_debug());
            let help = format!("{error}, in quotes and without separators");
            problems.add("bad-account-id", text.span, message, help);
            None
        }
    }
}

/// Reads an external ID and shows what is in the way: white space above all.
pub(crate) fn external_id_of(text: &Spanned<String>, problems: &mut Problems) -> Option<Spanned<ExternalId>> {
    match ExternalId::parse(&text.value) {
        Ok(id) => Some(Spanned::new(id, text.span)),
        Err(error) => {
            let (code, help) = explain(&text.value, &error);
            let message = format!("`{}` is no external ID: {error}", text.value.escape_debug());
            problems.add(code, text.span, message, help);
            None
        }
    }
}

/// The problem code of a bad external ID, and what to do about it.
fn explain(text: &str, error: &ExternalIdError) -> (&'static str, String) {
    let trimmed = text.trim();
    let (code, advice) = match error {
        ExternalIdError::BadCharacter(..) if trimmed != text && ExternalId::parse(trimmed).is_ok() => {
            let before = text.len() - text.trim_start().len();
            let after = text.len() - text.trim_end().len();
            let extra = match (before, after) {
                (_, 0) => format!("{before} before it"),
                (0, _) => format!("{after} behind it"),
                _ => format!("{before} before it and {after} behind it"),
            };
            let advice = format!("white space was copied along ({extra}): write `{trimmed}`");
            return ("external-id-white-space", advice);
        }
        ExternalIdError::BadCharacter(..) => ("bad-external-id", "copy the ID again from the vendor's console"),
        ExternalIdError::TooShort(0) => {
            ("bad-external-id", "an unset variable gives an empty ID: write the ID that the vendor gave")
        }
        ExternalIdError::TooShort(_) | ExternalIdError::TooLong(_) => {
            ("bad-external-id", "write the whole ID that the vendor gave")
        }
    };
    (code, advice.to_owned())
}

fn partition(table: &Table<'_>, problems: &mut Problems) -> Partition {
    let Some(text) = table.string("partition", problems) else { return Partition::default() };
    Partition::parse(&text.value).unwrap_or_else(|| {
        let help = "`aws`, `aws-us-gov` or `aws-cn` was expected";
        problems.add("config-bad-value", text.span, format!("`partition` is `{}`", text.value), help);
        Partition::default()
    })
}

fn mode(table: &Table<'_>, problems: &mut Problems) -> ServiceMode {
    let Some(text) = table.string("mode", problems) else { return ServiceMode::default() };
    match text.value.as_str() {
        "real-time" => ServiceMode::RealTime,
        "lagging" => ServiceMode::Lagging,
        other => {
            let help = "`real-time` (a role in every account) or `lagging` (billing data only) was expected";
            problems.add("config-bad-value", text.span, format!("`mode` is `{other}`"), help);
            ServiceMode::default()
        }
    }
}

fn migration(table: &Table<'_>, problems: &mut Problems) -> Option<MigrationWindow> {
    let window = table.table("migration", "migration", &["from", "until"], problems)?;
    let mut day = |key: &str| -> Option<Spanned<Date>> {
        if window.has(key) {
            window.date(key, problems)
        } else {
            window.missing(key, "migration = { from = 2026-11-01, until = 2027-01-31 }", problems)
        }
    };
    let (from, until) = (day("from"), day("until"));
    let (from, until) = (from?, until?);
    if until.value < from.value {
        let message = format!("the migration ends on {} and begins on {}", until.value, from.value);
        problems.add_related(
            "config-bad-value",
            until.span,
            message,
            "`until` is the last day of the window, on or after `from`",
            (from.span, "begins here"),
        );
        return None;
    }
    Some(MigrationWindow { from: from.value, until: until.value })
}
