//! `[[at]]`: what happens when. Each `do` has its own keys; a key of another one is refused with the nearest known.

use super::automation::{read_call_as, read_preferences, read_regions};
use super::organization::STATES;
use super::role::{RolePart, read_role};
use super::table::{Reader, Table};
use super::{AccountRef, Names, Place, find};
use crate::account::AccountState;
use crate::api::Api;
use crate::cloudformation::{CallAs, Preferences};
use crate::settings::FaultRates;
use crate::time::{SimSpan, SimTime};

/// One thing that happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// When.
    pub at: SimTime,
    /// What.
    pub what: Do,
    /// With whose credentials, when not with the usual ones.
    pub by: Option<AsWho>,
}

/// With whose credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsWho {
    /// The administrator of an account.
    Administrator(AccountRef),
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are those of the format's documentation")]
pub enum Do {
    /// `leave`: the account leaves its organization.
    Leave { account: AccountRef },
    /// `accept-invitation`: an account without an organization joins one.
    AcceptInvitation { account: AccountRef, organization: usize },
    /// `move`: to the root or another unit.
    Move { account: AccountRef, to: Place },
    /// `close`.
    Close { account: AccountRef },
    /// `reopen`: AWS Support reopens a closed account.
    Reopen { account: AccountRef },
    /// `set-state`: AWS changes the state.
    SetState { account: AccountRef, state: AccountState },
    /// `create-role`: by hand.
    CreateRole { account: AccountRef, role: RolePart },
    /// `change-role`: trust and policy are edited by hand.
    ChangeRole { account: AccountRef, role: RolePart },
    /// `delete-role`: by hand.
    DeleteRole { account: AccountRef },
    /// `put-role`: by whatever means, the role is as it says from now on, or is not there.
    PutRole { account: AccountRef, role: Option<RolePart> },
    /// `recreate-role`: deleted and made as it was.
    RecreateRole { account: AccountRef },
    /// `attach`: a control policy.
    Attach { policy: usize, to: Place },
    /// `detach`.
    Detach { policy: usize, from: Place },
    /// `deploy`: a stack set to units.
    Deploy { stack_set: usize, units: Vec<Place>, regions: Vec<String>, preferences: Preferences, call_as: CallAs },
    /// `update-stack-set`: with another role.
    UpdateStackSet { stack_set: usize, role: RolePart, preferences: Preferences, call_as: CallAs },
    /// `detect-drift`.
    DetectDrift { stack_set: usize },
    /// `create-stack`: a plain stack in an account.
    CreateStack { account: AccountRef, role: RolePart, no_echo: bool },
    /// `update-stack`: the stack of an instance, directly in its account.
    UpdateStack { account: AccountRef, stack_set: usize, role: RolePart },
    /// `import`: the plain stack of an account into a stack set.
    Import { account: AccountRef, stack_set: usize },
    /// `script`: the customer's script creates the role wherever it is missing.
    Script { organization: usize, reads_status: bool },
    /// `rollout`: the customer's rollout begins, or is run once more.
    Rollout { organization: usize },
    /// `crash-rollout`: its program ends, at once or when its journal has so many more entries, and is started again from
    /// the journal so much later, or never.
    CrashRollout { organization: usize, entries: Option<u32>, down: Option<SimSpan> },
    /// `remove-rollout`: it takes the role away again.
    RemoveRollout { organization: usize },
    /// `use`: the vendor opens the role and calls actions.
    Use { account: AccountRef, actions: Vec<String>, region: String, duration_s: Option<u32>, global_endpoint: bool },
    /// `faults`: an API fails from now on.
    Faults { api: Api, rates: FaultRates },
    /// `validate`: somebody presses Validate Access.
    Validate { account: AccountRef },
    /// `subscribe`: the onboarding is over.
    Subscribe { organization: usize },
    /// `connect`: the customer connects an organization, or comes back, with new IDs then.
    Connect { organization: usize, subscribed: bool },
    /// `disconnect`: the customer leaves.
    Disconnect { organization: usize },
    /// `migrate`: one external ID everywhere, until a moment.
    Migrate { organization: usize, until: SimTime },
    /// `settle`: somebody decides whose an account is.
    Settle { account: AccountRef, organization: usize },
    /// `recreate-vendor-role`: the vendor deletes the role that probes, and creates it anew.
    RecreateVendorRole,
    /// `restart-vendor`: the vendor's service is started anew.
    RestartVendor,
    /// `forget-mail`: the vendor's outbox forgets that the last mail about an account went out.
    ForgetMail { account: AccountRef },
}

