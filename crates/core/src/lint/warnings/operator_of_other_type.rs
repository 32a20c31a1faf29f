//! The lint `operator-of-other-type`: an operator that does not fit the type of the key.

use crate::finding::Finding;
use crate::lint::condition_facts::is_on;
use crate::lint::key_names::KeyName;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::OperatorFamily;
use rolecall_iam_catalog::ValueType;

/// Its texts.
static RULE: Rule = Rule {
    code: "operator-of-other-type",
    severity: Severity::Warning,
    title: "an operator for another type of value",
    what: "The catalogue knows the type of a condition key, and the operator compares values of another type. Text \
        operators on a key with ARNs are another lint, since they work; `aws:EpochTime` takes dates and numbers.",
    why: "Such a condition does not compare what it looks like: the key's value is not read as the operator needs \
        it.",
    remedy: "Use an operator for the type of the key.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "NumericEquals": {
        "aws:MultiFactorAuthPresent": "1"
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
      "Bool": {
        "aws:MultiFactorAuthPresent": "true"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::GeneralWarning, name: "Type mismatch" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for (condition, name) in statement.conditions.iter().zip(subject.keys.statement(index)) {
            // Whether a claim of an identity provider is what the catalogue says, its tokens decide.
            let KeyName::Known(key) = name else { continue };
            if condition.key.value.split(':').next().is_some_and(|prefix| prefix.contains('.')) {
                continue;
            }
            let family = condition.operator.value.base.family();
            let epoch = is_on(condition, "aws:EpochTime") && family == OperatorFamily::Numeric;
            if epoch || fits(family, key.value_type()) {
                continue;
            }
            let (key, kind) = (&condition.key.value, key.value_type().as_str());
            let message = format!("`{}` on `{key}`, whose values are of type {kind}", condition.operator.value);
            findings.push(
                Finding::new(&RULE, condition.operator.span, subject_of(index, statement, key), message)
                    .with_label(format!("use {} operator", operators(kind)))
                    .with_related(condition.key.span, "the key"),
            );
        }
    }
}

const fn fits(family: OperatorFamily, kind: ValueType) -> bool {
    matches!(
        (family, kind),
        (OperatorFamily::Null, _)
            | (OperatorFamily::String, ValueType::String | ValueType::Arn)
            | (OperatorFamily::Arn, ValueType::Arn)
            | (OperatorFamily::Bool, ValueType::Bool)
            | (OperatorFamily::Numeric, ValueType::Numeric)
            | (OperatorFamily::Date, ValueType::Date)
            | (OperatorFamily::Ip, ValueType::IpAddress)
            | (OperatorFamily::Binary, ValueType::Binary)
    )
}

fn operators(kind: &str) -> &'static str {
    match kind {
        "ARN" => "an `Arn…`",
        "Bool" => "the `Bool`",
        "Numeric" => "a `Numeric…`",
        "Date" => "a `Date…`",
        "IPAddress" => "the `IpAddress` or `NotIpAddress`",
        "Binary" => "the `BinaryEquals`",
        _ => "a `String…`",
    }
}
