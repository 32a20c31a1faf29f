//! The lint `trust-principal-wildcard`: a trust policy with everybody as principal.

use super::raw_statements;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "trust-principal-wildcard",
    severity: Severity::Error,
    title: "a trust policy with everybody as principal",
    what: "A statement of a role's trust policy has `\"Principal\": \"*\"`. Trust in `{ \"AWS\": \"*\" }` means the \
        same and is judged by the rules of trust.",
    why: "Anybody who can sign a request could assume the role; AWS holds the policy to be invalid.",
    remedy: "Name the account, role, service or provider that may assume the role.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "sts:AssumeRole"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole"
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
        name: "Role trust policy unsupported wildcard in principal",
    }),
    policy_types: &[PolicyType::Trust],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject) {
        for element in statement.elements(&["Principal"]).filter(|element| element.value.as_str() == Some("*")) {
            let message = "`*` as principal of a trust policy: everybody";
            findings.push(Finding::new(&RULE, element.value.span, statement.subject("Principal"), message));
        }
    }
}
