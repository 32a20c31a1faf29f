//! A role as it stands in an account, with all its policies, and its comparison with the profile: by what it means, proved
//! by `rolecall-core`. What cannot be read or decided is not equal.

use super::{Difference, Reading, unseen};
use crate::trouble::Trouble;
use rolecall_aws::{Connection, Failure, Operation, Role};
use rolecall_core::access_check::Outcome;
use rolecall_core::role::RoleTree;
use rolecall_core::role::compare::compare;
use rolecall_core::role::expected::ExpectedRole;
use rolecall_core::role::profile_rules::ProfilePlaces;
use rolecall_iam::document::print::to_json_compact;
use rolecall_iam::json;
use rolecall_iam::span::{FileId, Span};
use rolecall_iam::value::{Node, Value};
use rolecall_lifecycle::rollout::{ErrorClass, Existing};
use std::collections::BTreeMap;

/// Tags with this prefix are AWS's own: nobody else can set or remove them (IAM user guide, `id_tags`, read 2026-11).
const RESERVED_TAGS: &str = "aws:";

/// A role with its policies.
#[derive(Clone, Debug)]
pub(super) struct Live {
    pub(super) role: Role,
    /// Documents by name.
    pub(super) inline: BTreeMap<String, String>,
    /// ARNs.
    pub(super) managed: Vec<String>,
}

impl Live {
    /// A role that was just made.
    pub(super) const fn without_policies(role: Role) -> Self {
        Self { role, inline: BTreeMap::new(), managed: Vec::new() }
    }

    /// Reads the policies of a role that was just found. A call that does not find it is a fault: to the machine `NotFound`
    /// means that there is no role.
    pub(super) async fn read(connection: &Connection, role: Role) -> Result<Self, Failure> {
        let mut inline = BTreeMap::new();
        for policy in connection.list_role_policies(&role.name).all().await.map_err(unseen)? {
            let Some(document) = connection.get_role_policy(&role.name, &policy).await? else {
                return Err(vanished(&policy));
            };
            inline.insert(policy, document);
        }
        let attached = connection.list_attached_role_policies(&role.name).all().await.map_err(unseen)?;
        Ok(Self { role, inline, managed: attached.into_iter().map(|policy| policy.arn).collect() })
    }

    /// Tags that somebody can change.
    pub(super) fn tags(&self) -> Vec<(String, String)> {
        self.role.tags.iter().filter(|(key, _)| !key.starts_with(RESERVED_TAGS)).cloned().collect()
    }

    /// Whether it has policies that the wanted role does not have.
    pub(super) fn has_more_than(&self, wanted: &ExpectedRole) -> bool {
        self.inline.keys().any(|policy| *policy != wanted.policy.name)
            || self.managed.iter().any(|arn| !wanted.managed_policy_arns.contains(arn))
    }

    /// Holds it against the profile.
    pub(super) async fn compare(self, wanted: ExpectedRole) -> Reading {
        // Documents as we write them need no proof; others may need much work, which must not hold up other accounts.
        let as_written = self.role.assume_role_policy.as_deref() == Some(&to_json_compact(&wanted.trust))
            && self.inline.get(&wanted.policy.name) == Some(&to_json_compact(&wanted.policy.document));
        if as_written {
            return self.compare_now(&wanted);
        }
        let compared = tokio::task::spawn_blocking(move || self.compare_now(&wanted)).await;
        compared.unwrap_or_else(|lost| {
            let message = format!("the comparison ended without a result: {lost}");
            different(vec![Difference { code: String::from("not-judged"), message, judged: false }])
        })
    }

    fn compare_now(&self, wanted: &ExpectedRole) -> Reading {
        let (findings, not_judged) = compare(wanted, &self.tree(), &ProfilePlaces::default());
        let difference = |code: &str, message: &str, judged| Difference {
            code: code.to_owned(),
            message: message.to_owned(),
            judged,
        };
        let found = findings.iter().map(|finding| difference(finding.rule.code, &finding.message, true));
        let open = not_judged.iter().map(|open| difference(&open.code, &open.message, false));
        different(found.chain(open).collect())
    }

    fn tree(&self) -> RoleTree {
        let (span, role) = (Span::default(), &self.role);
        let text = |text: &str| Node::string(text, span);
        let mut tree = RoleTree::new(span, role.arn.clone());
        tree.name = Some(text(&role.name));
        tree.path = Some(text(&role.path));
        tree.description = role.description.as_deref().map(text);
        tree.max_session_duration_s =
            role.max_session_duration_s.map(|seconds| Node::new(Value::Number(seconds.to_string()), span));
        tree.tags = self.tags().iter().map(|(key, value)| (text(key), text(value))).collect();
        tree.trust = role.assume_role_policy.as_deref().map(document);
        tree.inline_policies = self.inline.iter().map(|(name, policy)| (text(name), document(policy))).collect();
        tree.managed_policy_arns = self.managed.iter().map(|arn| text(arn)).collect();
        tree.permissions_boundary = role.permissions_boundary.as_deref().map(text);
        tree
    }
}

/// A document as a tree. One that cannot be read stays in the tree as that.
fn document(text: &str) -> Node {
    let read = json::read(FileId(0), text);
    if let Some(node) = read.sound() {
        return node.clone();
    }
    let reason = read.problems.first().map_or("it is no JSON", |problem| problem.message.as_str());
    Node::new(Value::Unresolved(reason.to_owned()), Span::default())
}

/// A policy that was listed and is not found: added or taken away just now. Without it nothing is equal, so the role is read
/// again.
fn vanished(policy: &str) -> Failure {
    Failure {
        operation: Operation::GetRolePolicy,
        code: "NoSuchEntity".to_owned(),
        message: format!("the policy `{policy}` is listed and not found"),
        http_status: 404,
        request_id: None,
        class: ErrorClass::Fault,
        outcome: Outcome::Fault,
    }
}

/// Equal where nothing differs.
fn different(differences: Vec<Difference>) -> Reading {
    let Some(first) = differences.first() else {
        return Reading { existing: Existing::Equal, trouble: None, differences };
    };
    let message = match differences.len() {
        1 => first.message.clone(),
        more => format!("{}; and {} differences more", first.message, more - 1),
    };
    let trouble = Some(Trouble::new("comparison", first.code.clone(), &message));
    Reading { existing: Existing::Different, trouble, differences }
}
