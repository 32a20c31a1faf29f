//! What is there at the beginning, and what is to come out, as rows of keys and values with their defaults.

use super::align::{Entry, Row, Written};
use super::role::{right_by_default, written};
use crate::account::Origin;
use crate::cloudformation::{Amount, CallAs, ConcurrencyMode, Preferences};
use crate::organizations::FeatureSet;
use crate::scenario::moment::exactly;
use crate::scenario::organization::{
    STATES, default_account, default_management, default_name, made_id, made_organization_id,
};
use crate::scenario::rollout::{COLLISIONS, LATENCY, UNLOCKS};
use crate::scenario::{
    AccountPart, AccountRef, ControlType, Expectation, OrganizationPart, PipelinePart, Place, RolePart, RolloutPart,
    Scenario, StackSetPart, VendorPart, WorldPart,
};
use crate::time::{SimSpan, SimTime};
use rolecall_core::diagnosis::Viewpoint;
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::ServiceMode;
use rolecall_lifecycle::rollout::{Collision, Unlock};
use rolecall_lifecycle::vendor::PauseRule;

pub(super) fn span(key: &'static str, span: SimSpan, default: SimSpan) -> Entry {
    Entry::text(key, &exactly(span), span == default)
}

pub(super) fn moment(key: &'static str, at: SimTime, default: Option<SimTime>) -> Entry {
    if at == SimTime::NEVER {
        return Entry::new(key, None, default == Some(at));
    }
    Entry::text(key, &exactly(at.since(SimTime::START)), default == Some(at))
}

pub(super) fn world(world: &WorldPart) -> Row {
    let default = WorldPart::default();
    let entries = vec![
        span("role_propagation", world.role_propagation, default.role_propagation),
        span("stack", world.stack, default.stack),
        span("auto_deployment", world.auto_deployment, default.auto_deployment),
        span("account_readiness", world.account_readiness, default.account_readiness),
        span("account_closing", world.account_closing, default.account_closing),
        Entry::number("empty_pages", world.empty_pages, default.empty_pages),
        moment("status_retired", world.status_retired, Some(default.status_retired)),
        Entry::text("delays", if world.measured { "measured" } else { "fixed" }, !world.measured),
        Entry::list("opt_in_regions", &world.opt_in_regions, world.opt_in_regions.is_empty()),
    ];
    Row { identity: "world".to_owned(), entries }
}

pub(super) fn vendor(vendor: &VendorPart) -> Row {
    let default = VendorPart::default();
    let number = |number: u32| Written::Plain(toml::Value::Integer(i64::from(number)));
    let (shortest, longest) = vendor.latency.unzip();
    let pause = match vendor.pause {
        PauseRule::Loss => "loss",
        PauseRule::Lack => "lack",
    };
    let entries = vec![
        Entry::text("account", &vendor.account.to_string(), vendor.account == default.account),
        Entry::text("policy", if vendor.split { "split" } else { "uniform" }, !vendor.split),
        Entry::number("recheck_hours", vendor.recheck_h, default.recheck_h),
        Entry::truth("paced", vendor.paced, default.paced),
        Entry::text("role_name", &vendor.role_name, vendor.role_name == default.role_name),
        Entry::text("role_path", &vendor.role_path, vendor.role_path == default.role_path),
        Entry::option("document", vendor.document.as_deref()),
        Entry::option("member_document", vendor.member_document.as_deref()),
        Entry::option("older_document", vendor.older_document.as_deref()),
        Entry::new("probes_per_second", vendor.budget.map(number), vendor.budget.is_none()),
        span("propagation_window", vendor.propagation_window, default.propagation_window),
        Entry::number("unknown_retries", vendor.unknown_retries.into(), default.unknown_retries.into()),
        Entry::text("pause", pause, vendor.pause == default.pause),
        Entry::new("latency", shortest.map(|at| word(&exactly(at))), shortest.is_none()),
        Entry::new("latency_max", longest.map(|at| word(&exactly(at))), longest == shortest),
    ];
    Row { identity: "vendor".to_owned(), entries }
}

