//! The rule `reference-new-access`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "reference-new-access",
    severity: Severity::Error,
    title: "the policy grants what the reference does not",
    what: "Over all requests of the role there is one that the policy allows and the policy of `[reference]` does not, \
        for the same kind of account: more actions, more resources, a condition less, or a `Deny` less. The finding has \
        the request. Without the finding it is proved that there is none, however the policy is written.",
    why: "What a role may do in every account of a customer grows unseen in a long policy: new access is agreed on \
        first.",
    remedy: "Take the new access out. Where it is agreed on, accept the finding with `[[suppress]]`, its reason and an \
        end, until the reference has it too.",
    bad: r#"# policy.json as of origin/main: "Action": "ec2:Describe*"
"Action": ["ec2:Describe*", "ec2:CreateTags"]"#,
    good: r#"# policy.json as of origin/main: "Action": "ec2:Describe*"
"Action": ["ec2:DescribeInstances", "ec2:DescribeImages"]"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html",
        "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoNewAccess.html",
    ],
};
