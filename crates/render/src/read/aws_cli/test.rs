//! Conditions: `[ … ]`, `[[ … ]]`, patterns of `case`; and the small commands of the shell that matter for values.

use super::Unknown;
use super::redirect::normal;
use super::run::{Field, Runner, Status};
use super::syntax::{Part, Word};
use crate::read::embedded::Text;
use rolecall_iam::span::Span;
use std::rc::Rc;

impl<'t> Runner<'t> {
    /// Every other command: those that print known text do so, of the others nothing is known.
    pub(super) fn builtin(&mut self, name: &str, arguments: &[Field], span: Span) -> Status {
        match name {
            ":" | "true" | "set" | "trap" | "export" | "local" | "readonly" | "declare" | "typeset" | "unset"
            | "umask" | "sleep" | "wait" | "rm" | "mkdir" | "chmod" | "cd" => Status::Success,
            // Nobody passes options to the script.
            "false" | "getopts" => Status::Failure,
            "[" | "test" => Self::test(arguments),
            "shopt" => {
                let words: Vec<&str> =
                    arguments.iter().filter_map(|word| word.as_ref().ok().map(Text::as_str)).collect();
                if let [switch @ ("-s" | "-u"), "nocasematch"] = words.as_slice() {
                    self.state.ignores_case = *switch == "-s";
                }
                Status::Success
            }
            "shift" => {
                let count =
                    arguments.first().and_then(|word| word.as_ref().ok()).and_then(|word| word.as_str().parse().ok());
                self.shift(count.unwrap_or(1));
                Status::Success
            }
            "echo" => {
                let printed = echo(arguments, span);
                self.print(&printed);
                Status::Success
            }
            "printf" => {
                let printed = printf(arguments, span);
                self.print(&printed);
                Status::Success
            }
            "cat" => {
                self.cat(arguments, span);
                Status::Success
            }
            "tee" => {
                let input = self.input.clone().unwrap_or_else(|| Err(unknown("the input is not known", span)));
                for path in arguments.iter().filter_map(|word| word.as_ref().ok()) {
                    if !path.as_str().starts_with('-') {
                        Rc::make_mut(&mut self.state.files).insert(normal(path.as_str()).to_owned(), input.clone());
                    }
                }
                self.print(&input);
                Status::Success
            }
            "read" => self.read_variables(arguments, span),
            "source" | "." | "eval" => {
                let help = "what it runs is not read: write the calls into this script";
                self.problems.push(crate::read::not_judged(span, format!("`{name}` runs other commands"), help));
                Status::Unknown
            }
            _ => {
                let reason = format!("the output of `{name}` is not known");
                self.print(&Err(unknown(&reason, span)));
                Status::Unknown
            }
        }
    }

    fn cat(&mut self, arguments: &[Field], span: Span) {
        let from_input = || Err(unknown("the input is not known", span));
        if arguments.is_empty() {
            let input = self.input.clone().unwrap_or_else(from_input);
            self.print(&input);
        }
        for path in arguments {
            let content = match path {
                Ok(path) if path.as_str() == "-" => self.input.clone().unwrap_or_else(from_input),
                Ok(path) => {
                    let known = self.state.files.get(normal(path.as_str())).cloned();
                    let reason = format!("the file `{}` was not read", path.as_str());
                    known.unwrap_or_else(|| Err(unknown(&reason, path.span())))
                }
                Err(unknown) => Err(unknown.clone()),
            };
            self.print(&content);
        }
    }

