//! Points in time. The evaluator's type is opaque but ordered, so the number behind a bound is found by comparing.

use super::{Ordered, between};
use crate::ranges::Cut;
use rolecall_iam::condition::instant::Instant;

/// A point in time.
pub(crate) type Moment = Instant;

const USUAL: [&str; 6] = [
    "2026-06-15T12:00:00Z",
    "2024-06-15T12:00:00Z",
    "2020-06-15T12:00:00Z",
    "2030-06-15T12:00:00Z",
    "2000-01-01T00:00:00Z",
    "2100-01-01T00:00:00Z",
];

const NANOS_PER_SECOND: i128 = 1_000_000_000;

/// The furthest second from 1970 that a text of seconds can tell.
const FURTHEST_SECOND: i128 = 999_999_999_999_999_999;

/// Seconds since 1970 with nine places: never four characters, which would be a year.
fn text(nanos: i128) -> String {
    let (sign, nanos) = if nanos < 0 { ("-", -nanos) } else { ("", nanos) };
    format!("{sign}{}.{:09}", nanos / NANOS_PER_SECOND, nanos % NANOS_PER_SECOND)
}

/// The least number of nanoseconds since 1970 that `behind` holds for, which once true stays true.
fn least(behind: impl Fn(Instant) -> bool) -> Option<i128> {
    let (mut low, mut high) = (-FURTHEST_SECOND * NANOS_PER_SECOND, FURTHEST_SECOND * NANOS_PER_SECOND);
    let holds = |nanos: i128| Instant::parse(&text(nanos)).is_some_and(&behind);
    if !holds(high) {
        return None;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle.saturating_add(1);
        }
    }
    Some(low)
}

/// The civil date of a day since 1970-01-01 (proleptic Gregorian calendar, years that begin in March).
fn civil(day: i128) -> (i128, i128, i128) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (year_of_era + era * 400 + carry, month, day)
}

/// The usual form where there is one: a whole second of the years 1 to 9999.
fn readable(nanos: i128) -> String {
    let (seconds, rest) = (nanos.div_euclid(NANOS_PER_SECOND), nanos.rem_euclid(NANOS_PER_SECOND));
    let (year, month, day) = civil(seconds.div_euclid(86_400));
    if rest != 0 || !(1..=9999).contains(&year) {
        return text(nanos);
    }
    let clock = seconds.rem_euclid(86_400);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", clock / 3600, clock / 60 % 60, clock % 60)
}

impl Ordered for Instant {
    fn example(low: Option<&Cut<Self>>, high: Option<&Cut<Self>>) -> Option<String> {
        let fits = |text: &str| Self::parse(text).is_some_and(|moment| between(&moment, low, high));
        if let Some(usual) = USUAL.into_iter().find(|text| fits(text)) {
            return Some(usual.to_owned());
        }
        let above =
            |moment: Self| low.is_none_or(|low| if low.behind { moment > low.value } else { moment >= low.value });
        let first = least(above)?;
        // A whole second a while behind the bound is the most readable one.
        let second = first.div_euclid(NANOS_PER_SECOND) + 1;
        let candidates = [(second + 3600) * NANOS_PER_SECOND, second * NANOS_PER_SECOND, first];
        candidates.into_iter().map(readable).find(|text| fits(text))
    }
}
