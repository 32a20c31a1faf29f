//! The lint `identity-policy-too-long`: an identity policy beyond the quota.

use crate::finding::Finding;
use crate::limits::MANAGED_POLICY_MAX_CHARS;
use crate::lint::document_size::{counted, opening};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "identity-policy-too-long",
    severity: Severity::Warning,
    title: "the policy is longer than a managed policy may be",
    what: "The document has more than 6,144 characters, white space not counted.",
    why: "IAM refuses it as a managed policy. Inline policies of a role share 10,240 characters.",
    remedy: "Split it into several policies, or join actions with wildcards where that grants nothing more.",
    bad: r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-000/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-001/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-002/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-003/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-004/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-005/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-006/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-007/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-008/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-009/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-010/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-011/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-012/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-013/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-014/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-015/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-016/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-017/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-018/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-019/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-020/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-021/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-022/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-023/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-024/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-025/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-026/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-027/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-028/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-029/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-030/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-031/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-032/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-033/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-034/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-035/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-036/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-037/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-038/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-039/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-040/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-041/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-042/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-043/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-044/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-045/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-046/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-047/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-048/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-049/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-050/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-051/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-052/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-053/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-054/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-055/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-056/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-057/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-058/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-059/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-060/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-061/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-062/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-063/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-064/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-065/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-066/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-067/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-068/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-069/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-070/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-071/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-072/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-073/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-074/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-075/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-076/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-077/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-078/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-079/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-080/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-081/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-082/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-083/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-084/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-085/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-086/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-087/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-088/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-089/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-090/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-091/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-092/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-093/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-094/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-095/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-096/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-097/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-098/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-099/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-100/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-101/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-102/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-103/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-104/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-105/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-106/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-107/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-108/*", "arn:aws:s3:::cost-reports-of-a-team-with-a-rather-long-name-109/*"]}}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
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
        name: "Policy size exceeds identity policy quota",
    }),
    policy_types: &[PolicyType::Identity],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let size = counted(subject.root, MANAGED_POLICY_MAX_CHARS);
    if size > MANAGED_POLICY_MAX_CHARS {
        let message = format!(
            "the policy has {size} characters without white space, {} more than a managed policy may have",
            size - MANAGED_POLICY_MAX_CHARS
        );
        findings.push(Finding::new(&RULE, opening(subject.root.span), "size", message));
    }
}
