//! Says what differs between two policy documents that are not surely the same: statements, then in the statements that
//! belong together effect, actions, resources, principals and conditions, each at its place in the found document.

use crate::text_difference::text_difference;
use rolecall_iam::document::normal::normal_statement;
use rolecall_iam::document::{Condition, Element, Policy, Statement};
use rolecall_iam::principal::Principal;
use rolecall_iam::span::{Span, Spanned};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Where, in the found document.
    pub(super) span: Span,
    /// The place in the expected document, when it has one.
    pub(super) expected: Option<Span>,
    /// What, without places: part of the subject.
    pub(super) key: String,
    /// What, as a sentence.
    pub(super) message: String,
}

/// The differences; empty only when every statement of each has its equal in the other and the versions agree.
pub(super) fn differences(expected: &Policy, found: &Policy) -> Vec<Difference> {
    let mut all = Vec::new();
    let missing = without_equal(expected, found);
    let added = without_equal(found, expected);
    let (mut unpaired, mut left) = (Vec::new(), added.clone());
    for wanted in missing {
        match take_partner(wanted, &mut left) {
            Some(partner) => statement(wanted, partner, &mut all),
            None => unpaired.push(wanted),
        }
    }
    for wanted in unpaired {
        let message = format!("the statement {} is missing", name(wanted));
        all.push(Difference {
            span: opening(found.span),
            expected: Some(wanted.effect.span),
            key: format!("missing:{}", name(wanted)),
            message,
        });
    }
    for further in left {
        let message = format!("the statement {} is not in the profile", name(further));
        all.push(Difference {
            span: further.effect.span,
            expected: None,
            key: format!("added:{}", name(further)),
            message,
        });
    }
    if all.is_empty() && expected.effective_version() != found.effective_version() {
        let (wanted, version) = (expected.effective_version().as_str(), found.effective_version().as_str());
        let span = found.version.as_ref().map_or(opening(found.span), |version| version.span);
        let message = format!(
            "the policy language version is {version} instead of {wanted}, so that variables mean something else"
        );
        all.push(Difference {
            span,
            expected: expected.version.as_ref().map(|version| version.span),
            key: String::from("version"),
            message,
        });
    }
    all
}

fn without_equal<'a>(of: &'a Policy, other: &Policy) -> Vec<&'a Statement> {
    let others: Vec<_> = other.statements.iter().map(normal_statement).collect();
    of.statements.iter().filter(|statement| !others.contains(&normal_statement(statement))).collect()
}

/// The statement that belongs to `wanted`: the same `Sid`, else the one that shares most actions, else the only one.
fn take_partner<'a>(wanted: &Statement, left: &mut Vec<&'a Statement>) -> Option<&'a Statement> {
    let sid = |statement: &Statement| statement.sid.as_ref().map(|sid| sid.value.clone());
    let same_sid = sid(wanted).and_then(|own| left.iter().position(|other| sid(other) == Some(own.clone())));
    let shared = |other: &Statement| {
        wanted
            .actions
            .values
            .iter()
            .filter(|action| other.actions.values.iter().any(|found| found.value.lower() == action.value.lower()))
            .count()
    };
    let most = left.iter().enumerate().map(|(index, other)| (shared(other), index)).filter(|(count, _)| *count > 0);
    let nearest = most.max_by_key(|(count, index)| (*count, std::cmp::Reverse(*index))).map(|(_, index)| index);
    let only = if left.len() == 1 { Some(0) } else { None };
    let index = same_sid.or(nearest).or(only)?;
    Some(left.remove(index))
}

fn statement(expected: &Statement, found: &Statement, all: &mut Vec<Difference>) {
    let before = all.len();
    if expected.effect.value != found.effect.value {
        let (wanted, effect) = (expected.effect.value.as_str(), found.effect.value.as_str());
        let message = format!("the effect is `{effect}` instead of `{wanted}`");
        all.push(Difference {
            span: found.effect.span,
            expected: Some(expected.effect.span),
            key: String::from("Effect"),
            message,
        });
    }
    element(
        "Action",
        Some(&expected.actions),
        Some(&found.actions),
        found,
        |action| action.lower().to_owned(),
        |action| action.as_str().to_owned(),
        all,
    );
    element("Resource", expected.resources.as_ref(), found.resources.as_ref(), found, Clone::clone, Clone::clone, all);
    let (principals, other) = (expected.principals.as_ref(), found.principals.as_ref());
    element("Principal", principals, other, found, principal_key, |principal| principal.as_str().to_owned(), all);
    conditions(expected, found, all);
    if all.len() == before {
        let message = format!("the statement {} is written otherwise", name(found));
        all.push(Difference {
            span: found.effect.span,
            expected: Some(expected.effect.span),
            key: format!("statement:{}", name(found)),
            message,
        });
    }
}

