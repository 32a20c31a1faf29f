//! The lint `variable-unsupported-in-version`: policy variables in a version that has none.

use super::variables;
use super::variables::Form;
use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::Version;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "variable-unsupported-in-version",
    severity: Severity::Error,
    title: "policy variables in a version that has none",
    what: "A document whose `Version` is 2008-10-17, or that has none, holds `${…}` in a resource or a \
        condition value.",
    why: "That version reads `${aws:username}` as these very characters: the statement does not do what it \
        says.",
    remedy: "Write `\"Version\": \"2012-10-17\"`.",
    bad: r#"{
  "Version": "2008-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/${aws:username}/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/${aws:username}/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Variable unsupported in version" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    if subject.policy.effective_version() == Version::V2012 {
        return;
    }
    let version = subject.policy.version.as_ref();
    for (index, statement, value) in variables::values_with(subject) {
        for (variable, _) in variables::variables(&value.value).filter(|(_, form)| *form == Form::Key) {
            let message = format!("`{variable}` is plain text in version {}", Version::V2008.as_str());
            let span = text_part::place(value, variable);
            let mut finding = Finding::new(&RULE, span, subject_of(index, statement, variable), message);
            if let Some(version) = version {
                // Another version makes the statement one about other requests: that is not ours to decide.
                finding = finding.with_related(version.span, "the version");
            }
            findings.push(finding);
        }
    }
}