    /// `read -r -d '' NAME` takes the whole input; of any other form the variables are not known.
    fn read_variables(&mut self, arguments: &[Field], span: Span) -> Status {
        let mut names = Vec::new();
        let mut whole = false;
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            let Ok(word) = word else { return Status::Unknown };
            match word.as_str() {
                "-d" => whole = words.next().is_some_and(|end| end.as_ref().is_ok_and(|end| end.as_str().is_empty())),
                "-p" | "-t" | "-n" | "-N" | "-u" | "-a" | "-i" => {
                    words.next();
                }
                "-rd" => whole = words.next().is_some_and(|end| end.as_ref().is_ok_and(|end| end.as_str().is_empty())),
                option if option.starts_with('-') => {}
                name => names.push(name.to_owned()),
            }
        }
        let input = self.input.clone();
        if let ([name], true, Some(Ok(text))) = (names.as_slice(), whole, &input) {
            // The characters of IFS go from both ends.
            let blank = |part: &str| part.len();
            let start = text.as_str().len() - blank(text.as_str().trim_start());
            let end = text.as_str().trim_end().len();
            self.set_scalar(name, Ok(text.slice(start, end.max(start))));
            return Status::Unknown;
        }
        for name in &names {
            self.set_scalar(name, Err(unknown("what `read` reads is not known", span)));
        }
        Status::Unknown
    }

    fn test(arguments: &[Field]) -> Status {
        let words: &[Field] = match arguments.split_last() {
            Some((Ok(last), rest)) if last.as_str() == "]" => rest,
            _ => arguments,
        };
        if let Some((Ok(first), rest)) = words.split_first()
            && first.as_str() == "!"
            && !rest.is_empty()
        {
            return negate(Self::test(rest));
        }
        match words {
            [] => Status::Failure,
            [only] => known(only.as_ref().ok().map(|text| !text.as_str().is_empty())),
            [operator, operand] => unary(operator, operand),
            [left, operator, right] => binary(left, operator, right),
            _ => Status::Unknown,
        }
    }

    /// `[[ … ]]`: `&&` and `||` without brackets, patterns on the right of `==`.
    pub(super) fn bracket_test(&mut self, words: &'t [Word]) -> Status {
        if words.iter().any(|word| word.is_plain("(") || word.is_plain(")")) {
            return Status::Unknown;
        }
        let mut any = Status::Failure;
        for alternative in words.split(|word| word.is_plain("||")) {
            let mut all = Status::Success;
            for part in alternative.split(|word| word.is_plain("&&")) {
                all = match (all, self.bracket_part(part)) {
                    (Status::Failure, _) | (_, Status::Failure) => Status::Failure,
                    (Status::Success, Status::Success) => Status::Success,
                    _ => Status::Unknown,
                };
            }
            any = match (any, all) {
                (Status::Success, _) | (_, Status::Success) => Status::Success,
                (Status::Failure, Status::Failure) => Status::Failure,
                _ => Status::Unknown,
            };
        }
        any
    }

    fn bracket_part(&mut self, words: &'t [Word]) -> Status {
        if let Some((first, rest)) = words.split_first()
            && first.is_plain("!")
        {
            return negate(self.bracket_part(rest));
        }
        match words {
            [left, operator, right] if operator.is_plain("==") || operator.is_plain("=") => {
                let left = self.single(left);
                self.matches_any(&left, std::slice::from_ref(right))
            }
            [left, operator, right] if operator.is_plain("!=") => {
                let left = self.single(left);
                negate(self.matches_any(&left, std::slice::from_ref(right)))
            }
            [left, operator, right] => {
                let (left, operator, right) = (self.single(left), self.single(operator), self.single(right));
                binary(&left, &operator, &right)
            }
            [operator, operand] => {
                let (operator, operand) = (self.single(operator), self.single(operand));
                unary(&operator, &operand)
            }
            [only] => {
                let only = self.single(only);
                known(only.ok().map(|text| !text.as_str().is_empty()))
            }
            _ => Status::Unknown,
        }
    }

    /// Whether a value matches one of the patterns: quoted parts stand for themselves, `*` and `?` do not.
    pub(super) fn matches_any(&mut self, value: &Field, patterns: &'t [Word]) -> Status {
        let mut result = Status::Failure;
        for pattern in patterns {
            let everything = pattern.is_plain("*");
            let Some(pattern) = self.pattern(pattern) else {
                result = Status::Unknown;
                continue;
            };
            let Ok(value) = value else {
                if everything {
                    return Status::Success;
                }
                result = Status::Unknown;
                continue;
            };
            let fold =
                |character: char| if self.state.ignores_case { character.to_ascii_lowercase() } else { character };
            let characters: Vec<char> = value.as_str().chars().map(fold).collect();
            let pattern: Vec<Symbol> = pattern.into_iter().map(|symbol| symbol.map(fold)).collect();
            if matches(&pattern, &characters) {
                return Status::Success;
            }
        }
        result
    }

    fn pattern(&mut self, word: &'t Word) -> Option<Vec<Symbol>> {
        let mut symbols = Vec::new();
        for part in &word.parts {
            if let Part::Plain(text) = part {
                for character in text.as_str().chars() {
                    symbols.push(match character {
                        '*' => Symbol::Any,
                        '?' => Symbol::One,
                        // Classes and extended patterns are outside of the subset.
                        '[' | ']' | '(' | ')' => return None,
                        other => Symbol::Exactly(other),
                    });
                }
                continue;
            }
            let value = self.part(part)?;
            // The value of an unquoted variable would be a pattern itself.
            if !matches!(part, Part::Quoted(_) | Part::Double(_)) && value.contains(['*', '?', '[']) {
                return None;
            }
            symbols.extend(value.chars().map(Symbol::Exactly));
        }
        Some(symbols)
    }

    fn part(&mut self, part: &'t Part) -> Option<String> {
        self.part_text(part).ok().map(|text| text.as_str().to_owned())
    }
}

/// One symbol of a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Exactly(char),
    One,
    Any,
}

