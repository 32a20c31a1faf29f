//! `rolecall check`: what is wrong with a policy document by itself, with every check of IAM Access Analyzer's policy
//! validation among it. Each lint has a file of its own in one of the groups; what they share stands here.

mod action_table;
mod arn_shapes;
mod condition_facts;
mod contradiction;
mod document_size;
mod empty_conditions;
mod hints;
pub mod key_names;
mod listed_actions;
pub mod mending;
pub mod own;
mod prefix_index;
mod reach;
mod removal;
pub mod resolved;
mod resource_arns;
mod resource_tags;
mod role_actions;
pub mod security_warnings;
mod service_principals;
mod source_addresses;
mod statement_pairs;
pub mod statements;
mod steps;
pub mod suggestions;
pub mod syntax_errors;
mod text_part;
mod unique_ids;
pub mod value_errors;
pub mod warnings;
mod web_identity;
mod written;

use crate::finding::Finding;
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Policy, PolicyType, Statement};
use rolecall_iam::problem::Problem;
use rolecall_iam::span::Span;
use rolecall_iam::value::Node;

/// One check of a policy document.
#[derive(Debug)]
pub struct Lint {
    /// Code, severity and the texts of its page.
    pub rule: &'static Rule,
    /// The check of IAM Access Analyzer that it is; `None` for our own.
    pub aws: Option<AwsCheck>,
    /// The policy types that it looks at.
    pub policy_types: &'static [PolicyType],
    /// How it is made.
    pub run: Run,
}

/// A check of IAM Access Analyzer's policy validation (`access-analyzer-reference-policy-checks`, 2023).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwsCheck {
    /// AWS's type of finding.
    pub finding_type: AwsFindingType,
    /// AWS's name for it, such as `Pass role with star in resource`.
    pub name: &'static str,
}

/// AWS's types of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AwsFindingType {
    /// `ERROR`: the policy does not work.
    Error,
    /// `SECURITY_WARNING`: it allows what AWS holds to be a risk.
    SecurityWarning,
    /// `WARNING`: it does not follow best practice.
    GeneralWarning,
    /// `SUGGESTION`: it could be simpler.
    Suggestion,
}

impl AwsFindingType {
    /// The severity of our findings of this type.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Error | Self::SecurityWarning => Severity::Error,
            Self::GeneralWarning => Severity::Warning,
            Self::Suggestion => Severity::Note,
        }
    }

    /// As AWS prints it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::SecurityWarning => "Security Warning",
            Self::GeneralWarning => "General Warning",
            Self::Suggestion => "Suggestion",
        }
    }
}

/// How a lint is made.
#[derive(Debug)]
pub enum Run {
    /// By a function over the document.
    Check(fn(&Subject<'_>, &mut Vec<Finding>)),
    /// The readers of `rolecall_iam` find it: problems with these codes are the lint's findings.
    Reader(&'static [&'static str]),
    /// By a function that tells apart, and says better, what the readers find under these codes: no problem with one of
    /// them is without a finding of a lint that has the code here.
    Refines(&'static [&'static str], fn(&Subject<'_>, &mut Vec<Finding>)),
    /// It cannot be made offline, and why.
    NotOffline(&'static str),
}

/// A document under check. It may be damaged: lints look at what could be read of it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The document as a value tree, whatever is wrong with it.
    pub root: &'a Node,
    /// The document as far as it could be understood.
    pub policy: &'a Policy,
    /// What the policy is used as.
    pub policy_type: PolicyType,
    /// Its actions, looked up in the catalogue.
    pub actions: &'a resolved::ResolvedActions,
    /// Its condition keys, looked up in the catalogue.
    pub keys: &'a key_names::ResolvedKeys,
    /// What the readers found wrong with it.
    problems: &'a [Problem],
    /// The ARNs of its resources, split.
    arns: &'a [resource_arns::ResourceArn<'a>],
    /// Which statement may cover which.
    pairs: &'a statement_pairs::StatementPairs<'a>,
}

impl<'a> Subject<'a> {
    /// The statements that could be understood, with their indexes.
    pub fn statements(&self) -> impl Iterator<Item = (usize, &'a Statement)> {
        self.policy.statements.iter().enumerate()
    }

