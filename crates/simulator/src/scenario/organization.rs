//! `[world]`, `[vendor]`, `[[organization]]` and `[[account]]`: what is there at the beginning.

use super::role::{RolePart, read_role};
use super::table::{Reader, Table};
use super::{AccountRef, Names};
use crate::account::{AccountState, Origin};
use crate::organizations::FeatureSet;
use crate::time::{SimSpan, SimTime};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::{OrganizationId, ServiceMode};
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;
use rolecall_iam::document::parse::parse;
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use rolecall_lifecycle::vendor::PauseRule;

/// How long things take, and what AWS's services do by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldPart {
    /// Until STS sees a changed role.
    pub role_propagation: SimSpan,
    /// Until a stack is made.
    pub stack: SimSpan,
    /// Until auto-deployment begins.
    pub auto_deployment: SimSpan,
    /// Until a new account's services answer.
    pub account_readiness: SimSpan,
    /// Until a closing account is closed.
    pub account_closing: SimSpan,
    /// How many list pages of a hundred come empty with a next token.
    pub empty_pages: u32,
    /// When the older `Status` field of accounts disappears.
    pub status_retired: SimTime,
    /// Delays are drawn as others measured them, or as AWS's pages say; those above do not count then.
    pub measured: bool,
    /// Regions that must be opted into.
    pub opt_in_regions: Vec<String>,
}

impl Default for WorldPart {
    fn default() -> Self {
        Self {
            role_propagation: SimSpan::seconds(5),
            stack: SimSpan::seconds(30),
            auto_deployment: SimSpan::minutes(1),
            account_readiness: SimSpan::ZERO,
            account_closing: SimSpan::minutes(5),
            empty_pages: 0,
            status_retired: SimTime::NEVER,
            measured: false,
            opt_in_regions: Vec::new(),
        }
    }
}

pub(super) const WORLD_KEYS: [&str; 9] = [
    "role_propagation",
    "stack",
    "auto_deployment",
    "account_readiness",
    "account_closing",
    "empty_pages",
    "status_retired",
    "delays",
    "opt_in_regions",
];

/// The vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorPart {
    /// Its account.
    pub account: AccountId,
    /// Whether members have a policy of their own.
    pub split: bool,
    /// Hours between two checks of an active account.
    pub recheck_h: u32,
    /// Whether it keeps within STS's rate by itself.
    pub paced: bool,
    /// The name of its role.
    pub role_name: String,
    /// The path of its role.
    pub role_path: String,
    /// The policy that was agreed (of the management account where members have one of their own), as JSON.
    pub document: Option<String>,
    /// The policy that was agreed for members, where they have one of their own.
    pub member_document: Option<String>,
    /// The version before.
    pub older_document: Option<String>,
    /// Probes per second, where it does; 400 when absent.
    pub budget: Option<u32>,
    /// For so long after a known change a failed check is repeated before it counts.
    pub propagation_window: SimSpan,
    /// How often a check with an unknown verdict is repeated at one tick.
    pub unknown_retries: u8,
    /// What pauses active management.
    pub pause: PauseRule,
    /// The shortest and the longest answer; 200 ms for probes and 300 ms for listings when absent.
    pub latency: Option<(SimSpan, SimSpan)>,
}

/// ProsperOps, unless the scenario says otherwise.
const VENDOR: u64 = 205_499_583_182;

impl Default for VendorPart {
    fn default() -> Self {
        Self {
            account: numbered(VENDOR),
            split: false,
            recheck_h: 1,
            paced: true,
            role_name: "ProsperOps".to_owned(),
            role_path: "/".to_owned(),
            document: None,
            member_document: None,
            older_document: None,
            budget: None,
            propagation_window: SimSpan::seconds(60),
            unknown_retries: 2,
            pause: PauseRule::Loss,
            latency: None,
        }
    }
}

pub(super) const VENDOR_KEYS: [&str; 15] = [
    "account",
    "policy",
    "recheck_hours",
    "paced",
    "role_name",
    "role_path",
    "document",
    "member_document",
    "older_document",
    "probes_per_second",
    "propagation_window",
    "unknown_retries",
    "pause",
    "latency",
    "latency_max",
];

