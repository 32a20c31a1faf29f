//! A request seen by one policy: its resource split once, and each condition key looked up once however many statements
//! ask for it. It lives on the stack for the time of one decision.

use super::context::ContextEntry;
use super::pattern::SplitArn;
use super::request::Request;
use std::cell::Cell;

/// Condition keys of a policy that are remembered; further ones are looked up each time.
const REMEMBERED: usize = 16;

/// The number of a condition key within its policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyNumber(usize);

/// Numbers the keys of a policy while it is compiled.
#[derive(Debug, Default)]
pub(super) struct KeyNumbers(Vec<String>);

impl KeyNumbers {
    /// The number of a key in lower case.
    pub(super) fn of(&mut self, key: &str) -> KeyNumber {
        let known = self.0.iter().position(|known| known == key);
        KeyNumber(known.unwrap_or_else(|| {
            self.0.push(key.to_owned());
            self.0.len() - 1
        }))
    }
}

/// What is known of a key.
#[derive(Clone, Copy)]
enum Found<'r> {
    NotLookedUp,
    Absent,
    Entry(&'r ContextEntry),
}

/// A request seen by one policy.
pub(super) struct Scene<'r> {
    pub(super) request: &'r Request,
    pub(super) resource: SplitArn<'r>,
    found: [Cell<Found<'r>>; REMEMBERED],
}

impl<'r> Scene<'r> {
    pub(super) fn new(request: &'r Request) -> Self {
        let resource = SplitArn::new(request.compared_resource());
        Self { request, resource, found: [const { Cell::new(Found::NotLookedUp) }; REMEMBERED] }
    }

    /// The context's entry of a key in lower case.
    pub(super) fn entry(&self, number: KeyNumber, key: &str) -> Option<&'r ContextEntry> {
        let look_up = || self.request.context().get(key);
        let Some(cell) = self.found.get(number.0) else { return look_up() };
        match cell.get() {
            Found::Entry(entry) => Some(entry),
            Found::Absent => None,
            Found::NotLookedUp => {
                let entry = look_up();
                cell.set(entry.map_or(Found::Absent, Found::Entry));
                entry
            }
        }
    }
}
