//! Splits the text of one JSON object into its members without building a tree: for callers that have read the same value
//! text before, or want only plain values. It finds the borders of values; whoever uses a value that is not plain reads it
//! properly.

use super::{is_json_number, scan};

/// A member of an object as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawMember<'a> {
    /// The key between its quotes; keys with escapes or control characters are not split (see [`split`]).
    pub key: &'a str,
    /// The value.
    pub value: RawValue<'a>,
}

/// A value as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawValue<'a> {
    /// Its text, without white space around it.
    pub text: &'a str,
    /// Byte offset of the text in the object's text.
    pub offset: usize,
    plain: Option<&'a str>,
}

impl<'a> RawValue<'a> {
    /// What stands between the quotes of a string without escapes and control characters; `None` for any other value.
    pub const fn as_plain_string(&self) -> Option<&'a str> {
        self.plain
    }

    /// The same value with its place in a text in which the object begins at byte `base`.
    #[must_use]
    pub const fn inside(self, base: usize) -> Self {
        Self { offset: base + self.offset, ..self }
    }

    /// The text of a number, `true` or `false`; `None` for any other value.
    pub fn as_number_or_flag(&self) -> Option<&'a str> {
        (matches!(self.text, "true" | "false") || is_json_number(self.text)).then_some(self.text)
    }
}

/// Splits an object at its top level, calling `each` for every member in order, until that gives `None`. `None` as soon as
/// something is out of the ordinary — no object, an escape in a key, unbalanced brackets, text behind the end —: then the
/// text has to be read properly, which reports what is wrong.
pub fn split<'a>(text: &'a str, mut each: impl FnMut(RawMember<'a>) -> Option<()>) -> Option<()> {
    let bytes = text.as_bytes();
    let mut at = skip_space(bytes, 0);
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    at = skip_space(bytes, at + 1);
    if bytes.get(at) == Some(&b'}') {
        return ends_behind(bytes, at);
    }
    while bytes.get(at) == Some(&b'"') {
        let key_end = scan::plain_end(bytes, at + 1);
        if bytes.get(key_end) != Some(&b'"') {
            return None;
        }
        let key = text.get(at + 1..key_end)?;
        at = skip_space(bytes, key_end + 1);
        if bytes.get(at) != Some(&b':') {
            return None;
        }
        let value = value(text, skip_space(bytes, at + 1))?;
        each(RawMember { key, value })?;
        at = skip_space(bytes, value.offset + value.text.len());
        match bytes.get(at) {
            Some(b',') => at = skip_space(bytes, at + 1),
            Some(b'}') => return ends_behind(bytes, at),
            _ => return None,
        }
    }
    None
}

/// Whether nothing follows the closing brace at `at`.
fn ends_behind(bytes: &[u8], at: usize) -> Option<()> {
    (skip_space(bytes, at + 1) == bytes.len()).then_some(())
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The value that begins at `start`.
fn value(text: &str, start: usize) -> Option<RawValue<'_>> {
    let bytes = text.as_bytes();
    let mut plain = None;
    let end = match bytes.get(start)? {
        b'"' => {
            let run_end = scan::plain_end(bytes, start + 1);
            if bytes.get(run_end) == Some(&b'"') {
                plain = text.get(start + 1..run_end);
                run_end + 1
            } else {
                string_end(bytes, start)?
            }
        }
        b'{' | b'[' => container_end(bytes, start)?,
        _ => {
            let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
            let length = bytes.get(start..)?.iter().position(ends).filter(|length| *length > 0)?;
            start + length
        }
    };
    Some(RawValue { text: text.get(start..end)?, offset: start, plain })
}

/// The offset behind the closing quote of the string that begins at `at`.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        at = scan::plain_end(bytes, at);
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The offset behind the closing bracket of the object or list that begins at `at`.
fn container_end(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut at, mut depth) = (at, 0_usize);
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = string_end(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}