/// Every `do` with its keys, besides `time`, `do` and `as`.
pub(super) const ACTIONS: [(&str, &[&str]); 34] = [
    ("leave", &["account"]),
    ("accept-invitation", &["account", "organization"]),
    ("move", &["account", "to"]),
    ("close", &["account"]),
    ("reopen", &["account"]),
    ("set-state", &["account", "state"]),
    ("create-role", &["account", "role"]),
    ("change-role", &["account", "role"]),
    ("delete-role", &["account"]),
    ("put-role", &["account", "role"]),
    ("recreate-role", &["account"]),
    ("attach", &["policy", "to"]),
    ("detach", &["policy", "to"]),
    ("deploy", &["stack_set", "units", "regions", "concurrency", "tolerance", "concurrency_mode", "call_as"]),
    ("update-stack-set", &["stack_set", "role", "concurrency", "tolerance", "concurrency_mode", "call_as"]),
    ("detect-drift", &["stack_set"]),
    ("create-stack", &["account", "role", "no_echo"]),
    ("update-stack", &["account", "stack_set", "role"]),
    ("import", &["account", "stack_set"]),
    ("script", &["organization", "reads"]),
    ("rollout", &["organization"]),
    ("crash-rollout", &["organization", "entries", "down"]),
    ("remove-rollout", &["organization"]),
    ("use", &["account", "actions", "region", "duration_s", "endpoint"]),
    ("faults", &["api", "throttled", "internal", "timed_out"]),
    ("validate", &["account"]),
    ("subscribe", &["organization"]),
    ("connect", &["organization", "subscribed"]),
    ("disconnect", &["organization"]),
    ("migrate", &["organization", "until"]),
    ("settle", &["account", "organization"]),
    ("recreate-vendor-role", &[]),
    ("restart-vendor", &[]),
    ("forget-mail", &["account"]),
];

const COMMON: [&str; 3] = ["time", "do", "as"];

pub(super) fn read(top: &Table<'_>, names: &Names, reader: &mut Reader) -> Vec<Action> {
    let mut all: Vec<&str> = COMMON.to_vec();
    for (_, keys) in ACTIONS {
        all.extend(keys.iter().filter(|key| !all.contains(key)).copied().collect::<Vec<_>>());
    }
    let mut actions = Vec::new();
    for table in top.tables("at", &all, reader) {
        let at = table.required("time", "time = \"+2h\"", reader).and_then(|_| table.moment("time", reader));
        let Some(kind) = table.required("do", "do = \"move\"", reader) else { continue };
        let Some((_, keys)) = ACTIONS.iter().find(|(name, _)| *name == kind.value) else {
            let known: Vec<&str> = ACTIONS.iter().map(|(name, _)| *name).collect();
            reader.unknown_value(&kind, "action", &known);
            continue;
        };
        let own: Vec<&str> = COMMON.iter().chain(*keys).copied().collect();
        table.only(&own, &format!("`do = \"{}\"`", kind.value), reader);
        let by = table.string("as", reader).and_then(|name| names.account_ref(&name, reader));
        let what = read_action(&kind.value, &table, names, reader);
        if let (Some(at), Some(what)) = (at, what) {
            actions.push(Action { at, what, by: by.map(AsWho::Administrator) });
        }
    }
    actions
}