/// An organization.
#[derive(Clone, Debug, PartialEq)]
pub struct OrganizationPart {
    /// How the scenario calls it.
    pub name: String,
    /// Its ID; made from the name unless the scenario gives one.
    pub id: String,
    /// Its management account.
    pub management: AccountId,
    /// The vendor's ID for it.
    pub external_id: ExternalId,
    /// The vendor's older ID for the management account alone.
    pub own_id: Option<ExternalId>,
    /// Paths of its units: `Workloads/Production`; those above come first.
    pub units: Vec<String>,
    /// What it is for.
    pub features: FeatureSet,
    /// Whose it is, counted from 0; organizations are the first tenant's unless they say otherwise.
    pub tenant: u32,
    /// How the vendor serves it.
    pub mode: ServiceMode,
    /// The role in the management account.
    pub role: Option<RolePart>,
    /// Delegated administrators of stack sets, by the names of accounts.
    pub delegated: Vec<String>,
    /// The account that the customer gave as the management account; absent: the right one.
    pub connected_as: Option<String>,
    /// Whether the vendor serves it.
    pub connected: bool,
    /// Whether failed checks are mailed from the beginning.
    pub subscribed: bool,
    /// When the vendor's discovery begins.
    pub first_tick: SimTime,
}

pub(super) const ORGANIZATION_KEYS: [&str; 15] = [
    "name",
    "id",
    "management",
    "external_id",
    "own_id",
    "units",
    "features",
    "tenant",
    "mode",
    "role",
    "delegated",
    "connected_as",
    "connected",
    "subscribed",
    "first_tick",
];

/// A member account.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountPart {
    /// How the scenario calls it.
    pub name: String,
    /// Its number.
    pub id: AccountId,
    /// Its organization.
    pub organization: usize,
    /// The path of its unit; the root when absent.
    pub unit: Option<String>,
    /// How it came into the organization.
    pub origin: Origin,
    /// Its state.
    pub state: AccountState,
    /// When it joins; absent: it is there from the beginning; `SimTime::NEVER`: not by itself.
    pub joins: Option<SimTime>,
    /// The vendor's older ID for it alone.
    pub own_id: Option<ExternalId>,
    /// The role as it is found.
    pub role: Option<RolePart>,
    /// Other roles that count against the quota.
    pub other_roles: u32,
}

pub(super) const ACCOUNT_KEYS: [&str; 12] = [
    "name",
    "id",
    "count",
    "organization",
    "unit",
    "origin",
    "state",
    "joins",
    "every",
    "own_id",
    "role",
    "other_roles",
];

/// AWS's words for the states of accounts.
pub(super) const STATES: [(&str, AccountState); 5] = [
    ("PENDING_ACTIVATION", AccountState::PendingActivation),
    ("ACTIVE", AccountState::Active),
    ("SUSPENDED", AccountState::Suspended),
    ("PENDING_CLOSURE", AccountState::PendingClosure),
    ("CLOSED", AccountState::Closed),
];

pub(super) fn read_world(top: &Table<'_>, reader: &mut Reader) -> WorldPart {
    let default = WorldPart::default();
    let Some(table) = top.table("world", &WORLD_KEYS, reader) else { return default };
    let measured = table.word("delays", &[("fixed", false), ("measured", true)], reader).unwrap_or(false);
    let fixed = ["role_propagation", "stack", "auto_deployment", "account_readiness", "account_closing"];
    for key in fixed.into_iter().filter(|key| measured && table.has(key)) {
        let message = format!("`{key}` stands beside `delays = \"measured\"`, which draws it");
        reader.add("scenario-bad-value", table.place(key, reader), message, "leave one of both out");
    }
    WorldPart {
        role_propagation: table.span_of("role_propagation", reader).unwrap_or(default.role_propagation),
        stack: table.span_of("stack", reader).unwrap_or(default.stack),
        auto_deployment: table.span_of("auto_deployment", reader).unwrap_or(default.auto_deployment),
        account_readiness: table.span_of("account_readiness", reader).unwrap_or(default.account_readiness),
        account_closing: table.span_of("account_closing", reader).unwrap_or(default.account_closing),
        empty_pages: table.number("empty_pages", 99, reader).unwrap_or(0),
        status_retired: table.moment("status_retired", reader).unwrap_or(default.status_retired),
        measured,
        opt_in_regions: table.strings("opt_in_regions", reader).into_iter().map(|text| text.value).collect(),
    }
}

