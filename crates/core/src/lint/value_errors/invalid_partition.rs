//! The lint `invalid-partition`: a partition that there is not.

use super::regions;
use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, resource_arns, subject_of, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::span::Span;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-partition",
    severity: Severity::Error,
    title: "a partition that there is not",
    what: "The second field of an ARN, of a resource or of a principal, names no partition of AWS.",
    why: "The ARN matches nothing; IAM refuses a principal with it.",
    remedy: "Write `aws`, `aws-cn` or `aws-us-gov`; `aws-eusc` in the European Sovereign Cloud.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:amazon:s3:::cost-reports/*"
  }
}"#,
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
        "https://github.com/boto/botocore/blob/1.43.11/botocore/data/partitions.json",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid partition" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for arn in resource_arns::written(subject) {
        judge(&arn.text.value, arn.text.span, subject_of(arn.index, arn.statement, &arn.text.value), findings);
    }
    for (index, statement) in subject.statements() {
        for value in statement.principals.iter().flat_map(|principals| &principals.values) {
            let text = value.value.as_str();
            judge(text, value.span, subject_of(index, statement, text), findings);
        }
    }
}

fn judge(text: &str, span: Span, about: String, findings: &mut Vec<Finding>) {
    let Some(fields) = resource_arns::split(text) else { return };
    let partition = fields.partition;
    // An empty field is a missing one, which has a lint of its own.
    if partition.is_empty() || partition.contains("${") || regions::partitions_matching(partition).next().is_some() {
        return;
    }
    let place = text_part::exact(text, span, partition).unwrap_or(span);
    findings.push(Finding::new(&RULE, place, about, format!("`{partition}` is no partition of AWS")));
}
