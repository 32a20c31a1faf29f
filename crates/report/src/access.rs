//! Groups of granted actions in words and as JSON, for audits and differences: what both formats of both share.

use crate::Options;
use crate::place::Place;
use crate::visible::one_line;
use rolecall_gate::access::{AccessGroup, StatementPlace, UndecidedAccess};
use rolecall_iam::source::SourceMap;
use rolecall_iam_catalog::Action;
use rolecall_iam_prove::{Witness, WitnessValue};
use serde::Serialize;
use serde_json::Value;

/// `ec2:DescribeInstances, DescribeImages and 12 more`: the service once, at most so many names.
pub(crate) fn actions_text(actions: &[Action], shown: usize) -> String {
    let service = actions.first().map_or("", |action| action.service().prefix());
    format!("{service}:{}", names_text(actions, shown))
}

/// The same without the service.
pub(crate) fn names_text(actions: &[Action], shown: usize) -> String {
    let names: Vec<&str> = actions.iter().take(shown).map(|action| action.name()).collect();
    let more = actions.len().saturating_sub(shown);
    if more > 0 { format!("{} and {more} more", names.join(", ")) } else { names.join(", ") }
}

/// `1 action`, `2 actions`.
pub(crate) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// The same with the line alone, where there is one policy.
pub(crate) fn statement_of_one_text(place: &StatementPlace, sources: &SourceMap, options: &Options) -> String {
    let name = place.sid.as_ref().map_or_else(|| format!("statement {}", place.index.1 + 1), |sid| format!("`{sid}`"));
    let line = Place::of(sources, place.span, options).map(|place| place.start.line);
    one_line(&line.map_or_else(|| name.clone(), |line| format!("{name} (line {line})")))
}

/// `AllowCost` with its place, `statement 2` where it has no Sid.
pub(crate) fn statement_text(place: &StatementPlace, sources: &SourceMap, options: &Options) -> String {
    let name = place.sid.as_ref().map_or_else(|| format!("statement {}", place.index.1 + 1), |sid| format!("`{sid}`"));
    let at = Place::of(sources, place.span, options).map(|place| place.locate());
    one_line(&at.map_or_else(|| name.clone(), |at| format!("{name} ({at})")))
}

/// `all resources`, or the patterns.
pub(crate) fn resources_text(place: &StatementPlace) -> String {
    let list = place.resources.join(", ");
    match (place.resources_negated, list.as_str()) {
        (true, _) => format!("all but {list}"),
        (false, "" | "*") => String::from("all resources"),
        (false, _) => list,
    }
}

/// What narrows a group besides its resources: conditions and limits.
pub(crate) fn narrowed_text(group: &AccessGroup) -> String {
    let mut parts = Vec::new();
    if !group.place.conditions.is_empty() {
        parts.push(format!("if {}", group.place.conditions.join(" and ")));
    }
    if !group.limits.is_empty() {
        parts.push(format!("less {}", group.limits.join(", ")));
    }
    if !group.resource_fits {
        parts.push(String::from("no effect: AWS documents none of these resources for it"));
    }
    parts.join("; ")
}

/// What is asked for in a request, without who asks.
pub(crate) fn request_text(witness: &Witness) -> String {
    let text = witness_text(witness);
    text.split_once(": ").map_or(text.clone(), |(_, what)| what.to_owned())
}

/// A request on one line: `arn:… may ec2:RunInstances on * with aws:RequestedRegion=eu-west-1`.
pub(crate) fn witness_text(witness: &Witness) -> String {
    let who = match witness.principal.as_str() {
        "*" => "anybody",
        name => name,
    };
    let value = |value: &WitnessValue| match value {
        WitnessValue::One(one) => one.clone(),
        WitnessValue::Several(several) => format!("[{}]", several.join(", ")),
    };
    let keys: Vec<String> = witness.context.iter().map(|(key, own)| format!("{key}={}", value(own))).collect();
    let with = if keys.is_empty() { String::new() } else { format!(" with {}", keys.join(", ")) };
    one_line(&format!("{who}: {} on {}{with}", witness.action, witness.resource))
}

/// A statement in JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatementEntry<'a> {
    policy: u32,
    index: u32,
    sid: Option<&'a str>,
    path: String,
    line: u32,
    column: u32,
}

/// A group in JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupEntry<'a> {
    statement: StatementEntry<'a>,
    service: &'static str,
    access_level: &'static str,
    actions: Vec<String>,
    open_ended: &'a [String],
    principals: &'a [String],
    resources: &'a [String],
    resources_negated: bool,
    conditions: &'a [String],
    limits: &'a [String],
    has_effect: bool,
    witness: Value,
}

/// Actions of which nothing is known, in JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UndecidedEntry<'a> {
    statement: StatementEntry<'a>,
    actions: Vec<String>,
    reason: &'a str,
}

/// What JSON entries are made with.
#[derive(Clone, Copy)]
pub(crate) struct Entries<'a> {
    pub(crate) sources: &'a SourceMap,
    pub(crate) options: &'a Options,
}

impl<'a> Entries<'a> {
    fn statement(&self, place: &'a StatementPlace) -> StatementEntry<'a> {
        let at = Place::of(self.sources, place.span, self.options);
        let start = at.as_ref().map(|at| at.start);
        StatementEntry {
            policy: place.index.0,
            index: place.index.1,
            sid: place.sid.as_deref(),
            path: at.as_ref().map_or_else(String::new, |at| at.path.clone()),
            line: start.as_ref().map_or(1, |start| start.line),
            column: start.as_ref().map_or(1, |start| start.column),
        }
    }

    pub(crate) fn group(&self, group: &'a AccessGroup) -> GroupEntry<'a> {
        GroupEntry {
            statement: self.statement(&group.place),
            service: group.service,
            access_level: group.level.as_str(),
            actions: group.actions.iter().map(Action::to_string).collect(),
            open_ended: &group.open_ended,
            principals: &group.place.principals,
            resources: &group.place.resources,
            resources_negated: group.place.resources_negated,
            conditions: &group.place.conditions,
            limits: &group.limits,
            has_effect: group.resource_fits,
            witness: line(&group.replay),
        }
    }

    pub(crate) fn undecided(&self, entry: &'a UndecidedAccess) -> UndecidedEntry<'a> {
        UndecidedEntry {
            statement: self.statement(&entry.place),
            actions: entry.actions.iter().map(Action::to_string).collect(),
            reason: &entry.reason,
        }
    }
}

/// A request line as JSON.
pub(crate) fn line(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
}
