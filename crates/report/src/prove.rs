//! Answers of `rolecall prove` as terminal text, JSON and Markdown: the types that a caller fills in. One file for each
//! format; what an answer means and how it was found belongs to `rolecall-iam-prove`, what is asked to the caller.

mod human;
mod json;
mod markdown;

use crate::Options;
use rolecall_iam::evaluate::Decision;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::Span;
use rolecall_iam_prove::{ActionWorld, Stats, Witness};
use std::fmt::Write as _;

/// The formats in which a proof can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for a person at a terminal, with source excerpts.
    Human,
    /// JSON of our own, versioned; its schema is `schema/proof.schema.json`.
    Json,
    /// Markdown, for a comment on a pull request.
    Markdown,
}

/// A claim about all requests, with what became of it.
#[derive(Clone, Debug)]
pub struct Proof<'a> {
    /// Its stable word, such as `no-new-access`.
    pub claim: &'static str,
    /// The claim as a sentence, without a full stop.
    pub words: String,
    /// The texts that spans point into.
    pub sources: &'a SourceMap,
    /// The questions that the claim comes down to; it holds when each is answered with "none".
    pub answers: Vec<Answer>,
    /// What a reader should know besides, a sentence each.
    pub notes: Vec<String>,
}

/// One question over all requests, answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its stable word, such as `candidate-beyond-reference`.
    pub name: &'static str,
    /// What was looked for, behind "a request that …".
    pub looked_for: String,
    /// Which actions there are.
    pub world: ActionWorld,
    /// The most steps.
    pub budget: u64,
    /// The work that it took.
    pub stats: Stats,
    /// The answer.
    pub result: Answered,
}

/// What a question can be answered with.
#[derive(Clone, Debug)]
pub enum Answered {
    /// Proved: there is no such request.
    None,
    /// There is one.
    Found(Box<Found>),
    /// Neither could be shown.
    Unknown {
        /// A stable word, such as `budget`.
        code: &'static str,
        /// Why, as a sentence.
        reason: String,
        /// What can be done.
        help: String,
    },
}

/// A request that shows that a claim is false.
#[derive(Clone, Debug)]
pub struct Found {
    /// The request.
    pub witness: Witness,
    /// The statement that grants it.
    pub granted_by: GrantedBy,
    /// What the other side says of it, where there is one.
    pub against: Option<Against>,
    /// Why it is one of the requests that the claim is about, where that has to be said: a sentence.
    pub because: Option<String>,
    /// What replays it; the first is under the policies that allow it.
    pub replays: Vec<Replay>,
    /// The file that holds the lines of `replays`, if they were written to one.
    pub witness_file: Option<String>,
}

/// A statement that grants a request.
#[derive(Clone, Debug)]
pub struct GrantedBy {
    /// The kind of policy, in AWS's words.
    pub kind: &'static str,
    /// The policy's index in its list, from 0.
    pub policy: u32,
    /// The statement's index in the policy, from 0.
    pub statement: u32,
    /// Its `Sid`.
    pub sid: Option<String>,
    /// The whole statement.
    pub span: Span,
    /// The parts of it that cover the request, each with what it says; the first is the main one.
    pub marks: Vec<(Span, String)>,
}

/// What the other side says of a request.
#[derive(Clone, Debug)]
pub struct Against {
    /// The side in words, such as `` `old.json` ``.
    pub side: String,
    /// Its decision.
    pub decision: Decision,
    /// Why, as a sentence.
    pub reason: String,
    /// The statement that it rests on, or that comes nearest to allowing it, and what is to be said of it.
    pub place: Option<(Span, String)>,
}

/// A line that `rolecall evaluate --requests` takes, and what it answers.
#[derive(Clone, Debug)]
pub struct Replay {
    /// Which side's policies stand in it, such as `candidate`.
    pub side: &'static str,
    /// The decision.
    pub decision: Decision,
    /// The line.
    pub line: String,
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimVerdict {
    /// It holds for all requests.
    Proved,
    /// A request shows the contrary.
    False,
    /// Neither could be shown.
    Unknown,
}

impl ClaimVerdict {
    /// A stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::False => "false",
            Self::Unknown => "unknown",
        }
    }

    /// 0 proved, 1 false, 2 unknown.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Proved => 0,
            Self::False => 1,
            Self::Unknown => 2,
        }
    }
}

