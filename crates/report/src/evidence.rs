//! Writes evidence as a bundle, `"format": "rolecall-evidence"`, `"version": 1`: what was not looked at is left out, what
//! was looked at and is not there is `null`. `rolecall_gate::evidence` reads it back; `schema/evidence.schema.json`
//! documents it.

use rolecall_core::access_check::{Outcome, TimeMs};
use rolecall_core::diagnosis::evidence::{
    Check, CheckStart, ControlPolicies, Entry, Figure, ListingEnd, NamedPolicy, ReadRole, SeenInstance, SeenOperation,
    SeenSet, Step, StepEnd,
};
use rolecall_core::diagnosis::{Evidence, Seen};
use rolecall_core::organization::{AccountKind, ServiceMode};
use rolecall_gate::evidence::vendor::{OUTCOMES, PROBES};
use rolecall_gate::evidence::{FORMAT, VERSION};
use serde_json::{Map, Value, json};

/// The bundle as JSON; it ends with a line break.
pub fn render(evidence: &Evidence) -> String {
    let mut bundle = Object::default();
    bundle.put("format", FORMAT);
    bundle.put("version", VERSION);
    bundle.put("viewpoint", evidence.viewpoint.as_str());
    bundle.put("at", time(evidence.at));
    bundle.put("subject", subject(evidence));
    bundle.group("bindings", bindings(evidence));
    bundle.group("listing", listing(evidence));
    bundle.seen("checks", &evidence.checks, |checks| list(checks, check));
    bundle.seen("validated", &evidence.validated, |at| time(*at));
    let email =
        |email: &rolecall_core::diagnosis::evidence::Email| json!({"at": time(email.at), "number": email.number});
    bundle.seen("emails", &evidence.emails, |emails| list(emails, email));
    bundle.seen("actions", &evidence.actions, |actions| {
        list(actions, |tried| {
            let mut entry = Object::default();
            entry.put("action", tried.action.as_str());
            entry.seen("error", &tried.error, |(code, message)| json!({"code": code, "message": message}));
            entry.value()
        })
    });
    bundle.group("neighbours", neighbours(evidence));
    bundle.group("readings", readings(evidence));
    bundle.seen("stackSets", &evidence.stack_sets, |sets| list(sets, stack_set));
    bundle.seen("steps", &evidence.steps, |steps| list(steps, step));
    let mut text = serde_json::to_string_pretty(&bundle.value()).unwrap_or_default();
    text.push('\n');
    text
}

/// An object under construction.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    fn seen<T>(&mut self, key: &str, seen: &Seen<T>, write: impl FnOnce(&T) -> Value) {
        match seen {
            Seen::NotLooked => {}
            Seen::Absent => self.put(key, Value::Null),
            Seen::Present(value) => self.put(key, write(value)),
        }
    }

    /// A group of things; one of which nothing was looked at is left out.
    fn group(&mut self, key: &str, group: Self) {
        if !group.0.is_empty() {
            self.put(key, group.value());
        }
    }

    fn value(self) -> Value {
        Value::Object(self.0)
    }
}

fn list<T>(items: &[T], write: impl Fn(&T) -> Value) -> Value {
    Value::Array(items.iter().map(write).collect())
}

#[expect(clippy::ptr_arg, reason = "what `Object::seen` hands over")]
fn text(text: &String) -> Value {
    Value::from(text.as_str())
}

#[expect(clippy::ptr_arg, reason = "what `Object::seen` hands over")]
fn texts(items: &Vec<String>) -> Value {
    list(items, text)
}

fn time(at: TimeMs) -> Value {
    let moment = i64::try_from(at.0).ok().and_then(|since| jiff::Timestamp::from_millisecond(since).ok());
    moment.map_or(Value::Null, |moment| Value::from(moment.to_string()))
}

