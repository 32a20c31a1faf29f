//! The lint `mfa-condition-without-key`: a condition on MFA that long-term access keys slip through.

use crate::finding::Finding;
use crate::lint::condition_facts::is_on;
use crate::lint::{ALL_TYPES, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::BaseOperator;
use rolecall_iam::document::Effect;

/// Its texts.
static RULE: Rule = Rule {
    code: "mfa-condition-without-key",
    severity: Severity::Warning,
    title: "a condition on MFA that access keys slip through",
    what: "A `Deny` has `Bool` on `aws:MultiFactorAuthPresent` with `false`, or an `Allow` has `BoolIfExists` on it \
        with `true`, or an `Allow` asks with `Null` only that the key is there.",
    why: "Requests with long-term access keys have no such key: such a `Deny` does not reach them, and such an \
        `Allow` lets them in. The key being there does not say that it is true.",
    remedy: "Write `BoolIfExists` in a `Deny`, and `Bool` in an `Allow`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": "iam:*",
    "Resource": "*",
    "Condition": {
      "Bool": {
        "aws:MultiFactorAuthPresent": "false"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": "iam:*",
    "Resource": "*",
    "Condition": {
      "BoolIfExists": {
        "aws:MultiFactorAuthPresent": "false"
      }
    }
  }
}"#,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"],
};

/// How it is made.
pub(super) static LINT: Lint = Lint { rule: &RULE, aws: None, policy_types: ALL_TYPES, run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    const KEY: &str = "aws:MultiFactorAuthPresent";
    for (index, statement) in subject.statements() {
        let alone = statement.conditions.iter().filter(|condition| is_on(condition, KEY)).count() == 1;
        for condition in statement.conditions.iter().filter(|condition| is_on(condition, KEY)) {
            let says = |text: &str| condition.values.iter().any(|value| value.value.eq_ignore_ascii_case(text));
            let operator = condition.operator.value;
            let problem = match (statement.effect.value, operator.base, operator.if_exists) {
                (Effect::Deny, BaseOperator::Bool, false) if alone && says("false") => {
                    "does not deny requests without the key"
                }
                (Effect::Allow, BaseOperator::Bool, true) if alone && says("true") => "allows requests without the key",
                (Effect::Allow, BaseOperator::Null, _) if alone && says("false") => "allows requests without MFA",
                _ => continue,
            };
            let message = format!("`{operator}` on `{}` {problem}", condition.key.value);
            let about = subject_of(index, statement, KEY);
            findings.push(Finding::new(&RULE, condition.operator.span, about, message));
        }
    }
}
