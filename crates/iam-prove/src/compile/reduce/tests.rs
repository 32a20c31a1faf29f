//! Comparing texts against matching them.

use super::{apart, covers};
use crate::arn::{ArnTable, ArnText, Segment};
use crate::text::pattern::Bindings;
use proptest::prelude::*;
use rolecall_iam::glob;

fn pattern() -> impl Strategy<Value = String> {
    "[ab:*?]{0,5}"
}

proptest! {
    #[test]
    fn texts_of_arns_tell_nothing_wrong(
        left in "arn:a:[ab*?]{0,3}(:[a*]{0,2}){0,4}[*]?",
        right in "arn:a:[ab*?]{0,3}(:[a*]{0,2}){0,4}[*]?",
        value in "arn:a:[ab]{0,2}(:[ab]{0,2}){3}[:ab]{0,2}",
    ) {
        let mut table = ArnTable::new(&[Segment::Fixed("arn"); 6], true);
        let mut number = |text: &str| table.number(0, text, || ArnText::read(text, false, &Bindings::new())).unwrap();
        let (one, other) = (number(&left), number(&right));
        for value in [value.as_str(), "*"] {
            let matched = (table.matches(one, value), table.matches(other, value));
            prop_assert!(!covers(&left, &right, true) || matched.0 || !matched.1, "{} {} {}", left, right, value);
            prop_assert!(!(apart(&left, &right) && matched.0 && matched.1), "{} {} {}", left, right, value);
        }
    }

    #[test]
    fn texts_tell_nothing_wrong(left in pattern(), right in pattern(), text in "[ab:]{0,5}") {
        let matched = (glob::matches(&left, &text), glob::matches(&right, &text));
        if covers(&left, &right, true) {
            prop_assert!(matched.0 || !matched.1);
        }
        if apart(&left, &right) {
            prop_assert!(!(matched.0 && matched.1));
        }
    }
}

#[test]
fn what_is_seen() {
    assert!(covers("s3:get*", "s3:getobject", true) && covers("*", "s3:*", false) && covers("a", "a", false));
    assert!(covers("${aws:username}", "${aws:username}", true) && !covers("${aws:username}", "${aws:username}", false));
    assert!(!covers("*", "${aws:username", true) && !covers("s3:g?t*", "s3:get", true));
    assert!(apart("a", "ab") && apart("ab*", "a") && apart("ab*", "ac*") && !apart("a*", "ab") && !apart("a", "a"));
    assert!(!apart("a${x}", "b"));
}
