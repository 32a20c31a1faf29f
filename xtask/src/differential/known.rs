//! The places where the oracle is known to differ from the documentation: `known.toml`, each with its reason and a
//! description of the cases that it covers. A minimised case is held against these descriptions.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::minimise::Differing;

const FILE: &str = include_str!("known.toml");

const RESOURCES: &[&str] = &["Resource", "NotResource"];
const PRINCIPALS: &[&str] = &["Principal", "NotPrincipal"];

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    known: Vec<Known>,
}

/// One place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Known {
    pub(super) id: String,
    /// What the oracle does.
    pub(super) what: String,
    /// Why ours is right, or how sure we are.
    pub(super) why: String,
    /// The page, or "inferred" or "unverified" with what is missing.
    pub(super) source: String,
    /// Our decision; any when empty.
    #[serde(default)]
    ours: Vec<String>,
    /// The oracle's decision; any when empty.
    #[serde(default)]
    oracle: Vec<String>,
    /// A case is covered when one of these fits.
    #[serde(default)]
    when: Vec<When>,
    /// Cases of `fixtures/evaluation` on which the oracle differs for this reason: all of them.
    #[serde(default)]
    pub(super) cases: BTreeSet<String>,
}

/// A description of cases: everything that is given must hold. Texts are globs with `*`; `\\*` is a star.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct When {
    /// The caller's kind: `user`, `session`, `role`, `federated-user`, `root`, `service`, `anonymous`.
    principal: Option<String>,
    action: Option<String>,
    resource: Option<String>,
    /// Whether the resource is in the caller's account.
    same_account: Option<bool>,
    /// Members that the line has, with something in them.
    present: Vec<String>,
    /// Members that it does not have.
    absent: Vec<String>,
    /// An element that some statement has, such as `NotPrincipal`.
    element: Option<String>,
    /// The version of some policy, and something that stands in that policy's text.
    version: Option<String>,
    text: Option<String>,
    /// A value of some `Resource` or `NotResource`.
    pattern: Option<String>,
    /// Some `Resource` or `NotResource` is an ARN pattern with fewer than six segments.
    short_pattern: bool,
    /// Some has a wildcard in the type of the resource: before the first `/` or `:` of the sixth segment.
    wildcard_in_type: bool,
    /// A value of some `Principal` or `NotPrincipal`.
    names: Option<String>,
    /// A variable in some policy: `absent`, `list` or `present` in the context.
    variable: Option<String>,
    /// A condition for which all of these hold.
    condition: Option<WhenCondition>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct WhenCondition {
    operator: Option<String>,
    key: Option<String>,
    /// Of the key in the context: `absent`, `one`, `list`, `empty-list`, `empty-text`.
    found: Option<String>,
    /// One of the request's values.
    request_value: Option<String>,
    /// One of the policy's values.
    policy_value: Option<String>,
    /// One of the policy's values is `*`, or an ARN pattern with fewer than six segments.
    short_pattern: bool,
}

/// Reads the list.
pub(super) fn read() -> Result<Vec<Known>> {
    let file: File = toml::from_str(FILE).context("xtask/src/differential/known.toml cannot be read")?;
    let mut seen = BTreeSet::new();
    for known in &file.known {
        ensure!(seen.insert(known.id.as_str()), "known.toml: `{}` stands twice", known.id);
        let said = [&known.what, &known.why, &known.source];
        ensure!(said.iter().all(|text| !text.is_empty()), "known.toml: `{}` lacks its reason", known.id);
        ensure!(!known.when.is_empty() || !known.cases.is_empty(), "known.toml: `{}` covers nothing", known.id);
    }
    Ok(file.known)
}

impl Known {
    /// Whether the difference is this one.
    pub(super) fn covers(&self, differing: &Differing) -> bool {
        let said = |words: &[String], word: &String| words.is_empty() || words.contains(word);
        said(&self.ours, &differing.ours)
            && said(&self.oracle, &differing.oracle)
            && self.when.iter().any(|when| when.fits(&differing.line))
    }
}

impl When {
    fn fits(&self, line: &Value) -> bool {
        let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or("");
        let present = |name: &String| line.get(name).is_some_and(|value| value != &Value::Array(Vec::new()));
        let policies = policies(line);
        let statements: Vec<&Map<String, Value>> = policies.iter().flat_map(|policy| statements(policy)).collect();
        let any_value = |names: &[&str], test: &dyn Fn(&str) -> bool| {
            let elements = statements.iter().flat_map(|statement| names.iter().filter_map(|name| statement.get(*name)));
            elements.flat_map(texts).any(|value| test(&value))
        };
        optional(self.principal.as_ref(), |kind| *kind == principal_kind(line))
            && optional(self.action.as_ref(), |pattern| like(pattern, text("action")))
            && optional(self.resource.as_ref(), |pattern| like(pattern, text("resource")))
            && optional(self.same_account.as_ref(), |same| **same == is_same_account(line))
            && self.present.iter().all(present)
            && !self.absent.iter().any(present)
            && optional(self.element.as_ref(), |name| statements.iter().any(|found| found.contains_key(*name)))
            && (self.version.is_none() && self.text.is_none() || policies.iter().any(|policy| self.fits_policy(policy)))
            && optional(self.pattern.as_ref(), |pattern| any_value(RESOURCES, &|value| like(pattern, value)))
            && (!self.short_pattern || any_value(RESOURCES, &is_short))
            && (!self.wildcard_in_type || any_value(RESOURCES, &has_wildcard_in_type))
            && optional(self.names.as_ref(), |pattern| any_value(PRINCIPALS, &|value| like(pattern, value)))
            && optional(self.variable.as_ref(), |found| policies.iter().any(|policy| has_variable(policy, found, line)))
            && optional(self.condition.as_ref(), |condition| {
                statements.iter().any(|statement| condition.fits(statement, line))
            })
    }

