//! The lint `invalid-principal-key`: a kind of principal that there is not.

use super::raw_statements;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;
use rolecall_iam::principal::PrincipalKind;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-principal-key",
    severity: Severity::Error,
    title: "a kind of principal that there is not",
    what: "A key of `Principal` or `NotPrincipal` is none of `AWS`, `Service`, `Federated` and `CanonicalUser`.",
    why: "IAM refuses the document.",
    remedy: "Write one of the four kinds, in this spelling.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Aws": "arn:aws:iam::999988887777:root"
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
      "AWS": "arn:aws:iam::999988887777:root"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid principal key" }),
    policy_types: &[PolicyType::Resource, PolicyType::Trust, PolicyType::ResourceControl],
    run: Run::Refines(&["unknown-element"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject) {
        for element in statement.elements(&["Principal", "NotPrincipal"]) {
            let kinds = element.value.as_object().unwrap_or_default();
            for member in kinds.iter().filter(|member| PrincipalKind::parse(&member.key.value).is_none()) {
                let written = &member.key.value;
                let message = format!("`{written}` is no kind of principal");
                let mut finding = Finding::new(&RULE, member.key.span, statement.subject(written), message);
                let meant = PrincipalKind::ALL.iter().find(|kind| kind.as_str().eq_ignore_ascii_case(written.trim()));
                let free = meant.filter(|kind| kinds.iter().all(|other| other.key.value != kind.as_str()));
                if let (Some(kind), Some(span)) = (free, text_part::inside(written, member.key.span)) {
                    finding = finding.with_edit(span, kind.as_str());
                }
                findings.push(finding);
            }
        }
    }
}
