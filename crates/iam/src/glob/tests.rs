//! The wildcards against a naive reading of the same sentences.

use super::{has_wildcard, matches, matches_ignore_ascii_case};
use proptest::prelude::*;

fn naive(pattern: &[char], text: &[char]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some('*'), _) => naive(&pattern[1..], text) || (!text.is_empty() && naive(pattern, &text[1..])),
        (Some('?'), Some(_)) => naive(&pattern[1..], &text[1..]),
        (Some(expected), Some(found)) => expected == found && naive(&pattern[1..], &text[1..]),
        _ => false,
    }
}

#[test]
fn documented_meanings() {
    for (pattern, text, expected) in [
        ("*", "", true),
        ("*", "a\nb", true),
        ("?", "é", true),
        ("?", "", false),
        ("a*b*c", "axxbyyc", true),
        ("a*b*c", "axxbyy", false),
        ("a.b", "axb", false),
        ("a[bc]", "ab", false),
        ("", "", true),
        ("", "a", false),
        ("**a", "bba", true),
        ("*a", "é", false),
    ] {
        assert_eq!(matches(pattern, text), expected, "{pattern} against {text}");
    }
    assert!(matches_ignore_ascii_case("ec2:describe*", "EC2:DescribeInstances"));
    assert!(has_wildcard("a?") && has_wildcard("*") && !has_wildcard("a.b"));
}

proptest! {
    #[test]
    fn agrees_with_the_naive_reading(pattern in "[ab*?é]{0,8}", text in "[abé]{0,10}") {
        let (naive_pattern, naive_text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
        prop_assert_eq!(matches(&pattern, &text), naive(&naive_pattern, &naive_text));
    }
}
