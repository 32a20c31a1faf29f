//! The terminal report: underlines under the right characters, nothing that steers a terminal, lines of a bearable
//! width, and a last line that says the verdict.

use crate::sample::{EXTERNAL_ID_MISSING, all, clean, empty, found, full, open, options, passed, write};
use rolecall_core::finding::Finding;
use rolecall_iam::problem::Problem;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::Span;
use rolecall_report::{Format, Options, problems, render};
use unicode_width::UnicodeWidthStr;

/// The text above the carets of the line `carets` in `report`, by columns on a terminal.
fn underlined(report: &str, mark: char) -> Vec<String> {
    let lines: Vec<&str> = report.lines().collect();
    let mut found = Vec::new();
    for pair in lines.windows(2) {
        let marks: String = pair[1].chars().filter(|one| *one == mark).collect();
        let Some(start) = pair[1].find(mark).filter(|_| !marks.is_empty()) else { continue };
        let start = pair[1][..start].width();
        let (mut column, mut text) = (0, String::new());
        for character in pair[0].chars() {
            if column >= start && column < start + marks.len() {
                text.push(character);
            }
            column += character.to_string().width();
        }
        found.push(text);
    }
    found
}

#[test]
fn underlines_stand_below_what_they_mean() {
    let report = write(&full(), Format::Human);
    assert_eq!(underlined(&report, '^')[..2], ["\"ec2:TerminateInstances\"", "\"Überlassung💾\""]);
    // Behind a tab, which is drawn as four columns.
    assert!(report.contains("6 |     \"Action\": \"sts:AssumeRole\"\n  |               ---------------- allows this"));
    assert!(report.contains("::: role code/main,100%.tf:2:24"), "a place in another file");
}

#[test]
fn whole_file_findings_have_no_excerpt() {
    let report = write(&found(), Format::Human);
    assert!(
        report.starts_with("note[baseline-stale]: the baseline lists 1 finding that is gone\n--> leer.json\n = why")
    );
}

#[test]
fn the_last_lines_say_counts_and_verdict() {
    let last = |outcome| write(&outcome, Format::Human).lines().rev().take(2).map(str::to_owned).collect::<Vec<_>>();
    let [verdict, counts] = last(found()).try_into().unwrap();
    assert_eq!(counts, "1 error, 1 warning, 1 note, 2 accepted; 4 checks judged, 0 not judged");
    assert_eq!(verdict, "findings (exit code 1): 2 open findings at or above `warning`");
    let [verdict, counts] = last(clean()).try_into().unwrap();
    assert_eq!(counts, "no open findings; 1 check judged, 0 not judged");
    assert!(verdict.starts_with("clean (exit code 0): "));
    assert!(last(full())[0].starts_with("could not judge (exit code 2): 2 problems, 1 check not judged"));
    assert!(last(empty(SourceMap::new()))[0].starts_with("could not judge (exit code 2): no check was made"));
}

#[test]
fn nothing_steers_the_terminal() {
    for (name, outcome) in all() {
        for character in write(&outcome, Format::Human).chars() {
            assert!(character == '\n' || !character.is_control(), "{name}: {character:?}");
            assert!(!('\u{202a}'..='\u{202e}').contains(&character), "{name}: {character:?}");
        }
        let coloured = render(&outcome, Format::Human, &Options { color: true, ..options() });
        let mut rest = coloured.as_str();
        while let Some((_, behind)) = rest.split_once('\u{1b}') {
            let end = behind.find(|one: char| !matches!(one, '[' | ';' | '0'..='9')).unwrap();
            assert_eq!(&behind[end..=end], "m", "{name}: only colours");
            rest = behind;
        }
    }
}

