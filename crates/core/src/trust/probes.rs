//! Evaluates AssumeRole on the trust text with the right external ID, with none and with wrong ones: the probes that a
//! vendor makes, made on paper, and those that nobody may make (other tenants' IDs). Conditions on keys that only the
//! real call has are assumed to hold where that opens the role, and not to hold where that would pass a check.

use super::statement::is_known_key;
use super::{Binding, TrustExpectation};
use crate::external_id::ExternalId;
use crate::finding::{Finding, NotJudged};
use crate::limits::EXTERNAL_ID_MAX_CHARS;
use crate::rules;
use rolecall_iam::document::{Effect, Policy, PolicyType};
use rolecall_iam::evaluate::explain::explain;
use rolecall_iam::evaluate::{CompiledPolicy, Context, Decision, Request, RequestPrincipal};
use rolecall_iam::principal::Principal;
use rolecall_iam::span::Span;
use std::collections::BTreeSet;

/// A wrong external ID and what makes it wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongId {
    /// The ID.
    pub id: ExternalId,
    /// In words: "a random ID", "the right ID with a suffix".
    pub what: String,
}

/// The wrong IDs to try for a right one: random, suffix, prefix, case flipped. The random one is derived from the right
/// one (128 bits of a hash), so that a run can be repeated. None of them is an accepted one.
pub fn wrong_ids(right: &ExternalId, is_accepted: impl Fn(&str) -> bool) -> Vec<WrongId> {
    let text = right.as_str();
    let flipped: String = text.chars().map(flip_case).collect();
    let room = text.chars().count() < EXTERNAL_ID_MAX_CHARS;
    let candidates = [
        (derived(text), "a random ID"),
        (if room { format!("{text}0") } else { String::new() }, "the right ID with a suffix"),
        (if room { format!("0{text}") } else { String::new() }, "the right ID with a prefix"),
        (flipped, "the right ID with its case flipped"),
    ];
    let usable = candidates.into_iter().filter(|(candidate, _)| candidate != text && !is_accepted(candidate));
    usable
        .filter_map(|(candidate, what)| {
            ExternalId::parse(&candidate).ok().map(|id| WrongId { id, what: what.to_owned() })
        })
        .collect()
}

pub(crate) const fn flip_case(character: char) -> char {
    if character.is_ascii_lowercase() { character.to_ascii_uppercase() } else { character.to_ascii_lowercase() }
}

/// 32 hexadecimal digits out of a text: two runs of FNV-1a with different starts. No secret hangs on it.
pub(crate) fn derived(text: &str) -> String {
    let run = |start: u64| {
        text.bytes().fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    };
    format!("{:016x}{:016x}", run(0xcbf2_9ce4_8422_2325), run(0x6c62_272e_07bb_0142))
}

/// The trust in three readings of what only the real call tells.
struct Readings {
    /// Unknown conditions let the caller in: of an `Allow` they hold, of a `Deny` they do not.
    open: CompiledPolicy,
    /// Unknown conditions keep the caller out.
    closed: CompiledPolicy,
}

/// Makes the probes; findings are added, what cannot be decided is returned.
pub(super) fn check(trust: &Policy, expectation: &TrustExpectation<'_>, findings: &mut Vec<Finding>) -> Vec<NotJudged> {
    let readings = Readings { open: reading(trust, expectation, true), closed: reading(trust, expectation, false) };
    let callers = callers(trust, expectation);
    let mut not_judged = Vec::new();
    right_ids(trust, &readings, &callers, expectation, findings, &mut not_judged);
    without_id(trust, &readings, &callers, findings, &mut not_judged);
    with_wrong_ids(trust, &readings, &callers, expectation, findings, &mut not_judged);
    not_judged
}

/// The trust with conditions on unknown keys taken as true or false.
fn reading(trust: &Policy, expectation: &TrustExpectation<'_>, open: bool) -> CompiledPolicy {
    let knows_arn = !expectation.vendor.principal_arns.is_empty();
    let is_known = |key: &str| is_known_key(key) && (knows_arn || !key.eq_ignore_ascii_case("aws:PrincipalArn"));
    let mut policy = trust.clone();
    policy.statements.retain_mut(|statement| {
        let unknown = statement.conditions.iter().any(|condition| !is_known(&condition.key.value));
        statement.conditions.retain(|condition| is_known(&condition.key.value));
        // A statement whose unknown conditions fail says nothing at all.
        !unknown || (statement.effect.value == Effect::Allow) == open
    });
    CompiledPolicy::new(policy, PolicyType::Trust)
}

