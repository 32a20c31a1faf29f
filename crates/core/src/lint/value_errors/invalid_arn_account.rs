//! The lint `invalid-arn-account`: an account in an ARN that is none.

use super::arn_forms;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, resource_arns, subject_of, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-arn-account",
    severity: Severity::Error,
    title: "an account in an ARN that is none",
    what: "The account field of a resource ARN is not twelve digits, nor a pattern of them, nor a word that the \
        service uses there (`aws`).",
    why: "The ARN matches no resource: an `Allow` grants nothing, a `Deny` stops nothing.",
    remedy: "Write the twelve digits of the account ID.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:GetRole",
    "Resource": "arn:aws:iam::1111-2222-3333:role/Build"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:GetRole",
    "Resource": "arn:aws:iam::111122223333:role/Build"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid ARN account" }),
    policy_types: &[
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for arn in resource_arns::whole(subject) {
        let account = arn.fields.account;
        if account.is_empty() || account.contains("${") || may_be_account(account) || account == "aws" {
            continue;
        }
        if arn_forms::of_service(arn.fields.service).is_some_and(|forms| forms.has_account_word(account)) {
            continue;
        }
        let message = format!("`{account}` is no account ID");
        let about = subject_of(arn.index, arn.statement, &arn.text.value);
        findings.push(Finding::new(&RULE, text_part::place(arn.text, account), about, message));
    }
}

/// Whether the pattern matches some twelve digits.
fn may_be_account(pattern: &str) -> bool {
    let digits = pattern.bytes().filter(|byte| byte.is_ascii_digit() || *byte == b'?').count();
    let stars = pattern.bytes().filter(|byte| *byte == b'*').count();
    digits + stars == pattern.len() && (digits == 12 || (digits < 12 && stars > 0))
}
