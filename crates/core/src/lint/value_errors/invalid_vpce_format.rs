//! The lint `invalid-vpce-format`: a value of `aws:SourceVpce` that is no such ID.

use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, condition_facts, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::{BaseOperator, OperatorFamily};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-vpce-format",
    severity: Severity::Error,
    title: "a value of `aws:SourceVpce` that is no such ID",
    what: "A value of `aws:SourceVpce` is not `vpce-` with 8 or 17 letters and digits behind it. Patterns of \
        `StringLike` are let pass.",
    why: "The condition is never met, or always where the operator is negated.",
    remedy: "Write the ID as AWS shows it: `vpce-0123456789abcdef0`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEquals": {
        "aws:SourceVpce": "vpce-1234"
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
        "aws:SourceVpce": "vpce-0123456789abcdef0"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid vpce format" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in
            statement.conditions.iter().filter(|condition| condition_facts::is_on(condition, "aws:SourceVpce"))
        {
            let base = condition.operator.value.base;
            if base.family() != OperatorFamily::String {
                continue;
            }
            let pattern = matches!(base, BaseOperator::StringLike | BaseOperator::StringNotLike);
            for value in &condition.values {
                let text = value.value.as_str();
                let open = text.contains("${") || (pattern && text.contains(['*', '?']));
                if open || is_id(text) {
                    continue;
                }
                let message = format!("`{text}` is not of the form `vpce-` and 8 or 17 letters and digits");
                let about = subject_of(index, statement, &condition.key.value);
                findings.push(Finding::new(&RULE, value.span, about, message));
            }
        }
    }
}

fn is_id(text: &str) -> bool {
    text.strip_prefix("vpce-")
        .is_some_and(|id| matches!(id.len(), 8 | 17) && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
