//! The general path: all patterns as one non-deterministic automaton whose states are bits (shift-and), made
//! deterministic on the way. Only the letters that a state waits for are tried, and one that nobody waits for.

use super::atoms::{Atoms, Domain, MOST_ATOMS, OverBudget, palette};
use super::pattern::{Class, Pattern, Token, variants};
use crate::bits::{Bits, Interner};
use std::borrow::Borrow;
use std::collections::BTreeMap;

/// Patterns side by side; bit `i` means "the tokens before `i` are matched".
pub(crate) struct Machine {
    /// Letters with the positions that wait for them, sorted.
    letters: Vec<(char, Bits)>,
    /// Positions of one-character wildcards and of runs, by class, as far as there are any.
    ones: Vec<(Class, Bits)>,
    runs: Vec<(Class, Bits)>,
    all_runs: Bits,
    /// Whether a run can follow a run: only where their classes differ.
    runs_meet: bool,
    start: Bits,
    /// The position behind the last token of each pattern; `None` for one that matches nothing.
    ends: Vec<Option<usize>>,
    /// Letters that a class leaves out, and that therefore behave unlike other letters.
    special: Vec<char>,
}

impl Machine {
    pub(crate) fn new<P: Borrow<Pattern>>(patterns: &[P]) -> Self {
        let tokens: Vec<Option<Vec<Token>>> = patterns.iter().map(|pattern| pattern.borrow().tokens()).collect();
        let size = tokens.iter().flatten().map(|tokens| tokens.len() + 1).sum();
        let none = || Bits::none(size);
        let classes = || [(Class::Any, none()), (Class::NoColon, none()), (Class::Name, none())];
        let (mut ones, mut runs, mut start, mut all_runs) = (classes(), classes(), none(), none());
        let mut runs_meet = false;
        let mut letters: BTreeMap<char, Bits> = BTreeMap::new();
        let mut ends = Vec::with_capacity(patterns.len());
        let mut at = 0;
        for tokens in tokens {
            let Some(tokens) = tokens else {
                ends.push(None);
                continue;
            };
            start.insert(at);
            runs_meet |= tokens.windows(2).any(|pair| matches!(pair, [Token::Run(_), Token::Run(_)]));
            for token in &tokens {
                let mut letter = |character: char| letters.entry(character).or_insert_with(none).insert(at);
                match token {
                    Token::Char(character) => letter(*character),
                    Token::AnyCase(lower) => variants(*lower).for_each(letter),
                    Token::One(class) => insert(&mut ones, *class, at),
                    Token::Run(class) => {
                        insert(&mut runs, *class, at);
                        all_runs.insert(at);
                    }
                    // Variables are taken out before (`cover`, `symbolic`).
                    Token::Variable { .. } => {}
                }
                at += 1;
            }
            ends.push(Some(at));
            at += 1;
        }
        let used = |class: Class| ones.iter().chain(&runs).any(|(own, bits)| *own == class && !bits.is_empty());
        let mut special = Vec::new();
        if used(Class::NoColon) || used(Class::Name) {
            special.push(':');
        }
        if used(Class::Name) {
            special.push('/');
        }
        let used = |classes: [(Class, Bits); 3]| classes.into_iter().filter(|(_, bits)| !bits.is_empty()).collect();
        let (ones, runs, letters) = (used(ones), used(runs), letters.into_iter().collect());
        let mut machine = Self { letters, ones, runs, all_runs, runs_meet, start: none(), ends, special };
        machine.skip_runs(&mut start);
        machine.start = start;
        machine
    }

    pub(crate) const fn start(&self) -> &Bits {
        &self.start
    }

    /// Before a run one may also stand behind it.
    fn skip_runs(&self, state: &mut Bits) {
        // Runs of different classes can follow each other, so once may not be enough.
        loop {
            let mut skipped = state.clone();
            skipped.meet(&self.all_runs);
            shift(&mut skipped);
            let done = !self.runs_meet || skipped.is_subset(state);
            state.join(&skipped);
            if done {
                return;
            }
        }
    }

    /// The state after one more character.
    pub(crate) fn step(&self, state: &Bits, character: char) -> Bits {
        let mut next = Bits::none(state.size());
        if let Ok(at) = self.letters.binary_search_by_key(&character, |(letter, _)| *letter)
            && let Some((_, waiting)) = self.letters.get(at)
        {
            next.join(waiting);
        }
        for (class, positions) in &self.ones {
            if class.takes(character) {
                next.join(positions);
            }
        }
        next.meet(state);
        shift(&mut next);
        for (class, positions) in &self.runs {
            if class.takes(character) {
                let mut stay = positions.clone();
                stay.meet(state);
                next.join(&stay);
            }
        }
        self.skip_runs(&mut next);
        next
    }

    /// The letters that lead somewhere of their own from here; all others behave alike.
    pub(crate) fn live_letters(&self, state: &Bits) -> impl Iterator<Item = char> {
        let waited_for =
            self.letters.iter().filter(|(_, waiting)| waiting.intersects(state)).map(|(letter, _)| *letter);
        let taken = |special: char| {
            self.letters.iter().any(|(letter, waiting)| *letter == special && waiting.intersects(state))
        };
        waited_for.chain(self.special.iter().copied().filter(move |special| !taken(*special)))
    }

