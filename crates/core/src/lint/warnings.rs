//! AWS's general warnings.

mod create_slr_any_resource;
mod create_slr_not_action;
mod create_slr_not_action_not_resource;
mod create_slr_not_resource;
mod create_slr_wildcard_not_resource;
mod create_slr_wildcards;
mod deprecated_global_key;
mod epoch_date;
mod github_wildcard;
mod identity_policy_too_long;
mod missing_version;
mod operator_of_other_type;
mod repeated_sid;
mod resource_policy_too_long;
mod role_id_principal;
mod trust_policy_too_long_for_default;
mod user_id_principal;
mod value_not_address;
mod value_not_base64;
mod value_not_boolean;
mod value_not_date;
mod value_not_number;
mod wildcard_without_like;

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[
    &create_slr_not_resource::LINT,
    &create_slr_wildcard_not_resource::LINT,
    &create_slr_not_action_not_resource::LINT,
    &create_slr_any_resource::LINT,
    &create_slr_wildcards::LINT,
    &create_slr_not_action::LINT,
    &deprecated_global_key::LINT,
    &epoch_date::LINT,
    &role_id_principal::LINT,
    &user_id_principal::LINT,
    &missing_version::LINT,
    &repeated_sid::LINT,
    &wildcard_without_like::LINT,
    &identity_policy_too_long::LINT,
    &resource_policy_too_long::LINT,
    &operator_of_other_type::LINT,
    &value_not_boolean::LINT,
    &value_not_date::LINT,
    &value_not_address::LINT,
    &value_not_number::LINT,
    &value_not_base64::LINT,
    &github_wildcard::LINT,
    &trust_policy_too_long_for_default::LINT,
];

#[cfg(test)]
mod tests;
