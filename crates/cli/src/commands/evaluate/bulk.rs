//! `rolecall evaluate --requests`: decides a file of request lines. It streams, keeps the order, answers every line once,
//! and a bad line stops nothing. Memory does not depend on the number of lines.

use anyhow::Context as _;
use rolecall_core::facts;
use rolecall_iam::evaluate::{ActionFacts, By, Decision, Explanation, PolicyKind, PolicySet, decide, explain_answer};
use rolecall_iam::request_line::{BulkReader, RequestLine};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, Write};
use std::num::NonZeroUsize;

/// Bytes of lines that are decided together; each worker holds its share of them at most.
const BATCH_BYTES: usize = 4 << 20;
/// A line longer than this is answered by an error: no request comes near it.
const MAX_LINE_BYTES: usize = 4 << 20;

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
    fn add(&mut self, other: Self) {
        self.decided += other.decided;
        self.undecided += other.undecided;
        self.errors += other.errors;
    }

    /// 0 whatever was decided; 2 when any line was an error or undecidable, or when there was none.
    pub(super) const fn exit_code(self) -> u8 {
        if self.undecided + self.errors > 0 || self.decided == 0 { 2 } else { 0 }
    }
}

/// Decides every line of `input` in order.
pub(super) fn run(mut input: impl BufRead, mut output: impl Write, options: Options) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let mut readers: Vec<BulkReader> = (0..options.jobs.get()).map(|_| BulkReader::new()).collect();
    let mut batch = Batch::default();
    loop {
        let more = batch.fill(&mut input).context("the requests could not be read on")?;
        for answered in answer_batch(&batch, &mut readers, options) {
            output.write_all(answered.text.as_bytes()).context("an answer could not be written")?;
            tally.add(answered.tally);
        }
        if !more {
            output.flush().context("an answer could not be written")?;
            return Ok(tally);
        }
    }
}

/// Whole lines, one behind the other.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    /// The end of each line, its line break not included, and the number of the line.
    lines: Vec<std::ops::Range<usize>>,
}

impl Batch {
    /// Takes the next lines; `false` when the input has ended.
    fn fill(&mut self, input: &mut impl BufRead) -> std::io::Result<bool> {
        self.bytes.clear();
        self.lines.clear();
        while self.bytes.len() < BATCH_BYTES {
            let start = self.bytes.len();
            if !read_line(input, &mut self.bytes)? {
                return Ok(false);
            }
            let mut end = self.bytes.len();
            while self.bytes.get(end.wrapping_sub(1)).is_some_and(|byte| matches!(byte, b'\n' | b'\r')) && end > start {
                end -= 1;
            }
            let line = self.bytes.get(start..end).unwrap_or_default();
            if !line.iter().all(u8::is_ascii_whitespace) {
                self.lines.push(start..end);
            }
        }
        Ok(true)
    }
}

/// Appends a line with its break; of a line that is too long only the first bytes, so that it is answered by an error.
fn read_line(input: &mut impl BufRead, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
    let start = bytes.len();
    loop {
        let available = match input.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if available.is_empty() {
            return Ok(bytes.len() > start);
        }
        let line_end = memchr::memchr(b'\n', available);
        let taken = line_end.map_or(available.len(), |end| end + 1);
        let room = (MAX_LINE_BYTES + 1).saturating_sub(bytes.len() - start);
        bytes.extend_from_slice(available.get(..taken.min(room)).unwrap_or_default());
        input.consume(taken);
        if line_end.is_some() {
            return Ok(true);
        }
    }
}

/// The answers to some consecutive lines.
#[derive(Default)]
struct Answered {
    text: String,
    tally: Tally,
}

