//! The lint `unsupported-wildcard-in-principal`: a wildcard in a principal.

use crate::finding::Finding;
use crate::lint::syntax_errors::raw_statements;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;
use rolecall_iam::principal::PrincipalKind;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "unsupported-wildcard-in-principal",
    severity: Severity::Error,
    title: "a wildcard in a principal",
    what: "A value under `AWS` holds `*` or `?` beside other text, or a value under `Service`, `Federated` or \
        `CanonicalUser` holds one at all.",
    why: "IAM refuses the document: principals are no patterns, only `{ \"AWS\": \"*\" }` stands for everybody.",
    remedy: "Name the principals, or name their account and match their ARNs in a condition on \
        `aws:PrincipalArn`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::111122223333:role/Build*"
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
      "AWS": "arn:aws:iam::111122223333:root"
    },
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "ArnLike": {
        "aws:PrincipalArn": "arn:aws:iam::111122223333:role/Build*"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Unsupported wildcard in principal" }),
    policy_types: &[PolicyType::Resource, PolicyType::Trust, PolicyType::ResourceControl],
    run: Run::Refines(&["invalid-principal"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject) {
        for element in statement.elements(&["Principal", "NotPrincipal"]) {
            for member in element.value.as_object().unwrap_or_default() {
                let Some(kind) = PrincipalKind::parse(&member.key.value) else { continue };
                for (text, span) in raw_statements::strings(&member.value) {
                    let everybody = kind == PrincipalKind::Aws && text == "*";
                    if everybody || !text.contains(['*', '?']) {
                        continue;
                    }
                    let message = format!("`{text}` under `{}` holds a wildcard", kind.as_str());
                    findings.push(Finding::new(&RULE, span, statement.subject(text), message));
                }
            }
        }
    }
}
