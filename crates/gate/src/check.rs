//! `rolecall check`: single policies by themselves, without a profile or a contract.
//! What a policy is used as is told, or guessed from the elements that stand in it.

use crate::inputs::{Files, Loaded, Purpose, Wanted};
use crate::outcome::Outcome;
use crate::run::{Judgement, Run, counted};
use crate::standing::Decisions;
use jiff::civil::Date;
use rolecall_core::lint;
use rolecall_core::rule::Severity;
use rolecall_iam::document::{Policy, PolicyType, parse};
use rolecall_iam::json;
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use rolecall_iam::value::Node;

/// How to check.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The day of the run.
    pub as_of: Date,
    /// The mildest severity that fails the run; `warning` when absent.
    pub fail_on: Option<Severity>,
    /// What the policies are used as; guessed for each when absent.
    pub policy_type: Option<PolicyType>,
}

/// Checks policies, each given with its path.
pub fn check_policies(policies: Vec<(String, Loaded)>, options: &Options) -> Outcome {
    let paths: Vec<String> = policies.iter().map(|(path, _)| path.clone()).collect();
    let files: Files = policies.into_iter().map(|(path, loaded)| (crate::inputs::normal_path(&path), loaded)).collect();
    let mut run = Run::new(SourceMap::new(), &files);
    for path in paths {
        let _: Option<()> = run.check("policy", path.clone(), |run| check_one(&path, options.policy_type, run));
    }
    run.finish(&Decisions::none(options.as_of), options.fail_on.unwrap_or(Severity::Warning))
}

fn check_one(path: &str, policy_type: Option<PolicyType>, run: &mut Run<'_>) -> Judgement<()> {
    // There is no configuration that mentions the path: a file that cannot be read is told at its own start.
    let next = FileId(u32::try_from(run.sources.iter().count()).unwrap_or(u32::MAX));
    let mention = Span::file(next);
    let wanted = Wanted { path, mention, purpose: Purpose::Argument };
    let Some(file) = run.text(&wanted) else {
        if run.sources.get(next).is_none() {
            run.sources.add(path, "");
        }
        return Err("the file could not be read".to_owned());
    };
    let text = run.source(file);
    let tree = json::read(file, &text);
    let Some(root) = tree.node else {
        run.take(tree.problems);
        return Err("the text could not be read to its end".to_owned());
    };
    let policy_type = policy_type.unwrap_or_else(|| guess(&root));
    let parsed = parse::parse(&root, policy_type);
    // A text that is not JSON, or that readers understand in different ways, is not judged. What is wrong with the
    // document in it is a finding, unless no lint speaks of it.
    let problems = parsed.problems;
    let unlinted = problems.iter().filter(|problem| !lint::is_linted(problem)).cloned();
    let unjudged: Vec<Problem> = tree.problems.into_iter().chain(unlinted).collect();
    let sound = !unjudged.iter().any(Problem::is_error);
    run.take(unjudged);
    let policy = parsed.policy.filter(|_| sound).ok_or("the policy is not sound")?;
    run.findings.extend(lint::check(&root, &policy, &problems, policy_type));
    let statements = root.get("Statement").map_or(0, |node| node.as_array().map_or(1, <[Node]>::len));
    Ok(((), format!("{} as {}", counted(statements, "statement"), name(policy_type))))
}

/// Reads the JSON policy in a file of the source map. The policy is `None` when anything makes it unusable; the
/// problems are all that is wrong with text and document.
pub fn read_policy(sources: &SourceMap, file: FileId, policy_type: PolicyType) -> (Option<Policy>, Vec<Problem>) {
    let text = sources.get(file).map_or("", |source| source.text.as_str());
    let read = json::read(file, text);
    let parsed = read.node.as_ref().map(|root| parse::parse(root, policy_type));
    let sound_text = !read.problems.iter().any(Problem::is_error);
    let mut problems = read.problems;
    let policy = parsed.and_then(|parsed| {
        let policy = parsed.sound().cloned();
        problems.extend(parsed.problems);
        policy
    });
    problems.sort_by_key(|problem| problem.span);
    (policy.filter(|_| sound_text), problems)
}

/// What a document is used as, by the elements of its statements: without a principal it is an identity policy; with
/// one and without a resource, a trust policy. Control policies look like identity policies and have to be told.
pub fn guess(root: &Node) -> PolicyType {
    let statements = root.get("Statement").map(|node| node.as_array().unwrap_or(std::slice::from_ref(node)));
    let has = |key: &str| statements.is_some_and(|all| all.iter().any(|statement| statement.get(key).is_some()));
    match (has("Principal") || has("NotPrincipal"), has("Resource") || has("NotResource")) {
        (false, _) => PolicyType::Identity,
        (true, false) => PolicyType::Trust,
        (true, true) => PolicyType::Resource,
    }
}

const fn name(policy_type: PolicyType) -> &'static str {
    match policy_type {
        PolicyType::Identity => "an identity policy",
        PolicyType::Resource => "a resource policy",
        PolicyType::Trust => "a trust policy",
        PolicyType::ServiceControl => "a service control policy",
        PolicyType::ResourceControl => "a resource control policy",
    }
}

#[cfg(test)]
mod tests;
