//! Condition keys by their names: which the catalogue knows, and what is wrong with the others.

use rolecall_iam::document::{Condition, Policy};
use rolecall_iam_catalog::{ConditionKey, Service, condition_key, global_condition_keys, service};

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

impl ResolvedKeys {
    /// Looks up the keys of every statement.
    pub fn of(policy: &Policy) -> Self {
        let names = |conditions: &[Condition]| conditions.iter().map(|one| look_up(&one.key.value)).collect();
        Self { statements: policy.statements.iter().map(|statement| names(&statement.conditions)).collect() }
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
    own.chain(global)
        .map(ConditionKey::name)
        .map(|known| (distance(known, name), known))
        .min()
        .filter(|(distance, known)| *distance <= 1 + known.len() / 8)
        .map(|(_, known)| known)
}

/// The number of letters to change, add or take away, ignoring case.
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, letter) in left.bytes().enumerate() {
        let mut diagonal = std::mem::replace(row.first_mut().unwrap_or(&mut 0), at + 1);
        let mut before = at + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(right.bytes()) {
            let change = diagonal + usize::from(!letter.eq_ignore_ascii_case(&other));
            diagonal = *cell;
            before = change.min(diagonal + 1).min(before + 1);
            *cell = before;
        }
    }
    row.last().copied().unwrap_or_default()
}
