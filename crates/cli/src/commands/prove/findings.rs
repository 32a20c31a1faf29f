//! Findings with what a person needs to believe them: which parts of a statement cover the witness, what the other side
//! says of it, and the lines that replay it. All of it is asked from the evaluator.

use super::questions::{Expected, Question, policy_of_text};
use crate::args::prove::BaseArg;
use crate::commands::documents::Side;
use rolecall_core::facts;
use rolecall_iam::arn::Arn;
use rolecall_iam::document::{Condition, Effect, Element, PolicyType, Statement};
use rolecall_iam::evaluate::explain::{Because, StatementTrace};
use rolecall_iam::evaluate::{
    By, Decision, Explanation, PolicyKind, PolicySet, PolicyTrace, Reason, Truth, explain_answer, resource_matches,
};
use rolecall_iam::principal::Principal;
use rolecall_iam::request_line::{self, RequestLine};
use rolecall_iam::span::Span;
use rolecall_iam_prove::{NewAccess, PolicySide, Witness, WitnessPrincipal, WitnessValue, replay_line};
use rolecall_report::prove::{Against, Found, GrantedBy, Replay};
use std::collections::BTreeMap;

/// A finding as reports take it.
pub(super) fn found(found: &NewAccess, question: &Question<'_>) -> Found {
    let (name, side) = question.allowing;
    let mut replays =
        vec![Replay { side: name, decision: Decision::Allowed, line: replay_line(&side.as_side(), &found.witness) }];
    let mut against = None;
    if let Some((name, other)) = question.other {
        let line = replay_line(&other.as_side(), &found.witness);
        against = Some(against_of(other, found.reference_decision, &line));
        replays.push(Replay { side: name, decision: found.reference_decision, line });
    }
    Found {
        granted_by: granted_by(side, found),
        witness: found.witness.clone(),
        against,
        because: None,
        replays,
        witness_file: None,
    }
}

fn granted_by(side: &Side, found: &NewAccess) -> GrantedBy {
    let granting = found.statement;
    let by = By { kind: granting.kind, level: 0, policy: granting.policy, statement: granting.statement };
    let statement = side.statement(by);
    GrantedBy {
        kind: kind_in_words(side, granting.kind),
        policy: granting.policy,
        statement: granting.statement.0,
        sid: statement.and_then(|statement| statement.sid.as_ref()).map(|sid| sid.value.clone()),
        span: granting.span,
        marks: statement.map_or_else(Vec::new, |statement| marks(statement, &found.witness)),
    }
}

/// The kind of a policy in AWS's words; the policy of a role is its trust policy.
const fn kind_in_words(side: &Side, kind: PolicyKind) -> &'static str {
    match (side.base, kind) {
        (BaseArg::Trust, PolicyKind::Resource) => "trust policy",
        _ => kind.as_str(),
    }
}

/// The parts of a statement that cover a request, the action first.
fn marks(statement: &Statement, witness: &Witness) -> Vec<(Span, String)> {
    let action = covering(&statement.actions, |pattern| pattern.matches(&witness.action));
    let mut marks = vec![mark(&statement.actions, action, &format!("`{}`", witness.action))];
    if let Some(element) = &statement.principals {
        let who = match &witness.principal {
            WitnessPrincipal::Anonymous => String::from("anybody"),
            other => format!("`{}`", other.as_str()),
        };
        let account = Arn::parse(witness.principal.as_str()).ok().and_then(|arn| arn.account_id());
        let names = |principal: &Principal| match principal {
            Principal::Everyone => true,
            Principal::Account { account: own, .. } => Some(*own) == account,
            other => other.as_str() == witness.principal.as_str(),
        };
        marks.push(mark(element, covering(element, names), &who));
    }
    if let Some(element) = &statement.resources {
        let covers = |pattern: &String| resource_matches(pattern, &witness.resource);
        marks.push(mark(element, covering(element, covers), &format!("`{}`", witness.resource)));
    }
    marks.extend(statement.conditions.iter().filter_map(|condition| condition_mark(condition, witness)));
    marks
}

/// The value of an element that covers something: the first that surely does, else the only one.
fn covering<T>(element: &Element<T>, covers: impl Fn(&T) -> bool) -> Option<Span> {
    let only = if element.values.len() == 1 { element.values.first() } else { None };
    let value = element.values.iter().find(|value| covers(&value.value)).or(only);
    value.filter(|_| !element.negated).map(|value| value.span)
}

fn mark<T>(element: &Element<T>, value: Option<Span>, what: &str) -> (Span, String) {
    let relation = if element.negated { "is none of these" } else { "is covered" };
    (value.unwrap_or(element.span), format!("{what} {relation}"))
}

/// What the request has for the key of a condition; nothing for keys that follow from the caller.
fn condition_mark(condition: &Condition, witness: &Witness) -> Option<(Span, String)> {
    let key = condition.key.value.as_str();
    let value = witness.context.iter().find(|(own, _)| own.eq_ignore_ascii_case(key)).map(|(_, value)| value);
    let lower = key.to_ascii_lowercase();
    let says = match value {
        Some(WitnessValue::One(one)) => format!("the request has `{one}`"),
        Some(WitnessValue::Several(several)) if several.is_empty() => String::from("the request has no value"),
        Some(WitnessValue::Several(several)) => {
            let values: Vec<String> = several.iter().map(|value| format!("`{value}`")).collect();
            format!("the request has {}", values.join(", "))
        }
        None if ["aws:principal", "aws:user"].iter().any(|own| lower.starts_with(own)) => return None,
        None => String::from("absent from the request"),
    };
    Some((condition.key.span, says))
}

