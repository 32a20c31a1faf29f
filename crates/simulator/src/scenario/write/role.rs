//! A role as it is written: a word, or a table of what is different from the right one.

use super::align::{Entry, Written};
use crate::scenario::{PolicyPart, RolePart, TrustIds, TrustPart};
use rolecall_core::organization::AccountKind;
use toml::Value;

/// A role that is right unless something is said.
pub(super) fn right_by_default(role: &RolePart) -> Entry {
    Entry::new("role", Some(written(Some(role))), *role == RolePart::default())
}

pub(super) fn written(role: Option<&RolePart>) -> Written {
    let word = |word: &str| Written::Plain(Value::String(word.to_owned()));
    match role {
        None => word("absent"),
        Some(role) if *role == RolePart::default() => word("right"),
        Some(role) => Written::Table(table(role)),
    }
}

fn table(role: &RolePart) -> Vec<(&'static str, Value)> {
    let text = |text: &str| Value::String(text.to_owned());
    let number = |number: u32| Value::Integer(i64::from(number));
    let mut entries = Vec::new();
    entries.extend(role.name.as_ref().map(|name| ("name", text(name))));
    entries.extend(role.path.as_ref().map(|path| ("path", text(path))));
    match &role.trust {
        TrustPart::Written(document) => entries.push(("trust", text(document))),
        TrustPart::Made { principal, operator, ids } => {
            entries.extend(match ids {
                TrustIds::Right => None,
                TrustIds::OfOrganization => Some(("external_id_of", text("organization"))),
                TrustIds::Of(name) => Some(("external_id_of", text(name))),
                TrustIds::Written(ids) => Some(("external_id", texts(ids))),
                TrustIds::Among(more) => Some(("more_ids", number(*more))),
            });
            entries.extend(Some(("operator", text(operator))).filter(|_| operator != "StringEquals"));
            entries.extend(principal.as_ref().map(|principal| ("principal", text(principal))));
        }
    }
    match &role.policy {
        PolicyPart::Missing => entries.push(("policy", text("none"))),
        PolicyPart::Older => entries.push(("policy", text("older"))),
        PolicyPart::Written(document) => entries.push(("policy", text(document))),
        PolicyPart::Right { of, without, characters } => {
            entries.extend(of.map(|kind| match kind {
                AccountKind::Management => ("policy", text("management")),
                AccountKind::Member => ("policy", text("member")),
            }));
            entries.extend((!without.is_empty()).then(|| ("without", texts(without))));
            entries.extend(characters.map(|characters| ("policy_characters", number(characters))));
        }
    }
    entries.extend(role.boundary.as_ref().map(|document| ("boundary", text(document))));
    entries.extend(role.max_session_s.map(|seconds| ("max_session_s", number(seconds))));
    entries
}

fn texts(values: &[String]) -> Value {
    match values {
        [only] => Value::String(only.clone()),
        several => Value::Array(several.iter().cloned().map(Value::String).collect()),
    }
}
