//! The lint `invalid-condition-key-format`: a condition key that has not the form of one.

use crate::finding::Finding;
use crate::lint::key_names::KeyName;
use crate::lint::syntax_errors::raw_statements;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, key_names, text_part};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-condition-key-format",
    severity: Severity::Error,
    title: "a condition key that has not the form of one",
    what: "The name of a condition key is not `service:name`: the colon, or what stands before or behind it, is \
        missing, or white space stands around it.",
    why: "AWS holds it to be an error. Whether IAM refuses the document is unverified; the condition would \
        never be met.",
    remedy: "Write the key with its prefix, such as `aws:PrincipalOrgID`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEquals": {
        "PrincipalAccount": "111122223333"
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
        "aws:PrincipalAccount": "111122223333"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid condition key format" }),
    policy_types: ALL_TYPES,
    run: Run::Refines(&["invalid-condition-key"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject) {
        let blocks =
            statement.elements(&["Condition"]).flat_map(|element| element.value.as_object().unwrap_or_default());
        for member in blocks.flat_map(|block| block.value.as_object().unwrap_or_default()) {
            let key = member.key.value.as_str();
            let halves = key.split_once(':').is_some_and(|(prefix, name)| !prefix.is_empty() && !name.is_empty());
            if halves && key.trim() == key {
                continue;
            }
            let message = format!("`{key}` is not of the form `service:name`");
            let mut finding = Finding::new(&RULE, member.key.span, statement.subject(key), message);
            let trimmed = key.trim();
            if key_names::look_up(trimmed) != KeyName::Malformed
                && let Some(span) = text_part::inside(key, member.key.span)
            {
                finding = finding.with_edit(span, trimmed);
            }
            findings.push(finding);
        }
    }
}
