//! Texts under many patterns at once, where a partition would be too large: is there a text that matches one of each of
//! these lists and none of those? The product of the patterns' automata is explored only as far as it takes, the states
//! nearest to a solution first; states that can lead to none are dropped. Answers are remembered.
//!
//! Law (tested): an example is a text of the domain that satisfies the constraints, and where the full partition says that
//! there is one, it is found.

use super::atoms::palette;
use super::automaton::{MOST_WORDS, Machine, cost};
use super::pattern::{Pattern, Token};
use crate::bits::{Bits, Interner};
use crate::text::atoms::Domain;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// A list of patterns by number, and whether one of it must match, or none.
pub(crate) type Constraint = (u32, bool);

/// Whether constraints can be satisfied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// By this text.
    Example(String),
    /// By none.
    Nothing,
    /// The budget ended the search.
    OverBudget,
}

/// The lists of patterns of one dimension.
#[derive(Debug)]
pub(crate) struct LazyText {
    lists: RefCell<Vec<Vec<Pattern>>>,
    /// What every text matches.
    required: Pattern,
    /// The characters of texts.
    domain: Domain,
    known: RefCell<BTreeMap<Vec<Constraint>, Answer>>,
    steps: Cell<u64>,
    budget: u64,
}

impl LazyText {
    pub(crate) fn new(required: Pattern, domain: Domain, budget: u64) -> Self {
        let known = RefCell::default();
        Self { lists: RefCell::default(), required, domain, known, steps: Cell::new(0), budget }
    }

