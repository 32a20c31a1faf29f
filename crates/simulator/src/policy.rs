//! Policy documents of a world: read and compiled once, shared by number. What AWS would refuse is kept as malformed, so
//! that an API can refuse it.

use crate::text::{hash_text, mix};
use rolecall_core::limits::counted_chars;
use rolecall_iam::document::parse;
use rolecall_iam::document::{Effect, Policy, PolicyType, Statement};
use rolecall_iam::evaluate::CompiledPolicy;
use rolecall_iam::json;
use rolecall_iam::principal::Principal;
use rolecall_iam::problem::Problem;
use rolecall_iam::span::FileId;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A policy document of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyId(u32);

impl PolicyId {
    pub(crate) fn number(self) -> u64 {
        u64::from(self.0)
    }
}

/// What is known of a document.
#[derive(Clone, Debug)]
pub struct PolicyInfo {
    /// As written.
    pub text: Arc<str>,
    /// The type that it was read as.
    pub policy_type: PolicyType,
    /// Characters without white space: what quotas count.
    pub counted_chars: usize,
    /// A hash of type and text, the same on every machine.
    pub hash: u64,
    /// Compiled; `None` when the document is malformed.
    pub compiled: Option<CompiledPolicy>,
    /// The first problem of a malformed document.
    pub problem: Option<String>,
    /// Whether it is one statement that allows everything.
    pub allows_everything: bool,
    /// Whether what it decides can depend on neither the account of the resource nor the time.
    pub portable: bool,
    /// ARNs of roles and users in `Principal` and `NotPrincipal`: what IAM turns into unique IDs.
    pub principal_arns: Vec<String>,
}

/// The documents of a world.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    all: Vec<PolicyInfo>,
    numbers: BTreeMap<(PolicyType, Arc<str>), PolicyId>,
}

impl Policies {
    /// The number of a document, which is kept from now on.
    pub fn id(&mut self, text: &str, policy_type: PolicyType) -> PolicyId {
        let key = (policy_type, Arc::from(text));
        if let Some(id) = self.numbers.get(&key) {
            return *id;
        }
        let id = PolicyId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(read(Arc::clone(&key.1), policy_type));
        self.numbers.insert(key, id);
        id
    }

    /// The document of this number, when there is one.
    pub(crate) fn of_number(&self, number: u64) -> Option<PolicyId> {
        let id = PolicyId(u32::try_from(number).ok()?);
        self.get(id).map(|_| id)
    }

    /// What is known of a document.
    pub fn get(&self, id: PolicyId) -> Option<&PolicyInfo> {
        self.all.get(id.0 as usize)
    }

    /// The compiled document; `None` when it is malformed.
    pub fn compiled(&self, id: PolicyId) -> Option<&CompiledPolicy> {
        self.get(id)?.compiled.as_ref()
    }

    /// The document in which the principals named by `dead` are replaced by unique IDs.
    pub(crate) fn with_principals(&mut self, id: PolicyId, replaced: &[(String, String)]) -> PolicyId {
        let Some((info, compiled)) = self.get(id).and_then(|info| Some((info, info.compiled.as_ref()?))) else {
            return id;
        };
        let (mut policy, policy_type) = (compiled.policy().clone(), info.policy_type);
        for statement in &mut policy.statements {
            for value in statement.principals.iter_mut().flat_map(|element| &mut element.values) {
                let known = replaced.iter().find(|(arn, _)| *arn == value.value.as_str());
                if let Some((_, unique)) = known {
                    value.value = Principal::UniqueId(unique.clone());
                }
            }
        }
        self.id(&rolecall_iam::document::print::to_json_compact(&policy), policy_type)
    }
}

fn read(text: Arc<str>, policy_type: PolicyType) -> PolicyInfo {
    let tree = json::read(FileId(0), &text);
    let damaged = tree.problems.iter().find(|problem| problem.is_error()).map(|problem| problem.message.clone());
    let parsed = tree.node.as_ref().map(|node| parse::parse(node, policy_type));
    let problems = parsed.iter().flat_map(|parsed| &parsed.problems);
    let problem =
        damaged.or_else(|| problems.into_iter().find(|problem| Problem::is_error(problem)).map(|p| p.message.clone()));
    let sound = if problem.is_none() { parsed.as_ref().and_then(|parsed| parsed.sound()) } else { None };
    let compiled = sound.map(|policy| CompiledPolicy::compile(policy, policy_type));
    PolicyInfo {
        counted_chars: counted_chars(&text),
        hash: mix(hash_text(&text) ^ (policy_type as u64 + 1)),
        allows_everything: sound.is_some_and(allows_everything),
        portable: sound.is_some_and(is_portable),
        principal_arns: sound.map(principal_arns).unwrap_or_default(),
        problem,
        compiled,
        policy_type,
        text,
    }
}

