//! Reading role code: values, and the places that they point to, computed by hand.

mod aws_cli;
mod cloudformation;
mod kind;
mod robust;
mod terraform;
mod terraform_plan;
mod yaml;

use rolecall_core::role::RoleTree;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::source::SourceMap;
use rolecall_iam::value::{Node, Value};
use rolecall_render::read::{Environment, Kind, ReadRoles, read};

const MANAGEMENT: &str = "111111111111";
const MEMBER: &str = "333333333333";

fn environment(account: &str, parameters: &[(&str, &str)]) -> Environment {
    Environment {
        account: AccountId::parse(account).unwrap(),
        partition: Partition::Aws,
        region: "eu-west-1".into(),
        parameters: parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    }
}

/// One reading with its texts.
struct Reading {
    sources: SourceMap,
    result: ReadRoles,
}

fn reading(kind: Kind, files: &[(&str, &str)], account: &str, parameters: &[(&str, &str)]) -> Reading {
    let mut sources = SourceMap::new();
    let ids: Vec<_> = files.iter().map(|(path, text)| sources.add(*path, *text)).collect();
    let result = read(kind, &sources, &ids, &environment(account, parameters));
    Reading { sources, result }
}

impl Reading {
    /// The only role.
    fn role(&self) -> &RoleTree {
        match self.result.roles.as_slice() {
            [role] => role,
            roles => panic!("{} roles, problems: {:?}", roles.len(), self.problems()),
        }
    }

    /// `code line:column` of every problem.
    fn problems(&self) -> Vec<String> {
        let place =
            |span| self.sources.locate(span).split_once(':').map(|(_, place)| place.to_owned()).unwrap_or_default();
        self.result.problems.iter().map(|problem| format!("{} {}", problem.code, place(problem.span))).collect()
    }

    /// `line:column text` of a node: the place that a finding about it would show.
    fn place(&self, node: &Node) -> String {
        let source = self.sources.get(node.span.file).unwrap();
        let at = source.line_column(node.span.start);
        format!("{}:{} {}", at.line, at.column, self.sources.snippet(node.span))
    }

    /// The same for the node that a path of keys and indexes leads to.
    fn at(&self, root: &Node, path: &str) -> String {
        self.place(walk(root, path))
    }
}

fn walk<'a>(root: &'a Node, path: &str) -> &'a Node {
    path.split('/').filter(|step| !step.is_empty()).fold(root, |node, step| match &node.value {
        Value::Array(items) => &items[step.parse::<usize>().unwrap()],
        _ => node.get(step).unwrap_or_else(|| panic!("no {step} in {node:?}")),
    })
}

/// The value of a node in short.
fn short(node: Option<&Node>) -> String {
    match node.map(|node| &node.value) {
        None => "absent".into(),
        Some(Value::String(text) | Value::Number(text)) => text.clone(),
        Some(Value::Bool(value)) => value.to_string(),
        Some(Value::Null) => "null".into(),
        Some(Value::Array(items)) => {
            format!("[{}]", items.iter().map(|item| short(Some(item))).collect::<Vec<_>>().join(" "))
        }
        Some(Value::Object(members)) => {
            let members: Vec<String> =
                members.iter().map(|member| format!("{}={}", member.key.value, short(Some(&member.value)))).collect();
            format!("{{{}}}", members.join(" "))
        }
        Some(Value::Unresolved(reason)) => format!("unresolved: {reason}"),
    }
}
