//! The lint `epoch-date`: a point in time as a number of seconds.

use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::OperatorFamily;
use rolecall_iam::condition::instant::Instant;

/// Its texts.
static RULE: Rule = Rule {
    code: "epoch-date",
    severity: Severity::Warning,
    title: "a date written in seconds",
    what: "A value of a `Date…` operator is a number of seconds since 1970.",
    why: "People misread such numbers, and AWS advises against them: a policy is meant to be reviewed.",
    remedy: "Write the date as `YYYY-MM-DD` or `YYYY-MM-DDThh:mm:ssZ`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "DateLessThan": {
        "aws:CurrentTime": "1893456000"
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
      "DateLessThan": {
        "aws:CurrentTime": "2030-01-01T00:00:00Z"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::GeneralWarning, name: "Invalid date value" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            if condition.operator.value.base.family() == OperatorFamily::Date {
                for value in condition.values.iter().filter(|value| is_epoch(&value.value)) {
                    let message = format!("`{}` is a number of seconds, not a date", value.value);
                    let about = subject_of(index, statement, &condition.key.value);
                    findings.push(
                        Finding::new(&RULE, value.span, about, message)
                            .with_related(condition.operator.span, "the operator"),
                    );
                }
            }
        }
    }
}

/// Four digits alone are a year.
fn is_epoch(text: &str) -> bool {
    text.len() != 4 && !text.contains('-') && !text.contains(['T', 't']) && Instant::parse(text).is_some()
}
