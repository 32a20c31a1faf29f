//! Markdown for a comment on a pull request: verdict, a table of findings, their details folded away, the checks.
//! Every text of a user is escaped, so that no file name, Sid or message breaks out of its place.
//! Source: GitHub Flavored Markdown Spec 0.29; a comment on GitHub holds at most 65,536 characters (unverified).

use crate::place::Place;
use crate::summary::{Summary, acceptance, check_text, reason_text, verdict_reason, verdict_title};
use crate::visible::{lines, one_line, steers};
use crate::{Options, excerpt};
use rolecall_core::finding::NotJudged;
use rolecall_gate::outcome::{Judged, Outcome, Standing, Verdict};
use std::fmt::Write as _;

/// Sections stop growing here, in bytes; what was left out is said.
const LENGTH_MAX: usize = 60_000;

/// The outcome as Markdown.
pub(crate) fn render(outcome: &Outcome, options: &Options) -> String {
    let options = &Options { color: false, width: 100, ..options.clone() };
    let summary = Summary::of(outcome);
    let verdict = outcome.verdict();
    let sign = match verdict {
        Verdict::Clean => "✅",
        Verdict::Findings => "❌",
        Verdict::CouldNotJudge => "⛔",
    };
    let mut text = format!("### {sign} rolecall: {}\n\n", verdict_title(verdict));
    let _ = writeln!(text, "{}. {}.\n", escape(&verdict_reason(outcome, &summary)), escape(&summary.counts()));
    let (open, accepted): (Vec<&Judged>, Vec<&Judged>) =
        outcome.findings.iter().partition(|judged| judged.standing == Standing::Open);
    let row = |judged: &&Judged| finding_row(outcome, judged, options);
    table(&mut text, "| severity | finding | place |\n| --- | --- | --- |\n", open.iter().map(row), LENGTH_MAX / 4);
    let details = open.iter().map(|judged| finding_details(outcome, judged, options));
    let entries = outcome.not_judged.iter().map(|entry| not_judged_details(outcome, entry, options));
    sections(&mut text, entries.chain(details), LENGTH_MAX * 3 / 4);
    if !accepted.is_empty() {
        let _ = writeln!(text, "<details><summary>{} accepted</summary>\n", accepted.len());
        let row = |judged: &&Judged| accepted_row(outcome, judged, options);
        let head = "| finding | place | accepted because |\n| --- | --- | --- |\n";
        table(&mut text, head, accepted.iter().map(row), LENGTH_MAX * 7 / 8);
        text.push_str("</details>\n\n");
    }
    if !outcome.checks.is_empty() {
        let judged = summary.checks_passed + summary.checks_found;
        let open = if summary.checks_not_judged > 0 { " open" } else { "" };
        let _ = writeln!(
            text,
            "<details{open}><summary>checks: {judged} judged, {} not judged</summary>\n",
            summary.checks_not_judged
        );
        let rows = outcome.checks.iter().map(|run| {
            let (word, why) = check_text(run);
            let word = if word == "not-judged" { "**not judged**" } else { word };
            format!("| {word} | {} | {} | {} |\n", escape(run.check), code(&run.subject), escape(&why))
        });
        let head = "| outcome | check | subject | what |\n| --- | --- | --- | --- |\n";
        table(&mut text, head, rows, LENGTH_MAX);
        text.push_str("</details>\n\n");
    }
    let _ = writeln!(text, "<sub>rolecall {}, as of {}</sub>", escape(&options.tool_version), outcome.as_of);
    text
}

fn finding_row(outcome: &Outcome, judged: &Judged, options: &Options) -> String {
    let finding = &judged.finding;
    let (code, message) = (code(finding.rule.code), escape(&finding.message));
    format!("| {} | {code} {message} | {} |\n", finding.severity.as_str(), place(outcome, finding.span, options))
}

fn accepted_row(outcome: &Outcome, judged: &Judged, options: &Options) -> String {
    let finding = &judged.finding;
    let (code, message) = (code(finding.rule.code), escape(&finding.message));
    let why = escape(&acceptance(&judged.standing).unwrap_or_default());
    format!("| {code} {message} | {} | {why} |\n", place(outcome, finding.span, options))
}

fn place(outcome: &Outcome, span: rolecall_iam::span::Span, options: &Options) -> String {
    Place::of(&outcome.sources, span, options).map_or_else(String::new, |place| code(&place.locate()))
}

