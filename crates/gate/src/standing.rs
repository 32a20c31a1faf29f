//! What becomes of findings after the rules have spoken: severities of the user, order, identity, suppressions, baseline.
//! The formats that show the result are left to `report`.

use crate::baseline::Baseline;
use crate::config::{Config, Suppression};
use crate::outcome::{Judged, Standing};
use jiff::civil::Date;
use rolecall_core::finding::Finding;
use rolecall_core::rule::{Rule, Severity};
use rolecall_core::rules::{baseline_stale, suppression_expired, suppression_unused};
use rolecall_iam::source::SourceMap;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What decides about the standing of findings.
pub(crate) struct Decisions<'a> {
    pub(crate) severities: &'a [(&'static Rule, Severity)],
    pub(crate) suppressions: &'a [Suppression],
    pub(crate) baseline: Option<&'a Baseline>,
    pub(crate) as_of: Date,
    /// Whether everything was judged: only then a suppression or an entry of the baseline can be called unused.
    pub(crate) complete: bool,
}

impl<'a> Decisions<'a> {
    pub(crate) fn of(config: &'a Config, baseline: Option<&'a Baseline>, as_of: Date, complete: bool) -> Self {
        let (severities, suppressions) = (&config.severities, &config.suppressions);
        Self { severities, suppressions, baseline, as_of, complete }
    }

    /// Without any configuration: every finding stands open.
    pub(crate) const fn none(as_of: Date) -> Self {
        Self { severities: &[], suppressions: &[], baseline: None, as_of, complete: true }
    }
}

/// Gives every finding its severity, place in the order, fingerprint and standing, and adds what is to be said about
/// suppressions and the baseline themselves.
pub(crate) fn settle(findings: Vec<Finding>, sources: &SourceMap, decisions: &Decisions<'_>) -> Vec<Judged> {
    let mut judged = identify(findings, sources);
    let mut used = vec![false; decisions.suppressions.len()];
    for entry in &mut judged {
        for (suppression, used) in decisions.suppressions.iter().zip(&mut used) {
            if !covers(suppression, &entry.finding, sources) {
                continue;
            }
            *used = true;
            if entry.standing == Standing::Open && decisions.as_of <= suppression.until.value {
                let (reason, until) = (suppression.reason.clone(), Some(suppression.until.value));
                entry.standing = Standing::Suppressed { reason, until };
            }
        }
    }
    let mut added = Vec::new();
    about_suppressions(decisions, &used, &mut added);
    if let Some(baseline) = decisions.baseline {
        apply_baseline(baseline, decisions.complete, &mut judged, &mut added);
    }
    judged.extend(identify(added, sources));
    for entry in &mut judged {
        let changed = decisions.severities.iter().find(|(rule, _)| rule.code == entry.finding.rule.code);
        if let Some((_, severity)) = changed {
            entry.finding.severity = *severity;
        }
    }
    judged.sort_by(|left, right| order(&left.finding, sources).cmp(&order(&right.finding, sources)));
    judged
}

/// Sorted by path and place, without repetitions, each with its fingerprint.
fn identify(mut findings: Vec<Finding>, sources: &SourceMap) -> Vec<Judged> {
    findings.sort_by(|left, right| order(left, sources).cmp(&order(right, sources)));
    // The same fault is met once for each account that a text is read for.
    findings.dedup_by(|later, first| {
        later.rule.code == first.rule.code && later.span == first.span && later.subject == first.subject
    });
    let mut numbers: BTreeMap<(&str, String, String), u32> = BTreeMap::new();
    let judge = |finding: Finding| {
        let path = sources.path(finding.span.file).to_owned();
        let number = numbers.entry((finding.rule.code, path.clone(), finding.subject.clone())).or_default();
        let fingerprint = fingerprint(finding.rule.code, &path, &finding.subject, *number);
        *number += 1;
        Judged { finding, standing: Standing::Open, fingerprint }
    };
    findings.into_iter().map(judge).collect()
}

fn order<'f>(finding: &'f Finding, sources: &'f SourceMap) -> (&'f str, u32, u32, &'f str, &'f str) {
    let span = finding.span;
    (sources.path(span.file), span.start, span.end, finding.rule.code, &finding.subject)
}

/// SHA-256 over rule, path, subject and the running number among equal ones, as 64 hexadecimal digits.
fn fingerprint(code: &str, path: &str, subject: &str, number: u32) -> String {
    let digest = Sha256::digest(format!("{code}\0{path}\0{subject}\0{number}"));
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn covers(suppression: &Suppression, finding: &Finding, sources: &SourceMap) -> bool {
    suppression.rule.value.code == finding.rule.code
        && suppression.path.as_deref().is_none_or(|path| path == sources.path(finding.span.file))
        && suppression.subject.as_deref().is_none_or(|subject| subject == finding.subject)
}

fn about_suppressions(decisions: &Decisions<'_>, used: &[bool], added: &mut Vec<Finding>) {
    for (suppression, used) in decisions.suppressions.iter().zip(used) {
        let code = suppression.rule.value.code;
        let subject = [Some(code), suppression.path.as_deref(), suppression.subject.as_deref()];
        let subject: Vec<&str> = subject.into_iter().flatten().collect();
        let until = suppression.until.value;
        if decisions.as_of > until {
            let message = format!("the suppression of `{code}` ended on {until}");
            added.push(
                Finding::new(&suppression_expired::RULE, suppression.until.span, subject.join(" "), message)
                    .with_label(format!("the day of this run is {}", decisions.as_of))
                    .with_related(suppression.rule.span, "its findings stand open again"),
            );
        } else if !used && decisions.complete {
            let message = format!("the suppression of `{code}` covers no finding");
            added.push(
                Finding::new(&suppression_unused::RULE, suppression.rule.span, subject.join(" "), message)
                    .with_label("nothing of this kind was found"),
            );
        }
    }
}

fn apply_baseline(baseline: &Baseline, complete: bool, judged: &mut [Judged], added: &mut Vec<Finding>) {
    let mut met = BTreeSet::new();
    for entry in judged.iter_mut() {
        let Some((fingerprint, _)) = baseline.entries.get_key_value(&entry.fingerprint) else { continue };
        met.insert(fingerprint.as_str());
        if entry.standing == Standing::Open {
            entry.standing = Standing::Baselined;
        }
    }
    for (fingerprint, accepted) in &baseline.entries {
        if complete && !met.contains(fingerprint.as_str()) {
            let message = format!("the accepted finding `{}` on {} is gone", accepted.rule, accepted.path);
            added.push(
                Finding::new(&baseline_stale::RULE, accepted.span, fingerprint.clone(), message)
                    .with_label("no finding of this run has this fingerprint"),
            );
        }
    }
}

#[cfg(test)]
mod tests;
