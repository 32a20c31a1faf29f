//! The partition of a domain of texts by a list of patterns: texts that no pattern tells apart are one atom, each with an
//! example. With it every set of texts that the patterns can describe is a set of atoms, and comparing sets is bit work.
//!
//! Law (tested): for every text of the domain there is exactly one atom that the same patterns match, and every atom's
//! example is such a text.

use super::automaton;
use super::laminar;
use super::pattern::Pattern;
use crate::bits::Bits;
use std::borrow::Borrow;

/// The texts that count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Domain {
    /// What every text begins with.
    pub(crate) prefix: &'static str,
    /// Exactly so many characters, where that is fixed.
    pub(crate) length: Option<usize>,
    /// The fewest characters.
    pub(crate) least: usize,
    /// The characters that occur behind the prefix.
    pub(crate) allowed: fn(char) -> bool,
}

const fn every(_: char) -> bool {
    true
}

const fn no_colon(character: char) -> bool {
    character != ':'
}

const fn no_wildcard(character: char) -> bool {
    !matches!(character, '*' | '?')
}

const fn digit(character: char) -> bool {
    character.is_ascii_digit()
}

const fn action_name(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || matches!(character, '-' | '_' | '.')
}

const fn principal_name(character: char) -> bool {
    !matches!(character, ':' | '*' | '?')
}

const fn user_name(character: char) -> bool {
    !matches!(character, ':' | '*' | '?' | '/')
}

impl Domain {
    /// Any text.
    pub(crate) const TEXT: Self = Self { prefix: "", length: None, least: 0, allowed: every };
    /// Any text but the empty one: the values of multi-valued keys.
    pub(crate) const SOME_TEXT: Self = Self { least: 1, ..Self::TEXT };
    /// One of the first five segments of an ARN.
    pub(crate) const SEGMENT: Self = Self { allowed: no_colon, ..Self::TEXT };
    /// The same, not empty: partition, service.
    pub(crate) const SOME_SEGMENT: Self = Self { least: 1, ..Self::SEGMENT };
    /// The sixth segment of a resource: no wildcards stand in requests.
    pub(crate) const RESOURCE: Self = Self { least: 1, allowed: no_wildcard, ..Self::TEXT };
    /// Twelve digits.
    pub(crate) const ACCOUNT: Self = Self { prefix: "", length: Some(12), least: 12, allowed: digit };
    /// The name of an action behind its service, in lower case.
    pub(crate) const ACTION_NAME: Self = Self { least: 1, allowed: action_name, ..Self::TEXT };
    /// `user/…`.
    pub(crate) const USER: Self = Self { prefix: "user/", length: None, least: 6, allowed: principal_name };
    /// The name of a user, without its path.
    pub(crate) const USER_NAME: Self = Self { prefix: "", length: None, least: 1, allowed: user_name };
    /// `role/…`.
    pub(crate) const ROLE: Self = Self { prefix: "role/", length: None, least: 6, allowed: principal_name };

    /// Whether a text belongs to it.
    pub(crate) fn holds(&self, text: &str) -> bool {
        let count = text.chars().count();
        let rest = text.strip_prefix(self.prefix);
        rest.is_some_and(|rest| rest.chars().all(self.allowed))
            && count >= self.least
            && self.length.is_none_or(|length| count == length)
    }
}

/// Characters for texts that no pattern asks for, the most readable ones first.
const PALETTE: &str = "xyzwvabcdefghijklmnopqrstu0123456789XYZABCDEFGHIJKLMNOPQRSTUVW-_.=,@+/ ~!#%&;<>^|éλж中";

/// The characters of a domain that may stand for "any other".
pub(crate) fn palette(domain: Domain) -> impl Iterator<Item = char> {
    // So many that no list of patterns asks for all of them.
    PALETTE.chars().chain('\u{4e00}'..='\u{9fa5}').filter(move |character| (domain.allowed)(*character))
}

/// The atoms that a list of patterns makes.
#[derive(Clone, Debug)]
pub(crate) struct Atoms {
    /// For each pattern the atoms that it matches.
    pub(crate) sets: Vec<Bits>,
    /// For each atom an example.
    pub(crate) examples: Vec<String>,
    /// States that were looked at to find them.
    pub(crate) steps: u64,
}

/// The work was more than the budget allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OverBudget;

/// The most atoms that one dimension may have.
pub(crate) const MOST_ATOMS: usize = 1 << 16;

impl Atoms {
    /// Partitions `domain` by patterns without variables.
    pub(crate) fn of<P: Borrow<Pattern>>(patterns: &[P], domain: Domain, budget: u64) -> Result<Self, OverBudget> {
        if patterns.iter().all(|pattern| !matches!(pattern.borrow(), Pattern::Tokens(_)))
            && let Some(atoms) = laminar::partition(patterns, domain)
        {
            return Ok(atoms);
        }
        automaton::partition(patterns, domain, budget)
    }

    pub(crate) const fn len(&self) -> usize {
        self.examples.len()
    }

    /// From the patterns that match each atom to the atoms of each pattern.
    pub(crate) fn from_rows(patterns: usize, rows: impl IntoIterator<Item = (Bits, String)>, steps: u64) -> Self {
        let (rows, examples): (Vec<Bits>, Vec<String>) = rows.into_iter().unzip();
        let mut sets = vec![Bits::none(rows.len()); patterns];
        for (atom, row) in rows.iter().enumerate() {
            for pattern in row.iter() {
                if let Some(set) = sets.get_mut(pattern) {
                    set.insert(atom);
                }
            }
        }
        Self { sets, examples, steps }
    }
}
