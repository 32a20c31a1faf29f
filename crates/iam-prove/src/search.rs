//! The decision procedure: is there a point of a region outside all of these boxes? Boxes are conjunctions of literals,
//! one predicate on one dimension each. It knows nothing of policies and never calls the evaluator.
//!
//! Avoiding boxes: drop those disjoint from the region; fail where one covers it; where only one literal of a box can be
//! violated, violate it; else branch on the box with the fewest such literals, **with disjoint splits** (the branch that
//! violates literal *i* assumes that the ones before it hold). In the worst case exponential (the problem is
//! coNP-complete): hence the budget of steps.

pub(crate) mod cell;

use cell::{Cell, Pred};
use std::collections::BTreeMap;

/// One dimension: all its values and the predicates on it.
#[derive(Debug)]
pub(crate) struct Dimension {
    /// Everything that a request may hold here.
    pub(crate) whole: Cell,
    preds: Vec<Pred>,
    negated: Vec<Pred>,
    numbers: BTreeMap<Pred, u32>,
}

/// A literal: a predicate, by number, on a dimension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Literal {
    pub(crate) dimension: u32,
    pub(crate) pred: u32,
}

/// A conjunction of literals, sorted: the empty one holds everywhere.
pub(crate) type BoxLiterals = Vec<Literal>;

/// Lists up to this size are searched, longer ones have an index.
const FEW: usize = 24;

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Dimension {
    pub(crate) const fn new(whole: Cell) -> Self {
        Self { whole, preds: Vec::new(), negated: Vec::new(), numbers: BTreeMap::new() }
    }

    /// The number of a predicate; equal predicates have one.
    pub(crate) fn number(&mut self, pred: Pred) -> u32 {
        let count = self.preds.len();
        if count >= FEW && self.numbers.is_empty() {
            self.numbers = self.preds.iter().cloned().zip(0..).collect();
        }
        let known = if count < FEW {
            self.preds.iter().position(|known| *known == pred).map(number)
        } else {
            self.numbers.get(&pred).copied()
        };
        known.unwrap_or_else(|| {
            self.negated.push(pred.negate());
            if count >= FEW {
                self.numbers.insert(pred.clone(), number(count));
            }
            self.preds.push(pred);
            number(count)
        })
    }

    fn pred(&self, number: u32) -> Option<&Pred> {
        self.preds.get(number as usize)
    }

    fn negated(&self, number: u32) -> Option<&Pred> {
        self.negated.get(number as usize)
    }
}

/// What a search gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// There is a point; the region is narrowed to such points.
    Found,
    /// There is none.
    Covered,
    /// The budget is used up.
    OverBudget,
}

/// How a box lies to the region.
enum Lie {
    Disjoint,
    /// It covers the region.
    Covers,
    /// So many of its literals can be violated; the first of them.
    Open(usize, Literal),
}

/// A search over the regions of one space.
pub(crate) struct Search<'s> {
    dimensions: &'s [Dimension],
    region: Vec<Cell>,
    /// What cells were before they were narrowed.
    trail: Vec<(usize, Cell)>,
    steps: u64,
    budget: u64,
}

impl<'s> Search<'s> {
    /// A search that begins with everything.
    pub(crate) fn new(dimensions: &'s [Dimension], budget: u64) -> Self {
        let region = dimensions.iter().map(|dimension| dimension.whole.clone()).collect();
        Self { dimensions, region, trail: Vec::new(), steps: 0, budget }
    }

