//! Lengths of time and distributions as people write them: `90s`, `1h30m`, `20m..60m`, `40m±15m`, `lognormal 40m±15m`.

use crate::time::{Delay, SimSpan};

const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// What a length of time looks like, for messages.
pub(super) const SPAN_EXPECTED: &str = "a length of time such as 90s, 40m, 1h30m, 30d, or 0";
/// The same of a distribution.
pub(super) const DELAY_EXPECTED: &str =
    "a length of time (40m), a range (20m..60m), a mean and its standard deviation (40m±15m), or `lognormal 40m±15m`";

/// Reads a length of time: numbers with units, the larger ones first.
pub fn parse_span(text: &str) -> Option<SimSpan> {
    let mut rest = text.trim();
    if rest == "0" {
        return Some(SimSpan::ZERO);
    }
    let (mut sum, mut before) = (0_u64, u64::MAX);
    while !rest.is_empty() {
        let (number, behind) = rest.split_at_checked(rest.find(|c: char| !c.is_ascii_digit())?)?;
        let end = behind.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(behind.len());
        let (unit, behind) = behind.split_at_checked(end)?;
        let (_, milliseconds) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
        if milliseconds >= before {
            return None;
        }
        sum = sum.checked_add(number.parse::<u64>().ok()?.checked_mul(milliseconds)?)?;
        (before, rest) = (milliseconds, behind);
    }
    // Below 2^53, so that a float has it exactly; no text is no time.
    (before != u64::MAX && sum < 1 << 53).then_some(SimSpan(sum))
}

/// Writes a length of time as `parse_span` reads it.
pub fn show_span(span: SimSpan) -> String {
    if span == SimSpan::ZERO {
        return "0".to_owned();
    }
    let mut rest = span.0;
    let mut text = String::new();
    for (unit, milliseconds) in UNITS {
        // Hours may be more than 23: 36h reads better than 1d12h, whole days better than hours.
        if unit == "d" && !rest.is_multiple_of(milliseconds) {
            continue;
        }
        if rest >= milliseconds {
            text.push_str(&(rest / milliseconds).to_string());
            text.push_str(unit);
            rest %= milliseconds;
        }
    }
    text
}

/// Reads a distribution.
pub fn parse_delay(text: &str) -> Option<Delay> {
    let text = text.trim();
    let (logarithmic, body) = text.strip_prefix("lognormal ").map_or((false, text), |body| (true, body.trim()));
    if let Some((mean, deviation)) = body.split_once('±').or_else(|| body.split_once("+-")) {
        let (mean, deviation) = (parse_span(mean)?, parse_span(deviation)?);
        return match (logarithmic, deviation) {
            (_, SimSpan::ZERO) => Some(Delay::Fixed(mean)),
            (true, _) if mean == SimSpan::ZERO => None,
            (true, _) => Some(Delay::LogNormal(mean, deviation)),
            (false, _) => Some(Delay::Normal(mean, deviation)),
        };
    }
    if logarithmic {
        return None;
    }
    if let Some((from, to)) = body.split_once("..") {
        let (from, to) = (parse_span(from)?, parse_span(to)?);
        return (from <= to).then_some(Delay::Uniform(from, to));
    }
    parse_span(body).map(Delay::Fixed)
}

/// Writes a distribution as `parse_delay` reads it. Tables of quantiles cannot be written so; no parameter holds one.
pub fn show_delay(delay: &Delay) -> String {
    match delay {
        Delay::Fixed(span) => show_span(*span),
        Delay::Uniform(from, to) => format!("{}..{}", show_span(*from), show_span(*to)),
        Delay::Normal(mean, deviation) => format!("{}±{}", show_span(*mean), show_span(*deviation)),
        Delay::LogNormal(mean, deviation) => format!("lognormal {}±{}", show_span(*mean), show_span(*deviation)),
        Delay::Quantiles(points) => {
            let points = points.iter().map(|(share, ms)| format!("{share}‰ {}", show_span(SimSpan(*ms))));
            points.collect::<Vec<_>>().join(", ")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for (text, milliseconds) in [
            ("0", 0),
            ("250ms", 250),
            ("90s", 90_000),
            ("1h30m", 5_400_000),
            ("30d", 2_592_000_000),
            ("36h", 129_600_000),
        ] {
            assert_eq!(parse_span(text), Some(SimSpan(milliseconds)), "{text}");
            assert_eq!(parse_span(&show_span(SimSpan(milliseconds))), Some(SimSpan(milliseconds)), "{text}");
        }
        for text in ["40m", "20m..1h", "40m±15m", "lognormal 40m±15m"] {
            assert_eq!(show_delay(&parse_delay(text).unwrap()), text);
        }
        assert_eq!(parse_delay("40m+-15m"), parse_delay("40m±15m"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "40", "m", "40 m", "-4m", "30m1h", "4x", "1m2m", "99999999999d", "1.5h"] {
            assert_eq!(parse_span(text), None, "{text}");
        }
        for text in ["60m..20m", "lognormal 40m", "lognormal 0±5m", "40m±", "..", "normal 40m±15m"] {
            assert_eq!(parse_delay(text), None, "{text}");
        }
    }
}
