//! The bulk reader against the plain one, on ordinary and on broken lines.

use super::BulkReader;
use crate::document::MAX_DOCUMENT_BYTES;
use crate::evaluate::{ActionFacts, decide};
use crate::request_line::read;
use proptest::prelude::*;

const LINE: &str = r#"{"id": 7, "principal":"arn:aws:iam::123456789012:user/u","action":"s3:GetObject","resource":"arn:aws:s3:::b/k","context":{"x:y":["a","b"],"x:z":true},"identityPolicies":[{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}]}"#;

fn shown(result: Result<crate::request_line::RequestLine, super::LineError>) -> String {
    match result {
        Ok(line) => format!("{} {:?} {:?}", line.id, decide(&line.policies, &line.request), line.request.context()),
        Err(error) => format!("error {error}"),
    }
}

#[test]
fn the_second_reading_shares_the_policies() {
    let mut reader = BulkReader::new();
    let first = reader.read(LINE, |_| ActionFacts::default()).unwrap();
    let second = reader.read(&LINE.replace("GetObject", "PutObject"), |_| ActionFacts::default()).unwrap();
    assert!(std::sync::Arc::ptr_eq(&first.policies, &second.policies));
    let other = reader.read(&LINE.replace("Allow", "Deny"), |_| ActionFacts::default()).unwrap();
    assert!(!std::sync::Arc::ptr_eq(&first.policies, &other.policies));
}

#[test]
fn the_cache_is_bounded() {
    let mut reader = BulkReader::new();
    for number in 0..5_000 {
        let line = LINE.replace("s3:*", &format!("s3:Get{number}"));
        reader.read(&line, |_| ActionFacts::default()).unwrap();
    }
    assert!(reader.slots.len() == super::SLOTS);
    let large = LINE.replace("\"*\"", &format!("\"arn:aws:s3:::{}\"", "b".repeat(super::MAX_KEPT_BYTES)));
    let mut reader = BulkReader::new();
    reader.read(&large, |_| ActionFacts::default()).unwrap();
    assert!(reader.slots.iter().all(Option::is_none));
}

#[test]
fn a_policy_is_read_as_what_the_request_makes_of_it() {
    let policy =
        r#""resourcePolicy":{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}}"#;
    let line = |action: &str, resource: &str| {
        format!(r#"{{"principal":"*","action":"{action}","resource":"{resource}",{policy}}}"#)
    };
    let mut reader = BulkReader::new();
    assert!(reader.read(&line("s3:GetObject", "arn:aws:s3:::b"), |_| ActionFacts::default()).is_ok());
    // `Resource` is forbidden in a trust policy: what was read as a resource policy must not be taken from the cache.
    assert!(
        reader.read(&line("sts:AssumeRole", "arn:aws:iam::123456789012:role/r"), |_| ActionFacts::default()).is_err()
    );
}

/// Whether a line is read, and that it is read as the plain reader does, also once its policies are known.
fn check(text: &str) -> bool {
    let mut reader = BulkReader::new();
    let _ = reader.read(LINE, |_| ActionFacts::default());
    let plain = shown(read(text, |_| ActionFacts::default()));
    for _ in 0..2 {
        assert_eq!(shown(reader.read(text, |_| ActionFacts::default())), plain, "{text}");
    }
    !plain.starts_with("error")
}

#[test]
fn what_is_out_of_the_ordinary_is_read_as_the_plain_reader_does() {
    let context = |text: &str| LINE.replace(r#"{"x:y":["a","b"],"x:z":true}"#, text);
    let id = |text: &str| LINE.replace("\"id\": 7", &format!("\"id\": {text}"));
    let beside = |text: &str| LINE.replace("{\"id\": 7,", &format!("{{\"id\": 7,{text},"));
    let nested = |depth: usize| beside(&format!("\"name\":{}{}", "[".repeat(depth), "]".repeat(depth)));
    for (text, is_request) in [
        (context("{}"), true),
        (context("null"), true),
        (context("[]"), false),
        (context(r#"{"a:b":1.50,"a:c":false,"a:d":[],"a:e":[1,true,"x"]}"#), true),
        (context(r#"{"a:b":null}"#), true),
        (context(r#"{"a:b":"x","A:B":"y"}"#), true),
        (context(r#"{"a:b":"x","A:B":null}"#), true),
        (context(r#"{"a:b":"x","a:b":"y"}"#), false),
        (context(r#"{"a:b":{}}"#), false),
        (context(r#"{"a:b":[[]]}"#), false),
        (context(r#"{"a:b":"x",}"#), false),
        (context(r#"{"a\u003ab":"\u0078"}"#), true),
        (id("\"\u{7f}é\""), true),
        (id("\"a\\tb\""), true),
        (id("1e400"), true),
        (id("01"), false),
        (id("null"), true),
        (id("{\"a\":[1, 2]}"), true),
        (beside("\"id\":8"), false),
        (beside("\"name\":nul"), false),
        (beside("\"name\":\"a\tb\""), false),
        (beside("\"unknown\":1"), false),
        (beside("\"identityPolicies\":[]"), false),
        (beside("\"resourceAccount\":\"12\""), false),
        (beside("\"resourceAccount\":null"), true),
        (beside("\"facts\":{\"rcpApplies\":true}"), true),
        (beside("\"facts\":{\"rcpApplies\":1}"), false),
        (beside("// no JSON\n\"name\":1"), false),
        (format!("\u{FEFF}{LINE}"), false),
        (format!("{LINE} x"), false),
        (nested(126), true),
        (nested(127), true),
        (nested(128), true),
        (nested(129), false),
        (nested(130), false),
        (beside(&format!("\"name\":\"{}\"", "a".repeat(MAX_DOCUMENT_BYTES))), false),
    ] {
        assert_eq!(check(&text), is_request, "{}", text.get(..400).unwrap_or(&text));
    }
}

proptest! {
    #[test]
    fn reads_as_the_plain_reader(at in 0usize..300, junk in "[\\[\\]{}\",:\\\\a0 ]{0,3}", cut in 0usize..4) {
        let mut text = LINE.to_owned();
        let at = at.min(text.len());
        text.replace_range(at..(at + cut).min(text.len()), &junk);
        let mut reader = BulkReader::new();
        let _ = reader.read(LINE, |_| ActionFacts::default());
        for _ in 0..2 {
            prop_assert_eq!(shown(reader.read(&text, |_| ActionFacts::default())), shown(read(&text, |_| ActionFacts::default())));
        }
    }
}
