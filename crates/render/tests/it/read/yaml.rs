//! YAML: byte spans behind multi-byte characters, traps of scalars, tags, duplicate keys, aliases, block scalars.

use super::short;
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::FileId;
use rolecall_render::read::yaml;
use std::fmt::Write;

fn value(text: &str) -> String {
    short(yaml::read(FileId(0), text).node.as_ref())
}

fn codes(text: &str) -> Vec<&'static str> {
    yaml::read(FileId(0), text).problems.iter().map(|problem: &Problem| problem.code).collect()
}

#[test]
fn spans_count_bytes_not_characters() {
    let text = "# 🦀 é\né: \"ü\"\nlist: [ä, 'ö''ö', !Ref Ünï]\n";
    let node = yaml::read(FileId(0), text).node.unwrap();
    let slice = |node: &rolecall_iam::value::Node| text.get(node.span.range()).unwrap();
    assert_eq!(slice(node.get("é").unwrap()), "\"ü\"");
    let list = node.get("list").unwrap();
    assert_eq!(slice(list), "[ä, 'ö''ö', !Ref Ünï]");
    let items = list.as_array().unwrap();
    assert_eq!(slice(&items[0]), "ä");
    assert_eq!(slice(&items[1]), "'ö''ö'");
    assert_eq!(slice(&items[2]), "!Ref Ünï");
    assert_eq!(slice(items[2].get("Ref").unwrap()), "Ünï");
    let key = &node.as_object().unwrap()[0].key;
    assert_eq!((text.get(key.span.range()), key.span.start), (Some("é"), 10));
}

#[test]
fn line_and_column_of_a_value_behind_wide_characters() {
    let mut sources = SourceMap::new();
    let text = "a: 1\nb: {é🦀: x, key: value}\n";
    let file = sources.add("t.yaml", text);
    let node = yaml::read(file, text).node.unwrap();
    // `b: {é🦀: x, key: ` are 16 characters before the value.
    assert_eq!(sources.locate(node.get("b").unwrap().get("key").unwrap().span), "t.yaml:2:17");
}

#[test]
fn scalars_are_read_as_cloudformation_takes_them() {
    let cases = [
        ("2012-10-17", "2012-10-17"),
        ("'yes'", "yes"),
        ("true", "true"),
        ("3600", "3600"),
        ("-1.50", "-1.50"),
        ("~", "null"),
        ("''", ""),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:root"),
        ("sts:AssumeRole", "sts:AssumeRole"),
        ("1.2.3", "1.2.3"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("y", "y"),
    ];
    for (text, expected) in cases {
        assert_eq!(value(&format!("k: {text}\n")), format!("{{k={expected}}}"), "{text}");
    }
    for ambiguous in
        ["yes", "No", "on", "OFF", "012345670123", "0x1F", "1_000", "12:30:45", "1e3", ".inf", "0o17", "+1"]
    {
        let value = value(&format!("k: {ambiguous}\n"));
        assert!(value.starts_with("{k=unresolved: "), "{ambiguous}: {value}");
    }
}

#[test]
fn short_forms_of_functions_become_long_ones() {
    let text = "a: !If [c, !Sub 'x', !GetAtt R.Arn]\nb: !Condition c\n";
    assert_eq!(value(text), "{a={Fn::If=[c {Fn::Sub=x} {Fn::GetAtt=[R Arn]}]} b={Condition=c}}");
    assert_eq!(codes("a: !Nonsense x\n"), ["yaml-unknown-tag"]);
}

#[test]
fn duplicate_keys_documents_and_syntax_are_problems_with_places() {
    let read = yaml::read(FileId(0), "é: 1\nb: 2\né: 3\n");
    assert_eq!(read.problems[0].code, "duplicate-key");
    assert_eq!(read.problems[0].span.start, 11);
    assert_eq!(read.problems[0].related.as_ref().unwrap().0.start, 0);
    assert_eq!(codes("a: 1\n---\nb: 2\n"), ["several-documents"]);
    assert_eq!(codes(""), ["empty-document"]);
    assert_eq!(codes("# only a comment\n"), ["empty-document"]);
    let broken = yaml::read(FileId(0), "é: [1, 2\nb: 3\n");
    assert!(broken.node.is_none());
    assert_eq!(broken.problems[0].code, "syntax");
}

#[test]
fn aliases_and_merge_keys_are_expanded_and_noted() {
    let text = "base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n";
    assert_eq!(value(text), "{base={x=1 y=2} use={y=3 x=1}}");
    assert_eq!(codes(text), ["yaml-merge-key", "yaml-alias"]);
}

#[test]
fn a_bomb_of_aliases_stops() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(text, "a{level}: &a{level} [{inner}]");
    }
    let read = yaml::read(FileId(0), &text);
    assert!(read.node.is_none());
    assert!(read.problems.iter().any(|problem| problem.code == "document-too-large"));
    assert!(codes("a: &a [*a]\n").contains(&"yaml-alias"));
}

#[test]
fn nesting_has_a_limit() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(yaml::read(FileId(0), &deep).node.is_none());
    let block: Vec<String> = (0..3_000).map(|depth| " ".repeat(depth) + "a:").collect();
    assert!(yaml::read(FileId(0), &block.join("\n")).node.is_none());
}
