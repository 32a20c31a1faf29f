//! The lint `missing-principal`: a statement without a principal.

use super::raw_statements;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "missing-principal",
    severity: Severity::Error,
    title: "a statement without a principal",
    what: "A statement of a resource policy, a trust policy or a resource control policy has neither \
        `Principal` nor `NotPrincipal`.",
    why: "AWS refuses the document: such a policy says who may reach the resource.",
    remedy: "Add `Principal`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Missing principal" }),
    policy_types: &[PolicyType::Resource, PolicyType::Trust, PolicyType::ResourceControl],
    run: Run::Refines(&["missing-element"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject).filter(|statement| statement.lacks(&["Principal", "NotPrincipal"])) {
        let message = "the statement has neither `Principal` nor `NotPrincipal`";
        findings.push(Finding::new(&RULE, statement.opening(), statement.subject("Principal"), message));
    }
}
