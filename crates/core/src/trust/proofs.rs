//! Proves over all requests that a trust lets in nobody but the vendor, and nobody without an accepted external ID. Two
//! questions, so that each failure has its own finding; together they are `rolecall_iam_prove::only_principals`, for which
//! an account may accept one ID only and a vendor has no narrowed principals.

use super::probes::anchor;
use super::{EXTERNAL_ID_KEY_LOWER, TrustExpectation};
use crate::external_id::ExternalId;
use crate::finding::{Finding, NotJudged, Witness};
use crate::proof::{Answer, Proofs, Shown};
use crate::rule::Rule;
use crate::rules;
use crate::trust_document::trust_document;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::condition::{BaseOperator, ConditionOperator, SetQualifier};
use rolecall_iam::document::{Condition, Element, Policy, Statement, Version};
use rolecall_iam::principal::Principal;
use rolecall_iam::span::Spanned;
use rolecall_iam_prove::{Part, PolicySide, no_new_access_within};

/// `sts:AssumeRole` and its kin; `sts:TagSession` and `sts:SetSourceIdentity` let nobody in.
const ASSUME_ROLE: &str = "sts:AssumeRole*";

/// Proves both; findings are added, what cannot be told is returned.
pub(super) fn check(
    trust: &Policy,
    expectation: &TrustExpectation<'_>,
    proofs: &mut Proofs,
    findings: &mut Vec<Finding>,
) -> Vec<NotJudged> {
    let mut not_judged = Vec::new();
    let single = with_one_id(trust);
    let single = single.as_ref().unwrap_or(trust);
    let (vendor, accepted) = (vendor_alone(expectation), accepted_ids_alone(trust, expectation));
    match ask("who is let in", (trust, single), &vendor, expectation, proofs) {
        Answer::None => {}
        Answer::Found(shown) => findings.push(other(trust, expectation, *shown)),
        Answer::Unknown(reason) => {
            not_judged.push(undecided(trust, "whether the trust lets in the vendor alone", &reason));
        }
    }
    match ask("with which external ID", (trust, single), &accepted, expectation, proofs) {
        Answer::None => {}
        Answer::Found(shown) => without_accepted_id(trust, *shown, findings),
        Answer::Unknown(reason) => {
            not_judged.push(undecided(trust, "whether the trust asks everybody for the external ID", &reason));
        }
    }
    not_judged
}

fn ask(
    name: &str,
    (trust, single): (&Policy, &Policy),
    bound: &Policy,
    expectation: &TrustExpectation<'_>,
    proofs: &mut Proofs,
) -> Answer {
    // What a user replays is the trust as it is written.
    let (written, side, bound_side) = (PolicySide::trust(trust), PolicySide::trust(single), PolicySide::trust(bound));
    let actions: Vec<ActionPattern> = ActionPattern::parse(ASSUME_ROLE).into_iter().collect();
    let part = Part { actions: Some(&actions), ..Part::default() };
    // What bounds it follows from the expectation alone.
    let TrustExpectation { vendor, partition, accepted, .. } = expectation;
    let name = format!("{name} {vendor:?} {partition:?} {accepted:?}");
    proofs.ask_once(name, &[trust], &written, |options| no_new_access_within(&bound_side, &side, part, options))
}

/// The trust that lets in the vendor with whatever external ID. The account is named by its ID: of another partition nobody
/// can ask, and a trust may name it either way (`reference_policies_elements_principal`).
fn vendor_alone(expectation: &TrustExpectation<'_>) -> Policy {
    let mut bound = trust_document(expectation.vendor, expectation.partition, &[]);
    for statement in &mut bound.statements {
        statement.actions = actions(&statement.actions);
        statement.conditions.retain(|condition| !is_external_id(condition));
        if let Some(principals) = &mut statement.principals {
            let account = expectation.vendor.account;
            principals.values =
                vec![Spanned::new(Principal::Account { account, text: account.to_string() }, principals.span)];
        }
    }
    bound
}

/// The trust that lets in everybody with an accepted external ID, or with one that no request can carry: STS refuses
/// other characters and lengths (STS API reference, `API_AssumeRole`, `ExternalId`).
fn accepted_ids_alone(trust: &Policy, expectation: &TrustExpectation<'_>) -> Policy {
    let ids: Vec<_> = std::iter::once(expectation.accepted.expected).chain(expectation.accepted.also).collect();
    let mut bound = trust_document(expectation.vendor, expectation.partition, &ids);
    // Without variables: a value is compared as it is.
    bound.version = Some(Spanned::new(Version::V2008, bound.span));
    for statement in &mut bound.statements {
        statement.actions = actions(&statement.actions);
        statement.conditions.retain(is_external_id);
        for condition in &mut statement.conditions {
            condition.values.extend(impossible_ids(trust));
        }
        if let Some(principals) = &mut statement.principals {
            let span = principals.span;
            principals.values = vec![Spanned::new(Principal::Everyone, span)];
        }
    }
    bound
}

