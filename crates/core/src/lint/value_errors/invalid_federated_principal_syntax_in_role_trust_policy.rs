//! The lint `invalid-federated-principal-syntax-in-role-trust-policy`:
//! an identity provider that has not the form of one.

use super::providers;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;
use rolecall_iam::principal::Principal;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-federated-principal-syntax-in-role-trust-policy",
    severity: Severity::Error,
    title: "an identity provider that has not the form of one",
    what: "A value under `Federated` in a trust policy is neither the domain of a provider \
        (`accounts.google.com`) nor the ARN of a SAML or OIDC provider of an account.",
    why: "Nobody can assume the role this way; whether IAM refuses the document is unverified.",
    remedy: "Write the ARN of the provider: `arn:aws:iam::111122223333:saml-provider/Name`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Federated": "https://accounts.google.com"
    },
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
      "StringEquals": {
        "accounts.google.com:aud": "66677788899900pro0"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Federated": "accounts.google.com"
    },
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
      "StringEquals": {
        "accounts.google.com:aud": "66677788899900pro0"
      }
    }
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
    aws: Some(AwsCheck {
        finding_type: AwsFindingType::Error,
        name: "Invalid federated principal syntax in role trust policy",
    }),
    policy_types: &[PolicyType::Trust],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for value in statement.principals.iter().flat_map(|principals| &principals.values) {
            let Principal::Federated(text) = &value.value else { continue };
            // Wildcards and variables have lints of their own.
            if text.contains(['*', '?']) || text.contains("${") || providers::kind(text).is_some() {
                continue;
            }
            let message = format!("`{text}` is neither a provider's domain nor its ARN");
            findings.push(Finding::new(&RULE, value.span, subject_of(index, statement, text), message));
        }
    }
}
