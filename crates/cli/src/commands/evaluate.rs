//! `rolecall evaluate`: decides one request against policies and, on demand, explains every statement.

mod bulk;

use super::lines;
use crate::args::{EvaluateArgs, GlobalArgs, TextOrJson};
use crate::{files, output};
use anyhow::{Context as _, bail};
use rolecall_core::facts;
use rolecall_gate::check::read_policy;
use rolecall_gate::inputs::Loaded;
use rolecall_iam::document::PolicyType;
use rolecall_iam::evaluate::explain::StatementTrace;
use rolecall_iam::evaluate::{
    CompiledPolicy, Context, Decision, Explanation, PolicySet, PolicyTrace, Request, RequestPrincipal, Truth,
    explain_answer,
};
use rolecall_iam::source::SourceMap;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Decides and says so. 0 whatever the decision, 1 only when another one was expected, 2 when it cannot be decided.
pub(super) fn run(arguments: &EvaluateArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    if let Some(path) = &arguments.requests {
        return many(path, arguments);
    }
    if arguments.policies.is_empty() && arguments.trust.is_none() {
        bail!("there is nothing to decide by: give `--policy FILE`, or `--trust FILE`");
    }
    let request = request(arguments)?;
    let mut sources = SourceMap::new();
    let mut sound = true;
    let mut policies = PolicySet::default();
    for path in &arguments.policies {
        match compile(path, PolicyType::Identity, &mut sources, global)? {
            Some(policy) => policies.identity.push(policy),
            None => sound = false,
        }
    }
    if let Some(path) = &arguments.trust {
        policies.resource = compile(path, PolicyType::Trust, &mut sources, global)?;
        sound &= policies.resource.is_some();
    }
    if !sound {
        bail!("a policy that is not sound decides nothing: mend it first");
    }
    let explanation = explain_answer(&policies, &request);
    let remarks = if arguments.no_catalogue { Vec::new() } else { facts::remarks(&request) };
    let told = Told { explanation: &explanation, remarks: &remarks, policies: &policies, sources: &sources };
    let text = match arguments.format {
        TextOrJson::Human => told.human(arguments.explain),
        TextOrJson::Json => told.json(arguments.explain)?,
    };
    if !global.quiet {
        output::say(&text)?;
    }
    Ok(exit_code(explanation.answer.decision, arguments.expect))
}

/// `--requests`: 0 whatever was decided, 2 when a line was an error or undecidable, or when there was no line.
fn many(path: &Path, arguments: &EvaluateArgs) -> anyhow::Result<u8> {
    let options = bulk::Options {
        jobs: lines::jobs_or_all_cores(arguments.jobs),
        strict: !arguments.no_catalogue,
        explain: arguments.explain,
    };
    let tally = lines::run_file(path, &mut bulk::answerers(options))?;
    if tally.decided + tally.undecided + tally.errors == 0 {
        bail!("`{}` holds no request: a line each was expected", path.display());
    }
    Ok(tally.exit_code())
}

const fn exit_code(decision: Decision, expected: Option<Decision>) -> u8 {
    match expected {
        Some(expected) if expected as u8 == decision as u8 => 0,
        None if !matches!(decision, Decision::CannotDecide) => 0,
        Some(_) if !matches!(decision, Decision::CannotDecide) => 1,
        _ => 2,
    }
}

fn request(arguments: &EvaluateArgs) -> anyhow::Result<Request> {
    let principal = arguments.principal.as_deref().context("`--principal` is missing")?;
    let action = arguments.action.as_deref().context("`--action` is missing")?;
    let principal = RequestPrincipal::parse(principal).context("--principal")?;
    let mut keys: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (key, value) in &arguments.context {
        keys.entry(key.to_ascii_lowercase()).or_default().push(value);
    }
    let mut context = Context::new();
    for (key, values) in keys {
        match values.as_slice() {
            [value] if value.starts_with('[') => match serde_json::from_str::<Vec<String>>(value) {
                Ok(values) => context.set_multi(&key, values),
                Err(error) => {
                    bail!("--context {key}: the value begins with `[` and is no JSON list of strings: {error}")
                }
            },
            [value] => context.set(&key, *value),
            several => context.set_multi(&key, several.iter().map(|value| (*value).to_owned()).collect()),
        }
    }
    let request = Request::new(principal, action, &arguments.resource, context)?;
    Ok(if arguments.no_catalogue { request } else { request.with_facts(facts::facts_of(action)) })
}

