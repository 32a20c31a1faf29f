//! What a trust statement says of external IDs: operator by operator, value by value.

use super::{Binding, Place, TrustExpectation, grants_assume_role};
use crate::external_id::ExternalId;
use crate::finding::Finding;
use crate::rule::{Rule, Severity};
use crate::rules;
use crate::text_difference::text_difference;
use rolecall_iam::condition::{BaseOperator, OperatorFamily, SetQualifier};
use rolecall_iam::document::{Condition, Policy};
use rolecall_iam::glob;
use rolecall_iam::span::Spanned;

/// Whether a condition is on `sts:ExternalId`; key names have no case.
fn is_external_id(condition: &Condition) -> bool {
    condition.key.value.eq_ignore_ascii_case("sts:ExternalId")
}

pub(super) fn check(place: &Place<'_>, expectation: &TrustExpectation<'_>, findings: &mut Vec<Finding>) {
    if !place.is_allow() || !grants_assume_role(place.statement) {
        return;
    }
    let conditions: Vec<_> = place.statement.conditions.iter().filter(|condition| is_external_id(condition)).collect();
    if conditions.is_empty() {
        findings.push(missing(place));
        return;
    }
    let compared_as_text =
        conditions.iter().any(|condition| condition.operator.value.base == BaseOperator::StringEquals);
    for condition in conditions {
        let harmless_null = compared_as_text && is_null_false(condition);
        if !harmless_null {
            operator(place, condition, findings);
        }
        if condition.operator.value.base.family() == OperatorFamily::String {
            values(place, condition, expectation, findings);
        }
    }
}

fn missing(place: &Place<'_>) -> Finding {
    let message = "the statement allows `sts:AssumeRole` without asking for an external ID";
    let finding =
        Finding::new(&rules::external_id_missing::RULE, place.anchor(), place.subject("sts:ExternalId"), message)
            .with_label("this statement has no condition on `sts:ExternalId`");
    if place.index == 0 {
        return finding;
    }
    finding.with_reason("statements are OR-ed: this one opens the role whatever the others ask for")
}

/// `Null: {"sts:ExternalId": "false"}`: there is an ID, whichever.
fn is_null_false(condition: &Condition) -> bool {
    condition.operator.value.base == BaseOperator::Null
        && condition.values.iter().all(|value| value.value.eq_ignore_ascii_case("false"))
}

