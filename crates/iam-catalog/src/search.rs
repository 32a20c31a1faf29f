//! Searching sorted records: binary search by a predicate, and comparing names as IAM does, ignoring ASCII case.

use std::cmp::Ordering;
use std::ops::Range;

/// The first number of `range` for which `before` does not hold; `before` holds for a leading part of it.
pub(crate) fn partition_point(range: Range<u32>, mut before: impl FnMut(u32) -> bool) -> u32 {
    let Range { mut start, mut end } = range;
    while start < end {
        let middle = start + (end - start) / 2;
        if before(middle) {
            start = middle + 1;
        } else {
            end = middle;
        }
    }
    start
}

/// The order of two names by their lower-case ASCII bytes.
pub(crate) fn order(a: &[u8], b: &[u8]) -> Ordering {
    let alike = a.iter().zip(b).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    a.get(alike).map(u8::to_ascii_lowercase).cmp(&b.get(alike).map(u8::to_ascii_lowercase))
}

/// The order of the start of `name` against `prefix`: `Equal` when `name` begins with it.
pub(crate) fn order_of_start(name: &[u8], prefix: &[u8]) -> Ordering {
    order(name.get(..prefix.len()).unwrap_or(name), prefix)
}
