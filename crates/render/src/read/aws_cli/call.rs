//! What calls of the AWS CLI do to the roles. Calls that only read print something unknown, but for the account's ID.

use super::Unknown;
use super::option::{Options, node};
use super::run::{Field, Runner, Status};
use crate::read::embedded::Text;
use crate::read::{not_judged, unresolved};
use rolecall_core::role::RoleTree;
use rolecall_iam::problem::Problem;
use rolecall_iam::span::Span;
use rolecall_iam::value::{Node, Value};

/// Global options without a value (AWS CLI user guide, `cli-configure-options`).
const FLAGS: [&str; 7] = [
    "--debug",
    "--no-verify-ssl",
    "--no-paginate",
    "--no-sign-request",
    "--no-cli-pager",
    "--no-cli-auto-prompt",
    "--cli-auto-prompt",
];

impl Runner<'_> {
    /// Status and output of `aws …`.
    pub(super) fn aws(&mut self, words: &[Field], span: Span) -> (Status, Field) {
        let silent = Ok(Text::new(span));
        let unknown = |reason: &str| Err(Unknown { reason: reason.to_owned(), span });
        let words = behind_global_options(words);
        let [service, operation, rest @ ..] = words else { return (Status::Unknown, unknown("a call of `aws`")) };
        let (Ok(service), Ok(operation)) = (service, operation) else {
            let help = "write service and operation out";
            self.problems.push(not_judged(span, "which call of AWS this is is not known", help));
            return (Status::Unknown, unknown("a call that is not known"));
        };
        match (service.as_str(), operation.as_str()) {
            ("sts", "get-caller-identity") => (Status::Success, self.caller(rest, span)),
            ("iam", operation) => self.iam(operation, rest, span, silent),
            (
                "cloudformation",
                "deploy" | "create-stack" | "update-stack" | "create-stack-set" | "update-stack-set",
            ) => {
                let help = "roles in its template are not read here: name the template under `[[role_code]]` as well";
                self.problems.push(Problem::warning("nested-template-not-read", span, "a stack is deployed", help));
                (Status::Success, unknown("the output of CloudFormation"))
            }
            (service, operation) => (Status::Unknown, unknown(&format!("the output of `aws {service} {operation}`"))),
        }
    }

    /// `aws sts get-caller-identity --query Account --output text`.
    fn caller(&self, rest: &[Field], span: Span) -> Field {
        let options = Options::new(rest, &self.state.files, None, span);
        let is = |name: &str, wanted: &str| {
            options.field(name).is_some_and(|field| field.is_ok_and(|text| text.as_str() == wanted))
        };
        if is("query", "Account") && is("output", "text") {
            return Ok(Text::opaque(self.environment.account.as_str(), span));
        }
        Err(Unknown {
            reason: String::from("what `get-caller-identity` prints is known for `--query Account --output text` only"),
            span,
        })
    }

    fn iam(&mut self, operation: &str, rest: &[Field], span: Span, silent: Field) -> (Status, Field) {
        let files = self.state.files.clone();
        let input = self.input.clone();
        let mut options = Options::new(rest, &files, input.as_ref(), span);
        options.read_input(&mut self.problems);
        let answer = || Err(Unknown { reason: format!("what `aws iam {operation}` prints is not known"), span });
        if operation == "get-role" {
            self.asked = true;
            let name = options.value("role-name", "RoleName");
            let known = name
                .as_ref()
                .and_then(Node::as_str)
                .is_some_and(|name| self.state.roles.iter().any(|role| role.is_named(name)));
            let status = if self.exists || known { Status::Success } else { Status::Failure };
            return (status, answer());
        }
        if operation == "wait" {
            return (Status::Success, silent);
        }
        if operation == "create-policy" || operation == "create-policy-version" {
            let help = "the profile names managed policies by ARN: the text of this one is not compared";
            let message = "a managed policy is written";
            self.problems.push(Problem::warning("managed-policy-not-judged", span, message, help));
            return (Status::Success, answer());
        }
        if !WRITES.contains(&operation) {
            return (Status::Unknown, answer());
        }
        if let Some(unknown) = &options.unknown {
            let help = "write the options out, or give the variable under `parameters`";
            let message = format!("the options of `aws iam {operation}` are not known: {}", unknown.reason);
            self.problems.push(not_judged(unknown.span, message, help));
        }
        let Some(name) = options.value("role-name", "RoleName") else {
            let message = format!("`aws iam {operation}` without `--role-name`");
            self.problems.push(not_judged(span, message, "add `--role-name`"));
            return (Status::Unknown, answer());
        };
        self.write(operation, name, &options, span);
        (Status::Success, answer())
    }

    fn write(&mut self, operation: &str, name: Node, options: &Options<'_>, span: Span) {
        if operation == "create-role" {
            let role = self.created(name, options, span);
            let same = |known: &&mut RoleTree| {
                role.name.as_ref().and_then(Node::as_str).is_some_and(|name| known.is_named(name))
            };
            match self.state.roles.iter_mut().find(same) {
                Some(known) => *known = role,
                None => self.state.roles.push(role),
            }
            return;
        }
        if operation == "delete-role" {
            self.state.roles.retain(|role| role.name.as_ref().map(|node| &node.value) != Some(&name.value));
            return;
        }
        let Some(index) = self.role(operation, name, span) else { return };
        let mut problems = std::mem::take(&mut self.problems);
        if let Some(role) = self.state.roles.get_mut(index) {
            change(role, operation, options, span, &mut problems);
        }
        self.problems = problems;
    }

    fn created(&mut self, name: Node, options: &Options<'_>, span: Span) -> RoleTree {
        let label = format!("aws iam create-role --role-name {}", name.as_str().unwrap_or("?"));
        let mut role = RoleTree::new(span, label);
        role.name = Some(name);
        role.path = options.value("path", "Path");
        role.description = options.value("description", "Description");
        role.max_session_duration_s = options.value("max-session-duration", "MaxSessionDuration");
        role.permissions_boundary = options.value("permissions-boundary", "PermissionsBoundary");
        role.trust = options.policy("assume-role-policy-document", "AssumeRolePolicyDocument", &mut self.problems);
        role.tags = options.tags(&mut self.problems);
        role
    }

    /// The role that a call changes: one of the script, or one that exists already.
    fn role(&mut self, operation: &str, name: Node, span: Span) -> Option<usize> {
        let by_value = |role: &RoleTree| role.name.as_ref().map(|node| &node.value) == Some(&name.value);
        if let Some(index) = self.state.roles.iter().position(by_value) {
            return Some(index);
        }
        let Some(text) = name.as_str() else {
            let message = format!("the role that `aws iam {operation}` changes is not known");
            self.problems.push(not_judged(name.span, message, "give the variable that names it under `parameters`"));
            return None;
        };
        if self.exists {
            let label = format!("aws iam {operation} --role-name {text}");
            let stays = || unresolved(STAYS, span);
            let mut role = RoleTree::new(span, label);
            role.path = Some(stays());
            role.description = Some(stays());
            role.max_session_duration_s = Some(stays());
            role.trust = Some(stays());
            role.permissions_boundary = Some(stays());
            role.name = Some(name);
            self.state.roles.push(role);
            return Some(self.state.roles.len() - 1);
        }
        let message =
            format!("`aws iam {operation}` changes the role `{text}`, which this script does not create before");
        let help = "policies of roles from elsewhere are not read: create the role in the same script";
        self.problems.push(Problem::warning("role-not-in-code", span, message, help));
        None
    }
}

