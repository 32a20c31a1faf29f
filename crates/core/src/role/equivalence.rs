//! Proves that a document of role code means the same as that of the profile, both ways; where it does not, says which way
//! it differs, with a request, at the place that the comparison of the texts gives.

use super::document_difference::{Difference, differences, opening};
use super::expected::ExpectedRole;
use crate::finding::{Finding, NotJudged, Related, Witness};
use crate::proof::{Answer, Beyond, Proofs, new_grants, role_globs, trust_by_account_id};
use crate::rules;
use rolecall_iam::document::normal::same_meaning_by_text;
use rolecall_iam::document::{Effect, Policy};
use rolecall_iam::span::Span;
use rolecall_iam_prove::{Options, PolicySide, no_new_access};

/// What came of a comparison.
pub(super) type Compared = (Vec<Finding>, Vec<NotJudged>);

/// Places and actions that a message names.
const NAMED_MAX: usize = 4;

/// Whether two inline policies of a role grant the same, whatever their texts.
pub fn same_permissions(expected: &ExpectedRole, found: &Policy, proofs: &mut Proofs) -> bool {
    let wanted = &expected.policy.document;
    if same_meaning_by_text(wanted, found) {
        return true;
    }
    let roles = role_globs(&expected.arn());
    [(wanted, found), (found, wanted)].into_iter().all(|(reference, candidate)| {
        let grants = new_grants(proofs, &[reference], &[candidate], roles.as_deref());
        grants.found.is_empty() && grants.unknown.is_empty()
    })
}

/// The inline policy; `subject` is the stable part of the finding's subject.
pub(super) fn inline_policy(expected: &ExpectedRole, found: &Policy, subject: &str, proofs: &mut Proofs) -> Compared {
    let wanted = &expected.policy.document;
    if same_meaning_by_text(wanted, found) {
        return (Vec::new(), Vec::new());
    }
    let roles = role_globs(&expected.arn());
    let more = new_grants(proofs, &[wanted], &[found], roles.as_deref());
    let less = new_grants(proofs, &[found], &[wanted], roles.as_deref());
    if more.found.is_empty() && less.found.is_empty() && more.unknown.is_empty() && less.unknown.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let texts = differences(wanted, found);
    let mut findings: Vec<Finding> = more.found.iter().map(|beyond| grants_more(beyond, &texts, subject)).collect();
    findings.extend(less.found.iter().map(|beyond| grants_less(beyond, found, &texts, subject)));
    let unknown = [("grants more than", more.unknown), ("grants less than", less.unknown)];
    let not_judged = unknown.into_iter().flat_map(|(what, reasons)| {
        let what = format!("whether the inline policy {what} that of the profile");
        reasons.into_iter().take(1).map(move |reason| undecided(&what, found.span, &reason, &[]))
    });
    (findings, not_judged.collect())
}

fn grants_more(beyond: &Beyond<'_>, texts: &[Difference], subject: &str) -> Finding {
    let whole = beyond.statement.span;
    let is_inside = |span: Span| span.file == whole.file && whole.start <= span.start && span.end <= whole.end;
    let inside: Vec<&Difference> = texts.iter().filter(|text| is_inside(text.span)).collect();
    // Of several patterns none is to blame; what the texts differ in is.
    let span = match (beyond.patterns.as_slice(), inside.first()) {
        ([only], _) => only.span,
        (_, Some(text)) => text.span,
        ([first, ..], None) => first.span,
        ([], None) => beyond.statement.actions.span,
    };
    let subject = format!("{subject}/more:{}", subject_of(beyond));
    let message = format!("the inline policy grants what the profile does not: {}", named(beyond));
    let mut finding = Finding::new(&rules::role_code_policy::RULE, span, subject, message)
        .with_label("grants more than the profile")
        .with_witness(beyond.witness.clone());
    for text in inside.into_iter().filter(|text| text.span != span).take(NAMED_MAX) {
        finding = finding.with_related(text.span, text.message.replace('`', ""));
    }
    finding
}

fn grants_less(beyond: &Beyond<'_>, found: &Policy, texts: &[Difference], subject: &str) -> Finding {
    let whole = beyond.statement.span;
    let is_action = |text: &&Difference| {
        beyond.patterns.iter().any(|pattern| text.key == format!("Action:-{}", pattern.value.as_str()))
    };
    let is_of_statement = |text: &&Difference| {
        text.expected.is_some_and(|place| {
            place.file == whole.file && whole.start <= place.start && place.end <= whole.end && !place.is_empty()
        })
    };
    // Else a `Deny` that the profile does not have takes it away, or a condition.
    let denies = |text: &&Difference| {
        let mut statements = found.statements.iter().filter(|statement| statement.effect.value == Effect::Deny);
        statements.any(|statement| statement.effect.span == text.span)
    };
    let is_condition = |text: &&Difference| text.key.starts_with("Condition:+");
    let missing = texts.iter().find(is_action).or_else(|| texts.iter().find(is_of_statement));
    let missing = missing.or_else(|| texts.iter().find(denies)).or_else(|| texts.iter().find(is_condition));
    let span = missing.map_or_else(|| opening(found.span), |text| text.span);
    let subject = format!("{subject}/less:{}", subject_of(beyond));
    let message = format!("the inline policy does not grant what the profile does: {}", named(beyond));
    let mut finding = Finding::new(&rules::role_code_policy::RULE, span, subject, message)
        .with_label("grants less than the profile")
        .with_reason(format!("the vendor would be denied {}", beyond.witness));
    finding.witness = Some(beyond.witness.clone());
    let place = beyond.patterns.first().map_or(beyond.statement.actions.span, |pattern| pattern.span);
    if !place.is_empty() {
        finding = finding.with_related(place, "the profile");
    }
    if let Some(text) = missing.filter(|text| !text.key.starts_with("Action:-")) {
        finding = finding.with_related(text.span, text.message.replace('`', ""));
    }
    finding
}

