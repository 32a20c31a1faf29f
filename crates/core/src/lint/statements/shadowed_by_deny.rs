//! The lint `shadowed-by-deny`: actions that a `Deny` of the same document takes away entirely.

use crate::finding::Finding;
use crate::lint::reach::Listed;
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
    if !subject.policy.statements.iter().any(is_plain_deny) {
        return;
    }
    for (index, statement) in subject.statements().filter(|(_, statement)| statement.effect.value == Effect::Allow) {
        for (_, deny) in subject.pairs.reaching(index).iter().filter(|(_, outer)| is_plain_deny(outer)) {
            let denied = Listed::of(deny);
            if statement.actions.negated {
                if denied.covers_actions(statement) {
                    let message = "everything that the statement allows is denied";
                    let about = subject_of(index, statement, "NotAction");
                    let finding = Finding::new(&RULE, statement.actions.span, about, message);
                    findings.push(finding.with_related(deny.span, "denied here"));
                }
                continue;
            }
            for pattern in statement.actions.values.iter().filter(|pattern| denied.names_all_of(&pattern.value)) {
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
