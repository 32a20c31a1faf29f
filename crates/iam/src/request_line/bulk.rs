//! Reads many request lines: policies that were seen before are not read again. The cache is bounded, whatever comes.

use super::raw::Raw;
use super::{LineError, Member, RequestLine, from_members, read};
use crate::evaluate::{ActionFacts, PolicySet};
use std::sync::Arc;

/// Policy sets kept at most.
const SLOTS: usize = 1024;
/// Policy texts longer than this are not kept, so that the cache stays below 64 MiB.
const MAX_KEPT_BYTES: usize = 64 * 1024;

/// Reads lines one after another.
#[derive(Debug)]
pub struct BulkReader {
    slots: Vec<Option<Slot>>,
}

/// A policy set with the texts that it was read from.
#[derive(Debug)]
struct Slot {
    hash: u64,
    /// Whether the resource policy was read as a trust policy.
    trust: bool,
    texts: Box<[(Member, Box<str>)]>,
    policies: Arc<PolicySet>,
}

impl Default for BulkReader {
    fn default() -> Self {
        Self { slots: (0..SLOTS).map(|_| None).collect() }
    }
}

impl BulkReader {
    /// A reader that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads one line; the same answer as [`read`](super::read).
    ///
    /// # Errors
    /// When the line is no request.
    pub fn read(&mut self, text: &str, facts_of: impl Fn(&str) -> ActionFacts) -> Result<RequestLine, LineError> {
        let line =
            Raw::split(text).and_then(|line| from_members(&line, |trust| self.policies(&line, trust), &facts_of).ok());
        // Whatever went wrong, the plain way says it.
        line.map_or_else(|| read(text, facts_of), Ok)
    }

    /// The policies of a line: those of an earlier line with the same texts, else read and kept.
    fn policies(&mut self, line: &Raw<'_>, trust: bool) -> Result<Arc<PolicySet>, LineError> {
        let hash = hash(trust, line);
        let ways = [slot_of(hash), slot_of(hash.rotate_left(32))];
        for way in ways {
            if let Some(Some(slot)) = self.slots.get(way)
                && slot.is(hash, trust, line)
            {
                return Ok(Arc::clone(&slot.policies));
            }
        }
        let policies = Arc::new(super::policies(line, trust)?);
        let size: usize = line.policies().map(|(_, text)| text.len()).sum();
        if size <= MAX_KEPT_BYTES {
            let texts = line.policies().map(|(member, text)| (member, Box::from(text))).collect();
            let slot = Slot { hash, trust, texts, policies: Arc::clone(&policies) };
            let free = ways.into_iter().find(|way| matches!(self.slots.get(*way), Some(None)));
            if let Some(place) = free.or(ways.first().copied()).and_then(|way| self.slots.get_mut(way)) {
                *place = Some(slot);
            }
        }
        Ok(policies)
    }
}

impl Slot {
    fn is(&self, hash: u64, trust: bool, line: &Raw<'_>) -> bool {
        let kept = self.texts.iter().map(|(member, text)| (*member, text.as_ref()));
        self.hash == hash && self.trust == trust && kept.eq(line.policies())
    }
}

fn slot_of(hash: u64) -> usize {
    usize::try_from(hash % SLOTS as u64).unwrap_or(0)
}

/// Spreads policy texts over the slots. Texts made to collide push each other out of the cache, no more: a slot is taken
/// for a line only when its whole texts are the same.
fn hash(trust: bool, line: &Raw<'_>) -> u64 {
    let mut state = u64::from(trust);
    for (member, text) in line.policies() {
        state = mixed(state, member as u64);
        let (words, rest) = text.as_bytes().as_chunks();
        for word in words {
            state = mixed(state, u64::from_le_bytes(*word));
        }
        for byte in rest {
            state = mixed(state, u64::from(*byte));
        }
    }
    state ^ (state >> 32)
}

/// One word more. The factor is 2⁶⁴ divided by the golden ratio, made odd.
const fn mixed(state: u64, word: u64) -> u64 {
    (state.rotate_left(23) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests;
