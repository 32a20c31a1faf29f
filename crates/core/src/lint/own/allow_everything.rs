//! The lint `allow-everything`: `Allow` of the action `*`.

use crate::finding::Finding;
use crate::lint::resolved::Named;
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rules;
use rolecall_iam::document::{Effect, PolicyType};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &rules::allow_everything::RULE,
    aws: None,
    policy_types: &[PolicyType::Identity],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements().filter(|(_, statement)| statement.effect.value == Effect::Allow) {
        if statement.actions.negated {
            continue;
        }
        for (pattern, named) in statement.actions.values.iter().zip(subject.actions.statement(index)) {
            if *named == Named::Everything {
                let message = "the statement allows every action of every service";
                let about = subject_of(index, statement, "*");
                findings.push(Finding::new(&rules::allow_everything::RULE, pattern.span, about, message));
            }
        }
    }
}
