//! What a trust statement says of principals, actions and unknown conditions. Its external IDs are judged beside.

use super::{Place, TrustExpectation, grants_assume_role};
use crate::finding::Finding;
use crate::rules;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::arn::Arn;
use rolecall_iam::principal::Principal;
use rolecall_iam::span::Spanned;

/// Actions of a trust that only accompany `sts:AssumeRole`.
const SESSION_ACTIONS: &[&str] = &["sts:tagsession", "sts:setsourceidentity", "sts:setcontext"];

/// Keys of which AssumeRole by the vendor is known to have a value; all others depend on how the vendor calls.
const KNOWN_KEYS: &[&str] =
    &["sts:externalid", "aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:principalisawsservice"];

/// Whether the value of a condition key is known before the vendor calls.
pub(super) fn is_known_key(key: &str) -> bool {
    KNOWN_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

pub(super) fn check(place: &Place<'_>, expectation: &TrustExpectation<'_>, findings: &mut Vec<Finding>) {
    principals(place, expectation, findings);
    if place.is_allow() {
        actions(place, findings);
    } else {
        deny(place, findings);
    }
}

fn principals(place: &Place<'_>, expectation: &TrustExpectation<'_>, findings: &mut Vec<Finding>) {
    let Some(element) = &place.statement.principals else { return };
    if element.negated {
        let effect = place.statement.effect.value.as_str();
        let finding = Finding::new(
            &rules::trust_not_principal::RULE,
            element.span,
            place.subject("NotPrincipal"),
            format!("`NotPrincipal` with `{effect}`"),
        );
        findings.push(finding.with_label("names those who are left out, not those who are let in"));
        return;
    }
    if place.is_allow() {
        findings.extend(element.values.iter().filter_map(|value| principal(place, value, expectation)));
    }
}

fn principal(place: &Place<'_>, value: &Spanned<Principal>, expectation: &TrustExpectation<'_>) -> Option<Finding> {
    let text = value.value.as_str();
    let vendor = expectation.vendor.account;
    let root = expectation.vendor.root_arn(expectation.partition);
    let subject = place.subject(&format!("principal:{text}"));
    let (rule, message) = match &value.value {
        Principal::Everyone => {
            (&rules::trust_wildcard_principal::RULE, String::from("the principal `*` admits everybody"))
        }
        Principal::UniqueId(_) => (
            &rules::trust_unique_id_principal::RULE,
            format!("`{text}` is the unique ID of one entity, not an account or ARN"),
        ),
        Principal::Service(_) | Principal::Federated(_) | Principal::CanonicalUser(_) => {
            let kind = value.value.kind().as_str();
            (
                &rules::trust_other_principal::RULE,
                format!("the trust admits `{text}` ({kind}), which is not the vendor"),
            )
        }
        Principal::Account { account, .. } if *account != vendor => {
            (&rules::trust_wrong_account::RULE, format!("the trust names account {account}, the vendor's is {vendor}"))
        }
        Principal::AwsArn(_) if value.value.account() != Some(vendor) => {
            (&rules::trust_wrong_account::RULE, format!("`{text}` is not in the vendor's account {vendor}"))
        }
        Principal::Account { .. } | Principal::AwsArn(_) if in_other_partition(text, expectation) => {
            let wanted = expectation.partition.as_str();
            (
                &rules::trust_wrong_partition::RULE,
                format!("`{text}` is of another partition than the organization, which is in `{wanted}`"),
            )
        }
        Principal::AwsArn(_) => (
            &rules::trust_role_arn_principal::RULE,
            format!("the trust names `{text}` alone, which AWS keeps as a unique ID"),
        ),
        Principal::Account { .. } => return None,
    };
    Some(Finding::new(rule, value.span, subject, message).with_label(format!("expected `{root}`")))
}

fn in_other_partition(text: &str, expectation: &TrustExpectation<'_>) -> bool {
    Arn::parse(text).is_ok_and(|arn| arn.partition != expectation.partition.as_str())
}

fn actions(place: &Place<'_>, findings: &mut Vec<Finding>) {
    let element = &place.statement.actions;
    if element.negated {
        let message = "`NotAction` allows every action that is not listed";
        let finding = Finding::new(&rules::trust_broad_action::RULE, element.span, place.subject("NotAction"), message);
        findings.push(finding.with_label("expected `\"Action\": \"sts:AssumeRole\"`"));
        return;
    }
    findings.extend(element.values.iter().filter_map(|value| action(place, value)));
}

fn action(place: &Place<'_>, value: &Spanned<ActionPattern>) -> Option<Finding> {
    let lower = value.value.lower();
    let text = value.value.as_str();
    let subject = place.subject(&format!("action:{lower}"));
    if lower == "sts:assumerole" {
        return None;
    }
    if SESSION_ACTIONS.contains(&lower) {
        let message = format!("`{text}` lets the caller set properties of the session");
        return Some(Finding::new(&rules::trust_session_action::RULE, value.span, subject, message));
    }
    let message = format!("`{text}` allows more than `sts:AssumeRole`");
    Some(
        Finding::new(&rules::trust_broad_action::RULE, value.span, subject, message)
            .with_label("expected `sts:AssumeRole`"),
    )
}

/// A `Deny` that depends on what is known only when the vendor calls.
fn deny(place: &Place<'_>, findings: &mut Vec<Finding>) {
    if !grants_assume_role(place.statement) {
        return;
    }
    for condition in &place.statement.conditions {
        let key = &condition.key.value;
        if is_known_key(key) {
            continue;
        }
        let subject = place.subject(&format!("deny:{}", key.to_ascii_lowercase()));
        let message = format!("a `Deny` on `sts:AssumeRole` depends on `{key}`, which only the vendor's call tells");
        findings.push(Finding::new(&rules::trust_conditional_deny::RULE, condition.key.span, subject, message));
    }
}