fn allows_everything(policy: &Policy) -> bool {
    let [statement] = policy.statements.as_slice() else { return false };
    let actions =
        !statement.actions.negated && statement.actions.values.iter().any(|action| action.value.as_str() == "*");
    let resources = statement
        .resources
        .as_ref()
        .is_some_and(|element| !element.negated && element.values.iter().any(|value| value.value == "*"));
    let principals = statement.principals.as_ref().is_none_or(|element| {
        !element.negated && element.values.iter().any(|value| value.value == Principal::Everyone)
    });
    statement.effect.value == Effect::Allow
        && actions
        && resources
        && principals
        && statement.conditions.is_empty()
        && statement.undecidable.is_empty()
}

/// Condition keys whose values follow from the caller and the request alone.
const CALLER_KEYS: [&str; 6] = [
    "sts:externalid",
    "sts:rolesessionname",
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principaltype",
    "aws:principalorgid",
];

fn is_portable(policy: &Policy) -> bool {
    policy.statements.iter().all(|statement| resources_are_portable(statement) && conditions_are_portable(statement))
}

fn resources_are_portable(statement: &Statement) -> bool {
    let any_account =
        |text: &str| text == "*" || text.strip_prefix("arn:aws:iam::*:role/").is_some_and(|rest| !rest.contains('$'));
    statement.resources.as_ref().is_none_or(|element| element.values.iter().all(|value| any_account(&value.value)))
}

fn conditions_are_portable(statement: &Statement) -> bool {
    statement.conditions.iter().all(|condition| {
        CALLER_KEYS.contains(&condition.key.value.to_ascii_lowercase().as_str())
            && condition.values.iter().all(|value| !value.value.contains("${"))
    })
}

fn principal_arns(policy: &Policy) -> Vec<String> {
    let elements = policy.statements.iter().filter_map(|statement| statement.principals.as_ref());
    let mut arns: Vec<_> = elements
        .flat_map(|element| &element.values)
        .filter_map(|value| match &value.value {
            Principal::AwsArn(arn) => Some(arn.clone()),
            _ => None,
        })
        .collect();
    arns.sort();
    arns.dedup();
    arns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(text: &str, policy_type: PolicyType) -> PolicyInfo {
        let mut policies = Policies::default();
        let id = policies.id(text, policy_type);
        assert_eq!(policies.id(text, policy_type), id);
        policies.get(id).unwrap().clone()
    }

    #[test]
    fn what_allows_everything_is_known() {
        let full = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        assert!(info(full, PolicyType::ServiceControl).allows_everything);
        for limited in [
            r#"{"Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","NotAction":"*","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"ec2:*","Resource":"*"}]}"#,
            r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}]}"#,
        ] {
            assert!(!info(limited, PolicyType::Identity).allows_everything, "{limited}");
        }
    }

    #[test]
    fn what_depends_on_the_account_is_not_portable() {
        let trust = |condition: &str| {
            format!(
                r#"{{"Statement":[{{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{condition}}}]}}"#
            )
        };
        for (condition, portable) in [
            (r#"{"StringEquals":{"sts:ExternalId":"x1"}}"#, true),
            (r#"{"StringEquals":{"STS:externalid":"x1"}}"#, true),
            (r#"{"StringEquals":{"sts:ExternalId":"${aws:PrincipalAccount}"}}"#, false),
            (r#"{"StringEquals":{"aws:ResourceAccount":"111111111111"}}"#, false),
            (r#"{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}"#, false),
        ] {
            assert_eq!(info(&trust(condition), PolicyType::Trust).portable, portable, "{condition}");
        }
        let identity = |resource: &str| {
            format!(r#"{{"Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"{resource}"}}]}}"#)
        };
        for (resource, portable) in
            [("*", true), ("arn:aws:iam::*:role/V", true), ("arn:aws:iam::111111111111:role/V", false)]
        {
            assert_eq!(info(&identity(resource), PolicyType::Identity).portable, portable, "{resource}");
        }
    }

    #[test]
    fn malformed_documents_are_kept_with_their_problem() {
        for text in ["{", "[]", r#"{"Statement":[{"Effect":"Perhaps","Action":"*","Resource":"*"}]}"#] {
            let info = info(text, PolicyType::Identity);
            assert!(info.compiled.is_none() && info.problem.is_some(), "{text}");
        }
    }
}