/// Decides a batch on all readers; the parts come back in order.
fn answer_batch(batch: &Batch, readers: &mut [BulkReader], options: Options) -> Vec<Answered> {
    let share = batch.lines.len().div_ceil(readers.len().max(1)).max(1);
    let parts = batch.lines.chunks(share).zip(readers.iter_mut());
    if batch.lines.len() <= share {
        return parts.map(|(lines, reader)| answer_lines(batch, lines, reader, options)).collect();
    }
    std::thread::scope(|scope| {
        let start = |(lines, reader)| scope.spawn(move || answer_lines(batch, lines, reader, options));
        let workers: Vec<_> = parts.map(start).collect();
        let join = |worker: std::thread::ScopedJoinHandle<'_, Answered>| {
            worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().map(join).collect()
    })
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

fn answer_lines(
    batch: &Batch,
    lines: &[std::ops::Range<usize>],
    reader: &mut BulkReader,
    options: Options,
) -> Answered {
    let mut answered = Answered::default();
    let known = std::cell::RefCell::new(KnownFacts::default());
    for line in lines {
        let bytes = batch.bytes.get(line.clone()).unwrap_or_default();
        let answer = if bytes.len() > MAX_LINE_BYTES {
            Err(format!("the line has more than {MAX_LINE_BYTES} bytes"))
        } else {
            std::str::from_utf8(bytes).map_err(|error| format!("the line is not UTF-8: {error}"))
        };
        let facts_of =
            |action: &str| if options.strict { known.borrow_mut().of(action) } else { ActionFacts::default() };
        let read = answer.and_then(|text| reader.read(text, facts_of).map_err(|error| error.to_string()));
        match read {
            Ok(line) => write_answer(&line, options, &mut answered),
            Err(error) => {
                answered.tally.errors += 1;
                let id = std::str::from_utf8(bytes).ok().and_then(id_of).unwrap_or_else(|| String::from("null"));
                let _ = writeln!(answered.text, "{{\"id\":{id},\"error\":{}}}", quoted(&error));
            }
        }
    }
    answered
}

fn write_answer(line: &RequestLine, options: Options, answered: &mut Answered) {
    let explanation = options.explain.then(|| explain_answer(&line.policies, &line.request));
    let answer =
        explanation.as_ref().map_or_else(|| decide(&line.policies, &line.request), |explained| explained.answer);
    match answer.decision {
        Decision::CannotDecide => answered.tally.undecided += 1,
        Decision::Allowed | Decision::ExplicitDeny | Decision::ImplicitDeny => answered.tally.decided += 1,
    }
    // Writing to a String cannot fail.
    let text = &mut answered.text;
    let _ = write!(
        text,
        "{{\"id\":{},\"decision\":\"{}\",\"reason\":\"{}\"",
        line.id,
        answer.decision.as_str(),
        answer.reason
    );
    if let Some(by) = answer.by {
        write_by(text, by, &line.policies);
    }
    if let Some(explanation) = &explanation {
        write_explanation(text, explanation, &line.policies, options.strict.then(|| facts::remarks(&line.request)));
    }
    text.push_str("}\n");
}

/// `"by":{"policy":"identityPolicies[0]","statement":1,"sid":"…"}`: the statement counts from 1.
fn write_by(text: &mut String, by: By, policies: &PolicySet) {
    let _ = write!(text, ",\"by\":{{\"policy\":\"{}\",\"statement\":{}", member(by), by.statement.0 + 1);
    if let Some(sid) = policies.statement(by).and_then(|statement| statement.sid.as_ref()) {
        let _ = write!(text, ",\"sid\":{}", quoted(&sid.value));
    }
    text.push('}');
}

/// Where the policy stands in the request line.
fn member(by: By) -> String {
    let By { level, policy, .. } = by;
    match by.kind {
        PolicyKind::Identity => format!("identityPolicies[{policy}]"),
        PolicyKind::Resource => String::from("resourcePolicy"),
        PolicyKind::PermissionsBoundary => String::from("permissionsBoundary"),
        PolicyKind::Session => format!("sessionPolicies[{policy}]"),
        PolicyKind::ServiceControl => format!("serviceControlPolicies[{level}][{policy}]"),
        PolicyKind::ResourceControl => format!("resourceControlPolicies[{level}][{policy}]"),
        PolicyKind::VpcEndpoint => format!("vpcEndpointPolicies[{policy}]"),
    }
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
            let mut place = String::new();
            write_by(&mut place, by, policies);
            let _ = write!(text, "{}", place.trim_start_matches(','));
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

/// The `id` of a line that is no request otherwise, where it can be found.
fn id_of(text: &str) -> Option<String> {
    let mut id = None;
    let split = rolecall_iam::json::members::split(text, |member| {
        if member.key == "id" {
            id = serde_json::from_str::<serde_json::Value>(member.value).ok().map(|value| value.to_string());
        }
    });
    split.and(id)
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests;
