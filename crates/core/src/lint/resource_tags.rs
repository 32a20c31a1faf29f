//! Conditions on `aws:ResourceTag/…` over actions that know no resource tags: the key is then absent.
//! What AWS documents per action is taken from the catalogue; actions that it does not know are left alone.

use super::resolved::Named;
use super::{Subject, subject_of};
use crate::finding::Finding;
use crate::rule::Rule;
use rolecall_iam::condition::OperatorFamily;
use rolecall_iam::document::{Condition, Effect, Statement};
use rolecall_iam_catalog::{Action, ConditionKey, Service};

const KEY: &str = "aws:ResourceTag/";
/// Further places that are shown; the message has the number.
const RELATED_MAX: usize = 8;

/// Reports statements with this effect that list actions which do not know the key.
pub(super) fn check_listed(subject: &Subject<'_>, findings: &mut Vec<Finding>, rule: &'static Rule, effect: Effect) {
    for (index, statement) in subject.statements() {
        let Some(condition) = tag_condition(statement).filter(|_| statement.effect.value == effect) else { continue };
        if statement.actions.negated {
            continue;
        }
        let named = subject.actions.statement(index);
        let mut unsupported = statement
            .actions
            .values
            .iter()
            .zip(named)
            .filter(|(_, named)| !supports(**named))
            .map(|(pattern, _)| pattern);
        let Some(first) = unsupported.next() else { continue };
        let others: Vec<_> = unsupported.collect();
        let key = &condition.key.value;
        let more = match others.len() {
            0 => String::new(),
            1 => " and one more action".to_owned(),
            count => format!(" and {count} more actions"),
        };
        let verb = if effect == Effect::Deny { "denies" } else { "allows" };
        let message = format!("a condition on `{key}` never {verb} `{}`{more}: the key does not apply", first.value);
        let mut finding = Finding::new(rule, first.span, subject_of(index, statement, key), message)
            .with_related(condition.key.span, "the key");
        for other in others.iter().take(RELATED_MAX) {
            finding = finding.with_related(other.span, "nor to this action");
        }
        findings.push(finding);
    }
}

/// Reports statements with this effect, the key and `NotAction`.
pub(super) fn check_not_action(
    subject: &Subject<'_>,
    findings: &mut Vec<Finding>,
    rule: &'static Rule,
    effect: Effect,
) {
    for (index, statement) in subject.statements() {
        let Some(condition) = tag_condition(statement).filter(|_| statement.effect.value == effect) else { continue };
        if statement.actions.negated {
            let key = &condition.key.value;
            let message =
                format!("`NotAction` with a condition on `{key}`: it passes over actions without resource tags");
            findings.push(
                Finding::new(rule, statement.actions.span, subject_of(index, statement, key), message)
                    .with_related(condition.key.span, "the key"),
            );
        }
    }
}

/// A condition on a resource's tag that is false when the key is absent.
fn tag_condition(statement: &Statement) -> Option<&Condition> {
    statement.conditions.iter().find(|condition| {
        let operator = condition.operator.value;
        let on_tag = condition.key.value.get(..KEY.len()).is_some_and(|start| start.eq_ignore_ascii_case(KEY));
        on_tag
            && !operator.base.is_negated()
            && !operator.if_exists
            && operator.set.is_none()
            && operator.base.family() != OperatorFamily::Null
    })
}

/// Whether the key can be in a request for it; of unknown names that is not known, so: yes.
fn supports(named: Named) -> bool {
    match named {
        Named::One(action) => action_supports(action),
        Named::WholeService(service) | Named::Several(service) => service_supports(service),
        Named::Everything | Named::NoAction(_) | Named::NoService => true,
    }
}

fn is_tag_key(key: ConditionKey) -> bool {
    key.name().get(..KEY.len()).is_some_and(|start| start.eq_ignore_ascii_case(KEY))
}

fn action_supports(action: Action) -> bool {
    action.condition_keys().any(is_tag_key)
        || action
            .resource_types()
            .any(|row| row.condition_keys().any(is_tag_key) || row.resource_type().condition_keys().any(is_tag_key))
}

fn service_supports(service: Service) -> bool {
    service.condition_keys().any(is_tag_key)
        || service.resource_types().any(|kind| kind.condition_keys().any(is_tag_key))
}