fn subject(evidence: &Evidence) -> Value {
    let subject = &evidence.subject;
    json!({
        "account": subject.account.to_string(),
        "kind": if subject.kind == AccountKind::Management { "management" } else { "member" },
        "organization": subject.organization.as_str(),
        "partition": subject.partition.as_str(),
        "mode": if subject.mode == ServiceMode::Lagging { "lagging" } else { "real-time" },
        "roleName": subject.role_name,
        "rolePath": subject.role_path,
        "vendorAccount": subject.vendor.account.to_string(),
        "vendorPrincipalArns": subject.vendor.principal_arns,
    })
}

fn bindings(evidence: &Evidence) -> Object {
    let bindings = &evidence.bindings;
    let mut object = Object::default();
    object.seen("organizationId", &bindings.organization_id, |id| Value::from(id.as_str()));
    object.seen("ownId", &bindings.own_id, |own| json!({"id": own.id.as_str(), "counts": own.counts}));
    object.seen("others", &bindings.others, |others| {
        list(others, |known| json!({"id": known.id.as_str(), "of": known.of}))
    });
    object.seen("policy", &bindings.policy, text);
    object.seen("otherKindPolicy", &bindings.other_kind_policy, text);
    object.seen("olderPolicies", &bindings.older_policies, texts);
    object.seen("actions", &bindings.actions, texts);
    object
}

fn listing(evidence: &Evidence) -> Object {
    let listing = &evidence.listing;
    let mut object = Object::default();
    object.seen("end", &listing.end, |end| match end {
        ListingEnd::Complete => json!({"result": "complete"}),
        ListingEnd::Partial { code } => json!({"result": "partial", "code": code}),
        ListingEnd::Refused { code } => json!({"result": "refused", "code": code}),
    });
    object.seen("entry", &listing.entry, entry);
    object.seen("firstListed", &listing.first_listed, |at| time(*at));
    object.seen("stateSince", &listing.state_since, |at| time(*at));
    object.seen("earlierOrganization", &listing.earlier_organization, |id| Value::from(id.as_str()));
    object.seen("alsoListedBy", &listing.also_listed_by, |id| Value::from(id.as_str()));
    object.seen("features", &listing.features, |features| Value::from(features.as_str()));
    object
}

fn entry(entry: &Entry) -> Value {
    let mut object = Object::default();
    object.seen("state", &entry.state, text);
    object.seen("status", &entry.status, text);
    object.seen("readAs", &entry.read_as, |state| Value::from(state.as_str()));
    object.seen("joinedMethod", &entry.joined_method, |method| Value::from(method.as_str()));
    object.value()
}

fn check(check: &Check) -> Value {
    let mut object = Object::default();
    object.put("at", time(check.at));
    object.seen("start", &check.start, |start| match start {
        CheckStart::Tick(number) => Value::from(*number),
        CheckStart::Requested => Value::from("requested"),
    });
    let mut outcomes = Object::default();
    for (key, probe) in PROBES {
        let outcome: Outcome = check.outcomes.get(probe);
        if let Some((word, _)) = OUTCOMES.iter().find(|(_, known)| *known == outcome) {
            outcomes.put(key, *word);
        }
    }
    object.put("outcomes", outcomes.value());
    object.put("verdict", check.verdict.as_str());
    object.seen("errors", &check.errors, |errors| {
        list(errors, |error| {
            let probe = PROBES.iter().find(|(_, known)| *known == error.probe).map_or("", |(key, _)| *key);
            json!({"probe": probe, "code": error.code, "message": error.message})
        })
    });
    object.value()
}

fn neighbours(evidence: &Evidence) -> Object {
    let near = &evidence.neighbours;
    let mut object = Object::default();
    object.seen("management", &near.management, |verdict| Value::from(verdict.as_str()));
    object.seen("membersValidated", &near.members_validated, |count| Value::from(*count));
    object.seen("membersDenied", &near.members_denied, |count| Value::from(*count));
    object
}

