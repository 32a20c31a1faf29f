//! The lint `missing-tag-key-in-condition`: a condition on tags without the key of the tag.

use crate::finding::Finding;
use crate::lint::key_names::KeyName;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "missing-tag-key-in-condition",
    severity: Severity::Error,
    title: "a condition on tags without the key of the tag",
    what: "A condition key for tags, such as `aws:ResourceTag`, stands without `/` and the key of the tag.",
    why: "No request has such a key: the condition is never met, or always.",
    remedy: "Write the key of the tag behind a slash: `aws:ResourceTag/owner`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:StopInstances",
    "Resource": "*",
    "Condition": {
      "StringEquals": {
        "aws:ResourceTag": "cost"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:StopInstances",
    "Resource": "*",
    "Condition": {
      "StringEquals": {
        "aws:ResourceTag/purpose": "cost"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Missing tag key in condition" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for (condition, name) in statement.conditions.iter().zip(subject.keys.statement(index)) {
            let key = condition.key.value.as_str();
            let KeyName::WithoutTag(meant) = name else { continue };
            let message = format!("`{key}` names no tag: the key is `{}`", meant.name());
            findings.push(Finding::new(&RULE, condition.key.span, subject_of(index, statement, key), message));
        }
    }
}
