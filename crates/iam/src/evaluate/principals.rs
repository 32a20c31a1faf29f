//! Whether a `Principal` or `NotPrincipal` element covers the caller, and through what
//! (IAM user guide, `reference_policies_elements_principal`, `…_notprincipal`).

use super::request::{Request, RequestPrincipal};
use crate::arn::Arn;
use crate::document::Element;
use crate::principal::Principal;
use crate::span::Spanned;

/// Through what a principal element covers the caller, weakest first. The kind decides whether the grant stands alone,
/// and whether boundaries and session policies limit it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Via {
    /// The caller's account: delegation to that account.
    Account,
    /// The role of the caller's session: boundaries and session policies still limit the grant.
    Role,
    /// `*`: a grant that stands alone, as one to the caller itself (`reference_policies_elements_principal`: "permissions
    /// boundaries or session policies, do not limit permissions granted using … a wildcard(*) in the Principal element").
    Everyone,
    /// The caller itself: user, session, federated user, service, provider, unique ID of a user.
    Caller,
}

/// Through what the element covers the caller; `None` when it does not.
pub(super) fn covers(element: &Element<Principal>, request: &Request, is_deny: bool) -> Option<Via> {
    if element.negated {
        // "… NotPrincipal … Deny … will always deny any IAM principal that has a permissions boundary policy attached,
        // regardless of the values specified in the NotPrincipal element" (`access_policies_boundaries`).
        let always = is_deny && request.has_permissions_boundary();
        return if !always && exempt(&element.values, request, is_deny) { None } else { Some(Via::Everyone) };
    }
    element.values.iter().filter_map(|principal| matches(&principal.value, request)).max()
}

/// Whether the list of a `NotPrincipal` leaves the caller out. With `Deny` the caller is left out only when it is listed
/// in all its forms: "you must also specify the account ARN of the not-denied principal", and of a session the role and
/// the session (`reference_policies_elements_notprincipal`).
fn exempt(values: &[Spanned<Principal>], request: &Request, is_deny: bool) -> bool {
    let found = |via: Via| values.iter().any(|principal| matches(&principal.value, request) == Some(via));
    let everyone = found(Via::Everyone);
    if !is_deny {
        return everyone || found(Via::Account) || found(Via::Role) || found(Via::Caller);
    }
    everyone
        || match request.principal() {
            RequestPrincipal::Root { .. } => found(Via::Account) || found(Via::Caller),
            RequestPrincipal::User { .. } | RequestPrincipal::FederatedUser { .. } => {
                found(Via::Account) && found(Via::Caller)
            }
            RequestPrincipal::Role { .. } => found(Via::Account) && found(Via::Role),
            RequestPrincipal::Session { .. } => found(Via::Account) && found(Via::Role) && found(Via::Caller),
            RequestPrincipal::Anonymous
            | RequestPrincipal::Service(_)
            | RequestPrincipal::Federated(_)
            | RequestPrincipal::CanonicalUser(_) => found(Via::Caller),
        }
}

fn matches(principal: &Principal, request: &Request) -> Option<Via> {
    let caller = request.principal();
    match principal {
        Principal::Everyone => Some(Via::Everyone),
        Principal::Account { account, text } => {
            // An ARN of another partition names an account there, not here.
            let partition_fits = match Arn::parse(text) {
                Ok(arn) => partition(caller).is_none_or(|partition| partition == arn.partition),
                Err(_) => true,
            };
            (caller.account() == Some(*account) && partition_fits).then_some(Via::Account)
        }
        Principal::AwsArn(arn) => matches_arn(arn, caller),
        Principal::UniqueId(id) => matches_unique_id(id, request),
        Principal::Service(name) => {
            matches!(caller, RequestPrincipal::Service(caller) if caller == name).then_some(Via::Caller)
        }
        // `*` is every provider: inferred from AWS's labelled sample of an OIDC allow list
        // (aws-samples/iam-access-analyzer-custom-policy-check-samples, `allowlist-federated-access-oidc`).
        Principal::Federated(name) => {
            let covers = |caller: &str| name == "*" || caller == name;
            matches!(caller, RequestPrincipal::Federated(caller) if covers(caller)).then_some(Via::Caller)
        }
        Principal::CanonicalUser(id) => {
            matches!(caller, RequestPrincipal::CanonicalUser(caller) if caller == id).then_some(Via::Caller)
        }
    }
}

fn partition(caller: &RequestPrincipal) -> Option<&str> {
    match caller {
        RequestPrincipal::Root { partition, .. } => Some(partition),
        RequestPrincipal::User { arn, .. }
        | RequestPrincipal::Role { arn, .. }
        | RequestPrincipal::Session { arn, .. }
        | RequestPrincipal::FederatedUser { arn, .. } => Arn::parse(arn).ok().map(|arn| arn.partition),
        RequestPrincipal::Anonymous
        | RequestPrincipal::Service(_)
        | RequestPrincipal::Federated(_)
        | RequestPrincipal::CanonicalUser(_) => None,
    }
}

/// A user, session or federated user by its own ARN; a session also by its role's.
fn matches_arn(arn: &str, caller: &RequestPrincipal) -> Option<Via> {
    match caller {
        RequestPrincipal::User { arn: own, .. } | RequestPrincipal::FederatedUser { arn: own, .. } => {
            (own == arn).then_some(Via::Caller)
        }
        RequestPrincipal::Role { arn: own, .. } => (own == arn).then_some(Via::Role),
        RequestPrincipal::Session { arn: own, role_arn, role_told, .. } => {
            if own == arn {
                Some(Via::Caller)
            } else {
                let same_role = if *role_told { role_arn == arn } else { same_role_whatever_path(role_arn, arn) };
                same_role.then_some(Via::Role)
            }
        }
        _ => None,
    }
}

/// A session's ARN has no path; a role's name is unique in its account whatever the path, so name and account decide.
fn same_role_whatever_path(without_path: &str, arn: &str) -> bool {
    let (Ok(left), Ok(right)) = (Arn::parse(without_path), Arn::parse(arn)) else { return false };
    left.partition == right.partition
        && right.service == "iam"
        && left.account == right.account
        && role_name(right.resource).is_some()
        && role_name(left.resource) == role_name(right.resource)
}

/// The name behind `role/` and the path.
fn role_name(resource: &str) -> Option<&str> {
    resource.strip_prefix("role/")?.rsplit('/').next()
}

/// `AIDA…` is a user; `AROA…` a role, of whose sessions the ID is `AROA…:session`.
fn matches_unique_id(id: &str, request: &Request) -> Option<Via> {
    let own = request.principal_id()?;
    if own == id {
        let role = matches!(request.principal(), RequestPrincipal::Role { .. } | RequestPrincipal::Session { .. });
        return Some(if role { Via::Role } else { Via::Caller });
    }
    let role_id = own.split_once(':').map(|(role, _)| role);
    (role_id == Some(id)).then_some(Via::Role)
}
