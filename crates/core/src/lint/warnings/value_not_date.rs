//! The lint `value-not-date`: a value of a `Date…` operator that is no date.

use crate::finding::Finding;
use crate::lint::condition_facts::has_variable;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::OperatorFamily;
use rolecall_iam::condition::instant::Instant;

/// Its texts.
static RULE: Rule = Rule {
    code: "value-not-date",
    severity: Severity::Warning,
    title: "a value that is no date",
    what: "A value of a `Date…` operator is no date in a form of ISO 8601, and no number of seconds.",
    why: "A value that cannot be read matches nothing: a positive condition is never true, a negated one always.",
    remedy: "Write `YYYY-MM-DD` or `YYYY-MM-DDThh:mm:ssZ`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "DateLessThan": {
        "aws:CurrentTime": "01/02/2030"
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
        "aws:CurrentTime": "2030-02-01"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::GeneralWarning, name: "Type mismatch date" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            if condition.operator.value.base.family() == OperatorFamily::Date {
                for value in condition
                    .values
                    .iter()
                    .filter(|value| !has_variable(&value.value) && Instant::parse(&value.value).is_none())
                {
                    let message = format!("`{}` is no date", value.value);
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