pub(super) fn organizations(scenario: &Scenario) -> Vec<Row> {
    scenario.organizations.iter().enumerate().map(|(number, part)| organization(number, part)).collect()
}

fn organization(number: usize, part: &OrganizationPart) -> Row {
    let features = match part.features {
        FeatureSet::All => "all",
        FeatureSet::ConsolidatedBilling => "consolidated-billing",
    };
    let mode = match part.mode {
        ServiceMode::RealTime => "real-time",
        ServiceMode::Lagging => "lagging",
    };
    // The right account is meant when nothing is said, which is what its name says.
    let management = if number == 0 { "management".to_owned() } else { format!("{}/management", part.name) };
    let connected_as =
        Entry::text("connected_as", part.connected_as.as_ref().unwrap_or(&management), part.connected_as.is_none());
    let entries = vec![
        Entry::text("name", &part.name, part.name == default_name(number)),
        Entry::text("id", &part.id, part.id == made_organization_id(&part.name)),
        Entry::text("management", &part.management.to_string(), part.management == default_management(number)),
        Entry::text("external_id", part.external_id.as_str(), part.external_id.as_str() == made_id(&part.name)),
        own_id(part.own_id.as_ref(), &format!("{}/management", part.name)),
        Entry::list("units", &lowest(&part.units), part.units.is_empty()),
        Entry::text("features", features, part.features == FeatureSet::All),
        Entry::text("mode", mode, part.mode == ServiceMode::RealTime),
        Entry::number("tenant", part.tenant, 0),
        Entry::list("delegated", &part.delegated, part.delegated.is_empty()),
        Entry::truth("connected", part.connected, true),
        connected_as,
        Entry::truth("subscribed", part.subscribed, true),
        moment("first_tick", part.first_tick, Some(SimTime::START + SimSpan::hours(1))),
        Entry::new("role", Some(written(part.role.as_ref())), part.role == Some(RolePart::default())),
    ];
    Row { identity: part.name.clone(), entries }
}

/// Units without those above them, which are read along.
fn lowest(units: &[String]) -> Vec<String> {
    let next = units.iter().skip(1).map(Some).chain([None]);
    let above = |unit: &str, next: Option<&String>| {
        next.and_then(|next| next.strip_prefix(unit)).is_some_and(|rest| rest.starts_with('/'))
    };
    units.iter().zip(next).filter(|(unit, next)| !above(unit, *next)).map(|(unit, _)| unit.clone()).collect()
}

pub(super) fn accounts(scenario: &Scenario) -> Vec<Row> {
    scenario.accounts.iter().enumerate().map(|(place, part)| account(scenario, place, part)).collect()
}

/// The name comes first and the ID second: a series is known by these.
fn account(scenario: &Scenario, place: usize, part: &AccountPart) -> Row {
    let state = STATES.iter().find(|(_, state)| *state == part.state).map_or("", |(word, _)| *word);
    let joins = match part.joins {
        None => Entry::option("joins", None),
        Some(SimTime::NEVER) => Entry::text("joins", "never", false),
        Some(at) => moment("joins", at, None),
    };
    let entries = vec![
        Entry::text("name", &part.name, false),
        Entry::text("id", &part.id.to_string(), part.id == default_account(place)),
        organization_of(scenario, part.organization),
        Entry::option("unit", part.unit.as_deref()),
        Entry::text(
            "origin",
            match part.origin {
                Origin::Created => "created",
                Origin::Invited => "invited",
            },
            part.origin == Origin::Created,
        ),
        Entry::text("state", state, state == "ACTIVE"),
        joins,
        own_id(part.own_id.as_ref(), &part.name),
        Entry::new("role", Some(written(part.role.as_ref())), part.role.is_none()),
        Entry::number("other_roles", part.other_roles, 0),
    ];
    Row { identity: part.name.clone(), entries }
}

