//! Decodes the written form of a string (JSON, YAML, HCL) once more, now with a map from decoded to source bytes.
//! The caller has the decoded text from a real parser: a disagreement gives no map, never a wrong one.

use super::embedded::Text;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::{FileId, Span};

/// How a file writes its strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// JSON, or any style of YAML.
    Yaml,
    /// A quoted template of HCL; heredocs are mapped where they are evaluated.
    Hcl,
}

/// The source map of the string that stands at `span` and decodes to `decoded`; `None` when they do not fit.
pub(crate) fn decode(sources: &SourceMap, span: Span, syntax: Syntax, decoded: &str) -> Option<Text> {
    let source = &sources.get(span.file)?.text;
    let raw = source.get(span.range())?;
    let fits = |text: Text| (text.as_str() == decoded).then_some(text);
    if let Some(inner) = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        let text = double_quoted(inner, span.start as usize + 1, span, syntax).and_then(fits);
        if text.is_some() {
            return text;
        }
    }
    if syntax == Syntax::Hcl {
        return None;
    }
    if let Some(inner) = raw.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        let text = fits(single_quoted(inner, span));
        if text.is_some() {
            return text;
        }
    }
    fits(lines(source, span, decoded)?)
}

/// A literal part of a quoted template of HCL, without quotes.
pub(crate) fn hcl_literal(sources: &SourceMap, span: Span, decoded: &str) -> Option<Text> {
    let raw = sources.get(span.file)?.text.get(span.range())?;
    let text = double_quoted(raw, span.start as usize, span, Syntax::Hcl)?;
    (text.as_str() == decoded).then_some(text)
}

/// A literal part of a heredoc of HCL, whose lines lose `indent` characters of white space.
pub(crate) fn hcl_heredoc(
    sources: &SourceMap,
    span: Span,
    indent: usize,
    in_line: bool,
    decoded: &str,
) -> Option<Text> {
    let raw = sources.get(span.file)?.text.get(span.range())?;
    let mut text = Text::new(span);
    let mut at = span.start as usize;
    for (index, line) in raw.split_inclusive('\n').enumerate() {
        let blank = |line: &str| line.chars().take(indent).take_while(|first| matches!(first, ' ' | '\t')).count();
        let skip = if index == 0 && in_line { 0 } else { blank(line) };
        let mut rest = line.get(skip..)?;
        at += skip;
        while let Some(found) = rest.find("$${").into_iter().chain(rest.find("%%{")).min() {
            text.push_verbatim(rest.get(..found)?, span.file, at);
            text.push_replaced(rest.get(found + 1..found + 3)?, Span::new(span.file, at + found, at + found + 3));
            rest = rest.get(found + 3..)?;
            at += found + 3;
        }
        text.push_verbatim(rest, span.file, at);
        at += rest.len();
    }
    (text.as_str() == decoded).then_some(text)
}

/// `inner` stands without its quotes at byte `base`.
fn double_quoted(inner: &str, base: usize, span: Span, syntax: Syntax) -> Option<Text> {
    let mut text = Text::new(span);
    let mut at = 0;
    while let Some(rest) = inner.get(at..).filter(|rest| !rest.is_empty()) {
        let special = match syntax {
            Syntax::Hcl => rest.find(['\\', '$', '%']),
            Syntax::Yaml => rest.find(['\\', '\n', '\r']),
        };
        let plain = special.unwrap_or(rest.len());
        text.push_verbatim(rest.get(..plain)?, span.file, base + at);
        at += plain;
        let rest = inner.get(at..)?;
        if rest.is_empty() {
            break;
        }
        let (decoded, length) = match (syntax, rest.as_bytes().first()) {
            (_, Some(b'\\')) => escape(rest, syntax)?,
            (Syntax::Hcl, _) => marker(rest)?,
            (Syntax::Yaml, _) => folded_break(&mut text, rest),
        };
        text.push_replaced(&decoded, Span::new(span.file, base + at, base + at + length));
        at += length;
    }
    Some(text)
}

/// An escape sequence at the start of `rest`: what it stands for and its length in bytes.
fn escape(rest: &str, syntax: Syntax) -> Option<(String, usize)> {
    let code = rest.chars().nth(1)?;
    let hex = |length: usize| {
        let digits = rest.get(2..2 + length)?;
        let number = u32::from_str_radix(digits, 16).ok()?;
        Some((number, 2 + length))
    };
    let (number, length) = match (code, syntax) {
        ('n', _) => return Some((String::from('\n'), 2)),
        ('r', _) => return Some((String::from('\r'), 2)),
        ('t', _) => return Some((String::from('\t'), 2)),
        ('"' | '\\', _) | ('/' | ' ', Syntax::Yaml) => return Some((String::from(code), 2)),
        ('u', Syntax::Yaml) => surrogates(rest).or_else(|| hex(4))?,
        ('u', Syntax::Hcl) => hex(4)?,
        ('U', _) => hex(8)?,
        ('x', Syntax::Yaml) => hex(2)?,
        ('\n', Syntax::Yaml) => {
            let indent = rest.get(2..)?.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            return Some((String::new(), 2 + indent));
        }
        (_, Syntax::Yaml) => (control(code)?, 1 + code.len_utf8()),
        _ => return None,
    };
    Some((String::from(char::from_u32(number)?), length))
}

