//! The laws of the interval algebra, membership against plain comparison.

use super::{Cut, Ranges};
use proptest::prelude::*;

fn simple() -> impl Strategy<Value = Ranges<i32>> {
    (0_u8..4, -20_i32..20, -20_i32..20, any::<bool>()).prop_map(|(kind, a, b, behind)| {
        let cut = Cut { value: a, behind };
        match kind {
            0 => Ranges::below(cut),
            1 => Ranges::above(cut),
            2 => Ranges::closed(a.min(b), a.max(b)),
            _ => Ranges::closed(a, a),
        }
    })
}

fn set() -> impl Strategy<Value = Ranges<i32>> {
    (proptest::collection::vec(simple(), 0..5), any::<bool>()).prop_map(|(parts, complement)| {
        let union = parts.iter().fold(Ranges::none(), |all, part| all.union(part));
        if complement { union.complement() } else { union }
    })
}

proptest! {
    #[test]
    fn membership_is_a_homomorphism(left in set(), right in set(), value in -22_i32..22) {
        let (a, b) = (left.contains(&value), right.contains(&value));
        prop_assert_eq!(left.union(&right).contains(&value), a || b);
        prop_assert_eq!(left.intersection(&right).contains(&value), a && b);
        prop_assert_eq!(left.complement().contains(&value), !a);
    }

    #[test]
    fn boolean_algebra(a in set(), b in set(), c in set()) {
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert_eq!(a.intersection(&b.union(&c)), a.intersection(&b).union(&a.intersection(&c)));
        prop_assert_eq!(a.union(&b).complement(), a.complement().intersection(&b.complement()));
        prop_assert_eq!(a.complement().complement(), a.clone());
        prop_assert_eq!(a.intersection(&a.complement()), Ranges::none());
        prop_assert_eq!(a.union(&a), a);
    }
}

#[test]
fn bounds_are_open_or_closed() {
    let below = Ranges::below(Cut::before(3));
    assert!(below.contains(&2) && !below.contains(&3));
    let up_to = Ranges::below(Cut::behind(3));
    assert!(up_to.contains(&3) && !up_to.contains(&4));
    assert_eq!(Ranges::closed(4, 3), Ranges::none());
}