pub(super) fn read_vendor(top: &Table<'_>, reader: &mut Reader) -> VendorPart {
    let default = VendorPart::default();
    let Some(table) = top.table("vendor", &VENDOR_KEYS, reader) else { return default };
    let paced = table.truth("paced", reader).unwrap_or(true);
    let budget = table.number("probes_per_second", 100_000, reader);
    if budget == Some(0) || (budget.is_some() && !paced) {
        let message = "`probes_per_second` allows nothing, or stands beside `paced = false`";
        let help = "a number from 1, and a vendor that is paced, were expected";
        reader.add("scenario-bad-value", table.place("probes_per_second", reader), message, help);
    }
    let retries = table.number("unknown_retries", u32::from(u8::MAX), reader);
    VendorPart {
        account: account_id(&table, "account", reader).unwrap_or(default.account),
        split: table.word("policy", &[("uniform", false), ("split", true)], reader).unwrap_or(false),
        recheck_h: table.number("recheck_hours", 8_760, reader).unwrap_or(1).max(1),
        role_name: table.string("role_name", reader).map_or(default.role_name, |text| text.value),
        role_path: table.string("role_path", reader).map_or(default.role_path, |text| text.value),
        document: agreed(&table, "document", reader),
        member_document: agreed(&table, "member_document", reader),
        older_document: agreed(&table, "older_document", reader),
        paced,
        budget,
        propagation_window: table.span_of("propagation_window", reader).unwrap_or(default.propagation_window),
        unknown_retries: retries.and_then(|retries| u8::try_from(retries).ok()).unwrap_or(default.unknown_retries),
        pause: table
            .word("pause", &[("loss", PauseRule::Loss), ("lack", PauseRule::Lack)], reader)
            .unwrap_or(default.pause),
        latency: read_latency(&table, reader),
    }
}

/// A policy that was agreed: it has to be sound, for everything is held against it.
fn agreed(table: &Table<'_>, key: &str, reader: &mut Reader) -> Option<String> {
    let text = table.string(key, reader)?;
    let tree = json::read(FileId(0), &text.value);
    let sound = tree.sound().is_some_and(|node| parse(node, PolicyType::Identity).into_evaluable().is_ok());
    if !sound {
        let message = format!("`{key}` is no sound identity policy");
        reader.add("scenario-bad-value", text.span, message, "`rolecall check` says what is wrong with a policy");
    }
    sound.then_some(text.value)
}

fn read_latency(table: &Table<'_>, reader: &mut Reader) -> Option<(SimSpan, SimSpan)> {
    let longest = table.span_of("latency_max", reader);
    let Some(shortest) = table.span_of("latency", reader) else {
        return longest.and_then(|_| table.missing("latency", "latency = \"20ms\"", reader));
    };
    let longest = longest.unwrap_or(shortest);
    if longest < shortest {
        let message = "`latency_max` is less than `latency`";
        let help = "the shortest answer stands in `latency`, the longest in `latency_max`";
        reader.add("scenario-bad-value", table.place("latency_max", reader), message, help);
    }
    Some((shortest, longest))
}

/// Without any table there is one organization with everything by default.
pub(super) fn read_organizations(top: &Table<'_>, reader: &mut Reader) -> Vec<OrganizationPart> {
    let tables = top.tables("organization", &ORGANIZATION_KEYS, reader);
    let mut organizations: Vec<OrganizationPart> = Vec::new();
    for table in &tables {
        let organization = read_organization(table, organizations.len(), reader);
        if organizations.iter().any(|known| known.name == organization.name) {
            let message = format!("there is an organization `{}` already", organization.name);
            reader.add("scenario-bad-value", table.span, message, "give each organization a name of its own");
        } else if let Some(known) = organizations.iter().find(|known| known.id == organization.id) {
            let message = format!("`{}` and `{}` have the same ID `{}`", known.name, organization.name, known.id);
            reader.add("scenario-bad-value", table.place("id", reader), message, "give one of them another `id`");
        }
        organizations.push(organization);
    }
    if organizations.is_empty() {
        let help = "write `[[organization]]` with `units = [\"Workloads\"]`";
        reader.add("scenario-missing-key", top.span, "the scenario has no organization", help);
    }
    organizations
}

