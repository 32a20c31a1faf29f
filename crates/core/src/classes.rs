//! Classes of actions that a contract can forbid: selections over the catalogue (service, access level, name, resource
//! type) with a reason each, so that actions which AWS adds later fall in by themselves. What a policy grants of a
//! class is judged in `contract`.
//!
//! The selections are this project's reading of the access levels and names in the Service Authorization Reference:
//! inferred, with named exceptions, and held in place by tests in both directions.

mod compute;
mod data;
mod extra;
mod identity;
mod lasting;

use rolecall_iam::glob;
use rolecall_iam_catalog::{AccessLevel, Action, all_actions};

/// A class of actions.
#[derive(Debug, PartialEq, Eq)]
pub struct Class {
    /// Its name in a contract, kebab-case.
    pub name: &'static str,
    /// What it holds, one line.
    pub title: &'static str,
    /// What is in it.
    pub include: &'static [Selector],
    /// What is left out of it again.
    pub exclude: &'static [Selector],
}

/// One selection over the catalogue: an action is in when it meets all four parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Selector {
    /// Which services.
    pub services: Services,
    /// Which access levels; empty: any.
    pub levels: &'static [AccessLevel],
    /// Name patterns with `*` and `?` in **lower case**, of which one must match; empty: any name.
    pub names: &'static [&'static str],
    /// Keys of resource types, of which the action must act on one; empty: whatever it acts on.
    pub resource_types: &'static [&'static str],
    /// Why.
    pub why: &'static str,
}

/// Which services a selection looks at.
#[derive(Debug, PartialEq, Eq)]
pub enum Services {
    /// Every service.
    All,
    /// Those of the catalogue's categories.
    Categories(&'static [&'static str]),
    /// Those with these prefixes.
    Prefixes(&'static [&'static str]),
}

/// Every class, sorted by name.
pub static ALL: &[&Class] = &[
    &compute::CONTROL_PLANE,
    &compute::DATA_PLANE,
    &extra::COST_COMMITMENTS,
    &lasting::CREDENTIALS,
    &data::CUSTOMER_DATA,
    &extra::DATA_STORE_CONTROL_PLANE,
    &lasting::DESTRUCTION,
    &identity::IAM_WRITE,
    &extra::LOGGING_TAMPERING,
    &extra::NETWORK_WRITE,
    &lasting::PERSISTENCE,
    &identity::PRIVILEGE_ESCALATION,
];

/// Everything but reading.
const CHANGES: &[AccessLevel] = &[AccessLevel::Write, AccessLevel::PermissionsManagement, AccessLevel::Tagging];

/// Everything that hands out or changes content: not lists of names, not tags.
const CONTENT: &[AccessLevel] = &[AccessLevel::Read, AccessLevel::Write, AccessLevel::PermissionsManagement];

/// Any level.
const ANY: &[AccessLevel] = &[];

/// The class with this name.
pub fn by_name(name: &str) -> Option<&'static Class> {
    ALL.iter().copied().find(|class| class.name == name)
}

/// The class whose name is nearest to a mistyped one: the first that shares its beginning or holds it.
pub fn nearest(name: &str) -> Option<&'static Class> {
    let same_letters = |text: &str| {
        text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).collect::<Vec<_>>()
    };
    let wanted = same_letters(name);
    let shared = |class: &&&Class| {
        let own = same_letters(class.name);
        own.iter().zip(&wanted).take_while(|(left, right)| left == right).count()
    };
    ALL.iter().max_by_key(shared).filter(|class| shared(class) >= 3).copied()
}

impl Class {
    /// Whether an action is in the class.
    pub fn contains(&self, action: Action) -> bool {
        self.include.iter().any(|selector| selector.selects(action))
            && !self.exclude.iter().any(|selector| selector.selects(action))
    }

    /// All actions of the class, in the order of the catalogue.
    pub fn actions(&self) -> impl Iterator<Item = Action> + '_ {
        all_actions().filter(|action| self.contains(*action))
    }

    /// Why an action is in the class; `None` when it is not.
    pub fn reason(&self, action: Action) -> Option<&'static str> {
        if !self.contains(action) {
            return None;
        }
        self.include.iter().find(|selector| selector.selects(action)).map(|selector| selector.why)
    }
}

impl Selector {
    /// Whether the selection holds an action.
    pub fn selects(&self, action: Action) -> bool {
        self.services.hold(action)
            && (self.levels.is_empty() || self.levels.contains(&action.access_level()))
            && (self.names.is_empty()
                || self.names.iter().any(|name| glob::matches_ignore_ascii_case(name, action.name())))
            && (self.resource_types.is_empty() || acts_on(action, self.resource_types))
    }
}

impl Services {
    fn hold(&self, action: Action) -> bool {
        match self {
            Self::All => true,
            Self::Categories(categories) => categories.contains(&action.service().category()),
            Self::Prefixes(prefixes) => prefixes.contains(&action.service().prefix()),
        }
    }
}

fn acts_on(action: Action, keys: &[&str]) -> bool {
    action.resource_types().any(|row| keys.contains(&row.resource_type().key()))
}

/// A selection by services and levels, whatever the name.
const fn by_level(services: Services, levels: &'static [AccessLevel], why: &'static str) -> Selector {
    Selector { services, levels, names: &[], resource_types: &[], why }
}

/// A selection by services and names, whatever the level.
const fn by_names(services: Services, names: &'static [&'static str], why: &'static str) -> Selector {
    Selector { services, levels: ANY, names, resource_types: &[], why }
}

#[cfg(test)]
mod tests;
