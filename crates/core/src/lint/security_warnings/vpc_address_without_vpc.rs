//! The lint `vpc-address-without-vpc`: `aws:VpcSourceIp` without the VPC.

use crate::finding::Finding;
use crate::lint::condition_facts::{is_on, names_key};
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};

/// Its texts.
static RULE: Rule = Rule {
    code: "vpc-address-without-vpc",
    severity: Severity::Error,
    title: "an address in a VPC, of whichever VPC",
    what: "A statement has a condition on `aws:VpcSourceIp` and none on `aws:SourceVpc`, `aws:SourceVpcArn` or \
        `aws:SourceVpce`.",
    why: "Private addresses repeat: the same address exists in the VPCs of other accounts.",
    remedy: "Add a condition on `aws:SourceVpc` or `aws:SourceVpce` to the statement.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "IpAddress": {
        "aws:VpcSourceIp": "10.0.1.0/24"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "IpAddress": {
        "aws:VpcSourceIp": "10.0.1.0/24"
      },
      "StringEquals": {
        "aws:SourceVpc": "vpc-0a1b2c3d4e5f67890"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::SecurityWarning, name: "Missing paired condition keys" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        let address = statement.conditions.iter().find(|condition| is_on(condition, "aws:VpcSourceIp"));
        let Some(address) = address else { continue };
        if names_key(statement, &["aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce"]) {
            continue;
        }
        let message = "a condition on `aws:VpcSourceIp` without the VPC or the VPC endpoint that it belongs to";
        let about = subject_of(index, statement, "aws:VpcSourceIp");
        findings.push(Finding::new(&RULE, address.key.span, about, message));
    }
}