impl Symbol {
    fn map(self, change: impl Fn(char) -> char) -> Self {
        match self {
            Self::Exactly(character) => Self::Exactly(change(character)),
            other => other,
        }
    }
}

/// Greedy matching with one way back, so the time is at most the product of both lengths.
fn matches(pattern: &[Symbol], text: &[char]) -> bool {
    let (mut at, mut position) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at), text.get(position)) {
            (None, None) => return true,
            (Some(Symbol::Any), _) => {
                back = Some((at, position));
                at += 1;
                continue;
            }
            (Some(Symbol::One), Some(_)) => {
                at += 1;
                position += 1;
                continue;
            }
            (Some(Symbol::Exactly(wanted)), Some(found)) if wanted == found => {
                at += 1;
                position += 1;
                continue;
            }
            _ => {}
        }
        match back {
            Some((star, from)) if from < text.len() => {
                back = Some((star, from + 1));
                at = star + 1;
                position = from + 1;
            }
            _ => return false,
        }
    }
}

fn unknown(reason: &str, span: Span) -> Unknown {
    Unknown { reason: reason.to_owned(), span }
}

const fn known(truth: Option<bool>) -> Status {
    match truth {
        Some(true) => Status::Success,
        Some(false) => Status::Failure,
        None => Status::Unknown,
    }
}

const fn negate(status: Status) -> Status {
    match status {
        Status::Success => Status::Failure,
        Status::Failure => Status::Success,
        Status::Unknown => Status::Unknown,
    }
}

fn unary(operator: &Field, operand: &Field) -> Status {
    let (Ok(operator), Ok(operand)) = (operator, operand) else { return Status::Unknown };
    match operator.as_str() {
        "-z" | "!" => known(Some(operand.as_str().is_empty())),
        "-n" => known(Some(!operand.as_str().is_empty())),
        _ => Status::Unknown,
    }
}

fn binary(left: &Field, operator: &Field, right: &Field) -> Status {
    let (Ok(left), Ok(operator), Ok(right)) = (left, operator, right) else { return Status::Unknown };
    let numbers = || Some((left.as_str().parse::<i64>().ok()?, right.as_str().parse::<i64>().ok()?));
    known(match operator.as_str() {
        "=" | "==" => Some(left.as_str() == right.as_str()),
        "!=" => Some(left.as_str() != right.as_str()),
        "-eq" => numbers().map(|(left, right)| left == right),
        "-ne" => numbers().map(|(left, right)| left != right),
        "-gt" => numbers().map(|(left, right)| left > right),
        "-ge" => numbers().map(|(left, right)| left >= right),
        "-lt" => numbers().map(|(left, right)| left < right),
        "-le" => numbers().map(|(left, right)| left <= right),
        _ => None,
    })
}

fn echo(arguments: &[Field], span: Span) -> Field {
    let mut text = Text::new(span);
    let (mut words, mut line_break) = (arguments, true);
    if let Some((Ok(first), rest)) = words.split_first()
        && first.as_str() == "-n"
    {
        line_break = false;
        words = rest;
    }
    for (index, word) in words.iter().enumerate() {
        let word = word.as_ref().map_err(Clone::clone)?;
        if index == 0 && word.as_str().starts_with("-e") {
            return Err(unknown("`echo -e` is not evaluated", span));
        }
        if index > 0 {
            text.push_replaced(" ", span);
        }
        text.push_text(word);
    }
    if line_break {
        text.push_replaced("\n", span);
    }
    Ok(text)
}

/// `printf` with `%s` and `%%`, and the escapes `\n`, `\t`, `\\` in its format.
fn printf(arguments: &[Field], span: Span) -> Field {
    let Some((format, values)) = arguments.split_first() else { return Ok(Text::new(span)) };
    let format = format.as_ref().map_err(Clone::clone)?;
    let mut text = Text::new(span);
    let mut values = values.iter();
    loop {
        let mut used = false;
        let mut characters = format.as_str().chars();
        while let Some(character) = characters.next() {
            let pair = (character, if matches!(character, '%' | '\\') { characters.next() } else { None });
            match pair {
                ('%', Some('s')) => {
                    used = true;
                    if let Some(value) = values.next() {
                        text.push_text(value.as_ref().map_err(Clone::clone)?);
                    }
                }
                ('%', Some('%')) => text.push_replaced("%", span),
                ('\\', Some('n')) => text.push_replaced("\n", span),
                ('\\', Some('t')) => text.push_replaced("\t", span),
                ('\\', Some('\\')) => text.push_replaced("\\", span),
                ('%' | '\\', _) => return Err(unknown("this format of `printf` is not evaluated", span)),
                (other, _) => text.push_replaced(other.encode_utf8(&mut [0; 4]), format.span()),
            }
        }
        if !used || values.len() == 0 {
            return Ok(text);
        }
    }
}
