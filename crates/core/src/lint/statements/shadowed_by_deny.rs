//! The lint `shadowed-by-deny`: actions that a `Deny` of the same document takes away entirely.

use crate::finding::Finding;
use crate::lint::reach::{covers_actions, covers_principals, covers_resources, names_all_of};
use crate::lint::{ALL_TYPES, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Effect, Statement};

/// Its texts.
static RULE: Rule = Rule {
    code: "shadowed-by-deny",
    severity: Severity::Warning,
    title: "an `Allow` that a `Deny` takes away",
    what: "An action of an `Allow` statement is denied, on all the resources and for all the principals of the \
        statement, by a `Deny` statement of the same document that has no condition.",
    why: "The action is never allowed by this document, although it says so.",
    remedy: "Remove the action, or narrow the `Deny`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "s3:GetObject",
        "s3:DeleteObject"
      ],
      "Resource": "arn:aws:s3:::cost-reports/*"
    },
    {
      "Effect": "Deny",
      "Action": "s3:Delete*",
      "Resource": "*"
    }
  ]
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::cost-reports/*"
    },
    {
      "Effect": "Deny",
      "Action": "s3:Delete*",
      "Resource": "*"
    }
  ]
}"#,
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"],
};

/// How it is made.
pub(super) static LINT: Lint = Lint { rule: &RULE, aws: None, policy_types: ALL_TYPES, run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let denies: Vec<&Statement> =
        subject.policy.statements.iter().filter(|statement| is_plain_deny(statement)).collect();
    if denies.is_empty() {
        return;
    }
    for (index, statement) in subject.statements().filter(|(_, statement)| statement.effect.value == Effect::Allow) {
        for deny in denies.iter().filter(|deny| reaches_all_of(deny, statement)) {
            if statement.actions.negated {
                if covers_actions(&deny.actions, &statement.actions) {
                    let message = "everything that the statement allows is denied";
                    let about = subject_of(index, statement, "NotAction");
                    let finding = Finding::new(&RULE, statement.actions.span, about, message);
                    findings.push(finding.with_related(deny.span, "denied here"));
                }
                continue;
            }
            for pattern in statement.actions.values.iter().filter(|pattern| names_all_of(deny, &pattern.value)) {
                let message = format!("`{}` is allowed here and always denied elsewhere", pattern.value);
                let about = subject_of(index, statement, pattern.value.as_str());
                let finding = Finding::new(&RULE, pattern.span, about, message);
                findings.push(finding.with_related(deny.actions.span, "denied here"));
            }
        }
    }
}

fn is_plain_deny(statement: &Statement) -> bool {
    statement.effect.value == Effect::Deny && statement.conditions.is_empty() && statement.undecidable.is_empty()
}

fn reaches_all_of(deny: &Statement, allow: &Statement) -> bool {
    covers_resources(deny.resources.as_ref(), allow.resources.as_ref())
        && covers_principals(deny.principals.as_ref(), allow.principals.as_ref())
}
