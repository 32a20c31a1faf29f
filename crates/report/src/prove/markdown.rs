//! A proof as Markdown for a comment on a pull request: verdict, a table for each witness, the statement that grants it,
//! and the command that replays it folded away. Every text of a user is escaped.

use super::human::excerpt_of;
use super::{Answer, Answered, ClaimVerdict, Found, Proof};
use super::{mode, mode_in_words, replay_command, request_lines, statement_in_words};
use crate::Options;
use crate::markdown::{code, escape, fence};
use std::fmt::Write as _;

/// A replay longer than this, in bytes, is left to the JSON format.
const REPLAY_MAX: usize = 20_000;

/// The proof as Markdown.
pub(super) fn render(proof: &Proof<'_>, options: &Options) -> String {
    let options = &Options { color: false, width: 100, ..options.clone() };
    let verdict = proof.verdict();
    let sign = match verdict {
        ClaimVerdict::Proved => "✅",
        ClaimVerdict::False => "❌",
        ClaimVerdict::Unknown => "⛔",
    };
    let mut text = format!("### {sign} {}: {}\n\n", verdict.as_str(), escape(&proof.words));
    for answer in &proof.answers {
        write_answer(&mut text, proof, answer, options);
    }
    for note in &proof.notes {
        let _ = writeln!(text, "> {}\n", escape(note));
    }
    let _ = writeln!(text, "<sub>rolecall {}</sub>", escape(&options.tool_version));
    text
}

fn write_answer(text: &mut String, proof: &Proof<'_>, answer: &Answer, options: &Options) {
    match &answer.result {
        Answered::None => {
            let _ = writeln!(text, "Proved: no request {}.\n", escape(&answer.looked_for));
        }
        Answered::Unknown { code: word, reason, help } => {
            let _ = writeln!(
                text,
                "Unknown ({}): is there a request {}? {}. {}.\n",
                code(word),
                escape(&answer.looked_for),
                escape(reason),
                escape(help)
            );
        }
        Answered::Found(found) => {
            let _ = writeln!(text, "A request {}:\n", escape(&answer.looked_for));
            write_found(text, proof, found, options);
        }
    }
    let (mode, words) = (mode(answer.world), mode_in_words(answer.world));
    let _ =
        writeln!(text, "<sub>mode {mode}: {words}; {} of at most {} steps</sub>\n", answer.stats.steps, answer.budget);
}

fn write_found(text: &mut String, proof: &Proof<'_>, found: &Found, options: &Options) {
    text.push_str("| | |\n| --- | --- |\n");
    for (name, value) in request_lines(&found.witness) {
        let _ = writeln!(text, "| {name} | {} |", code(&value));
    }
    text.push('\n');
    if let Some(because) = &found.because {
        let _ = writeln!(text, "{}.\n", escape(because));
    }
    let _ = writeln!(text, "Granted by {}.", escape(&statement_in_words(&found.granted_by)));
    if let Some(against) = &found.against {
        let (decision, reason) = (against.decision.as_str(), escape(&against.reason));
        let _ = writeln!(text, "{}: {decision}: {reason}.", escape(&against.side));
    }
    let _ = writeln!(text, "\n{}", fence(excerpt_of(proof, found, options).trim_end()));
    match replay_command(found) {
        Some(command) if command.len() <= REPLAY_MAX => {
            let _ = writeln!(text, "<details><summary>replay</summary>\n\n{}\n</details>\n", fence(&command));
        }
        Some(_) => text.push_str("The replay is too long for a comment: `--format json` has it.\n\n"),
        None => {}
    }
}
