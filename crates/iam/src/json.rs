//! JSON text (RFC 8259) to the spanned value tree. Duplicate keys are kept and reported; small slips (a trailing or
//! missing comma, a comment, a BOM) are reported and read over, so that one run tells all. It never panics.

pub mod members;
mod scan;

use crate::document::MAX_DOCUMENT_BYTES;
use crate::problem::Problem;
use crate::span::{FileId, Span, Spanned};
use crate::value::{Member, Node, Value};
use std::collections::BTreeMap;

/// Nesting beyond this is refused: no policy comes near it, and no reader may exhaust the stack.
pub const MAX_DEPTH: usize = 128;

/// Objects up to this size look for duplicate keys by comparing, larger ones by an index.
const SMALL_OBJECT: usize = 16;

/// What reading gave.
#[derive(Clone, Debug)]
pub struct Read {
    /// The tree; `None` when the text could not be read to its end.
    pub node: Option<Node>,
    /// All problems, in source order.
    pub problems: Vec<Problem>,
}

impl Read {
    /// The tree, when no problem makes it unusable.
    pub fn sound(&self) -> Option<&Node> {
        if self.problems.iter().any(Problem::is_error) { None } else { self.node.as_ref() }
    }
}

/// Reads a whole file.
pub fn read(file: FileId, text: &str) -> Read {
    read_at(file, text, 0)
}

/// Reads text that stands verbatim at byte `base` of a file.
pub fn read_at(file: FileId, text: &str, base: usize) -> Read {
    read_nested(file, text, base, 0)
}

/// Reads a value that stands verbatim at byte `base` of a file, inside `depth` others.
pub(crate) fn read_nested(file: FileId, text: &str, base: usize, depth: usize) -> Read {
    let mut reader = Reader { bytes: text.as_bytes(), text, at: 0, file, base, problems: Vec::new() };
    if text.len() > MAX_DOCUMENT_BYTES {
        let message = format!("the document has {} bytes", text.len());
        let help = format!("a policy document has at most {MAX_DOCUMENT_BYTES} bytes here");
        reader.problems.push(Problem::error("document-too-large", reader.span(0, 0), message, help));
        return Read { node: None, problems: reader.problems };
    }
    let node = reader.document(depth);
    let mut problems = reader.problems;
    problems.sort_by_key(|problem| problem.span.start);
    Read { node, problems }
}

/// The text could not be read on; the problem is recorded already.
struct Stop;

