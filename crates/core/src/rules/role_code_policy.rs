//! The rule `role-code-policy`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "role-code-policy",
    severity: Severity::Error,
    title: "the role code has another inline policy",
    what: "An inline policy of the profile is missing in the role code, has another name, or the code has a further one; \
        or there is a request that one of the two allows and the other does not. The finding says which, and has the \
        request. Texts that differ and mean the same are no finding: that is proved.",
    why: "What is deployed must be what was reviewed: a missing action stops the vendor, an added one was \
        never agreed.",
    remedy: "Copy the policy of the profile; what differs is listed.",
    bad: "Action: ec2:*",
    good: "Action: ec2:DescribeInstances",
    references: &["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"],
};