fn read_organization(table: &Table<'_>, number: usize, reader: &mut Reader) -> OrganizationPart {
    let name = table.string("name", reader).map_or_else(|| default_name(number), |name| name.value);
    let external_id = external_id(table, "external_id", reader);
    OrganizationPart {
        id: given_id(table, reader).unwrap_or_else(|| made_organization_id(&name)),
        management: account_id(table, "management", reader).unwrap_or_else(|| default_management(number)),
        own_id: own_id(table, &format!("{name}/management"), reader),
        external_id: external_id.or_else(|| ExternalId::parse(&made_id(&name)).ok()).unwrap_or_else(fallback_id),
        units: units(table, reader),
        features: table
            .word(
                "features",
                &[("all", FeatureSet::All), ("consolidated-billing", FeatureSet::ConsolidatedBilling)],
                reader,
            )
            .unwrap_or(FeatureSet::All),
        tenant: table.number("tenant", 1_000, reader).unwrap_or(0),
        mode: table
            .word("mode", &[("real-time", ServiceMode::RealTime), ("lagging", ServiceMode::Lagging)], reader)
            .unwrap_or(ServiceMode::RealTime),
        role: if table.has("role") { read_role(table, "role", reader) } else { Some(RolePart::default()) },
        delegated: table.strings("delegated", reader).into_iter().map(|text| text.value).collect(),
        connected_as: table.string("connected_as", reader).map(|text| text.value),
        connected: table.truth("connected", reader).unwrap_or(true),
        subscribed: table.truth("subscribed", reader).unwrap_or(true),
        first_tick: table.moment("first_tick", reader).unwrap_or(SimTime::START + SimSpan::hours(1)),
        name,
    }
}

pub(super) fn default_name(number: usize) -> String {
    if number == 0 { "main".to_owned() } else { format!("organization-{}", number + 1) }
}

/// The ID that the scenario gives.
fn given_id(table: &Table<'_>, reader: &mut Reader) -> Option<String> {
    let text = table.string("id", reader)?;
    match OrganizationId::parse(&text.value) {
        Ok(id) => Some(id.as_str().to_owned()),
        Err(error) => {
            reader.add(
                "scenario-bad-value",
                text.span,
                error.to_string(),
                "leave `id` out to have one made of the name",
            );
            None
        }
    }
}

/// `o-` and letters of the name, filled up.
pub(crate) fn made_organization_id(name: &str) -> String {
    let letters: String =
        name.to_lowercase().chars().filter(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()).collect();
    format!("o-{letters:x<10.24}")
}

