//! ARNs as tuples of six segments: patterns of `Resource`, of the `Arn…` operators and of principals, and the partition
//! that they make of all ARNs. The rule is that of `rolecall_iam::evaluate` (`ArnPattern`): six segments are compared one by
//! one, the sixth holds all further colons; a pattern with fewer segments is flat text, whose `*` crosses colons.

mod walk;

use crate::bits::Bits;
use crate::text::atoms::{Atoms, Domain, OverBudget};
use crate::text::lazy::LazyText;
use crate::text::pattern::{Bindings, Class, Pattern, Token};
use crate::text::symbolic;
use rolecall_iam::template::{Syntax, TemplateError};
use std::collections::BTreeMap;
use walk::{Seen, Walk};

const PLAIN: Syntax = Syntax { wildcards: true, variables: false };

/// A flat pattern is at most so many tuples; real ones are one or two.
const MOST_ALTERNATIVES: usize = 256;

/// A pattern for ARNs, read.
#[derive(Clone, Debug)]
pub(crate) enum ArnText {
    /// Six segments.
    Segments([Pattern; 6]),
    /// Fewer: flat text.
    Flat(Pattern),
}

impl ArnText {
    /// Reads a pattern; in the first five segments variables are plain text.
    pub(crate) fn read(text: &str, variables: bool, bindings: &Bindings) -> Result<Self, TemplateError> {
        let syntax = Syntax { wildcards: true, variables };
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next();
        if let (Some(a), Some(b), Some(c), Some(d), Some(e), Some(f)) = (next(), next(), next(), next(), next(), next())
        {
            let plain = |text| Pattern::read(text, PLAIN, bindings);
            let last = Pattern::read(f, syntax, bindings)?;
            return Ok(Self::Segments([plain(a)?, plain(b)?, plain(c)?, plain(d)?, plain(e)?, last]));
        }
        Pattern::read(text, syntax, bindings).map(Self::Flat)
    }

    /// The same as patterns of flat text that begins with `arn:`: inside the first five segments wildcards stop at colons.
    /// It matches what any of them matches.
    pub(crate) fn flattened(&self) -> Vec<Pattern> {
        match self {
            Self::Segments(segments) => flattened(segments).into_iter().collect(),
            Self::Flat(pattern) if pattern.is_symbolic() => vec![pattern.clone()],
            Self::Flat(pattern) => behind_arn(pattern),
        }
    }

    /// The same as tuples; `None` when they are too many.
    fn into_tuples(self) -> Option<Vec<[Pattern; 6]>> {
        match self {
            Self::Segments(mut segments) => {
                let [first, .., last] = &mut segments;
                if !first.matches("arn") || matches!(last, Pattern::Nothing) {
                    return Some(Vec::new());
                }
                if last.is_symbolic() {
                    *last = last.cover();
                }
                Some(vec![segments])
            }
            Self::Flat(Pattern::Any) => Some(vec![std::array::from_fn(|_| Pattern::Any)]),
            Self::Flat(pattern) => tuples_of(&pattern),
        }
    }

    fn is_symbolic(&self) -> bool {
        match self {
            Self::Segments(segments) => segments.iter().any(Pattern::is_symbolic),
            Self::Flat(pattern) => pattern.is_symbolic(),
        }
    }

    /// Whether it matches the resource `*` of actions without resource-level permissions.
    pub(crate) fn matches_star(&self) -> bool {
        matches!(self, Self::Flat(pattern) if pattern.matches("*"))
    }

    /// One pattern of flat text, for comparing patterns with variables.
    pub(crate) fn as_text(&self) -> Pattern {
        match self {
            Self::Flat(pattern) => pattern.clone(),
            Self::Segments(_) => self.flattened().into_iter().next().unwrap_or(Pattern::Nothing),
        }
    }
}

