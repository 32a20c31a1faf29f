//! A histogram of milliseconds with bounded size: buckets as wide as 1/256 of their value, so that a quantile is at most
//! 0.4 % off. Counts are integers: histograms merge exactly, in any order.

use std::collections::BTreeMap;

/// Buckets for each doubling, as a power of two.
const FINE: u32 = 8;

/// Counts by bucket. There are at most 57 · 256 of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    buckets: BTreeMap<u16, u64>,
    count: u64,
}

/// A quantile with the bounds between which it lies, each the largest value of its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantile {
    /// The value.
    pub value: u64,
    /// The lower bound.
    pub low: u64,
    /// The upper bound.
    pub high: u64,
}

impl Histogram {
    /// Counts a value.
    pub fn add(&mut self, value: u64) {
        *self.buckets.entry(bucket(value)).or_default() += 1;
        self.count += 1;
    }

    /// Counts what another has counted.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
        self.count += other.count;
    }

    /// How many values were counted.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The filled buckets: number, count.
    pub fn buckets(&self) -> impl Iterator<Item = (u16, u64)> + '_ {
        self.buckets.iter().map(|(bucket, count)| (*bucket, *count))
    }

    /// A histogram with these buckets.
    pub fn from_buckets(buckets: impl IntoIterator<Item = (u16, u64)>) -> Self {
        let mut histogram = Self::default();
        for (bucket, count) in buckets {
            *histogram.buckets.entry(bucket).or_default() += count;
            histogram.count += count;
        }
        histogram
    }

    /// The quantile at `per_mille`, with the bounds that hold with a confidence of 95 % when the values are independent: the
    /// order statistics at `n·p ± 1.96·√(n·p·(1−p))` (H. A. David, H. N. Nagaraja, "Order Statistics", 3rd edition, §7.1).
    /// Nothing when no value was counted.
    pub fn quantile(&self, per_mille: u32) -> Option<Quantile> {
        if self.count == 0 {
            return None;
        }
        let share = f64::from(per_mille) / 1_000.0;
        let count = crate::time::float(self.count);
        let middle = count * share;
        let spread = super::estimate::NORMAL_95 * (middle * (1.0 - share)).sqrt();
        Some(Quantile {
            value: self.at_rank(middle),
            low: self.at_rank(middle - spread),
            high: self.at_rank(middle + spread + 1.0),
        })
    }

    /// The largest value of the bucket that holds the value of this rank, counted from 1.
    fn at_rank(&self, rank: f64) -> u64 {
        let mut seen = 0;
        let mut last = 0;
        for (bucket, count) in &self.buckets {
            seen += count;
            last = largest(*bucket);
            if crate::time::float(seen) >= rank {
                break;
            }
        }
        last
    }

    /// Shares of the values in slices of equal width: how many lie in each, up to the last value. For pictures.
    pub fn slices(&self, width: u64) -> Vec<u64> {
        let mut slices = Vec::new();
        for (bucket, count) in &self.buckets {
            let middle = largest(*bucket) - (largest(*bucket) - smallest(*bucket)) / 2;
            let place = usize::try_from(middle / width.max(1)).unwrap_or(usize::MAX).min(10_000);
            if slices.len() <= place {
                slices.resize(place + 1, 0);
            }
            if let Some(slice) = slices.get_mut(place) {
                *slice += count;
            }
        }
        slices
    }
}

/// The bucket of a value: itself below 256; above, how often it must be halved to be below 512, and its first nine bits.
fn bucket(value: u64) -> u16 {
    let halvings = value.checked_ilog2().unwrap_or(0).saturating_sub(FINE);
    let place = u64::from(halvings) << FINE | (value >> halvings) & 0xff;
    let above = if value >> FINE == 0 { place } else { place + (1 << FINE) };
    u16::try_from(above).unwrap_or(u16::MAX)
}

fn smallest(bucket: u16) -> u64 {
    match u64::from(bucket) >> FINE {
        0 => u64::from(bucket),
        level => (1 << FINE | u64::from(bucket) & 0xff) << (level - 1).min(55),
    }
}

fn largest(bucket: u16) -> u64 {
    let width = match u64::from(bucket) >> FINE {
        0 | 1 => 1,
        level => 1_u64 << (level - 1).min(55),
    };
    smallest(bucket).saturating_add(width - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_value_lies_in_its_bucket_which_is_narrow(value in prop_oneof![0..2_000_u64, any::<u64>()]) {
            let of_value = bucket(value);
            prop_assert!((smallest(of_value)..=largest(of_value)).contains(&value));
            prop_assert!(largest(of_value) - smallest(of_value) <= value / 256);
            prop_assert_eq!(bucket(smallest(of_value)), of_value);
            prop_assert_eq!(bucket(largest(of_value)), of_value);
        }

        #[test]
        fn quantiles_are_those_of_the_sorted_values(mut values in prop::collection::vec(0..100_000_u64, 1..200), per_mille in 1..1_000_u32) {
            let mut histogram = Histogram::default();
            for value in &values {
                histogram.add(*value);
            }
            values.sort_unstable();
            let rank = (values.len() as u64 * u64::from(per_mille)).div_ceil(1_000).max(1);
            let exact = values[usize::try_from(rank).unwrap() - 1];
            let found = histogram.quantile(per_mille).unwrap();
            prop_assert_eq!(bucket(found.value), bucket(exact));
            prop_assert!(found.low <= found.value && found.value <= found.high);
        }

        #[test]
        fn parts_make_the_whole_in_any_order(values in prop::collection::vec((any::<u64>(), 0..3_usize), 0..200)) {
            let mut parts: [Histogram; 3] = Default::default();
            let mut whole = Histogram::default();
            for (value, part) in values {
                parts[part].add(value);
                whole.add(value);
            }
            for order in [[0, 1, 2], [2, 0, 1]] {
                let mut merged = Histogram::default();
                for part in order {
                    merged.merge(&parts[part]);
                }
                prop_assert_eq!(&merged, &whole);
            }
            prop_assert_eq!(Histogram::from_buckets(whole.buckets()), whole);
        }
    }
}