/// Who of the vendor may call: the roles of the profile; without them one that stands for any, and those that the trust names.
fn callers(trust: &Policy, expectation: &TrustExpectation<'_>) -> Vec<RequestPrincipal> {
    let vendor = expectation.vendor;
    let mut arns: BTreeSet<String> = vendor.principal_arns.iter().map(|arn| arn.replace(['*', '?'], "x")).collect();
    if arns.is_empty() {
        arns.insert(format!("arn:{}:iam::{}:role/vendor", expectation.partition.as_str(), vendor.account));
        let principals = trust.statements.iter().filter_map(|statement| statement.principals.as_ref());
        let named = principals
            .flat_map(|element| &element.values)
            .filter(|principal| principal.value.account() == Some(vendor.account));
        arns.extend(named.filter_map(|principal| match &principal.value {
            Principal::AwsArn(arn) => Some(arn.clone()),
            _ => None,
        }));
    }
    arns.iter().filter_map(|arn| RequestPrincipal::parse(arn).ok()).collect()
}

/// AssumeRole by a caller of the vendor. The resource is the role that the trust belongs to: it has no `Resource`.
fn request(caller: &RequestPrincipal, id: Option<&str>) -> Option<Request> {
    let mut context = Context::new();
    if let Some(id) = id {
        context.set("sts:ExternalId", id);
    }
    Request::new(caller.clone(), "sts:AssumeRole", "*", context).ok()
}

/// The best answer that any of the callers gets, and the statement that it rests on.
fn best(trust: &CompiledPolicy, callers: &[RequestPrincipal], id: Option<&str>) -> (Decision, Option<Span>) {
    let rank = |decision: Decision| match decision {
        Decision::Allowed => 3,
        Decision::CannotDecide => 2,
        Decision::ExplicitDeny => 1,
        Decision::ImplicitDeny => 0,
    };
    let answers = callers.iter().filter_map(|caller| {
        let decided = trust.decide(&request(caller, id)?);
        let by = decided.by().and_then(|by| trust.statement(by)).map(|statement| statement.effect.span);
        Some((decided.decision(), by))
    });
    answers.max_by_key(|(decision, _)| rank(*decision)).unwrap_or((Decision::CannotDecide, None))
}

fn right_ids(
    trust: &Policy,
    readings: &Readings,
    callers: &[RequestPrincipal],
    expectation: &TrustExpectation<'_>,
    findings: &mut Vec<Finding>,
    not_judged: &mut Vec<NotJudged>,
) {
    // Every role that the profile names must get in; without names, whoever the trust admits of the vendor's account.
    if expectation.vendor.principal_arns.is_empty() {
        right_id(trust, readings, callers, expectation, findings, not_judged);
        return;
    }
    for caller in callers {
        let before = findings.len() + not_judged.len();
        right_id(trust, readings, std::slice::from_ref(caller), expectation, findings, not_judged);
        if findings.len() + not_judged.len() > before {
            return;
        }
    }
}

fn right_id(
    trust: &Policy,
    readings: &Readings,
    callers: &[RequestPrincipal],
    expectation: &TrustExpectation<'_>,
    findings: &mut Vec<Finding>,
    not_judged: &mut Vec<NotJudged>,
) {
    // The second ID of a migration may open the role; only the expected one must.
    let id = expectation.accepted.expected.as_str();
    let (hopeful, by) = best(&readings.open, callers, Some(id));
    if matches!(hopeful, Decision::ExplicitDeny | Decision::ImplicitDeny) {
        let subject = "trust/probe:right";
        let message = format!(
            "AssumeRole by {} with the external ID of {} is `{}`",
            expectation.vendor.root_arn(expectation.partition),
            expectation.binding_of_expected(),
            hopeful.as_str()
        );
        let reason = why_not(&readings.open, callers, id);
        let span = by.unwrap_or_else(|| anchor(trust));
        findings.push(Finding::new(&rules::trust_denies_vendor::RULE, span, subject, message).with_reason(reason));
        return;
    }
    let (certain, by) = best(&readings.closed, callers, Some(id));
    if hopeful == Decision::CannotDecide || certain != Decision::Allowed {
        let span = by.unwrap_or_else(|| anchor(trust));
        let message = match unknown_keys(trust, expectation).as_slice() {
            [] => String::from(
                "whether the right external ID opens the role cannot be decided: a value of the trust cannot be evaluated",
            ),
            keys => format!("whether the right external ID opens the role depends on {}", keys.join(", ")),
        };
        let help = "name the vendor's roles under `vendor_principal_arns`, or remove conditions on what only the real call tells";
        not_judged.push(undecided("trust-probe-undecided", span, message, help));
    }
}

