//! `rolecall evaluate --requests`: decides lines that are requests, and writes the answers. Every line is answered once, and
//! a bad line stops nothing. Reading and ordering is done in `lines`.

use crate::commands::lines::{self, Answerer, quoted};
use rolecall_core::facts;
use rolecall_iam::evaluate::{ActionFacts, By, Decision, Explanation, PolicyKind, PolicySet, decide, explain_answer};
use rolecall_iam::request_line::{BulkReader, RequestLine};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZeroUsize;

/// How to decide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    /// Threads.
    pub(super) jobs: NonZeroUsize,
    /// Whether the facts of the catalogue count.
    pub(super) strict: bool,
    /// Whether every answer carries its explanation.
    pub(super) explain: bool,
}

/// What became of the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Lines decided.
    pub(super) decided: u64,
    /// Lines that cannot be decided.
    pub(super) undecided: u64,
    /// Lines that are no request.
    pub(super) errors: u64,
}

impl Tally {
    /// 0 whatever was decided; 2 when any line was an error or undecidable, or when there was none.
    pub(super) const fn exit_code(self) -> u8 {
        if self.undecided + self.errors > 0 || self.decided == 0 { 2 } else { 0 }
    }
}

/// The answerers for so many threads.
pub(super) fn answerers(options: Options) -> Vec<Decider> {
    (0..options.jobs.get()).map(|_| Decider::new(options)).collect()
}

/// Decides lines, one after the other.
pub(super) struct Decider {
    options: Options,
    reader: BulkReader,
    known: RefCell<KnownFacts>,
}

impl Decider {
    fn new(options: Options) -> Self {
        Self { options, reader: BulkReader::new(), known: RefCell::default() }
    }
}

impl Answerer for Decider {
    type Tally = Tally;

    fn answer(&mut self, line: &str, text: &mut String, tally: &mut Tally) {
        let (strict, known) = (self.options.strict, &self.known);
        let facts_of = |action: &str| if strict { known.borrow_mut().of(action) } else { ActionFacts::default() };
        match self.reader.read(line, facts_of) {
            Ok(line) => write_answer(&line, self.options, text, tally),
            Err(error) => {
                tally.errors += 1;
                lines::write_error(text, lines::id_of(line), &error.to_string());
            }
        }
    }

    fn count_error(tally: &mut Tally) {
        tally.errors += 1;
    }

    fn add(tally: &mut Tally, other: Tally) {
        tally.decided += other.decided;
        tally.undecided += other.undecided;
        tally.errors += other.errors;
    }
}

/// The facts of the actions that were asked for before; bounded, as everything here.
#[derive(Default)]
struct KnownFacts(BTreeMap<String, ActionFacts>);

impl KnownFacts {
    const MAX: usize = 4096;

    fn of(&mut self, action: &str) -> ActionFacts {
        if let Some(facts) = self.0.get(action) {
            return *facts;
        }
        let facts = facts::facts_of(action);
        if self.0.len() < Self::MAX {
            self.0.insert(action.to_owned(), facts);
        }
        facts
    }
}

fn write_answer(line: &RequestLine, options: Options, text: &mut String, tally: &mut Tally) {
    let explanation = options.explain.then(|| explain_answer(&line.policies, &line.request));
    let answer =
        explanation.as_ref().map_or_else(|| decide(&line.policies, &line.request), |explained| explained.answer);
    match answer.decision {
        Decision::CannotDecide => tally.undecided += 1,
        Decision::Allowed | Decision::ExplicitDeny | Decision::ImplicitDeny => tally.decided += 1,
    }
    for piece in ["{\"id\":", &line.id, ",\"decision\":\"", answer.decision.as_str(), "\",\"reason\":\""] {
        text.push_str(piece);
    }
    // Writing to a String cannot fail.
    let _ = write!(text, "{}\"", answer.reason);
    if let Some(by) = answer.by {
        text.push(',');
        write_by(text, by, &line.policies);
    }
    if let Some(explanation) = &explanation {
        write_explanation(text, explanation, &line.policies, options.strict.then(|| facts::remarks(&line.request)));
    }
    text.push_str("}\n");
}

/// `"by":{"policy":"identityPolicies[0]","statement":1,"sid":"…"}`: the statement counts from 1.
fn write_by(text: &mut String, by: By, policies: &PolicySet) {
    text.push_str("\"by\":{\"policy\":\"");
    write_member(text, by);
    let _ = write!(text, "\",\"statement\":{}", by.statement.0 + 1);
    if let Some(sid) = policies.statement(by).and_then(|statement| statement.sid.as_ref()) {
        text.push_str(",\"sid\":");
        text.push_str(&quoted(&sid.value));
    }
    text.push('}');
}

/// Where the policy stands in the request line.
fn write_member(text: &mut String, by: By) {
    let By { level, policy, .. } = by;
    let _ = match by.kind {
        PolicyKind::Identity => write!(text, "identityPolicies[{policy}]"),
        PolicyKind::Resource => text.write_str("resourcePolicy"),
        PolicyKind::PermissionsBoundary => text.write_str("permissionsBoundary"),
        PolicyKind::Session => write!(text, "sessionPolicies[{policy}]"),
        PolicyKind::ServiceControl => write!(text, "serviceControlPolicies[{level}][{policy}]"),
        PolicyKind::ResourceControl => write!(text, "resourceControlPolicies[{level}][{policy}]"),
        PolicyKind::VpcEndpoint => write!(text, "vpcEndpointPolicies[{policy}]"),
    };
}

/// `"explanation":[{"policy":…,"statement":…,"effect":…,"applies":…,"because":…}],"toAllow":…,"remarks":[…]`
fn write_explanation(text: &mut String, explanation: &Explanation, policies: &PolicySet, remarks: Option<Vec<String>>) {
    text.push_str(",\"explanation\":[");
    let mut first = true;
    for policy in &explanation.policies {
        for statement in &policy.statements {
            if !std::mem::take(&mut first) {
                text.push(',');
            }
            let by = By { kind: policy.kind, level: policy.level, policy: policy.policy, statement: statement.id };
            text.push('{');
            write_by(text, by, policies);
            let applies = super::word(statement.applies);
            let _ = write!(text, ",\"effect\":\"{}\",\"applies\":\"{applies}\"", statement.effect.as_str());
            if let Some(because) = &statement.because {
                let _ = write!(text, ",\"because\":{}", quoted(&format!("{}: {}", because.element, because.text)));
            }
            text.push('}');
        }
    }
    text.push(']');
    if let Some(to_allow) = &explanation.to_allow {
        let _ = write!(text, ",\"toAllow\":{}", quoted(to_allow));
    }
    if let Some(remarks) = remarks.filter(|remarks| !remarks.is_empty()) {
        let remarks: Vec<_> = remarks.iter().map(|remark| quoted(remark)).collect();
        let _ = write!(text, ",\"remarks\":[{}]", remarks.join(","));
    }
}

#[cfg(test)]
mod tests;
