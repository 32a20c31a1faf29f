//! Conditions on `aws:SourceIp` that list private addresses only. Lists that mix them with public ones are AWS's
//! suggestions, in another group.

use crate::finding::Finding;
use crate::lint::{Subject, condition_facts, subject_of};
use crate::rule::Rule;
use rolecall_iam::condition::BaseOperator;
use rolecall_iam::condition::network::Network;

/// Ranges without public addresses: RFC 1918, shared (RFC 6598), loopback, link-local, unique local (RFC 4193).
const PRIVATE: &[&str] = &[
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
];

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

fn is_private(text: &str) -> bool {
    let Some(range) = Network::parse(text) else { return false };
    PRIVATE.iter().filter_map(|private| Network::parse(private)).any(|private| private.contains(&range))
}
