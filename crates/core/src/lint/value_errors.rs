//! AWS's errors in values: ARNs, Regions, condition keys, operators and their values, variables, principals.

mod arn_account_not_allowed;
mod arn_forms;
mod arn_region_not_allowed;
mod duplicate_keys_with_different_case;
mod empty_variable;
mod federated_principal_not_supported;
mod invalid_action;
mod invalid_arn_account;
mod invalid_arn_prefix;
mod invalid_arn_region;
mod invalid_arn_resource;
mod invalid_arn_service_case;
mod invalid_condition_data_type;
mod invalid_condition_key_format;
mod invalid_condition_multiple_boolean;
mod invalid_condition_operator;
mod invalid_federated_principal_syntax_in_role_trust_policy;
mod invalid_global_condition_key;
mod invalid_partition;
mod invalid_region;
mod invalid_service;
mod invalid_service_condition_key;
mod invalid_service_in_action;
mod invalid_service_principal_format;
mod invalid_variable_for_operator;
mod invalid_vpc_format;
mod invalid_vpce_format;
mod mismatched_action_for_principal;
mod missing_action_for_condition_key;
mod missing_action_for_roles_anywhere_trust_policy;
mod missing_arn_field;
mod missing_arn_region;
mod missing_brace_in_variable;
mod missing_qualifier;
mod missing_quote_in_variable;
mod missing_tag_key_in_condition;
mod null_with_if_exists;
mod private_addresses;
mod private_ip_address;
mod private_not_ip_address;
mod providers;
mod regions;
mod service_names;
mod unsupported_action_for_condition_key;
mod unsupported_action_in_policy;
mod unsupported_condition_key_for_service_principal;
mod unsupported_global_condition_key;
mod unsupported_resource_arn_in_policy;
mod unsupported_space_in_variable;
mod unsupported_wildcard_in_principal;
mod variable_unsupported_in_element;
mod variable_unsupported_in_version;
mod variables;

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[
    &arn_account_not_allowed::LINT,
    &arn_region_not_allowed::LINT,
    &invalid_arn_account::LINT,
    &invalid_arn_prefix::LINT,
    &invalid_arn_region::LINT,
    &invalid_arn_resource::LINT,
    &invalid_arn_service_case::LINT,
    &invalid_partition::LINT,
    &missing_arn_field::LINT,
    &missing_arn_region::LINT,
    &invalid_action::LINT,
    &invalid_service_in_action::LINT,
    &invalid_service::LINT,
    &duplicate_keys_with_different_case::LINT,
    &invalid_condition_key_format::LINT,
    &invalid_global_condition_key::LINT,
    &unsupported_global_condition_key::LINT,
    &invalid_service_condition_key::LINT,
    &missing_tag_key_in_condition::LINT,
    &missing_qualifier::LINT,
    &invalid_condition_operator::LINT,
    &null_with_if_exists::LINT,
    &invalid_condition_data_type::LINT,
    &invalid_condition_multiple_boolean::LINT,
    &invalid_region::LINT,
    &invalid_vpc_format::LINT,
    &invalid_vpce_format::LINT,
    &private_ip_address::LINT,
    &private_not_ip_address::LINT,
    &invalid_variable_for_operator::LINT,
    &missing_brace_in_variable::LINT,
    &missing_quote_in_variable::LINT,
    &unsupported_space_in_variable::LINT,
    &empty_variable::LINT,
    &variable_unsupported_in_element::LINT,
    &variable_unsupported_in_version::LINT,
    &unsupported_wildcard_in_principal::LINT,
    &invalid_service_principal_format::LINT,
    &federated_principal_not_supported::LINT,
    &unsupported_condition_key_for_service_principal::LINT,
    &unsupported_action_for_condition_key::LINT,
    &unsupported_action_in_policy::LINT,
    &unsupported_resource_arn_in_policy::LINT,
    &missing_action_for_condition_key::LINT,
    &invalid_federated_principal_syntax_in_role_trust_policy::LINT,
    &mismatched_action_for_principal::LINT,
    &missing_action_for_roles_anywhere_trust_policy::LINT,
];

#[cfg(test)]
mod tests;
