//! The lint `missing-qualifier`: a key with several values compared as if it had one.

use crate::finding::Finding;
use crate::lint::key_names::KeyName;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::BaseOperator;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "missing-qualifier",
    severity: Severity::Error,
    title: "a key with several values compared as if it had one",
    what: "A condition is on a key that can have several values in a request, without `ForAllValues:` or \
        `ForAnyValue:`.",
    why: "What the comparison means for several values is not what it seems; AWS holds it to be an error.",
    remedy: "Put `ForAnyValue:` (one value suffices) or `ForAllValues:` (all of them; true also for none) before \
        the operator.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ec2:CreateTags",
    "Resource": "arn:aws:ec2:*:111122223333:instance/*",
    "Condition": {
      "StringEquals": {
        "aws:TagKeys": "purpose"
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
      "ForAnyValue:StringEquals": {
        "aws:TagKeys": "purpose"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Missing qualifier" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for (condition, name) in statement.conditions.iter().zip(subject.keys.statement(index)) {
            let operator = condition.operator.value;
            if operator.set.is_some() || operator.base == BaseOperator::Null {
                continue;
            }
            let key = condition.key.value.as_str();
            let KeyName::Known(known) = name else { continue };
            if !known.is_multi_valued() {
                continue;
            }
            let message = format!("`{key}` can have several values, and `{operator}` compares one");
            findings.push(Finding::new(&RULE, condition.operator.span, subject_of(index, statement, key), message));
        }
    }
}
