//! Conditions on `aws:SourceIp` that list private addresses only. Lists that mix them with public ones are AWS's
//! suggestions, in another group.

use crate::finding::Finding;
use crate::lint::source_addresses::is_private;
use crate::lint::{Subject, condition_facts, subject_of};
use crate::rule::Rule;
use rolecall_iam::condition::BaseOperator;

/// Reports the conditions with this operator whose values are all private.
pub(super) fn report(subject: &Subject<'_>, findings: &mut Vec<Finding>, rule: &'static Rule, operator: BaseOperator) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            if condition.operator.value.base != operator || !condition_facts::is_on(condition, "aws:SourceIp") {
                continue;
            }
            let (Some(first), Some(last)) = (condition.values.first(), condition.values.last()) else { continue };
            if condition.values.iter().all(|value| is_private(&value.value)) {
                let message =
                    format!("`{}` under `{}` has private addresses only", condition.key.value, operator.as_str());
                let about = subject_of(index, statement, &condition.key.value);
                findings.push(Finding::new(rule, first.span.to(last.span), about, message));
            }
        }
    }
}
