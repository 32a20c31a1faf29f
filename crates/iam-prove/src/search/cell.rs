//! The values of one dimension that a region still has, and predicates on them. Three kinds: texts under constraints
//! (`text::lazy`), where a partition would be too large; a finite set of atoms (one of
//! them may mean "absent"), and a key that may be multi-valued, with literals "all values are in A" and "some value is in
//! B". A conjunction of those can be satisfied exactly when every B meets the intersection of all A: the procedure is
//! complete.

use crate::bits::Bits;
use crate::text::lazy::{Constraint, LazyText};
use std::rc::Rc;

/// What a multi-valued key must satisfy. Its values are a set, maybe empty, of element atoms.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Many {
    /// Nothing satisfies it.
    Never,
    /// Everything does.
    Always,
    /// All values are among these.
    All(Bits),
    /// Some value is among these.
    Some(Bits),
}

/// A predicate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pred {
    /// One of these atoms.
    Set(Bits),
    /// For a key that may be multi-valued: one of these atoms when it is absent or single-valued, else `many`.
    Key {
        /// Atom 0 means absent, atom `i + 1` the single value `i`.
        single: Bits,
        /// For several values.
        many: Many,
    },
    /// For texts that are not partitioned.
    Text {
        /// Values that are no texts: absent, the resource `*`.
        special: Bits,
        /// A list of patterns, and whether one of it matches.
        constraint: Constraint,
    },
}

impl Pred {
    pub(crate) fn negate(&self) -> Self {
        match self {
            Self::Set(bits) => Self::Set(bits.complement()),
            Self::Key { single, many } => Self::Key { single: single.complement(), many: many.negate() },
            Self::Text { special, constraint: (list, wanted) } => {
                Self::Text { special: special.complement(), constraint: (*list, !wanted) }
            }
        }
    }
}

impl Many {
    fn negate(&self) -> Self {
        match self {
            Self::Never => Self::Always,
            Self::Always => Self::Never,
            Self::All(bits) => Self::Some(bits.complement()),
            Self::Some(bits) => Self::All(bits.complement()),
        }
    }
}

/// The values of one dimension that are left, never empty.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    /// Atoms.
    Set(Bits),
    /// A key that may be multi-valued.
    Key {
        /// Absent, or a single value.
        single: Bits,
        /// Several values, where that is left.
        several: Option<Several>,
    },
    /// Texts that are not partitioned.
    Text {
        /// Values that are no texts.
        special: Bits,
        /// What a text has to satisfy, sorted; `None`: no text is left.
        text: Option<Vec<Constraint>>,
        /// All lists of patterns.
        lists: Rc<LazyText>,
    },
}

/// Constraints with one more; `None` when nothing satisfies them. What cannot be told counts as satisfiable: then at worst
/// no example is found in the end.
fn with(lists: &LazyText, constraints: &[Constraint], more: Constraint) -> Option<Vec<Constraint>> {
    let mut all = constraints.to_vec();
    if let Err(at) = all.binary_search(&more) {
        all.insert(at, more);
    }
    lists.may_hold(constraints, &all, more).then_some(all)
}

/// The sets of values that are left: all among `allowed`, one at least in each of `needs`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Several {
    pub(crate) allowed: Bits,
    pub(crate) needs: Vec<Bits>,
}

impl Several {
    fn meet(&self, many: &Many) -> Option<Self> {
        let mut met = self.clone();
        match many {
            Many::Never => return None,
            Many::Always => {}
            Many::All(bits) => met.allowed.meet(bits),
            Many::Some(bits) => met.needs.push(bits.clone()),
        }
        met.needs.iter().all(|need| need.intersects(&met.allowed)).then_some(met)
    }

    fn is_within(&self, many: &Many) -> bool {
        match many {
            Many::Never => false,
            Many::Always => true,
            Many::All(bits) => self.allowed.is_subset(bits),
            Many::Some(bits) => self.needs.iter().any(|need| {
                let mut usable = need.clone();
                usable.meet(&self.allowed);
                usable.is_subset(bits)
            }),
        }
    }
}

impl Cell {
    /// What is left under a predicate; `None` when nothing is.
    pub(crate) fn meet(&self, pred: &Pred) -> Option<Self> {
        match (self, pred) {
            (Self::Set(cell), Pred::Set(bits)) => {
                let mut met = cell.clone();
                met.meet(bits);
                (!met.is_empty()).then_some(Self::Set(met))
            }
            (Self::Key { single, several }, Pred::Key { single: bits, many }) => {
                let mut met = single.clone();
                met.meet(bits);
                let several = several.as_ref().and_then(|several| several.meet(many));
                (!met.is_empty() || several.is_some()).then_some(Self::Key { single: met, several })
            }
            (Self::Text { special, text, lists }, Pred::Text { special: bits, constraint }) => {
                let mut met = special.clone();
                met.meet(bits);
                let text = text.as_ref().and_then(|text| with(lists, text, *constraint));
                let left = !met.is_empty() || text.is_some();
                left.then(|| Self::Text { special: met, text, lists: Rc::clone(lists) })
            }
            // A dimension has predicates of its own kind only.
            _ => Some(self.clone()),
        }
    }

    /// Whether nothing that is left satisfies a predicate.
    pub(crate) fn is_disjoint(&self, pred: &Pred) -> bool {
        match (self, pred) {
            (Self::Set(cell), Pred::Set(bits)) => !cell.intersects(bits),
            (Self::Key { single, several }, Pred::Key { single: bits, many }) => {
                !single.intersects(bits) && several.as_ref().is_none_or(|several| several.meet(many).is_none())
            }
            (Self::Text { special, text, lists }, Pred::Text { special: bits, constraint }) => {
                let none = |text: &Vec<Constraint>| with(lists, text, *constraint).is_none();
                !special.intersects(bits) && text.as_ref().is_none_or(none)
            }
            _ => false,
        }
    }

    /// Whether all that is left satisfies a predicate.
    pub(crate) fn is_within(&self, pred: &Pred) -> bool {
        match (self, pred) {
            (Self::Set(cell), Pred::Set(bits)) => cell.is_subset(bits),
            (Self::Key { single, several }, Pred::Key { single: bits, many }) => {
                single.is_subset(bits) && several.as_ref().is_none_or(|several| several.is_within(many))
            }
            (Self::Text { special, text, lists }, Pred::Text { special: bits, constraint: (list, wanted) }) => {
                let none = |text: &Vec<Constraint>| with(lists, text, (*list, !wanted)).is_none();
                special.is_subset(bits) && text.as_ref().is_none_or(none)
            }
            _ => false,
        }
    }
}
