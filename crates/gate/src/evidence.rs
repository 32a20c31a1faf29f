//! Reads an evidence bundle, `"format": "rolecall-evidence"`, `"version": 1`, into the evidence that a diagnosis takes. A
//! key that is absent was not looked at, `null` was looked at and is not there. All problems of a file in one run.

mod account;
mod fields;
mod place;
mod stack_sets;
pub mod vendor;

#[cfg(test)]
mod tests;

pub use place::place_in;

use fields::{Fields, Problems};
use rolecall_core::access_check::TimeMs;
use rolecall_core::diagnosis::{Evidence, Subject, Viewpoint};
use rolecall_core::organization::{AccountKind, OrganizationId, ServiceMode};
use rolecall_core::profile::VendorPrincipal;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::problem::Problem;
use rolecall_iam::value::Node;

/// `"format"`.
pub const FORMAT: &str = "rolecall-evidence";
/// `"version"`.
pub const VERSION: u32 = 1;

/// The keys of a bundle.
const KEYS: &[&str] = &[
    "format",
    "version",
    "viewpoint",
    "at",
    "subject",
    "bindings",
    "listing",
    "checks",
    "validated",
    "emails",
    "actions",
    "neighbours",
    "readings",
    "stackSets",
    "steps",
];

/// Reads a bundle out of its JSON.
///
/// # Errors
/// Everything that is wrong with it: unknown keys, wrong types, words that AWS does not have, texts that are no IDs.
pub fn read(root: &Node) -> Result<Evidence, Vec<Problem>> {
    let mut problems = Problems::default();
    let evidence = bundle(root, &mut problems);
    match evidence {
        Some(evidence) if problems.0.is_empty() => Ok(evidence),
        _ => Err(problems.0),
    }
}

fn bundle(root: &Node, problems: &mut Problems) -> Option<Evidence> {
    let fields = Fields::new(root, "the bundle", KEYS, problems)?;
    let format = fields.required("format", fields::text, problems)?;
    if format != FORMAT {
        problems.add(fields.span("format"), format!("the format is `{format}`"), format!("`{FORMAT}` was expected"));
        return None;
    }
    let version = fields.required("version", fields::number, problems)?;
    if version != u64::from(VERSION) {
        let help = format!("this program reads version {VERSION}: write the bundle with a program of the same version");
        problems.add(fields.span("version"), format!("the version is {version}"), help);
        return None;
    }
    let viewpoint = fields.required(
        "viewpoint",
        |node, problems| fields::word(node, problems, Viewpoint::parse, &Viewpoint::ALL.map(Viewpoint::as_str)),
        problems,
    );
    let at = fields.required("at", fields::time, problems);
    let subject = fields.required("subject", subject, problems);
    let (viewpoint, at, subject) = (viewpoint?, at?, subject?);
    let mut evidence = Evidence::new(viewpoint, at, subject);
    fields.group("bindings", &mut evidence.bindings, vendor::bindings, problems);
    fields.group("listing", &mut evidence.listing, vendor::listing, problems);
    fields.group("neighbours", &mut evidence.neighbours, vendor::neighbours, problems);
    fields.group("readings", &mut evidence.readings, account::readings, problems);
    evidence.checks = fields.seen("checks", |node, problems| fields::list(node, problems, vendor::check), problems);
    evidence.validated = fields.seen("validated", fields::time, problems);
    evidence.emails = fields.seen("emails", |node, problems| fields::list(node, problems, vendor::email), problems);
    evidence.actions = fields.seen("actions", |node, problems| fields::list(node, problems, vendor::action), problems);
    evidence.stack_sets =
        fields.seen("stackSets", |node, problems| fields::list(node, problems, stack_sets::set), problems);
    evidence.steps = fields.seen("steps", |node, problems| fields::list(node, problems, stack_sets::step), problems);
    Some(evidence)
}

const SUBJECT: &[&str] = &[
    "account",
    "kind",
    "organization",
    "partition",
    "mode",
    "roleName",
    "rolePath",
    "vendorAccount",
    "vendorPrincipalArns",
];

fn subject(node: &Node, problems: &mut Problems) -> Option<Subject> {
    let fields = Fields::new(node, "`subject`", SUBJECT, problems)?;
    let account = fields.required("account", account_id, problems);
    let kind = fields.required(
        "kind",
        |node, problems| fields::word(node, problems, kind, &["management", "member"]),
        problems,
    );
    let organization = fields.required("organization", organization_id, problems);
    let partition = fields.optional(
        "partition",
        |node, problems| {
            fields::word(
                node,
                problems,
                |text| Partition::ALL.into_iter().find(|known| known.as_str() == text),
                &["aws", "aws-us-gov", "aws-cn"],
            )
        },
        problems,
    );
    let mode = fields.optional(
        "mode",
        |node, problems| fields::word(node, problems, mode, &["real-time", "lagging"]),
        problems,
    );
    let role_name = fields.required("roleName", fields::text, problems);
    let role_path = fields.optional("rolePath", fields::text, problems);
    let vendor = fields.required("vendorAccount", account_id, problems);
    let arns = fields.optional("vendorPrincipalArns", fields::texts, problems);
    Some(Subject {
        account: account?,
        kind: kind?,
        organization: organization?,
        partition: partition.unwrap_or(Partition::Aws),
        mode: mode.unwrap_or_default(),
        role_name: role_name?,
        role_path: role_path.unwrap_or_else(|| String::from("/")),
        vendor: VendorPrincipal { account: vendor?, principal_arns: arns.unwrap_or_default() },
    })
}

fn kind(text: &str) -> Option<AccountKind> {
    match text {
        "management" => Some(AccountKind::Management),
        "member" => Some(AccountKind::Member),
        _ => None,
    }
}

fn mode(text: &str) -> Option<ServiceMode> {
    match text {
        "real-time" => Some(ServiceMode::RealTime),
        "lagging" => Some(ServiceMode::Lagging),
        _ => None,
    }
}

fn account_id(node: &Node, problems: &mut Problems) -> Option<AccountId> {
    let text = fields::text(node, problems)?;
    let id = AccountId::parse(&text).ok();
    if id.is_none() {
        problems.add(node.span, format!("`{text}` is no account ID"), "twelve digits in quotes were expected");
    }
    id
}

fn organization_id(node: &Node, problems: &mut Problems) -> Option<OrganizationId> {
    let text = fields::text(node, problems)?;
    match OrganizationId::parse(&text) {
        Ok(id) => Some(id),
        Err(error) => {
            problems.add(node.span, format!("`{text}` is no organization ID"), error.to_string());
            None
        }
    }
}

/// The Unix epoch as a moment, for readers of texts.
const EPOCH: TimeMs = TimeMs(0);
