//! Relations between two patterns with `*` and `?`: whether one covers the other, whether they have a text in common.
//! They are compared as plain texts; for ARNs that is an over-approximation of IAM's comparison by segments.

use rolecall_iam::glob;

/// Patterns whose lengths multiplied exceed this are not compared: the cautious answer is given instead.
const STEPS_MAX: usize = 1 << 22;

/// Whether every text that `inner` matches is surely matched by `outer` as well. Both must be in the same case.
pub fn covers(outer: &str, inner: &str) -> bool {
    if outer == inner || outer == "*" {
        return true;
    }
    // What stands before the first wildcard must stand in `inner` literally; most pairs differ there.
    let literal = outer.find(['*', '?']).unwrap_or(outer.len());
    let (prefix, rest) = outer.split_at_checked(literal).unwrap_or((outer, ""));
    if rest.is_empty() || !inner.starts_with(prefix) {
        return false;
    }
    if rest == "*" {
        return true;
    }
    if !glob::has_wildcard(inner) {
        return glob::matches(outer, inner);
    }
    let (outer, inner): (Vec<char>, Vec<char>) = (outer.chars().collect(), inner.chars().collect());
    if too_long(&outer, &inner) {
        return false;
    }
    // `row` says for each start in `inner` whether the rest of `outer` covers the rest of `inner`; from the end.
    let mut row = vec![false; inner.len() + 1];
    if let Some(last) = row.last_mut() {
        *last = true;
    }
    for wanted in outer.iter().rev() {
        row = covers_row(*wanted, &inner, &row);
    }
    row.first().copied().unwrap_or(false)
}

fn covers_row(wanted: char, inner: &[char], below: &[bool]) -> Vec<bool> {
    let mut row = vec![false; inner.len() + 1];
    let mut behind = false;
    for at in (0..=inner.len()).rev() {
        let skipped = below.get(at + 1).copied().unwrap_or(false);
        let found = inner.get(at).copied();
        let here = match (wanted, found) {
            ('*', _) => below.get(at).copied().unwrap_or(false) || (found.is_some() && behind),
            // A `?` takes exactly one character: a `*` of the other side may be any number.
            ('?', Some(found)) => found != '*' && skipped,
            (wanted, Some(found)) => found == wanted && found != '*' && found != '?' && skipped,
            (_, None) => false,
        };
        if let Some(cell) = row.get_mut(at) {
            *cell = here;
        }
        behind = here;
    }
    row
}

/// Whether some text may be matched by both patterns. Both must be in the same case.
pub fn overlap(left: &str, right: &str) -> bool {
    if left == right || left == "*" || right == "*" {
        return true;
    }
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if too_long(&left, &right) {
        return true;
    }
    // Which positions of `right` can be reached after so many characters of `left`.
    let mut reached = vec![false; right.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    spread(&mut reached, &right);
    for character in &left {
        reached = overlap_row(*character, &right, &reached);
        if !reached.contains(&true) {
            return false;
        }
    }
    reached.last().copied().unwrap_or(false)
}

/// A `*` on the right may match nothing.
fn spread(reached: &mut [bool], right: &[char]) {
    for (at, character) in right.iter().enumerate() {
        if *character == '*'
            && reached.get(at).copied().unwrap_or(false)
            && let Some(next) = reached.get_mut(at + 1)
        {
            *next = true;
        }
    }
}

fn overlap_row(character: char, right: &[char], before: &[bool]) -> Vec<bool> {
    let mut row = vec![false; right.len() + 1];
    if character == '*' {
        // Any run of the right side, wildcards included.
        let mut open = false;
        for (cell, was) in row.iter_mut().zip(before) {
            open = open || *was;
            *cell = open;
        }
        return row;
    }
    for (at, other) in right.iter().enumerate() {
        if !before.get(at).copied().unwrap_or(false) {
            continue;
        }
        let next = match *other {
            '*' => Some(at),
            '?' => Some(at + 1),
            other if character == '?' || character == other => Some(at + 1),
            _ => None,
        };
        if let Some(cell) = next.and_then(|next| row.get_mut(next)) {
            *cell = true;
        }
    }
    spread(&mut row, right);
    row
}

fn too_long(left: &[char], right: &[char]) -> bool {
    left.len().saturating_mul(right.len()) > STEPS_MAX
}

/// A resource with its policy variables widened to `*`: it matches whatever a variable may stand for.
pub fn widen_variables(resource: &str) -> String {
    let mut out = String::with_capacity(resource.len());
    let mut rest = resource;
    while let Some((before, behind)) = rest.split_once("${") {
        out.push_str(before);
        out.push('*');
        match behind.split_once('}') {
            Some((_, after)) => rest = after,
            None => return out,
        }
    }
    out.push_str(rest);
    out
}
