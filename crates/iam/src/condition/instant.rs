//! Points in time of `Date…` operators: the W3C profile of ISO 8601, and seconds since the Unix epoch.
//! (IAM user guide, condition operators, "Date condition operators": "You must specify date/time values with one of the
//! W3C implementations of the ISO 8601 date formats or in epoch (UNIX) time.")

const NANOS_PER_SECOND: i128 = 1_000_000_000;
const SECONDS_PER_DAY: i128 = 86_400;

/// Nanoseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i128);

impl Instant {
    /// Reads a date or time; `None` when it is neither.
    ///
    /// Forms: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, `YYYY-MM-DDThh:mm[:ss[.s…]]` with `Z` or `±hh:mm`, and epoch seconds.
    /// Four digits alone are a year (inferred: both forms allow them). A time without zone counts as UTC (inferred).
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 4
            && let Some(epoch) = parse_epoch(text)
        {
            return Some(epoch);
        }
        let (date, time) = match text.split_once(['T', 't']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let full_date = date.len() == 10;
        let days = parse_date(date)?;
        let nanos = match time {
            None => 0,
            Some(time) if full_date => parse_time(time)?,
            Some(_) => return None,
        };
        Some(Self(days * SECONDS_PER_DAY * NANOS_PER_SECOND + nanos))
    }
}

fn parse_epoch(text: &str) -> Option<Instant> {
    let (negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.len() > 18 || fraction.len() > 9 {
        return None;
    }
    let nanos = i128::from(digits(whole)?) * NANOS_PER_SECOND + fraction_nanos(fraction)?;
    Some(Instant(if negative { -nanos } else { nanos }))
}

/// A run of one to eighteen digits.
fn digits(text: &str) -> Option<i64> {
    let sound = !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    if sound { text.parse().ok() } else { None }
}

/// The digits behind a decimal point as nanoseconds; further digits are cut.
fn fraction_nanos(text: &str) -> Option<i128> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut nanos = 0;
    for place in 0..9 {
        let digit = text.as_bytes().get(place).map_or(0, |byte| i128::from(byte - b'0'));
        nanos = nanos * 10 + digit;
    }
    Some(nanos)
}

/// Days since 1970-01-01 of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
fn parse_date(text: &str) -> Option<i128> {
    let mut parts = text.splitn(3, '-');
    let part = |text: Option<&str>, width: usize| match text {
        None => Some(1),
        Some(text) if text.len() == width => digits(text),
        Some(_) => None,
    };
    let year = parts.next().filter(|text| text.len() == 4).and_then(digits)?;
    let month = part(parts.next(), 2)?;
    let day = part(parts.next(), 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_in_month = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=days_in_month).contains(&day) {
        return None;
    }
    Some(days_from_civil(i128::from(year), i128::from(month), i128::from(day)))
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, counted in years that begin in March.
fn days_from_civil(year: i128, month: i128, day: i128) -> i128 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + day_of_year - 719_468
}

/// Nanoseconds since midnight UTC of `hh:mm[:ss[.s…]]` with `Z`, `±hh:mm` or nothing.
fn parse_time(text: &str) -> Option<i128> {
    let zone_at = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at_checked(zone_at)?;
    let mut parts = clock.splitn(3, ':');
    let two = |text: &str, max: i64| {
        if text.len() == 2 { digits(text).filter(|value| *value <= max) } else { None }
    };
    let hours = two(parts.next()?, 23)?;
    let minutes = two(parts.next()?, 59)?;
    let (seconds, fraction) = match parts.next() {
        None => (0, 0),
        Some(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
            if fraction.is_empty() {
                return None;
            }
            (two(whole, 59)?, fraction_nanos(fraction)?)
        }
    };
    let offset_minutes = match zone {
        "" | "Z" | "z" => 0,
        _ => {
            let (sign, rest) =
                if let Some(rest) = zone.strip_prefix('-') { (-1, rest) } else { (1, zone.strip_prefix('+')?) };
            let (hours, minutes) = rest.split_once(':').or_else(|| rest.split_at_checked(2))?;
            sign * (two(hours, 23)? * 60 + two(minutes, 59)?)
        }
    };
    let seconds = i128::from((hours * 60 + minutes - offset_minutes) * 60 + seconds);
    Some(seconds * NANOS_PER_SECOND + fraction)
}