fn own_id(id: Option<&ExternalId>, name: &str) -> Entry {
    match id {
        None => Entry::text("own_id", "none", true),
        Some(id) if id.as_str() == made_id(name) => Entry::text("own_id", "made", false),
        Some(id) => Entry::text("own_id", id.as_str(), false),
    }
}

pub(super) fn organization_of(scenario: &Scenario, number: usize) -> Entry {
    let name = scenario.organizations.get(number).map_or("", |part| part.name.as_str());
    Entry::text("organization", name, number == 0)
}

/// An account by its name.
pub(super) fn name_of(scenario: &Scenario, account: AccountRef) -> String {
    match account {
        AccountRef::Management(0) => "management".to_owned(),
        AccountRef::Management(number) => {
            let part = scenario.organizations.get(number);
            format!("{}/management", part.map_or("", |part| part.name.as_str()))
        }
        AccountRef::Member(number) => scenario.accounts.get(number).map_or_else(String::new, |part| part.name.clone()),
    }
}

/// A place of an organization that is known from elsewhere.
pub(super) fn place_in(scenario: &Scenario, place: &Place) -> String {
    match place {
        Place::Root(_) => "root".to_owned(),
        Place::Unit(_, path) => path.clone(),
        Place::Account(account) => name_of(scenario, *account),
    }
}

fn places(scenario: &Scenario, key: &'static str, places: &[Place]) -> Entry {
    let names: Vec<String> = places.iter().map(|place| place_in(scenario, place)).collect();
    Entry::list(key, &names, places.is_empty())
}

pub(super) fn policies(scenario: &Scenario) -> Vec<Row> {
    let one = scenario.policies.iter().map(|part| Row {
        identity: part.name.clone(),
        entries: vec![
            Entry::text("name", &part.name, false),
            Entry::text(
                "type",
                match part.control {
                    ControlType::Service => "scp",
                    ControlType::Resource => "rcp",
                },
                false,
            ),
            organization_of(scenario, part.organization),
            places(scenario, "on", &part.on),
            Entry::text("document", &part.document, false),
        ],
    });
    one.collect()
}

pub(super) fn stack_sets(scenario: &Scenario) -> Vec<Row> {
    scenario.stack_sets.iter().map(|part| stack_set(scenario, part)).collect()
}

fn stack_set(scenario: &Scenario, part: &StackSetPart) -> Row {
    let mut entries = vec![
        Entry::text("name", &part.name, part.name == "vendor-role"),
        organization_of(scenario, part.organization),
        places(scenario, "units", &part.units),
        Entry::list("regions", &part.regions, part.regions == ["us-east-1"]),
        Entry::truth("auto_deployment", part.auto_deployment.is_some(), true),
        Entry::truth("retain", part.auto_deployment == Some(true), false),
        Entry::truth("managed_execution", part.managed_execution, false),
        Entry::truth("no_echo", part.no_echo, false),
    ];
    entries.extend(preferences(part.preferences));
    entries.push(moment("at", part.at, Some(SimTime::START)));
    entries.push(Entry::option("as", part.by.map(|account| name_of(scenario, account)).as_deref()));
    entries.push(call_as(part.call_as));
    entries.push(right_by_default(&part.role));
    Row { identity: part.name.clone(), entries }
}

pub(super) fn call_as(call_as: CallAs) -> Entry {
    match call_as {
        CallAs::Own => Entry::text("call_as", "SELF", true),
        CallAs::DelegatedAdmin => Entry::text("call_as", "DELEGATED_ADMIN", false),
    }
}

pub(super) fn preferences(preferences: Preferences) -> [Entry; 3] {
    let amount = |key, amount, default| match amount {
        Amount::Count(count) => Entry::number(key, count, default),
        // The format counts.
        Amount::Percentage(_) => Entry::new(key, None, false),
    };
    let mode = match preferences.mode {
        ConcurrencyMode::Strict => Entry::text("concurrency_mode", "strict", true),
        ConcurrencyMode::Soft => Entry::text("concurrency_mode", "soft", false),
    };
    let concurrency = amount("concurrency", preferences.max_concurrent, 10);
    [concurrency, amount("tolerance", preferences.failure_tolerance, 0), mode]
}

