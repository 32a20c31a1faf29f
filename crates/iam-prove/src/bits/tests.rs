//! The Boolean algebra of bit sets, against sets of the standard library.

use super::Bits;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn bits(size: usize, members: &BTreeSet<usize>) -> Bits {
    let mut bits = Bits::none(size);
    for member in members {
        bits.insert(*member);
    }
    bits
}

fn two_sets() -> impl Strategy<Value = (usize, BTreeSet<usize>, BTreeSet<usize>)> {
    (1_usize..300).prop_flat_map(|size| {
        let set = proptest::collection::btree_set(0..size, 0..size.min(40));
        (Just(size), set.clone(), set)
    })
}

proptest! {
    #[test]
    fn algebra_agrees_with_sets((size, left, right) in two_sets(), from in 0_usize..300, to in 0_usize..300) {
        let (a, b) = (bits(size, &left), bits(size, &right));
        let mut meet = a.clone();
        meet.meet(&b);
        prop_assert_eq!(meet.iter().collect::<BTreeSet<_>>(), &left & &right);
        let mut join = a.clone();
        join.join(&b);
        prop_assert_eq!(join.iter().collect::<BTreeSet<_>>(), &left | &right);
        let mut minus = a.clone();
        minus.minus(&b);
        prop_assert_eq!(minus.iter().collect::<BTreeSet<_>>(), &left - &right);
        prop_assert_eq!(a.complement().complement(), a.clone());
        prop_assert_eq!(a.complement().count(), size - left.len());
        prop_assert_eq!(a.is_subset(&b), left.is_subset(&right));
        prop_assert_eq!(a.intersects(&b), !left.is_disjoint(&right));
        prop_assert_eq!(a.first(), left.first().copied());
        let mut range = Bits::none(size);
        range.set_range(from, to);
        prop_assert_eq!(range.iter().collect::<Vec<_>>(), (from..to.min(size)).collect::<Vec<_>>());
    }
}

#[test]
fn sets_have_one_number() {
    let mut interner = super::Interner::default();
    let set = |number: usize| {
        let mut bits = Bits::none(300);
        (0..9).filter(|bit| number >> bit & 1 == 1).for_each(|bit| bits.insert(bit * 31));
        bits
    };
    for number in 0..512 {
        assert_eq!(interner.number(0, set(number)), (number, true));
    }
    for number in 0..512 {
        assert_eq!(interner.number(0, set(number)), (number, false));
        assert_eq!(interner.get(number), Some(&set(number)));
    }
    assert_eq!(interner.number(1, set(0)), (512, true));
    assert_eq!(interner.len(), 513);
}
