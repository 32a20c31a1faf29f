//! The lint `invalid-service-condition-key`: a condition key that its service does not have.

use crate::finding::Finding;
use crate::lint::hints::Hints;
use crate::lint::key_names::KeyName;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, key_names, subject_of};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-service-condition-key",
    severity: Severity::Error,
    title: "a condition key that its service does not have",
    what: "A condition key has the prefix of a service, and the catalogue has no such key of it.",
    why: "A key that no request has makes a condition fail, or succeed where the operator is negated or ends \
        with `IfExists`.",
    remedy: "Correct the name. If the key is newer than the catalogue, suppress the finding with an end date.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:ListBucket",
    "Resource": "arn:aws:s3:::cost-reports",
    "Condition": {
      "StringLike": {
        "s3:prefixes": "reports/*"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:ListBucket",
    "Resource": "arn:aws:s3:::cost-reports",
    "Condition": {
      "StringLike": {
        "s3:prefix": "reports/*"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid service condition key" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut hints = Hints::default();
    for (index, statement) in subject.statements() {
        for (condition, name) in statement.conditions.iter().zip(subject.keys.statement(index)) {
            let key = condition.key.value.as_str();
            let KeyName::UnknownOf(service) = *name else { continue };
            let message = format!("the catalogue has no condition key `{key}` of `{service}`");
            let mut finding = Finding::new(&RULE, condition.key.span, subject_of(index, statement, key), message);
            if let Some(near) = hints.find(|| key_names::nearest(key, Some(service))) {
                finding = finding.with_remedy(format!("Did you mean `{near}`?"));
            }
            findings.push(finding);
        }
    }
}
