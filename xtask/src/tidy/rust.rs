//! Rules for Rust source, on its tokens: so a word in a string or a comment is never mistaken for code.
//! Types and names are not resolved; clippy does that.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

use super::text::is_empty_name;
use super::{FILE_LINES_MAX, FUNCTION_LINES_MAX, Outcome, Size, is_test_file};

/// Macros that mark work as unfinished or are left over from a search for a fault.
const UNFINISHED: [&str; 3] = ["todo", "unimplemented", "dbg"];

/// Every rule that holds for one Rust file.
pub(super) fn check(path: &str, content: &str, outcome: &mut Outcome) {
    if !content.starts_with("//!") {
        outcome.finding(
            path,
            1,
            "header",
            "the file does not open with `//!` (what it does, what it leaves to others)",
        );
    }
    let in_tests = is_test_file(path);
    let lines = content.lines().count();
    if lines > FILE_LINES_MAX && !in_tests {
        outcome.sizes.push(Size { path: path.to_owned(), line: 1, lines, what: "the file".to_owned() });
    }
    match TokenStream::from_str(content) {
        Ok(tokens) => Walk { path, outcome }.stream(tokens, in_tests),
        Err(error) => outcome.finding(path, error.span().start().line, "syntax", format!("{error}")),
    }
}

struct Walk<'a> {
    path: &'a str,
    outcome: &'a mut Outcome,
}

impl Walk<'_> {
    /// Goes through one level of tokens and into its groups. `in_tests`: inside of `#[cfg(test)]` or a test file.
    fn stream(&mut self, stream: TokenStream, in_tests: bool) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut rest = tokens.as_slice();
        // Set by `#[cfg(test)]` or `#[test]`, until the item that it stands on ends.
        let mut item_is_test = false;
        while let Some((token, after)) = rest.split_first() {
            rest = after;
            match token {
                TokenTree::Ident(ident) => self.ident(ident, after, in_tests || item_is_test),
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    if let Some((attribute, after)) = attribute(after) {
                        self.attribute(attribute, in_tests || item_is_test);
                        item_is_test |= marks_test(attribute);
                        rest = after;
                    }
                }
                TokenTree::Punct(punct) if punct.as_char() == ';' => item_is_test = false,
                TokenTree::Group(group) => {
                    self.stream(group.stream(), in_tests || item_is_test);
                    if group.delimiter() == Delimiter::Brace {
                        item_is_test = false;
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    fn ident(&mut self, ident: &Ident, after: &[TokenTree], in_tests: bool) {
        let word = ident.to_string();
        let line = ident.span().start().line;
        let next_is_bang = matches!(after.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
        if next_is_bang && UNFINISHED.contains(&word.as_str()) {
            self.outcome.finding(self.path, line, "unfinished", format!("`{word}!` does not get committed"));
        }
        let Some(TokenTree::Ident(name)) = after.first() else { return };
        match word.as_str() {
            "mod" if is_empty_name(&name.to_string()) => {
                let message = format!("`mod {name}` says nothing: name the module after what it is for");
                self.outcome.finding(self.path, line, "name", message);
            }
            "fn" if !in_tests => self.function(name, line, after),
            _ => {}
        }
    }

    /// From the line of `fn` to the line of the closing brace; a function without a body has no length.
    fn function(&mut self, name: &Ident, line: usize, after: &[TokenTree]) {
        let ends_before_body = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
        let is_body =
            |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let Some(TokenTree::Group(body)) = after.iter().find(|token| ends_before_body(token) || is_body(token)) else {
            return;
        };
        let lines = body.span_close().end().line + 1 - line;
        if lines > FUNCTION_LINES_MAX {
            self.outcome.sizes.push(Size { path: self.path.to_owned(), line, lines, what: format!("`fn {name}`") });
        }
    }

    fn attribute(&mut self, attribute: &Group, in_tests: bool) {
        let line = attribute.span_open().start().line;
        let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
        let Some(TokenTree::Ident(first)) = tokens.first() else { return };
        if first == "ignore" || (first == "doc" && opens_ignored_doctest(&tokens)) {
            self.outcome.finding(
                self.path,
                line,
                "ignored-test",
                "an ignored test can never fail: run it or delete it",
            );
        }
        if !in_tests && allows_without_reason(&tokens) {
            let message = "`allow` without `reason = \"…\"` (better: `expect` with a reason, or mend the code)";
            self.outcome.finding(self.path, line, "allow-reason", message);
        }
    }
}

/// The group of an attribute whose `#` was just read, and what follows it.
fn attribute(after: &[TokenTree]) -> Option<(&Group, &[TokenTree])> {
    let after = match after.split_first() {
        Some((TokenTree::Punct(punct), rest)) if punct.as_char() == '!' => rest,
        _ => after,
    };
    match after.split_first() {
        Some((TokenTree::Group(group), rest)) if group.delimiter() == Delimiter::Bracket => Some((group, rest)),
        _ => None,
    }
}

/// `#[test]`, `#[cfg(test)]`, `#[cfg(all(test, …))]`; not `#[cfg(not(test))]`.
fn marks_test(attribute: &Group) -> bool {
    let text = attribute.stream().to_string().replace(' ', "");
    text == "test" || text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

/// A doc line that opens a code block marked `ignore`.
fn opens_ignored_doctest(tokens: &[TokenTree]) -> bool {
    tokens.iter().any(|token| match token {
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            text.split_once("```").is_some_and(|(_, info)| {
                info.trim_end_matches(['"', '#']).split(',').any(|word| word.trim() == "ignore")
            })
        }
        _ => false,
    })
}

/// `allow(…)` at any depth (`cfg_attr(…, allow(…))`) that names no reason.
fn allows_without_reason(tokens: &[TokenTree]) -> bool {
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        let inside = match after.first() {
            Some(TokenTree::Group(group)) => group.stream().into_iter().collect::<Vec<_>>(),
            _ => continue,
        };
        let TokenTree::Ident(name) = token else { continue };
        let has_reason = inside.iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == "reason"));
        if (name == "allow" && !has_reason) || allows_without_reason(&inside) {
            return true;
        }
    }
    false
}
