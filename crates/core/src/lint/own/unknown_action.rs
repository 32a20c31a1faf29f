//! The lint `unknown-action`: an action that is not in the catalogue.

use crate::finding::Finding;
use crate::lint::resolved::Named;
use crate::lint::{ALL_TYPES, Lint, Run, Subject, subject_of};
use crate::rules;
use rolecall_iam_catalog::nearest_action;

/// How it is made.
pub(super) static LINT: Lint =
    Lint { rule: &rules::unknown_action::RULE, aws: None, policy_types: ALL_TYPES, run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for (pattern, named) in statement.actions.values.iter().zip(subject.actions.statement(index)) {
            if let Named::NoAction(_) = named {
                let text = pattern.value.as_str();
                let message = format!("`{text}` matches no action that AWS documents");
                let about = subject_of(index, statement, text);
                let finding = Finding::new(&rules::unknown_action::RULE, pattern.span, about, message);
                findings.push(match nearest_action(text) {
                    Some(near) => finding.with_label(format!("did you mean {near}?")),
                    None => finding,
                });
            }
        }
    }
}
