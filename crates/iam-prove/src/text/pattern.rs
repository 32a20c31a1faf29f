//! One pattern of text: exact, prefix, or tokens with wildcards. Built from the same tokens as the evaluator's patterns
//! (`rolecall_iam::template`), but compared by code of its own.

use rolecall_iam::template::{Syntax, TemplateError, Token as TemplateToken, tokenize};
use std::collections::BTreeMap;

/// Which characters a wildcard takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Every character.
    Any,
    /// Every character but `:`: inside one of the first five segments of an ARN.
    NoColon,
    /// Neither `:` nor `/`: inside a name without path.
    Name,
}

impl Class {
    pub(crate) const fn takes(self, character: char) -> bool {
        match self {
            Self::Any => true,
            Self::NoColon => character != ':',
            Self::Name => character != ':' && character != '/',
        }
    }
}

/// One piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Token {
    /// This character.
    Char(char),
    /// This character (in lower case) in any case.
    AnyCase(char),
    /// One character.
    One(Class),
    /// Any run of characters, also none.
    Run(Class),
    /// The value of a context key, in lower case; what stands for an absent one.
    Variable {
        /// The key in lower case.
        key: String,
        /// What stands for an absent key.
        default: Option<String>,
    },
}

/// A pattern; the simple forms are kept apart because they need no automaton.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pattern {
    /// Everything.
    Any,
    /// This text alone.
    Exact(String),
    /// All that begins with this text.
    Prefix(String),
    /// Anything else.
    Tokens(Vec<Token>),
    /// Nothing: a variable without value.
    Nothing,
}

/// What is known of the values of variables: the value of a key, or `None` where the key is absent. Keys that are not in
/// it stay symbolic.
pub(crate) type Bindings = BTreeMap<String, Option<String>>;

/// Keys that are there with a value that is none of these.
pub(crate) type Others = BTreeMap<String, Vec<String>>;

impl Pattern {
    /// Reads a text of the policy language.
    pub(crate) fn read(text: &str, syntax: Syntax, bindings: &Bindings) -> Result<Self, TemplateError> {
        let special = |byte: u8| match byte {
            b'*' | b'?' => syntax.wildcards,
            b'$' => syntax.variables,
            _ => false,
        };
        match text.bytes().position(special) {
            None => return Ok(Self::Exact(text.to_owned())),
            Some(at) if at + 1 == text.len() && text.ends_with('*') => {
                return Ok(Self::prefix(text.get(..at).unwrap_or("")));
            }
            Some(_) => {}
        }
        let mut tokens = Vec::new();
        for token in tokenize(text, syntax)? {
            match token {
                TemplateToken::Literal(text) => tokens.extend(text.chars().map(Token::Char)),
                TemplateToken::AnyRun => tokens.push(Token::Run(Class::Any)),
                TemplateToken::AnyOne => tokens.push(Token::One(Class::Any)),
                TemplateToken::Variable { key, default } => match bindings.get(&key) {
                    Some(Some(value)) => tokens.extend(value.chars().map(Token::Char)),
                    Some(None) => match default {
                        Some(default) => tokens.extend(default.chars().map(Token::Char)),
                        None => return Ok(Self::Nothing),
                    },
                    None => tokens.push(Token::Variable { key, default }),
                },
            }
        }
        Ok(Self::from_tokens(tokens))
    }

    fn prefix(text: &str) -> Self {
        if text.is_empty() { Self::Any } else { Self::Prefix(text.to_owned()) }
    }

    /// The simplest form of these tokens.
    pub(crate) fn from_tokens(mut tokens: Vec<Token>) -> Self {
        tokens.dedup_by(|next, kept| matches!((next, kept), (Token::Run(next), Token::Run(kept)) if next == kept));
        let literal = |tokens: &[Token]| -> Option<String> {
            let one = |token: &Token| if let Token::Char(character) = token { Some(*character) } else { None };
            tokens.iter().map(one).collect()
        };
        match tokens.split_last() {
            None => Self::Exact(String::new()),
            Some((Token::Run(Class::Any), before)) => match literal(before) {
                Some(text) => Self::prefix(&text),
                None => Self::Tokens(tokens),
            },
            Some(_) => literal(&tokens).map_or(Self::Tokens(tokens), Self::Exact),
        }
    }

    /// The tokens, whatever the form.
    pub(crate) fn tokens(&self) -> Option<Vec<Token>> {
        let characters = |text: &str| text.chars().map(Token::Char).collect::<Vec<_>>();
        match self {
            Self::Any => Some(vec![Token::Run(Class::Any)]),
            Self::Exact(text) => Some(characters(text)),
            Self::Prefix(text) => {
                let mut tokens = characters(text);
                tokens.push(Token::Run(Class::Any));
                Some(tokens)
            }
            Self::Tokens(tokens) => Some(tokens.clone()),
            Self::Nothing => None,
        }
    }

