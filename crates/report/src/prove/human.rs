//! A proof for a person at a terminal: the verdict first, then for each question the witness laid out, the statement that
//! grants it, what the other side says, and the command that replays it.

use super::{Against, Answer, Answered, ClaimVerdict, Found, Proof};
use super::{mode, mode_in_words, replay_command, request_lines, statement_in_words};
use crate::excerpt::{self, Kind, Notice};
use crate::human::{BOLD, DIM, GREEN, RED, YELLOW, paint};
use crate::visible::one_line;
use crate::wrap::{pad, wrap};
use crate::{Options, summary};
use rolecall_core::finding::Related;
use std::fmt::Write as _;

/// Columns of the names of a request's parts.
const NAMES: usize = 13;

/// The proof, with a line break at the end.
pub(super) fn render(proof: &Proof<'_>, options: &Options) -> String {
    let verdict = proof.verdict();
    let style = match verdict {
        ClaimVerdict::Proved => GREEN,
        ClaimVerdict::False => RED,
        ClaimVerdict::Unknown => YELLOW,
    };
    let page = Page { proof, options, width: usize::from(options.width).max(60) };
    let mut text = String::new();
    let head = format!("{} (exit code {})", verdict.as_str(), verdict.exit_code());
    page.paragraph(&mut text, &paint(options, style, &head), head.len(), &proof.words);
    for answer in &proof.answers {
        text.push('\n');
        page.answer(&mut text, answer);
    }
    for note in &proof.notes {
        text.push('\n');
        page.paragraph(&mut text, &paint(options, BOLD, "note"), 4, note);
    }
    text
}

struct Page<'a> {
    proof: &'a Proof<'a>,
    options: &'a Options,
    width: usize,
}

impl Page<'_> {
    /// `head: body`, the body wrapped behind four spaces from its second line on.
    fn paragraph(&self, text: &mut String, head: &str, head_width: usize, body: &str) {
        let filled = format!("{}: {}", "x".repeat(head_width), one_line(body));
        for (at, line) in wrap(&filled, self.width - 4).into_iter().enumerate() {
            match (at, line.get(head_width..)) {
                (0, Some(rest)) => {
                    let _ = writeln!(text, "{head}{rest}");
                }
                _ => {
                    let _ = writeln!(text, "    {line}");
                }
            }
        }
    }

    fn answer(&self, text: &mut String, answer: &Answer) {
        match &answer.result {
            Answered::None => {
                self.paragraph(
                    text,
                    &paint(self.options, BOLD, "none"),
                    4,
                    &format!("no request {}", answer.looked_for),
                );
            }
            Answered::Found(found) => {
                let what = format!("a request {}", answer.looked_for);
                self.paragraph(text, &paint(self.options, BOLD, "witness"), 7, &what);
                self.found(text, found);
            }
            Answered::Unknown { code, reason, help } => {
                let what = format!("is there a request {}? {reason}", answer.looked_for);
                let head = format!("unknown[{code}]");
                self.paragraph(text, &paint(self.options, BOLD, &head), head.len(), &what);
                self.paragraph(text, "    do", 6, help);
            }
        }
        let mode = format!("mode {}: {}", mode(answer.world), mode_in_words(answer.world));
        let steps = summary::plural(usize::try_from(answer.stats.steps).unwrap_or(usize::MAX), "step");
        let work = format!("{mode}; {steps} of at most {}", answer.budget);
        let _ = writeln!(text, "{}", paint(self.options, DIM, &format!("({work})")));
    }

    fn found(&self, text: &mut String, found: &Found) {
        text.push('\n');
        for (name, value) in request_lines(&found.witness) {
            let _ = writeln!(text, "  {}{}", paint(self.options, BOLD, &pad(name, NAMES)), one_line(&value));
        }
        text.push('\n');
        if let Some(because) = &found.because {
            self.paragraph(text, "because", 7, because);
        }
        self.paragraph(text, "granted by", 10, &statement_in_words(&found.granted_by));
        if let Some(against) = &found.against {
            let says = format!("{}: {}", against.decision.as_str(), against.reason);
            let head = one_line(&against.side);
            self.paragraph(text, &head, head.chars().count(), &says);
        }
        text.push_str(&excerpt_of(self.proof, found, self.options));
        if let Some(command) = replay_command(found) {
            let _ = writeln!(text, "\nto replay it:\n\n{command}\n");
        }
    }
}

/// The statement with the parts that cover the request, and the other side's statement.
pub(super) fn excerpt_of(proof: &Proof<'_>, found: &Found, options: &Options) -> String {
    let granted = &found.granted_by;
    let mut marks = granted.marks.iter().cloned();
    let (span, label) = marks.next().unwrap_or_else(|| (granted.span, String::from("it grants the request")));
    let mut related: Vec<Related> = marks.map(|(span, label)| Related { span, label }).collect();
    if let Some(Against { place: Some((span, label)), .. }) = &found.against {
        related.push(Related { span: *span, label: label.clone() });
    }
    let notice =
        Notice { kind: Kind::Note, code: "", message: "", span, label: &label, related: &related, footers: Vec::new() };
    excerpt::untitled(&notice, proof.sources, options)
}