#[test]
fn verbose_shows_every_passed_check_and_accepted_finding() {
    let mut outcome = found();
    outcome.checks = (0..9).map(|number| passed("external-id", &format!("account {number}"), "equal")).collect();
    let verbose = render(&outcome, Format::Human, &Options { verbose: true, ..options() });
    assert_eq!(verbose.matches("passed").count(), 9);
    assert!(verbose.contains("= accepted: agreed | with the *vendor* (until 2027-01-01)"));
    assert!(verbose.contains("= accepted: in the baseline of accepted findings"));
    let short = write(&outcome, Format::Human);
    assert_eq!(short.matches("passed").count(), 1);
    assert!(short.contains("9 subjects"), "{short}");
    assert!(short.contains("1 finding in the baseline; --verbose shows them"));
}

#[test]
fn a_policy_in_one_long_line_is_trimmed() {
    let actions: Vec<String> = (0..400).map(|number| format!("\"svc:Action{number}\"")).collect();
    let text = format!("{{\"Statement\":{{\"Action\":[{}]}}}}", actions.join(","));
    let mut sources = SourceMap::new();
    let file = sources.add("policy.json", text.clone());
    for needle in ["\"svc:Action200\"", "\"svc:Action3\"", "\"svc:Action399\""] {
        let span = crate::sample::find(&sources, file, needle);
        let finding = Finding::new(&EXTERNAL_ID_MISSING, span, "s", "m").with_label("granted here");
        let mut outcome = empty(sources.clone());
        outcome.findings.push(open(finding));
        let report = write(&outcome, Format::Human);
        assert!(report.contains(needle), "{report}");
        let widest = report.lines().map(UnicodeWidthStr::width).max().unwrap();
        assert!(widest <= 110, "{widest}\n{report}");
        assert_eq!(underlined(&report, '^'), [needle]);
    }
    // The span is the whole line.
    let mut outcome = empty(sources);
    let span = Span::new(file, 0, text.len());
    outcome.findings.push(open(Finding::new(&EXTERNAL_ID_MISSING, span, "s", "m").with_label("all of it")));
    let report = write(&outcome, Format::Human);
    let widest = report.lines().map(UnicodeWidthStr::width).max().unwrap();
    assert!(widest <= 110, "{widest}\n{report}");
}

#[test]
fn a_block_of_many_lines_is_folded() {
    let actions: Vec<String> = (0..200).map(|number| format!("    \"svc:Action{number}\"")).collect();
    let text = format!("{{\n  \"Action\": [\n{}\n  ]\n}}\n", actions.join(",\n"));
    let mut sources = SourceMap::new();
    let file = sources.add("policy.json", text.clone());
    let mut outcome = empty(sources);
    let span = Span::new(file, 0, text.len());
    outcome.findings.push(open(Finding::new(&EXTERNAL_ID_MISSING, span, "s", "m").with_label("all of it")));
    let report = write(&outcome, Format::Human);
    assert!(report.lines().count() < 20, "{report}");
    assert!(
        report.contains("204 | | }\n    | |_^ all of it"),
        "the last line, not the one behind its break:\n{report}"
    );
}

#[test]
fn problems_are_drawn_in_the_same_style() {
    let mut sources = SourceMap::new();
    let file = sources.add("policy.json", "{\n  \"Version\": \"2012-10-17\",\n  \"Version\": \"2008-10-17\"\n}\n");
    let second = Problem::error(
        "duplicate-key",
        Span::new(file, 31, 40),
        "key `Version` stands twice",
        "expected each key once: take one out",
    )
    .with_related(Span::new(file, 4, 13), "first here");
    let mild =
        Problem::warning("old-version", Span::new(file, 42, 54), "`2008-10-17` is an old version", "write 2012-10-17");
    let expected = "\
error[duplicate-key]: key `Version` stands twice
 --> policy.json:3:3
  |
2 |   \"Version\": \"2012-10-17\",
  |   --------- first here
3 |   \"Version\": \"2008-10-17\"
  |   ^^^^^^^^^
  |
  = do: expected each key once: take one out

warning[old-version]: `2008-10-17` is an old version
 --> policy.json:3:14
  |
3 |   \"Version\": \"2008-10-17\"
  |              ^^^^^^^^^^^^
  |
  = do: write 2012-10-17

";
    assert_eq!(problems::render(&sources, &[second, mild], &options()), expected);
    assert_eq!(problems::render(&sources, &[], &options()), "");
}
