//! The table: a row for each combination, estimates with half of their interval of confidence.

use super::{Sweep, clock, title};
use rolecall_simulator::sweep::{Aggregate, Estimate, FigureOf, Shard};
use std::fmt::Write as _;

const HEAD: [&str; 10] = ["", "accounts", "no e-mail", "one", "more", "e-mails each", "mean", "p50", "p95", "p99"];

pub(super) fn render(sweep: &Sweep) -> String {
    let plan = &sweep.plan;
    let (count, combinations) =
        (plan.points.len(), if plan.points.len() == 1 { "combination" } else { "combinations" });
    let mut text = format!("{count} {combinations}, {} runs of each, seed {}", plan.runs, plan.seed);
    if sweep.shard != Shard::WHOLE {
        let _ = write!(text, "; shard {} of {}", sweep.shard.index, sweep.shard.of);
    }
    text.push_str("\n\n");
    let mut rows = vec![HEAD.map(str::to_owned)];
    for (point, aggregate) in plan.points.iter().zip(&sweep.aggregates) {
        rows.push(row(title(&point.values), aggregate));
    }
    text.push_str(&aligned(&rows));
    text.push_str("\nmean, p50, p95, p99: from creation to activation (h:mm:ss). ±: half of the 95 % interval.\n");
    for (point, aggregate) in plan.points.iter().zip(&sweep.aggregates) {
        for line in besides(aggregate) {
            let _ = writeln!(text, "{}: {line}", title(&point.values));
        }
    }
    text
}

fn row(title: String, aggregate: &Aggregate) -> [String; 10] {
    let share = |of| aggregate.figure(of).map_or_else(none, |estimate| plus_minus(estimate, 100.0, 1, " %"));
    let mean = aggregate.figure(FigureOf::Activation);
    let quantile = |per_mille| aggregate.activation_at(per_mille).map_or_else(none, |found| clock(found.value));
    [
        title,
        aggregate.accounts().to_string(),
        share(FigureOf::WithoutMail),
        share(FigureOf::WithOneMail),
        share(FigureOf::WithMoreMails),
        aggregate.figure(FigureOf::Mails).map_or_else(none, |estimate| plus_minus(estimate, 1.0, 3, "")),
        mean.map_or_else(none, |estimate| time(estimate.value)),
        quantile(500),
        quantile(950),
        quantile(990),
    ]
}

fn none() -> String {
    "-".to_owned()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, times are not negative"
)]
fn time(milliseconds: f64) -> String {
    clock(milliseconds.round() as u64)
}

/// The larger half of the interval: those of shares are not even around the value.
fn plus_minus(estimate: Estimate, scale: f64, digits: usize, unit: &str) -> String {
    let half = (estimate.high - estimate.value).max(estimate.value - estimate.low) * scale;
    let value = estimate.value * scale;
    if half.is_finite() {
        format!("{value:.digits$}{unit} ±{half:.digits$}")
    } else {
        format!("{value:.digits$}{unit}")
    }
}

/// What happened besides, as far as it did.
fn besides(aggregate: &Aggregate) -> Vec<String> {
    let mut lines = Vec::new();
    let above = |of| aggregate.sums(of).above;
    if above(FigureOf::NeverActive) > 0 {
        let share = aggregate.figure(FigureOf::NeverActive);
        let share = share.map_or_else(none, |estimate| plus_minus(estimate, 100.0, 2, " %"));
        lines.push(format!("never active by the end: {share}"));
    }
    let moved = aggregate.sums(FigureOf::MailsOfMove).below;
    if moved > 0 {
        lines.push(format!("{moved} accounts moved: {} e-mails about them", above(FigureOf::MailsOfMove)));
    }
    if aggregate.left > 0 {
        lines.push(format!("{} accounts left", aggregate.left));
    }
    if above(FigureOf::Pauses) > 0 {
        lines.push(format!("active management of a family paused {} times", above(FigureOf::Pauses)));
    }
    lines
}

fn aligned(rows: &[[String; 10]]) -> String {
    let length = |text: &String| text.chars().count();
    let mut widths = [0; 10];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(length(cell));
        }
    }
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (place, (cell, width)) in row.iter().zip(widths).enumerate() {
            let room = " ".repeat(width - length(cell));
            if place == 0 {
                let _ = write!(line, "{cell}{room}");
            } else {
                let _ = write!(line, "  {room}{cell}");
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