/// The single-letter escapes of YAML 1.2, section 5.7, and JSON's `\b` and `\f`.
const fn control(code: char) -> Option<u32> {
    Some(match code {
        '0' => 0,
        'a' => 7,
        'b' => 8,
        'v' => 0x0B,
        'f' => 0x0C,
        'e' => 0x1B,
        'N' => 0x85,
        '_' => 0xA0,
        'L' => 0x2028,
        'P' => 0x2029,
        _ => return None,
    })
}

/// `\uD83D\uDE00`, as JSON writes characters above U+FFFF.
fn surrogates(rest: &str) -> Option<(u32, usize)> {
    let high = u32::from_str_radix(rest.get(2..6)?, 16).ok()?;
    let low = u32::from_str_radix(rest.get(6..12)?.strip_prefix("\\u")?, 16).ok()?;
    let pair = (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low);
    pair.then(|| (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00), 12))
}

/// `$${` and `%%{` of HCL stand for `${` and `%{`; a single `$` or `%` stands for itself.
fn marker(rest: &str) -> Option<(String, usize)> {
    if rest.starts_with("$${") || rest.starts_with("%%{") {
        return Some((rest.get(1..3)?.to_owned(), 3));
    }
    if rest.starts_with("${") || rest.starts_with("%{") {
        return None;
    }
    Some((rest.get(..1)?.to_owned(), 1))
}

/// A line break inside a quoted YAML scalar: white space around it goes, one break is a space, more are breaks.
fn folded_break(text: &mut Text, rest: &str) -> (String, usize) {
    text.truncate(text.as_str().trim_end_matches([' ', '\t']).len());
    let length = rest.bytes().take_while(u8::is_ascii_whitespace).count();
    let breaks = rest.get(..length).unwrap_or("").matches('\n').count();
    let decoded = if breaks <= 1 { String::from(' ') } else { "\n".repeat(breaks - 1) };
    (decoded, length)
}

fn single_quoted(inner: &str, span: Span) -> Text {
    let mut text = Text::new(span);
    let base = span.start as usize + 1;
    let mut at = 0;
    while let Some(rest) = inner.get(at..).filter(|rest| !rest.is_empty()) {
        let plain = rest.find(['\'', '\n', '\r']).unwrap_or(rest.len());
        text.push_verbatim(rest.get(..plain).unwrap_or(""), span.file, base + at);
        at += plain;
        let rest = inner.get(at..).unwrap_or("");
        let (decoded, length) = match rest.as_bytes().first() {
            None => break,
            Some(b'\'') => (String::from('\''), 2),
            Some(_) => folded_break(&mut text, rest),
        };
        text.push_replaced(&decoded, Span::new(span.file, base + at, base + at + length));
        at += length;
    }
    text
}

/// Plain scalars and block scalars, literal and folded: the lines of the source are found again in the decoded text,
/// between them it has the line breaks and spaces of folding.
fn lines(source: &str, span: Span, decoded: &str) -> Option<Text> {
    let start = span.start as usize;
    let before = source.get(..start)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let indented = before.get(line_start..)?;
    let indent = if indented.bytes().all(|byte| byte == b' ') { indented.len() } else { 0 };
    let mut text = Text::new(span);
    let mut at = start;
    for (index, line) in source.get(span.range())?.split_inclusive('\n').enumerate() {
        let content = line.trim_end_matches(['\n', '\r']);
        let skip = if index == 0 { 0 } else { content.bytes().take(indent).take_while(|byte| *byte == b' ').count() };
        push_line(&mut text, decoded, content.get(skip..)?, span.file, at + skip)?;
        at += line.len();
    }
    let tail = decoded.get(text.as_str().len()..)?;
    let blank = tail.bytes().all(|byte| matches!(byte, b'\n' | b' '));
    text.push_replaced(if blank { tail } else { return None }, Span::new(span.file, at, at));
    Some(text)
}

fn push_line(text: &mut Text, decoded: &str, content: &str, file: FileId, at: usize) -> Option<()> {
    if content.trim().is_empty() {
        return Some(());
    }
    let trimmed = content.trim_start_matches([' ', '\t']);
    let trimmed_at = at + (content.len() - trimmed.len());
    let trials = [(content, at), (content.trim_end(), at), (trimmed, trimmed_at), (trimmed.trim_end(), trimmed_at)];
    for (candidate, offset) in trials {
        let rest = decoded.get(text.as_str().len()..)?;
        let blank = rest.bytes().take_while(|byte| matches!(byte, b'\n' | b' ')).count();
        let gap = (0..=blank).find(|gap| rest.get(*gap..).is_some_and(|rest| rest.starts_with(candidate)));
        if let Some(gap) = gap {
            text.push_replaced(rest.get(..gap)?, Span::new(file, at.saturating_sub(1), at));
            text.push_verbatim(candidate, file, offset);
            return Some(());
        }
    }
    None
}

#[cfg(test)]
mod tests;
