//! The list of rules: codes unique, sorted, kebab-case; no empty text; each reachable by its code.

use super::{ALL, by_code};

#[test]
fn codes_are_sorted_unique_and_kebab_case() {
    for pair in ALL.windows(2) {
        assert!(pair[0].code < pair[1].code, "{} before {}", pair[0].code, pair[1].code);
    }
    for rule in ALL {
        let kebab = rule.code.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        assert!(kebab, "{}", rule.code);
    }
}

#[test]
fn every_rule_is_found_by_its_code() {
    for rule in ALL {
        assert_eq!(by_code(rule.code), Some(*rule));
    }
    assert_eq!(by_code("no-such-rule"), None);
    assert_eq!(by_code(""), None);
}

#[test]
fn every_text_says_something() {
    for rule in ALL {
        let texts = [rule.title, rule.what, rule.why, rule.remedy, rule.bad, rule.good];
        for text in texts {
            assert!(!text.trim().is_empty() && !text.contains("  \n"), "{}: {text:?}", rule.code);
        }
        assert!(rule.title.len() <= 90 && !rule.title.ends_with('.'), "{}: {}", rule.code, rule.title);
        for text in [rule.what, rule.why, rule.remedy] {
            assert!(text.ends_with('.') || text.ends_with('`'), "{}: {text:?}", rule.code);
        }
        assert_ne!(rule.bad, rule.good, "{}", rule.code);
        assert!(
            !rule.references.is_empty() && rule.references.iter().all(|reference| !reference.trim().is_empty()),
            "{}",
            rule.code
        );
    }
}
