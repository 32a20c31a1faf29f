//! The rule `external-id-shared`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "external-id-shared",
    severity: Severity::Error,
    title: "two tenants share an external ID",
    what: "The same external ID is bound to two organizations, or to an account and to another organization or \
        account.",
    why: "The ID tells tenants apart; where two share it, each can be reached in the name of the other.",
    remedy: "Ask the vendor for an ID of its own for each organization.",
    bad: "organization o-a has the ID `acme-prod-1`, organization o-b has the ID `acme-prod-1`",
    good: "each organization has an ID of its own",
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    ],
};
