//! The bulk reader against the plain one, on ordinary and on broken lines.

use super::BulkReader;
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
