//! Unique IDs of roles and users as principals (IAM user guide, `reference_identifiers`, "Unique identifiers").

use super::{Subject, subject_of};
use crate::finding::Finding;
use crate::rule::Rule;
use rolecall_iam::principal::Principal;

/// Reports principals that are unique IDs with this prefix.
pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>, rule: &'static Rule, prefix: &str, kind: &str) {
    for (index, statement) in subject.statements() {
        for value in statement.principals.iter().flat_map(|principals| &principals.values) {
            if let Principal::UniqueId(id) = &value.value
                && id.starts_with(prefix)
            {
                let message = format!("`{id}` is the unique ID of a {kind}, which may be a deleted one");
                findings.push(Finding::new(rule, value.span, subject_of(index, statement, id), message));
            }
        }
    }
}
