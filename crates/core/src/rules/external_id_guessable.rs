//! The rule `external-id-guessable`: its text. Whether it fires is decided where its subject is judged.

use crate::rule::{Rule, Severity};

/// See [`Rule::what`].
pub static RULE: Rule = Rule {
    code: "external-id-guessable",
    severity: Severity::Warning,
    title: "the external ID can be guessed",
    what: "An external ID is an account ID, an organization ID, or too short to hold 128 random bits (fewer \
        than 22 characters).",
    why: "The ID is not a secret, but it must not be guessable from what others know, else the confused deputy \
        comes back.",
    remedy: "Have the vendor make a random ID, such as a UUID.",
    bad: "acme",
    good: "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43",
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "inferred: 22 characters of 64 different ones hold 128 bits",
    ],
};
