//! The lint `trust-policy-too-long-for-default`: a trust policy beyond the default quota.

use crate::finding::Finding;
use crate::limits::TRUST_POLICY_MAX_CHARS;
use crate::lint::document_size::{counted, opening};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "trust-policy-too-long-for-default",
    severity: Severity::Warning,
    title: "the trust policy is longer than the default quota",
    what: "The document has more than 2,048 characters, white space not counted.",
    why: "IAM refuses it unless the quota of the account has been raised, to at most 4,096.",
    remedy: "Shorten it, or have the quota raised in every account that gets the role.",
    bad: r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-000", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-001", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-002", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-003", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-004", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-005", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-006", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-007", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-008", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-009", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-010", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-011", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-012", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-013", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-014", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-015", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-016", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-017", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-018", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-019", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-020", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-021", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-022", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-023", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-024", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-025", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-026", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-027", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-028", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-029", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-030", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-031", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-032", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-033", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-034", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-035", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-036", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-037", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-038", "arn:aws:iam::999988887777:role/vendor-with-a-rather-long-name-039"]}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43"}}}}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole",
    "Condition": {
      "StringEquals": {
        "sts:ExternalId": "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck {
        finding_type: AwsFindingType::GeneralWarning,
        name: "Policy size exceeds role trust policy quota",
    }),
    policy_types: &[PolicyType::Trust],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let size = counted(subject.root, TRUST_POLICY_MAX_CHARS);
    if size > TRUST_POLICY_MAX_CHARS {
        let message = format!(
            "the policy has {size} characters without white space, {} more than the default quota",
            size - TRUST_POLICY_MAX_CHARS
        );
        findings.push(Finding::new(&RULE, opening(subject.root.span), "size", message));
    }
}
