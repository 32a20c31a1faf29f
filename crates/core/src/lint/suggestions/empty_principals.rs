//! The lint `empty-principals`: a kind of principals without any.

use crate::finding::Finding;
use crate::lint::written::{elements, is_empty_list};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "empty-principals",
    severity: Severity::Note,
    title: "a list of principals without any",
    what: "A list in `Principal` or `NotPrincipal` is empty.",
    why: "Nobody is named: in `Principal` the list does nothing.",
    remedy: "List the principals, or remove the list.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": []
    },
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Empty array principal" }),
    policy_types: &[PolicyType::Resource, PolicyType::Trust, PolicyType::ResourceControl],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for element in elements(subject, &["Principal", "NotPrincipal"]) {
        for kind in element.member.value.as_object().unwrap_or_default() {
            if is_empty_list(&kind.value) {
                let message = format!("`{}` names no principal", kind.key.value);
                findings.push(Finding::new(&RULE, kind.value.span, element.about(), message));
            }
        }
    }
}