/// Reads a policy; what is wrong with it goes to standard error with its place.
fn compile(
    path: &Path,
    policy_type: PolicyType,
    sources: &mut SourceMap,
    global: &GlobalArgs,
) -> anyhow::Result<Option<CompiledPolicy>> {
    let text = match files::load(path) {
        Loaded::Text(text) => text,
        other => bail!("`{}` {}", path.display(), other.complaint()),
    };
    let file = sources.add(path.to_string_lossy(), text);
    let (policy, problems) = read_policy(sources, file, policy_type);
    let options = rolecall_report::Options { color: output::color(global), ..rolecall_report::Options::default() };
    if !problems.is_empty() {
        output::complain(&rolecall_report::problems::render(sources, &problems, &options));
    }
    Ok(policy.map(|policy| CompiledPolicy::new(policy, policy_type)))
}

/// Whether a statement applies, in JSON.
const fn word(applies: Truth) -> &'static str {
    match applies {
        Truth::True => "yes",
        Truth::False => "no",
        Truth::Unknown => "unknown",
    }
}

/// An answer with all that can be said of it.
struct Told<'a> {
    explanation: &'a Explanation,
    remarks: &'a [String],
    policies: &'a PolicySet,
    sources: &'a SourceMap,
}

impl Told<'_> {
    /// Where the statement stands that the answer rests on.
    fn place(&self) -> Option<String> {
        let statement = self.policies.statement(self.explanation.answer.by?)?;
        Some(self.sources.locate(statement.span))
    }

    fn human(&self, explain: bool) -> String {
        let answer = self.explanation.answer;
        let mut text = format!("{}: {}", answer.decision.as_str(), answer.reason);
        if let Some(place) = self.place() {
            let _ = write!(text, " ({place})");
        }
        text.push('\n');
        for remark in self.remarks {
            let _ = writeln!(text, "note: {remark}");
        }
        if !explain {
            return text;
        }
        for policy in &self.explanation.policies {
            let _ = writeln!(text, "\n{}: {}", policy.kind.as_str(), policy.decision.decision().as_str());
            policy.statements.iter().for_each(|trace| self.write_statement(&mut text, trace));
        }
        if let Some(to_allow) = &self.explanation.to_allow {
            let _ = writeln!(text, "\nto allow it: {to_allow}");
        }
        text
    }

    fn write_statement(&self, text: &mut String, trace: &StatementTrace) {
        let number = || format!("statement {}", trace.id.0 + 1);
        let name = trace.sid.as_deref().map_or_else(number, |sid| format!("`{sid}`"));
        let _ = writeln!(text, "  {} {name} at {}", trace.effect.as_str(), self.sources.locate(trace.span));
        match &trace.because {
            None => text.push_str("    applies\n"),
            Some(because) => {
                let verb = if trace.applies == Truth::Unknown { "cannot be evaluated" } else { "does not apply" };
                let at = self.sources.locate(because.span);
                let _ = writeln!(text, "    {verb}: {}: {} ({at})", because.element, because.text);
            }
        }
    }

    fn json(&self, explain: bool) -> anyhow::Result<String> {
        let statement = |trace: &StatementTrace| JsonStatement {
            place: self.sources.locate(trace.span),
            sid: trace.sid.clone(),
            effect: trace.effect.as_str(),
            applies: word(trace.applies),
            because: trace.because.as_ref().map(|because| format!("{}: {}", because.element, because.text)),
        };
        let policy = |policy: &PolicyTrace| JsonPolicy {
            kind: policy.kind.as_str(),
            decision: policy.decision.decision().as_str(),
            statements: policy.statements.iter().map(statement).collect(),
        };
        let answer = self.explanation.answer;
        let answer = JsonAnswer {
            decision: answer.decision.as_str(),
            reason: answer.reason.to_string(),
            by: self.place(),
            remarks: self.remarks,
            policies: if explain { self.explanation.policies.iter().map(policy).collect() } else { Vec::new() },
            to_allow: self.explanation.to_allow.as_deref().filter(|_| explain),
        };
        Ok(format!("{}\n", serde_json::to_string_pretty(&answer)?))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonAnswer<'a> {
    decision: &'static str,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    remarks: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    policies: Vec<JsonPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to_allow: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonPolicy {
    kind: &'static str,
    decision: &'static str,
    statements: Vec<JsonStatement>,
}

#[derive(Serialize)]
struct JsonStatement {
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    effect: &'static str,
    applies: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
}
