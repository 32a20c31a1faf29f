//! The lint `missing-action-for-condition-key`:
//! a condition on what a session is given, without the action that gives it.

use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::BaseOperator;
use rolecall_iam::document::{Effect, PolicyType};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "missing-action-for-condition-key",
    severity: Severity::Error,
    title: "a condition on what a session is given, without the action that gives it",
    what: "An `Allow` of a trust policy has a condition on `sts:SourceIdentity` without \
        `sts:SetSourceIdentity`, or on `aws:RequestTag/…`, `aws:TagKeys` or `sts:TransitiveTagKeys` without \
        `sts:TagSession`. Which keys AWS looks at is inferred. `Null` and operators with `IfExists` are let \
        pass.",
    why: "Without the action nobody may set the value, and a request without it does not meet the condition: \
        the role cannot be assumed.",
    remedy: "Add the action to the statement.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole",
    "Condition": {
      "StringEquals": {
        "sts:SourceIdentity": "ada"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": [
      "sts:AssumeRole",
      "sts:SetSourceIdentity"
    ],
    "Condition": {
      "StringEquals": {
        "sts:SourceIdentity": "ada"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Missing action for condition key" }),
    policy_types: &[PolicyType::Trust],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements().filter(|(_, statement)| statement.effect.value == Effect::Allow) {
        for condition in &statement.conditions {
            let operator = condition.operator.value;
            let key = condition.key.value.as_str();
            let Some(action) = action_of(key).filter(|_| !operator.if_exists && operator.base != BaseOperator::Null)
            else {
                continue;
            };
            let listed = statement.actions.values.iter().any(|pattern| pattern.value.matches(action));
            if listed == statement.actions.negated {
                let message = format!("a condition on `{key}` without the action `{action}`");
                let finding = Finding::new(&RULE, condition.key.span, subject_of(index, statement, key), message);
                findings.push(finding.with_related(statement.actions.span, format!("add `{action}`")));
            }
        }
    }
}

/// The action that sets the key.
fn action_of(key: &str) -> Option<&'static str> {
    let lower = key.to_ascii_lowercase();
    match lower.as_str() {
        "sts:sourceidentity" => Some("sts:SetSourceIdentity"),
        "aws:tagkeys" | "sts:transitivetagkeys" => Some("sts:TagSession"),
        _ if lower.starts_with("aws:requesttag/") => Some("sts:TagSession"),
        _ => None,
    }
}
