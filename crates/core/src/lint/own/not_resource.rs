//! The lint `not-resource`: `Allow` with `NotResource`.

use crate::finding::Finding;
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rules;
use rolecall_iam::document::{Effect, PolicyType};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &rules::not_resource::RULE,
    aws: None,
    policy_types: &[PolicyType::Identity, PolicyType::Resource],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements().filter(|(_, statement)| statement.effect.value == Effect::Allow) {
        if let Some(resources) = statement.resources.as_ref().filter(|resources| resources.negated) {
            let message = "the statement allows its actions on every resource but those listed";
            let about = subject_of(index, statement, "NotResource");
            findings.push(Finding::new(&rules::not_resource::RULE, resources.span, about, message));
        }
    }
}
