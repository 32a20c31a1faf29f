//! Parses the subset of bash: lists, pipelines, compound commands, functions, redirections and heredocs.
//! Words are in `word`. What lies outside of the subset is kept as such, or stops with a problem; it never panics.

use super::syntax::{AndOr, Assigned, Assignment, Command, List, Pipeline, Redirect, RedirectKind, Simple, Word};
use rolecall_iam::problem::Problem;
use rolecall_iam::span::{FileId, Span};

/// Nesting of commands and words.
const MAX_DEPTH: usize = 60;

/// The script could not be read on; the problem is recorded already.
#[derive(Debug)]
pub(super) struct Stop;

/// The reader of one script.
pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) file: FileId,
    pub(super) at: usize,
    pub(super) end: usize,
    depth: usize,
    /// Behind the bodies of the heredocs of this line: where reading goes on after its line break.
    behind_heredocs: Option<usize>,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Parser<'a> {
    pub(super) const fn new(file: FileId, text: &'a str) -> Self {
        let end = text.len();
        Self { text, file, at: 0, end, depth: 0, behind_heredocs: None, problems: Vec::new() }
    }

    /// The whole script.
    pub(super) fn script(&mut self) -> Result<List, Stop> {
        let list = self.list()?;
        if self.at < self.end {
            return self.stop("this closes nothing");
        }
        Ok(list)
    }

    /// Runs a step one level deeper.
    pub(super) fn deeper<T>(&mut self, step: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        if self.depth > MAX_DEPTH {
            return self.stop("commands nest too deep");
        }
        self.depth += 1;
        let result = step(self);
        self.depth -= 1;
        result
    }

    pub(super) fn list(&mut self) -> Result<List, Stop> {
        self.deeper(|parser| {
            let mut list = Vec::new();
            loop {
                parser.separators();
                if parser.at_end_of_list() {
                    return Ok(list);
                }
                let before = parser.at;
                list.push(parser.and_or()?);
                parser.blanks();
                let separated = matches!(parser.peek(), Some(b';' | b'&' | b'\n') | None) || parser.at_end_of_list();
                if !separated || parser.at == before {
                    return parser.stop("the end of the command was expected here");
                }
            }
        })
    }

    fn at_end_of_list(&self) -> bool {
        if matches!(self.peek(), None | Some(b')')) || self.starts_with(";;") {
            return true;
        }
        ["then", "else", "elif", "fi", "do", "done", "esac", "}"].iter().any(|word| self.at_keyword(word))
    }

    fn and_or(&mut self) -> Result<AndOr, Stop> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.blanks();
            let and = self.starts_with("&&");
            if !and && !self.starts_with("||") {
                return Ok(AndOr { first, rest });
            }
            self.at += 2;
            self.newlines();
            rest.push((and, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline, Stop> {
        self.blanks();
        let mut negated = false;
        while self.take_keyword("!") {
            negated = !negated;
            self.blanks();
        }
        let mut commands = vec![self.command()?];
        loop {
            self.blanks();
            if self.peek() != Some(b'|') || self.starts_with("||") {
                return Ok(Pipeline { negated, commands });
            }
            self.at += if self.starts_with("|&") { 2 } else { 1 };
            self.newlines();
            commands.push(self.command()?);
        }
    }

    fn command(&mut self) -> Result<Command, Stop> {
        self.deeper(|parser| {
            parser.blanks();
            let start = parser.at;
            let command = if parser.starts_with("((") {
                parser.skip_balanced()?;
                Command::Other { what: "arithmetic", span: parser.span(start, parser.at) }
            } else if parser.take("(") {
                let list = parser.list()?;
                parser.expect(")")?;
                Command::Subshell(list)
            } else if parser.take_keyword("{") {
                let list = parser.list()?;
                parser.expect_keyword("}")?;
                Command::Group(list)
            } else if parser.take_keyword("if") {
                parser.conditional()?
            } else if parser.take_keyword("case") {
                parser.case()?
            } else if parser.take_keyword("for") {
                parser.for_loop(start)?
            } else if parser.at_keyword("while") || parser.at_keyword("until") {
                let negated = parser.at_keyword("until");
                parser.at += 5;
                let condition = parser.list()?;
                let body = parser.body()?;
                Command::While { condition, body, negated, span: parser.span(start, parser.at) }
            } else if parser.take_keyword("[[") {
                Command::Test(parser.test_words()?)
            } else if parser.at_keyword("select") || parser.at_keyword("coproc") {
                return parser.stop("this command is not read");
            } else if let Some(name) = parser.function_name() {
                parser.newlines();
                Command::Function { name, body: Box::new(parser.command()?) }
            } else {
                return parser.simple().map(Command::Simple);
            };
            let mut redirects = Vec::new();
            while let Some(redirect) = parser.redirect()? {
                redirects.push(redirect);
            }
            if redirects.is_empty() {
                return Ok(command);
            }
            Ok(Command::Redirected { command: Box::new(command), redirects })
        })
    }

    fn conditional(&mut self) -> Result<Command, Stop> {
        let mut branches = Vec::new();
        loop {
            let condition = self.list()?;
            self.expect_keyword("then")?;
            branches.push((condition, self.list()?));
            if self.take_keyword("elif") {
                continue;
            }
            let otherwise = if self.take_keyword("else") { self.list()? } else { Vec::new() };
            self.expect_keyword("fi")?;
            return Ok(Command::If { branches, otherwise });
        }
    }

    fn case(&mut self) -> Result<Command, Stop> {
        self.blanks();
        let word = self.required_word()?;
        self.newlines();
        self.expect_keyword("in")?;
        let mut arms = Vec::new();
        loop {
            self.newlines();
            if self.take_keyword("esac") {
                return Ok(Command::Case { word, arms });
            }
            self.take("(");
            let mut patterns = Vec::new();
            loop {
                self.blanks();
                patterns.push(self.required_word()?);
                self.blanks();
                if !self.take("|") {
                    break;
                }
            }
            self.expect(")")?;
            arms.push((patterns, self.list()?));
            if self.starts_with(";;&") || self.starts_with(";&") {
                return self.stop("falling through an arm of `case` is not read");
            }
            self.take(";;");
        }
    }

    fn for_loop(&mut self, start: usize) -> Result<Command, Stop> {
        self.blanks();
        if self.starts_with("((") {
            return self.stop("an arithmetic `for` is not read");
        }
        let Some(name) = self.name() else { return self.stop("a name was expected behind `for`") };
        self.newlines();
        let mut words = None;
        if self.take_keyword("in") {
            let mut list = Vec::new();
            loop {
                self.blanks();
                match self.word()? {
                    Some(word) => list.push(word),
                    None => break,
                }
            }
            words = Some(list);
        }
        self.separators();
        let body = self.body()?;
        Ok(Command::For { name, words, body, span: self.span(start, self.at) })
    }

    fn body(&mut self) -> Result<List, Stop> {
        self.separators();
        self.expect_keyword("do")?;
        let body = self.list()?;
        self.expect_keyword("done")?;
        Ok(body)
    }

    /// The words of `[[ … ]]`, operators among them.
    fn test_words(&mut self) -> Result<Vec<Word>, Stop> {
        let mut words = Vec::new();
        loop {
            self.newlines();
            if self.take_keyword("]]") {
                return Ok(words);
            }
            let operator = ["&&", "||", "(", ")", "<", ">"].into_iter().find(|operator| self.starts_with(operator));
            if let Some(operator) = operator {
                let start = self.at;
                self.at += operator.len();
                words.push(self.plain_word(start, self.at));
                continue;
            }
            words.push(self.required_word()?);
        }
    }

    /// `name()` or `function name`, with the reader behind it.
    fn function_name(&mut self) -> Option<String> {
        let before = self.at;
        let keyword = self.take_keyword("function");
        self.blanks();
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':'))
        {
            self.at += 1;
        }
        let name = self.text.get(start..self.at).unwrap_or("").to_owned();
        let behind = self.at;
        self.blanks();
        let mut parentheses = false;
        if self.take("(") {
            self.blanks();
            parentheses = self.take(")");
        }
        if !name.is_empty() && parentheses {
            return Some(name);
        }
        if !name.is_empty() && keyword {
            self.at = behind;
            return Some(name);
        }
        self.at = before;
        None
    }

    fn simple(&mut self) -> Result<Simple, Stop> {
        let start = self.at;
        let mut simple = Simple::default();
        let mut end = start;
        loop {
            self.blanks();
            if let Some(redirect) = self.redirect()? {
                simple.redirects.push(redirect);
                end = self.at;
                continue;
            }
            let declares = simple.words.first().is_some_and(Self::is_declaration);
            if (simple.words.is_empty() || declares)
                && let Some(assignment) = self.assignment()?
            {
                simple.assignments.push(assignment);
                end = self.at;
                continue;
            }
            match self.word()? {
                Some(word) => simple.words.push(word),
                None => break,
            }
            end = self.at;
        }
        if end == start {
            return self.stop("a command was expected here");
        }
        simple.span = self.span(start, end);
        Ok(simple)
    }

    fn is_declaration(word: &Word) -> bool {
        ["local", "export", "readonly", "declare", "typeset"].iter().any(|name| word.is_plain(name))
    }

    fn assignment(&mut self) -> Result<Option<Assignment>, Stop> {
        let before = self.at;
        let Some(name) = self.name() else { return Ok(None) };
        let append = self.starts_with("+=");
        if !append && !self.starts_with("=") {
            self.at = before;
            return Ok(None);
        }
        self.at += if append { 2 } else { 1 };
        if self.take("(") {
            let mut words = Vec::new();
            loop {
                self.newlines();
                if self.take(")") {
                    break;
                }
                words.push(self.required_word()?);
            }
            return Ok(Some(Assignment { name, append, value: Assigned::Array(words) }));
        }
        let at = self.at;
        let word = self.word()?.unwrap_or_else(|| self.plain_word(at, at));
        Ok(Some(Assignment { name, append, value: Assigned::Word(word) }))
    }

    fn redirect(&mut self) -> Result<Option<Redirect>, Stop> {
        self.blanks();
        let before = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        let descriptor = self.text.get(before..self.at).and_then(|digits| digits.parse().ok());
        let both = self.starts_with("&>");
        let operators: [(&str, RedirectKind); 12] = [
            ("<<<", RedirectKind::Text),
            ("<<", RedirectKind::Text),
            ("<&", RedirectKind::Duplicate),
            ("<(", RedirectKind::Read),
            ("<", RedirectKind::Read),
            ("&>>", RedirectKind::Append),
            ("&>", RedirectKind::Write),
            (">>", RedirectKind::Append),
            (">&", RedirectKind::Duplicate),
            (">|", RedirectKind::Write),
            (">(", RedirectKind::Read),
            (">", RedirectKind::Write),
        ];
        let Some((operator, kind)) = operators.into_iter().find(|(operator, _)| self.starts_with(operator)) else {
            self.at = before;
            return Ok(None);
        };
        if operator.ends_with('(') {
            self.at = before;
            return Ok(None);
        }
        self.at += operator.len();
        if operator == "<<" {
            return self.heredoc(descriptor).map(Some);
        }
        self.blanks();
        let target = self.required_word()?;
        Ok(Some(Redirect { descriptor: if both { Some(1) } else { descriptor }, kind, target }))
    }

    /// Behind `<<`. The body stands behind the line break that ends this line, or behind the body before it.
    fn heredoc(&mut self, descriptor: Option<u32>) -> Result<Redirect, Stop> {
        let strips_tabs = self.take("-");
        self.blanks();
        let start = self.at;
        self.required_word()?;
        let raw = self.text.get(start..self.at).unwrap_or("");
        let literal = raw.contains(['\'', '"', '\\']);
        let delimiter: String = raw.chars().filter(|character| !matches!(character, '\'' | '"' | '\\')).collect();
        let rest = self.text.get(self.at..self.end).unwrap_or("");
        let next_line = rest.find('\n').map_or(self.end, |found| self.at + found + 1);
        let body = self.behind_heredocs.unwrap_or(next_line);
        let mut at = body;
        for line in self.text.get(body..self.end).unwrap_or("").split_inclusive('\n') {
            let content = line.trim_end_matches(['\n', '\r']);
            let content = if strips_tabs { content.trim_start_matches('\t') } else { content };
            if content == delimiter {
                self.behind_heredocs = Some(at + line.len());
                let target = self.heredoc_word(body, at, literal, strips_tabs)?;
                return Ok(Redirect { descriptor, kind: RedirectKind::Text, target });
            }
            at += line.len();
        }
        self.at = start;
        self.stop(&format!("the heredoc has no end: a line `{delimiter}` was expected"))
    }

    /// White space inside a line, line continuations, and a comment.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') if self.starts_with("\\\n") => self.at += 2,
                Some(b'\\') if self.starts_with("\\\r\n") => self.at += 3,
                Some(b'#') if self.starts_word() => {
                    let rest = self.text.get(self.at..self.end).unwrap_or("");
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    fn starts_word(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        before.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b';' | b'&' | b'|' | b'(' | b')'))
    }

    /// White space and line breaks; behind a line break the bodies of its heredocs are skipped.
    fn newlines(&mut self) {
        loop {
            self.blanks();
            if self.peek() != Some(b'\n') {
                return;
            }
            self.at = self.behind_heredocs.take().unwrap_or(self.at + 1);
        }
    }

    /// Line breaks, `;` and `&`.
    fn separators(&mut self) {
        loop {
            self.newlines();
            let joins = self.starts_with(";;") || self.starts_with(";&") || self.starts_with("&&");
            if !joins && matches!(self.peek(), Some(b';' | b'&')) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// A name of a variable, with the reader behind it.
    pub(super) fn name(&mut self) -> Option<String> {
        let start = self.at;
        if !self.peek().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
            return None;
        }
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.at += 1;
        }
        self.text.get(start..self.at).map(str::to_owned)
    }

    /// Skips from one bracket to the one that closes it.
    pub(super) fn skip_balanced(&mut self) -> Result<(), Stop> {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' | b'{' => depth += 1,
                b')' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
        self.stop("the text ends inside brackets")
    }

    pub(super) fn peek(&self) -> Option<u8> {
        if self.at < self.end { self.text.as_bytes().get(self.at).copied() } else { None }
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.text.get(self.at..self.end).is_some_and(|rest| rest.starts_with(text))
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let found = self.starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    /// A reserved word stands alone.
    fn at_keyword(&self, word: &str) -> bool {
        let Some(rest) = self.text.get(self.at..self.end).and_then(|rest| rest.strip_prefix(word)) else {
            return false;
        };
        rest.bytes().next().is_none_or(|next| {
            next.is_ascii_whitespace() || matches!(next, b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>')
        })
    }

    fn take_keyword(&mut self, word: &str) -> bool {
        let found = self.at_keyword(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn expect_keyword(&mut self, word: &str) -> Result<(), Stop> {
        self.separators();
        if self.take_keyword(word) { Ok(()) } else { self.stop(&format!("`{word}` was expected here")) }
    }

    pub(super) fn expect(&mut self, text: &str) -> Result<(), Stop> {
        self.newlines();
        if self.take(text) { Ok(()) } else { self.stop(&format!("`{text}` was expected here")) }
    }

    fn required_word(&mut self) -> Result<Word, Stop> {
        match self.word()? {
            Some(word) => Ok(word),
            None => self.stop("a word was expected here"),
        }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    pub(super) fn stop<T>(&mut self, what: &str) -> Result<T, Stop> {
        let width = self.text.get(self.at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let span = self.span(self.at, self.at + width);
        let message = format!("the script cannot be read on: {what}");
        let help = "correct the syntax, or write it in the subset of bash that the documentation names";
        self.problems.push(Problem::error("syntax", span, message, help));
        Err(Stop)
    }
}
