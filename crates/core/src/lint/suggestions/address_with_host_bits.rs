//! The lint `address-with-host-bits`: an address range with bits behind its mask.

use crate::finding::Finding;
use crate::lint::condition_facts::quoted;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::OperatorFamily;
use rolecall_iam::condition::network::Network;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Its texts.
static RULE: Rule = Rule {
    code: "address-with-host-bits",
    severity: Severity::Note,
    title: "an address range with bits behind its mask",
    what: "A range in CIDR form has bits set that its mask leaves out.",
    why: "They do not count. Who reads the range may take it for another one.",
    remedy: "Write the first address of the range.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "IpAddress": {
        "aws:SourceIp": "203.0.113.7/24"
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
        "aws:SourceIp": "203.0.113.0/24"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Improve IP range" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            if condition.operator.value.base.family() != OperatorFamily::Ip {
                continue;
            }
            for value in &condition.values {
                let Some(better) = first_address(&value.value) else { continue };
                let message = format!("`{}` has bits behind its mask: it means `{better}`", value.value);
                let about = subject_of(index, statement, &condition.key.value);
                findings.push(Finding::new(&RULE, value.span, about, message).with_edit(value.span, quoted(&better)));
            }
        }
    }
}

/// The range with its first address, when it is written with another one.
fn first_address(text: &str) -> Option<String> {
    let (address, mask) = text.split_once('/')?;
    let written: IpAddr = address.parse().ok()?;
    let (version, first, _) = Network::parse(text)?.bounds();
    let first = if version == 4 {
        IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(first).ok()?))
    } else {
        IpAddr::V6(Ipv6Addr::from_bits(first))
    };
    (first != written).then(|| format!("{first}/{mask}"))
}