/// What a side says of a request, given as the line that replays it under its policies.
fn against_of(side: &Side, decision: Decision, line: &str) -> Against {
    let blank = Against { side: side.words.clone(), decision, reason: String::from("it is not allowed"), place: None };
    let Ok(line) = request_line::read(line, facts::facts_of) else { return blank };
    let explanation = explain_answer(&line.policies, &line.request);
    let reason = explanation.answer.reason;
    if let (Reason::DeniedBy(kind), Some(by)) = (reason, explanation.answer.by)
        && let Some(statement) = side.statement(by)
    {
        let (name, kind) = (name(statement, by), kind_in_words(side, kind));
        let place = Some((statement.effect.span, String::from("this statement denies it")));
        return Against { reason: format!("{name} of the {kind} denies it"), place, ..blank };
    }
    let Some((by, because)) = nearest(&explanation) else { return Against { reason: reason.to_string(), ..blank } };
    let place =
        side.statement(by).map(|own| (element_span(own, because, &line, by), String::from("does not cover it")));
    let name = side.statement(by).map_or_else(String::new, |own| name(own, by));
    if name.is_empty() {
        return Against { reason: reason.to_string(), ..blank };
    }
    Against { reason: format!("{reason}; {name} comes nearest: {}: {}", because.element, because.text), place, ..blank }
}

fn name(statement: &Statement, by: By) -> String {
    let sid = statement.sid.as_ref().map_or_else(String::new, |sid| format!(" (`{}`)", sid.value));
    format!("statement {}{sid}", by.statement.0 + 1)
}

/// The Allow statement that fails latest, of the kind of policy that does not allow; nothing when none covers the action.
fn nearest(explanation: &Explanation) -> Option<(By, &Because)> {
    let Reason::NotAllowedBy(kind) = explanation.answer.reason else { return None };
    let rank = |element: &str| match element {
        "Principal" | "NotPrincipal" => Some(1),
        "Resource" | "NotResource" => Some(2),
        "Condition" => Some(3),
        _ => None,
    };
    let of = |trace: &PolicyTrace, statement: &StatementTrace| By {
        kind: trace.kind,
        level: trace.level,
        policy: trace.policy,
        statement: statement.id,
    };
    let mut best: Option<(i32, By, &Because)> = None;
    for trace in explanation.policies.iter().filter(|trace| trace.kind == kind) {
        for statement in &trace.statements {
            let fails = statement.effect == Effect::Allow && statement.applies != Truth::True;
            let Some(because) = statement.because.as_ref().filter(|_| fails) else { continue };
            let Some(rank) = rank(because.element) else { continue };
            if best.is_none_or(|(so_far, ..)| rank > so_far) {
                best = Some((rank, of(trace, statement), because));
            }
        }
    }
    best.map(|(_, by, because)| (by, because))
}

/// Where the element stands that fails: in the document that was read, not in the line.
fn element_span(own: &Statement, because: &Because, line: &RequestLine, by: By) -> Span {
    let of_element = match because.element {
        "Principal" | "NotPrincipal" => own.principals.as_ref().map(|element| element.span),
        "Resource" | "NotResource" => own.resources.as_ref().map(|element| element.span),
        _ => own_condition(own, because, &line.policies, by).map(|condition| condition.key.span),
    };
    of_element.unwrap_or(own.effect.span)
}

/// The condition of the document that the line's one was written from.
fn own_condition<'s>(own: &'s Statement, because: &Because, policies: &PolicySet, by: By) -> Option<&'s Condition> {
    let in_line = policies.statement(by)?.conditions.iter().find(|condition| condition.key.span == because.span)?;
    own.conditions.iter().find(|condition| {
        condition.operator.value == in_line.operator.value && condition.key.value == in_line.key.value
    })
}

/// Which part of an expected trust a witness goes beyond.
pub(super) fn why_not_expected(witness: &Witness, expected: &Expected) -> String {
    let who = witness.principal.as_str();
    let listed = is_listed(witness, expected);
    let id = witness.context.iter().find(|(key, _)| key.eq_ignore_ascii_case("sts:ExternalId")).map(|(_, value)| value);
    let wrong_id = match (&expected.external_id, id) {
        (None, _) => None,
        (Some(_), None) => Some(String::from("there is no external ID")),
        (Some(expected), Some(WitnessValue::One(found))) if found == expected => None,
        (Some(expected), Some(WitnessValue::One(found))) => {
            Some(format!("the external ID is `{found}`, not `{expected}`"))
        }
        (Some(_), Some(WitnessValue::Several(_))) => Some(String::from("there are several external IDs")),
    };
    match (listed, wrong_id) {
        (true, Some(wrong)) => wrong,
        (false, Some(wrong)) => format!("`{who}` is none of the principals, and {wrong}"),
        (_, None) => format!("`{who}` is none of the principals"),
    }
}

/// Whether the evaluator lets the caller in when only the principals count.
fn is_listed(witness: &Witness, expected: &Expected) -> bool {
    let mut by_kind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for principal in &expected.principals {
        by_kind.entry(principal.kind().as_str()).or_default().push(principal.as_str());
    }
    let statement = serde_json::json!({"Effect": "Allow", "Principal": by_kind, "Action": "sts:*"});
    let text = serde_json::json!({"Version": "2012-10-17", "Statement": statement}).to_string();
    let Some(policy) = policy_of_text(&text, PolicyType::Trust) else { return false };
    let line = replay_line(&PolicySide::trust(&policy), witness);
    let read = request_line::read(&line, facts::facts_of);
    read.is_ok_and(|line| explain_answer(&line.policies, &line.request).answer.decision == Decision::Allowed)
}
