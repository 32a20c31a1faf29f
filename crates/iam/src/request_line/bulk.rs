//! Reads many request lines: policies that were seen before are not read again. The cache is bounded, whatever comes.

use super::{LineError, RequestLine, from_node, read};
use crate::evaluate::{ActionFacts, PolicySet};
use crate::json::members::{self, RawMember};
use crate::json::{self};
use crate::span::{FileId, Span, Spanned};
use crate::value::{Member, Node, Value};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Policy sets kept at most.
const SLOTS: usize = 1024;
/// Policy texts longer than this are not kept, so that the cache stays below 64 MiB.
const MAX_KEPT_BYTES: usize = 64 * 1024;
/// The members of a line that hold policies.
const POLICY_MEMBERS: [&str; 7] = [
    "identityPolicies",
    "resourcePolicy",
    "permissionsBoundary",
    "sessionPolicies",
    "serviceControlPolicies",
    "resourceControlPolicies",
    "vpcEndpointPolicies",
];

/// Reads lines one after another.
#[derive(Debug)]
pub struct BulkReader {
    slots: Vec<Option<Slot>>,
}

/// A policy set with the texts that it was read from.
#[derive(Debug)]
struct Slot {
    hash: u64,
    /// Whether the resource policy was read as a trust policy, and the policy members' keys and texts.
    trust: bool,
    texts: Vec<(usize, Box<str>)>,
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
        let Some((root, policies)) = split(text) else { return read(text, facts_of) };
        let trust = super::is_trust_request(&root);
        let hash = hash(trust, &policies);
        let ways = [slot_of(hash), slot_of(hash.rotate_left(32))];
        for way in ways {
            if let Some(Some(slot)) = self.slots.get(way)
                && slot.is(hash, trust, &policies)
            {
                return from_node(&root, &|_| Ok(Arc::clone(&slot.policies)), facts_of);
            }
        }
        let line = read(text, facts_of)?;
        let size: usize = policies.iter().map(|(_, text)| text.len()).sum();
        if size <= MAX_KEPT_BYTES {
            let texts = policies.iter().map(|(member, text)| (*member, Box::from(*text))).collect();
            let slot = Slot { hash, trust, texts, policies: Arc::clone(&line.policies) };
            let free = ways.into_iter().find(|way| matches!(self.slots.get(*way), Some(None)));
            if let Some(place) = free.or(ways.first().copied()).and_then(|way| self.slots.get_mut(way)) {
                *place = Some(slot);
            }
        }
        Ok(line)
    }
}

impl Slot {
    fn is(&self, hash: u64, trust: bool, policies: &[(usize, &str)]) -> bool {
        let same = |(kept, found): (&(usize, Box<str>), &(usize, &str))| kept.0 == found.0 && *kept.1 == *found.1;
        self.hash == hash
            && self.trust == trust
            && self.texts.len() == policies.len()
            && self.texts.iter().zip(policies).all(same)
    }
}

fn slot_of(hash: u64) -> usize {
    usize::try_from(hash % SLOTS as u64).unwrap_or(0)
}

fn hash(trust: bool, policies: &[(usize, &str)]) -> u64 {
    let mut hasher = DefaultHasher::new();
    trust.hash(&mut hasher);
    for (member, text) in policies {
        member.hash(&mut hasher);
        text.hash(&mut hasher);
    }
    hasher.finish()
}

/// The line without its policies as a tree, and the texts of its policies. `None` when anything is out of the ordinary.
fn split(text: &str) -> Option<(Node, Vec<(usize, &str)>)> {
    let mut policies = Vec::new();
    let mut kept: Vec<Member> = Vec::new();
    let mut sound = true;
    members::split(text, |RawMember { key, value, offset }| {
        if let Some(member) = POLICY_MEMBERS.iter().position(|name| *name == key) {
            sound &= policies.iter().all(|(seen, _)| *seen != member);
            policies.push((member, value));
            return;
        }
        sound &= kept.iter().all(|member| member.key.value != key);
        if let Some(text) = plain_string(value) {
            kept.push(entry(key, Node::string(text, Span::new(FileId(0), offset, offset + value.len()))));
        } else {
            let read = json::read_at(FileId(0), value, offset);
            sound &= read.problems.is_empty();
            match read.node {
                Some(node) => kept.push(entry(key, node)),
                None => sound = false,
            }
        }
    })?;
    policies.sort_by_key(|(member, _)| *member);
    let root = Node::new(Value::Object(kept), Span::new(FileId(0), 0, text.len()));
    sound.then_some((root, policies))
}

fn entry(key: &str, value: Node) -> Member {
    Member { key: Spanned::new(key.to_owned(), value.span), value }
}

/// The inside of a string without escapes and control characters.
fn plain_string(value: &str) -> Option<&str> {
    let inside = value.strip_prefix('"')?.strip_suffix('"')?;
    inside.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\').then_some(inside)
}

#[cfg(test)]
mod tests;