pub(super) fn pipelines(scenario: &Scenario) -> Vec<Row> {
    scenario.pipelines.iter().map(|part| pipeline(scenario, part)).collect()
}

fn pipeline(scenario: &Scenario, part: &PipelinePart) -> Row {
    let (shortest, longest) = part.latency;
    let entries = vec![
        Entry::text("name", &part.name, part.name == "pipeline"),
        organization_of(scenario, part.organization),
        span("latency", shortest, SimSpan::minutes(5)),
        span("latency_max", longest, shortest),
        delivery(part.through_organization_role),
        Entry::text("stops_at", part.stops_at.as_deref().unwrap_or(""), part.stops_at.is_none()),
        right_by_default(&part.role),
    ];
    Row { identity: part.name.clone(), entries }
}

pub(super) fn rollouts(scenario: &Scenario) -> Vec<Row> {
    scenario.rollouts.iter().map(|part| rollout(scenario, part)).collect()
}

fn rollout(scenario: &Scenario, part: &RolloutPart) -> Row {
    let unlock = UNLOCKS.iter().find(|(_, known)| *known == part.unlock).map_or("", |(word, _)| *word);
    let collision = COLLISIONS.iter().find(|(_, known)| *known == part.collision).map_or("", |(word, _)| *word);
    let confirms = part.confirms_after.map(exactly);
    let (shortest, longest) = part.latency;
    let mut entries = vec![
        organization_of(scenario, part.organization),
        Entry::text("unlock", unlock, part.unlock == Unlock::Reading),
        Entry::option("confirms_after", confirms.as_deref()),
    ];
    entries.extend(preferences(part.preferences));
    entries.push(Entry::text("collision", collision, part.collision == Collision::Fail));
    entries.push(number_or_none("wave_accounts", part.wave_accounts));
    entries.push(span("bake", part.bake, SimSpan::ZERO));
    entries.push(Entry::truth("remove_adopted", part.remove_adopted, false));
    entries.push(delivery(part.through_organization_role));
    entries.push(span("latency", shortest, LATENCY));
    entries.push(span("latency_max", longest, shortest));
    entries.push(right_by_default(&part.role));
    let name = scenario.organizations.get(part.organization).map_or("", |part| part.name.as_str());
    Row { identity: format!("the rollout of {name}"), entries }
}

fn delivery(through_organization_role: bool) -> Entry {
    let delivery = if through_organization_role { "organization-role" } else { "administrator" };
    Entry::text("delivery", delivery, !through_organization_role)
}

/// A number that can be left out.
pub(super) fn number_or_none(key: &'static str, number: Option<u32>) -> Entry {
    match number {
        Some(number) => Entry::new(key, Some(Written::Plain(toml::Value::Integer(i64::from(number)))), false),
        None => Entry::new(key, None, true),
    }
}

pub(super) fn expectations(scenario: &Scenario) -> Vec<Row> {
    scenario.expect.iter().map(|part| expectation(scenario, part)).collect()
}

fn expectation(scenario: &Scenario, part: &Expectation) -> Row {
    let account = name_of(scenario, part.account);
    let identity = format!("what is expected of {account} for the {}", part.view.as_str());
    let entries = vec![
        Entry::text("account", &account, false),
        Entry::text("view", part.view.as_str(), part.view == Viewpoint::Customer),
        moment("at", part.at, Some(scenario.until)),
        // That the twin has none is what reading it means.
        Entry::new("cause", part.cause.map(|cause| word(cause.as_str())), part.cause.is_none()),
        Entry::texts("refused", &part.refused, part.refused.is_empty()),
        number_or_none("mails", part.mails),
        Entry::option("standing", part.standing.as_deref()),
    ];
    Row { identity, entries }
}

fn word(text: &str) -> Written {
    Written::Plain(toml::Value::String(text.to_owned()))
}
