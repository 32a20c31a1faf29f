//! The lint `unknown-service`: a service prefix that is not in the catalogue.

use crate::finding::Finding;
use crate::lint::resolved::Named;
use crate::lint::{ALL_TYPES, Lint, Run, Subject, subject_of};
use crate::rules;
use rolecall_iam_catalog::nearest_service;

/// How it is made.
pub(super) static LINT: Lint =
    Lint { rule: &rules::unknown_service::RULE, aws: None, policy_types: ALL_TYPES, run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for (pattern, named) in statement.actions.values.iter().zip(subject.actions.statement(index)) {
            if let (Named::NoService, Some(prefix)) = (named, pattern.value.service()) {
                let message = format!("`{prefix}` is the prefix of no service that AWS documents");
                let about = subject_of(index, statement, pattern.value.as_str());
                let finding = Finding::new(&rules::unknown_service::RULE, pattern.span, about, message);
                findings.push(match nearest_service(prefix) {
                    Some(near) => finding.with_label(format!("did you mean {}?", near.prefix())),
                    None => finding,
                });
            }
        }
    }
}
