//! Differences that the eye misses, as data.

use super::text_difference;

#[test]
fn differences_are_shown_with_their_position() {
    let cases: &[(&str, &str, Option<&str>)] = &[
        ("abc", "abc", None),
        ("abc", "abd", None),
        ("abc", "ab", None),
        ("abc", "abcd", None),
        ("abc", "", None),
        ("", " ", Some("position 1: space")),
        ("abc", "abc\n", Some("position 4: line break")),
        ("abc", " abc", Some("position 1: space")),
        ("abc", "abc\r\n", Some("position 4: carriage return, position 5: line break")),
        ("abc", "aBc", Some("position 2: `B` instead of `b`")),
        (
            "abc",
            "ABC ",
            Some(
                "position 1: `A` instead of `a`, position 2: `B` instead of `b`, position 3: `C` instead of `c`, and 1 more",
            ),
        ),
        ("abc", "a\u{200B}bc", Some("position 2: zero-width space")),
        ("abc", "\u{FEFF}abc", Some("position 1: byte order mark")),
        ("abc", "\"abc\"", Some("position 1: quotation mark \", position 5: quotation mark \"")),
        ("abc", "ab\u{2003}c", Some("position 3: character U+2003")),
        (
            "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43",
            "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43\n",
            Some("position 37: line break"),
        ),
    ];
    for (expected, found, difference) in cases {
        let told = text_difference(expected, found).map(|difference| difference.describe());
        assert_eq!(told.as_deref(), *difference, "{expected:?} against {found:?}");
    }
}
