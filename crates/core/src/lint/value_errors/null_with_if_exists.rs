//! The lint `null-with-if-exists`: `Null` with `IfExists`.

use crate::finding::Finding;
use crate::lint::syntax_errors::raw_statements;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::{ConditionOperator, ConditionOperatorError};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "null-with-if-exists",
    severity: Severity::Error,
    title: "`Null` with `IfExists`",
    what: "The operator `Null` ends with `IfExists`.",
    why: "IAM refuses the document: `Null` itself asks whether the key is there.",
    remedy: "Write `Null`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "NullIfExists": {
        "aws:TokenIssueTime": "true"
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
        "aws:TokenIssueTime": "true"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Null with if exists" }),
    policy_types: ALL_TYPES,
    run: Run::Refines(&["unknown-operator"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject) {
        for element in statement.elements(&["Condition"]) {
            let blocks = element.value.as_object().unwrap_or_default();
            for block in blocks {
                let text = block.key.value.as_str();
                if ConditionOperator::parse(text) != Err(ConditionOperatorError::NullIfExists) {
                    continue;
                }
                let message = format!("`{text}`: `Null` takes no `IfExists`");
                let mut finding = Finding::new(&RULE, block.key.span, statement.subject(text), message);
                let mended = text.trim_end_matches("IfExists");
                let free = blocks.iter().all(|other| other.key.value != mended);
                if let Some(span) = text_part::inside(text, block.key.span).filter(|_| free) {
                    finding = finding.with_edit(span, mended);
                }
                findings.push(finding);
            }
        }
    }
}
