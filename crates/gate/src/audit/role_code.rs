//! The audit of role code that stands for itself, such as a vendor's CloudFormation template: every role in it with its
//! policies and its trust, without a `rolecall.toml`. What the code leaves open is not audited, and said.

use super::trust::{Expected, TrustAudit, audit_trust};
use super::{Audit, Subject, SubjectAudit, audit_subject};
use rolecall_core::finding::NotJudged;
use rolecall_core::role::RoleTree;
use rolecall_iam::document::{Policy, PolicyType, parse};
use rolecall_iam::problem::{Gravity, Problem};
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use rolecall_iam::value::{Node, Value};
use rolecall_iam_prove::{Base, Options, PolicySide};
use rolecall_render::read::{Environment, Kind, read};

/// What of the code is told by readers for a comparison with a profile, and is audited here.
const READ_HERE: &str = "managed-policy-not-judged";

/// Role code to audit.
#[derive(Clone, Copy, Debug)]
pub struct RoleCode<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its files, in the audit's sources.
    pub files: &'a [FileId],
    /// The account and the parameters that it is read for.
    pub environment: &'a Environment,
}

/// Audits every role of the code, under the boundary, session policies and control policies of `limits`.
pub fn audit_role_code(
    sources: SourceMap,
    code: RoleCode<'_>,
    limits: &PolicySide<'_>,
    expected: Option<&Expected<'_>>,
    options: Options,
) -> Audit {
    let found = read(code.kind, &sources, code.files, code.environment);
    let mut reading = Reading { limits, expected, options, open: Vec::new(), subjects: Vec::new(), trusts: Vec::new() };
    reading.problems(found.problems.into_iter().filter(|problem| problem.code != READ_HERE));
    if found.roles.is_empty() {
        let span = code.files.first().map_or_else(Span::default, |file| Span::file(*file));
        reading.leave_open(
            "no-role",
            span,
            "no role is made in this code",
            "name the file or folder that makes the role",
        );
    }
    for role in &found.roles {
        reading.role(role);
    }
    Audit { sources, subjects: reading.subjects, trusts: reading.trusts, not_judged: reading.open }
}

struct Reading<'a> {
    limits: &'a PolicySide<'a>,
    expected: Option<&'a Expected<'a>>,
    options: Options,
    open: Vec<NotJudged>,
    subjects: Vec<SubjectAudit>,
    trusts: Vec<TrustAudit>,
}

impl Reading<'_> {
    fn role(&mut self, role: &RoleTree) {
        let name = match role.name.as_ref().and_then(Node::as_str) {
            Some(name) => format!("the role {name} ({})", role.label),
            None => format!("the role {}", role.label),
        };
        let policies = self.policies(role);
        if policies.is_empty() && role.managed_policy_arns.is_empty() {
            let help = "policies that are attached elsewhere are not read";
            self.leave_open("no-policy", role.span, &format!("{name} has no policy in this code"), help);
        }
        self.boundary(role, &name);
        let side = PolicySide {
            base: Base::Identity(policies.iter().map(|(_, policy)| policy).collect()),
            ..self.limits.clone()
        };
        let subject = Subject {
            name: name.clone(),
            policies: policies.iter().map(|(name, _)| name.clone()).collect(),
            side,
            contract: None,
        };
        if !policies.is_empty() {
            self.subjects.push(audit_subject(&subject, self.options));
        }
        let Some(trust) = &role.trust else {
            let help = "a role is not made without its trust policy";
            self.leave_open("no-trust", role.span, &format!("{name} has no trust policy in this code"), help);
            return;
        };
        if let Some(policy) = self.policy(trust, PolicyType::Trust) {
            self.trusts.push(audit_trust(&name, &policy, self.expected, self.options));
        }
    }

    /// The inline policies, and the managed ones whose documents stand in the code.
    fn policies(&mut self, role: &RoleTree) -> Vec<(String, Policy)> {
        let mut policies = Vec::new();
        for (name, document) in role.inline_policies.iter().chain(&role.managed_policy_documents) {
            let name = name.as_str().unwrap_or("a policy without a known name").to_owned();
            policies.extend(self.policy(document, PolicyType::Identity).map(|policy| (name, policy)));
        }
        for arn in &role.managed_policy_arns {
            if role.managed_policy_documents.iter().any(|(known, _)| known == arn) {
                continue;
            }
            let what = arn.as_str().map_or_else(|| "a managed policy".to_owned(), |arn| format!("`{arn}`"));
            let message = format!("what {what} grants is not known: its document does not stand in this code");
            let help = "save the document (`aws iam get-policy-version`) and audit it as well";
            self.leave_open("managed-policy-not-read", arn.span, &message, help);
        }
        policies
    }

    /// A boundary takes away. What it is stands elsewhere, so that what is granted may be less than what is shown.
    fn boundary(&mut self, role: &RoleTree, name: &str) {
        let Some(boundary) = &role.permissions_boundary else { return };
        if self.limits.permissions_boundary.is_none() {
            let message = format!("{name} has a permissions boundary whose document does not stand in this code");
            self.leave_open("boundary-not-read", boundary.span, &message, "give the document with `--boundary`");
        }
    }

    fn policy(&mut self, document: &Node, policy_type: PolicyType) -> Option<Policy> {
        if let Value::Unresolved(reason) = &document.value {
            let help = "give the parameter with `--parameter NAME=VALUE`, or audit the policy itself";
            self.leave_open("unresolved-policy", document.span, &format!("the policy is not known: {reason}"), help);
            return None;
        }
        let parsed = parse::parse(document, policy_type);
        let policy = parsed.evaluable().cloned();
        let told = parsed.problems.into_iter().filter(|problem| problem.gravity != Gravity::Warning);
        self.problems(told);
        policy
    }

    fn problems(&mut self, problems: impl Iterator<Item = Problem>) {
        self.open.extend(problems.map(|Problem { code, span, message, help, .. }| NotJudged {
            code: code.to_owned(),
            span,
            message,
            help,
            related: Vec::new(),
        }));
    }

    fn leave_open(&mut self, code: &str, span: Span, message: &str, help: &str) {
        self.open.push(NotJudged {
            code: code.to_owned(),
            span,
            message: message.to_owned(),
            help: help.to_owned(),
            related: Vec::new(),
        });
    }
}