    /// The number of a list.
    pub(crate) fn number(&self, list: Vec<Pattern>) -> u32 {
        let mut lists = self.lists.borrow_mut();
        let at = lists.iter().position(|known| *known == list).unwrap_or_else(|| {
            lists.push(list);
            lists.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// The states made since the last time that this was asked.
    pub(crate) fn take_steps(&self) -> u64 {
        self.steps.take()
    }

    /// Whether a text satisfies constraints.
    pub(crate) fn holds(&self, constraints: &[Constraint], text: &str) -> bool {
        let satisfied = |constraint: &Constraint| self.satisfies(*constraint, text);
        self.required.matches(text) && self.domain.holds(text) && constraints.iter().all(satisfied)
    }

    /// Whether a text may satisfy `all`, which are `before` and one more. A text that is known for `before` often does.
    pub(crate) fn may_hold(&self, before: &[Constraint], all: &[Constraint], more: Constraint) -> bool {
        let suits = |known: &&Answer| matches!(known, Answer::Example(text) if self.satisfies(more, text));
        let known = self.known.borrow().get(before).filter(suits).cloned();
        if let Some(answer) = known {
            self.known.borrow_mut().entry(all.to_vec()).or_insert(answer);
            return true;
        }
        self.answer(all) != Answer::Nothing
    }

    fn satisfies(&self, (list, wanted): Constraint, text: &str) -> bool {
        let lists = self.lists.borrow();
        let list = lists.get(list as usize).map_or(&[][..], Vec::as_slice);
        list.iter().any(|pattern| pattern.matches(text)) == wanted
    }

    /// A text that satisfies constraints, which are sorted.
    pub(crate) fn answer(&self, constraints: &[Constraint]) -> Answer {
        // A list and its negation stand side by side.
        if constraints.iter().zip(constraints.iter().skip(1)).any(|(left, right)| left.0 == right.0) {
            return Answer::Nothing;
        }
        if let Some(known) = self.known.borrow().get(constraints) {
            return known.clone();
        }
        let answer = self.explore(constraints);
        self.known.borrow_mut().insert(constraints.to_vec(), answer.clone());
        answer
    }

    fn explore(&self, constraints: &[Constraint]) -> Answer {
        let lists = self.lists.borrow();
        let mut patterns = vec![&self.required];
        let mut goals = vec![Goal { patterns: 0..1, wanted: true }];
        for (list, wanted) in constraints {
            let from = patterns.len();
            patterns.extend(lists.get(*list as usize).into_iter().flatten());
            goals.push(Goal { patterns: from..patterns.len(), wanted: *wanted });
        }
        let product = Product { machine: Machine::new(&patterns), forms: Forms::of(&patterns), goals };
        let mut heap = BinaryHeap::new();
        let mut states = Interner::default();
        // For each state the one before, and the letter that led to it.
        let mut visited: Vec<(usize, char)> = Vec::new();
        let start = product.machine.start().clone();
        if let Some(score) = product.score(&start) {
            states.number(0, start);
            visited.push((0, ' '));
            heap.push(Reverse((score, 0_u32, 0_usize)));
        }
        while let Some(Reverse((score, length, at))) = heap.pop() {
            let Some(state) = states.get(at).cloned() else { break };
            if score == 0 && product.accepts(&state) {
                return Answer::Example(text(&visited, at));
            }
            if self.steps.get() > self.budget || states.words() > MOST_WORDS {
                return Answer::OverBudget;
            }
            let mut letters: Vec<char> =
                product.machine.live_letters(&state).filter(|letter| (self.domain.allowed)(*letter)).collect();
            let other = palette(self.domain).find(|letter| !letters.contains(letter));
            letters.extend(other);
            for letter in letters {
                let next = product.machine.step(&state, letter);
                self.steps.set(self.steps.get() + cost(&next));
                let Some(score) = product.score(&next) else { continue };
                let (number, new) = states.number(0, next);
                if new {
                    visited.push((at, letter));
                    heap.push(Reverse((score, length + 1, number)));
                }
            }
        }
        Answer::Nothing
    }
}

fn text(visited: &[(usize, char)], at: usize) -> String {
    let mut letters = Vec::new();
    let mut at = at;
    while at != 0 {
        let Some((from, letter)) = visited.get(at) else { break };
        letters.push(*letter);
        at = *from;
    }
    letters.into_iter().rev().collect()
}

/// One of these patterns has to match, or none.
struct Goal {
    patterns: std::ops::Range<usize>,
    wanted: bool,
}

/// What of each pattern is left behind each position.
struct Forms {
    /// For each pattern its first position, and for each of its positions the characters that are still needed.
    left: Vec<(usize, Vec<u32>)>,
    /// Whether a pattern that matched goes on matching.
    for_ever: Vec<bool>,
}

impl Forms {
    fn of(patterns: &[&Pattern]) -> Self {
        let (mut left, mut for_ever, mut at) = (Vec::new(), Vec::new(), 0);
        for pattern in patterns {
            let Some(tokens) = pattern.tokens() else {
                left.push((at, Vec::new()));
                for_ever.push(false);
                continue;
            };
            let mut needed = vec![0];
            for token in tokens.iter().rev() {
                let more = u32::from(!matches!(token, Token::Run(_)));
                needed.push(needed.last().copied().unwrap_or(0) + more);
            }
            needed.reverse();
            for_ever.push(matches!(tokens.last(), Some(Token::Run(class)) if *class == super::pattern::Class::Any));
            left.push((at, needed));
            at += tokens.len() + 1;
        }
        Self { left, for_ever }
    }

    /// The fewest characters that a pattern still needs; `None`: it cannot match any more.
    fn needed(&self, pattern: usize, state: &Bits) -> Option<u32> {
        let (first, needed) = self.left.get(pattern)?;
        needed.iter().enumerate().filter(|(at, _)| state.contains(first + at)).map(|(_, needed)| *needed).min()
    }
}

struct Product {
    machine: Machine,
    forms: Forms,
    goals: Vec<Goal>,
}

impl Product {
    /// How far a state is from a solution, by a guess; `None`: no solution lies behind it.
    fn score(&self, state: &Bits) -> Option<u32> {
        let mut sum = 0;
        for goal in &self.goals {
            let patterns = goal.patterns.clone();
            if goal.wanted {
                sum += patterns.filter_map(|pattern| self.forms.needed(pattern, state)).min()?;
            } else {
                let mut lost = patterns.filter(|pattern| self.forms.for_ever.get(*pattern).copied().unwrap_or(false));
                if lost.any(|pattern| self.forms.needed(pattern, state) == Some(0)) {
                    return None;
                }
            }
        }
        Some(sum)
    }

    fn accepts(&self, state: &Bits) -> bool {
        let row = self.machine.matched(state);
        self.goals.iter().all(|goal| goal.patterns.clone().any(|pattern| row.contains(pattern)) == goal.wanted)
    }
}
