//! The lint `empty-sid`: an empty `Sid`.

use crate::finding::Finding;
use crate::lint::removal;
use crate::lint::written::elements;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};

/// Its texts.
static RULE: Rule = Rule {
    code: "empty-sid",
    severity: Severity::Note,
    title: "an empty `Sid`",
    what: "A `Sid` is an empty text.",
    why: "It names nothing.",
    remedy: "Remove it, or write a name.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Sid": "",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Sid": "ReadReports",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Empty Sid value" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for element in elements(subject, &["Sid"]).filter(|element| element.member.value.as_str() == Some("")) {
        let finding = Finding::new(&RULE, element.member.value.span, element.about(), "the `Sid` is empty");
        findings.push(match removal::of_member(element.members, element.index) {
            Some(span) => finding.with_edit(span, ""),
            None => finding,
        });
    }
}
