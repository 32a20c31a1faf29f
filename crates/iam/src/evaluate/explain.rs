//! Why each statement of a policy applied to a request or did not: the first element that failed, with what was compared.
//! It asks the same compiled statement that decides, so explanation and decision cannot part.

use super::compile::{CompiledPolicy, CompiledStatement};
use super::decision::StatementId;
use super::request::Request;
use super::scene::Scene;
use super::truth::Truth;
use crate::document::{Effect, Element, Statement, UndecidablePart};
use crate::span::Span;

/// What became of one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementTrace {
    /// Which statement.
    pub id: StatementId,
    /// Its `Sid`, when it has one.
    pub sid: Option<String>,
    /// Its effect.
    pub effect: Effect,
    /// Where it stands.
    pub span: Span,
    /// Whether it applies.
    pub applies: Truth,
    /// Why not, or why it cannot be told; `None` when it applies.
    pub because: Option<Because>,
}

/// The first element of a statement that did not match, or could not be evaluated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// The name of the element, such as `NotAction` or `Condition`.
    pub element: &'static str,
    /// Where it stands.
    pub span: Span,
    /// What was compared, as a sentence: "`ec2:StopInstances` is none of `ec2:Describe*`".
    pub text: String,
}

/// Explains every statement of a policy, in source order.
pub fn explain(policy: &CompiledPolicy, request: &Request) -> Vec<StatementTrace> {
    let sources = &policy.policy().statements;
    policy.numbered().zip(sources).map(|((id, compiled), source)| trace(id, compiled, source, request)).collect()
}

fn trace(id: StatementId, compiled: &CompiledStatement, source: &Statement, request: &Request) -> StatementTrace {
    let applies = compiled.applies(&Scene::new(request));
    StatementTrace {
        id,
        sid: source.sid.as_ref().map(|sid| sid.value.clone()),
        effect: source.effect.value,
        span: source.span,
        applies,
        because: if applies == Truth::True { None } else { because(compiled, source, request, applies) },
    }
}

/// The first element with the truth of the whole statement: what failed, else what could not be evaluated.
fn because(compiled: &CompiledStatement, source: &Statement, request: &Request, applies: Truth) -> Option<Because> {
    let scene = Scene::new(request);
    if !compiled.covers_action(request) {
        let element = if source.actions.negated { "NotAction" } else { "Action" };
        let text = listing(request.action(), &source.actions, |action| action.as_str());
        return Some(Because { element, span: source.actions.span, text });
    }
    if compiled.covers_caller(request) == applies {
        let element = source.principals.as_ref()?;
        let name = if element.negated { "NotPrincipal" } else { "Principal" };
        let text = listing(&caller(request), element, |principal| principal.as_str());
        return Some(Because { element: name, span: element.span, text });
    }
    if compiled.covers_resource(&scene) == applies
        && let Some(element) = &source.resources
    {
        let name = if element.negated { "NotResource" } else { "Resource" };
        let text = if applies == Truth::Unknown {
            String::from("a policy variable is malformed")
        } else {
            listing(request.compared_resource(), element, String::as_str)
        };
        return Some(Because { element: name, span: element.span, text });
    }
    if applies == Truth::Unknown
        && let Some(part) = source.undecidable.iter().find(|part| part.part == UndecidablePart::ConditionOperator)
    {
        let text = format!("`{}` is no condition operator", part.text);
        return Some(Because { element: "Condition", span: part.span, text });
    }
    let failed = compiled.conditions.iter().zip(&source.conditions);
    for (condition, written) in failed {
        if condition.holds(&scene) != applies {
            continue;
        }
        let values: Vec<_> = written.values.iter().map(|value| format!("`{}`", value.value)).collect();
        let found = match request.context().get(condition.key()) {
            None => String::from("the key is absent"),
            Some(entry) if entry.is_multi_valued() => {
                format!("the request has the values {:?}", entry.values().collect::<Vec<_>>())
            }
            Some(entry) => format!("the request has `{}`", entry.first().unwrap_or_default()),
        };
        let (operator, key) = (&written.operator.value, &written.key.value);
        let what = if applies == Truth::Unknown && condition.has_malformed_value() {
            format!("`{operator}` cannot compare `{key}` with {}", values.join(", "))
        } else {
            format!("`{operator}` on `{key}` with {}: {found}", values.join(", "))
        };
        return Some(Because { element: "Condition", span: written.key.span, text: what });
    }
    None
}

/// "`x` is none of `a`, `b`", or for a negated element "`x` is one of …".
fn listing<T>(found: &str, element: &Element<T>, text: impl Fn(&T) -> &str) -> String {
    const SHOWN: usize = 8;
    let mut values: Vec<_> =
        element.values.iter().take(SHOWN).map(|value| format!("`{}`", text(&value.value))).collect();
    if element.values.len() > SHOWN {
        values.push(format!("and {} more", element.values.len() - SHOWN));
    }
    let relation = if element.negated { "is one of" } else { "is none of" };
    format!("`{found}` {relation} {}", values.join(", "))
}

/// The caller as a text for people.
fn caller(request: &Request) -> String {
    use super::request::RequestPrincipal as Caller;
    match request.principal() {
        Caller::Anonymous => String::from("an anonymous caller"),
        Caller::Root { account, partition } => format!("arn:{partition}:iam::{account}:root"),
        Caller::User { arn, .. }
        | Caller::Role { arn, .. }
        | Caller::Session { arn, .. }
        | Caller::FederatedUser { arn, .. } => arn.clone(),
        Caller::Service(name) | Caller::Federated(name) | Caller::CanonicalUser(name) => name.clone(),
    }
}