fn element<T>(
    name: &str,
    expected: Option<&Element<T>>,
    found: Option<&Element<T>>,
    statement: &Statement,
    key: impl Fn(&T) -> String,
    text: impl Fn(&T) -> String,
    all: &mut Vec<Difference>,
) {
    let span = found.map_or(statement.effect.span, |element| element.span);
    let place = expected.map(|element| element.span);
    let negated = |element: Option<&Element<T>>| element.is_some_and(|element| element.negated);
    if negated(expected) != negated(found) {
        let not = if negated(found) { "`Not…` is written" } else { "`Not…` is not written" };
        all.push(Difference {
            span,
            expected: place,
            key: format!("Not{name}"),
            message: format!("{not} before `{name}`, unlike in the profile"),
        });
    }
    let none: &[Spanned<T>] = &[];
    let wanted = expected.map_or(none, |element| &element.values);
    let values = found.map_or(none, |element| &element.values);
    for missing in wanted.iter().filter(|wanted| !values.iter().any(|value| key(&value.value) == key(&wanted.value))) {
        let text = text(&missing.value);
        all.push(Difference {
            span,
            expected: Some(missing.span),
            key: format!("{name}:-{text}"),
            message: format!("`{name}` lacks `{text}`"),
        });
    }
    for added in values.iter().filter(|value| !wanted.iter().any(|wanted| key(&wanted.value) == key(&value.value))) {
        let text = text(&added.value);
        all.push(Difference {
            span: added.span,
            expected: place,
            key: format!("{name}:+{text}"),
            message: format!("`{name}` has `{text}`, which the profile does not have"),
        });
    }
}

fn conditions(expected: &Statement, found: &Statement, all: &mut Vec<Difference>) {
    let lower = |condition: &Condition| (condition.operator.value, condition.key.value.to_ascii_lowercase());
    let key = |condition: &Condition| format!("{} on {}", condition.operator.value, condition.key.value);
    for wanted in &expected.conditions {
        let Some(other) = found.conditions.iter().find(|condition| lower(condition) == lower(wanted)) else {
            let message = format!("the condition `{}` is missing", key(wanted));
            all.push(Difference {
                span: found.effect.span,
                expected: Some(wanted.key.span),
                key: format!("Condition:-{}", key(wanted)),
                message,
            });
            continue;
        };
        values(wanted, other, &key(wanted), all);
    }
    for added in found
        .conditions
        .iter()
        .filter(|condition| !expected.conditions.iter().any(|wanted| lower(wanted) == lower(condition)))
    {
        let message = format!("the condition `{}` is not in the profile", key(added));
        all.push(Difference {
            span: added.operator.span,
            expected: None,
            key: format!("Condition:+{}", key(added)),
            message,
        });
    }
}

/// The values of one condition. One value in place of another is one difference.
fn values(wanted: &Condition, found: &Condition, name: &str, all: &mut Vec<Difference>) {
    let lacks = |left: &Condition, value: &Spanned<String>| !left.values.iter().any(|own| own.value == value.value);
    let missing: Vec<_> = wanted.values.iter().filter(|value| lacks(found, value)).collect();
    let added: Vec<_> = found.values.iter().filter(|value| lacks(wanted, value)).collect();
    if let ([missing], [added]) = (missing.as_slice(), added.as_slice()) {
        let (expected, value) = (missing.value.escape_debug(), added.value.escape_debug());
        let unseen =
            text_difference(&missing.value, &added.value).map(|difference| format!(" ({})", difference.describe()));
        let message =
            format!("the condition `{name}` has `{value}` instead of `{expected}`{}", unseen.unwrap_or_default());
        all.push(Difference {
            span: added.span,
            expected: Some(missing.span),
            key: format!("Condition:{name}:{value}"),
            message,
        });
        return;
    }
    for missing in missing {
        let message = format!("the condition `{name}` lacks `{}`", missing.value.escape_debug());
        let key = format!("Condition:{name}:-{}", missing.value.escape_debug());
        all.push(Difference { span: found.key.span, expected: Some(missing.span), key, message });
    }
    for added in added {
        let message =
            format!("the condition `{name}` has `{}`, which the profile does not have", added.value.escape_debug());
        let key = format!("Condition:{name}:+{}", added.value.escape_debug());
        all.push(Difference { span: added.span, expected: Some(wanted.key.span), key, message });
    }
}

/// An account by its ID and by its root ARN in the partition `aws` are the same principal, as in the normal form.
fn principal_key(principal: &Principal) -> String {
    match principal {
        Principal::Account { account, text } if !text.starts_with("arn:") || text.starts_with("arn:aws:") => {
            format!("account {account}")
        }
        other => format!("{} {}", other.kind().as_str(), other.as_str()),
    }
}

fn name(statement: &Statement) -> String {
    if let Some(sid) = &statement.sid {
        format!("`{}`", sid.value)
    } else {
        let first = statement.actions.values.first().map_or("nothing", |action| action.value.as_str());
        format!("on `{first}`")
    }
}

/// The first byte of a document, for what is missing in it.
pub(super) fn opening(span: Span) -> Span {
    Span { end: span.end.min(span.start.saturating_add(1)), ..span }
}
