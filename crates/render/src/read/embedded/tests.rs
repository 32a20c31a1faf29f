//! The map from decoded text to source bytes.

use super::*;

fn text() -> Text {
    // Source: `ab\nX${v}cd`, of which `\n` is an escape and `${v}` stands for `value`; `X` is dropped.
    let file = FileId(0);
    let mut text = Text::new(Span::new(file, 0, 11));
    text.push_verbatim("ab", file, 0);
    text.push_replaced("\n", Span::new(file, 2, 4));
    text.push_replaced("value", Span::new(file, 5, 9));
    text.push_verbatim("cd", file, 9);
    text
}

fn range(span: Span) -> (u32, u32) {
    (span.start, span.end)
}

#[test]
fn decoded_ranges_map_to_source_ranges() {
    let text = text();
    assert_eq!(text.as_str(), "ab\nvaluecd");
    assert_eq!(range(text.map(0, 2)), (0, 2));
    assert_eq!(range(text.map(1, 2)), (1, 2));
    assert_eq!(range(text.map(2, 3)), (2, 4));
    assert_eq!(range(text.map(4, 6)), (5, 9), "inside of a replaced piece: all of it");
    assert_eq!(range(text.map(1, 9)), (1, 10));
    assert_eq!(range(text.map(0, 10)), (0, 11));
    assert_eq!(range(text.map(5, 5)), (5, 5));
    assert_eq!(range(text.map(50, 60)).1, 11);
    assert_eq!(range(Text::new(Span::new(FileId(0), 3, 5)).map(0, 1)), (3, 5));
}

#[test]
fn slices_and_cuts_keep_the_map() {
    let text = text();
    let slice = text.slice(1, 9);
    assert_eq!(slice.as_str(), "b\nvaluec");
    assert_eq!(range(slice.map(0, 1)), (1, 2));
    assert_eq!(range(slice.map(7, 8)), (9, 10));
    let mut cut = text.clone();
    cut.truncate(2);
    assert_eq!(cut.as_str(), "ab");
    assert_eq!(range(cut.map(0, 9)), (0, 2));
    let mut both = text.clone();
    both.push_text(&text);
    assert_eq!(range(both.map(10, 12)), (0, 2));
}

#[test]
fn a_cut_inside_a_character_moves_before_it() {
    let mut text = Text::new(Span::default());
    text.push_verbatim("aé", FileId(0), 0);
    text.truncate(2);
    assert_eq!(text.as_str(), "a");
    text.truncate(0);
    assert_eq!(text.as_str(), "");
}

#[test]
fn json_problems_and_nodes_point_into_the_source() {
    let file = FileId(0);
    let mut text = Text::new(Span::new(file, 100, 200));
    text.push_verbatim("{\"a\": ", file, 100);
    text.push_replaced("\"x\"", Span::new(file, 150, 160));
    text.push_verbatim(", \"a\": 1}", file, 170);
    let read = text.json();
    let node = read.node.unwrap();
    assert_eq!(range(node.span), (100, 179));
    assert_eq!(range(node.get("a").unwrap().span), (150, 160));
    assert_eq!((read.problems[0].code, range(read.problems[0].span)), ("duplicate-key", (172, 175)));
    assert_eq!(read.problems[0].related.as_ref().map(|(span, _)| range(*span)), Some((101, 104)));
}

#[test]
fn an_encoded_tree_is_found_by_its_text_also_when_part_of_it_is_unknown() {
    let sources = SourceMap::new();
    let mut strings = Strings::new(&sources, Syntax::Hcl);
    let span = Span::new(FileId(0), 1, 2);
    let known = strings.encode(Node::new(Value::Array(vec![Node::string("x", span)]), span), span);
    assert_eq!(known.as_str(), Some("[\"x\"]"));
    let mut problems = Vec::new();
    assert!(strings.policy(known, &mut problems).as_array().is_some());
    let unknown = Node::new(Value::Unresolved("why".into()), span);
    let part = strings.encode(Node::new(Value::Array(vec![unknown]), span), span);
    assert_eq!(part.value, Value::Unresolved("why".into()));
    assert!(strings.policy(part, &mut problems).as_array().is_some());
    assert!(problems.is_empty());
}
