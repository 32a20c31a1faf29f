//! The role profile: put together from `[role]` and the policies, judged against AWS's limits.

use super::policies::Policies;
use crate::config::Config;
use crate::run::Run;
use rolecall_core::limits::MAX_SESSION_DURATION_MIN_S;
use rolecall_core::profile::{RoleProfile, Tag, VendorPrincipal};
use rolecall_core::role::profile_rules::{ProfilePlaces, check_profile};
use rolecall_iam::span::{Span, Spanned};

/// A profile with the places of its parts in the configuration.
pub(super) struct PlacedProfile {
    pub(super) profile: RoleProfile,
    pub(super) places: ProfilePlaces,
}

/// Puts the profile together and judges it; `None` when a policy of it is not sound.
pub(super) fn check(config: &Config, policies: &Policies, run: &mut Run<'_>) -> Option<PlacedProfile> {
    run.check("profile", config.role.name.value.clone(), |run| {
        let profile = profile(config, policies).ok_or("a policy of the role is not sound")?;
        let places = places(config);
        run.findings.extend(check_profile(&profile, &places));
        Ok((PlacedProfile { profile, places }, "name, path, description, session duration, tags and sizes".to_owned()))
    })
}

/// The profile of a configuration; `None` when a policy of it is not sound.
pub(crate) fn profile(config: &Config, policies: &Policies) -> Option<RoleProfile> {
    let role = &config.role;
    let text = |value: &Spanned<String>| value.value.clone();
    let policy_name = role.inline_policy_name.as_ref().unwrap_or(&role.name);
    let tag = |(key, value): &(Spanned<String>, Spanned<String>)| Tag { key: text(key), value: text(value) };
    let seconds = role.max_session_duration_s.as_ref();
    Some(RoleProfile {
        name: text(&role.name),
        path: role.path.as_ref().map_or_else(|| "/".to_owned(), text),
        description: role.description.as_ref().map(text),
        max_session_duration_s: seconds.map_or(MAX_SESSION_DURATION_MIN_S, |seconds| seconds.value),
        tags: role.tags.iter().map(tag).collect(),
        vendor: VendorPrincipal {
            account: role.vendor_account.value,
            principal_arns: role.vendor_principal_arns.iter().map(text).collect(),
        },
        permissions: policies.permissions(&policy_name.value)?,
        managed_policy_arns: role.managed_policy_arns.iter().map(text).collect(),
        permissions_boundary: role.permissions_boundary.as_ref().map(text),
    })
}

/// Where the parts are written; what is not written has the place of the table.
fn places(config: &Config) -> ProfilePlaces {
    let role = &config.role;
    let of = |value: Option<&Spanned<String>>| value.map_or(role.span, |value| value.span);
    let first = |spans: Option<(Span, Span)>| spans.map_or(role.span, |(first, last)| first.to(last));
    let arns = role.managed_policy_arns.first().zip(role.managed_policy_arns.last());
    let tags = role.tags.first().zip(role.tags.last());
    ProfilePlaces {
        role: role.span,
        name: role.name.span,
        path: of(role.path.as_ref()),
        description: of(role.description.as_ref()),
        max_session_duration: role.max_session_duration_s.as_ref().map_or(role.span, |value| value.span),
        tags: first(tags.map(|(first, last)| (first.0.span, last.1.span))),
        managed_policies: first(arns.map(|(first, last)| (first.span, last.span))),
        permissions_boundary: of(role.permissions_boundary.as_ref()),
        vendor: role.vendor_account.span,
    }
}
