//! A small page model for reports that are read, not processed: headings, text, tables, code; as text for a terminal
//! and as Markdown. What stands in a report is said once, by the report.

use crate::Options;
use crate::markdown::{escape, fence};
use crate::visible::{lines, one_line};
use crate::wrap::{pad, wrap};
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

const BOLD: Style = Style::new().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();
const RED: Style = AnsiColor::BrightRed.on_default().bold();

/// How a line is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    Good,
    Bad,
}

/// A piece of a page. Texts hold no line breaks; what stands between two backticks is code.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    /// A part of the page.
    Title(String),
    /// A part of a part.
    Heading(String),
    Text(String),
    /// A sentence that tells the result.
    Verdict(Mood, String),
    Table {
        head: Vec<&'static str>,
        rows: Vec<Vec<String>>,
    },
    /// Entries with several parts: a table in Markdown, on a terminal a paragraph each.
    Records {
        head: Vec<&'static str>,
        rows: Vec<Vec<String>>,
    },
    /// Text that is to be copied as it is, and what it is in a word.
    Code(&'static str, String),
}

/// No column but the last is wider.
const COLUMN_MAX: usize = 44;

/// The page for a terminal.
pub(crate) fn human(blocks: &[Block], options: &Options) -> String {
    let width = usize::from(options.width).max(60);
    let paint =
        |style: Style, text: &str| if options.color { format!("{style}{text}{style:#}") } else { text.to_owned() };
    let mut text = String::new();
    for block in blocks {
        match block {
            Block::Title(title) => {
                let _ = writeln!(text, "{}\n", paint(BOLD, &one_line(title)));
            }
            Block::Heading(title) => {
                let _ = writeln!(text, "{}", paint(BOLD, &one_line(title)));
            }
            Block::Text(words) => {
                for line in wrap(&one_line(words), width - 2) {
                    let _ = writeln!(text, "  {line}");
                }
                text.push('\n');
            }
            Block::Verdict(mood, words) => {
                let style = if *mood == Mood::Good { GREEN } else { RED };
                for line in wrap(&one_line(words), width) {
                    let _ = writeln!(text, "{}", paint(style, &line));
                }
                text.push('\n');
            }
            Block::Table { head, rows } => text.push_str(&table(head, rows, width, &|head| paint(BOLD, head))),
            Block::Records { head, rows } => {
                for row in rows {
                    record(&mut text, head, row, width);
                }
                text.push('\n');
            }
            Block::Code(_, code) => {
                for line in lines(code).lines() {
                    let _ = writeln!(text, "    {line}");
                }
                text.push('\n');
            }
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// Gives the last column what is left of the width; takes from the widest of the others until that is enough to read.
fn fit(widths: &mut [usize], width: usize) {
    const LAST_MIN: usize = 24;
    const OTHERS_MIN: usize = 14;
    let Some((last, others)) = widths.split_last_mut() else { return };
    let wanted = (*last).clamp(1, LAST_MIN);
    loop {
        let used: usize = others.iter().map(|other| other + 2).sum();
        *last = width.saturating_sub(used);
        let widest = others.iter_mut().max().filter(|widest| **widest > OTHERS_MIN);
        match widest {
            Some(widest) if *last < wanted => *widest -= 1,
            _ => break,
        }
    }
    *last = (*last).max(wanted);
}

/// The first two parts on a line, the others below, each behind its name.
fn record(text: &mut String, head: &[&str], row: &[String], width: usize) {
    let first = row.iter().take(2).map(|cell| one_line(cell)).collect::<Vec<_>>().join(": ");
    for (at, line) in wrap(&first, width - 4).iter().enumerate() {
        let _ = writeln!(text, "{}{line}", if at == 0 { "  " } else { "    " });
    }
    for (name, cell) in head.iter().zip(row).skip(2).filter(|(_, cell)| !cell.is_empty()) {
        for (at, line) in wrap(&one_line(cell), width - 16).iter().enumerate() {
            let _ = writeln!(text, "      {} {line}", pad(if at == 0 { name } else { "" }, 8));
        }
    }
}

fn table(head: &[&str], rows: &[Vec<String>], width: usize, paint: &dyn Fn(&str) -> String) -> String {
    let cell = |row: &Vec<String>, at: usize| row.get(at).map_or_else(String::new, |cell| one_line(cell));
    let mut widths: Vec<usize> = head
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let widest = rows.iter().map(|row| cell(row, at).width()).max().unwrap_or(0);
            widest.max(name.width()).min(COLUMN_MAX)
        })
        .collect();
    fit(&mut widths, width.saturating_sub(2));
    let mut text = String::from("  ");
    for (name, width) in head.iter().zip(&widths) {
        let _ = write!(text, "{}{}  ", paint(name), " ".repeat(width.saturating_sub(name.width())));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    for row in rows {
        let cells: Vec<Vec<String>> =
            widths.iter().enumerate().map(|(at, width)| wrap(&cell(row, at), *width)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(1);
        for line in 0..height {
            let mut shown = String::from("  ");
            for (cell, width) in cells.iter().zip(&widths) {
                let part = cell.get(line).map_or("", String::as_str);
                let _ = write!(shown, "{}  ", pad(part, *width));
            }
            let _ = writeln!(text, "{}", shown.trim_end());
        }
    }
    text.push('\n');
    text
}

/// Parts stop growing here, in bytes (a comment on GitHub holds at most 65,536 characters, unverified).
const LENGTH_MAX: usize = 60_000;

/// The page as Markdown.
pub(crate) fn markdown(blocks: &[Block]) -> String {
    let mut text = String::new();
    let mut left_out = 0_usize;
    for block in blocks {
        let part = markdown_block(block);
        if text.len() + part.len() > LENGTH_MAX {
            left_out += 1;
        } else {
            text.push_str(&part);
        }
    }
    if left_out > 0 {
        let _ = writeln!(text, "{left_out} more parts are not shown here: `--format json` has everything.");
    }
    text
}

fn markdown_block(block: &Block) -> String {
    let mut text = String::new();
    match block {
        Block::Title(title) => {
            let _ = writeln!(text, "### {}\n", escape(title));
        }
        Block::Heading(title) => {
            let _ = writeln!(text, "**{}**\n", escape(title));
        }
        Block::Text(words) => {
            let _ = writeln!(text, "{}\n", escape(words));
        }
        Block::Verdict(mood, words) => {
            let sign = if *mood == Mood::Good { "✅" } else { "⚠️" };
            let _ = writeln!(text, "{sign} {}\n", escape(words));
        }
        Block::Table { head, rows } | Block::Records { head, rows } => {
            let _ = writeln!(text, "| {} |", head.join(" | "));
            let _ = writeln!(text, "|{}", " --- |".repeat(head.len()));
            for row in rows {
                let cells: Vec<String> = row.iter().map(|cell| escape(cell)).collect();
                let _ = writeln!(text, "| {} |", cells.join(" | "));
            }
            text.push('\n');
        }
        Block::Code(what, code) => {
            let _ = writeln!(text, "<details><summary>{}</summary>\n\n{}\n</details>\n", escape(what), fence(code));
        }
    }
    text
}