fn readings(evidence: &Evidence) -> Object {
    let readings = &evidence.readings;
    let mut object = Object::default();
    object.seen("roles", &readings.roles, |roles| list(roles, |role| json!({"name": role.name, "path": role.path})));
    object.seen("role", &readings.role, role);
    object.seen("serviceControl", &readings.service_control, |levels| list(levels, level));
    object.seen("resourceControl", &readings.resource_control, |levels| list(levels, level));
    let mut limits = Object::default();
    let figure = |figure: &Figure| json!({"used": figure.used, "limit": figure.limit});
    limits.seen("roles", &readings.limits.roles, figure);
    limits.seen("inlineCharacters", &readings.limits.inline_characters, figure);
    limits.seen("trustCharacters", &readings.limits.trust_characters, figure);
    object.group("limits", limits);
    object.seen("units", &readings.units, texts);
    object.seen("moved", &readings.moved, |moved| json!({"at": time(moved.at), "from": moved.from, "to": moved.to}));
    object
}

fn policy(policy: &NamedPolicy) -> Value {
    json!({"name": policy.name, "document": policy.text})
}

fn role(role: &ReadRole) -> Value {
    let mut object = Object::default();
    object.put("name", role.name.as_str());
    object.put("path", role.path.as_str());
    object.seen("changed", &role.changed, |at| time(*at));
    object.seen("trust", &role.trust, text);
    object.seen("inline", &role.inline, |policies| list(policies, policy));
    object.seen("managed", &role.managed, |policies| list(policies, policy));
    object.seen("boundary", &role.boundary, policy);
    object.value()
}

fn level(level: &ControlPolicies) -> Value {
    json!({"target": level.target, "policies": list(&level.policies, policy)})
}

fn stack_set(set: &SeenSet) -> Value {
    let mut object = Object::default();
    object.put("name", set.name.as_str());
    object.seen("model", &set.model, |model| Value::from(model.as_str()));
    object.seen("retainStacks", &set.retain_stacks, |retain| Value::from(*retain));
    object.seen("units", &set.units, texts);
    object.seen("regions", &set.regions, texts);
    object.seen("template", &set.template, role);
    object.seen("instances", &set.instances, |instances| list(instances, instance));
    object.seen("operations", &set.operations, |operations| list(operations, operation));
    object.value()
}

fn instance(instance: &SeenInstance) -> Value {
    let mut object = Object::default();
    object.put("region", instance.region.as_str());
    object.put("status", instance.status.as_str());
    object.seen("detailedStatus", &instance.detailed, |detailed| Value::from(detailed.as_str()));
    object.seen("reason", &instance.reason, text);
    object.seen("drift", &instance.drift, |drift| Value::from(drift.as_str()));
    object.value()
}

fn operation(operation: &SeenOperation) -> Value {
    let mut object = Object::default();
    object.put("id", operation.id.as_str());
    object.put("action", operation.action.as_str());
    object.put("status", operation.status.as_str());
    object.seen("failedInstances", &operation.failed_instances, |count| Value::from(*count));
    object.seen("results", &operation.results, |results| {
        list(results, |result| {
            let mut object = Object::default();
            object.put("account", result.account.as_str());
            object.put("region", result.region.as_str());
            object.put("status", result.status.as_str());
            object.seen("reason", &result.reason, text);
            object.value()
        })
    });
    object.value()
}

fn step(step: &Step) -> Value {
    let mut object = Object::default();
    object.put("at", time(step.at));
    object.put("what", step.what.as_str());
    object.seen("delegated", &step.delegated, |delegated| Value::from(*delegated));
    match &step.end {
        StepEnd::Open => object.put("result", "open"),
        StepEnd::Done => object.put("result", "done"),
        StepEnd::Failed { code, message } => {
            object.put("result", "failed");
            object.put("code", code.as_str());
            object.put("message", message.as_str());
        }
    }
    object.value()
}
