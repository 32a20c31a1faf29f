//! Ordered values of condition keys: numbers, points in time, addresses. Sets of them are intervals (`ranges`); here is how
//! a text becomes one, and how a gap between intervals gets an example that people can read.

mod decimal;
mod instant;
mod network;

pub(crate) use decimal::Number;
pub(crate) use instant::Moment;
pub(crate) use network::Address;

use crate::bits::Bits;
use crate::ranges::{Cut, Ranges};
use crate::text::atoms::Atoms;

/// A value of an ordered type, as a text of a request.
pub(crate) trait Ordered: Ord + Clone {
    /// A text whose value lies behind `low` and before `high`; `None` when there is none. A missing bound is none.
    fn example(low: Option<&Cut<Self>>, high: Option<&Cut<Self>>) -> Option<String>;
}

/// Partitions all values by sets of them.
pub(crate) fn partition<T: Ordered>(sets: &[Ranges<T>]) -> Atoms {
    let mut cuts: Vec<&Cut<T>> = sets.iter().flat_map(Ranges::cuts).collect();
    cuts.sort();
    cuts.dedup();
    let mut rows = Vec::new();
    let mut low: Option<&Cut<T>> = None;
    for high in cuts.iter().copied().map(Some).chain([None]) {
        if let Some(example) = T::example(low, high) {
            let mut row = Bits::none(sets.len());
            sets.iter().enumerate().filter(|(_, set)| set.holds_behind(low)).for_each(|(at, _)| row.insert(at));
            rows.push((row, example));
        }
        low = high;
    }
    let steps = rows.len() as u64;
    Atoms::from_rows(sets.len(), rows, steps)
}

/// Whether a value lies behind `low` and before `high`.
fn between<T: Ord>(value: &T, low: Option<&Cut<T>>, high: Option<&Cut<T>>) -> bool {
    let above = low.is_none_or(|low| if low.behind { *value > low.value } else { *value >= low.value });
    let below = high.is_none_or(|high| if high.behind { *value <= high.value } else { *value < high.value });
    above && below
}

#[cfg(test)]
mod tests;