struct Reader<'a> {
    bytes: &'a [u8],
    text: &'a str,
    at: usize,
    file: FileId,
    base: usize,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn document(&mut self, depth: usize) -> Option<Node> {
        if self.text.starts_with('\u{FEFF}') {
            let help = "JSON has no byte order mark: save the file as UTF-8 without BOM";
            self.report("byte-order-mark", 0, 3, "the text begins with a byte order mark".into(), help);
            self.at = 3;
        }
        self.skip_space();
        if self.at == self.bytes.len() {
            let help = "a JSON value was expected: for a policy, an object `{ \"Version\": …, \"Statement\": … }`";
            self.report("empty-document", self.at, self.at, "the text is empty".into(), help);
            return None;
        }
        let node = self.value(depth).ok()?;
        self.skip_space();
        if self.at < self.bytes.len() {
            let found = self.found();
            let help = "the document ends with its closing brace: remove what follows";
            self.report("trailing-text", self.at, self.bytes.len(), format!("{found} after the end"), help);
        }
        Some(node)
    }

    fn value(&mut self, depth: usize) -> Result<Node, Stop> {
        let start = self.at;
        if depth > MAX_DEPTH {
            let help = format!("values nest at most {MAX_DEPTH} deep here");
            return self.stop("nesting-too-deep", start, "values nest too deep".into(), &help);
        }
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(byte) if byte.is_ascii_alphabetic() => self.word()?,
            _ => {
                let found = self.found();
                let help =
                    "a value was expected: a string in double quotes, a number, `true`, `false`, `null`, `[` or `{`";
                return self.stop("syntax", start, format!("{found} where a value was expected"), help);
            }
        };
        Ok(Node::new(value, self.span(start, self.at)))
    }

    fn object(&mut self, depth: usize) -> Result<Value, Stop> {
        let open = self.at;
        self.at += 1;
        let mut members: Vec<Member> = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'}') => break,
                Some(b'"') => {}
                None => return self.unclosed(open, '{', '}'),
                Some(_) => {
                    let found = self.found();
                    let help = "a key in double quotes or `}` was expected";
                    return self.stop("syntax", self.at, format!("{found} where a key was expected"), help);
                }
            }
            let start = self.at;
            let key = Spanned::new(self.string()?, self.span(start, self.at));
            self.skip_space();
            if self.peek() == Some(b':') {
                self.at += 1;
            } else {
                let found = self.found();
                let message = format!("{found} behind the key `{}`", key.value);
                return self.stop("syntax", self.at, message, "`:` and a value were expected");
            }
            self.skip_space();
            let value = self.value(depth + 1)?;
            members.push(Member { key, value });
            if self.separator(open, b'}', '{')? {
                break;
            }
        }
        self.at += 1;
        self.duplicates(&members);
        Ok(Value::Object(members))
    }

    fn array(&mut self, depth: usize) -> Result<Value, Stop> {
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some(b']') => break,
                None => return self.unclosed(open, '[', ']'),
                Some(_) => items.push(self.value(depth + 1)?),
            }
            if self.separator(open, b']', '[')? {
                break;
            }
        }
        self.at += 1;
        Ok(Value::Array(items))
    }

    /// Behind an element: takes the comma. `true` when the closing bracket comes next.
    fn separator(&mut self, open: usize, close: u8, opening: char) -> Result<bool, Stop> {
        let behind = self.at;
        self.skip_space();
        match self.peek() {
            Some(byte) if byte == close => Ok(true),
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                self.skip_space();
                if self.peek() != Some(close) {
                    return Ok(false);
                }
                let help = "JSON allows no comma before the closing bracket: remove it";
                self.report("trailing-comma", comma, comma + 1, "a comma without an element behind it".into(), help);
                Ok(true)
            }
            Some(b'"' | b'{' | b'[') => {
                self.report("missing-comma", behind, behind, "two elements without a comma".into(), "add `,` here");
                Ok(false)
            }
            None => self.unclosed(open, opening, char::from(close)).map(|_| true),
            Some(_) => {
                let found = self.found();
                let help = format!("`,` or `{}` was expected", char::from(close));
                self.stop("syntax", self.at, format!("{found} behind an element"), &help)
            }
        }
    }

    fn duplicates(&mut self, members: &[Member]) {
        let mut report = |first: &Member, second: &Member| {
            let message = format!("the key `{}` is written twice", second.key.value);
            let help = "readers disagree on which of the two counts: keep one";
            let problem = Problem::error("duplicate-key", second.key.span, message, help);
            self.problems.push(problem.with_related(first.key.span, "first written here"));
        };
        if members.len() <= SMALL_OBJECT {
            for (index, member) in members.iter().enumerate() {
                let before = members.iter().take(index);
                if let Some(first) = before.into_iter().find(|first| first.key.value == member.key.value) {
                    report(first, member);
                }
            }
            return;
        }
        let mut seen: BTreeMap<&str, &Member> = BTreeMap::new();
        for member in members {
            match seen.get(member.key.value.as_str()) {
                Some(first) => report(first, member),
                None => {
                    seen.insert(&member.key.value, member);
                }
            }
        }
    }

    fn string(&mut self) -> Result<String, Stop> {
        let open = self.at;
        self.at += 1;
        let mut decoded = String::new();
        let mut run = self.at;
        loop {
            self.at = scan::plain_end(self.bytes, self.at);
            match self.peek() {
                Some(b'"') => {
                    let tail = self.text.get(run..self.at).unwrap_or("");
                    self.at += 1;
                    if decoded.is_empty() {
                        return Ok(tail.to_owned());
                    }
                    decoded.push_str(tail);
                    return Ok(decoded);
                }
                Some(b'\\') => {
                    decoded.push_str(self.text.get(run..self.at).unwrap_or(""));
                    decoded.push(self.escape()?);
                    run = self.at;
                }
                Some(b'\n') => {
                    let message = String::from("a line break inside a string");
                    return self.stop("syntax", self.at, message, "the closing `\"` was expected on this line");
                }
                Some(byte) => {
                    let help = "inside a string, line breaks and other control characters are written as escapes such as `\\n`";
                    let message = format!("the control character U+{byte:04X} inside a string");
                    self.report("control-character", self.at, self.at + 1, message, help);
                    self.at += 1;
                }
                None => return self.stop("syntax", open, "a string without its closing `\"`".into(), "add `\"`"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Stop> {
        let start = self.at;
        self.at += 1;
        let simple = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(start),
            _ => {
                let help =
                    "JSON knows the escapes `\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t` and `\\uXXXX`";
                return self.stop("syntax", start, "an unknown escape in a string".into(), help);
            }
        };
        self.at += 1;
        Ok(simple)
    }

    fn unicode_escape(&mut self, start: usize) -> Result<char, Stop> {
        let first = self.hex4(start)?;
        let code = if (0xD800..0xDC00).contains(&first) && self.text.get(self.at..self.at + 2) == Some("\\u") {
            self.at += 1;
            let second = self.hex4(start)?;
            if (0xDC00..0xE000).contains(&second) {
                0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
            } else {
                first
            }
        } else {
            first
        };
        char::from_u32(code).map_or_else(
            || {
                let help = "a character above U+FFFF is written as a high and a low surrogate";
                self.stop("syntax", start, "half of a surrogate pair in a string".into(), help)
            },
            Ok,
        )
    }

    /// `uXXXX`, with the reader on the `u`.
    fn hex4(&mut self, start: usize) -> Result<u32, Stop> {
        let digits = self.text.get(self.at + 1..self.at + 5);
        let code = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(code) = code.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            let help = "`\\u` is followed by four hexadecimal digits";
            return self.stop("syntax", start, "an incomplete `\\u` escape".into(), help);
        };
        self.at += 5;
        Ok(code)
    }

    fn number(&mut self) -> Result<String, Stop> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
            self.at += 1;
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        if is_json_number(text) {
            return Ok(text.to_owned());
        }
        let message = format!("`{text}` is no number");
        self.at = start;
        self.stop(
            "syntax",
            start,
            message,
            "numbers are written such as `42`, `-1.5` or `2e10`; other text needs quotes",
        )
    }

    fn word(&mut self) -> Result<Value, Stop> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.at += 1;
        }
        match self.text.get(start..self.at) {
            Some("true") => Ok(Value::Bool(true)),
            Some("false") => Ok(Value::Bool(false)),
            Some("null") => Ok(Value::Null),
            word => {
                let message = format!("`{}` where a value was expected", word.unwrap_or(""));
                self.at = start;
                self.stop(
                    "syntax",
                    start,
                    message,
                    "text is written in double quotes; without quotes only `true`, `false` and `null`",
                )
            }
        }
    }

    fn skip_space(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') => {
                    if !self.skip_comment() {
                        return;
                    }
                }
                _ => return,
            }
        }
    }

    /// Reports and skips a `//` or `/* */` comment; `false` when it is none.
    fn skip_comment(&mut self) -> bool {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or("");
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else {
            return false;
        };
        self.at += length;
        self.report("comment", start, self.at, "a comment".into(), "JSON has no comments: remove it");
        true
    }

    fn unclosed(&mut self, open: usize, opening: char, closing: char) -> Result<Value, Stop> {
        let message = format!("`{opening}` without its closing `{closing}`");
        self.stop("syntax", open, message, &format!("the text ends before `{closing}`: add it"))
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// What stands at the reader, for messages.
    fn found(&self) -> String {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            None => String::from("the end of the text"),
            Some(character) if character.is_control() => format!("the control character U+{:04X}", character as u32),
            Some(character) => format!("`{character}`"),
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, self.base + start, self.base + end)
    }

    fn report(&mut self, code: &'static str, start: usize, end: usize, message: String, help: &str) {
        let span = self.span(start, end);
        self.problems.push(Problem::error(code, span, message, help));
    }

    fn stop<T>(&mut self, code: &'static str, at: usize, message: String, help: &str) -> Result<T, Stop> {
        let width = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        self.report(code, at, at + width, message, help);
        Err(Stop)
    }
}

/// The number grammar of RFC 8259, section 6.
fn is_json_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(digits)
}

#[cfg(test)]
mod tests;
