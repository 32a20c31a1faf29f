//! A request seen by one policy: its resource split once, each condition key looked up once and each condition decided once,
//! however many statements ask. It lives on the stack for the time of one decision.

use super::context::ContextEntry;
use super::pattern::SplitArn;
use super::request::Request;
use super::truth::Truth;
use crate::document::Condition;
use std::cell::Cell;

/// Condition keys, and conditions, of a policy that are remembered; further ones are asked for each time.
const REMEMBERED: usize = 16;

/// Where a condition key, or a condition, of a policy is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot(usize);

/// Gives slots to the keys and conditions of a policy while it is compiled: equal ones share theirs.
#[derive(Debug, Default)]
pub(super) struct Slots<'d> {
    keys: Vec<&'d str>,
    conditions: Vec<&'d Condition>,
}

impl<'d> Slots<'d> {
    pub(super) fn of_key(&mut self, condition: &'d Condition) -> Option<Slot> {
        let key = condition.key.value.as_str();
        slot(&mut self.keys, key, |known| known.eq_ignore_ascii_case(key))
    }

    pub(super) fn of_condition(&mut self, condition: &'d Condition) -> Option<Slot> {
        slot(&mut self.conditions, condition, |known| says_the_same(known, condition))
    }
}

/// The slot of an item that is known, or a new one while there is room.
fn slot<T>(known: &mut Vec<T>, item: T, same: impl FnMut(&T) -> bool) -> Option<Slot> {
    if let Some(at) = known.iter().position(same) {
        return Some(Slot(at));
    }
    let at = known.len();
    (at < REMEMBERED).then(|| {
        known.push(item);
        Slot(at)
    })
}

fn says_the_same(left: &Condition, right: &Condition) -> bool {
    left.operator.value == right.operator.value
        && left.key.value.eq_ignore_ascii_case(&right.key.value)
        && left.values.iter().map(|value| &value.value).eq(right.values.iter().map(|value| &value.value))
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
    held: [Cell<Option<Truth>>; REMEMBERED],
}

impl<'r> Scene<'r> {
    pub(super) fn new(request: &'r Request) -> Self {
        let resource = SplitArn::new(request.compared_resource());
        Self {
            request,
            resource,
            found: [const { Cell::new(Found::NotLookedUp) }; REMEMBERED],
            held: [const { Cell::new(None) }; REMEMBERED],
        }
    }

    /// The context's entry of a key in lower case.
    pub(super) fn entry(&self, slot: Option<Slot>, key: &str) -> Option<&'r ContextEntry> {
        let look_up = || self.request.context().get(key);
        let Some(cell) = slot.and_then(|slot| self.found.get(slot.0)) else { return look_up() };
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

    /// Whether a condition holds: as it was decided before, else as `decide` says.
    pub(super) fn held(&self, slot: Option<Slot>, decide: impl FnOnce() -> Truth) -> Truth {
        let Some(cell) = slot.and_then(|slot| self.held.get(slot.0)) else { return decide() };
        cell.get().unwrap_or_else(|| {
            let truth = decide();
            cell.set(Some(truth));
            truth
        })
    }
}
