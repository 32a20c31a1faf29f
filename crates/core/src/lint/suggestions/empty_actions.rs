//! The lint `empty-actions`: a statement without actions.

use crate::finding::Finding;
use crate::lint::written::{elements, is_empty_list};
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};

/// Its texts.
static RULE: Rule = Rule {
    code: "empty-actions",
    severity: Severity::Note,
    title: "a statement without actions",
    what: "`Action` or `NotAction` is an empty list.",
    why: "The statement does nothing, which is surely not why it was written.",
    remedy: "List the actions, or remove the statement.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": [],
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Empty array action" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for element in elements(subject, &["Action", "NotAction"]) {
        if is_empty_list(&element.member.value) {
            let message = format!("`{}` is an empty list", element.member.key.value);
            findings.push(Finding::new(&RULE, element.member.value.span, element.about(), message));
        }
    }
}
