//! Patterns with variables whose values are not known: whether such a pattern matches is left open, for each atom and each
//! pattern, as far as nothing speaks against it. The same pattern on both sides of a question is the same open bit.
//!
//! Soundness: for any values of the variables every text belongs to one of the atoms made here, so what holds for all
//! atoms holds for all texts. The reverse is not true: an atom need not be real, which only instantiating can show.

use super::atoms::{Atoms, Domain, MOST_ATOMS, OverBudget};
use super::automaton;
use super::pattern::{Pattern, Token};
use crate::bits::Bits;

/// The budget of states for comparing two patterns.
const COMPARING: u64 = 4096;

/// Partitions a domain of texts by patterns with or without variables.
pub(crate) fn partition(patterns: &[Pattern], domain: Domain, budget: u64) -> Result<Atoms, OverBudget> {
    if !patterns.iter().any(Pattern::is_symbolic) {
        return Atoms::of(patterns, domain, budget);
    }
    let covers: Vec<Pattern> = patterns.iter().map(Pattern::cover).collect();
    split(Atoms::of(&covers, domain, budget)?, patterns)
}

/// Splits atoms that the covers of `patterns` made by what the patterns with variables may match.
pub(crate) fn split(atoms: Atoms, patterns: &[Pattern]) -> Result<Atoms, OverBudget> {
    let symbolic: Vec<usize> =
        patterns.iter().enumerate().filter(|(_, pattern)| pattern.is_symbolic()).map(|(at, _)| at).collect();
    if symbolic.is_empty() {
        return Ok(atoms);
    }
    let implied = implications(&symbolic, patterns);
    let mut rows: Vec<(Bits, String)> = Vec::new();
    for (atom, example) in atoms.examples.iter().enumerate() {
        let mut fixed = Bits::none(patterns.len());
        let mut open = Vec::new();
        for (pattern, set) in atoms.sets.iter().enumerate().filter(|(_, set)| set.contains(atom)) {
            debug_assert!(set.contains(atom));
            if symbolic.contains(&pattern) { open.push(pattern) } else { fixed.insert(pattern) }
        }
        let mut choices = vec![fixed];
        for pattern in open {
            let with = |row: &Bits| {
                let mut row = row.clone();
                row.insert(pattern);
                row
            };
            let more: Vec<Bits> = choices.iter().map(with).collect();
            choices.extend(more);
            if choices.len() + rows.len() > MOST_ATOMS {
                return Err(OverBudget);
            }
        }
        let possible = |row: &Bits| implied.iter().all(|(from, to)| !row.contains(*from) || row.contains(*to));
        rows.extend(choices.into_iter().filter(possible).map(|row| (row, example.clone())));
    }
    Ok(Atoms::from_rows(patterns.len(), rows, atoms.steps))
}

/// Pairs of patterns of which the first matches nothing that the second does not, whatever the values. A variable is
/// taken as a letter of its own: what holds for letters holds for every text put in their place.
fn implications(symbolic: &[usize], patterns: &[Pattern]) -> Vec<(usize, usize)> {
    let mut names: Vec<Token> = Vec::new();
    let mut implied = Vec::new();
    for from in symbolic {
        for to in symbolic.iter().filter(|to| *to != from) {
            let (Some(left), Some(right)) = (patterns.get(*from), patterns.get(*to)) else { continue };
            let pair = [with_letters(left, &mut names), with_letters(right, &mut names)];
            let Ok(atoms) = automaton::partition(&pair, Domain::TEXT, COMPARING) else { continue };
            if let [left, right] = atoms.sets.as_slice()
                && left.is_subset(right)
            {
                implied.push((*from, *to));
            }
        }
    }
    implied
}

fn with_letters(pattern: &Pattern, names: &mut Vec<Token>) -> Pattern {
    let Some(tokens) = pattern.tokens() else { return Pattern::Nothing };
    let letter = |token: Token| {
        if !matches!(token, Token::Variable { .. }) {
            return token;
        }
        let at = names.iter().position(|name| *name == token).unwrap_or_else(|| {
            names.push(token);
            names.len() - 1
        });
        // The private use area: no policy text is expected to hold these, and one that does only loses the comparison.
        let code = u32::try_from(at).unwrap_or(0) + 0xf_0000;
        Token::Char(char::from_u32(code).unwrap_or('\u{e000}'))
    };
    Pattern::from_tokens(tokens.into_iter().map(letter).collect())
}
