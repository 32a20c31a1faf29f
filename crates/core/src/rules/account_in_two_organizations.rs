//! The rule `account-in-two-organizations`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "account-in-two-organizations",
    severity: Severity::Error,
    title: "one account is bound to two organizations",
    what: "An account is the management account of, or has an older ID under, two organizations.",
    why: "An account is in one organization. Two bindings mean that one is stale, and the vendor would act \
        under the wrong tenant.",
    remedy: "Remove the binding under the organization that the account has left.",
    bad: "account 111122223333 stands in the legacy IDs of o-a and of o-b",
    good: "account 111122223333 stands in the legacy IDs of o-a alone",
    references: &["https://docs.aws.amazon.com/organizations/latest/userguide/orgs_introduction.html"],
};
