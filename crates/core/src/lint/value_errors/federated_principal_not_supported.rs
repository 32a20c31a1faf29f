//! The lint `federated-principal-not-supported`: an identity provider in a resource policy.

use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;
use rolecall_iam::principal::Principal;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "federated-principal-not-supported",
    severity: Severity::Error,
    title: "an identity provider in a resource policy",
    what: "A resource policy names an identity provider under `Federated`; only trust policies of roles do.",
    why: "Resource policies do not support it: users of a provider get at resources through a role.",
    remedy: "Name the role that they assume.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Federated": "accounts.google.com"
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
      "AWS": "arn:aws:iam::111122223333:role/Build"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Federated principal not supported" }),
    policy_types: &[PolicyType::Resource],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for value in statement.principals.iter().flat_map(|principals| &principals.values) {
            if let Principal::Federated(text) = &value.value {
                let message = format!("the identity provider `{text}` in a resource policy");
                findings.push(Finding::new(&RULE, value.span, subject_of(index, statement, text), message));
            }
        }
    }
}
