//! Patterns of text compiled for matching: globs with variables, and ARN patterns compared by segment.
//! The one rule for resource patterns stands here ([`ArnPattern`]) and nowhere else.

use super::context::Context;
use crate::arn::segments;
use crate::glob;
use crate::template::{Syntax, TemplateError, Token, tokenize};

/// A text with wildcards and variables, in the form that matches fastest.
#[derive(Clone, Debug)]
pub(super) enum TextPattern {
    /// Matches everything.
    Any,
    /// This text alone.
    Exact(String),
    /// Everything that begins with this text.
    Prefix(String),
    /// Wildcards, no variables.
    Glob(String),
    /// Variables, with or without wildcards.
    Template(Vec<Token>),
}

/// A piece of a template with its variables replaced.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Text(&'a str),
    AnyRun,
    AnyOne,
}

/// Templates with at most this many pieces are matched without allocating.
const PIECES_ON_STACK: usize = 16;

impl TextPattern {
    /// Compiles a text.
    ///
    /// # Errors
    /// When a variable is malformed.
    pub(super) fn new(text: &str, syntax: Syntax) -> Result<Self, TemplateError> {
        let special = text.bytes().position(|byte| syntax.is_special(byte));
        Ok(match (special, text.strip_suffix('*')) {
            (None, _) => Self::Exact(text.to_owned()),
            (Some(0), Some("")) => Self::Any,
            (Some(at), Some(prefix)) if at == prefix.len() => Self::Prefix(prefix.to_owned()),
            (Some(_), _) => Self::from_tokens(tokenize(text, syntax)?),
        })
    }

    fn from_tokens(tokens: Vec<Token>) -> Self {
        if tokens.iter().any(|token| matches!(token, Token::Variable { .. })) {
            return Self::Template(tokens);
        }
        match tokens.as_slice() {
            [] => Self::Exact(String::new()),
            [Token::AnyRun] => Self::Any,
            [Token::Literal(text)] => Self::Exact(text.clone()),
            [Token::Literal(text), Token::AnyRun] => Self::Prefix(text.clone()),
            // A literal may hold `*` or `?` through `${*}`: only templates keep them apart.
            tokens if tokens.iter().any(has_literal_wildcard) => Self::Template(tokens.to_vec()),
            tokens => Self::Glob(tokens.iter().map(token_text).collect()),
        }
    }

    /// Whether it matches all of `text`. A variable without value matches nothing
    /// (`reference_policies_variables`, "Policy variables with no value").
    pub(super) fn matches(&self, text: &str, context: &Context) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(exact) => exact == text,
            Self::Prefix(prefix) => text.as_bytes().starts_with(prefix.as_bytes()),
            Self::Glob(pattern) => glob::matches(pattern, text),
            Self::Template(tokens) => {
                with_pieces(tokens, context, |pieces| match_pieces(pieces, text)).unwrap_or(false)
            }
        }
    }

    /// The same without case; for `StringEqualsIgnoreCase`, whose patterns have no wildcards.
    pub(super) fn equals_ignore_case(&self, text: &str, context: &Context) -> bool {
        let equal = |parts: &mut dyn Iterator<Item = &str>| {
            parts.flat_map(str::chars).flat_map(char::to_lowercase).eq(text.chars().flat_map(char::to_lowercase))
        };
        match self {
            Self::Exact(exact) => exact.eq_ignore_ascii_case(text) || equal(&mut std::iter::once(exact.as_str())),
            Self::Template(tokens) => with_pieces(tokens, context, |pieces| {
                equal(&mut pieces.iter().map(|piece| match piece {
                    Piece::Text(text) => *text,
                    Piece::AnyRun => "*",
                    Piece::AnyOne => "?",
                }))
            })
            .unwrap_or(false),
            Self::Any | Self::Prefix(_) | Self::Glob(_) => false,
        }
    }
}

fn has_literal_wildcard(token: &Token) -> bool {
    matches!(token, Token::Literal(text) if glob::has_wildcard(text))
}

fn token_text(token: &Token) -> &str {
    match token {
        Token::Literal(text) => text,
        Token::AnyRun => "*",
        Token::AnyOne => "?",
        Token::Variable { .. } => "",
    }
}

