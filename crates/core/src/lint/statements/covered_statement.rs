//! The lint `covered-statement`: a statement that another one covers.

use crate::finding::Finding;
use crate::lint::reach::{Listed, covers_statement, same_meaning};
use crate::lint::removal;
use crate::lint::{ALL_TYPES, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};

/// Its texts.
static RULE: Rule = Rule {
    code: "covered-statement",
    severity: Severity::Note,
    title: "a statement that another one covers",
    what: "Another statement with the same effect has all actions, resources and principals of this one, and asks \
        for no condition that this one does not ask for.",
    why: "The statement does nothing. Who narrows it believes to have taken something away.",
    remedy: "Remove it, or narrow the wider statement.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "s3:Get*",
      "Resource": "*"
    },
    {
      "Effect": "Allow",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::cost-reports/*"
    }
  ]
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:Get*",
    "Resource": "*"
  }
}"#,
    references: &["inferred: follows from the evaluation logic, in which statements of one effect are alternatives"],
};

/// How it is made.
pub(super) static LINT: Lint = Lint { rule: &RULE, aws: None, policy_types: ALL_TYPES, run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        // What stands twice is told as such.
        if !statement.undecidable.is_empty() || subject.pairs.twin(index).is_some() {
            continue;
        }
        let reaching = subject.pairs.reaching(index);
        let covering = reaching.iter().find(|(_, outer)| {
            outer.effect.value == statement.effect.value
                && Listed::of(outer).covers_actions(statement)
                // Of two that cover one another only the later is told, and those that mean the same as such.
                && !(covers_statement(statement, outer)
                    && (outer.span.start > statement.span.start || same_meaning(outer, statement)))
        });
        let Some((_, outer)) = covering else { continue };
        let message = "another statement covers all of this one";
        let finding = Finding::new(&RULE, statement.span, subject_of(index, statement, "Statement"), message)
            .with_related(outer.span, "covers it");
        findings.push(match removal::of_statement(subject, statement.span) {
            Some(span) => finding.with_edit(span, ""),
            None => finding,
        });
    }
}
