//! `rolecall evaluate`: decides one request against policies and, on demand, explains every statement.

use crate::args::{EvaluateArgs, GlobalArgs, TextOrJson};
use crate::{files, output};
use anyhow::{Context as _, bail};
use rolecall_gate::check::read_policy;
use rolecall_gate::inputs::Loaded;
use rolecall_iam::document::PolicyType;
use rolecall_iam::evaluate::explain::{StatementTrace, explain};
use rolecall_iam::evaluate::{
    Answer, CompiledPolicy, Context, Decision, PolicySet, Request, RequestPrincipal, Truth, decide,
};
use rolecall_iam::source::SourceMap;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Decides and says so. 0 whatever the decision, 1 only when another one was expected, 2 when it cannot be decided.
pub(super) fn run(arguments: &EvaluateArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
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
    let answer = decide(&policies, &request);
    let traces = if arguments.explain { traces(&policies, &request) } else { Vec::new() };
    let text = match arguments.format {
        TextOrJson::Human => human(&answer, &policies, &traces, &sources),
        TextOrJson::Json => json(&answer, &policies, &traces, &sources)?,
    };
    if !global.quiet {
        output::say(&text)?;
    }
    Ok(exit_code(answer.decision, arguments.expect))
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
    let principal = RequestPrincipal::parse(&arguments.principal).context("--principal")?;
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
    Ok(Request::new(principal, &arguments.action, &arguments.resource, context)?)
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

fn traces(policies: &PolicySet, request: &Request) -> Vec<StatementTrace> {
    policies.identity.iter().chain(&policies.resource).flat_map(|policy| explain(policy, request)).collect()
}

/// Where the statement stands that the answer rests on.
fn place(answer: &Answer, policies: &PolicySet, sources: &SourceMap) -> Option<String> {
    use rolecall_iam::evaluate::PolicyKind;
    let by = answer.by?;
    let policy = match by.kind {
        PolicyKind::Identity => policies.identity.get(by.policy as usize),
        _ => policies.resource.as_ref(),
    };
    let statement = policy?.statement(by.statement)?;
    Some(sources.locate(statement.span))
}

fn human(answer: &Answer, policies: &PolicySet, traces: &[StatementTrace], sources: &SourceMap) -> String {
    let mut text = format!("{}: {}", answer.decision.as_str(), answer.reason);
    if let Some(place) = place(answer, policies, sources) {
        let _ = write!(text, " ({place})");
    }
    text.push('\n');
    for trace in traces {
        let name =
            trace.sid.as_deref().map_or_else(|| format!("statement {}", trace.id.0 + 1), |sid| format!("`{sid}`"));
        let _ = writeln!(text, "\n{} {name} at {}", trace.effect.as_str(), sources.locate(trace.span));
        match &trace.because {
            None => text.push_str("  applies\n"),
            Some(because) => {
                let verb = if trace.applies == Truth::Unknown { "cannot be evaluated" } else { "does not apply" };
                let at = sources.locate(because.span);
                let _ = writeln!(text, "  {verb}: {}: {} ({at})", because.element, because.text);
            }
        }
    }
    text
}

#[derive(Serialize)]
struct JsonAnswer {
    decision: &'static str,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
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

fn json(
    answer: &Answer,
    policies: &PolicySet,
    traces: &[StatementTrace],
    sources: &SourceMap,
) -> anyhow::Result<String> {
    let statement = |trace: &StatementTrace| JsonStatement {
        place: sources.locate(trace.span),
        sid: trace.sid.clone(),
        effect: trace.effect.as_str(),
        applies: match trace.applies {
            Truth::True => "yes",
            Truth::False => "no",
            Truth::Unknown => "unknown",
        },
        because: trace.because.as_ref().map(|because| format!("{}: {}", because.element, because.text)),
    };
    let answer = JsonAnswer {
        decision: answer.decision.as_str(),
        reason: answer.reason.to_string(),
        by: place(answer, policies, sources),
        statements: traces.iter().map(statement).collect(),
    };
    Ok(format!("{}\n", serde_json::to_string_pretty(&answer)?))
}
