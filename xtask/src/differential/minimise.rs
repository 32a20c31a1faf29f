//! Makes differing cases small: parts are taken away, or made plain, as long as both deciders still say what they said.
//! All cases shrink side by side, so that the deciders are asked in batches.

use anyhow::Result;
use serde_json::Value;

use super::programs::{Decider, Said};

/// Where a value stands: members and indices from the root.
type Path = Vec<Step>;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Index(usize),
}

/// One thing to try.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Remove(Path),
    Replace(Path, Value),
}

/// A line on which the deciders differ, with what each said.
#[derive(Clone, Debug)]
pub(super) struct Differing {
    pub(super) line: Value,
    pub(super) ours: String,
    pub(super) oracle: String,
}

/// A line that is being shrunk.
struct Shrinking {
    differing: Differing,
    /// What is left to try in this pass, the largest parts last.
    left: Vec<Change>,
    /// Whether this pass found anything.
    found: bool,
}

/// Shrinks every line until no single change keeps the difference.
pub(super) fn minimise(
    cases: Vec<Differing>,
    ours: &mut impl Decider,
    oracle: &mut impl Decider,
) -> Result<Vec<Differing>> {
    let begin = |differing: Differing| Shrinking { left: changes(&differing.line), differing, found: false };
    let mut shrinking: Vec<Shrinking> = cases.into_iter().map(begin).collect();
    loop {
        let mut tried = Vec::new();
        for (at, case) in shrinking.iter_mut().enumerate() {
            if let Some(line) = case.next() {
                tried.push((at, line));
            }
        }
        if tried.is_empty() {
            return Ok(shrinking.into_iter().map(|case| case.differing).collect());
        }
        let lines: Vec<Value> = tried.iter().map(|(_, line)| line.clone()).collect();
        let answers = ours.decide(&lines)?.into_iter().zip(oracle.decide(&lines)?);
        for ((at, line), answer) in tried.into_iter().zip(answers) {
            if let Some(case) = shrinking.get_mut(at) {
                case.judge(line, &answer.0, &answer.1);
            }
        }
    }
}

impl Shrinking {
    /// The next smaller line to try; a pass that found something is followed by another.
    fn next(&mut self) -> Option<Value> {
        loop {
            while let Some(change) = self.left.pop() {
                let mut line = self.differing.line.clone();
                if apply(&mut line, &change) {
                    return Some(line);
                }
            }
            if !std::mem::take(&mut self.found) {
                return None;
            }
            self.left = changes(&self.differing.line);
        }
    }

    fn judge(&mut self, line: Value, ours: &Said, oracle: &Said) {
        let same = |said: &Said, word: &str| said.decision() == Some(word);
        if same(ours, &self.differing.ours) && same(oracle, &self.differing.oracle) {
            self.differing.line = line;
            self.found = true;
        }
    }
}

/// Members whose absence changes the meaning of everything else, or that no line can be without.
const KEPT: [&str; 9] =
    ["id", "principal", "principalRole", "action", "resource", "resourceAccount", "Version", "AWS", "Service"];

/// Everything that can be tried, the largest parts last, because they are tried from the end.
fn changes(line: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    collect(line, &mut Vec::new(), &mut found);
    found.sort_by_key(|(size, _)| *size);
    found.into_iter().map(|(_, change)| change).collect()
}

fn collect(value: &Value, path: &mut Path, found: &mut Vec<(usize, Change)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                path.push(Step::Member(name.clone()));
                if !KEPT.contains(&name.as_str()) {
                    found.push((size(member), Change::Remove(path.clone())));
                }
                plainer(name, member, path, found);
                collect(member, path, found);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                path.push(Step::Index(at));
                found.push((size(item), Change::Remove(path.clone())));
                collect(item, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// What a member can be replaced with that says less.
fn plainer(name: &str, member: &Value, path: &Path, found: &mut Vec<(usize, Change)>) {
    let plain = match name {
        "Action" | "Resource" | "Principal" => "*",
        "Version" => "2012-10-17",
        _ => {
            // A list of one value in a condition or a negated element.
            let at_policy = path.len() > 3;
            if let (true, Some([one])) = (at_policy, member.as_array().map(Vec::as_slice))
                && one.is_string()
            {
                found.push((0, Change::Replace(path.clone(), one.clone())));
            }
            return;
        }
    };
    if member != plain {
        found.push((0, Change::Replace(path.clone(), Value::from(plain))));
    }
}

fn size(value: &Value) -> usize {
    value.to_string().len()
}

/// Changes the line; `false` when the place is gone.
fn apply(line: &mut Value, change: &Change) -> bool {
    let (path, replacement) = match change {
        Change::Remove(path) => (path, None),
        Change::Replace(path, value) => (path, Some(value)),
    };
    let Some((last, parents)) = path.split_last() else { return false };
    let mut at = line;
    for step in parents {
        let inner = match step {
            Step::Member(name) => at.get_mut(name),
            Step::Index(index) => at.get_mut(*index),
        };
        let Some(inner) = inner else { return false };
        at = inner;
    }
    match (at, last, replacement) {
        (Value::Object(members), Step::Member(name), None) => members.remove(name).is_some(),
        (Value::Object(members), Step::Member(name), Some(value)) => match members.get_mut(name) {
            Some(slot) if slot != value => {
                *slot = value.clone();
                true
            }
            _ => false,
        },
        (Value::Array(items), Step::Index(index), None) if *index < items.len() => {
            let removed = items.remove(*index);
            // An element or a condition without any value is another thing.
            !items.is_empty() || !removed.is_string()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
