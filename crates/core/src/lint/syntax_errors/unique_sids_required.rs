//! The lint `unique-sids-required`: two statements with one `Sid`.

use super::raw_statements;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;
use rolecall_iam::span::Span;
use std::collections::BTreeMap;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "unique-sids-required",
    severity: Severity::Error,
    title: "two statements with one `Sid`",
    what: "Two statements of a policy have the same `Sid`, in a policy type that wants them unique. AWS's page \
        does not name these types; `Sid` must be unique within an IAM policy, and that AWS Organizations \
        wants the same is inferred.",
    why: "A `Sid` must be unique within the policy.",
    remedy: "Give each statement a `Sid` of its own, or none.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::cost-reports/*"
    },
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::cost-reports"
    }
  ]
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::cost-reports/*"
    },
    {
      "Sid": "List",
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::cost-reports"
    }
  ]
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Unique Sids required" }),
    policy_types: &[PolicyType::Identity, PolicyType::Trust, PolicyType::ServiceControl, PolicyType::ResourceControl],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for statement in raw_statements::all(subject) {
        let Some(sid) = statement.node.get("Sid") else { continue };
        let Some(text) = sid.as_str().filter(|text| !text.is_empty()) else { continue };
        match seen.get(text) {
            Some(first) => {
                let message = format!("the `Sid` `{text}` is used twice");
                let finding = Finding::new(&RULE, sid.span, format!("statement:{text}/Sid"), message);
                findings.push(finding.with_related(*first, "first used here"));
            }
            None => {
                seen.insert(text, sid.span);
            }
        }
    }
}