/// The trust with set operators on `sts:ExternalId` as what they say of a request, which carries one ID or none (STS API
/// reference, `API_AssumeRole`: a string): `ForAllValues` holds without one, `ForAnyValue` does not (IAM user guide,
/// `reference_policies_condition-single-vs-multi-valued-context-keys`). `None`: there are none.
fn with_one_id(trust: &Policy) -> Option<Policy> {
    // Over no value at all a set operator says something of its own.
    let is_set = |condition: &Condition| {
        let operator = condition.operator.value;
        let compares = operator.base != BaseOperator::Null && !condition.values.is_empty();
        is_external_id(condition) && operator.set.is_some() && compares
    };
    if !trust.statements.iter().flat_map(|statement| &statement.conditions).any(is_set) {
        return None;
    }
    let mut trust = trust.clone();
    for statement in &mut trust.statements {
        let mut present = Vec::new();
        for condition in statement.conditions.iter_mut().filter(|condition| is_set(condition)) {
            let operator = &mut condition.operator.value;
            match operator.set.take() {
                Some(SetQualifier::ForAllValues) => operator.if_exists = true,
                _ if operator.if_exists || !operator.base.is_negated() => {}
                _ => present.push(Condition {
                    operator: Spanned::new(ConditionOperator::plain(BaseOperator::Null), condition.operator.span),
                    key: condition.key.clone(),
                    values: vec![Spanned::new(String::from("false"), condition.operator.span)],
                }),
            }
        }
        statement.conditions.append(&mut present);
    }
    Some(trust)
}

fn is_external_id(condition: &Condition) -> bool {
    condition.key.value.eq_ignore_ascii_case(EXTERNAL_ID_KEY_LOWER)
}

/// Values of the trust that are no external IDs.
fn impossible_ids(trust: &Policy) -> impl Iterator<Item = Spanned<String>> + '_ {
    let conditions = trust.statements.iter().flat_map(|statement| &statement.conditions);
    let values = conditions.filter(|condition| is_external_id(condition)).flat_map(|condition| &condition.values);
    values.filter(|value| ExternalId::parse(&value.value).is_err()).cloned()
}

fn actions(instead_of: &Element<ActionPattern>) -> Element<ActionPattern> {
    let span = instead_of.span;
    let values = ActionPattern::parse(ASSUME_ROLE).into_iter().map(|action| Spanned::new(action, span)).collect();
    Element { span, negated: false, values }
}

fn other(trust: &Policy, expectation: &TrustExpectation<'_>, shown: Shown) -> Finding {
    let statement = trust.statements.get(shown.statement);
    let place = |statement: &Statement| match &statement.principals {
        Some(Element { negated: false, values, .. }) if values.len() == 1 => values.first().map(|value| value.span),
        principals => principals.as_ref().map(|element| element.span),
    };
    let span = statement.and_then(place).unwrap_or_else(|| anchor(trust));
    let principal = &shown.witness.principal;
    let who = if principal == "*" { String::from("anybody") } else { format!("`{principal}`") };
    let vendor = expectation.vendor.account;
    let narrowed = !expectation.vendor.principal_arns.is_empty();
    let wanted = if narrowed { "the vendor's principals" } else { "the vendor's account" };
    let message = format!("`{}` by {who} is `allowed`, which is not of {wanted} {vendor}", shown.witness.action);
    Finding::new(&rules::trust_opens_to_others::RULE, span, "trust/proof:principal", message)
        .with_label("lets in others than the vendor")
        .with_witness(shown.witness)
}

/// A probe that found the same gets the witness; else the proof is a finding of its own.
fn without_accepted_id(trust: &Policy, shown: Shown, findings: &mut Vec<Finding>) {
    let id = shown.witness.context.iter().find(|(key, _)| key.eq_ignore_ascii_case(EXTERNAL_ID_KEY_LOWER));
    let rule: &'static Rule =
        if id.is_some() { &rules::trust_opens_with_wrong_id::RULE } else { &rules::trust_opens_without_id::RULE };
    if let Some(probe) = findings.iter_mut().find(|finding| finding.rule == rule && finding.witness.is_none()) {
        *probe = probe.clone().with_witness(shown.witness);
        return;
    }
    let Witness { action, principal, .. } = &shown.witness;
    let message = match id {
        None => format!("`{action}` by `{principal}` without an external ID is `allowed`"),
        Some((_, values)) => {
            let values: Vec<_> = values.iter().map(|value| format!("`{}`", value.escape_debug())).collect();
            format!("`{action}` by `{principal}` with the external ID {} is `allowed`", values.join(", "))
        }
    };
    let span = trust.statements.get(shown.statement).map_or_else(|| anchor(trust), |statement| statement.effect.span);
    let subject = if id.is_some() { "trust/proof:wrong" } else { "trust/proof:none" };
    let finding = Finding::new(rule, span, subject, message).with_label("this statement lets it in");
    findings.push(finding.with_witness(shown.witness));
}

fn undecided(trust: &Policy, what: &str, reason: &str) -> NotJudged {
    NotJudged {
        code: String::from("trust-undecided"),
        span: anchor(trust),
        message: format!("{what} cannot be told: {reason}"),
        help: String::from(
            "write the trust that `rolecall render` writes: one statement, `StringEquals`, no variables",
        ),
        related: Vec::new(),
    }
}
