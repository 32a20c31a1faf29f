//! The lint `invalid-global-condition-key`: a global condition key that is not in the catalogue.

use crate::finding::Finding;
use crate::lint::hints::Hints;
use crate::lint::key_names::KeyName;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, key_names, subject_of};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-global-condition-key",
    severity: Severity::Error,
    title: "a global condition key that is not in the catalogue",
    what: "A condition key begins with `aws:` and is no global condition key, nor one that a service documents.",
    why: "A key that no request has makes a condition fail, or succeed where the operator is negated or ends \
        with `IfExists`.",
    remedy: "Correct the name. If the key is newer than the catalogue, suppress the finding with an end date.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEquals": {
        "aws:PrincipalOrganizationID": "o-a1b2c3d4e5"
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
      "StringEquals": {
        "aws:PrincipalOrgID": "o-a1b2c3d4e5"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid global condition key" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut hints = Hints::default();
    for (index, statement) in subject.statements() {
        for (condition, name) in statement.conditions.iter().zip(subject.keys.statement(index)) {
            let key = condition.key.value.as_str();
            // `aws:ARN` has a lint of its own.
            if *name != KeyName::UnknownGlobal || key.eq_ignore_ascii_case("aws:ARN") {
                continue;
            }
            let message = format!("the catalogue has no global condition key `{key}`");
            let mut finding = Finding::new(&RULE, condition.key.span, subject_of(index, statement, key), message);
            if let Some(near) = hints.find(|| key_names::nearest(key, None)) {
                finding = finding.with_remedy(format!("Did you mean `{near}`?"));
            }
            findings.push(finding);
        }
    }
}
