//! The lint `deny-not-principal`: `Deny` with `NotPrincipal`.

use crate::finding::Finding;
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Effect, PolicyType};

/// Its texts.
static RULE: Rule = Rule {
    code: "deny-not-principal",
    severity: Severity::Warning,
    title: "everybody but a list is denied",
    what: "A `Deny` statement has `NotPrincipal`.",
    why: "Every ARN of the caller must be listed: the account, the role and the session. One that is missing shuts \
        out those who are meant to come in, and a principal with a permissions boundary is denied in any case.",
    remedy: "Write `\"Principal\": \"*\"` with a condition `ArnNotEquals` on `aws:PrincipalArn`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "NotPrincipal": {
      "AWS": "arn:aws:iam::111122223333:role/Reports"
    },
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "ArnNotEquals": {
        "aws:PrincipalArn": "arn:aws:iam::111122223333:role/Reports"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint =
    Lint { rule: &RULE, aws: None, policy_types: &[PolicyType::Resource], run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements().filter(|(_, statement)| statement.effect.value == Effect::Deny) {
        if let Some(principals) = statement.principals.as_ref().filter(|principals| principals.negated) {
            let message = "the statement denies everybody who is not listed with account, role and session";
            let about = subject_of(index, statement, "NotPrincipal");
            findings.push(Finding::new(&RULE, principals.span, about, message));
        }
    }
}
