//! The rule `role-code-managed-policies`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-code-managed-policies",
    severity: Severity::Error,
    title: "the role code attaches other managed policies",
    what: "The managed policies that the role code attaches differ from the profile.",
    why: "A managed policy adds permissions that the contract never saw, and its text can change without this \
        code.",
    remedy: "Attach exactly the managed policies of the profile.",
    bad: "ManagedPolicyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess]",
    good: "ManagedPolicyArns: []",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
