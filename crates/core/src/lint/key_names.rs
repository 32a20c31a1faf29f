//! Condition keys by their names: which the catalogue knows, and what is wrong with the others.

use super::steps::step;
use rolecall_iam::document::{Condition, Policy};
use rolecall_iam_catalog::{ConditionKey, Service, condition_key, distance_within, global_condition_keys, service};

/// What a condition key's name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyName {
    /// A key of the catalogue.
    Known(ConditionKey),
    /// The head of tag keys such as `aws:ResourceTag/…`, without a tag.
    WithoutTag(ConditionKey),
    /// A claim of an identity provider that the catalogue does not list: nothing is known of it.
    Claim,
    /// `aws:…` that is no global key.
    UnknownGlobal,
    /// A key that its service does not have.
    UnknownOf(Service),
    /// A key of a service that there is not.
    NoService,
    /// Not of the form `service:name`.
    Malformed,
}

/// What the condition keys of a document are, looked up once for all lints.
#[derive(Clone, Debug, Default)]
pub struct ResolvedKeys {
    statements: Vec<Vec<KeyName>>,
}

/// The key of the catalogue that a condition's name is: a global one, or one of the service before the colon. Claims of
/// identity providers are left out: whether `aud` or `amr` has one value, each provider decides.
fn known(name: &str, found: KeyName) -> Option<ConditionKey> {
    let KeyName::Known(key) = found else { return None };
    let (prefix, _) = name.split_once(':')?;
    let of_service = !prefix.contains('.') && (prefix.eq_ignore_ascii_case("aws") || service(prefix).is_some());
    of_service.then_some(key)
}

impl ResolvedKeys {
    /// Looks up the keys of every statement.
    pub fn of(policy: &Policy) -> Self {
        let names = |conditions: &[Condition]| conditions.iter().map(|one| look_up(&one.key.value)).collect();
        Self { statements: policy.statements.iter().map(|statement| names(&statement.conditions)).collect() }
    }

    /// The condition with this number of the statement with this index, as a key of the catalogue.
    pub(super) fn known(&self, index: usize, at: usize, condition: &Condition) -> Option<ConditionKey> {
        known(&condition.key.value, *self.statement(index).get(at)?)
    }

    /// What the keys of the statement with this index are, in the order of its conditions.
    pub fn statement(&self, index: usize) -> &[KeyName] {
        self.statements.get(index).map_or(&[], Vec::as_slice)
    }
}

/// Looks a name up, ignoring case.
pub fn look_up(name: &str) -> KeyName {
    let Some((prefix, rest)) = name.split_once(':') else { return KeyName::Malformed };
    if prefix.is_empty() || rest.is_empty() || name.contains(char::is_whitespace) && name.trim() != name {
        return KeyName::Malformed;
    }
    let of = service(prefix);
    // The keys of one service and the global ones are fewer than all.
    let near = of.map_or("iam", Service::prefix);
    let found = condition_key(Some(near), name).or_else(|| condition_key(None, name));
    if let Some(key) = found {
        return KeyName::Known(key);
    }
    let head = name.trim_end_matches('/');
    if head.len() >= 3 && head.get(head.len() - 3..).is_some_and(|end| end.eq_ignore_ascii_case("tag")) {
        let with_tag = format!("{head}/x");
        if let Some(key) = condition_key(None, &with_tag).filter(|key| key.is_pattern()) {
            return KeyName::WithoutTag(key);
        }
    }
    if prefix.contains(['.', '/']) {
        return KeyName::Claim;
    }
    if prefix.eq_ignore_ascii_case("aws") {
        return KeyName::UnknownGlobal;
    }
    match of {
        Some(of) => KeyName::UnknownOf(of),
        // `saml:…` and others are keys of a service with another prefix.
        None if has_prefix(prefix) => KeyName::Claim,
        None => KeyName::NoService,
    }
}

/// Whether a key of the catalogue has this prefix, though no service has.
fn has_prefix(prefix: &str) -> bool {
    ["saml", "rolesanywhere"].iter().any(|known| known.eq_ignore_ascii_case(prefix))
}

/// The name of the nearest key among those of a service, or of the global ones; `None` when none is near.
pub fn nearest(name: &str, of: Option<Service>) -> Option<&'static str> {
    let own = of.into_iter().flat_map(Service::condition_keys);
    let global = global_condition_keys().filter(|_| of.is_none());
    let mut nearest: Option<(usize, &'static str)> = None;
    for known in own.chain(global).map(ConditionKey::name) {
        let limit = 1 + known.len() / 8;
        let limit = nearest.map_or(limit, |(distance, _)| distance.min(limit));
        step();
        if let Some(distance) = distance_within(known, name, limit) {
            nearest = nearest.map_or(Some((distance, known)), |best| Some(best.min((distance, known))));
        }
    }
    nearest.map(|(_, known)| known)
}