/// An ID such as the vendor makes: 128 bits as a UUID, here from a hash of the name, so that a case can be repeated.
pub(crate) fn made_id(name: &str) -> String {
    let (one, other) = (crate::text::hash_text(name), crate::text::hash_text(&format!("{name}/2")));
    let hex = format!("{one:016x}{other:016x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    format!("{}-{}-4{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

#[expect(clippy::expect_used, reason = "two letters are an external ID")]
fn fallback_id() -> ExternalId {
    ExternalId::parse("id").expect("sound")
}

/// Units with those above them first.
fn units(table: &Table<'_>, reader: &mut Reader) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    for unit in table.strings("units", reader) {
        let parts: Vec<&str> = unit.value.split('/').collect();
        if parts.iter().any(|part| part.is_empty()) || unit.value == "root" {
            let help = "the names of units below the root, with `/` between them, were expected";
            reader.add("scenario-bad-value", unit.span, format!("`{}` is no path of a unit", unit.value), help);
            continue;
        }
        for depth in 1..=parts.len() {
            let path = parts.iter().take(depth).copied().collect::<Vec<_>>().join("/");
            if !units.contains(&path) {
                units.push(path);
            }
        }
    }
    units
}

pub(super) fn read_accounts(top: &Table<'_>, names: &mut Names, reader: &mut Reader) -> Vec<AccountPart> {
    let mut accounts: Vec<AccountPart> = Vec::new();
    for table in top.tables("account", &ACCOUNT_KEYS, reader) {
        let count = table.number("count", 5_000, reader);
        let every = read_every(&table, reader);
        let Some(first) = read_account(&table, accounts.len(), names, reader) else { continue };
        let base = first.name.clone();
        for number in 0..count.unwrap_or(1) {
            let mut account = first.clone();
            if count.is_some() {
                account.name = format!("{base}-{}", number + 1);
                account.id = numbered(number_of(&first.id) + u64::from(number));
                account.joins = first.joins.map(|joins| joins + SimSpan(every.0.saturating_mul(u64::from(number))));
            }
            if names.accounts.contains(&account.name) {
                let message = format!("there is an account `{}` already", account.name);
                reader.add("scenario-bad-value", table.span, message, "give each account a name of its own");
                continue;
            }
            names.accounts.push(account.name.clone());
            accounts.push(account);
        }
    }
    accounts
}

/// The pause after which each next account of a count joins: an account factory. Without one all join together.
fn read_every(table: &Table<'_>, reader: &mut Reader) -> SimSpan {
    let every = table.span_of("every", reader);
    let never = table.string("joins", &mut Reader { problems: Vec::new(), ..*reader });
    if every.is_some() && !(table.has("count") && never.is_some_and(|joins| joins.value != "never")) {
        let help = "write how many accounts there are, when the first one joins, and the pause between two";
        let message = "`every` without `count` and a time in `joins`";
        reader.add("scenario-bad-value", table.place("every", reader), message, help);
    }
    every.unwrap_or(SimSpan::ZERO)
}

/// Later references are checked once all accounts are known.
pub(super) fn check_roles(top: &Table<'_>, names: &Names, reader: &mut Reader) {
    for table in top.tables("organization", &ORGANIZATION_KEYS, &mut Reader { problems: Vec::new(), ..*reader }) {
        let named = table.strings("delegated", &mut Reader { problems: Vec::new(), ..*reader });
        let connected = table.string("connected_as", &mut Reader { problems: Vec::new(), ..*reader });
        for name in named.iter().chain(&connected) {
            let _: Option<AccountRef> = names.account_ref(name, reader);
        }
    }
}

fn read_account(table: &Table<'_>, before: usize, names: &Names, reader: &mut Reader) -> Option<AccountPart> {
    let name = table.required("name", "name = \"payments\"", reader)?.value;
    let organization = names.organization(table, "organization", reader)?;
    let unit = table.string("unit", reader);
    if let Some(unit) = &unit
        && !names.units.contains(&(organization, unit.value.clone()))
    {
        let of_organization = names.units.iter().filter(|(number, _)| *number == organization);
        let known: Vec<&str> = of_organization.map(|(_, unit)| unit.as_str()).collect();
        reader.unknown_value(unit, "unit of the organization", &known);
    }
    let own_id = own_id(table, &name, reader);
    let origin = table
        .word("origin", &[("created", Origin::Created), ("invited", Origin::Invited)], reader)
        .unwrap_or(Origin::Created);
    let joins = joins(table, reader);
    if joins == Some(SimTime::NEVER) && origin == Origin::Created {
        let message = format!("`{name}` never joins, and would be created when it does");
        let help = "write `origin = \"invited\"`: an account of somebody, which may accept an invitation later";
        reader.add("scenario-bad-value", table.place("joins", reader), message, help);
    }
    Some(AccountPart {
        id: account_id(table, "id", reader).unwrap_or_else(|| default_account(before)),
        organization,
        unit: unit.map(|unit| unit.value),
        origin,
        state: table.word("state", &STATES, reader).unwrap_or(AccountState::Active),
        joins,
        own_id,
        role: read_role(table, "role", reader),
        other_roles: table.number("other_roles", 5_000, reader).unwrap_or(0),
        name,
    })
}

/// `made`, `none`, or an ID.
fn own_id(table: &Table<'_>, name: &str, reader: &mut Reader) -> Option<ExternalId> {
    match table.string("own_id", reader)?.value.as_str() {
        "made" => ExternalId::parse(&made_id(name)).ok(),
        "none" => None,
        _ => external_id(table, "own_id", reader),
    }
}

/// A moment, or `never`.
fn joins(table: &Table<'_>, reader: &mut Reader) -> Option<SimTime> {
    if table.string("joins", reader)?.value == "never" {
        return Some(SimTime::NEVER);
    }
    table.moment("joins", reader)
}

pub(super) fn account_id(table: &Table<'_>, key: &str, reader: &mut Reader) -> Option<AccountId> {
    let text = table.string(key, reader)?;
    let account = AccountId::parse(&text.value).ok();
    if account.is_none() {
        let message = format!("`{}` is no account ID", text.value);
        reader.add("scenario-bad-value", text.span, message, "twelve digits in quotes were expected");
    }
    account
}

fn external_id(table: &Table<'_>, key: &str, reader: &mut Reader) -> Option<ExternalId> {
    let text = table.string(key, reader)?;
    match ExternalId::parse(&text.value) {
        Ok(id) => Some(id),
        Err(error) => {
            let help = "this is the vendor's own ID; what stands in a trust is written below `role`";
            reader.add("scenario-bad-value", text.span, error.to_string(), help);
            None
        }
    }
}

/// The management account of the organization with this place, counted from 0.
pub(crate) fn default_management(number: usize) -> AccountId {
    numbered(111_111_111_111 * (1 + 3 * number as u64 % 8))
}

/// The account with this place, counted from 0.
pub(crate) fn default_account(place: usize) -> AccountId {
    numbered(222_222_222_201 + place as u64)
}

/// The account with this number.
pub(super) fn numbered(number: u64) -> AccountId {
    AccountId::from(crate::account::AccountNumber::of_last_digits(number))
}

pub(super) fn number_of(account: &AccountId) -> u64 {
    crate::account::AccountNumber::from(*account).get()
}
