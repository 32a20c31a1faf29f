//! The lint `unsupported-condition-key-for-service-principal`:
//! a condition on a key that a service principal has not.

use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::BaseOperator;
use rolecall_iam::document::PolicyType;
use rolecall_iam::principal::Principal;
use rolecall_iam::span::Spanned;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "unsupported-condition-key-for-service-principal",
    severity: Severity::Error,
    title: "a condition on a key that a service principal has not",
    what: "A statement whose principals are all AWS services has a condition on `aws:PrincipalOrgID`, \
        `aws:PrincipalOrgPaths` or `aws:PrincipalTag/…`, which only principals of an account have (inferred \
        from the availability of the keys). Operators with `IfExists` are let pass.",
    why: "A request of the service itself has no such key: an `Allow` never applies, and a negated operator \
        always does.",
    remedy: "Use `aws:SourceOrgID`, `aws:SourceAccount` or `aws:SourceArn`, which say for whom the service acts.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Service": "cloudfront.amazonaws.com"
    },
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEquals": {
        "aws:PrincipalOrgID": "o-a1b2c3d4e5"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Service": "cloudfront.amazonaws.com"
    },
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEquals": {
        "aws:SourceAccount": "111122223333"
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
    aws: Some(AwsCheck {
        finding_type: AwsFindingType::Error,
        name: "Unsupported condition key for service principal",
    }),
    policy_types: &[PolicyType::Resource],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        let Some(principals) = statement.principals.as_ref().filter(|principals| !principals.negated) else { continue };
        let service = |value: &Spanned<Principal>| matches!(value.value, Principal::Service(_));
        if principals.values.is_empty() || !principals.values.iter().all(service) {
            continue;
        }
        for condition in statement.conditions.iter().filter(|condition| !condition.operator.value.if_exists) {
            let key = condition.key.value.as_str();
            let of_account =
                ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths"].iter().any(|known| known.eq_ignore_ascii_case(key))
                    || key.to_ascii_lowercase().starts_with("aws:principaltag/");
            if of_account && condition.operator.value.base != BaseOperator::Null {
                let message = format!("a service principal has no `{key}`");
                let finding = Finding::new(&RULE, condition.key.span, subject_of(index, statement, key), message);
                findings.push(finding.with_related(principals.span, "the principals"));
            }
        }
    }
}