fn read_action(kind: &str, table: &Table<'_>, names: &Names, reader: &mut Reader) -> Option<Do> {
    let account = |reader: &mut Reader| names.account(table, "account", reader);
    let organization = |reader: &mut Reader| names.organization(table, "organization", reader);
    let role = |reader: &mut Reader| read_role(table, "role", reader).unwrap_or_default();
    let set = |reader: &mut Reader| stack_set(table, names, reader);
    Some(match kind {
        "leave" => Do::Leave { account: account(reader)? },
        "accept-invitation" => Do::AcceptInvitation { account: account(reader)?, organization: organization(reader)? },
        "move" => Do::Move { account: account(reader)?, to: place(table, "to", names, reader)? },
        "close" => Do::Close { account: account(reader)? },
        "reopen" => Do::Reopen { account: account(reader)? },
        "set-state" => {
            let account = account(reader)?;
            if !table.has("state") {
                return table.missing("state", "state = \"SUSPENDED\"", reader);
            }
            Do::SetState { account, state: table.word("state", &STATES, reader)? }
        }
        "create-role" => Do::CreateRole { account: account(reader)?, role: role(reader) },
        "change-role" => Do::ChangeRole { account: account(reader)?, role: role(reader) },
        "delete-role" => Do::DeleteRole { account: account(reader)? },
        "put-role" => {
            let account = account(reader)?;
            let role = if table.has("role") { read_role(table, "role", reader) } else { Some(RolePart::default()) };
            Do::PutRole { account, role }
        }
        "recreate-role" => Do::RecreateRole { account: account(reader)? },
        "attach" => Do::Attach { policy: policy(table, names, reader)?, to: place(table, "to", names, reader)? },
        "detach" => Do::Detach { policy: policy(table, names, reader)?, from: place(table, "to", names, reader)? },
        "deploy" => Do::Deploy {
            stack_set: set(reader)?,
            units: table.strings("units", reader).iter().filter_map(|unit| names.place(unit, 0, reader)).collect(),
            regions: read_regions(table, reader).unwrap_or_default(),
            preferences: read_preferences(table, reader),
            call_as: read_call_as(table, reader),
        },
        "update-stack-set" => Do::UpdateStackSet {
            stack_set: set(reader)?,
            role: role(reader),
            preferences: read_preferences(table, reader),
            call_as: read_call_as(table, reader),
        },
        "detect-drift" => Do::DetectDrift { stack_set: set(reader)? },
        "create-stack" => Do::CreateStack {
            account: account(reader)?,
            role: role(reader),
            no_echo: table.truth("no_echo", reader).unwrap_or(false),
        },
        "update-stack" => Do::UpdateStack { account: account(reader)?, stack_set: set(reader)?, role: role(reader) },
        "import" => Do::Import { account: account(reader)?, stack_set: set(reader)? },
        "script" => Do::Script {
            organization: organization(reader)?,
            reads_status: table.word("reads", &[("State", false), ("Status", true)], reader).unwrap_or(false),
        },
        "rollout" => Do::Rollout { organization: rollout(table, names, reader)? },
        "crash-rollout" => {
            let (entries, down) = (table.number("entries", 100_000, reader), table.span_of("down", reader));
            Do::CrashRollout { organization: rollout(table, names, reader)?, entries, down }
        }
        "remove-rollout" => Do::RemoveRollout { organization: rollout(table, names, reader)? },
        _ => return read_vendor_action(kind, table, names, reader),
    })
}

