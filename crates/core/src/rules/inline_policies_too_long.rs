//! The rule `inline-policies-too-long`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "inline-policies-too-long",
    severity: Severity::Error,
    title: "the inline policies are too long",
    what: "The inline policies of the role together have more than 10,240 characters, white space not counted.",
    why: "PutRolePolicy fails with LimitExceeded: often first when a newer policy is added to a role that \
        worked.",
    remedy: "Shorten the policy, or move a part of it to a managed policy.",
    bad: "policies of 10,241 characters",
    good: "policies of 10,240 characters",
    references: &["https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"],
};
