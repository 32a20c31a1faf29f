//! The lint `empty-principal`: `Principal` without principals.

use crate::finding::Finding;
use crate::lint::written::{elements, is_empty_object};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "empty-principal",
    severity: Severity::Note,
    title: "a statement without principals",
    what: "`Principal` or `NotPrincipal` is an empty object.",
    why: "Nobody is named: with `Principal` the statement does nothing.",
    remedy: "Name the principals, or remove the statement.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {},
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "111122223333"
    },
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Empty object principal" }),
    policy_types: &[PolicyType::Resource, PolicyType::Trust, PolicyType::ResourceControl],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for element in elements(subject, &["Principal", "NotPrincipal"]) {
        if is_empty_object(&element.member.value) {
            let message = format!("`{}` names no principal", element.member.key.value);
            findings.push(Finding::new(&RULE, element.member.value.span, element.about(), message));
        }
    }
}
