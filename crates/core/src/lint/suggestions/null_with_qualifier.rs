//! The lint `null-with-qualifier`: `Null` under a set qualifier.

use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::OperatorFamily;

/// Its texts.
static RULE: Rule = Rule {
    code: "null-with-qualifier",
    severity: Severity::Note,
    title: "`Null` with `ForAllValues` or `ForAnyValue`",
    what: "A condition has the operator `ForAllValues:Null` or `ForAnyValue:Null`.",
    why: "The first is always true and the second always false, whatever the request holds.",
    remedy: "Write `Null` without a qualifier.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "ForAllValues:Null": {
        "aws:TagKeys": "false"
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
      "Null": {
        "aws:TagKeys": "false"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Null with qualifier" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            let operator = condition.operator.value;
            let Some(set) = operator.set.filter(|_| operator.base.family() == OperatorFamily::Null) else { continue };
            let always = if set.as_str() == "ForAllValues" { "true" } else { "false" };
            let message = format!("`{operator}` is always {always}");
            let about = subject_of(index, statement, &condition.key.value);
            findings.push(Finding::new(&RULE, condition.operator.span, about, message));
        }
    }
}
