//! Private addresses under `aws:SourceIp`: which ones they are, and those that stand among public ones. The key holds
//! public addresses only: a request through a VPC endpoint has no such key (IAM user guide,
//! `reference_policies_condition-keys`, `aws:SourceIp`).

use super::condition_facts::is_on;
use super::{Subject, subject_of};
use crate::finding::Finding;
use crate::rule::Rule;
use rolecall_iam::condition::BaseOperator;
use rolecall_iam::condition::network::Network;
use std::sync::LazyLock;

/// Ranges that are no public addresses: RFC 1918, shared (RFC 6598), loopback, link-local, unique local (RFC 4193).
static PRIVATE: LazyLock<Vec<Network>> = LazyLock::new(|| {
    let ranges = [
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
    ranges.into_iter().filter_map(Network::parse).collect()
});

/// Reports private addresses under this operator that stand with public ones.
pub(super) fn check(
    subject: &Subject<'_>,
    findings: &mut Vec<Finding>,
    rule: &'static Rule,
    operator: BaseOperator,
    effect: &str,
) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            if condition.operator.value.base != operator || !is_on(condition, "aws:SourceIp") {
                continue;
            }
            let is_public = |text: &str| Network::parse(text).is_some() && !is_private(text);
            let public = condition.values.iter().any(|value| is_public(&value.value));
            for value in condition.values.iter().filter(|value| public && is_private(&value.value)) {
                let message =
                    format!("`{}` is a private address, which `aws:SourceIp` never holds: {effect}", value.value);
                let about = subject_of(index, statement, &condition.key.value);
                findings.push(Finding::new(rule, value.span, about, message));
            }
        }
    }
}

/// Whether the text is a range of private addresses only.
pub(super) fn is_private(text: &str) -> bool {
    let Some(range) = Network::parse(text) else { return false };
    PRIVATE.iter().any(|private| private.contains(&range))
}
