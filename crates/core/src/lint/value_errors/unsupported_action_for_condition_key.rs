//! The lint `unsupported-action-for-condition-key`: a condition key that an action does not have.

use crate::finding::Finding;
use crate::lint::key_names::KeyName;
use crate::lint::resolved::Named;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::BaseOperator;
use rolecall_iam::document::Statement;
use rolecall_iam::span::Spanned;
use rolecall_iam_catalog::{Action, ConditionKey, Service, condition_key};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "unsupported-action-for-condition-key",
    severity: Severity::Error,
    title: "a condition key that an action does not have",
    what: "A condition is on a key of a service, and an action of the statement, written without wildcards, \
        does not have it in the catalogue. Operators with `IfExists`, and `Null`, are let pass: they are \
        made for absent keys. So are the session actions of a trust policy, which are checked with the \
        request to assume the role (inferred).",
    why: "For that action the condition is on a key that its requests do not have: it is never met, or always \
        where the operator is negated.",
    remedy: "Put the action into a statement without the condition.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": [
      "s3:ListBucket",
      "s3:GetBucketLocation"
    ],
    "Resource": "arn:aws:s3:::cost-reports",
    "Condition": {
      "StringLike": {
        "s3:prefix": "reports/*"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:ListBucket",
    "Resource": "arn:aws:s3:::cost-reports",
    "Condition": {
      "StringLike": {
        "s3:prefix": "reports/*"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Unsupported action for condition key" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

/// Actions that are asked together with the one that assumes the role.
const SESSION_ACTIONS: &[&str] = &["TagSession", "SetSourceIdentity", "SetContext"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for (condition, name) in statement.conditions.iter().zip(subject.keys.statement(index)) {
            let operator = condition.operator.value;
            let key = condition.key.value.as_str();
            if operator.if_exists || operator.base == BaseOperator::Null {
                continue;
            }
            let KeyName::Known(known) = name else { continue };
            if known.is_global()
                || key.len() < 5
                || key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"))
            {
                continue;
            }
            let without = actions_without(subject, statement, index, key);
            let Some((first, rest)) = without.split_first() else { continue };
            let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            let verb = if rest.is_empty() { "has" } else { "have" };
            let message = format!("`{}`{more} {verb} no condition key `{key}` in the catalogue", first.value);
            let finding = Finding::new(&RULE, first.span, subject_of(index, statement, key), message);
            let finding = finding.with_related(condition.key.span, "the condition");
            let with_rest =
                rest.iter().fold(finding, |finding, action| finding.with_related(action.span, "this one neither"));
            findings.push(with_rest);
        }
    }
}

fn actions_without(subject: &Subject<'_>, statement: &Statement, index: usize, key: &str) -> Vec<Spanned<Action>> {
    let mut without = Vec::new();
    if statement.actions.negated {
        return without;
    }
    let mut last: Option<(Service, Option<ConditionKey>)> = None;
    for (pattern, named) in statement.actions.values.iter().zip(subject.actions.statement(index)) {
        let Named::One(action) = *named else { continue };
        let service = action.service();
        let of_service = match last {
            Some((same, found)) if same == service => found,
            _ => condition_key(Some(service.prefix()), key),
        };
        last = Some((service, of_service));
        let session = service.prefix() == "sts" && SESSION_ACTIONS.contains(&action.name());
        let has = session || of_service.is_some_and(|key| has_key(action, key) || !is_listed(service, key));
        if !has {
            without.push(Spanned::new(action, pattern.span));
        }
    }
    without
}

fn has_key(action: Action, key: ConditionKey) -> bool {
    action.condition_keys().any(|own| own == key)
        || action.resource_types().any(|row| {
            row.condition_keys().any(|own| own == key) || row.resource_type().condition_keys().any(|own| own == key)
        })
}

/// Whether any action of the service has the key: some pages name keys of the service that stand with no action.
fn is_listed(service: Service, key: ConditionKey) -> bool {
    service.actions().any(|action| has_key(action, key))
}
