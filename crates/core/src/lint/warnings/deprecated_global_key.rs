//! The lint `deprecated-global-key`: a global condition key that has a newer name.

use crate::finding::Finding;
use crate::lint::condition_facts::{is_on, needs_key, operator_block, quoted};
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::Effect;

/// Its texts.
static RULE: Rule = Rule {
    code: "deprecated-global-key",
    severity: Severity::Warning,
    title: "a condition key with a newer name",
    what: "A condition has the key `aws:ARN`.",
    why: "AWS replaced it with `aws:PrincipalArn`, and documents only that one.",
    remedy: "Write `aws:PrincipalArn`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "ArnLike": {
        "aws:ARN": "arn:aws:iam::111122223333:role/Reports"
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
      "ArnLike": {
        "aws:PrincipalArn": "arn:aws:iam::111122223333:role/Reports"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::GeneralWarning, name: "Deprecated global condition key" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in statement.conditions.iter().filter(|condition| is_on(condition, "aws:ARN")) {
            let message = format!("`{}` is the older name of `aws:PrincipalArn`", condition.key.value);
            let finding = Finding::new(&RULE, condition.key.span, subject_of(index, statement, "aws:ARN"), message);
            let twice = operator_block(subject, condition.operator.span)
                .and_then(|(_, block)| block.value.as_object())
                .is_none_or(|keys| keys.iter().any(|key| key.key.value.eq_ignore_ascii_case("aws:PrincipalArn")));
            // No request has the old key: an `Allow` on it that grants nothing would come to grant something, and a `Deny`
            // that applies without it to apply less.
            let harmless = statement.effect.value == Effect::Deny && needs_key(condition);
            findings.push(if twice || !harmless {
                finding
            } else {
                finding.with_edit(condition.key.span, quoted("aws:PrincipalArn"))
            });
        }
    }
}
