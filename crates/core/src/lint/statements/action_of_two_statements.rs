//! The lint `action-of-two-statements`: an action that another statement covers.

use crate::finding::Finding;
use crate::lint::reach::{Listed, asks_for_all_of, covers_principals, covers_resources};
use crate::lint::removal;
use crate::lint::{ALL_TYPES, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::Statement;
use rolecall_iam::span::Spanned;
use std::collections::BTreeSet;

/// Its texts.
static RULE: Rule = Rule {
    code: "action-of-two-statements",
    severity: Severity::Note,
    title: "an action that another statement covers",
    what: "An action of a statement is covered by an action of another statement with the same effect, that has all \
        its resources and principals and asks for no further condition. Statements that are covered as a whole are \
        told as such.",
    why: "The action says nothing here. Who removes it believes to have taken something away.",
    remedy: "Remove it here, or narrow the other statement.",
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
      "Action": [
        "s3:GetObject",
        "s3:PutObject"
      ],
      "Resource": "arn:aws:s3:::cost-reports/*"
    }
  ]
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "s3:Get*",
      "Resource": "*"
    },
    {
      "Effect": "Allow",
      "Action": "s3:PutObject",
      "Resource": "arn:aws:s3:::cost-reports/*"
    }
  ]
}"#,
    references: &["inferred: follows from the evaluation logic, in which statements of one effect are alternatives"],
};

/// How it is made.
pub(super) static LINT: Lint = Lint { rule: &RULE, aws: None, policy_types: ALL_TYPES, run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements().filter(|(_, statement)| !statement.actions.negated) {
        // What stands twice is told as such.
        if !statement.undecidable.is_empty() || subject.pairs.twin(index).is_some() {
            continue;
        }
        let patterns = &statement.actions.values;
        for (at, outer) in subject.pairs.reaching(index).iter() {
            if outer.effect.value != statement.effect.value {
                continue;
            }
            let listed = Listed::of(outer);
            let covered: Vec<_> = patterns.iter().filter(|pattern| listed.names_all_of(&pattern.value)).collect();
            if covered.is_empty() || covered.len() == patterns.len() {
                continue;
            }
            let back = *at > index && reaches_all_of(statement, outer);
            let own: BTreeSet<&str> = outer.actions.values.iter().map(|other| other.value.lower()).collect();
            for pattern in covered {
                // What covers one another is told once, of the later statement.
                if back && !outer.actions.negated && own.contains(pattern.value.lower()) {
                    continue;
                }
                findings.push(finding(subject, (index, statement), outer, pattern));
            }
        }
    }
}

fn finding(
    subject: &Subject<'_>,
    (index, statement): (usize, &Statement),
    outer: &Statement,
    pattern: &Spanned<ActionPattern>,
) -> Finding {
    let message = format!("`{}` is covered by another statement", pattern.value);
    let about = subject_of(index, statement, pattern.value.as_str());
    let finding = Finding::new(&RULE, pattern.span, about, message).with_related(outer.actions.span, "covers it");
    match removal::of_value(subject, &["Action"], pattern.span) {
        Some(span) => finding.with_edit(span, ""),
        None => finding,
    }
}

fn reaches_all_of(outer: &Statement, inner: &Statement) -> bool {
    covers_resources(outer.resources.as_ref(), inner.resources.as_ref())
        && covers_principals(outer.principals.as_ref(), inner.principals.as_ref())
        && asks_for_all_of(inner, outer)
}
