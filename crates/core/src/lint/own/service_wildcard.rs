//! The lint `service-wildcard`: `Allow` of every action of a service.

use crate::finding::Finding;
use crate::lint::resolved::Named;
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rules;
use rolecall_iam::document::{Effect, PolicyType};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &rules::service_wildcard::RULE,
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
            let Named::WholeService(service) = named else { continue };
            let count = service.actions().count();
            let message =
                format!("`{}` allows all {count} actions of the service, and those that come later", pattern.value);
            let about = subject_of(index, statement, pattern.value.as_str());
            let finding = Finding::new(&rules::service_wildcard::RULE, pattern.span, about, message);
            findings.push(finding.with_label(format!("list the actions of {service} that are needed")));
        }
    }
}
