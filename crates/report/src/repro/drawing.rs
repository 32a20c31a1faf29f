//! The timeline as a picture: a column for each group of moments, a row for each who, and a bar for each account that the
//! case asks about. Colours come from the page, so that it can be read in light and in dark.

use super::moment;
use super::page::escape;
use rolecall_simulator::repro::{CaseReport, Entry, Lane, Tone};
use std::fmt::Write as _;

/// Entries within so many milliseconds share a column.
const GROUP_MS: u64 = 120_000;
/// Marks in one cell; more are counted.
const MARKS_MAX: usize = 5;
const GUTTER: usize = 96;
const COLUMN: usize = 84;
const MARK: usize = 22;
const TOP: usize = 30;
const BAR: usize = 26;

/// A column: the entries in it, by their places.
struct Column {
    at: rolecall_simulator::time::SimTime,
    entries: Vec<usize>,
}

/// The picture as an SVG element.
pub(super) fn svg(report: &CaseReport) -> String {
    let columns = columns(&report.timeline);
    let lanes: Vec<Lane> =
        Lane::ALL.into_iter().filter(|lane| report.timeline.iter().any(|entry| entry.lane == *lane)).collect();
    let mut accounts: Vec<&str> = report.answers.iter().map(|answer| answer.account.as_str()).collect();
    accounts.dedup();
    let mut body = String::new();
    let mut y = TOP;
    for lane in lanes {
        let height = lane_height(&report.timeline, &columns, lane);
        lane_row(&mut body, report, &columns, lane, (y, height));
        y += height;
    }
    y += 6;
    for account in accounts {
        bar(&mut body, report, &columns, account, y);
        y += BAR;
    }
    let width = GUTTER + columns.len() * COLUMN + 12;
    let mut picture = format!(
        r#"<svg class="timeline" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="timeline, not to scale">"#,
        height = y + 8
    );
    for (number, column) in columns.iter().enumerate() {
        let x = GUTTER + number * COLUMN;
        let _ = write!(picture, r#"<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{y}"/>"#);
        let _ = write!(picture, r#"<text class="time" x="{}" y="18">{}</text>"#, x + 4, escape(&moment(column.at)));
    }
    picture.push_str(&body);
    picture.push_str("</svg>");
    picture
}

fn columns(entries: &[Entry]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        match columns.last_mut() {
            Some(column) if entry.at.0 <= column.at.0 + GROUP_MS => column.entries.push(place),
            _ => columns.push(Column { at: entry.at, entries: vec![place] }),
        }
    }
    columns
}

/// The entries of a lane in a column.
fn cell<'e>(entries: &'e [Entry], column: &Column, lane: Lane) -> Vec<(usize, &'e Entry)> {
    let of_column = column.entries.iter().filter_map(|place| Some((*place, entries.get(*place)?)));
    of_column.filter(|(_, entry)| entry.lane == lane).collect()
}

/// Marks stand three beside each other.
const fn rows(marks: usize) -> usize {
    let shown = if marks > MARKS_MAX { MARKS_MAX + 1 } else { marks };
    shown.div_ceil(3)
}

fn lane_height(entries: &[Entry], columns: &[Column], lane: Lane) -> usize {
    let most = columns.iter().map(|column| rows(cell(entries, column, lane).len())).max().unwrap_or(1);
    14 + most.max(1) * MARK
}

fn lane_row(body: &mut String, report: &CaseReport, columns: &[Column], lane: Lane, (y, height): (usize, usize)) {
    let right = GUTTER + columns.len() * COLUMN;
    let _ = write!(body, r#"<line class="grid" x1="0" y1="{y}" x2="{right}" y2="{y}"/>"#);
    let _ = write!(body, r#"<text class="lane" x="4" y="{}">{}</text>"#, y + height / 2 + 5, lane.as_str());
    for (number, column) in columns.iter().enumerate() {
        let entries = cell(&report.timeline, column, lane);
        let x = GUTTER + number * COLUMN + 4;
        for (index, (place, entry)) in entries.iter().take(MARKS_MAX).enumerate() {
            let at = (x + index % 3 * (MARK + 2), y + 7 + index / 3 * MARK);
            mark(body, at, place + 1, entry);
        }
        let more = entries.len().saturating_sub(MARKS_MAX);
        if more > 0 {
            let (left, top) = (x + MARKS_MAX % 3 * (MARK + 2), y + 7 + MARKS_MAX / 3 * MARK);
            let _ = write!(body, r#"<text class="more" x="{left}" y="{}">+{more}</text>"#, top + 15);
        }
    }
}

/// A shape for each tone, so that colour is not needed to tell them apart.
fn mark(body: &mut String, (x, y): (usize, usize), number: usize, entry: &Entry) {
    let (centre, middle) = (x + 10, y + 10);
    let tone = entry.tone.as_str();
    let shape = match entry.tone {
        Tone::Plain | Tone::Good => format!(r#"<circle class="{tone}" cx="{centre}" cy="{middle}" r="9"/>"#),
        Tone::Warning => format!(
            r#"<path class="{tone}" d="M{centre} {top} L{right} {middle} L{centre} {low} L{left} {middle} Z"/>"#,
            top = y.saturating_sub(1),
            right = x + 21,
            low = y + 21,
            left = x.saturating_sub(1)
        ),
        Tone::Bad => format!(r#"<rect class="{tone}" x="{}" y="{}" width="18" height="18" rx="2"/>"#, x + 1, y + 1),
    };
    let about =
        if entry.accounts.is_empty() { String::new() } else { format!("{}: ", super::names(&entry.accounts, 5)) };
    let title = escape(&format!("{} {}: {about}{}", moment(entry.at), entry.lane.as_str(), entry.text));
    let _ = write!(
        body,
        r#"<g><title>{title}</title>{shape}<text class="number {tone}" x="{centre}" y="{}">{number}</text></g>"#,
        middle + 4
    );
}

/// Whether the vendor serves an account, over time.
fn bar(body: &mut String, report: &CaseReport, columns: &[Column], account: &str, y: usize) {
    let _ = write!(body, r#"<text class="lane" x="4" y="{}">{}</text>"#, y + 15, escape(&shortened(account)));
    let mut state = None;
    let mut begin = 0;
    let draw = |body: &mut String, from: usize, to: usize, state: Option<bool>| {
        let (class, word) = match state {
            None => ("open", "not known"),
            Some(true) => ("served", "served"),
            Some(false) => ("denied", "not served"),
        };
        if to > from {
            let (x, width) = (GUTTER + from * COLUMN + 2, (to - from) * COLUMN - 4);
            let _ = write!(
                body,
                r#"<rect class="bar {class}" x="{x}" y="{y}" width="{width}" height="20" rx="3"/><text class="word" x="{}" y="{}">{word}</text>"#,
                x + 6,
                y + 14
            );
        }
    };
    for (number, column) in columns.iter().enumerate() {
        let of_column = column.entries.iter().filter_map(|place| report.timeline.get(*place));
        let own = of_column.filter(|entry| entry.accounts.iter().any(|known| known == account));
        let last = own.filter_map(|entry| entry.serves).next_back();
        if let Some(new) = last.filter(|new| state != Some(*new)) {
            draw(body, begin, number, state);
            (state, begin) = (Some(new), number);
        }
    }
    draw(body, begin, columns.len(), state);
}

/// The name in at most 13 letters.
fn shortened(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= 13 {
        return name.to_owned();
    }
    let tail: String = letters.iter().rev().take(12).rev().collect();
    format!("…{tail}")
}
