//! The lint `conditions-never-true`: conditions of one statement that contradict each other.

use crate::finding::Finding;
use crate::lint::contradiction::contradict;
use crate::lint::{ALL_TYPES, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::Condition;
use rolecall_iam_catalog::ConditionKey;
use std::collections::BTreeMap;

/// Its texts.
static RULE: Rule = Rule {
    code: "conditions-never-true",
    severity: Severity::Warning,
    title: "conditions that cannot be true together",
    what: "Two conditions of a statement on one key leave no value: two lists without a common value, a list all of \
        whose values are excluded by a negation, bounds that exclude each other, or a key that must be absent and \
        have a value. Conditions with `IfExists`, set qualifiers or policy variables are left alone.",
    why: "The statement never applies: an `Allow` grants nothing, and a `Deny` protects nothing.",
    remedy: "Correct the values. Values that are alternatives stand in one list under one operator.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEquals": {
        "aws:PrincipalTag/team": "reports"
      },
      "StringLike": {
        "aws:PrincipalTag/team": "billing-*"
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
      "StringLike": {
        "aws:PrincipalTag/team": [
          "reports",
          "billing-*"
        ]
      }
    }
  }
}"#,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html"],
};

/// How it is made.
pub(super) static LINT: Lint = Lint { rule: &RULE, aws: None, policy_types: ALL_TYPES, run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        let mut same_key: BTreeMap<String, Vec<&Condition>> = BTreeMap::new();
        for (at, later) in statement.conditions.iter().enumerate() {
            let before = same_key.entry(later.key.value.to_ascii_lowercase()).or_default();
            let mut earlier = before.iter().copied();
            let found = earlier.find_map(|earlier| Some((earlier, contradict(earlier, later)?)));
            before.push(later);
            let several = || subject.keys.known(index, at, later).is_some_and(ConditionKey::is_multi_valued);
            let Some((earlier, reason)) = found.filter(|_| !several()) else { continue };
            let key = &later.key.value;
            let message = format!("this and an earlier condition on `{key}` are never true together: {reason}");
            findings.push(
                Finding::new(&RULE, later.key.span, subject_of(index, statement, key), message)
                    .with_related(earlier.key.span, "the earlier condition"),
            );
        }
    }
}
