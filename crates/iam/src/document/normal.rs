//! A normal form of policies, to say that two documents surely mean the same although they are written differently:
//! order of statements and values, lists of one, case of action names and condition keys, `Sid` and `Id` do not count.
//! Conservative: documents with different normal forms may still mean the same; proving that is not done here.

use super::{Condition, Effect, Element, Policy, Statement, Version};
use crate::condition::ConditionOperator;
use crate::principal::Principal;
use std::collections::BTreeSet;

/// A policy without what has no meaning. Equal normal forms mean the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NormalPolicy {
    version: Version,
    statements: BTreeSet<NormalStatement>,
}

/// One statement in normal form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NormalStatement {
    effect: Effect,
    principals: Option<(bool, BTreeSet<String>)>,
    actions: (bool, BTreeSet<String>),
    resources: Option<(bool, BTreeSet<String>)>,
    conditions: BTreeSet<(ConditionOperator, String, BTreeSet<String>)>,
}

/// Whether two documents surely mean the same.
pub fn same_meaning_by_text(left: &Policy, right: &Policy) -> bool {
    let told = |policy: &Policy| policy.statements.iter().all(|statement| statement.undecidable.is_empty());
    told(left) && told(right) && normal(left) == normal(right)
}

/// The normal form of a document.
pub fn normal(policy: &Policy) -> NormalPolicy {
    // Without variables the two versions mean the same; only a document that has `${` keeps its version.
    let has_variables = policy.statements.iter().any(mentions_variables);
    let version = if has_variables { policy.effective_version() } else { Version::V2012 };
    NormalPolicy { version, statements: policy.statements.iter().map(normal_statement).collect() }
}

/// The normal form of one statement.
pub fn normal_statement(statement: &Statement) -> NormalStatement {
    NormalStatement {
        effect: statement.effect.value,
        principals: statement.principals.as_ref().map(|element| set(element, principal_key)),
        actions: set(&statement.actions, |action| action.lower().to_owned()),
        resources: statement.resources.as_ref().map(|element| set(element, Clone::clone)),
        conditions: statement.conditions.iter().map(normal_condition).collect(),
    }
}

fn set<T>(element: &Element<T>, key: impl Fn(&T) -> String) -> (bool, BTreeSet<String>) {
    (element.negated, element.values.iter().map(|value| key(&value.value)).collect())
}

/// An account by its ID and by its root ARN are the same principal (`reference_policies_elements_principal`).
/// The partition counts: the ARN of another partition names nobody here, so a bare ID stays apart from ARNs of
/// partitions other than `aws`.
fn principal_key(principal: &Principal) -> String {
    match principal {
        Principal::Account { account, text } if !text.starts_with("arn:") || text.starts_with("arn:aws:") => {
            format!("account {account}")
        }
        other => format!("{} {}", other.kind().as_str(), other.as_str()),
    }
}

fn normal_condition(condition: &Condition) -> (ConditionOperator, String, BTreeSet<String>) {
    let values = condition.values.iter().map(|value| value.value.clone()).collect();
    (condition.operator.value, condition.key.value.to_ascii_lowercase(), values)
}

fn mentions_variables(statement: &Statement) -> bool {
    let resources = statement.resources.iter().flat_map(|element| &element.values);
    let values = statement.conditions.iter().flat_map(|condition| &condition.values);
    resources.chain(values).any(|value| value.value.contains("${"))
}
