//! Whether two conditions of one statement on the same key can be true together. Said only when it is sure.

use super::condition_facts::has_variable;
use crate::contract::patterns;
use rolecall_iam::condition::decimal::Decimal;
use rolecall_iam::condition::instant::Instant;
use rolecall_iam::condition::network::Network;
use rolecall_iam::condition::{BaseOperator, OperatorFamily};
use rolecall_iam::document::Condition;
use rolecall_iam::glob;
use std::cmp::Ordering;

/// Why the two are never true together, on a key with one value; nothing when they may be.
pub(super) fn contradict(left: &Condition, right: &Condition) -> Option<&'static str> {
    let same_key = left.key.value.eq_ignore_ascii_case(&right.key.value);
    if !same_key || !is_plain(left) || !is_plain(right) {
        return None;
    }
    by_absence(left, right)
        .or_else(|| by_absence(right, left))
        .or_else(|| by_bounds(left, right))
        .or_else(|| by_bounds(right, left))
        .or_else(|| by_negation(left, right))
        .or_else(|| by_negation(right, left))
        .or_else(|| by_texts(left, right))
}

fn is_plain(condition: &Condition) -> bool {
    let operator = condition.operator.value;
    !operator.if_exists
        && operator.set.is_none()
        && !condition.values.is_empty()
        && !condition.values.iter().any(|value| has_variable(&value.value))
}

fn base(condition: &Condition) -> BaseOperator {
    condition.operator.value.base
}

/// `Null: true` beside a condition that needs a value.
fn by_absence(null: &Condition, other: &Condition) -> Option<&'static str> {
    let absent =
        base(null) == BaseOperator::Null && null.values.iter().all(|value| value.value.eq_ignore_ascii_case("true"));
    let needs_value = base(other) != BaseOperator::Null && !base(other).is_negated();
    (absent && needs_value).then_some("the key would have to be absent and to have a value")
}

/// An upper bound that is not above a lower bound. Values of a list are alternatives: the widest counts.
fn by_bounds(upper: &Condition, lower: &Condition) -> Option<&'static str> {
    use BaseOperator as Op;
    let (strict, dates) = match (base(upper), base(lower)) {
        (Op::NumericLessThanEquals, Op::NumericGreaterThanEquals) => (false, false),
        (Op::DateLessThanEquals, Op::DateGreaterThanEquals) => (false, true),
        (Op::NumericLessThan | Op::NumericLessThanEquals, Op::NumericGreaterThan | Op::NumericGreaterThanEquals) => {
            (true, false)
        }
        (Op::DateLessThan | Op::DateLessThanEquals, Op::DateGreaterThan | Op::DateGreaterThanEquals) => (true, true),
        _ => return None,
    };
    let apart = |upper: &str, lower: &str| {
        let order = if dates {
            Instant::parse(upper)?.cmp(&Instant::parse(lower)?)
        } else {
            Decimal::parse(upper)?.compare(Decimal::parse(lower)?)
        };
        Some(order == Ordering::Less || (strict && order == Ordering::Equal))
    };
    all_pairs(upper, lower, |upper, lower| apart(upper, lower) == Some(true))
        .then_some("the upper bound is not above the lower one")
}

/// A list all of whose values the negation excludes.
fn by_negation(positive: &Condition, negated: &Condition) -> Option<&'static str> {
    let (wanted, excluded) = (base(positive), base(negated));
    if wanted.is_negated() || !excluded.is_negated() || wanted.family() != excluded.family() {
        return None;
    }
    let excludes = |value: &str, out: &str| match wanted.family() {
        OperatorFamily::String => text_excluded(wanted, value, excluded, out),
        OperatorFamily::Arn => patterns::covers(out, value) && segments(out) == segments(value),
        OperatorFamily::Numeric => match (Decimal::parse(value), Decimal::parse(out)) {
            (Some(value), Some(out)) => wanted == BaseOperator::NumericEquals && value.compare(out) == Ordering::Equal,
            _ => false,
        },
        OperatorFamily::Date => {
            wanted == BaseOperator::DateEquals
                && Instant::parse(value).is_some_and(|value| Some(value) == Instant::parse(out))
        }
        OperatorFamily::Ip => match (Network::parse(value), Network::parse(out)) {
            (Some(value), Some(out)) => out.contains(&value),
            _ => false,
        },
        OperatorFamily::Bool | OperatorFamily::Binary | OperatorFamily::Null => false,
    };
    let all = positive.values.iter().all(|value| negated.values.iter().any(|out| excludes(&value.value, &out.value)));
    all.then_some("every value is excluded by the negation")
}

/// Equal patterns of ARNs surely cover one another; others are not compared.
fn segments(text: &str) -> usize {
    text.matches(':').count()
}

fn text_excluded(wanted: BaseOperator, value: &str, excluded: BaseOperator, out: &str) -> bool {
    use BaseOperator as Op;
    match (wanted, excluded) {
        (Op::StringEquals, Op::StringNotEquals) => value == out,
        (Op::StringEquals, Op::StringNotLike) => glob::matches(out, value),
        (Op::StringLike, Op::StringNotLike) => patterns::covers(out, value),
        (Op::StringLike, Op::StringNotEquals) => !glob::has_wildcard(value) && value == out,
        (Op::StringEquals | Op::StringEqualsIgnoreCase, Op::StringNotEqualsIgnoreCase) => {
            value.eq_ignore_ascii_case(out)
        }
        _ => false,
    }
}

/// Two lists of texts or patterns without a common text.
fn by_texts(left: &Condition, right: &Condition) -> Option<&'static str> {
    let (first, second) = (base(left), base(right));
    let text = |operator: BaseOperator| {
        !operator.is_negated() && matches!(operator.family(), OperatorFamily::String | OperatorFamily::Arn)
    };
    if !text(first) || !text(second) {
        return None;
    }
    all_pairs(left, right, |left, right| !may_meet(first, left, second, right))
        .then_some("the two lists have no value in common")
}

fn may_meet(first: BaseOperator, left: &str, second: BaseOperator, right: &str) -> bool {
    let blind = |operator| operator == BaseOperator::StringEqualsIgnoreCase;
    if blind(first) || blind(second) {
        return meets(first, &left.to_lowercase(), second, &right.to_lowercase());
    }
    meets(first, left, second, right)
}

fn meets(first: BaseOperator, left: &str, second: BaseOperator, right: &str) -> bool {
    let has_wildcards =
        |operator: BaseOperator| operator == BaseOperator::StringLike || operator.family() == OperatorFamily::Arn;
    match (has_wildcards(first), has_wildcards(second)) {
        (false, false) => left == right,
        (true, false) => glob::matches(left, right),
        (false, true) => glob::matches(right, left),
        (true, true) => patterns::overlap(left, right),
    }
}

fn all_pairs(left: &Condition, right: &Condition, test: impl Fn(&str, &str) -> bool) -> bool {
    left.values.iter().all(|left| right.values.iter().all(|right| test(&left.value, &right.value)))
}