    /// The statements as written, also those that could not be understood.
    pub fn statement_nodes(&self) -> &'a [Node] {
        match self.root.get("Statement") {
            None => &[],
            Some(node) => node.as_array().unwrap_or(std::slice::from_ref(node)),
        }
    }

    /// The statement as written that this place is in.
    fn statement_node_at(&self, span: Span) -> Option<&'a Node> {
        let nodes = self.statement_nodes();
        let behind = nodes.partition_point(|node| node.span.start <= span.start);
        nodes.get(behind.checked_sub(1)?).filter(|node| span.end <= node.span.end)
    }

    /// Whether the readers found a problem with this code.
    fn has_problem(&self, code: &str) -> bool {
        self.problems.iter().any(|problem| problem.code == code)
    }
}

/// What a finding about a statement is about, without line numbers: its `Sid`, else its number, and what of it.
pub fn subject_of(index: usize, statement: &Statement, rest: &str) -> String {
    match &statement.sid {
        Some(sid) => format!("statement:{}/{rest}", sid.value),
        None => format!("statement-{}/{rest}", index + 1),
    }
}

/// Every policy type: for lints that look at all.
pub const ALL_TYPES: &[PolicyType] = &[
    PolicyType::Identity,
    PolicyType::Resource,
    PolicyType::Trust,
    PolicyType::ServiceControl,
    PolicyType::ResourceControl,
];

/// Every lint, group by group.
pub fn all() -> impl Iterator<Item = &'static Lint> {
    [
        syntax_errors::ALL,
        value_errors::ALL,
        security_warnings::ALL,
        warnings::ALL,
        suggestions::ALL,
        statements::ALL,
        own::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Runs every lint for the policy type over a document, in the order of [`all`].
pub fn check(root: &Node, policy: &Policy, problems: &[Problem], policy_type: PolicyType) -> Vec<Finding> {
    let actions = resolved::ResolvedActions::of(policy);
    let keys = key_names::ResolvedKeys::of(policy);
    let arns: Vec<_> = resource_arns::of(policy).collect();
    let pairs = statement_pairs::StatementPairs::of(policy, problems);
    let subject =
        Subject { root, policy, policy_type, actions: &actions, keys: &keys, problems, arns: &arns, pairs: &pairs };
    let mut findings = Vec::new();
    for lint in all().filter(|lint| lint.policy_types.contains(&policy_type)) {
        match lint.run {
            Run::Check(check) | Run::Refines(_, check) => check(&subject, &mut findings),
            Run::Reader(codes) => {
                let found = problems.iter().filter(|problem| codes.contains(&problem.code));
                findings.extend(found.map(|problem| of_problem(lint.rule, problem)));
            }
            Run::NotOffline(_) => {}
        }
    }
    findings
}

/// Whether a problem of a reader is the finding of a lint: the others make the document one that is not judged.
pub fn is_linted(problem: &Problem) -> bool {
    all().any(|lint| matches!(lint.run, Run::Reader(codes) | Run::Refines(codes, _) if codes.contains(&problem.code)))
}

/// The findings of a text that could not be read as a document at all.
pub fn check_text_only(problems: &[Problem]) -> Vec<Finding> {
    let reader_lints = all().filter_map(|lint| match lint.run {
        Run::Reader(codes) => Some((lint.rule, codes)),
        Run::Check(_) | Run::Refines(..) | Run::NotOffline(_) => None,
    });
    let found = |(rule, codes): (&'static Rule, &'static [&'static str])| {
        problems
            .iter()
            .filter(move |problem| codes.contains(&problem.code))
            .map(move |problem| of_problem(rule, problem))
    };
    reader_lints.flat_map(found).collect()
}

fn of_problem(rule: &'static Rule, problem: &Problem) -> Finding {
    let finding =
        Finding::new(rule, problem.span, problem.code, problem.message.clone()).with_remedy(problem.help.clone());
    match &problem.related {
        Some((span, label)) => finding.with_related(*span, label.clone()),
        None => finding,
    }
}

#[cfg(test)]
mod growth_tests;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;
