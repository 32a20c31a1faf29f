//! The lint `trust-not-principal`: a trust policy with `NotPrincipal`.

use super::raw_statements;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "trust-not-principal",
    severity: Severity::Error,
    title: "a trust policy with `NotPrincipal`",
    what: "A statement of a role's trust policy has `NotPrincipal`.",
    why: "IAM refuses the document.",
    remedy: "Write `Principal` with those who may assume the role.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "NotPrincipal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Role trust policy syntax error notprincipal" }),
    policy_types: &[PolicyType::Trust],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject) {
        for element in statement.elements(&["NotPrincipal"]) {
            let message = "`NotPrincipal` in a trust policy";
            findings.push(Finding::new(&RULE, element.key.span, statement.subject("NotPrincipal"), message));
        }
    }
}
