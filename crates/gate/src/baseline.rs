//! The baseline: a JSON file of accepted findings, so that an existing repository can adopt the gate step by step.
//! Each entry is a fingerprint, with rule, path and subject for the people who review the file.

use crate::config::Problems;
use crate::outcome::{Outcome, Standing};
use rolecall_core::rules::{baseline_stale, suppression_expired, suppression_unused};
use rolecall_iam::document::print::node_to_json_pretty;
use rolecall_iam::json;
use rolecall_iam::span::{FileId, Span, Spanned};
use rolecall_iam::value::{Member, Node, Value};
use std::collections::BTreeMap;

const VERSION: &str = "1";
const KEYS: [&str; 4] = ["fingerprint", "rule", "path", "subject"];

/// The accepted findings by fingerprint.
#[derive(Clone, Debug, Default)]
pub(crate) struct Baseline {
    pub(crate) entries: BTreeMap<String, Accepted>,
}

/// One accepted finding.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    /// Its entry in the file.
    pub(crate) span: Span,
    pub(crate) rule: String,
    pub(crate) path: String,
}

/// Reads a baseline file; `None` when anything is wrong with it.
pub(crate) fn read(file: FileId, text: &str, problems: &mut Problems) -> Option<Baseline> {
    let mut found = Problems::default();
    let tree = json::read(file, text);
    let sound = tree.sound().cloned();
    for problem in tree.problems {
        found.add_problem(problem);
    }
    let baseline = sound.and_then(|root| entries(&root, &mut found));
    let sound = found.is_empty();
    problems.append(found);
    baseline.filter(|_| sound)
}

fn entries(root: &Node, problems: &mut Problems) -> Option<Baseline> {
    const HELP: &str = "`rolecall gate --write-baseline` writes the file anew";
    let version = root.get("version").map(|node| (&node.value, node.span));
    match version {
        Some((Value::Number(number), _)) if number == VERSION => {}
        Some((_, span)) => problems.add("baseline-format", span, "the baseline is of another version", HELP),
        None => problems.add("baseline-format", root.span, "the baseline has no `version`", HELP),
    }
    let Some(findings) = root.get("findings").and_then(Node::as_array) else {
        problems.add("baseline-format", root.span, "the baseline has no list `findings`", HELP);
        return None;
    };
    let mut baseline = Baseline::default();
    for node in findings {
        let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
        let (Some(fingerprint), Some(rule), Some(path)) = (text("fingerprint"), text("rule"), text("path")) else {
            let message = "an accepted finding lacks `fingerprint`, `rule` or `path`";
            problems.add("baseline-format", node.span, message, HELP);
            continue;
        };
        baseline.entries.insert(fingerprint, Accepted { span: node.span, rule, path });
    }
    Some(baseline)
}

/// The text of a baseline that accepts every finding of `outcome` that is open or accepted by a baseline already:
/// sorted, so that a change shows as a small difference. Findings about suppressions and baselines never get in.
pub fn text(outcome: &Outcome) -> String {
    let own = [baseline_stale::RULE.code, suppression_expired::RULE.code, suppression_unused::RULE.code];
    let accepted = outcome.findings.iter().filter(|judged| {
        matches!(judged.standing, Standing::Open | Standing::Baselined) && !own.contains(&judged.finding.rule.code)
    });
    let mut rows: Vec<[&str; 4]> = accepted
        .map(|judged| {
            let path = outcome.sources.path(judged.finding.span.file);
            [judged.fingerprint.as_str(), judged.finding.rule.code, path, judged.finding.subject.as_str()]
        })
        .collect();
    rows.sort_by_key(|[fingerprint, rule, path, subject]| (*path, *rule, *subject, *fingerprint));
    let rows = rows.iter().map(|row| object(KEYS.into_iter().zip(row.iter().map(|text| string(text))))).collect();
    let version = Node::new(Value::Number(VERSION.to_owned()), Span::default());
    let findings = Node::new(Value::Array(rows), Span::default());
    let mut text = node_to_json_pretty(&object([("version", version), ("findings", findings)].into_iter()));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn string(text: &str) -> Node {
    Node::string(text, Span::default())
}

fn object<'k>(members: impl Iterator<Item = (&'k str, Node)>) -> Node {
    let member = |(key, value): (&str, Node)| Member { key: Spanned::new(key.to_owned(), Span::default()), value };
    Node::new(Value::Object(members.map(member).collect()), Span::default())
}

#[cfg(test)]
mod tests;
