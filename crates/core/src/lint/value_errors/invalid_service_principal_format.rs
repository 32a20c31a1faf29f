//! The lint `invalid-service-principal-format`: a service principal that has not the form of one.

use super::service_names;
use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, condition_facts, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::OperatorFamily;
use rolecall_iam::principal::Principal;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-service-principal-format",
    severity: Severity::Error,
    title: "a service principal that has not the form of one",
    what: "A value under `Service`, or of a condition key for service principals (`aws:PrincipalServiceName`, \
        `iam:PassedToService`, …), is not `service.amazonaws.com` in small letters; of `kms:ViaService`, not \
        `service.region.amazonaws.com`.",
    why: "The principal is refused, the condition never met.",
    remedy: "Write the name as the service documents it.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": "arn:aws:iam::111122223333:role/Build",
    "Condition": {
      "StringEquals": {
        "iam:PassedToService": "ec2"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": "arn:aws:iam::111122223333:role/Build",
    "Condition": {
      "StringEquals": {
        "iam:PassedToService": "ec2.amazonaws.com"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid service principal format" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

/// Keys whose values are service principals.
const SERVICE_KEYS: &[&str] = &[
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "iam:PassedToService",
    "iam:AWSServiceName",
];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for value in statement.principals.iter().flat_map(|principals| &principals.values) {
            if let Principal::Service(text) = &value.value
                && !service_names::is_open(text)
                && !service_names::is_name(text)
            {
                let message = format!("`{text}` is not of the form `service.amazonaws.com`");
                findings.push(Finding::new(&RULE, value.span, subject_of(index, statement, text), message));
            }
        }
        for condition in &statement.conditions {
            let regional = condition_facts::is_on(condition, "kms:ViaService");
            let named = regional || SERVICE_KEYS.iter().any(|key| condition_facts::is_on(condition, key));
            if !named || condition.operator.value.base.family() != OperatorFamily::String {
                continue;
            }
            for value in condition.values.iter().filter(|value| !service_names::is_open(&value.value)) {
                let text = value.value.as_str();
                let (fits, form) = if regional {
                    (service_names::is_regional_name(text), "service.region.amazonaws.com")
                } else {
                    (service_names::is_name(text), "service.amazonaws.com")
                };
                if !fits {
                    let message = format!("`{text}` is not of the form `{form}`");
                    let about = subject_of(index, statement, &condition.key.value);
                    findings.push(Finding::new(&RULE, value.span, about, message));
                }
            }
        }
    }
}