    /// The patterns that match what has been read.
    pub(crate) fn matched(&self, state: &Bits) -> Bits {
        let mut row = Bits::none(self.ends.len());
        for (pattern, end) in self.ends.iter().enumerate() {
            if end.is_some_and(|end| state.contains(end)) {
                row.insert(pattern);
            }
        }
        row
    }
}

fn insert(classes: &mut [(Class, Bits); 3], class: Class, at: usize) {
    for (own, bits) in classes {
        if *own == class {
            bits.insert(at);
        }
    }
}

/// Moves every bit one up.
fn shift(bits: &mut Bits) {
    let mut carry = 0;
    for word in bits.words_mut() {
        let next = *word >> 63;
        *word = *word << 1 | carry;
        carry = next;
    }
}

/// The way to a state.
struct Visited {
    from: usize,
    letter: char,
    length: usize,
}

/// The most room that the states of one exploration may take, in words of 8 bytes: 32 MB, and as much again for
/// the way to each and for growing.
pub(super) const MOST_WORDS: usize = 1 << 22;

/// What making one state costs, in steps: wide ones cost more.
pub(super) fn cost(state: &Bits) -> u64 {
    1 + state.words().len() as u64 / 8
}

/// Explores all texts of the domain, shortest first.
pub(crate) fn partition<P: Borrow<Pattern>>(patterns: &[P], domain: Domain, budget: u64) -> Result<Atoms, OverBudget> {
    let machine = Machine::new(patterns);
    let mut start = machine.start().clone();
    for character in domain.prefix.chars() {
        start = machine.step(&start, character);
    }
    let mut explored = Explored {
        machine: &machine,
        domain,
        states: Interner::default(),
        visited: Vec::new(),
        rows: BTreeMap::new(),
        order: 0,
    };
    let prefix_length = domain.prefix.chars().count();
    let mut steps = cost(&start);
    explored.states.number(explored.depth(prefix_length), start);
    explored.visited.push(Visited { from: 0, letter: ' ', length: prefix_length });
    explored.accept(0, None);
    let mut at = 0;
    while let (Some(here), Some(state)) = (explored.visited.get(at), explored.states.get(at).cloned()) {
        let length = here.length + 1;
        if domain.length.is_some_and(|fixed| length > fixed) {
            at += 1;
            continue;
        }
        for letter in explored.letters(&state) {
            let next = machine.step(&state, letter);
            steps += cost(&next);
            let (place, new) = explored.states.number(explored.depth(length), next);
            if new {
                explored.visited.push(Visited { from: at, letter, length });
                explored.accept(place, None);
            } else {
                // The empty text is a poor example where a letter does as well.
                explored.accept(place, Some((at, letter)));
            }
        }
        at += 1;
        if explored.states.len() as u64 > budget || explored.order > MOST_ATOMS || explored.states.words() > MOST_WORDS
        {
            return Err(OverBudget);
        }
    }
    let mut rows: Vec<(usize, Bits, String)> =
        explored.rows.into_iter().map(|(row, (number, example))| (number, row, example)).collect();
    rows.sort_unstable_by_key(|(number, ..)| *number);
    Ok(Atoms::from_rows(patterns.len(), rows.into_iter().map(|(_, row, example)| (row, example)), steps))
}

struct Explored<'m> {
    machine: &'m Machine,
    domain: Domain,
    states: Interner,
    /// For each state.
    visited: Vec<Visited>,
    /// The atoms found, by the patterns that match them.
    rows: BTreeMap<Bits, (usize, String)>,
    /// How many they are.
    order: usize,
}

impl Explored<'_> {
    /// What of the length tells states apart: all of it where it is fixed, else whether the text is long enough.
    fn depth(&self, length: usize) -> u32 {
        let told = if self.domain.length.is_some() { length } else { length.min(self.domain.least) };
        u32::try_from(told).unwrap_or(u32::MAX)
    }

    fn letters(&self, state: &Bits) -> Vec<char> {
        let mut letters: Vec<char> =
            self.machine.live_letters(state).filter(|letter| (self.domain.allowed)(*letter)).collect();
        let other = palette(self.domain).find(|letter| !letters.contains(letter));
        letters.extend(other);
        letters
    }

    /// Notes the atom of a state, if texts end there; `last` is another way to it.
    fn accept(&mut self, place: usize, last: Option<(usize, char)>) {
        let (Some(visited), Some(state)) = (self.visited.get(place), self.states.get(place)) else { return };
        if visited.length < self.domain.least || self.domain.length.is_some_and(|fixed| visited.length != fixed) {
            return;
        }
        if last.is_some() && visited.length > 0 {
            return;
        }
        let row = self.machine.matched(state);
        let better = self.rows.get(&row).is_none_or(|(_, example)| example.is_empty());
        if !better {
            return;
        }
        let example =
            last.map_or_else(|| self.text(place), |(from, letter)| self.text(from) + letter.encode_utf8(&mut [0; 4]));
        if let Some((_, known)) = self.rows.get_mut(&row) {
            *known = example;
        } else {
            self.rows.insert(row, (self.order, example));
            self.order += 1;
        }
    }

    fn text(&self, place: usize) -> String {
        let mut letters = Vec::new();
        let mut at = place;
        while at != 0 {
            let Some(visited) = self.visited.get(at) else { break };
            letters.push(visited.letter);
            at = visited.from;
        }
        let rest: String = letters.into_iter().rev().collect();
        format!("{}{rest}", self.domain.prefix)
    }
}
