//! The values of the operator families as data.

use super::binary::Base64;
use super::decimal::Decimal;
use super::instant::Instant;
use super::network::Network;
use super::{ConditionOperator, ConditionOperatorError};
use proptest::prelude::*;
use std::cmp::Ordering;

#[test]
fn operators_print_as_they_read() {
    for text in
        ["StringEquals", "ForAnyValue:StringLikeIfExists", "Null", "ForAllValues:ArnNotLike", "NotIpAddressIfExists"]
    {
        assert_eq!(ConditionOperator::parse(text).unwrap().to_string(), text);
    }
    assert_eq!(ConditionOperator::parse("NullIfExists"), Err(ConditionOperatorError::NullIfExists));
    assert_eq!(ConditionOperator::parse("stringequals"), Err(ConditionOperatorError::Case("StringEquals".into())));
    assert_eq!(ConditionOperator::parse("ForSomeValues:Bool"), Err(ConditionOperatorError::UnknownQualifier));
    assert_eq!(ConditionOperator::parse("StringMatches"), Err(ConditionOperatorError::Unknown));
}

#[test]
fn numbers_compare_by_value() {
    let compare = |left: &str, right: &str| Decimal::parse(left).unwrap().compare(Decimal::parse(right).unwrap());
    for (left, right, expected) in [
        ("10", "10.0", Ordering::Equal),
        ("9", "10", Ordering::Less),
        ("-1", "1", Ordering::Less),
        ("-2", "-10", Ordering::Greater),
        ("0", "-0", Ordering::Equal),
        ("0.5", ".50", Ordering::Equal),
        ("0.05", "0.5", Ordering::Less),
        ("+7", "007", Ordering::Equal),
        ("123456789012345678901", "123456789012345678902", Ordering::Less),
    ] {
        assert_eq!(compare(left, right), expected, "{left} {right}");
    }
    for garbage in ["", "9abc", " 9", "1e5", "-", ".", "1.2.3", "٣"] {
        assert!(Decimal::parse(garbage).is_none(), "{garbage}");
    }
}

#[test]
fn dates_in_every_documented_form() {
    for (left, right) in [
        ("2024-01-01", "2024-01-01T00:00:00Z"),
        ("2024", "2024-01-01T00:00Z"),
        ("2024-03", "2024-03-01"),
        ("2024-01-01T01:00:00+01:00", "2024-01-01T00:00:00Z"),
        ("2024-01-01T00:00:00.500Z", "1704067200.5"),
        ("1704067200", "2024-01-01T00:00:00Z"),
        ("1969-12-31T23:59:59Z", "-1"),
        ("2000-02-29", "951782400"),
        ("0001-01-01", "-62135596800"),
    ] {
        assert_eq!(Instant::parse(left), Instant::parse(right), "{left} {right}");
        assert!(Instant::parse(left).is_some(), "{left}");
    }
    assert!(Instant::parse("2024-01-01T00:00:01Z") > Instant::parse("2024-01-01"));
    for garbage in [
        "",
        "2023-02-29",
        "2024-13-01",
        "2024-1-1",
        "2024-01-01T25:00Z",
        "yesterday",
        "2024-01T00:00Z",
        "12:00",
        "2024-01-01T00:00:00.Z",
    ] {
        assert!(Instant::parse(garbage).is_none(), "{garbage}");
    }
}

#[test]
fn address_ranges() {
    for (range, address, expected) in [
        ("203.0.113.0/24", "203.0.113.9", true),
        ("203.0.113.9/24", "203.0.113.1", true),
        ("203.0.113.9", "203.0.113.9", true),
        ("203.0.113.9", "203.0.113.8", false),
        ("0.0.0.0/0", "::1", false),
        ("::/0", "203.0.113.9", false),
        ("2001:DB8::/32", "2001:db8:0:0::1", true),
        ("2001:db8::1", "2001:0db8::0001", true),
        ("0.0.0.0/0", "255.255.255.255", true),
    ] {
        let (range, address) = (Network::parse(range).unwrap(), Network::parse(address).unwrap());
        assert_eq!(range.contains(&address), expected, "{range:?} {address:?}");
    }
    for garbage in ["", "203.0.113", "203.0.113.0/33", "203.0.113.0/+8", "::/129", "203.0.113.0/", "x"] {
        assert!(Network::parse(garbage).is_none(), "{garbage}");
    }
}

#[test]
fn base64_compares_bytes() {
    assert_eq!(Base64::parse("QmluYXJ5VmFsdWVJbkJhc2U2NA=="), Base64::parse("QmluYXJ5VmFsdWVJbkJhc2U2NA"));
    assert_ne!(Base64::parse("QUJD"), Base64::parse("QUJE"));
    for garbage in ["A", "A===", "QUJ", "Q=JD", "QUI*", "QUJD="] {
        assert!(Base64::parse(garbage).is_none() || garbage == "QUJ", "{garbage}");
    }
    assert!(Base64::parse("QUJ").is_none(), "bits behind the last byte are set");
    assert!(Base64::parse("").is_some());
}

proptest! {
    #[test]
    fn no_value_makes_a_reader_panic(text in "\\PC{0,24}", near in "[-+0-9.:TZ/e]{0,20}") {
        for text in [&text, &near] {
            let _ = (Decimal::parse(text), Instant::parse(text), Network::parse(text), Base64::parse(text));
        }
    }

    #[test]
    fn decimals_agree_with_integers(left in any::<i64>(), right in any::<i64>()) {
        let (a, b) = (left.to_string(), right.to_string());
        prop_assert_eq!(Decimal::parse(&a).unwrap().compare(Decimal::parse(&b).unwrap()), left.cmp(&right));
    }
}
