//! Traces of the simulator as JSON lines: a head that says how to run it again, then one line for each record, in order.

use rolecall_simulator::random::{EntityId, Seed};
use rolecall_simulator::sweep::Model;
use rolecall_simulator::trace::{CustomerEvent, Deactivation, Event, Record, Trace, VendorEvent};
use serde_json::{Map, Value, json};

/// What the head of a trace says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The model that was run.
    pub model: Model,
    /// With which seed.
    pub seed: Seed,
    /// The hash of all records.
    pub hash: String,
    /// How many there are.
    pub records: u64,
}

/// Why a first line is no head.
#[derive(Debug, thiserror::Error)]
pub enum HeadError {
    /// It is no JSON.
    #[error("its first line is no head of a trace: {0}")]
    Json(#[from] serde_json::Error),
    /// It is of another kind or version.
    #[error("its first line is no head of a trace: expected `\"format\":\"rolecall-trace\",\"version\":1`")]
    Format,
    /// A part is missing.
    #[error("the head of the trace has no `{0}`, or not as it is written")]
    Part(&'static str),
    /// A parameter is none.
    #[error(transparent)]
    Parameter(#[from] rolecall_simulator::sweep::ParameterError),
}

/// Writes the head, one line.
pub fn head(model: &Model, seed: Seed, trace: &Trace) -> String {
    let parameters: Map<String, Value> =
        model.parameters().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let head = json!({
        "format": "rolecall-trace",
        "version": 1,
        "seed": seed.0.to_string(),
        "parameters": parameters,
        "hash": trace.hash().to_string(),
        "facts": trace.facts().to_string(),
        "records": trace.count(),
    });
    format!("{head}\n")
}

/// Reads a head.
///
/// # Errors
/// See [`HeadError`].
pub fn read_head(line: &str) -> Result<Head, HeadError> {
    let head: Value = serde_json::from_str(line)?;
    if head.get("format").and_then(Value::as_str) != Some("rolecall-trace")
        || head.get("version").and_then(Value::as_u64) != Some(1)
    {
        return Err(HeadError::Format);
    }
    let text = |name: &'static str| head.get(name).and_then(Value::as_str).ok_or(HeadError::Part(name));
    let seed = text("seed")?.parse().map_err(|_| HeadError::Part("seed"))?;
    let records = head.get("records").and_then(Value::as_u64).ok_or(HeadError::Part("records"))?;
    let mut model = Model::default();
    let parameters = head.get("parameters").and_then(Value::as_object).ok_or(HeadError::Part("parameters"))?;
    for (name, value) in parameters {
        model.set(name, value.as_str().ok_or(HeadError::Part("parameters"))?)?;
    }
    Ok(Head { model, seed: Seed(seed), hash: text("hash")?.to_owned(), records })
}

/// Writes a record, one line.
pub fn line(record: &Record) -> String {
    let mut object = Map::new();
    object.insert("atMs".to_owned(), record.at.0.into());
    object.insert("subject".to_owned(), entity(record.subject));
    match record.event {
        Event::Vendor(event) => vendor(&mut object, event),
        Event::Customer(event) => customer(&mut object, event),
        event => world(&mut object, event),
    }
    let mut text = Value::Object(object).to_string();
    text.push('\n');
    text
}

fn set(object: &mut Map<String, Value>, event: &str, fields: Value) {
    object.insert("event".to_owned(), event.into());
    if let Value::Object(fields) = fields {
        object.extend(fields);
    }
}

/// An account by its twelve digits; anything else by its number, as sixteen hexadecimal digits.
fn entity(entity: EntityId) -> Value {
    const ACCOUNT: u64 = 1;
    let number = entity.0 & ((1 << 56) - 1);
    if entity.0 >> 56 == ACCOUNT { format!("{number:012}").into() } else { hash(entity.0) }
}

fn hash(value: u64) -> Value {
    format!("{value:016x}").into()
}

fn world(object: &mut Map<String, Value>, event: Event) {
    match event {
        Event::Called { api, caller, error } => {
            let error = error.map(rolecall_simulator::error::Code::as_str);
            set(object, "Called", json!({"api": format!("{api:?}"), "caller": caller.to_string(), "error": error}));
        }
        Event::AccountCreated => set(object, "AccountCreated", json!({})),
        Event::Joined(to) => set(object, "Joined", json!({"organization": entity(to)})),
        Event::Left(from) => set(object, "Left", json!({"organization": entity(from)})),
        Event::Moved(parent) => set(object, "Moved", json!({"parentHash": hash(parent)})),
        Event::StateChanged(state) => set(object, "StateChanged", json!({"state": state.as_str()})),
        Event::RoleWritten(name, definition) => {
            set(object, "RoleWritten", json!({"nameHash": hash(name), "definitionHash": hash(definition)}));
        }
        Event::RoleDeleted(name) => set(object, "RoleDeleted", json!({"nameHash": hash(name)})),
        Event::RoleVisible(name) => set(object, "RoleVisible", json!({"nameHash": hash(name)})),
        Event::Operation(number, status) => set(object, "Operation", json!({"number": number, "status": status})),
        Event::Instance(account, region, status) => {
            let account = account.to_string();
            set(object, "Instance", json!({"account": account, "regionHash": hash(region), "status": status}));
        }
        Event::Truth { opens } => set(object, "Truth", json!({"opens": opens})),
        Event::Vendor(_) | Event::Customer(_) => {}
    }
}

/// Each event is one of an organization or one of an account.
fn vendor(object: &mut Map<String, Value>, event: VendorEvent) {
    if let Some((name, fields)) = vendor_of_organization(event).or_else(|| vendor_of_account(event)) {
        set(object, name, fields);
    }
}

fn vendor_of_organization(event: VendorEvent) -> Option<(&'static str, Value)> {
    use VendorEvent as E;
    Some(match event {
        E::Connected { tenant, management, lagging, subscribed } => {
            let management = management.to_string();
            (
                "Connected",
                json!({"tenant": tenant, "management": management, "lagging": lagging, "subscribed": subscribed}),
            )
        }
        E::Subscribed => ("Subscribed", json!({})),
        E::Disconnected => ("Disconnected", json!({})),
        E::IdBound { account, id } => {
            ("IdBound", json!({"account": account.map(|account| account.to_string()), "idHash": hash(id)}))
        }
        E::MigrationBegan { until } => ("MigrationBegan", json!({"untilMs": until.0})),
        E::MigrationEnded => ("MigrationEnded", json!({})),
        E::Tick(tick) => ("Tick", json!({"tick": tick})),
        E::ListingBegan { round, id } => ("ListingBegan", json!({"round": round, "idHash": hash(id)})),
        E::ListingEnded { round, complete } => ("ListingEnded", json!({"round": round, "complete": complete})),
        E::Paused { account } => ("Paused", json!({"account": account.to_string()})),
        E::Resumed { account } => ("Resumed", json!({"account": account.to_string()})),
        E::ListingDoubted { denied } => ("ListingDoubted", json!({"denied": denied})),
        E::ListingTrusted => ("ListingTrusted", json!({})),
        E::Restarted => ("Restarted", json!({})),
        _ => return None,
    })
}

fn vendor_of_account(event: VendorEvent) -> Option<(&'static str, Value)> {
    use VendorEvent as E;
    Some(match event {
        E::Listed { organization, round, state } => {
            ("Listed", json!({"organization": entity(organization), "round": round, "state": state.as_str()}))
        }
        E::Unlisted { organization, round } => {
            ("Unlisted", json!({"organization": entity(organization), "round": round}))
        }
        E::ValidateRequested { organization } => ("ValidateRequested", json!({"organization": entity(organization)})),
        E::Probed { organization, check, probe, id, outcome } => {
            let (probe, outcome) = (format!("{probe:?}"), format!("{outcome:?}"));
            let (organization, id) = (entity(organization), id.map(hash));
            (
                "Probed",
                json!({"organization": organization, "check": check, "probe": probe, "idHash": id, "outcome": outcome}),
            )
        }
        E::Checked { organization, tick, verdict, outcomes, repeated } => {
            let (organization, verdict) = (entity(organization), format!("{verdict:?}"));
            let outcomes = outcomes.packed();
            (
                "Checked",
                json!({"organization": organization, "tick": tick, "verdict": verdict, "outcomes": outcomes, "repeated": repeated}),
            )
        }
        E::Activated { organization, by } => {
            ("Activated", json!({"organization": entity(organization), "idOf": format!("{by:?}")}))
        }
        E::Deactivated { organization, because } => {
            ("Deactivated", json!({"organization": entity(organization), "because": deactivation(because)}))
        }
        E::Departed { organization } => ("Departed", json!({"organization": entity(organization)})),
        E::Notified { organization, number } => {
            ("Notified", json!({"organization": entity(organization), "number": number}))
        }
        E::ConflictRaised { claimant } => ("ConflictRaised", json!({"claimant": entity(claimant)})),
        E::ConflictCleared { claimant } => ("ConflictCleared", json!({"claimant": entity(claimant)})),
        E::ConflictSettled { organization } => ("ConflictSettled", json!({"organization": entity(organization)})),
        // Named one by one, so that a new event has to be written somewhere.
        E::Connected { .. }
        | E::Subscribed
        | E::Disconnected
        | E::IdBound { .. }
        | E::MigrationBegan { .. }
        | E::MigrationEnded
        | E::Tick(_)
        | E::ListingBegan { .. }
        | E::ListingEnded { .. }
        | E::Paused { .. }
        | E::Resumed { .. }
        | E::ListingDoubted { .. }
        | E::ListingTrusted
        | E::Restarted => return None,
    })
}

fn deactivation(because: Deactivation) -> String {
    match because {
        Deactivation::State(state) => format!("State {}", state.as_str()),
        other => format!("{other:?}"),
    }
}

fn customer(object: &mut Map<String, Value>, event: CustomerEvent) {
    set(object, &format!("{event:?}"), json!({}));
}
