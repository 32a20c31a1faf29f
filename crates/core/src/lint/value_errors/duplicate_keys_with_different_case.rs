//! The lint `duplicate-keys-with-different-case`: one condition key twice, in different capitals.

use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "duplicate-keys-with-different-case",
    severity: Severity::Error,
    title: "one condition key twice, in different capitals",
    what: "The block of one operator has the same condition key twice, in different spelling. Names of keys \
        have no case.",
    why: "Which of the two counts is not documented.",
    remedy: "Keep one of the two, with the values that are meant.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEquals": {
        "aws:PrincipalAccount": "111122223333",
        "aws:principalaccount": "444455556666"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEquals": {
        "aws:PrincipalAccount": [
          "111122223333",
          "444455556666"
        ]
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Duplicate keys with different case" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for (at, condition) in statement.conditions.iter().enumerate() {
            let key = &condition.key;
            let earlier = statement.conditions.iter().take(at).find(|other| {
                other.operator.span == condition.operator.span
                    && other.key.value.eq_ignore_ascii_case(&key.value)
                    && other.key.value != key.value
            });
            let Some(first) = earlier else { continue };
            let message = format!("`{}` is the same condition key as `{}`", key.value, first.key.value);
            let finding = Finding::new(&RULE, key.span, subject_of(index, statement, &key.value), message);
            findings.push(finding.with_related(first.key.span, "first written here"));
        }
    }
}
