//! External-ID bindings and the plan of a migration as terminal text, Markdown and JSON
//! (`schema/external-ids.schema.json`). IDs are shown with what they belong to: they are no secrets, and hiding them stops
//! diagnosis.

use crate::Options;
use crate::audit::Format;
use crate::audit::json::pretty;
use crate::blocks::{self, Block, Mood};
use jiff::civil::Date;
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::Organization;
use serde::Serialize;

/// Bindings on a day.
#[derive(Clone, Copy, Debug)]
pub struct BindingsView<'a> {
    /// The organizations.
    pub organizations: &'a [Organization],
    /// The day.
    pub day: Date,
}

/// Writes the bindings: which IDs are accepted where.
pub fn render_bindings(view: &BindingsView<'_>, format: Format, options: &Options) -> String {
    match format {
        Format::Human => blocks::human(&bindings_page(view), options),
        Format::Markdown => blocks::markdown(&bindings_page(view)),
        Format::Json => json("bindings", view),
    }
}

/// Writes the plan of a migration: which accounts hold an ID of their own, the steps, and what is accepted in between.
pub fn render_migration(view: &BindingsView<'_>, format: Format, options: &Options) -> String {
    match format {
        Format::Human => blocks::human(&migration_page(view), options),
        Format::Markdown => blocks::markdown(&migration_page(view)),
        Format::Json => json("migration", view),
    }
}

fn window(organization: &Organization, day: Date) -> String {
    match organization.migration {
        None => "no migration window".to_owned(),
        Some(window) if window.is_open(day) => {
            format!("migration window from {} to {}, open on {day}", window.from, window.until)
        }
        Some(window) if day < window.from => {
            format!("migration window from {} to {}, opens in the future", window.from, window.until)
        }
        Some(window) => format!("migration window from {} to {}, over since", window.from, window.until),
    }
}

fn bindings_page(view: &BindingsView<'_>) -> Vec<Block> {
    let mut page = vec![Block::Title(format!("external IDs on {}", view.day))];
    for organization in view.organizations {
        page.push(Block::Heading(organization.id.as_str().to_owned()));
        page.push(Block::Text(window(organization, view.day)));
        let mut rows =
            vec![vec!["every other account".to_owned(), organization.external_id.to_string(), String::new()]];
        for account in organization.legacy_ids.keys() {
            let accepted = organization.accepted_ids(*account, view.day);
            let also = accepted.also.map_or_else(String::new, |also| format!("also {also}"));
            rows.push(vec![account.to_string(), accepted.expected.to_string(), also]);
        }
        page.push(Block::Table { head: vec!["account", "accepted", "in the window"], rows });
    }
    page
}

fn migration_page(view: &BindingsView<'_>) -> Vec<Block> {
    let mut page = vec![Block::Title(format!("migration of external IDs, as of {}", view.day))];
    for organization in view.organizations {
        page.push(Block::Heading(organization.id.as_str().to_owned()));
        let legacy = organization.legacy_ids.len();
        if legacy == 0 {
            page.push(Block::Verdict(
                Mood::Good,
                "no account holds an ID of its own: nothing is to be migrated".to_owned(),
            ));
            continue;
        }
        page.push(Block::Text(format!(
            "{legacy} accounts hold an ID of their own; {}.",
            window(organization, view.day)
        )));
        page.extend(steps(organization, view.day).into_iter().map(Block::Text));
        if let Some((account, own)) = organization.legacy_ids.first_key_value() {
            let between = format!("\"sts:ExternalId\": [\"{own}\", \"{}\"]", organization.external_id);
            page.push(Block::Text(format!("The condition in between, of account {account}:")));
            page.push(Block::Code("json", between));
        }
        let row =
            |(account, id): (&rolecall_iam::arn::AccountId, &ExternalId)| vec![account.to_string(), id.to_string()];
        let rows = organization.legacy_ids.iter().map(row).collect();
        page.push(Block::Table { head: vec!["account", "its own ID"], rows });
    }
    page
}

/// The order matters: an ID goes only when nobody sends it any more.
fn steps(organization: &Organization, day: Date) -> Vec<String> {
    let (from, until) = match organization.migration {
        Some(window) => (window.from.to_string(), window.until.to_string()),
        None => ("the first day".to_owned(), "the last day".to_owned()),
    };
    let mut steps = Vec::new();
    match organization.migration {
        None => steps.push(format!(
            "1. Agree on a window with the vendor and write it down: `migration = {{ from = {day}, until = … }}` in the \
             `[[organization]]` of {}.",
            organization.id.as_str()
        )),
        Some(window) => steps.push(format!("1. The window is agreed on: from {} to {}.", window.from, window.until)),
    }
    steps.push(format!(
        "2. From {from}: let the trust of each of these accounts accept both IDs, its own and {}; the gate and `rolecall rollout \
         verify` take both for right while the window is open.",
        organization.external_id
    ));
    steps.push("3. Have the vendor send the organization's ID for these accounts, and validate its access.".to_owned());
    steps.push(format!(
        "4. By {until}: take each account that validates out of the file of `legacy_ids`, and `rolecall rollout apply`: its trust \
         accepts the organization's ID alone. From the day after {until} two IDs are a finding."
    ));
    steps
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format: &'static str,
    version: u32,
    kind: &'static str,
    day: String,
    organizations: Vec<OrganizationEntry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrganizationEntry<'a> {
    id: &'a str,
    external_id: &'a str,
    migration: Option<WindowEntry>,
    accounts: Vec<AccountEntry<'a>>,
    steps: Vec<String>,
}

#[derive(Serialize)]
struct WindowEntry {
    from: String,
    until: String,
    open: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccountEntry<'a> {
    account: String,
    legacy_id: &'a str,
    accepted: Vec<&'a str>,
}

fn json(kind: &'static str, view: &BindingsView<'_>) -> String {
    let day = view.day;
    let organizations = view.organizations.iter().map(|organization| OrganizationEntry {
        id: organization.id.as_str(),
        external_id: organization.external_id.as_str(),
        migration: organization.migration.map(|window| WindowEntry {
            from: window.from.to_string(),
            until: window.until.to_string(),
            open: window.is_open(day),
        }),
        accounts: accounts(organization, day),
        steps: if kind == "migration" && !organization.legacy_ids.is_empty() {
            steps(organization, day)
        } else {
            Vec::new()
        },
    });
    pretty(&Document {
        format: "rolecall-external-ids",
        version: 1,
        kind,
        day: day.to_string(),
        organizations: organizations.collect(),
    })
}

fn accounts(organization: &Organization, day: Date) -> Vec<AccountEntry<'_>> {
    organization
        .legacy_ids
        .iter()
        .map(|(account, legacy)| {
            let accepted = organization.accepted_ids(*account, day);
            AccountEntry {
                account: account.to_string(),
                legacy_id: legacy.as_str(),
                accepted: std::iter::once(accepted.expected).chain(accepted.also).map(ExternalId::as_str).collect(),
            }
        })
        .collect()
}
