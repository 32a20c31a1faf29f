//! `[[policy]]`, `[[stack_set]]` and `[[pipeline]]`: control policies, and the customer's automation that creates the role.

use super::role::{RolePart, read_brought_role, read_role};
use super::table::{Reader, Table};
use super::{AccountRef, Names, Place};
use crate::cloudformation::{Amount, CallAs, ConcurrencyMode, Preferences};
use crate::time::{SimSpan, SimTime};

/// Which kind of control policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlType {
    /// A service control policy.
    Service,
    /// A resource control policy.
    Resource,
}

/// A control policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlPolicy {
    /// How the scenario calls it.
    pub name: String,
    /// SCP or RCP.
    pub control: ControlType,
    /// The document.
    pub document: String,
    /// Where it is attached from the beginning.
    pub on: Vec<Place>,
    /// Its organization.
    pub organization: usize,
}

pub(super) const POLICY_KEYS: [&str; 5] = ["name", "type", "document", "on", "organization"];

/// A stack set.
#[derive(Clone, Debug, PartialEq)]
pub struct StackSetPart {
    /// How the scenario calls it, and AWS.
    pub name: String,
    /// Its organization.
    pub organization: usize,
    /// The targeted units; empty: nothing is deployed.
    pub units: Vec<Place>,
    /// Its Regions.
    pub regions: Vec<String>,
    /// The role that it creates.
    pub role: RolePart,
    /// Automatic deployment, and whether a leaver keeps its stack.
    pub auto_deployment: Option<bool>,
    /// Whether operations that conflict wait instead of being refused.
    pub managed_execution: bool,
    /// Whether a parameter of the template is `NoEcho`.
    pub no_echo: bool,
    /// Preferences of its first deployment.
    pub preferences: Preferences,
    /// When it is created.
    pub at: SimTime,
    /// Who creates it; the management account by default.
    pub by: Option<AccountRef>,
    /// `CallAs` of its creator.
    pub call_as: CallAs,
}

pub(super) const STACK_SET_KEYS: [&str; 15] = [
    "name",
    "organization",
    "units",
    "regions",
    "role",
    "auto_deployment",
    "retain",
    "managed_execution",
    "no_echo",
    "concurrency",
    "tolerance",
    "concurrency_mode",
    "at",
    "as",
    "call_as",
];

/// A pipeline: brings the role into each account that joins, after a while.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelinePart {
    /// How the scenario calls it.
    pub name: String,
    /// Of whose accounts.
    pub organization: usize,
    /// The shortest and the longest time that it takes.
    pub latency: (SimSpan, SimSpan),
    /// The role that it makes.
    pub role: RolePart,
    /// Whether it works through `OrganizationAccountAccessRole`, call by call.
    pub through_organization_role: bool,
    /// The stage at which it stops, before any call of AWS.
    pub stops_at: Option<String>,
}

pub(super) const PIPELINE_KEYS: [&str; 7] =
    ["name", "organization", "latency", "latency_max", "role", "delivery", "stops_at"];

pub(super) fn read_pipelines(top: &Table<'_>, names: &Names, reader: &mut Reader) -> Vec<PipelinePart> {
    let mut pipelines = Vec::new();
    for table in top.tables("pipeline", &PIPELINE_KEYS, reader) {
        let Some(organization) = names.organization(&table, "organization", reader) else { continue };
        let latency = table.span_of("latency", reader).unwrap_or(SimSpan::minutes(5));
        let longest = table.span_of("latency_max", reader).unwrap_or(latency);
        let delivery = [("administrator", false), ("organization-role", true)];
        pipelines.push(PipelinePart {
            name: table.string("name", reader).map_or_else(|| "pipeline".to_owned(), |name| name.value),
            organization,
            latency: (latency, longest.max(latency)),
            role: read_brought_role(&table, "a pipeline", reader),
            through_organization_role: table.word("delivery", &delivery, reader).unwrap_or(false),
            stops_at: table.string("stops_at", reader).map(|text| text.value).filter(|stage| !stage.is_empty()),
        });
    }
    pipelines
}

