//! The lint `not-action`: `Allow` with `NotAction`.

use crate::finding::Finding;
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rules;
use rolecall_iam::document::{Effect, PolicyType};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &rules::not_action::RULE,
    aws: None,
    policy_types: &[PolicyType::Identity, PolicyType::Resource],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements().filter(|(_, statement)| statement.effect.value == Effect::Allow) {
        if statement.actions.negated {
            let message = "the statement allows every action but those listed";
            let about = subject_of(index, statement, "NotAction");
            let finding = Finding::new(&rules::not_action::RULE, statement.actions.span, about, message);
            findings.push(finding.with_label("every other action of every service is allowed"));
        }
    }
}
