//! The lint `invalid-condition-data-type`: values of different JSON types under one condition key.

use crate::finding::Finding;
use crate::lint::syntax_errors::raw_statements;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::value::Node;
use rolecall_iam::value::Value;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-condition-data-type",
    severity: Severity::Error,
    title: "values of different JSON types under one condition key",
    what: "The list of values of a condition key mixes strings, numbers and booleans.",
    why: "AWS holds it to be an error; readers turn such values into text in different ways.",
    remedy: "Write all values as strings.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:ListBucket",
    "Resource": "arn:aws:s3:::cost-reports",
    "Condition": {
      "NumericLessThan": {
        "s3:max-keys": [
          "10",
          20
        ]
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
      "NumericLessThan": {
        "s3:max-keys": [
          "10",
          "20"
        ]
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid condition data type" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject) {
        let blocks =
            statement.elements(&["Condition"]).flat_map(|element| element.value.as_object().unwrap_or_default());
        for member in blocks.flat_map(|block| block.value.as_object().unwrap_or_default()) {
            let values = member.value.as_array().unwrap_or_default();
            let Some(first) = values.first().filter(|first| is_plain(first)) else { continue };
            let Some(other) = values.iter().find(|value| is_plain(value) && value.kind() != first.kind()) else {
                continue;
            };
            let key = &member.key.value;
            let message = format!("`{key}` has {} and {} as values", first.kind(), other.kind());
            let finding = Finding::new(&RULE, other.span, statement.subject(key), message);
            findings.push(finding.with_related(first.span, first.kind()));
        }
    }
}

/// Whether the value is of a type that conditions take; the others are found in reading.
fn is_plain(node: &Node) -> bool {
    matches!(node.value, Value::String(_) | Value::Number(_) | Value::Bool(_))
}
