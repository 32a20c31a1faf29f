//! The lint `invalid-policy-element`: an element that policies do not have.

use super::raw_statements;
use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::value::Member;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-policy-element",
    severity: Severity::Error,
    title: "an element that policies do not have",
    what: "The document or a statement has a key that the grammar of policies does not know. Names of elements \
        are spelt exactly.",
    why: "IAM refuses the document. Were the key passed over, a condition or a principal that the author \
        relies on would be missing.",
    remedy: "Correct the name, or remove the element.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid policy element" }),
    policy_types: ALL_TYPES,
    run: Run::Refines(&["unknown-element"], check),
};

const DOCUMENT: &[&str] = &["Version", "Id", "Statement"];
const STATEMENT: &[&str] =
    &["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let members = subject.root.as_object().unwrap_or_default();
    unknown(members, DOCUMENT, findings, |name| format!("document/{name}"));
    for statement in raw_statements::all(subject) {
        unknown(statement.members, STATEMENT, findings, |name| statement.subject(name));
    }
}

fn unknown(members: &[Member], known: &[&str], findings: &mut Vec<Finding>, about: impl Fn(&str) -> String) {
    for member in members {
        let written = member.key.value.as_str();
        if known.contains(&written) {
            continue;
        }
        let mut finding = Finding::new(&RULE, member.key.span, about(written), format!("unknown element `{written}`"));
        if let Some(name) = known.iter().find(|name| name.eq_ignore_ascii_case(written.trim())) {
            finding = finding.with_remedy(format!("Names of elements are spelt exactly: write `{name}`."));
            let there = members.iter().any(|other| other.key.value == *name);
            if let Some(span) = text_part::inside(written, member.key.span).filter(|_| !there) {
                finding = finding.with_edit(span, *name);
            }
        } else {
            let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            finding = finding.with_remedy(format!("The elements here are {}.", names.join(", ")));
        }
        findings.push(finding);
    }
}