    fn fits_policy(&self, policy: &Value) -> bool {
        let version = policy.get("Version").and_then(Value::as_str).unwrap_or("2008-10-17");
        optional(self.version.as_ref(), |wanted| version == wanted.as_str())
            && optional(self.text.as_ref(), |pattern| texts(policy).iter().any(|value| like(pattern, value)))
    }
}

fn optional<'a, T>(wanted: Option<&'a T>, test: impl FnOnce(&&'a T) -> bool) -> bool {
    wanted.as_ref().is_none_or(test)
}

impl WhenCondition {
    fn fits(&self, statement: &Map<String, Value>, line: &Value) -> bool {
        let blocks = statement.get("Condition").and_then(Value::as_object).into_iter().flatten();
        for (operator, keys) in blocks {
            for (key, values) in keys.as_object().into_iter().flatten() {
                let found = context_value(line, key);
                let fits = optional(self.operator.as_ref(), |pattern| like(pattern, operator))
                    && optional(self.key.as_ref(), |pattern| like(pattern.to_lowercase(), key.to_lowercase()))
                    && optional(self.found.as_ref(), |wanted| *wanted == shape(found))
                    && optional(self.request_value.as_ref(), |pattern| {
                        found.is_some_and(|found| texts(found).iter().any(|value| like(pattern, value)))
                    })
                    && (!self.short_pattern || texts(values).iter().any(|value| value == "*" || is_short(value)))
                    && optional(self.policy_value.as_ref(), |pattern| {
                        texts(values).iter().any(|value| like(pattern, value))
                    });
                if fits {
                    return true;
                }
            }
        }
        false
    }
}

/// An ARN pattern with fewer than six segments.
fn is_short(pattern: &str) -> bool {
    pattern.starts_with("arn:") && pattern.split(':').count() < 6
}

fn has_wildcard_in_type(pattern: &str) -> bool {
    let resource = pattern.splitn(6, ':').nth(5).unwrap_or("");
    resource.split_once(['/', ':']).is_some_and(|(kind, _)| kind.contains(['*', '?']))
}

/// A key of the context in any case.
fn context_value<'a>(line: &'a Value, key: &str) -> Option<&'a Value> {
    let context = line.get("context").and_then(Value::as_object)?;
    context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}

fn shape(value: Option<&Value>) -> &'static str {
    match value {
        None | Some(Value::Null) => "absent",
        Some(Value::Array(items)) if items.is_empty() => "empty-list",
        Some(Value::Array(items)) if items.iter().any(|item| item == "") => "empty-text",
        Some(Value::Array(_)) => "list",
        Some(Value::String(text)) if text.is_empty() => "empty-text",
        Some(_) => "one",
    }
}

fn principal_kind(line: &Value) -> &'static str {
    match line.get("principal") {
        Some(Value::String(text)) if text == "*" => "anonymous",
        Some(Value::String(text)) => match text.splitn(6, ':').nth(5).unwrap_or("root").split('/').next() {
            Some("user") => "user",
            Some("assumed-role") => "session",
            Some("role") => "role",
            Some("federated-user") => "federated-user",
            _ => "root",
        },
        _ => "service",
    }
}

fn is_same_account(line: &Value) -> bool {
    let account = |text: &str| text.split(':').nth(4).filter(|account| !account.is_empty()).map(str::to_owned);
    let text = |name: &str| line.get(name).and_then(Value::as_str);
    let own = text("principal").and_then(account);
    let of_resource = text("resourceAccount").map(str::to_owned).or_else(|| text("resource").and_then(account));
    own.is_some() && (of_resource.is_none() || own == of_resource)
}

/// Every policy document of a line.
fn policies(line: &Value) -> Vec<&Value> {
    fn collect<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            Value::Object(members) if members.contains_key("Statement") => found.push(value),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for value in line.as_object().into_iter().flat_map(Map::values) {
        collect(value, &mut found);
    }
    found
}

fn statements(policy: &Value) -> Vec<&Map<String, Value>> {
    match policy.get("Statement") {
        Some(Value::Array(items)) => items.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(one)) => vec![one],
        _ => Vec::new(),
    }
}

/// Every text inside, numbers and booleans as text.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Number(_) | Value::Bool(_) => vec![value.to_string()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        Value::Null => Vec::new(),
    }
}

/// Whether the policy has a variable whose key looks so in the context (`absent` also for a caller's key that is not
/// there); `present` for any that has one value.
fn has_variable(policy: &Value, wanted: &str, line: &Value) -> bool {
    let texts = texts(policy);
    let inside = texts.iter().flat_map(|text| text.split("${").skip(1));
    let mut keys = inside.filter_map(|rest| rest.split([',', '}']).next());
    keys.any(|key| match shape(context_value(line, key)) {
        "absent" => wanted == "absent",
        "list" | "empty-list" => wanted == "list",
        _ => wanted == "present",
    })
}

/// A glob with `*`; `\\*` is a star.
fn like(pattern: impl AsRef<str>, text: impl AsRef<str>) -> bool {
    /// What no text holds, in the place of an escaped star.
    const STAR: &str = "\u{0}";
    let (pattern, text) = (pattern.as_ref().replace("\\*", STAR), text.as_ref().replace('*', STAR));
    let mut parts: Vec<&str> = pattern.split('*').collect();
    let last = parts.pop().unwrap_or("");
    let Some((first, middle)) = parts.split_first() else { return text == last };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    for part in middle {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests;
