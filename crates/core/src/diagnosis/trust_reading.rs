//! What the trust that was read says: judged by `core::trust` (evaluated, and proved over all requests), then put into
//! causes. A trust that cannot be judged gives none.

use super::cause::Cause;
use super::evidence::{Evidence, Seen};
use super::look::Look;
use super::outcome::Fact;
use crate::external_id::ExternalId;
use crate::finding::Finding;
use crate::limits::EXTERNAL_ID_MIN_CHARS;
use crate::organization::AcceptedIds;
use crate::proof::Proofs;
use crate::rules;
use crate::text_difference::text_difference;
use crate::trust::{TrustExpectation, check_trust_with};
use crate::trust_document::trust_document;
use rolecall_iam::document::normal::same_meaning_by_text;
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::{Condition, Effect, Policy, PolicyType, Statement};
use rolecall_iam::json;
use rolecall_iam::span::FileId;

/// The place of the trust in the evidence.
pub(super) const PLACE: &str = "readings.role.trust";

/// A trust as it was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TrustReading {
    /// Not read, or not to be judged.
    Unknown,
    /// There is no role, or the role has no trust policy.
    Absent,
    /// It was judged.
    Judged(Shown),
}

/// What a trust shows: nothing when it is right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// The causes.
    pub(super) causes: Vec<(Cause, Fact)>,
    /// Causes of which one is so, and what would tell which.
    pub(super) open: Vec<(Cause, Look)>,
    /// What is seen to be wrong.
    pub(super) wrong: Option<Fact>,
}

impl Shown {
    fn add(&mut self, cause: Cause, fact: Fact) {
        self.wrong.get_or_insert_with(|| fact.clone());
        self.causes.push((cause, fact));
    }
}

/// Judges it.
pub(super) fn read(evidence: &Evidence, proofs: &mut Proofs) -> TrustReading {
    let role = match &evidence.readings.role {
        Seen::NotLooked => return TrustReading::Unknown,
        Seen::Absent => return TrustReading::Absent,
        Seen::Present(role) => role,
    };
    let text = match &role.trust {
        Seen::NotLooked => return TrustReading::Unknown,
        Seen::Absent => {
            let mut shown = Shown::default();
            shown.add(Cause::TrustDeniesVendor, Fact::new("the role has no trust policy", PLACE));
            return TrustReading::Judged(shown);
        }
        Seen::Present(text) => text,
    };
    let Some(trust) = policy_of(text, PolicyType::Trust) else { return TrustReading::Unknown };
    let Some(expected) = evidence.bindings.organization_id.present() else { return TrustReading::Unknown };
    judge(evidence, &trust, expected, proofs)
}

/// A policy document out of its text; nothing when it cannot be judged.
pub(super) fn policy_of(text: &str, policy_type: PolicyType) -> Option<Policy> {
    let read = json::read(FileId(0), text);
    parse(read.sound()?, policy_type).sound().cloned()
}

fn judge(evidence: &Evidence, trust: &Policy, organization: &ExternalId, proofs: &mut Proofs) -> TrustReading {
    let own = evidence.bindings.own_id.present().filter(|own| own.counts).map(|own| &own.id);
    let usual = trust_document(&evidence.subject.vendor, evidence.subject.partition, &[own.unwrap_or(organization)]);
    if same_meaning_by_text(&usual, trust) {
        return TrustReading::Judged(Shown::default());
    }
    // The vendor tries the organization's ID first and falls back to the account's own: either may open.
    let ways: Vec<AcceptedIds<'_>> = match own {
        None => vec![AcceptedIds { expected: organization, also: None }],
        Some(own) => vec![
            AcceptedIds { expected: organization, also: Some(own) },
            AcceptedIds { expected: own, also: Some(organization) },
        ],
    };
    let judged = ways.into_iter().map(|accepted| {
        let expectation = TrustExpectation {
            vendor: &evidence.subject.vendor,
            partition: evidence.subject.partition,
            organization: &evidence.subject.organization,
            account: Some(evidence.subject.account),
            accepted,
            others: Vec::new(),
        };
        check_trust_with(trust, &expectation, proofs)
    });
    let judged: Vec<_> = judged.collect();
    // The way that keeps nobody out says what is left to say; else the first one does.
    let open = judged.iter().find(|(findings, _)| !has(findings, rules::trust_denies_vendor::RULE.code));
    let Some((findings, not_judged)) = open.or_else(|| judged.first()) else { return TrustReading::Unknown };
    let mut shown = Shown::default();
    if let Some(finding) = find(findings, rules::trust_wrong_partition::RULE.code) {
        shown.add(Cause::OtherPartition, Fact::new(finding.message.clone(), PLACE));
    }
    if has(findings, rules::trust_denies_vendor::RULE.code) {
        kept_out(evidence, trust, findings, &mut shown);
    }
    let opens_without = find(findings, rules::trust_opens_without_id::RULE.code);
    let opens_wrong = find(findings, rules::trust_opens_with_wrong_id::RULE.code);
    if let Some(finding) = opens_without.or(opens_wrong) {
        shown.add(opened(trust), Fact::new(finding.message.clone(), PLACE));
    }
    if shown.wrong.is_none() && !not_judged.is_empty() {
        return TrustReading::Unknown;
    }
    TrustReading::Judged(shown)
}

fn find<'f>(findings: &'f [Finding], code: &str) -> Option<&'f Finding> {
    findings.iter().find(|finding| finding.rule.code == code)
}

fn has(findings: &[Finding], code: &str) -> bool {
    find(findings, code).is_some()
}