/// The patterns of a statement that matter, or its whole `NotAction`.
fn named(beyond: &Beyond<'_>) -> String {
    if beyond.patterns.is_empty() {
        return format!("`NotAction` with, for one, `{}`", beyond.witness.action);
    }
    let shown = beyond.patterns.iter().take(NAMED_MAX).map(|pattern| format!("`{}`", pattern.value.as_str()));
    let text = shown.collect::<Vec<_>>().join(", ");
    match beyond.patterns.len().saturating_sub(NAMED_MAX) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

fn subject_of(beyond: &Beyond<'_>) -> String {
    match (beyond.patterns.first(), &beyond.statement.sid) {
        (Some(pattern), _) => pattern.value.as_str().to_owned(),
        (None, Some(sid)) => sid.value.clone(),
        (None, None) => String::from("NotAction"),
    }
}

/// The trust policy, against those that are right. The differences of the texts are what is told, unless it is proved that
/// they mean the same.
pub(super) fn trust(
    expected: &ExpectedRole,
    found: &Policy,
    proofs: &mut Proofs,
) -> (Vec<Difference>, Vec<NotJudged>, TrustDiffers) {
    let right: Vec<&Policy> = std::iter::once(&expected.trust).chain(&expected.also_right).collect();
    if right.iter().any(|right| same_meaning_by_text(right, found)) {
        return Default::default();
    }
    let mut told: Vec<(Vec<Difference>, TrustDiffers)> = Vec::new();
    for right in right {
        for right in [right.clone(), trust_by_account_id(right)] {
            let differs = TrustDiffers::prove(&right, found, proofs);
            if differs == TrustDiffers::default() {
                return Default::default();
            }
            told.push((differences(&right, found), differs));
        }
    }
    // Of the trusts that would be right, the one that differs least says best what is wrong.
    let (texts, differs) =
        told.into_iter().min_by_key(|(texts, differs)| (texts.len(), differs.ways())).unwrap_or_default();
    let places: Vec<&Difference> = texts.iter().collect();
    let mut not_judged = Vec::new();
    if let Some(reason) = &differs.unknown {
        not_judged.push(undecided("whether the trust policy is that of the profile", found.span, reason, &places));
    }
    // What is not known to differ is not judged, and no finding.
    let texts = if differs.more.is_some() || differs.less.is_some() { texts } else { Vec::new() };
    (texts, not_judged, differs)
}

/// Which way a trust differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TrustDiffers {
    /// A request that it allows and the right one does not.
    pub(super) more: Option<Witness>,
    /// A request that the right one allows and it does not.
    pub(super) less: Option<Witness>,
    /// Why it cannot be told.
    pub(super) unknown: Option<String>,
}

impl TrustDiffers {
    fn prove(right: &Policy, found: &Policy, proofs: &mut Proofs) -> Self {
        let mut differs = Self::default();
        let (wanted, own) = (PolicySide::trust(right), PolicySide::trust(found));
        let more = |options: Options| no_new_access(&wanted, &own, options);
        match proofs.ask_once(String::from("trust grants more"), &[right, found], &own, more) {
            Answer::None => {}
            Answer::Found(shown) => differs.more = Some(shown.witness),
            Answer::Unknown(reason) => differs.unknown = Some(reason),
        }
        let less = |options: Options| no_new_access(&own, &wanted, options);
        match proofs.ask_once(String::from("trust grants less"), &[right, found], &wanted, less) {
            Answer::None => {}
            Answer::Found(shown) => differs.less = Some(shown.witness),
            Answer::Unknown(reason) => differs.unknown = Some(reason),
        }
        differs
    }

    fn ways(&self) -> usize {
        usize::from(self.more.is_some()) + usize::from(self.less.is_some())
    }

    /// What the difference comes to, behind the rule's reason.
    pub(super) fn add_to(&self, finding: Finding) -> Finding {
        match (&self.more, &self.less) {
            (Some(more), _) => finding.with_witness(more.clone()),
            (None, Some(less)) => {
                let mut finding = finding.with_reason(format!("it keeps out what the profile lets in: {less}"));
                finding.witness = Some(less.clone());
                finding
            }
            (None, None) => finding,
        }
    }
}

fn undecided(what: &str, span: Span, reason: &str, texts: &[&Difference]) -> NotJudged {
    let related =
        texts.iter().take(NAMED_MAX).map(|text| Related { span: text.span, label: text.message.replace('`', "") });
    NotJudged {
        code: String::from("equivalence-undecided"),
        span: opening(span),
        message: format!("{what} cannot be told: {reason}"),
        help: String::from("write it as `rolecall render` does, or without policy variables"),
        related: related.collect(),
    }
}
