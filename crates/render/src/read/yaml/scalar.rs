//! What a plain YAML scalar is: text, a number, a boolean or null.
//! CloudFormation reads YAML 1.1 without the timestamp tag (user guide, `template-formats`): a date is text there.

use rolecall_iam::value::Value;

/// The value of a plain scalar. What YAML 1.1 and YAML 1.2 take for different values is unresolved.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    if is_boolean_of_yaml_1_1(text) {
        return Value::Unresolved(format!(
            "`{text}` without quotes is a boolean in YAML 1.1 and text in YAML 1.2: write it in quotes, or `true`/`false`"
        ));
    }
    if !text.starts_with(|first: char| first.is_ascii_digit() || matches!(first, '+' | '-' | '.')) {
        return Value::String(text.to_owned());
    }
    if is_plain_number(text) {
        return Value::Number(text.to_owned());
    }
    if is_other_number(text) {
        return Value::Unresolved(format!(
            "`{text}` without quotes is a number that readers of YAML read differently: quote it"
        ));
    }
    Value::String(text.to_owned())
}

fn is_boolean_of_yaml_1_1(text: &str) -> bool {
    const WORDS: [&str; 12] = ["yes", "Yes", "YES", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF"];
    WORDS.contains(&text)
}

/// A number that all readers agree on: a decimal integer or fraction without leading zeros.
fn is_plain_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(digits)
}

/// A number in one of the versions of YAML: octal, hexadecimal, with `_`, with an exponent, base 60, infinite.
fn is_other_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = unsigned.to_ascii_lowercase();
    if matches!(lower.as_str(), ".inf" | ".nan") {
        return true;
    }
    // YAML 1.1 and 1.2 write these prefixes in lower case only, each with the digits of its base.
    if let Some(digits) = unsigned.strip_prefix("0x") {
        return all_digits(digits, 16);
    }
    if let Some(digits) = unsigned.strip_prefix("0o") {
        return all_digits(digits, 8);
    }
    if let Some(digits) = unsigned.strip_prefix("0b") {
        return all_digits(digits, 2);
    }
    let starts = lower.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    let has_digit = lower.bytes().any(|byte| byte.is_ascii_digit());
    let sexagesimal = lower.contains(':')
        && lower
            .split(':')
            .all(|part| !part.is_empty() && part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit()));
    let float = lower.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'.' | b'e' | b'+' | b'-'))
        && lower.matches('.').count() <= 1
        && lower.matches('e').count() <= 1
        && !lower.contains("--")
        && exponent_is_number(&lower);
    starts && has_digit && (sexagesimal || float)
}

/// Whether a text is digits of a base, with `_` between them as YAML 1.1 has it.
fn all_digits(text: &str, base: u32) -> bool {
    !text.is_empty() && text.chars().all(|one| one == '_' || one.is_digit(base))
}

/// Signs stand behind the `e` only, so `2012-10-17` is no number.
fn exponent_is_number(text: &str) -> bool {
    match text.split_once('e') {
        None => !text.contains(['+', '-']),
        Some((mantissa, exponent)) => {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !mantissa.contains(['+', '-']) && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        }
    }
}

#[cfg(test)]
mod tests;