/// The reason of properties that a script leaves as the account has them.
pub(super) const STAYS: &str = "it stays as the account has it";

/// The calls that change a role.
const WRITES: [&str; 15] = [
    "create-role",
    "delete-role",
    "update-role",
    "update-role-description",
    "update-assume-role-policy",
    "put-role-policy",
    "delete-role-policy",
    "attach-role-policy",
    "detach-role-policy",
    "tag-role",
    "untag-role",
    "put-role-permissions-boundary",
    "delete-role-permissions-boundary",
    "create-service-linked-role",
    "add-role-to-instance-profile",
];

fn change(role: &mut RoleTree, operation: &str, options: &Options<'_>, span: Span, problems: &mut Vec<Problem>) {
    let missing = |name: &str| unresolved(format!("`{name}` is missing here"), span);
    match operation {
        "update-role" | "update-role-description" => {
            if let Some(description) = options.value("description", "Description") {
                role.description = Some(description);
            }
            if let Some(duration) = options.value("max-session-duration", "MaxSessionDuration") {
                role.max_session_duration_s = Some(duration);
            }
        }
        "update-assume-role-policy" => {
            let document = options.policy("policy-document", "PolicyDocument", problems);
            role.trust = Some(document.unwrap_or_else(|| missing("--policy-document")));
        }
        "put-role-policy" => {
            let name = options.value("policy-name", "PolicyName").unwrap_or_else(|| missing("--policy-name"));
            let document = options.policy("policy-document", "PolicyDocument", problems);
            let document = document.unwrap_or_else(|| missing("--policy-document"));
            role.inline_policies.retain(|(known, _)| known.as_str().is_none() || known.as_str() != name.as_str());
            role.inline_policies.push((name, document));
        }
        "delete-role-policy" => {
            let name = options.value("policy-name", "PolicyName");
            let name = name.as_ref().and_then(Node::as_str);
            role.inline_policies.retain(|(known, _)| known.as_str() != name || name.is_none());
        }
        "attach-role-policy" | "detach-role-policy" => {
            let arn = options.value("policy-arn", "PolicyArn").unwrap_or_else(|| missing("--policy-arn"));
            role.managed_policy_arns.retain(|known| known.as_str().is_none() || known.as_str() != arn.as_str());
            if operation == "attach-role-policy" {
                role.managed_policy_arns.push(arn);
            }
        }
        "tag-role" => {
            for (key, value) in options.tags(problems) {
                role.tags.retain(|(known, _)| known.as_str().is_none() || known.as_str() != key.as_str());
                role.tags.push((key, value));
            }
        }
        "untag-role" => {
            let keys: Vec<Node> = options.words("tag-keys").into_iter().map(node).collect();
            role.tags
                .retain(|(known, _)| !keys.iter().any(|key| key.as_str().is_some() && key.as_str() == known.as_str()));
            if let Some(unknown) = keys.iter().find(|key| matches!(key.value, Value::Unresolved(_))) {
                let help = "write the keys out";
                problems.push(not_judged(unknown.span, "which tags are removed is not known", help));
            }
        }
        "put-role-permissions-boundary" => {
            let boundary = options.value("permissions-boundary", "PermissionsBoundary");
            role.permissions_boundary = Some(boundary.unwrap_or_else(|| missing("--permissions-boundary")));
        }
        "delete-role-permissions-boundary" => role.permissions_boundary = None,
        _ => {}
    }
}

fn behind_global_options(mut words: &[Field]) -> &[Field] {
    while let Some((Ok(first), rest)) = words.split_first() {
        if !first.as_str().starts_with("--") {
            break;
        }
        let alone = first.as_str().contains('=') || FLAGS.contains(&first.as_str());
        words = if alone { rest } else { rest.get(1..).unwrap_or(&[]) };
    }
    words
}
