//! The lint `empty-condition`: `Condition` without conditions.

use crate::finding::Finding;
use crate::lint::removal;
use crate::lint::written::{Written, elements, is_empty_object};
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::span::Span;
use rolecall_iam::value::Member;

/// Its texts.
static RULE: Rule = Rule {
    code: "empty-condition",
    severity: Severity::Note,
    title: "a `Condition` that asks for nothing",
    what: "`Condition`, or an operator in it, is an empty object.",
    why: "It asks for nothing. Who reads it may think that the statement is restricted.",
    remedy: "Remove it, or write the conditions.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {}
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Empty object condition" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for element in elements(subject, &["Condition"]) {
        if is_empty_object(&element.member.value) {
            let edit = removal::of_member(element.members, element.index);
            findings.push(finding(&element, element.member, edit));
            continue;
        }
        let operators = element.member.value.as_object().unwrap_or_default();
        for (index, operator) in operators.iter().enumerate().filter(|(_, operator)| is_empty_object(&operator.value)) {
            let edit = if operators.len() > 1 {
                removal::of_member(operators, index)
            } else {
                removal::of_member(element.members, element.index)
            };
            findings.push(finding(&element, operator, edit));
        }
    }
}

fn finding(element: &Written<'_>, empty: &Member, edit: Option<Span>) -> Finding {
    let message = format!("`{}` is empty: it asks for nothing", empty.key.value);
    let finding = Finding::new(&RULE, empty.value.span, element.about(), message);
    match edit {
        Some(span) => finding.with_edit(span, ""),
        None => finding,
    }
}