fn without_id(
    trust: &Policy,
    readings: &Readings,
    callers: &[RequestPrincipal],
    findings: &mut Vec<Finding>,
    not_judged: &mut Vec<NotJudged>,
) {
    let (decision, by) = best(&readings.open, callers, None);
    let span = by.unwrap_or_else(|| anchor(trust));
    match decision {
        Decision::Allowed => {
            let message = "AssumeRole by the vendor without an external ID is `allowed`";
            let finding = Finding::new(&rules::trust_opens_without_id::RULE, span, "trust/probe:none", message);
            findings.push(finding.with_label("this statement lets it in"));
        }
        Decision::CannotDecide => {
            let message = "whether the role opens without an external ID cannot be decided: a value of the trust cannot be evaluated";
            not_judged.push(undecided(
                "trust-probe-undecided",
                span,
                message.to_owned(),
                "mend the value that the document check names",
            ));
        }
        Decision::ExplicitDeny | Decision::ImplicitDeny => {}
    }
}

fn with_wrong_ids(
    trust: &Policy,
    readings: &Readings,
    callers: &[RequestPrincipal],
    expectation: &TrustExpectation<'_>,
    findings: &mut Vec<Finding>,
    not_judged: &mut Vec<NotJudged>,
) {
    let made = wrong_ids(expectation.accepted.expected, |text| expectation.is_accepted(text));
    let made = made.iter().map(|wrong| (wrong.id.as_str(), wrong.what.clone()));
    let others = expectation.others.iter().map(|other| (other.id.as_str(), describe(other.of)));
    let (mut opening, mut undecidable) = (Vec::new(), None);
    for (id, what) in made.chain(others) {
        match best(&readings.open, callers, Some(id)) {
            (Decision::Allowed, by) => opening.push((id.to_owned(), what, by)),
            (Decision::CannotDecide, by) => undecidable = undecidable.or(Some((what, by))),
            _ => {}
        }
    }
    if let Some((id, what, by)) = opening.first() {
        let span = by.unwrap_or_else(|| anchor(trust));
        let mut message = format!("AssumeRole by the vendor with {what} (`{id}`) is `allowed`");
        if opening.len() > 1 {
            let further: Vec<_> = opening.iter().skip(1).take(3).map(|(_, what, _)| what.as_str()).collect();
            let dots = if opening.len() > 4 { ", …" } else { "" };
            message = format!("{message}, and so it is with {}{dots}", further.join(", "));
        }
        let finding = Finding::new(&rules::trust_opens_with_wrong_id::RULE, span, "trust/probe:wrong", message);
        findings.push(finding.with_label("this statement lets it in"));
    }
    if let Some((what, by)) = undecidable {
        let message =
            format!("whether {what} opens the role cannot be decided: a value of the trust cannot be evaluated");
        let span = by.unwrap_or_else(|| anchor(trust));
        not_judged.push(undecided(
            "trust-probe-undecided",
            span,
            message,
            "mend the value that the document check names",
        ));
    }
}

fn describe(binding: Binding<'_>) -> String {
    match binding {
        Binding::OwnOrganization => String::from("the organization's ID, which is not in use for this account"),
        Binding::OwnAccount => String::from("the account's older ID, which is not in use"),
        Binding::Organization(organization) => format!("the ID of organization {}", organization.as_str()),
        Binding::Account(account) => format!("the older ID of account {account}"),
    }
}

/// Why no `Allow` statement applied, in the words of the evaluator.
fn why_not(trust: &CompiledPolicy, callers: &[RequestPrincipal], id: &str) -> String {
    let Some(request) = callers.first().and_then(|caller| request(caller, Some(id))) else { return String::new() };
    let traces = explain(trust, &request);
    let reasons: Vec<String> = traces
        .into_iter()
        .filter(|trace| trace.effect == Effect::Allow)
        .filter_map(|trace| {
            trace.because.map(|because| format!("`{}` does not match: {}", because.element, because.text))
        })
        .collect();
    reasons.join("; ")
}

/// The keys that the answer hangs on, quoted.
fn unknown_keys(trust: &Policy, expectation: &TrustExpectation<'_>) -> Vec<String> {
    let knows_arn = !expectation.vendor.principal_arns.is_empty();
    let keys = trust
        .statements
        .iter()
        .flat_map(|statement| &statement.conditions)
        .map(|condition| condition.key.value.as_str());
    let unknown = keys.filter(|key| !is_known_key(key) || (!knows_arn && key.eq_ignore_ascii_case("aws:PrincipalArn")));
    let distinct: BTreeSet<String> = unknown.map(|key| format!("`{key}`")).collect();
    distinct.into_iter().collect()
}

/// A short place that stands for the whole trust: the effect of its first `Allow`, else of its first statement.
pub(super) fn anchor(trust: &Policy) -> Span {
    let allow = trust.statements.iter().find(|statement| statement.effect.value == Effect::Allow);
    allow.or_else(|| trust.statements.first()).map_or(trust.span, |statement| statement.effect.span)
}

fn undecided(code: &str, span: Span, message: String, help: &str) -> NotJudged {
    NotJudged { code: code.to_owned(), span, message, help: help.to_owned(), related: Vec::new() }
}
