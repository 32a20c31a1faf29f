//! Markdown, read back with a Markdown parser: only our own HTML, no links, the tables whole, texts unchanged.

use crate::sample::{all, full, hostile, open, options, write};
use pulldown_cmark::{Event, Options as Dialect, Parser, Tag, TagEnd};
use rolecall_core::finding::Finding;
use rolecall_iam::span::{FileId, Span};
use rolecall_report::{Format, render};

fn events(text: &str) -> Vec<Event<'_>> {
    Parser::new_ext(text, Dialect::ENABLE_TABLES | Dialect::ENABLE_STRIKETHROUGH | Dialect::ENABLE_MATH).collect()
}

const ALLOWED_HTML: [&str; 8] =
    ["<code>", "</code>", "<details>", "<details open>", "</details>", "<summary>", "</summary>", "</sub>"];

/// The tags of a piece of HTML.
fn tags(html: &str) -> Vec<String> {
    let closed = |piece: &str| piece.split_once('>').map(|(tag, _)| format!("<{tag}>"));
    html.split('<').skip(1).filter_map(closed).collect()
}

#[test]
fn only_our_own_markup_is_markup() {
    for (name, outcome) in all() {
        let text = write(&outcome, Format::Markdown);
        let mut columns = 0;
        let mut cells = 0;
        for event in events(&text) {
            match event {
                Event::Html(html) | Event::InlineHtml(html) => {
                    for tag in tags(&html) {
                        assert!(ALLOWED_HTML.contains(&tag.as_str()) || tag == "<sub>", "{name}: {tag}");
                    }
                }
                Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::Emphasis | Tag::Strikethrough) => {
                    panic!("{name}: a text of a user became markup")
                }
                Event::InlineMath(_) | Event::DisplayMath(_) => panic!("{name}: math"),
                Event::Start(Tag::Table(alignments)) => columns = alignments.len(),
                Event::Start(Tag::TableHead | Tag::TableRow) => cells = 0,
                Event::Start(Tag::TableCell) => cells += 1,
                Event::End(TagEnd::TableHead | TagEnd::TableRow) => assert_eq!(cells, columns, "{name}"),
                _ => {}
            }
        }
        let headings = events(&text).iter().filter(|event| matches!(event, Event::Start(Tag::Heading { .. }))).count();
        assert_eq!(headings, 1, "{name}");
        let mut open_tags: Vec<String> = Vec::new();
        for event in events(&text) {
            if let Event::Html(html) | Event::InlineHtml(html) = event {
                for tag in tags(&html) {
                    match tag.strip_prefix("</") {
                        Some(closed) => {
                            assert_eq!(open_tags.pop().map(|tag| tag.replace(" open", "")), Some(format!("<{closed}")));
                        }
                        None => open_tags.push(tag),
                    }
                }
            }
        }
        assert!(open_tags.is_empty(), "{name}: {open_tags:?}");
    }
}

#[test]
fn hostile_texts_come_back_as_text() {
    let text = write(&hostile(), Format::Markdown);
    let mut shown = String::new();
    for event in events(&text) {
        if let Event::Text(piece) = event {
            shown.push_str(&piece);
        }
    }
    assert!(shown.contains("|</code></td>\\u{1b}[31m\\u{202e}<script>alert(1)</script>"), "{shown}");
    assert!(shown.contains("[a](https://evil.example)"));
    assert!(!text.contains("<script>alert") || text.contains("```text"), "raw only inside a fence");
}

#[test]
fn verdict_places_and_checks() {
    let text = write(&full(), Format::Markdown);
    assert!(text.starts_with("### ⛔ rolecall: could not judge\n"));
    assert!(text.contains("<code>trust.json&#58;4&#58;14</code>"));
    assert!(text.contains("| **not judged** | role-code |"));
    assert!(text.contains("|              ^^^^^^^^^^^^^^^ no `sts:ExternalId` condition"), "the excerpt");
}

#[test]
fn a_long_report_fits_in_a_comment_and_says_what_it_leaves_out() {
    let mut outcome = full();
    let span = Span::new(FileId(0), 5, 15);
    for index in 0..3_000 {
        let message = format!("finding number {index} about `something`");
        let finding = Finding::new(&crate::sample::EXTERNAL_ID_MISSING, span, format!("s{index}"), message);
        outcome.findings.push(open(finding));
    }
    let text = render(&outcome, Format::Markdown, &options());
    assert!(text.chars().count() < 65_536, "{}", text.len());
    assert!(text.contains("more are not shown here."));
    assert!(text.contains("### ⛔ rolecall: could not judge"));
    assert!(text.contains("| **not judged** | role-code |"), "the checks are still there");
}
