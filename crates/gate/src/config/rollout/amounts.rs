//! Numbers of accounts and spans of time, as people write them.

use super::super::Problems;
use super::super::table::Table;
use rolecall_lifecycle::DurationMs;
use rolecall_lifecycle::rollout::Amount;

/// `20` or `"10%"`.
pub(super) fn amount(table: &Table<'_>, key: &str, least: u32, problems: &mut Problems) -> Option<Amount> {
    let text = table.number_or_text(key, problems)?;
    let found = parse_amount(&text.value).filter(|amount| match amount {
        Amount::Count(count) => *count >= least,
        Amount::Percentage(percentage) => u32::from(*percentage) >= least,
    });
    if found.is_none() {
        let message = format!("`{key}` is `{}`", text.value);
        let help = format!("a number of accounts from {least}, or a part of a wave such as \"10%\", was expected");
        problems.add("config-bad-value", text.span, message, help);
    }
    found
}

/// Reads a number of accounts, or a percentage from 0 to 100.
pub fn parse_amount(text: &str) -> Option<Amount> {
    match text.strip_suffix('%') {
        Some(number) => number.trim_end().parse().ok().filter(|part| *part <= 100).map(Amount::Percentage),
        None => text.parse().ok().map(Amount::Count),
    }
}

/// The longest rest between two waves: a week.
const LONGEST: DurationMs = DurationMs::from_seconds(7 * 24 * 3_600);

pub(super) fn bake(table: &Table<'_>, problems: &mut Problems) -> Option<DurationMs> {
    let text = table.string("bake", problems)?;
    let found = parse_duration(&text.value);
    if found.is_none() {
        let message = format!("`bake` is `{}`", text.value);
        let help = "a rest between two waves such as \"90s\", \"10m\" or \"2h\" was expected, at most a week";
        problems.add("config-bad-value", text.span, message, help);
    }
    found
}

/// Reads a whole number with a unit: `s`, `m`, `h`, `d`.
pub fn parse_duration(text: &str) -> Option<DurationMs> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 24 * 3_600,
        _ => return None,
    };
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    let duration =
        DurationMs::from_seconds(number.checked_mul(seconds).filter(|seconds| *seconds <= LONGEST.0 / 1_000)?);
    Some(duration)
}
