//! No text and no span makes a format panic, and machine formats stay readable.

use crate::sample::{BASELINE_STALE, EXTERNAL_ID_MISSING, PERMISSION_NOT_NEEDED, empty, judged};
use jiff::civil::date;
use proptest::prelude::*;
use rolecall_core::finding::{CheckOutcome, CheckRun, Finding, NotJudged, Related};
use rolecall_gate::outcome::{Outcome, Standing};
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};
use rolecall_report::{Format, Options, render};

/// Texts with what breaks renderers: line breaks of all kinds, tabs, wide and combining characters, controls.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("\t"),
        Just("é"),
        Just("💾"),
        Just("漢字"),
        Just("e\u{301}"),
        Just("\u{200b}"),
        Just("\u{feff}"),
        Just("\u{1b}[31m"),
        Just("\0"),
        Just("\u{2028}"),
        Just("`"),
        Just("```\n"),
        Just("|"),
        Just("</code>"),
        Just("]]>"),
        Just("{0}"),
        Just("[x](y)"),
        Just("%0A"),
        Just(" "),
        Just("word"),
        Just("a long text with many words in it, to be broken into lines"),
        Just("\u{ffff}"),
        Just("&amp;"),
    ];
    prop_oneof![
        4 => prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

fn span() -> impl Strategy<Value = Span> {
    let offset = || prop_oneof![6 => 0_u32..60, 1 => any::<u32>(), 1 => Just(u32::MAX)];
    (0_u32..4, offset(), offset()).prop_map(|(file, start, end)| Span { file: FileId(file), start, end })
}

fn related() -> impl Strategy<Value = Vec<Related>> {
    prop::collection::vec((span(), text()).prop_map(|(span, label)| Related { span, label }), 0..3)
}

fn finding() -> impl Strategy<Value = rolecall_gate::outcome::Judged> {
    let rule = prop::sample::select(vec![&EXTERNAL_ID_MISSING, &PERMISSION_NOT_NEEDED, &BASELINE_STALE]);
    let standing = prop_oneof![
        3 => Just(Standing::Open),
        1 => Just(Standing::Baselined),
        1 => text().prop_map(|reason| Standing::Suppressed { reason, until: Some(date(2027, 1, 1)) }),
    ];
    (rule, span(), [text(), text(), text(), text(), text()], related(), standing).prop_map(
        |(rule, span, [subject, message, label, reason, remedy], related, standing)| {
            let mut finding = Finding::new(rule, span, subject, message);
            (finding.label, finding.reason, finding.remedy, finding.related) = (label, reason, remedy, related);
            judged(finding, standing)
        },
    )
}

fn not_judged() -> impl Strategy<Value = NotJudged> {
    (span(), [text(), text(), text()], related()).prop_map(|(span, [code, message, help], related)| NotJudged {
        code,
        span,
        message,
        help,
        related,
    })
}

fn check() -> impl Strategy<Value = CheckRun> {
    let outcome = prop_oneof![
        text().prop_map(|judged| CheckOutcome::Passed { judged }),
        (0_usize..9).prop_map(CheckOutcome::Found),
        text().prop_map(CheckOutcome::NotJudged),
    ];
    (prop::sample::select(vec!["trust", "contract"]), text(), outcome).prop_map(|(check, subject, outcome)| CheckRun {
        check,
        subject,
        outcome,
    })
}

fn outcome() -> impl Strategy<Value = Outcome> {
    (
        prop::collection::vec((text(), text()), 0..3),
        prop::collection::vec(finding(), 0..4),
        prop::collection::vec(not_judged(), 0..3),
        prop::collection::vec(check(), 0..6),
    )
        .prop_map(|(files, findings, not_judged, checks)| {
            let mut sources = SourceMap::new();
            for (path, text) in files {
                sources.add(path, text);
            }
            Outcome { findings, not_judged, checks, ..empty(sources) }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_outcome_makes_a_format_panic(
        outcome in outcome(), color in any::<bool>(), verbose in any::<bool>(), width in 0_u16..200, prefix in text(),
    ) {
        let options = Options { color, verbose, width, tool_version: "1".to_owned(), path_prefix: prefix };
        for format in Format::ALL {
            let written = render(&outcome, format, &options);
            prop_assert!(written.ends_with('\n'));
            match format {
                Format::Json | Format::Sarif => {
                    prop_assert!(serde_json::from_str::<serde_json::Value>(&written).is_ok());
                }
                Format::Junit => {
                    let parsed = roxmltree::Document::parse(&written);
                    prop_assert!(parsed.is_ok(), "{:?}\n{written}", parsed.err());
                }
                Format::Github => prop_assert!(written.lines().all(|line| line.starts_with("::"))),
                Format::Human if !color => {
                    prop_assert!(!written.contains(['\u{1b}', '\0', '\r', '\u{202e}']), "{written:?}");
                }
                Format::Human | Format::Markdown => {}
            }
        }
    }
}
