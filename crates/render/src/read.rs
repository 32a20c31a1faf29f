//! Reads roles out of role code: values in, values out; the texts are loaded already.
//! What cannot be resolved stays visible, as an unresolved value in the role or as a problem; nothing is guessed.

pub mod aws_cli;
pub mod cloudformation;
mod embedded;
pub mod kind;
mod quoted;
pub mod terraform;
pub mod terraform_plan;
pub mod yaml;

pub use kind::Kind;

use rolecall_core::role::RoleTree;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use rolecall_iam::value::{Member, Node, Value};
use std::collections::BTreeMap;

/// Bytes of one file of role code; a CloudFormation template has at most 1 MB.
pub const MAX_FILE_BYTES: usize = 4 << 20;

/// The account and the inputs that role code is evaluated for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The account that the role would be created in.
    pub account: AccountId,
    /// Its partition.
    pub partition: Partition,
    /// The Region that the code is deployed from; IAM itself is global.
    pub region: String,
    /// CloudFormation parameters, Terraform variables, or variables of the shell, by name.
    pub parameters: BTreeMap<String, String>,
}

/// What reading role code gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReadRoles {
    /// The roles that the code creates in this account, in source order. Empty is not a pass.
    pub roles: Vec<RoleTree>,
    /// Everything wrong or not readable. A problem of error gravity means that the roles are not the whole truth.
    pub problems: Vec<Problem>,
}

/// Reads role code of a known kind. CloudFormation, plans and scripts read each file by itself, except that a script
/// may take `file://` texts from the others; the files of Terraform are one module.
pub fn read(kind: Kind, sources: &SourceMap, files: &[FileId], environment: &Environment) -> ReadRoles {
    let (files, problems) = readable(sources, files);
    let mut read = match kind {
        Kind::AwsCli => aws_cli::read(sources, &files, environment),
        Kind::Terraform => terraform::read(sources, &files, environment),
        Kind::TerraformPlan => terraform_plan::read(sources, &files, environment),
        Kind::CloudFormation => cloudformation::read(sources, &files, environment),
    };
    read.problems.extend(problems);
    read.problems.sort_by_key(|problem| (problem.span, problem.code));
    read.problems.dedup();
    read
}

/// The files that are not too large, and the problems of those that are.
fn readable(sources: &SourceMap, files: &[FileId]) -> (Vec<FileId>, Vec<Problem>) {
    let mut problems = Vec::new();
    let sound = files.iter().copied().filter(|file| {
        let bytes = sources.get(*file).map_or(0, |source| source.text.len());
        if bytes > MAX_FILE_BYTES {
            let message = format!("the file has {bytes} bytes");
            let help = format!("role code has at most {MAX_FILE_BYTES} bytes a file here");
            problems.push(Problem::error("document-too-large", Span::file(*file), message, help));
        }
        bytes <= MAX_FILE_BYTES
    });
    (sound.collect(), problems)
}

/// A problem that keeps something of the role code from being judged.
fn not_judged(span: Span, message: impl Into<String>, help: impl Into<String>) -> Problem {
    Problem::error("role-code-not-judged", span, message, help)
}

/// A node whose value is not known, and why.
fn unresolved(reason: impl Into<String>, span: Span) -> Node {
    Node::new(Value::Unresolved(reason.into()), span)
}

/// How much a copy of a tree costs: its nodes, long texts counted more than once.
fn weight(node: &Node) -> usize {
    const BYTES_OF_A_NODE: usize = 64;
    match &node.value {
        Value::Null | Value::Bool(_) => 1,
        Value::Number(text) | Value::String(text) | Value::Unresolved(text) => 1 + text.len() / BYTES_OF_A_NODE,
        Value::Array(items) => 1 + items.iter().map(weight).sum::<usize>(),
        Value::Object(members) => {
            let member = |member: &Member| member.key.value.len() / BYTES_OF_A_NODE + weight(&member.value);
            1 + members.iter().map(member).sum::<usize>()
        }
    }
}

/// The ending of a path behind its last dot, or nothing.
fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// The text of a scalar as AWS gets it: a number by its lexeme, a boolean as `true` or `false`.
fn scalar_text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::String(text) | Value::Number(text) => Some(text),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        Value::Null | Value::Array(_) | Value::Object(_) | Value::Unresolved(_) => None,
    }
}

/// The elements of a list; a value that is no list counts as its only element, so that unresolved lists stay visible.
fn elements(node: Node) -> Vec<Node> {
    match node.value {
        Value::Array(items) => items,
        Value::Null => Vec::new(),
        _ => vec![node],
    }
}

/// `arn:…:iam::ACCOUNT:KIND/path/name`.
fn iam_arn(environment: &Environment, kind: &str, path: &str, name: &str) -> String {
    format!("arn:{}:iam::{}:{kind}{path}{name}", environment.partition.as_str(), environment.account)
}

/// Equality of values; the places do not count. A number and a string are never equal.
fn same_value(left: &Node, right: &Node) -> bool {
    match (&left.value, &right.value) {
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_value(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|member| {
                    let twin = right.iter().find(|other| other.key.value == member.key.value);
                    twin.is_some_and(|twin| same_value(&member.value, &twin.value))
                })
        }
        (left, right) => left == right,
    }
}
