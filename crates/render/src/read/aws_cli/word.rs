//! Parses words: quotes, escapes, expansions, the bodies of heredocs. Every part keeps its bytes.

use super::parse::{Parser, Stop};
use super::syntax::{Operation, Part, Variable, Word};
use crate::read::embedded::Text;

/// What ends a run of parts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// A word outside of quotes.
    WordEnd,
    /// The closing `"`.
    Quote,
    /// The `}` of an expansion; the flag says whether it stands in double quotes.
    Brace { quoted: bool },
    /// The end of the text: a heredoc.
    End,
}

impl Word {
    /// Whether the word is exactly this text, without quotes and expansions.
    pub(super) fn is_plain(&self, text: &str) -> bool {
        matches!(self.parts.as_slice(), [Part::Plain(only)] if only.as_str() == text)
    }
}

impl Parser<'_> {
    /// The next word; `None` at an operator, a line break or the end.
    pub(super) fn word(&mut self) -> Result<Option<Word>, Stop> {
        self.blanks();
        let start = self.at;
        let parts = self.deeper(|parser| parser.parts(Until::WordEnd))?;
        if self.at == start {
            return Ok(None);
        }
        Ok(Some(Word { parts, span: self.span(start, self.at) }))
    }

    /// A word of the bytes as they stand.
    pub(super) fn plain_word(&self, start: usize, end: usize) -> Word {
        let span = self.span(start, end);
        let mut text = Text::new(span);
        text.push_verbatim(self.text.get(start..end).unwrap_or(""), self.file, start);
        Word { parts: vec![Part::Plain(text)], span }
    }

    /// The body of a heredoc.
    pub(super) fn heredoc_word(
        &mut self,
        start: usize,
        end: usize,
        literal: bool,
        strips_tabs: bool,
    ) -> Result<Word, Stop> {
        let span = self.span(start, end);
        let mut lines: Vec<(usize, usize)> = Vec::new();
        let mut at = start;
        for line in self.text.get(start..end).unwrap_or("").split_inclusive('\n') {
            let tabs = if strips_tabs { line.bytes().take_while(|byte| *byte == b'\t').count() } else { 0 };
            match lines.last_mut() {
                Some(last) if tabs == 0 && last.1 == at => last.1 = at + line.len(),
                _ => lines.push((at + tabs, at + line.len())),
            }
            at += line.len();
        }
        if literal {
            let mut text = Text::new(span);
            for (from, to) in lines {
                text.push_verbatim(self.text.get(from..to).unwrap_or(""), self.file, from);
            }
            return Ok(Word { parts: vec![Part::Quoted(text)], span });
        }
        let (before, end_before) = (self.at, self.end);
        let mut parts = Vec::new();
        for (from, to) in lines {
            self.at = from;
            self.end = to;
            parts.extend(self.deeper(|parser| parser.parts(Until::End))?);
        }
        self.at = before;
        self.end = end_before;
        Ok(Word { parts: vec![Part::Double(parts)], span })
    }

    fn parts(&mut self, until: Until) -> Result<Vec<Part>, Stop> {
        let mut parts = Vec::new();
        let quoted = matches!(until, Until::Quote | Until::End | Until::Brace { quoted: true });
        loop {
            let start = self.at;
            let Some(byte) = self.peek() else {
                return if matches!(until, Until::End | Until::WordEnd) {
                    Ok(parts)
                } else {
                    self.stop("a quote or `}` is missing")
                };
            };
            match (byte, until) {
                (b'"', Until::Quote)
                | (b'}', Until::Brace { .. })
                | (b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'(' | b')', Until::WordEnd) => {
                    return Ok(parts);
                }
                (b'<' | b'>', Until::WordEnd) => {
                    if !self.starts_with("<(") && !self.starts_with(">(") {
                        return Ok(parts);
                    }
                    self.at += 1;
                    self.skip_balanced()?;
                    parts.push(Part::Unknown("a process substitution", self.span(start, self.at)));
                }
                (b'\'', _) if !quoted => parts.push(self.single_quoted()?),
                (b'"', Until::WordEnd | Until::Brace { .. }) => {
                    self.at += 1;
                    let inner = self.deeper(|parser| parser.parts(Until::Quote))?;
                    self.expect_now("\"")?;
                    parts.push(Part::Double(inner));
                }
                (b'\\', _) => parts.extend(self.escaped(until, quoted)),
                (b'`', _) => return self.stop("backquotes are not read: write `$(…)`"),
                (b'$', _) => parts.push(self.dollar(quoted)?),
                _ => parts.push(self.run(until, quoted)),
            }
        }
    }

    fn expect_now(&mut self, text: &str) -> Result<(), Stop> {
        if self.take(text) { Ok(()) } else { self.stop(&format!("`{text}` was expected here")) }
    }

    /// Characters that stand for themselves.
    fn run(&mut self, until: Until, quoted: bool) -> Part {
        let start = self.at;
        let special: &[char] = match until {
            Until::WordEnd => &[' ', '\t', '\n', '\r', ';', '&', '|', '(', ')', '<', '>', '\'', '"', '\\', '$', '`'],
            Until::Quote => &['"', '\\', '$', '`'],
            Until::Brace { quoted: true } => &['}', '"', '\\', '$', '`'],
            Until::Brace { quoted: false } => &['}', '\'', '"', '\\', '$', '`'],
            Until::End => &['\\', '$', '`'],
        };
        let rest = self.text.get(start..self.end).unwrap_or("");
        let length = rest.find(special).unwrap_or(rest.len());
        // Something always moves on: a special character here has no meaning of its own.
        let length = if length == 0 { rest.chars().next().map_or(1, char::len_utf8) } else { length };
        self.at += length;
        self.literal(start, self.at, quoted)
    }

    fn literal(&self, start: usize, end: usize, quoted: bool) -> Part {
        let mut text = Text::new(self.span(start, end));
        text.push_verbatim(self.text.get(start..end).unwrap_or(""), self.file, start);
        if quoted { Part::Quoted(text) } else { Part::Plain(text) }
    }

    fn single_quoted(&mut self) -> Result<Part, Stop> {
        let start = self.at + 1;
        let Some(length) = self.text.get(start..self.end).and_then(|rest| rest.find('\'')) else {
            return self.stop("the closing `'` is missing");
        };
        self.at = start + length + 1;
        Ok(self.literal(start, start + length, true))
    }

    /// A backslash: outside of quotes it quotes any character, inside only `$`, `` ` ``, `"`, `\` and a line break.
    fn escaped(&mut self, until: Until, quoted: bool) -> Option<Part> {
        let start = self.at;
        let next = self.text.get(start + 1..self.end).and_then(|rest| rest.chars().next());
        let Some(next) = next else {
            self.at += 1;
            return Some(self.literal(start, start + 1, true));
        };
        let special = match until {
            Until::End => matches!(next, '$' | '`' | '\\' | '\n'),
            _ => matches!(next, '$' | '`' | '\\' | '\n' | '"'),
        };
        if quoted && !special {
            self.at += 1;
            return Some(self.literal(start, start + 1, true));
        }
        self.at += 1 + next.len_utf8();
        if next == '\n' {
            return None;
        }
        let span = self.span(start, self.at);
        let mut text = Text::new(span);
        text.push_replaced(next.encode_utf8(&mut [0; 4]), span);
        Some(Part::Quoted(text))
    }

    fn dollar(&mut self, quoted: bool) -> Result<Part, Stop> {
        let start = self.at;
        if self.starts_with("$((") {
            self.at += 1;
            self.skip_balanced()?;
            return Ok(Part::Unknown("arithmetic", self.span(start, self.at)));
        }
        if self.take("$(") {
            let list = self.list()?;
            self.expect(")")?;
            return Ok(Part::Command(list, self.span(start, self.at)));
        }
        if self.take("${") {
            return self.braced(start, quoted);
        }
        if !quoted && self.starts_with("$'") {
            return self.ansi_quoted();
        }
        self.at += 1;
        let name = match self.peek() {
            Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => self.name(),
            Some(byte @ (b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-')) => {
                self.at += 1;
                Some(String::from(char::from(byte)))
            }
            _ => None,
        };
        let span = self.span(start, self.at);
        Ok(match name {
            Some(name) => {
                let all = name == "@" || name == "*";
                Part::Variable(Variable { name, all, operation: None, span })
            }
            None => self.literal(start, self.at, true),
        })
    }

    /// Behind `${`.
    fn braced(&mut self, start: usize, quoted: bool) -> Result<Part, Stop> {
        let digits = |parser: &mut Self| {
            let from = parser.at;
            while parser.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                parser.at += 1;
            }
            parser.text.get(from..parser.at).filter(|digits| !digits.is_empty()).map(str::to_owned)
        };
        let special = ["@", "*"].into_iter().find(|name| self.take(name)).map(str::to_owned);
        let Some(name) = special.or_else(|| self.name()).or_else(|| digits(self)) else {
            return self.unknown_braced(start);
        };
        let all = name == "@" || name == "*" || self.take("[@]") || self.take("[*]");
        if self.take("}") {
            return Ok(Part::Variable(Variable { name, all, operation: None, span: self.span(start, self.at) }));
        }
        let operators = [
            (":-", Operation::Default),
            (":=", Operation::Default),
            (":+", Operation::Alternative),
            (":?", Operation::Require),
            ("-", Operation::Default),
            ("=", Operation::Default),
            ("+", Operation::Alternative),
            ("?", Operation::Require),
        ];
        let Some((_, operation)) = operators.into_iter().find(|(operator, _)| self.take(operator)) else {
            return self.unknown_braced(start);
        };
        let word_start = self.at;
        let parts = self.deeper(|parser| parser.parts(Until::Brace { quoted }))?;
        let word = Word { parts, span: self.span(word_start, self.at) };
        self.expect_now("}")?;
        let span = self.span(start, self.at);
        Ok(Part::Variable(Variable { name, all, operation: Some((operation, word)), span }))
    }

    /// An expansion outside of the subset, such as `${name%suffix}`.
    fn unknown_braced(&mut self, start: usize) -> Result<Part, Stop> {
        self.at = start + 1;
        self.skip_balanced()?;
        Ok(Part::Unknown("this expansion", self.span(start, self.at)))
    }

    /// `$'…'` with its escapes.
    fn ansi_quoted(&mut self) -> Result<Part, Stop> {
        let start = self.at;
        self.at += 2;
        let mut text = Text::new(self.span(start, start));
        loop {
            let from = self.at;
            match self.text.get(from..self.end).and_then(|rest| rest.chars().next()) {
                None => return self.stop("the closing `'` is missing"),
                Some('\'') => {
                    self.at += 1;
                    text.set_span(self.span(start, self.at));
                    return Ok(Part::Quoted(text));
                }
                Some('\\') => {
                    let Some(decoded) = self.ansi_escape() else {
                        return self.stop("this escape is not read");
                    };
                    text.push_replaced(decoded.encode_utf8(&mut [0; 4]), self.span(from, self.at));
                }
                Some(other) => {
                    self.at += other.len_utf8();
                    text.push_verbatim(self.text.get(from..self.at).unwrap_or(""), self.file, from);
                }
            }
        }
    }

    /// `\n`, `\t`, `\\`, `\'`, `\"`, `\xHH`, `\uHHHH`, `\UHHHHHHHH`, with the reader on the backslash.
    fn ansi_escape(&mut self) -> Option<char> {
        let rest = self.text.get(self.at + 1..self.end)?;
        let code = rest.chars().next()?;
        let digits_max = match code {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        if digits_max > 0 {
            let digits: String = rest.chars().skip(1).take(digits_max).take_while(char::is_ascii_hexdigit).collect();
            let number = u32::from_str_radix(&digits, 16).ok()?;
            self.at += 2 + digits.len();
            // Bytes above ASCII would be parts of a character.
            return char::from_u32(number).filter(|decoded| code != 'x' || decoded.is_ascii());
        }
        let decoded = match code {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' | 'E' => '\u{1B}',
            'f' => '\u{C}',
            'v' => '\u{B}',
            '\\' | '\'' | '"' | '?' => code,
            _ => return None,
        };
        self.at += 1 + code.len_utf8();
        Some(decoded)
    }
}
