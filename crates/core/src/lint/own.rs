//! Our own lints for vendor roles: escalation paths, credentials, data, confused deputies, ambiguous patterns. Those
//! that the gate has as rules point at the same rules.

mod account_without_external_id;
mod allow_everything;
mod ambiguous_resource_pattern;
mod credentials_exposure;
mod data_access;
mod deny_not_principal;
mod escalation_path;
mod for_all_values_without_null;
mod not_action;
mod not_resource;
mod service_trust_any_source;
mod service_wildcard;

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[
    &allow_everything::LINT,
    &service_wildcard::LINT,
    &not_action::LINT,
    &not_resource::LINT,
    &account_without_external_id::LINT,
    &service_trust_any_source::LINT,
    &escalation_path::LINT,
    &credentials_exposure::LINT,
    &data_access::LINT,
    &ambiguous_resource_pattern::LINT,
    &for_all_values_without_null::LINT,
    &deny_not_principal::LINT,
];

#[cfg(test)]
mod tests;
