//! AWS's security warnings.

mod allow_not_principal;
mod deny_not_action_resource_tag;
mod deny_resource_tag_unsupported;
mod for_all_values_single_valued;
mod github_without_repository;
mod oidc_without_condition;
mod pass_role_any_resource;
mod pass_role_not_action;
mod pass_role_not_action_not_resource;
mod pass_role_not_resource;
mod pass_role_wildcard_not_resource;
mod pass_role_wildcards;
mod service_principal_any_source;
mod vpc_address_without_vpc;

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[
    &allow_not_principal::LINT,
    &for_all_values_single_valued::LINT,
    &pass_role_not_resource::LINT,
    &pass_role_wildcard_not_resource::LINT,
    &pass_role_not_action_not_resource::LINT,
    &pass_role_any_resource::LINT,
    &pass_role_wildcards::LINT,
    &pass_role_not_action::LINT,
    &vpc_address_without_vpc::LINT,
    &deny_resource_tag_unsupported::LINT,
    &deny_not_action_resource_tag::LINT,
    &service_principal_any_source::LINT,
    &oidc_without_condition::LINT,
    &github_without_repository::LINT,
];

#[cfg(test)]
mod tests;
