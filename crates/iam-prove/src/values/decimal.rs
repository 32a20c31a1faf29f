//! Decimal numbers of any length, compared exactly; between two different ones there is always a third.

use super::{Ordered, between};
use crate::ranges::Cut;
use rolecall_iam::condition::decimal::Decimal;
use std::cmp::Ordering;

/// A number by its text.
#[derive(Clone, Debug)]
pub(crate) struct Number(String);

impl Number {
    /// Reads a number; `None` for any other text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Decimal::parse(text).map(|_| Self(text.to_owned()))
    }

    fn sign(&self) -> Ordering {
        self.cmp(&Self(String::from("0")))
    }

    /// The digits before and behind the point, without sign.
    fn parts(&self) -> (&str, &str) {
        let unsigned = self.0.trim_start_matches(['-', '+']);
        unsigned.split_once('.').unwrap_or((unsigned, ""))
    }

    fn magnitude(&self) -> Self {
        Self(self.0.trim_start_matches(['-', '+']).to_owned())
    }

    /// A number a little further from zero, but nearer than `other`, which is not nearer to zero.
    fn beyond(&self, other: &Self) -> String {
        let (whole, fraction) = self.parts();
        let places = fraction.len().max(other.parts().1.len());
        let whole = if whole.is_empty() { "0" } else { whole };
        format!("{whole}.{fraction:0<places$}1")
    }

    /// A number with more digits before the point.
    fn larger(&self) -> String {
        "9".repeat(self.parts().0.len() + 1)
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (Decimal::parse(&self.0), Decimal::parse(&other.0)) {
            (Some(left), Some(right)) => left.compare(right),
            // Only texts that are numbers are kept.
            _ => self.0.cmp(&other.0),
        }
    }
}

const USUAL: [&str; 12] = ["1", "10", "100", "1000", "5", "2", "3600", "50", "0", "7", "20", "-1"];

impl Ordered for Number {
    fn example(low: Option<&Cut<Self>>, high: Option<&Cut<Self>>) -> Option<String> {
        let bounds = [low, high].into_iter().flatten().map(|cut| cut.value.0.clone());
        let usual = USUAL.into_iter().map(str::to_owned);
        let fits = |text: &String| Self::parse(text).is_some_and(|value| between(&value, low, high));
        if let Some(found) = usual.chain(bounds).find(fits) {
            return Some(found);
        }
        let found = match (low.map(|cut| &cut.value), high.map(|cut| &cut.value)) {
            (None, Some(high)) => format!("-{}", high.larger()),
            (Some(low), None) => low.larger(),
            (Some(low), Some(high)) if low.sign().is_ge() => low.beyond(high),
            (Some(low), Some(high)) if high.sign().is_le() => {
                format!("-{}", high.magnitude().beyond(&low.magnitude()))
            }
            (None, None) | (Some(_), Some(_)) => String::from("0"),
        };
        Some(found).filter(fits)
    }
}