    /// Boxes that were looked at.
    pub(crate) const fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) fn region(&self) -> &[Cell] {
        &self.region
    }

    /// A place to come [`back`](Self::back) to.
    pub(crate) fn mark(&self) -> usize {
        self.trail.len()
    }

    /// Takes back what was narrowed since the mark.
    pub(crate) fn back(&mut self, mark: usize) {
        while self.trail.len() > mark {
            let Some((at, cell)) = self.trail.pop() else { return };
            if let Some(slot) = self.region.get_mut(at) {
                *slot = cell;
            }
        }
    }

    /// Narrows the region to a box; whether anything is left. After `false` the caller has to go back to its mark.
    pub(crate) fn enter(&mut self, literals: &[Literal]) -> bool {
        literals.iter().all(|literal| self.narrow(*literal, true))
    }

    fn narrow(&mut self, literal: Literal, holds: bool) -> bool {
        let at = literal.dimension as usize;
        let dimensions = self.dimensions;
        let (Some(dimension), Some(cell)) = (dimensions.get(at), self.region.get_mut(at)) else { return false };
        let pred = if holds { dimension.pred(literal.pred) } else { dimension.negated(literal.pred) };
        let Some(pred) = pred else { return false };
        if cell.is_within(pred) {
            return true;
        }
        let Some(narrowed) = cell.meet(pred) else { return false };
        self.trail.push((at, std::mem::replace(cell, narrowed)));
        true
    }

    fn lie(&self, literals: &[Literal]) -> Lie {
        let mut open: Option<(usize, Literal)> = None;
        for literal in literals {
            let at = literal.dimension as usize;
            let (Some(dimension), Some(cell)) = (self.dimensions.get(at), self.region.get(at)) else { continue };
            let Some(pred) = dimension.pred(literal.pred) else { continue };
            if cell.is_disjoint(pred) {
                return Lie::Disjoint;
            }
            if !cell.is_within(pred) {
                open = Some(open.map_or((1, *literal), |(count, first)| (count + 1, first)));
            }
        }
        open.map_or(Lie::Covers, |(count, first)| Lie::Open(count, first))
    }

    /// Looks for a point of the region outside all boxes. With `Found` the region is narrowed to such points; with
    /// another outcome it is as before.
    pub(crate) fn avoid(&mut self, boxes: &[&[Literal]]) -> Outcome {
        let mark = self.mark();
        let outcome = self.avoid_from(boxes.to_vec());
        if outcome != Outcome::Found {
            self.back(mark);
        }
        outcome
    }

    fn avoid_from(&mut self, mut boxes: Vec<&[Literal]>) -> Outcome {
        loop {
            let mut best: Option<(usize, usize)> = None;
            let mut narrowed = false;
            let mut live = 0;
            for at in 0..boxes.len() {
                let Some(literals) = boxes.get(at).copied() else { break };
                self.steps += 1;
                match self.lie(literals) {
                    Lie::Disjoint => continue,
                    Lie::Covers => return Outcome::Covered,
                    // The only literal that can be violated has to be.
                    Lie::Open(1, only) => {
                        if !self.narrow(only, false) {
                            return Outcome::Covered;
                        }
                        narrowed = true;
                        continue;
                    }
                    Lie::Open(count, _) => {
                        if best.is_none_or(|(least, _)| count < least) {
                            best = Some((count, live));
                        }
                    }
                }
                if let Some(slot) = boxes.get_mut(live) {
                    *slot = literals;
                }
                live += 1;
            }
            boxes.truncate(live);
            if self.steps > self.budget {
                return Outcome::OverBudget;
            }
            let Some((_, at)) = best else { return Outcome::Found };
            if !narrowed {
                let chosen = boxes.swap_remove(at);
                return self.branch(chosen, &boxes);
            }
        }
    }

    /// Violates the literals of a box one after the other, the ones before holding.
    fn branch(&mut self, chosen: &[Literal], rest: &[&[Literal]]) -> Outcome {
        for literal in chosen {
            let mark = self.mark();
            // A literal that holds everywhere here cannot be violated.
            if self.narrow(*literal, false) {
                match self.avoid_from(rest.to_vec()) {
                    Outcome::Covered => {}
                    other => return other,
                }
            }
            self.back(mark);
            if !self.narrow(*literal, true) {
                return Outcome::Covered;
            }
        }
        Outcome::Covered
    }
}

#[cfg(test)]
mod tests;