impl Proof<'_> {
    /// One witness makes the claim false, whatever else is unknown; without any answer nothing is proved.
    pub fn verdict(&self) -> ClaimVerdict {
        let any = |is: fn(&Answered) -> bool| self.answers.iter().any(|answer| is(&answer.result));
        if any(|result| matches!(result, Answered::Found(_))) {
            ClaimVerdict::False
        } else if self.answers.is_empty() || any(|result| matches!(result, Answered::Unknown { .. })) {
            ClaimVerdict::Unknown
        } else {
            ClaimVerdict::Proved
        }
    }
}

/// Writes a proof; the text ends with a line break.
pub fn render(proof: &Proof<'_>, format: Format, options: &Options) -> String {
    match format {
        Format::Human => human::render(proof, options),
        Format::Json => json::render(proof, options),
        Format::Markdown => markdown::render(proof, options),
    }
}

/// `open` or `catalogue`.
const fn mode(world: ActionWorld) -> &'static str {
    match world {
        ActionWorld::Open => "open",
        ActionWorld::Catalogue => "catalogue",
    }
}

/// Which actions a mode speaks of, in words.
const fn mode_in_words(world: ActionWorld) -> &'static str {
    match world {
        ActionWorld::Open => "every action name there could be",
        ActionWorld::Catalogue => "the actions that AWS documents",
    }
}

/// `statement 2 of the identity policy`, with its `Sid` where it has one.
fn statement_in_words(granted: &GrantedBy) -> String {
    let sid = granted.sid.as_ref().map_or_else(String::new, |sid| format!(" (`{sid}`)"));
    format!("statement {}{sid} of the {}", granted.statement + 1, granted.kind)
}

/// The lines of a request for a person: what, and its value.
fn request_lines(witness: &Witness) -> Vec<(&'static str, String)> {
    use rolecall_iam_prove::{WitnessPrincipal as Principal, WitnessValue as Value};
    let who = match &witness.principal {
        Principal::Anonymous => String::from("anybody, unauthenticated"),
        Principal::Arn(arn) => arn.clone(),
        Principal::Service(name) => format!("the service {name}"),
        Principal::Federated(name) => format!("somebody of the identity provider {name}"),
        Principal::CanonicalUser(id) => format!("the canonical user {id}"),
    };
    let mut lines = vec![("principal", who)];
    lines.extend(witness.principal_id.iter().map(|id| ("its unique ID", id.clone())));
    lines.push(("action", witness.action.clone()));
    lines.push(("resource", witness.resource.clone()));
    lines.extend(witness.resource_account.iter().map(|account| ("in account", account.clone())));
    for (at, (key, value)) in witness.context.iter().enumerate() {
        let value = match value {
            Value::One(one) if one.is_empty() => String::from("(the empty text)"),
            Value::One(one) => one.clone(),
            Value::Several(several) if several.is_empty() => String::from("(no value)"),
            Value::Several(several) => several.join(", "),
        };
        lines.push((if at == 0 { "context" } else { "" }, format!("{key} = {value}")));
    }
    if witness.context.is_empty() {
        lines.push(("context", String::from("(nothing that a policy asks for)")));
    }
    lines
}

/// The command that replays a request, as a shell takes it: a here-document, or the name of the file it was written to.
fn replay_command(found: &Found) -> Option<String> {
    if let Some(file) = &found.witness_file {
        return Some(format!("rolecall evaluate --requests {}", shell_quoted(file)));
    }
    let line = found.replays.first()?;
    Some(format!("rolecall evaluate --requests - <<'EOF'\n{}\nEOF", visible_json(&line.line)))
}

/// A word of a POSIX shell.
fn shell_quoted(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./@%+=:,-".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// JSON on one line in which every character that acts on a terminal is written as JSON escapes it.
fn visible_json(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for character in line.chars() {
        if crate::visible::steers(character) {
            let mut units = [0_u16; 2];
            for unit in character.encode_utf16(&mut units) {
                // Writing to a String cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(character);
        }
    }
    shown
}