/// What the vendor does, or what is done to it.
fn read_vendor_action(kind: &str, table: &Table<'_>, names: &Names, reader: &mut Reader) -> Option<Do> {
    let account = |reader: &mut Reader| names.account(table, "account", reader);
    let organization = |reader: &mut Reader| names.organization(table, "organization", reader);
    Some(match kind {
        "use" => Do::Use {
            account: account(reader)?,
            actions: table.strings("actions", reader).into_iter().map(|text| text.value).collect(),
            region: table.string("region", reader).map_or_else(|| "us-east-1".to_owned(), |text| text.value),
            duration_s: table.number("duration_s", 1_000_000, reader),
            global_endpoint: table.word("endpoint", &[("regional", false), ("global", true)], reader).unwrap_or(false),
        },
        "faults" => Do::Faults {
            api: api(table, reader)?,
            rates: FaultRates {
                throttled: table.share("throttled", reader).unwrap_or(0),
                internal: table.share("internal", reader).unwrap_or(0),
                timed_out: table.share("timed_out", reader).unwrap_or(0),
            },
        },
        "validate" => Do::Validate { account: account(reader)? },
        "subscribe" => Do::Subscribe { organization: organization(reader)? },
        "connect" => Do::Connect {
            organization: organization(reader)?,
            subscribed: table.truth("subscribed", reader).unwrap_or(true),
        },
        "disconnect" => Do::Disconnect { organization: organization(reader)? },
        "migrate" => {
            let organization = organization(reader)?;
            let until = table.required("until", "until = \"+3d\"", reader).and_then(|_| table.moment("until", reader));
            Do::Migrate { organization, until: until? }
        }
        "settle" => Do::Settle { account: account(reader)?, organization: organization(reader)? },
        "recreate-vendor-role" => Do::RecreateVendorRole,
        "restart-vendor" => Do::RestartVendor,
        "forget-mail" => Do::ForgetMail { account: account(reader)? },
        _ => return None,
    })
}

/// The stack set named, or the first one.
fn stack_set(table: &Table<'_>, names: &Names, reader: &mut Reader) -> Option<usize> {
    match table.string("stack_set", reader) {
        Some(name) => find(&name, "stack set", &names.stack_sets, reader),
        None if names.stack_sets.is_empty() => {
            let help = "write `[[stack_set]]` with `units = [\"root\"]`";
            reader.add("scenario-missing-key", table.span, "the scenario has no stack set", help);
            None
        }
        None => Some(0),
    }
}

/// An organization that has a rollout: the one named, or the first.
fn rollout(table: &Table<'_>, names: &Names, reader: &mut Reader) -> Option<usize> {
    let organization = names.organization(table, "organization", reader)?;
    if names.rollouts.contains(&organization) {
        return Some(organization);
    }
    let name = names.organizations.get(organization).map_or("main", String::as_str);
    let which = if organization == 0 { String::new() } else { format!(" with `organization = \"{name}\"`") };
    let (message, help) = (format!("`{name}` has no rollout"), format!("write `[[rollout]]`{which}"));
    reader.add("scenario-missing-key", table.place("organization", reader), message, help);
    None
}

fn policy(table: &Table<'_>, names: &Names, reader: &mut Reader) -> Option<usize> {
    let name = table.required("policy", "policy = \"region-lock\"", reader)?;
    find(&name, "policy", &names.policies, reader)
}

/// A place of the first organization, or `ORGANIZATION:PLACE`.
fn place(table: &Table<'_>, key: &str, names: &Names, reader: &mut Reader) -> Option<Place> {
    let name = table.required(key, "to = \"Workloads\"", reader)?;
    let split = name.value.split_once(':').and_then(|(organization, rest)| {
        let number = names.organizations.iter().position(|known| known == organization)?;
        Some((number, rolecall_iam::span::Spanned::new(rest.to_owned(), name.span)))
    });
    match split {
        Some((organization, rest)) => names.place(&rest, organization, reader),
        None => names.place(&name, 0, reader),
    }
}

fn api(table: &Table<'_>, reader: &mut Reader) -> Option<Api> {
    let name = table.required("api", "api = \"ListAccounts\"", reader)?;
    let found = Api::ALL.iter().copied().find(|api| api.name() == name.value);
    if found.is_none() {
        let known: Vec<&str> = Api::ALL.iter().map(|api| api.name()).filter(|name| !name.is_empty()).collect();
        reader.unknown_value(&name, "API of the simulation", &known);
    }
    found
}
