//! What parliament (duo-labs) has and AWS's list lacks, and what shows only across elements and statements: dead,
//! shadowed, covered and redundant ones.

mod action_of_two_statements;
mod action_without_resource;
mod conditions_never_true;
mod covered_statement;
mod mfa_condition_without_key;
mod old_version;
mod permissions_management;
mod resource_of_no_action;
mod shadowed_by_deny;
mod text_operator_on_arn;
mod unneeded_star_resource;

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[
    &conditions_never_true::LINT,
    &resource_of_no_action::LINT,
    &action_without_resource::LINT,
    &shadowed_by_deny::LINT,
    &covered_statement::LINT,
    &action_of_two_statements::LINT,
    &unneeded_star_resource::LINT,
    &text_operator_on_arn::LINT,
    &mfa_condition_without_key::LINT,
    &old_version::LINT,
    &permissions_management::LINT,
];

#[cfg(test)]
mod tests;
