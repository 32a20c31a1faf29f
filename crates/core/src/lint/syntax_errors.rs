//! AWS's errors of syntax and structure: elements, types, forms, SCP and trust-policy syntax, sizes.

mod data_type_mismatch;
mod duplicate_element;
mod invalid_effect;
mod invalid_policy_element;
mod invalid_principal_format;
mod invalid_principal_key;
mod invalid_version;
mod json_syntax;
mod missing_action;
mod missing_effect;
mod missing_principal;
mod missing_resource;
mod missing_statement;
pub(super) mod raw_statements;
mod rcp_allow;
mod scp_action_wildcard;
mod scp_allow_condition;
mod scp_allow_not_action;
mod scp_allow_resource;
mod scp_not_resource;
mod scp_principal;
mod scp_too_long;
mod trust_not_principal;
mod trust_principal_wildcard;
mod trust_resource;
mod unique_sids_required;
mod unsupported_element_combination;
mod unsupported_principal;
mod unsupported_sid;

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[
    &json_syntax::LINT,
    &duplicate_element::LINT,
    &data_type_mismatch::LINT,
    &invalid_policy_element::LINT,
    &invalid_principal_key::LINT,
    &invalid_principal_format::LINT,
    &invalid_effect::LINT,
    &invalid_version::LINT,
    &missing_action::LINT,
    &missing_effect::LINT,
    &missing_principal::LINT,
    &missing_resource::LINT,
    &missing_statement::LINT,
    &unsupported_element_combination::LINT,
    &unsupported_principal::LINT,
    &scp_principal::LINT,
    &scp_action_wildcard::LINT,
    &scp_allow_condition::LINT,
    &scp_allow_not_action::LINT,
    &scp_allow_resource::LINT,
    &scp_not_resource::LINT,
    &scp_too_long::LINT,
    &trust_not_principal::LINT,
    &trust_principal_wildcard::LINT,
    &trust_resource::LINT,
    &unique_sids_required::LINT,
    &unsupported_sid::LINT,
    &rcp_allow::LINT,
];

#[cfg(test)]
mod tests;