/// Why the vendor is kept out: every cause that the text shows.
fn kept_out(evidence: &Evidence, trust: &Policy, findings: &[Finding], shown: &mut Shown) {
    let principals = [
        (&rules::trust_wrong_account::RULE, Cause::OtherVendorAccount),
        (&rules::trust_unique_id_principal::RULE, Cause::PrincipalRecreated),
    ];
    for (rule, cause) in principals {
        if let Some(finding) = find(findings, rule.code) {
            shown.add(cause, Fact::new(finding.message.clone(), PLACE));
        }
    }
    if let Some(value) = wrong_value(evidence, trust) {
        wrong_id(evidence, value, shown);
    }
    if shown.wrong.is_none() {
        let message = find(findings, rules::trust_denies_vendor::RULE.code).map(|finding| finding.message.clone());
        shown.add(Cause::TrustDeniesVendor, Fact::new(message.unwrap_or_default(), PLACE));
    }
}

fn grants(statement: &Statement) -> bool {
    let listed = statement.actions.values.iter().any(|pattern| pattern.value.matches("sts:AssumeRole"));
    statement.effect.value == Effect::Allow && listed != statement.actions.negated
}

fn is_external_id(condition: &Condition) -> bool {
    condition.key.value.eq_ignore_ascii_case("sts:ExternalId")
}

/// The external ID that stands in the trust instead of the right one, when that is what keeps the vendor out. No value at
/// all is the empty text.
fn wrong_value<'t>(evidence: &Evidence, trust: &'t Policy) -> Option<&'t str> {
    let bindings = &evidence.bindings;
    let organization = bindings.organization_id.present()?;
    let own = bindings.own_id.present();
    let is_right =
        |text: &str| text == organization.as_str() || own.is_some_and(|own| own.counts && own.id.as_str() == text);
    let granting = trust.statements.iter().filter(|statement| grants(statement));
    let mut conditions = granting
        .flat_map(|statement| &statement.conditions)
        .filter(|condition| is_external_id(condition) && !condition.operator.value.base.is_negated())
        .peekable();
    conditions.peek()?;
    let values: Vec<_> = conditions.flat_map(|condition| &condition.values).map(|value| value.value.as_str()).collect();
    if values.iter().any(|value| is_right(value)) {
        return None;
    }
    Some(values.first().copied().unwrap_or_default())
}

/// Whose the wrong ID is, as far as that was looked at.
fn wrong_id(evidence: &Evidence, value: &str, shown: &mut Shown) {
    let bindings = &evidence.bindings;
    let Some(organization) = bindings.organization_id.present() else { return };
    let own = bindings.own_id.present();
    let expected = own.filter(|own| own.counts).map_or(organization, |own| &own.id);
    let text = value.escape_debug();
    if value.chars().count() < EXTERNAL_ID_MIN_CHARS {
        let text = format!("the external ID in the trust is `{text}`, which is shorter than AWS takes");
        return shown.add(Cause::ExternalIdEmpty, Fact::new(text, PLACE));
    }
    let difference =
        text_difference(organization.as_str(), value).or_else(|| text_difference(expected.as_str(), value));
    if let Some(difference) = difference {
        let text = format!("the external ID in the trust is not `{organization}`: {}", difference.describe());
        return shown.add(Cause::ExternalIdTextDiffers, Fact::new(text, PLACE));
    }
    if own.is_some_and(|own| !own.counts && own.id.as_str() == value) {
        let text = format!("the trust has `{text}`, the account's own ID, and the migration is over");
        return shown.add(Cause::LegacyIdAfterMigration, Fact::new(text, PLACE));
    }
    let known = bindings.others.present().and_then(|others| others.iter().find(|known| known.id.as_str() == value));
    if let Some(known) = known {
        let text = format!("the external ID in the trust is `{text}`, that of {}; expected `{expected}`", known.of);
        return of_another(evidence, &known.of, Fact::new(text, PLACE), shown);
    }
    let fact = Fact::new(format!("the external ID in the trust is `{text}`, expected `{expected}`"), PLACE);
    let mut open = Vec::new();
    if !bindings.others.is_looked() {
        open.push((Cause::OtherOrganizationId, Look::OtherIds));
        open.push((Cause::MovedBetweenOrganizations, Look::OtherIds));
    }
    if !bindings.own_id.is_looked() {
        open.push((Cause::LegacyIdAfterMigration, Look::OwnId));
    }
    let Some((_, look)) = open.first().copied() else { return shown.add(Cause::ExternalIdUnknown, fact) };
    open.push((Cause::ExternalIdUnknown, look));
    shown.open.extend(open);
    shown.wrong.get_or_insert(fact);
}

/// The ID is another organization's: the one that the account came from, or not.
fn of_another(evidence: &Evidence, owner: &str, fact: Fact, shown: &mut Shown) {
    match &evidence.listing.earlier_organization {
        Seen::Present(earlier) if owner.contains(earlier.as_str()) => {
            shown.add(Cause::MovedBetweenOrganizations, fact);
        }
        Seen::Present(_) | Seen::Absent => shown.add(Cause::OtherOrganizationId, fact),
        Seen::NotLooked => {
            let either = [Cause::MovedBetweenOrganizations, Cause::OtherOrganizationId];
            shown.open.extend(either.map(|cause| (cause, Look::EarlierOrganization)));
            shown.wrong.get_or_insert(fact);
        }
    }
}

/// Which way a trust opens too far.
fn opened(trust: &Policy) -> Cause {
    let open: Vec<_> = trust.statements.iter().filter(|statement| grants(statement)).collect();
    let without = open.iter().filter(|statement| !statement.conditions.iter().any(is_external_id)).count();
    match without {
        0 => Cause::LooseExternalIdOperator,
        all if all == open.len() => Cause::NoExternalIdCondition,
        _ => Cause::SecondStatementWithoutId,
    }
}