fn finding_details(outcome: &Outcome, judged: &Judged, options: &Options) -> String {
    let finding = &judged.finding;
    let excerpt = excerpt::plain_excerpt(&excerpt::of_finding(judged), &outcome.sources, options);
    let summary = format!("{}: {} {}", finding.severity.as_str(), code(finding.rule.code), escape(&finding.message));
    let parts = [("Why", reason_text(finding)), ("Do", finding.remedy_text())];
    details(&summary, &excerpt, &parts)
}

fn not_judged_details(outcome: &Outcome, entry: &NotJudged, options: &Options) -> String {
    let excerpt = excerpt::plain_excerpt(&excerpt::of_not_judged(entry), &outcome.sources, options);
    let summary = format!("not judged: {} {}", code(&entry.code), escape(&entry.message));
    details(&summary, &excerpt, &[("Do", &entry.help)])
}

fn details(summary: &str, excerpt: &str, parts: &[(&str, &str)]) -> String {
    let mut text = format!("<details><summary>{summary}</summary>\n\n");
    if !excerpt.trim().is_empty() {
        text.push_str(&fence(excerpt));
        text.push('\n');
    }
    for (heading, part) in parts.iter().filter(|(_, part)| !part.trim().is_empty()) {
        let _ = writeln!(text, "**{heading}.** {}\n", escape(part));
    }
    text.push_str("</details>\n\n");
    text
}

/// Adds a table while `text` stays below `limit` bytes; says how many rows were left out.
fn table(text: &mut String, head: &str, rows: impl Iterator<Item = String>, limit: usize) {
    let mut left_out = 0_usize;
    let mut empty = true;
    for row in rows {
        if std::mem::take(&mut empty) {
            text.push_str(head);
        }
        if left_out > 0 || text.len() + row.len() > limit {
            left_out += 1;
        } else {
            text.push_str(&row);
        }
    }
    if left_out > 0 {
        let _ = writeln!(text, "\n{left_out} more are not shown here.");
    }
    if !empty {
        text.push('\n');
    }
}

fn sections(text: &mut String, sections: impl Iterator<Item = String>, limit: usize) {
    let mut left_out = 0_usize;
    for section in sections {
        if left_out > 0 || text.len() + section.len() > limit {
            left_out += 1;
        } else {
            text.push_str(&section);
        }
    }
    if left_out > 0 {
        let _ = writeln!(text, "Details of {left_out} more are not shown here.\n");
    }
}

/// Text as inline Markdown on one line: what stands between two backticks becomes code, everything else is escaped.
pub(crate) fn escape(text: &str) -> String {
    let line = one_line(text);
    let mut escaped = String::with_capacity(line.len() + 16);
    let mut rest = line.as_str();
    while let Some((before, after)) = rest.split_once('`') {
        before.chars().for_each(|character| push(&mut escaped, character));
        if let Some((inner, behind)) = after.split_once('`') {
            escaped.push_str(&code(inner));
            rest = behind;
        } else {
            push(&mut escaped, '`');
            rest = after;
        }
    }
    rest.chars().for_each(|character| push(&mut escaped, character));
    escaped
}

/// Text as inline code, in HTML, because no number of backticks holds every text inside a table.
pub(crate) fn code(text: &str) -> String {
    let mut code = String::from("<code>");
    one_line(text).chars().for_each(|character| push_entity(&mut code, character));
    code.push_str("</code>");
    code
}

/// Writes one character of running text. Mentions and references are found in the rendered text, outside of code: a
/// word joiner behind the sign keeps them apart.
fn push(text: &mut String, character: char) {
    push_entity(text, character);
    if matches!(character, '@' | '#') {
        text.push_str("&#8288;");
    }
}

/// Writes one character so that it means nothing to Markdown, HTML or GitHub's links of addresses.
fn push_entity(text: &mut String, character: char) {
    match character {
        '&' | '<' | '>' | '"' | '`' | '*' | '_' | '~' | '[' | ']' | '|' | '\\' | '$' | ':' | '!' | '@' | '#' => {
            let _ = write!(text, "&#{};", u32::from(character));
        }
        character => text.push(character),
    }
}

/// Text as a fenced block: the fence is longer than any run of backticks in the text.
pub(crate) fn fence(text: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat((longest + 1).max(3));
    let shown: String =
        lines(text).chars().map(|one| if one != '\n' && steers(one) { '\u{fffd}' } else { one }).collect();
    format!("{fence}text\n{shown}\n{fence}\n")
}
