//! Times and lengths of time as scenarios write them: `+1h30m`, `45s`, `2d`.

use super::table::{Reader, Table};
use crate::time::{SimSpan, SimTime};
use std::fmt::Write as _;

impl Table<'_> {
    /// A moment after the beginning.
    pub(super) fn moment(&self, key: &str, reader: &mut Reader) -> Option<SimTime> {
        self.span_of(key, reader).map(|span| SimTime::START + span)
    }

    /// A length of time.
    pub(super) fn span_of(&self, key: &str, reader: &mut Reader) -> Option<SimSpan> {
        let text = self.string(key, reader)?;
        let span = parse(&text.value);
        if span.is_none() {
            let message = format!("`{key}` is `{}`, which is no time", text.value);
            let help = "a number with `d`, `h`, `m`, `s` or `ms`, or several such as `+1h30m`, was expected";
            reader.add("scenario-bad-value", text.span, message, help);
        }
        span
    }
}

const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// `+1h30m` → milliseconds; units from the greatest to the smallest.
pub(super) fn parse(text: &str) -> Option<SimSpan> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    let mut span = SimSpan::ZERO;
    let mut units = UNITS.into_iter();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (number, after) = rest.split_at_checked(rest.find(|letter: char| !letter.is_ascii_digit())?)?;
        let (letters, after) =
            after.split_at_checked(after.find(|letter: char| letter.is_ascii_digit()).unwrap_or(after.len()))?;
        let (_, ms) = units.find(|(unit, _)| *unit == letters)?;
        span = SimSpan(span.0.checked_add(number.parse::<u64>().ok()?.checked_mul(ms)?)?);
        rest = after;
    }
    Some(span)
}

/// A span as scenarios write it, to the millisecond.
pub(super) fn exactly(span: SimSpan) -> String {
    let mut rest = span.0;
    let mut text = String::from("+");
    for (letters, ms) in UNITS {
        if rest >= ms {
            let _ = write!(text, "{}{letters}", rest / ms);
            rest %= ms;
        }
    }
    if text.len() == 1 { "+0s".to_owned() } else { text }
}

/// A span for people: as scenarios write it, to the second.
pub fn written(span: SimSpan) -> String {
    let mut rest = span.0 / 1_000;
    let mut text = String::from("+");
    for (letter, seconds) in [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)] {
        if rest >= seconds {
            let _ = write!(text, "{}{letter}", rest / seconds);
            rest %= seconds;
        }
    }
    if text.len() == 1 { "+0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        for (text, seconds) in
            [("+1h30m", 5_400), ("45s", 45), ("+2d1s", 172_801), ("+0s", 0), ("59m", 3_540), ("2000ms", 2)]
        {
            assert_eq!(parse(text), Some(SimSpan::seconds(seconds)), "{text}");
        }
        for text in
            ["", "+", "1", "+5x", "+5m1h", "+5ms1s", "+1mss", "+1h1h", "-5m", "+ 5m", "m", "99999999999999999999d"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        for text in ["+1h30m", "+45s", "+2d1s", "+0s"] {
            assert_eq!(written(parse(text).unwrap()), text);
        }
        for (text, ms) in [("+1h30m", 5_400_000), ("+1m5ms", 60_005), ("+1ms", 1), ("+0s", 0)] {
            assert_eq!((parse(text), exactly(SimSpan(ms)).as_str()), (Some(SimSpan(ms)), text));
        }
    }
}
