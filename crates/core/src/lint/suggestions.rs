//! AWS's suggestions.

mod address_with_host_bits;
mod allow_not_action_resource_tag;
mod allow_resource_tag_unsupported;
mod audience_with_qualifier;
mod empty_actions;
mod empty_condition;
mod empty_condition_for_all_values;
mod empty_condition_for_any_value;
mod empty_condition_if_exists;
mod empty_condition_values;
mod empty_principal;
mod empty_principals;
mod empty_resources;
mod empty_sid;
mod irrelevant_key;
mod null_with_qualifier;
mod private_address_among_public;
mod private_address_among_public_negated;
mod redundant_action;
mod redundant_numbers;
mod redundant_resource;
mod redundant_session_principal;
mod redundant_statement;
mod weak_source_key;
mod wildcard_in_service;

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[
    &empty_actions::LINT,
    &empty_condition_values::LINT,
    &empty_condition_for_all_values::LINT,
    &empty_condition_for_any_value::LINT,
    &empty_condition_if_exists::LINT,
    &empty_principals::LINT,
    &empty_resources::LINT,
    &empty_condition::LINT,
    &empty_principal::LINT,
    &empty_sid::LINT,
    &address_with_host_bits::LINT,
    &null_with_qualifier::LINT,
    &private_address_among_public::LINT,
    &private_address_among_public_negated::LINT,
    &redundant_action::LINT,
    &redundant_numbers::LINT,
    &redundant_resource::LINT,
    &redundant_statement::LINT,
    &wildcard_in_service::LINT,
    &allow_resource_tag_unsupported::LINT,
    &allow_not_action_resource_tag::LINT,
    &weak_source_key::LINT,
    &irrelevant_key::LINT,
    &redundant_session_principal::LINT,
    &audience_with_qualifier::LINT,
];

#[cfg(test)]
mod tests;
