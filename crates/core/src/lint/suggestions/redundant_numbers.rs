//! The lint `redundant-numbers`: several numbers where one bound decides.

use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::BaseOperator;
use rolecall_iam::condition::decimal::Decimal;
use rolecall_iam::span::Spanned;
use std::cmp::Ordering;

/// Its texts.
static RULE: Rule = Rule {
    code: "redundant-numbers",
    severity: Severity::Note,
    title: "several bounds of which one decides",
    what: "A `Numeric…` operator with less or greater has several values.",
    why: "One of the values decides and the others do nothing: values of a list are alternatives.",
    remedy: "Keep the greatest value of an upper bound, the least of a lower bound.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "NumericLessThan": {
        "aws:MultiFactorAuthAge": [
          "2700",
          "3600"
        ]
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
      "NumericLessThan": {
        "aws:MultiFactorAuthAge": "3600"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Redundant condition value num" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            let wanted = match condition.operator.value.base {
                BaseOperator::NumericLessThan | BaseOperator::NumericLessThanEquals => Ordering::Greater,
                BaseOperator::NumericGreaterThan | BaseOperator::NumericGreaterThanEquals => Ordering::Less,
                _ => continue,
            };
            let Some(deciding) = deciding(&condition.values, wanted) else { continue };
            for value in condition.values.iter().filter(|value| value.span != deciding.span) {
                let message = format!("`{}` does nothing beside `{}`", value.value, deciding.value);
                let about = subject_of(index, statement, &condition.key.value);
                let finding = Finding::new(&RULE, value.span, about, message);
                findings.push(finding.with_related(deciding.span, "this value decides"));
            }
        }
    }
}

/// The value that decides among several numbers; nothing when one is no number.
fn deciding(values: &[Spanned<String>], wanted: Ordering) -> Option<&Spanned<String>> {
    let mut numbers = values.iter().map(|value| Decimal::parse(&value.value).map(|number| (number, value)));
    let (mut best, mut deciding) = numbers.next()??;
    for next in numbers {
        let (number, value) = next?;
        if number.compare(best) == wanted {
            (best, deciding) = (number, value);
        }
    }
    (values.len() > 1).then_some(deciding)
}
