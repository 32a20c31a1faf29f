//! The lint `wildcard-without-like`: a wildcard under an operator that takes it literally.

use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::BaseOperator;

/// Its texts.
static RULE: Rule = Rule {
    code: "wildcard-without-like",
    severity: Severity::Warning,
    title: "a wildcard that is read as a plain character",
    what: "A value of `StringEquals`, `StringNotEquals` or one of their case-blind forms has `*` or `?`, not \
        written as `${*}` or `${?}`.",
    why: "These operators have no wildcards: the value matches only a text with that very character.",
    remedy: "Write `StringLike` or `StringNotLike` if a pattern is meant. That widens the condition, so look at the \
        pattern again.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEquals": {
        "aws:PrincipalTag/team": "admin-*"
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
      "StringLike": {
        "aws:PrincipalTag/team": "admin-*"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::GeneralWarning, name: "Wildcard without like operator" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            if exact(condition.operator.value.base) {
                for value in condition.values.iter().filter(|value| has_plain_wildcard(&value.value)) {
                    let message = format!(
                        "`{}` has a wildcard, and `{}` reads it as a plain character",
                        value.value, condition.operator.value
                    );
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

const fn exact(operator: BaseOperator) -> bool {
    matches!(operator.positive(), BaseOperator::StringEquals | BaseOperator::StringEqualsIgnoreCase)
}

/// Variables aside: `${*}` is how a plain star is written.
fn has_plain_wildcard(text: &str) -> bool {
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        if before.contains(['*', '?']) {
            return true;
        }
        rest = behind.split_once('}').map_or("", |(_, after)| after);
    }
    rest.contains(['*', '?'])
}
