//! OpenID Connect providers as principals of a trust, and conditions on the claims of their tokens.
//! Source: IAM user guide, `id_roles_create_for-idp_oidc` and `reference_policies_iam-condition-keys`.

use rolecall_iam::document::Statement;
use rolecall_iam::principal::Principal;
use rolecall_iam::span::Span;

/// The provider of GitHub Actions.
pub(super) const GITHUB: &str = "token.actions.githubusercontent.com";

/// Providers that need no resource in the account, by the name that stands in `Federated`.
const BUILT_IN: &[&str] =
    &["accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"];

/// The OIDC providers that the statement lets in, by the host (and path) that their claims begin with.
pub(super) fn providers(statement: &Statement) -> impl Iterator<Item = (Span, &str)> {
    let principals = statement.principals.as_ref().filter(|principals| !principals.negated);
    principals.into_iter().flat_map(|principals| &principals.values).filter_map(|value| match &value.value {
        Principal::Federated(text) => host(text).map(|host| (value.span, host)),
        _ => None,
    })
}

fn host(federated: &str) -> Option<&str> {
    if BUILT_IN.contains(&federated) {
        return Some(federated);
    }
    federated.strip_prefix("arn:")?.split_once(":oidc-provider/").map(|(_, host)| host).filter(|host| !host.is_empty())
}

/// Whether a condition of the statement is on this claim of the provider; an empty claim stands for any.
pub(super) fn has_claim(statement: &Statement, host: &str, claim: &str) -> bool {
    statement.conditions.iter().any(|condition| {
        claim_of(&condition.key.value, host).is_some_and(|found| claim.is_empty() || found.eq_ignore_ascii_case(claim))
    })
}

/// The claim of the provider that a condition key names.
pub(super) fn claim_of<'k>(key: &'k str, host: &str) -> Option<&'k str> {
    let (start, rest) = key.split_at_checked(host.len())?;
    let claim = rest.strip_prefix(':')?;
    start.eq_ignore_ascii_case(host).then_some(claim)
}