/// What is wrong with an operator: the rule, how bad it is here, and the message.
type Fault = (&'static Rule, Severity, String);

fn operator(place: &Place<'_>, condition: &Condition, findings: &mut Vec<Finding>) {
    let operator = condition.operator.value;
    let faults = [set_qualifier(condition), if_exists(condition), base_operator(condition)];
    for (rule, severity, message) in faults.into_iter().flatten() {
        let subject = place.subject(&operator.to_string());
        let mut finding =
            Finding::new(rule, condition.operator.span, subject, message).with_label("expected `StringEquals`");
        finding.severity = severity;
        findings.push(finding);
    }
}

fn set_qualifier(condition: &Condition) -> Option<Fault> {
    let operator = condition.operator.value;
    let (severity, why) = match operator.set? {
        SetQualifier::ForAllValues => (Severity::Error, "is true when no ID is sent"),
        SetQualifier::ForAnyValue => (Severity::Warning, "is for keys with several values, and this one has one"),
    };
    Some((&rules::external_id_set_operator::RULE, severity, format!("`{operator}` on `sts:ExternalId` {why}")))
}

fn if_exists(condition: &Condition) -> Option<Fault> {
    let operator = condition.operator.value;
    let message = format!("`{operator}` on `sts:ExternalId` is true when no ID is sent");
    operator.if_exists.then_some((&rules::external_id_if_exists::RULE, Severity::Error, message))
}

fn base_operator(condition: &Condition) -> Option<Fault> {
    let operator = condition.operator.value;
    let base = operator.base;
    let error = Severity::Error;
    Some(match (base, base.family()) {
        (BaseOperator::StringEquals, _) => return None,
        _ if base.is_negated() => {
            let message = format!("`{operator}` on `sts:ExternalId` is true for every other ID and for none");
            (&rules::external_id_negated::RULE, error, message)
        }
        (BaseOperator::StringLike, _) => {
            let pattern = condition.values.iter().any(|value| glob::has_wildcard(&value.value));
            let severity = if pattern { error } else { Severity::Warning };
            let message = format!("`{operator}` compares `sts:ExternalId` as a pattern");
            (&rules::external_id_pattern::RULE, severity, message)
        }
        (_, OperatorFamily::String) => {
            let message = format!("`{operator}` compares `sts:ExternalId` without regard to case");
            (&rules::external_id_ignores_case::RULE, error, message)
        }
        (BaseOperator::Null, _) if is_null_false(condition) => {
            let message = "`Null` only asks for an external ID: any ID opens the role";
            (&rules::external_id_operator::RULE, error, message.to_owned())
        }
        (BaseOperator::Null, _) => {
            let message = "`Null` asks that no external ID is sent";
            (&rules::external_id_negated::RULE, error, message.to_owned())
        }
        _ => {
            let message = format!("`{operator}` does not compare `sts:ExternalId` as text");
            (&rules::external_id_operator::RULE, error, message)
        }
    })
}

fn values(place: &Place<'_>, condition: &Condition, expectation: &TrustExpectation<'_>, findings: &mut Vec<Finding>) {
    let operator = condition.operator.value.base;
    if operator.is_negated() {
        return;
    }
    let is_pattern = |text: &str| operator == BaseOperator::StringLike && glob::has_wildcard(text);
    let has_expected = condition.values.iter().any(|value| value.value == expectation.accepted.expected.as_str());
    for value in condition.values.iter().filter(|value| !is_pattern(&value.value)) {
        if !expectation.is_accepted(&value.value) {
            findings.extend(wrong_value(place, value, has_expected, expectation));
        }
    }
}

/// The one finding that says best why this value should not stand here. A further ID beside the expected one that is
/// nobody's is counted by [`check_number`].
fn wrong_value(
    place: &Place<'_>,
    value: &Spanned<String>,
    has_expected: bool,
    expectation: &TrustExpectation<'_>,
) -> Option<Finding> {
    let text = value.value.as_str();
    let expected = expectation.accepted.expected.as_str();
    let finding = |rule: &'static Rule, message: String| {
        let subject = place.subject(&format!("sts:ExternalId:{}", text.escape_debug()));
        Finding::new(rule, value.span, subject, message)
    };
    let wanted = format!("expected `{expected}`, the ID of {}", expectation.binding_of_expected());
    if let Some(difference) = text_difference(expected, text) {
        let message = format!("the external ID is not the expected one: {}", difference.describe());
        return Some(finding(&rules::external_id_text_differs::RULE, message).with_label(wanted));
    }
    if let Some(other) = expectation.others.iter().find(|other| other.id.as_str() == text) {
        return match other.of {
            Binding::Organization(organization) => {
                let message = format!("`{text}` is the external ID of organization {}", organization.as_str());
                Some(finding(&rules::external_id_other_organization::RULE, message).with_label(wanted))
            }
            Binding::Account(account) => {
                let message = format!("`{text}` is the older external ID of account {account} alone");
                Some(finding(&rules::external_id_other_account::RULE, message).with_label(wanted))
            }
            Binding::OwnOrganization | Binding::OwnAccount if has_expected => None,
            Binding::OwnOrganization => {
                let message =
                    format!("`{text}` is the organization's external ID, but this account keeps its own older one");
                Some(finding(&rules::external_id_wrong::RULE, message).with_label(wanted))
            }
            Binding::OwnAccount => {
                let message = format!("`{text}` is an older external ID of this account, which is not in use");
                Some(finding(&rules::external_id_wrong::RULE, message).with_label(wanted))
            }
        };
    }
    if let Err(error) = ExternalId::parse(text) {
        let message = format!("`{}` cannot be an external ID: {error}", text.escape_debug());
        return Some(finding(&rules::external_id_invalid::RULE, message).with_label(wanted));
    }
    if has_expected {
        return None;
    }
    Some(
        finding(&rules::external_id_wrong::RULE, format!("`{text}` is not the expected external ID"))
            .with_label(wanted),
    )
}

/// More IDs than the binding allows, over all statements that let the vendor in.
pub(super) fn check_number(trust: &Policy, expectation: &TrustExpectation<'_>, findings: &mut Vec<Finding>) {
    let statements = trust.statements.iter().enumerate();
    let places = statements.map(|(index, statement)| Place { index, statement });
    let open = places.filter(|place| place.is_allow() && grants_assume_role(place.statement));
    let conditions =
        open.flat_map(|place| place.statement.conditions.iter()).filter(|condition| is_external_id(condition));
    let compared = conditions.filter(|condition| {
        let base = condition.operator.value.base;
        base.family() == OperatorFamily::String && !base.is_negated()
    });
    let mut distinct: Vec<&Spanned<String>> = Vec::new();
    for value in compared.flat_map(|condition| &condition.values) {
        if !distinct.iter().any(|known| known.value == value.value) {
            distinct.push(value);
        }
    }
    let further: Vec<_> = distinct.iter().filter(|value| !expectation.is_accepted(&value.value)).collect();
    let (Some(first), true) = (further.first(), distinct.len() > 1) else { return };
    let allowed = if expectation.accepted.also.is_some() { "two while the migration window is open" } else { "one" };
    let message = format!("{} external IDs stand in the trust, the binding allows {allowed}", distinct.len());
    let mut finding = Finding::new(&rules::external_id_several::RULE, first.span, "trust/external-ids", message)
        .with_label(format!("expected `{}` alone", expectation.accepted.expected));
    for value in further.iter().skip(1).take(4) {
        finding = finding.with_related(value.span, "a further external ID");
    }
    findings.push(finding);
}
