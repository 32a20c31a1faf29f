//! The lint `for-all-values-single-valued`: `ForAllValues` on a key that has one value.

use crate::finding::Finding;
use crate::lint::condition_facts::{can_rename_operator, quoted};
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::{ConditionOperator, OperatorFamily, SetQualifier};
use rolecall_iam::document::{Condition, Effect, Statement};

/// Its texts.
static RULE: Rule = Rule {
    code: "for-all-values-single-valued",
    severity: Severity::Error,
    title: "`ForAllValues` on a key that has one value",
    what: "A condition has `ForAllValues:` on a key that the catalogue knows as single-valued.",
    why: "`ForAllValues` is true when the key is not in the request: the condition then asks for nothing.",
    remedy: "Remove `ForAllValues:` from the operator.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "ForAllValues:StringEquals": {
        "aws:PrincipalOrgID": "o-a1b2c3d4e5"
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::SecurityWarning, name: "ForAllValues with single valued key" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for (at, condition) in statement.conditions.iter().enumerate() {
            let operator = condition.operator.value;
            let single = operator.set == Some(SetQualifier::ForAllValues)
                && operator.base.family() != OperatorFamily::Null
                && subject.keys.known(index, at, condition).is_some_and(|key| !key.is_multi_valued());
            if single {
                findings.push(finding(subject, index, statement, condition));
            }
        }
    }
}

fn finding(subject: &Subject<'_>, index: usize, statement: &Statement, condition: &Condition) -> Finding {
    let key = &condition.key.value;
    let message = format!("`ForAllValues` on `{key}`, which has one value: true when the key is absent");
    let about = subject_of(index, statement, key);
    let finding = Finding::new(&RULE, condition.operator.span, about, message)
        .with_related(condition.key.span, "a single-valued key");
    let plain = ConditionOperator { set: None, ..condition.operator.value }.to_string();
    // A `Deny` would no longer apply where the key is absent.
    if statement.effect.value == Effect::Allow && can_rename_operator(subject, condition.operator.span, &plain) {
        return finding.with_edit(condition.operator.span, quoted(&plain));
    }
    finding
}