/// A tuple as one pattern of text; `None` when it matches nothing.
fn flattened(segments: &[Pattern; 6]) -> Option<Pattern> {
    let [first, middle @ .., last] = segments;
    if !first.matches("arn") {
        return None;
    }
    let mut tokens: Vec<Token> = "arn".chars().map(Token::Char).collect();
    for segment in middle {
        tokens.push(Token::Char(':'));
        tokens.extend(segment.within(Class::NoColon).tokens()?);
    }
    tokens.push(Token::Char(':'));
    tokens.extend(last.tokens()?);
    Some(Pattern::from_tokens(tokens))
}

/// The part of a flat pattern that begins with `arn:`.
fn behind_arn(pattern: &Pattern) -> Vec<Pattern> {
    let Some(tokens) = pattern.tokens() else { return Vec::new() };
    let mut places = vec![0_usize];
    for character in "arn:".chars() {
        let mut next = Vec::new();
        for place in closed(&tokens, places) {
            match tokens.get(place) {
                Some(Token::Char(own)) if *own == character => next.push(place + 1),
                Some(Token::One(class)) if class.takes(character) => next.push(place + 1),
                Some(Token::Run(class)) if class.takes(character) => next.push(place),
                _ => {}
            }
        }
        places = next;
    }
    places.sort_unstable();
    places.dedup();
    let head = || "arn:".chars().map(Token::Char);
    let rest = |place: usize| tokens.get(place..).unwrap_or_default().iter().cloned();
    places.into_iter().map(|place| Pattern::from_tokens(head().chain(rest(place)).collect())).collect()
}

/// Places and those that runs lead on to.
fn closed(tokens: &[Token], mut places: Vec<usize>) -> Vec<usize> {
    let mut at = 0;
    while let Some(place) = places.get(at).copied() {
        if matches!(tokens.get(place), Some(Token::Run(_))) && !places.contains(&(place + 1)) {
            places.push(place + 1);
        }
        at += 1;
    }
    places.sort_unstable();
    places.dedup();
    places
}

/// A tuple that is being made.
#[derive(Clone, Default)]
struct Partial {
    done: Vec<Pattern>,
    tokens: Vec<Token>,
}

impl Partial {
    const fn in_last(&self) -> bool {
        self.done.len() == 5
    }

    fn push(mut self, token: Token) -> Self {
        self.tokens.push(token);
        self
    }

    fn close(mut self) -> Self {
        self.done.push(Pattern::from_tokens(std::mem::take(&mut self.tokens)));
        self
    }
}

/// A pattern of flat text on ARNs of six segments: which of its wildcards take which of the first five colons.
pub(crate) fn tuples_of(pattern: &Pattern) -> Option<Vec<[Pattern; 6]>> {
    let Some(tokens) = pattern.cover().tokens() else { return Some(Vec::new()) };
    let mut partials = vec![Partial::default()];
    for token in tokens {
        let mut next = Vec::new();
        for partial in partials {
            match &token {
                Token::Char(':') if !partial.in_last() => next.push(partial.close()),
                Token::Run(Class::Any) if !partial.in_last() => {
                    let mut here = partial.push(token.clone());
                    while !here.in_last() {
                        next.push(here.clone());
                        here = here.close().push(token.clone());
                    }
                    next.push(here);
                }
                Token::One(Class::Any) if !partial.in_last() => {
                    next.push(partial.clone().close());
                    next.push(partial.push(Token::One(Class::NoColon)));
                }
                other => next.push(partial.push(other.clone())),
            }
        }
        partials = next;
        if partials.len() > MOST_ALTERNATIVES {
            return None;
        }
    }
    let mut tuples = Vec::new();
    for partial in partials.into_iter().filter(Partial::in_last) {
        if let Ok(tuple) = <[Pattern; 6]>::try_from(partial.close().done)
            && tuple.first().is_some_and(|first| first.matches("arn"))
        {
            tuples.push(tuple);
        }
    }
    Some(tuples)
}

