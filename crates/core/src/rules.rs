//! All rules of the vendor role, each with its texts in a file of its own. What makes them fire stands in `trust`,
//! `contract`, `policy`, `role` and `organization`; suppressions and baselines are kept by the gate.

use crate::rule::Rule;

pub mod account_in_two_organizations;
pub mod allow_everything;
pub mod baseline_stale;
pub mod contract_contradiction;
pub mod contract_empty_pattern;
pub mod description_invalid;
pub mod description_too_long;
pub mod document_warning;
pub mod external_id_guessable;
pub mod external_id_if_exists;
pub mod external_id_ignores_case;
pub mod external_id_invalid;
pub mod external_id_missing;
pub mod external_id_negated;
pub mod external_id_operator;
pub mod external_id_other_account;
pub mod external_id_other_organization;
pub mod external_id_pattern;
pub mod external_id_set_operator;
pub mod external_id_several;
pub mod external_id_shared;
pub mod external_id_text_differs;
pub mod external_id_wrong;
pub mod inline_policies_too_long;
pub mod not_action;
pub mod not_resource;
pub mod pass_role_any_resource;
pub mod permission_forbidden;
pub mod permission_missing;
pub mod permission_not_needed;
pub mod reference_new_access;
pub mod reference_new_trust;
pub mod role_code_boundary;
pub mod role_code_description;
pub mod role_code_managed_policies;
pub mod role_code_name;
pub mod role_code_path;
pub mod role_code_policy;
pub mod role_code_session_duration;
pub mod role_code_tags;
pub mod role_code_trust;
pub mod role_name_case;
pub mod role_name_invalid;
pub mod role_path;
pub mod service_wildcard;
pub mod session_duration;
pub mod simulator_contradicts_contract;
pub mod simulator_contradicts_evaluator;
pub mod suppression_expired;
pub mod suppression_unused;
pub mod tag_invalid;
pub mod too_many_tags;
pub mod trust_broad_action;
pub mod trust_conditional_deny;
pub mod trust_denies_vendor;
pub mod trust_missing;
pub mod trust_not_principal;
pub mod trust_opens_to_others;
pub mod trust_opens_with_wrong_id;
pub mod trust_opens_without_id;
pub mod trust_other_principal;
pub mod trust_policy_too_long;
pub mod trust_role_arn_principal;
pub mod trust_session_action;
pub mod trust_unique_id_principal;
pub mod trust_wildcard_principal;
pub mod trust_wrong_account;
pub mod trust_wrong_partition;
pub mod unknown_action;
pub mod unknown_service;

/// Every rule, sorted by code.
pub static ALL: &[&Rule] = &[
    &account_in_two_organizations::RULE,
    &allow_everything::RULE,
    &baseline_stale::RULE,
    &contract_contradiction::RULE,
    &contract_empty_pattern::RULE,
    &description_invalid::RULE,
    &description_too_long::RULE,
    &document_warning::RULE,
    &external_id_guessable::RULE,
    &external_id_if_exists::RULE,
    &external_id_ignores_case::RULE,
    &external_id_invalid::RULE,
    &external_id_missing::RULE,
    &external_id_negated::RULE,
    &external_id_operator::RULE,
    &external_id_other_account::RULE,
    &external_id_other_organization::RULE,
    &external_id_pattern::RULE,
    &external_id_set_operator::RULE,
    &external_id_several::RULE,
    &external_id_shared::RULE,
    &external_id_text_differs::RULE,
    &external_id_wrong::RULE,
    &inline_policies_too_long::RULE,
    &not_action::RULE,
    &not_resource::RULE,
    &pass_role_any_resource::RULE,
    &permission_forbidden::RULE,
    &permission_missing::RULE,
    &permission_not_needed::RULE,
    &reference_new_access::RULE,
    &reference_new_trust::RULE,
    &role_code_boundary::RULE,
    &role_code_description::RULE,
    &role_code_managed_policies::RULE,
    &role_code_name::RULE,
    &role_code_path::RULE,
    &role_code_policy::RULE,
    &role_code_session_duration::RULE,
    &role_code_tags::RULE,
    &role_code_trust::RULE,
    &role_name_case::RULE,
    &role_name_invalid::RULE,
    &role_path::RULE,
    &service_wildcard::RULE,
    &session_duration::RULE,
    &simulator_contradicts_contract::RULE,
    &simulator_contradicts_evaluator::RULE,
    &suppression_expired::RULE,
    &suppression_unused::RULE,
    &tag_invalid::RULE,
    &too_many_tags::RULE,
    &trust_broad_action::RULE,
    &trust_conditional_deny::RULE,
    &trust_denies_vendor::RULE,
    &trust_missing::RULE,
    &trust_not_principal::RULE,
    &trust_opens_to_others::RULE,
    &trust_opens_with_wrong_id::RULE,
    &trust_opens_without_id::RULE,
    &trust_other_principal::RULE,
    &trust_policy_too_long::RULE,
    &trust_role_arn_principal::RULE,
    &trust_session_action::RULE,
    &trust_unique_id_principal::RULE,
    &trust_wildcard_principal::RULE,
    &trust_wrong_account::RULE,
    &trust_wrong_partition::RULE,
    &unknown_action::RULE,
    &unknown_service::RULE,
];

/// The rule with this code.
pub fn by_code(code: &str) -> Option<&'static Rule> {
    ALL.binary_search_by(|rule| rule.code.cmp(code)).ok().and_then(|index| ALL.get(index)).copied()
}

#[cfg(test)]
mod tests;
