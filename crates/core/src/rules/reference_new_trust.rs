//! The rule `reference-new-trust`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "reference-new-trust",
    severity: Severity::Error,
    title: "the trust lets in whom the reference does not",
    what: "Over all requests for the role there is one that the trust policy allows and the trust of `[reference]` does \
        not, for the same account: another principal, another external ID, or a condition less. The finding has the \
        request. Without the finding it is proved that there is none, however the trust is written.",
    why: "Who may use the role in every account of a customer is agreed on first.",
    remedy: "Take the change of the trust back. Where it is agreed on, such as a new external ID, accept the finding with \
        `[[suppress]]`, its reason and an end, until the reference has it too.",
    bad: r#"# rolecall.toml as of origin/main: vendor_account = "222222222222"
vendor_account = "333333333333""#,
    good: r#"# rolecall.toml as of origin/main: vendor_account = "222222222222"
vendor_account = "222222222222"
vendor_principal_arns = ["arn:aws:iam::222222222222:role/collector"]"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html",
        "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoNewAccess.html",
    ],
};
