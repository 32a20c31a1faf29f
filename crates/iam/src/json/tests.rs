//! The reader against hand-computed positions, and against a second JSON implementation.

use super::{MAX_DEPTH, read, read_at};
use crate::span::FileId;
use crate::value::{Node, Value};
use proptest::prelude::*;

fn codes(text: &str) -> Vec<(&'static str, u32, u32)> {
    let problems = read(FileId(0), text).problems;
    problems.iter().map(|problem| (problem.code, problem.span.start, problem.span.end)).collect()
}

#[test]
fn spans_are_bytes() {
    let text = "{\"é\": [\"ü\", 1.50, true]}";
    let read = read_at(FileId(3), text, 100);
    assert!(read.problems.is_empty());
    let node = read.node.unwrap();
    assert_eq!((node.span.start, node.span.end), (100, 100 + u32::try_from(text.len()).unwrap()));
    let member = &node.as_object().unwrap()[0];
    assert_eq!((member.key.span.start, member.key.span.end), (101, 105));
    let items = member.value.as_array().unwrap();
    assert_eq!((items[0].span.start, items[0].span.end), (108, 112));
    assert_eq!(items[1].value, Value::Number("1.50".into()));
    assert_eq!(items[1].span.file, FileId(3));
}

#[test]
fn slips_are_reported_and_read_over() {
    assert_eq!(codes("\u{FEFF}{}"), [("byte-order-mark", 0, 3)]);
    assert_eq!(codes("{\"a\": 1, \"a\": 2}"), [("duplicate-key", 9, 12)]);
    assert_eq!(codes("[1, 2,]"), [("trailing-comma", 5, 6)]);
    assert_eq!(codes("[\"a\" \"b\"]"), [("missing-comma", 4, 4)]);
    assert_eq!(codes("{} x"), [("trailing-text", 3, 4)]);
    assert_eq!(codes("[1] // c"), [("comment", 4, 8)]);
    assert_eq!(codes(""), [("empty-document", 0, 0)]);
    assert_eq!(codes("[\"a\tb\"]"), [("control-character", 3, 4)]);
    assert_eq!(codes("{\"a\":1,\"a\":2,}"), [("duplicate-key", 7, 10), ("trailing-comma", 12, 13)]);
}

#[test]
fn syntax_errors_name_their_place() {
    for (text, start) in [
        ("{a: 1}", 1),
        ("{\"a\" 1}", 5),
        ("[1 2]", 3),
        ("[01]", 1),
        ("[1.]", 1),
        ("[tru]", 1),
        ("['a']", 1),
        ("[\"\\x\"]", 2),
        ("[\"\\ud800\"]", 2),
        ("[\"a\n\"]", 3),
        ("[\"a", 1),
        ("[1", 0),
        ("{\"a\":", 5),
        ("\u{A0}[]", 0),
    ] {
        let problems = codes(text);
        assert_eq!(problems.first().map(|(code, at, _)| (*code, *at)), Some(("syntax", start)), "{text:?}");
        assert!(read(FileId(0), text).sound().is_none(), "{text:?}");
    }
}

#[test]
fn absurd_nesting_is_refused() {
    let deep = "[".repeat(100_000);
    assert_eq!(
        codes(&deep).first().map(|(code, at, _)| (*code, *at as usize)),
        Some(("nesting-too-deep", MAX_DEPTH + 1))
    );
}

#[test]
fn many_keys_are_compared_by_an_index() {
    let keys: Vec<_> = (0..40).chain([7]).map(|key| format!("\"k{key}\":0")).collect();
    let text = format!("{{{}}}", keys.join(","));
    assert_eq!(codes(&text).iter().map(|(code, ..)| *code).collect::<Vec<_>>(), ["duplicate-key"]);
}

fn same(node: &Node, value: &serde_json::Value) -> bool {
    match (&node.value, value) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(left), serde_json::Value::Bool(right)) => left == right,
        (Value::Number(left), serde_json::Value::Number(right)) => left.parse::<f64>().ok() == right.as_f64(),
        (Value::String(left), serde_json::Value::String(right)) => left == right,
        (Value::Array(left), serde_json::Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), serde_json::Value::Object(right)) => {
            left.iter().all(|member| right.get(&member.key.value).is_some_and(|value| same(&member.value, value)))
        }
        _ => false,
    }
}

/// Texts that are JSON, nearly JSON, or not at all.
fn texts() -> impl Strategy<Value = String> {
    let token = prop_oneof![
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("[".to_owned()),
        Just("]".to_owned()),
        Just(",".to_owned()),
        Just(":".to_owned()),
        Just("\"a\"".to_owned()),
        Just("\"\\u00e9\"".to_owned()),
        Just("\"\\ud83d\\ude00\"".to_owned()),
        Just("1".to_owned()),
        Just("-0.5e3".to_owned()),
        Just("true".to_owned()),
        Just("null".to_owned()),
        Just(" ".to_owned()),
        Just("\n".to_owned()),
        "\\PC{0,3}",
    ];
    proptest::collection::vec(token, 0..24).prop_map(|tokens| tokens.concat())
}

proptest! {
    #[test]
    fn never_panics_and_spans_stay_inside(text in "\\PC{0,60}") {
        let read = read(FileId(0), &text);
        for problem in &read.problems {
            prop_assert!(problem.span.end as usize <= text.len() && problem.span.start <= problem.span.end);
        }
    }

    #[test]
    fn accepts_what_a_second_implementation_accepts(text in texts()) {
        let ours = read(FileId(0), &text);
        let only_duplicates = ours.problems.iter().all(|problem| problem.code == "duplicate-key");
        match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(value) => {
                prop_assert!(only_duplicates, "{:?}", ours.problems);
                if ours.problems.is_empty() {
                    prop_assert!(same(&ours.node.unwrap(), &value));
                }
            }
            Err(error) => {
                prop_assert!(ours.sound().is_none(), "accepted {text:?}, {error}");
            }
        }
    }
}