    /// The same with wildcards that stay within this class.
    pub(crate) fn within(&self, class: Class) -> Self {
        let Some(mut tokens) = self.tokens() else { return Self::Nothing };
        for token in &mut tokens {
            if let Token::One(own) | Token::Run(own) = token {
                *own = class;
            }
        }
        Self::from_tokens(tokens)
    }

    /// Whether a variable without a known value stands in it.
    pub(crate) fn is_symbolic(&self) -> bool {
        matches!(self, Self::Tokens(tokens) if tokens.iter().any(|token| matches!(token, Token::Variable { .. })))
    }

    /// The keys of its variables.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        let tokens = if let Self::Tokens(tokens) = self { tokens.as_slice() } else { &[] };
        tokens
            .iter()
            .filter_map(|token| if let Token::Variable { key, .. } = token { Some(key.as_str()) } else { None })
    }

    /// A pattern without variables that matches whatever this one matches, for any values.
    pub(crate) fn cover(&self) -> Self {
        let Self::Tokens(tokens) = self else { return self.clone() };
        let wide = |token: &Token| match token {
            Token::Variable { .. } => Token::Run(Class::Any),
            other => other.clone(),
        };
        Self::from_tokens(tokens.iter().map(wide).collect())
    }

    /// Whether it matches all of `text`; a pattern with variables matches nothing here.
    pub(crate) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(exact) => exact == text,
            Self::Prefix(prefix) => text.starts_with(prefix.as_str()),
            Self::Tokens(tokens) => matches_tokens(tokens, text),
            Self::Nothing => false,
        }
    }
}

/// Patterns of fewer tokens are matched without memory of their own.
const FEW_TOKENS: usize = 128;

/// All positions in the pattern that can be reached, character by character: no backtracking.
fn matches_tokens(tokens: &[Token], text: &str) -> bool {
    if tokens.len() < FEW_TOKENS { matches_few(tokens, text) } else { matches_many(tokens, text) }
}

/// Where a token leads on a character, from its own place; `None`: nowhere.
fn led_to(token: &Token, at: usize, character: char) -> Option<usize> {
    match token {
        Token::Char(own) if *own == character => Some(at + 1),
        Token::AnyCase(own) if same_ignoring_case(*own, character) => Some(at + 1),
        Token::One(class) if class.takes(character) => Some(at + 1),
        Token::Run(class) if class.takes(character) => Some(at),
        _ => None,
    }
}

/// The positions as bits: bit `i` is the place before token `i`.
fn matches_few(tokens: &[Token], text: &str) -> bool {
    let skip_runs = |mut reached: u128| {
        let mut left = reached;
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            left &= left - 1;
            if matches!(tokens.get(at), Some(Token::Run(_))) && reached >> (at + 1) & 1 == 0 {
                reached |= 1 << (at + 1);
                left |= 1 << (at + 1);
            }
        }
        reached
    };
    let mut reached = skip_runs(1);
    for character in text.chars() {
        let (mut next, mut left) = (0_u128, reached);
        while left != 0 {
            let at = left.trailing_zeros() as usize;
            left &= left - 1;
            let to = tokens.get(at).and_then(|token| led_to(token, at, character));
            next |= to.map_or(0, |to| 1 << to);
        }
        if next == 0 {
            return false;
        }
        reached = skip_runs(next);
    }
    reached >> tokens.len() & 1 == 1
}

fn matches_many(tokens: &[Token], text: &str) -> bool {
    let mut reached = vec![false; tokens.len() + 1];
    let mut next = reached.clone();
    if let Some(start) = reached.first_mut() {
        *start = true;
    }
    skip_runs(tokens, &mut reached);
    for character in text.chars() {
        next.fill(false);
        for (at, token) in tokens.iter().enumerate().filter(|(at, _)| reached.get(*at).copied().unwrap_or(false)) {
            if let Some(slot) = led_to(token, at, character).and_then(|to| next.get_mut(to)) {
                *slot = true;
            }
        }
        skip_runs(tokens, &mut next);
        std::mem::swap(&mut reached, &mut next);
    }
    reached.last().copied().unwrap_or(false)
}

fn skip_runs(tokens: &[Token], reached: &mut [bool]) {
    for (at, token) in tokens.iter().enumerate() {
        if matches!(token, Token::Run(_))
            && reached.get(at).copied().unwrap_or(false)
            && let Some(next) = reached.get_mut(at + 1)
        {
            *next = true;
        }
    }
}

/// Whether a character is `lower` in any case, as the evaluator compares: by the lower case of both. Only characters whose
/// lower case is one character come here (`case_is_simple`).
pub(crate) fn same_ignoring_case(lower: char, character: char) -> bool {
    variants(lower).any(|variant| variant == character)
}

/// The characters whose lower case is `lower`, for ASCII: the Kelvin sign is a `k` too.
pub(crate) fn variants(lower: char) -> impl Iterator<Item = char> {
    let kelvin = (lower == 'k').then_some('\u{212a}');
    let upper = Some(lower.to_ascii_uppercase()).filter(|upper| *upper != lower);
    std::iter::once(lower).chain(upper).chain(kelvin)
}
