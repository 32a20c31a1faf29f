//! Action patterns: which actions `ec2:Describe*` means. Whether a pattern may stand in a policy is not judged here.

use std::iter::FusedIterator;
use std::ops::Range;

use crate::action::Action;
use crate::bytes::ACTIONS;
use crate::search;
use crate::service::{Service, service};

/// The actions whose full name (`service:Name`) matches the pattern, ignoring ASCII case: `*` is any text, also
/// none, `?` is one character. In the order of [`crate::all_actions`].
///
/// A prefix without wildcards leads straight to its service, and the plain start of the name narrows the actions of
/// that service by binary search.
///
/// ```
/// use rolecall_iam_catalog::{action_count, actions_matching};
/// let names: Vec<String> = actions_matching("sts:assumerolewith*").map(|action| action.to_string()).collect();
/// assert_eq!(names, ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"]);
/// assert_eq!(actions_matching("*").count(), action_count());
/// assert_eq!(actions_matching("ec2:NoSuchAction").count(), 0);
/// ```
pub fn actions_matching(pattern: &str) -> ActionsMatching<'_> {
    let pattern = pattern.as_bytes();
    let is_wildcard = |byte: &u8| matches!(byte, b'*' | b'?');
    let head = pattern.iter().position(|byte| *byte == b':').and_then(|at| pattern.split_at_checked(at));
    match head {
        Some((prefix, [_, name @ ..])) if !prefix.iter().any(is_wildcard) => {
            let found = std::str::from_utf8(prefix).ok().and_then(service);
            let plain = name.split(is_wildcard).next().unwrap_or_default();
            let mut range = found.map_or(0..0, |service| begin_with(service, plain));
            if plain.len() == name.len() {
                // Of the names that begin with it the name itself sorts first.
                range.end = range.end.min(range.start + 1);
            }
            // A `*` alone behind the plain start takes all that begin with it.
            let pattern = if name.strip_prefix(plain) == Some(b"*") { b"*" } else { name };
            ActionsMatching { range, pattern, within_service: true, full_name: Vec::new() }
        }
        _ => ActionsMatching { range: 0..ACTIONS.count, pattern, within_service: false, full_name: Vec::new() },
    }
}

/// The actions of the service whose names begin with `plain`.
fn begin_with(service: Service, plain: &[u8]) -> Range<u32> {
    let range = service.action_range();
    let order = |index| search::order_of_start(Action::at(index).name_bytes(), plain);
    let start = search::partition_point(range.clone(), |index| order(index).is_lt());
    let end = search::partition_point(start..range.end, |index| order(index).is_le());
    start..end
}

/// Iterator of [`actions_matching`].
#[derive(Clone, Debug)]
pub struct ActionsMatching<'p> {
    range: Range<u32>,
    pattern: &'p [u8],
    /// The pattern is for the name alone, not for `service:Name`.
    within_service: bool,
    /// What the pattern is held against, kept to allocate once.
    full_name: Vec<u8>,
}

impl Iterator for ActionsMatching<'_> {
    type Item = Action;

    fn next(&mut self) -> Option<Action> {
        let Self { range, pattern, within_service, full_name } = self;
        range.map(Action::at).find(|action| {
            if *pattern == b"*" {
                return true;
            }
            full_name.clear();
            if !*within_service {
                full_name.extend_from_slice(action.service().prefix().as_bytes());
                full_name.push(b':');
            }
            full_name.extend_from_slice(action.name_bytes());
            matches(pattern, full_name)
        })
    }

    /// At most the actions that the plain start of the pattern leaves.
    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, self.range.size_hint().1)
    }
}

impl FusedIterator for ActionsMatching<'_> {}

/// Glob match with one point of return: on a mismatch the last `*` takes one byte more. Names are ASCII, so a byte is
/// a character.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(here) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(wanted) if *wanted == b'?' || wanted.eq_ignore_ascii_case(here) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, taken)) = star else { return false };
                p = at + 1;
                t = taken + 1;
                star = Some((at, t));
            }
        }
    }
    pattern.iter().skip(p).all(|byte| *byte == b'*')
}