/// What a segment of the ARNs of a dimension may be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Segment {
    /// This text alone.
    Fixed(&'static str),
    /// A text of a domain; the example stands where no pattern says anything.
    Any(Domain, &'static str),
}

/// Patterns for the ARNs of one dimension.
#[derive(Debug)]
pub(crate) struct ArnTable {
    segments: [Segment; 6],
    /// Whether `*` is a value too.
    star: bool,
    /// By kind and text.
    numbers: BTreeMap<u8, BTreeMap<String, usize>>,
    patterns: Vec<Entry>,
    over_budget: bool,
}

#[derive(Debug)]
struct Entry {
    tuples: Vec<[Pattern; 6]>,
    matches_star: bool,
    /// The whole as text, where variables are open.
    symbolic: Option<Pattern>,
}

impl ArnTable {
    pub(crate) const fn new(segments: &[Segment; 6], star: bool) -> Self {
        Self { segments: *segments, star, numbers: BTreeMap::new(), patterns: Vec::new(), over_budget: false }
    }

    /// The number of a pattern; `kind` tells apart patterns of the same text that mean different things.
    pub(crate) fn number(
        &mut self,
        kind: u8,
        text: &str,
        read: impl FnOnce() -> Result<ArnText, TemplateError>,
    ) -> Result<usize, TemplateError> {
        if let Some(number) = self.known(kind, text) {
            return Ok(number);
        }
        let pattern = read()?;
        let matches_star = pattern.matches_star();
        let symbolic = pattern.is_symbolic().then(|| pattern.as_text());
        let tuples = pattern.into_tuples().unwrap_or_else(|| {
            self.over_budget = true;
            Vec::new()
        });
        Ok(self.add(kind, text, Entry { tuples, matches_star, symbolic }))
    }

    /// The number of a pattern for one segment, whatever the others are.
    pub(crate) fn number_of_segment(&mut self, kind: u8, text: &str, at: usize, pattern: &Pattern) -> usize {
        if let Some(number) = self.known(kind, text) {
            return number;
        }
        let mut tuple = std::array::from_fn(|_| Pattern::Any);
        if let Some(slot) = tuple.get_mut(at) {
            *slot = pattern.cover();
        }
        // A letter in front that no ARN has: it speaks of a segment and is not to be compared with patterns of ARNs.
        let marked = || std::iter::once(Token::Char('\u{f8ff}')).chain(pattern.tokens().unwrap_or_default()).collect();
        let symbolic = pattern.is_symbolic().then(|| Pattern::from_tokens(marked()));
        self.add(kind, text, Entry { tuples: vec![tuple], matches_star: false, symbolic })
    }

    fn known(&self, kind: u8, text: &str) -> Option<usize> {
        self.numbers.get(&kind)?.get(text).copied()
    }

    fn add(&mut self, kind: u8, text: &str, entry: Entry) -> usize {
        self.numbers.entry(kind).or_default().insert(text.to_owned(), self.patterns.len());
        self.patterns.push(entry);
        self.patterns.len() - 1
    }

    /// The patterns that name an account.
    pub(crate) fn naming_accounts(&self) -> Vec<usize> {
        let names =
            |tuple: &[Pattern; 6]| matches!(tuple, [_, _, _, _, Pattern::Exact(account), _] if !account.is_empty());
        let entries = self.patterns.iter().enumerate();
        entries.filter(|(_, entry)| entry.tuples.iter().any(names)).map(|(at, _)| at).collect()
    }

    /// Whether a pattern matches a value.
    pub(crate) fn matches(&self, pattern: usize, value: &str) -> bool {
        let Some(entry) = self.patterns.get(pattern) else { return false };
        if value == "*" {
            return entry.matches_star;
        }
        let fits = |tuple: &[Pattern; 6]| {
            // The patterns end exactly when the segments do.
            let mut parts = value.splitn(6, ':');
            tuple.iter().all(|pattern| parts.next().is_some_and(|part| pattern.matches(part)))
        };
        entry.symbolic.is_none() && entry.tuples.iter().any(fits)
    }

    /// For partitions that would be too large: the dimension of the ARNs as texts under constraints. `None` where a
    /// variable is open, or a pattern could not be read.
    pub(crate) fn lazy(&self, budget: u64) -> Option<LazyText> {
        if self.over_budget || self.patterns.iter().any(|entry| entry.symbolic.is_some()) {
            return None;
        }
        let some = [Token::One(Class::NoColon), Token::Run(Class::NoColon)];
        let run = [Token::Run(Class::NoColon)];
        let parts: [&[Token]; 5] = [&some, &some, &run, &run, &[Token::One(Class::Any), Token::Run(Class::Any)]];
        let mut tokens: Vec<Token> = "arn".chars().map(Token::Char).collect();
        for part in parts {
            tokens.push(Token::Char(':'));
            tokens.extend(part.iter().cloned());
        }
        Some(LazyText::new(Pattern::from_tokens(tokens), Domain::RESOURCE, budget))
    }

    /// Patterns as patterns of whole texts.
    pub(crate) fn as_texts(&self, numbers: &[usize]) -> Vec<Pattern> {
        let mut numbers = numbers.to_vec();
        numbers.sort_unstable();
        numbers.dedup();
        let entries = numbers.into_iter().filter_map(|number| self.patterns.get(number));
        entries.flat_map(|entry| &entry.tuples).filter_map(flattened).collect()
    }

    /// Whether one of these patterns matches `*`.
    pub(crate) fn match_star(&self, numbers: &[usize]) -> bool {
        numbers.iter().filter_map(|number| self.patterns.get(*number)).any(|entry| entry.matches_star)
    }

    /// Without patterns all ARNs are alike.
    fn one_atom(&self) -> Atoms {
        let usual = |segment: &Segment| match segment {
            Segment::Fixed(text) | Segment::Any(_, text) => *text,
        };
        let usual = self.segments.each_ref().map(usual).join(":");
        let star = self.star.then(|| String::from("*"));
        Atoms { sets: Vec::new(), examples: [usual].into_iter().chain(star).collect(), steps: 1 }
    }

    /// The partition of all ARNs.
    pub(crate) fn solve(&self, budget: u64) -> Result<Atoms, OverBudget> {
        if self.over_budget {
            return Err(OverBudget);
        }
        if self.patterns.is_empty() {
            return Ok(self.one_atom());
        }
        let (mut owners, mut alternatives) = (Vec::new(), Vec::new());
        for (owner, entry) in self.patterns.iter().enumerate() {
            for tuple in &entry.tuples {
                owners.push(owner);
                alternatives.push(tuple);
            }
        }
        let walk = Walk::over(&self.segments, alternatives, budget)?;
        let mut known = Seen::default();
        let mut found: Vec<(Bits, String)> = Vec::with_capacity(walk.states.len() + 1);
        for (state, alive) in walk.states.iter().enumerate() {
            let mut row = Bits::none(self.patterns.len());
            alive.iter().filter_map(|at| owners.get(at)).for_each(|owner| row.insert(*owner));
            if known.is_new(found.iter().map(|(row, _)| row), &row) {
                found.push((row, walk.text(state)));
            }
        }
        if self.star {
            let mut row = Bits::none(self.patterns.len());
            self.patterns.iter().enumerate().filter(|(_, entry)| entry.matches_star).for_each(|(at, _)| row.insert(at));
            // The resource `*` stays an atom of its own.
            found.push((row, String::from("*")));
        }
        let atoms = Atoms::from_rows(self.patterns.len(), found, walk.steps);
        if self.patterns.iter().all(|entry| entry.symbolic.is_none()) {
            return Ok(atoms);
        }
        let open = |entry: &Entry| entry.symbolic.clone().unwrap_or(Pattern::Any);
        symbolic::split(atoms, &self.patterns.iter().map(open).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests;
