//! The lint `unsupported-global-condition-key`: the condition key `aws:ARN`.

use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, condition_facts, subject_of};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "unsupported-global-condition-key",
    severity: Severity::Error,
    title: "the condition key `aws:ARN`",
    what: "A condition is on `aws:ARN`, which AWS does not support.",
    why: "No request has the key: the condition is never met, or always.",
    remedy: "Use `aws:PrincipalArn` for who asks, or `aws:SourceArn` for the resource on whose behalf a service \
        asks.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "ArnLike": {
        "aws:ARN": "arn:aws:iam::111122223333:role/Build"
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
      "ArnLike": {
        "aws:PrincipalArn": "arn:aws:iam::111122223333:role/Build"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Unsupported global condition key" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in statement.conditions.iter().filter(|condition| condition_facts::is_on(condition, "aws:ARN")) {
            let key = condition.key.value.as_str();
            let message = format!("`{key}` is not supported");
            findings.push(Finding::new(&RULE, condition.key.span, subject_of(index, statement, key), message));
        }
    }
}