/// Replaces the variables and hands the pieces on; `None` when a variable has no value.
fn with_pieces<T>(tokens: &[Token], context: &Context, then: impl FnOnce(&[Piece<'_>]) -> T) -> Option<T> {
    let mut on_stack = [Piece::AnyOne; PIECES_ON_STACK];
    let mut on_heap;
    let pieces = if let Some(pieces) = on_stack.get_mut(..tokens.len()) {
        pieces
    } else {
        on_heap = vec![Piece::AnyOne; tokens.len()];
        on_heap.as_mut_slice()
    };
    for (slot, token) in pieces.iter_mut().zip(tokens) {
        *slot = match token {
            Token::Literal(text) => Piece::Text(text),
            Token::AnyRun => Piece::AnyRun,
            Token::AnyOne => Piece::AnyOne,
            Token::Variable { key, default } => Piece::Text(variable_value(key, default.as_deref(), context)?),
        };
    }
    Some(then(pieces))
}

/// The value of a variable. "You can't use a multivalued condition key as a variable": such a key has no value here.
fn variable_value<'a>(key: &str, default: Option<&'a str>, context: &'a Context) -> Option<&'a str> {
    match context.get(key) {
        Some(entry) if !entry.is_multi_valued() => entry.first(),
        Some(_) => None,
        None => default,
    }
}

/// Wildcard matching over pieces; greedy with one point of return, as `glob`.
fn match_pieces(pieces: &[Piece<'_>], text: &str) -> bool {
    // The pieces behind the last `*`, and the text that it has not swallowed yet.
    let mut retry: Option<(&[Piece<'_>], &str)> = None;
    let (mut left, mut rest) = (pieces, text);
    loop {
        let failed = match left.split_first() {
            None if rest.is_empty() => return true,
            None => true,
            Some((Piece::AnyRun, behind)) => {
                retry = Some((behind, rest));
                left = behind;
                continue;
            }
            Some((Piece::AnyOne, behind)) => {
                let mut characters = rest.chars();
                let missing = characters.next().is_none();
                (left, rest) = (behind, characters.as_str());
                missing
            }
            Some((Piece::Text(expected), behind)) => match rest.strip_prefix(expected) {
                Some(remaining) => {
                    (left, rest) = (behind, remaining);
                    false
                }
                None => true,
            },
        };
        if failed {
            let Some((behind, from)) = retry else { return false };
            let mut characters = from.chars();
            if characters.next().is_none() {
                return false;
            }
            retry = Some((behind, characters.as_str()));
            (left, rest) = (behind, characters.as_str());
        }
    }
}

/// A pattern for ARNs, as in `Resource` and in the `Arn…` operators.
///
/// **The rule** (inferred: AWS's pages contradict each other, its labelled examples come out right only so): the six
/// colon-separated segments are compared one by one, each with its own wildcards; the sixth holds all further colons.
/// A pattern with fewer than six segments (`*`, `arn:aws:s3:*`) is compared as flat text: there a `*` crosses colons.
#[derive(Clone, Debug)]
pub(super) enum ArnPattern {
    Flat(TextPattern),
    Segments {
        /// The first segments, as far as they have no wildcard, each with its colon.
        head: Box<str>,
        /// The other ones with their index, the resource first; without those that are `*`.
        rest: Box<[(usize, TextPattern)]>,
    },
}

impl ArnPattern {
    /// Compiles a pattern. In the first five segments variables are plain text: they "can [be used] only in the resource
    /// portion of the ARN … after the fifth colon" (`reference_policies_variables`).
    ///
    /// # Errors
    /// When a variable is malformed.
    pub(super) fn new(text: &str, variables: bool) -> Result<Self, TemplateError> {
        let syntax = Syntax { wildcards: true, variables };
        let Some(segments) = segments(text) else { return Ok(Self::Flat(TextPattern::new(text, syntax)?)) };
        let [firsts @ .., resource] = segments;
        let literal = firsts.iter().take_while(|segment| !glob::has_wildcard(segment));
        let head: String = literal.clone().flat_map(|segment| [segment, ":"]).collect();
        let mut rest = vec![(firsts.len(), TextPattern::new(resource, syntax)?)];
        for (index, segment) in firsts.into_iter().enumerate().skip(literal.count()) {
            rest.push((index, TextPattern::new(segment, Syntax { wildcards: true, variables: false })?));
        }
        rest.retain(|(_, pattern)| !matches!(pattern, TextPattern::Any));
        Ok(Self::Segments { head: head.into(), rest: rest.into() })
    }

    pub(super) fn matches(&self, text: &SplitArn<'_>, context: &Context) -> bool {
        match self {
            Self::Flat(pattern) => pattern.matches(text.text, context),
            Self::Segments { head, rest } => text.segments.is_some_and(|segments| {
                // The resource differs most often: it is compared first.
                let matches = |(index, pattern): &(usize, TextPattern)| {
                    segments.get(*index).is_some_and(|segment| pattern.matches(segment, context))
                };
                rest.iter().all(matches) && text.text.as_bytes().starts_with(head.as_bytes())
            }),
        }
    }
}

/// A text split at its first five colons, once, to be compared with many patterns.
#[derive(Clone, Copy, Debug)]
pub(super) struct SplitArn<'a> {
    text: &'a str,
    /// `None` when it has fewer than five colons.
    segments: Option<[&'a str; 6]>,
}

impl<'a> SplitArn<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, segments: segments(text) }
    }
}

/// A `Resource` value compiled on its own, for callers that ask about a pattern and not about a request.
#[derive(Clone, Debug)]
pub struct ResourcePattern(ArnPattern);

impl ResourcePattern {
    /// Compiles a pattern without variables.
    pub fn new(text: &str) -> Self {
        // Without variables nothing can be malformed; were it ever, the pattern stands for itself.
        Self(ArnPattern::new(text, false).unwrap_or_else(|_| ArnPattern::Flat(TextPattern::Exact(text.to_owned()))))
    }

    /// Whether the pattern matches a resource (an ARN or `*`).
    pub fn matches(&self, resource: &str) -> bool {
        self.0.matches(&SplitArn::new(resource), &Context::new())
    }
}

/// Whether a `Resource` value without variables matches a resource.
pub fn resource_matches(pattern: &str, resource: &str) -> bool {
    ResourcePattern::new(pattern).matches(resource)
}
