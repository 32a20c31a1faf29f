//! The search against brute force on small spaces, and multi-valued keys against all sets of values.

use super::cell::{Cell, Many, Pred, Several};
use super::{Dimension, Literal, Outcome, Search, number};
use crate::bits::Bits;
use proptest::prelude::*;

const SIZE: usize = 3;
const DIMENSIONS: usize = 3;

fn bits(mask: u8) -> Bits {
    let mut bits = Bits::none(SIZE);
    (0..SIZE).filter(|at| mask >> at & 1 == 1).for_each(|at| bits.insert(at));
    bits
}

fn box_masks() -> impl Strategy<Value = Vec<[u8; DIMENSIONS]>> {
    proptest::collection::vec([1_u8..8, 1_u8..8, 1_u8..8], 0..9)
}

proptest! {
    #[test]
    fn avoiding_agrees_with_brute_force(boxes in box_masks()) {
        let mut dimensions: Vec<Dimension> =
            (0..DIMENSIONS).map(|_| Dimension::new(Cell::Set(Bits::all(SIZE)))).collect();
        let literals: Vec<Vec<Literal>> = boxes
            .iter()
            .map(|masks| {
                let one = |(at, mask): (usize, &u8)| Literal {
                    dimension: number(at),
                    pred: dimensions[at].number(Pred::Set(bits(*mask))),
                };
                masks.iter().enumerate().map(one).collect()
            })
            .collect();
        let slices: Vec<&[Literal]> = literals.iter().map(Vec::as_slice).collect();
        let mut search = Search::new(&dimensions, 1_000_000);
        let outcome = search.avoid(&slices);
        let outside = |point: [usize; 3]| {
            boxes.iter().all(|masks| (0..DIMENSIONS).any(|at| masks[at] >> point[at] & 1 == 0))
        };
        let all = (0..SIZE).flat_map(|x| (0..SIZE).flat_map(move |y| (0..SIZE).map(move |z| [x, y, z])));
        let expected = all.clone().any(outside);
        prop_assert_eq!(outcome == Outcome::Found, expected);
        if outcome == Outcome::Found {
            // Every point of the region that is left is outside.
            let left = |at: usize, value: usize| matches!(&search.region()[at], Cell::Set(set) if set.contains(value));
            for point in all.filter(|point| (0..3).all(|at| left(at, point[at]))) {
                prop_assert!(outside(point));
            }
        }
    }

    #[test]
    fn several_values_are_complete(literals in proptest::collection::vec((any::<bool>(), 0_u8..8), 0..6), more in (any::<bool>(), 0_u8..8)) {
        let pred = |(all, mask): (bool, u8)| if all { Many::All(bits(mask)) } else { Many::Some(bits(mask)) };
        let holds = |set: u8, (all, mask): (bool, u8)| if all { set & !mask == 0 } else { set & mask != 0 };
        let key = |many: Many| Pred::Key { single: Bits::none(SIZE + 1), many };
        let whole = Cell::Key {
            single: Bits::none(SIZE + 1),
            several: Some(Several { allowed: Bits::all(SIZE), needs: Vec::new() }),
        };
        let met = literals.iter().try_fold(whole, |cell, literal| cell.meet(&key(pred(*literal))));
        let sets: Vec<u8> = (0..8).filter(|set| literals.iter().all(|literal| holds(*set, *literal))).collect();
        prop_assert_eq!(met.is_some(), !sets.is_empty());
        if let Some(cell) = met {
            prop_assert_eq!(cell.is_within(&key(pred(more))), sets.iter().all(|set| holds(*set, more)));
            prop_assert_eq!(cell.is_disjoint(&key(pred(more))), !sets.iter().any(|set| holds(*set, more)));
        }
    }
}

#[test]
fn the_budget_ends_a_search() {
    let mut dimensions: Vec<Dimension> = (0..12).map(|_| Dimension::new(Cell::Set(Bits::all(2)))).collect();
    // Every point has a box of its own: all must be looked at.
    let boxes: Vec<Vec<Literal>> = (0..4096_usize)
        .map(|point| {
            (0..12)
                .map(|at| {
                    let pred = Pred::Set(Bits::one(2, point >> at & 1));
                    Literal { dimension: number(at), pred: dimensions[at].number(pred) }
                })
                .collect()
        })
        .collect();
    let slices: Vec<&[Literal]> = boxes.iter().map(Vec::as_slice).collect();
    assert_eq!(Search::new(&dimensions, 1000).avoid(&slices), Outcome::OverBudget);
    assert_eq!(Search::new(&dimensions, 1_000_000).avoid(&slices), Outcome::Covered);
    assert_eq!(Search::new(&dimensions, 1_000_000).avoid(&slices[1..]), Outcome::Found);
}