pub(super) fn read_policies(top: &Table<'_>, names: &mut Names, reader: &mut Reader) -> Vec<ControlPolicy> {
    let mut policies = Vec::new();
    for table in top.tables("policy", &POLICY_KEYS, reader) {
        let name = table.required("name", "name = \"region-lock\"", reader);
        let control = table.word("type", &[("scp", ControlType::Service), ("rcp", ControlType::Resource)], reader);
        if !table.has("type") {
            let _: Option<()> = table.missing("type", "type = \"scp\"", reader);
        }
        let document = table.required("document", "document = '''{\"Statement\": […]}'''", reader);
        let organization = names.organization(&table, "organization", reader);
        let (Some(name), Some(control), Some(document), Some(organization)) = (name, control, document, organization)
        else {
            continue;
        };
        let on = table.strings("on", reader);
        let on = on.iter().filter_map(|place| names.place(place, organization, reader)).collect();
        names.policies.push(name.value.clone());
        policies.push(ControlPolicy { name: name.value, control, document: document.value, on, organization });
    }
    policies
}

pub(super) fn read_stack_sets(top: &Table<'_>, names: &mut Names, reader: &mut Reader) -> Vec<StackSetPart> {
    let mut sets = Vec::new();
    for table in top.tables("stack_set", &STACK_SET_KEYS, reader) {
        let name = table.string("name", reader).map_or_else(|| "vendor-role".to_owned(), |name| name.value);
        let Some(organization) = names.organization(&table, "organization", reader) else { continue };
        let units = table.strings("units", reader);
        let units = units.iter().filter_map(|place| names.place(place, organization, reader)).collect();
        let retain = table.truth("retain", reader).unwrap_or(false);
        names.stack_sets.push(name.clone());
        sets.push(StackSetPart {
            name,
            organization,
            units,
            regions: read_regions(&table, reader).unwrap_or_else(|| vec!["us-east-1".to_owned()]),
            role: if table.has("role") { read_role(&table, "role", reader) } else { None }.unwrap_or_default(),
            auto_deployment: table.truth("auto_deployment", reader).unwrap_or(true).then_some(retain),
            managed_execution: table.truth("managed_execution", reader).unwrap_or(false),
            no_echo: table.truth("no_echo", reader).unwrap_or(false),
            preferences: read_preferences(&table, reader),
            at: table.moment("at", reader).unwrap_or(SimTime::START),
            by: table.string("as", reader).and_then(|name| names.account_ref(&name, reader)),
            call_as: read_call_as(&table, reader),
        });
    }
    sets
}

pub(super) fn read_call_as(table: &Table<'_>, reader: &mut Reader) -> CallAs {
    let words = [("SELF", CallAs::Own), ("DELEGATED_ADMIN", CallAs::DelegatedAdmin)];
    table.word("call_as", &words, reader).unwrap_or_default()
}

pub(super) fn read_regions(table: &Table<'_>, reader: &mut Reader) -> Option<Vec<String>> {
    table.has("regions").then(|| table.strings("regions", reader).into_iter().map(|text| text.value).collect())
}

/// Ten at once and no tolerance, unless the scenario says otherwise.
pub(super) fn read_preferences(table: &Table<'_>, reader: &mut Reader) -> Preferences {
    let tolerance = table.number("tolerance", 100_000, reader).unwrap_or(0);
    let words = [("strict", ConcurrencyMode::Strict), ("soft", ConcurrencyMode::Soft)];
    Preferences {
        max_concurrent: Amount::Count(table.number("concurrency", 100_000, reader).unwrap_or(10)),
        failure_tolerance: Amount::Count(tolerance),
        mode: table.word("concurrency_mode", &words, reader).unwrap_or(ConcurrencyMode::Strict),
    }
}
