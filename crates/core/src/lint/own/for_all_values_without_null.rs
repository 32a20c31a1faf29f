//! The lint `for-all-values-without-null`: `ForAllValues` in an `Allow` without asking for the key.

use crate::finding::Finding;
use crate::lint::condition_facts::{self, is_on};
use crate::lint::{ALL_TYPES, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::{BaseOperator, SetQualifier};
use rolecall_iam::document::{Effect, Statement};
use rolecall_iam_catalog::ConditionKey;

/// Its texts.
static RULE: Rule = Rule {
    code: "for-all-values-without-null",
    severity: Severity::Warning,
    title: "`ForAllValues` without asking for the key",
    what: "An `Allow` statement has a positive operator with `ForAllValues` on a key that the catalogue knows as \
        multi-valued, and no `\"Null\": {\"<key>\": \"false\"}` beside it, nor another condition that needs the \
        key.",
    why: "`ForAllValues` is true when the key is absent or empty: a request without it is let in.",
    remedy: "Add `\"Null\": {\"<key>\": \"false\"}`, or say in the review that requests without the key are meant.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:CreateTags",
    "Resource": "arn:aws:ec2:*:111122223333:instance/*",
    "Condition": {
      "ForAllValues:StringEquals": {
        "aws:TagKeys": [
          "team"
        ]
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:CreateTags",
    "Resource": "arn:aws:ec2:*:111122223333:instance/*",
    "Condition": {
      "ForAllValues:StringEquals": {
        "aws:TagKeys": [
          "team"
        ]
      },
      "Null": {
        "aws:TagKeys": "false"
      }
    }
  }
}"#,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html"],
};

/// How it is made.
pub(super) static LINT: Lint = Lint { rule: &RULE, aws: None, policy_types: ALL_TYPES, run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements().filter(|(_, statement)| statement.effect.value == Effect::Allow) {
        for (at, condition) in statement.conditions.iter().enumerate() {
            let (operator, key) = (condition.operator.value, &condition.key.value);
            let all = operator.set == Some(SetQualifier::ForAllValues) && !operator.base.is_negated();
            if !all || operator.base == BaseOperator::Null || needs_key(statement, key) {
                continue;
            }
            if subject.keys.known(index, at, condition).is_some_and(ConditionKey::is_multi_valued) {
                let message = format!("`{operator}` on `{key}` is true when the key is absent");
                findings.push(Finding::new(&RULE, condition.operator.span, subject_of(index, statement, key), message));
            }
        }
    }
}

fn needs_key(statement: &Statement, key: &str) -> bool {
    statement.conditions.iter().filter(|condition| is_on(condition, key)).any(|condition| {
        let present = condition.operator.value.base == BaseOperator::Null
            && condition.operator.value.set.is_none()
            && condition.values.iter().all(|value| value.value.eq_ignore_ascii_case("false"));
        present || condition_facts::needs_key(condition)
    })
}
