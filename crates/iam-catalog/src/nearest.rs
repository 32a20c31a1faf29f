//! "Did you mean": the service or action that a mistyped name stands for. Whether a name is a mistake, others judge.

use std::ops::Range;

use crate::action::{Action, all_actions};
use crate::service::{Service, service, services};

/// The service whose prefix is nearest to `prefix`, when it is near: at most a third of the characters changed,
/// inserted, deleted or swapped. Of equally near ones the first.
///
/// ```
/// use rolecall_iam_catalog::nearest_service;
/// assert_eq!(nearest_service("organisations").map(|service| service.prefix()), Some("organizations"));
/// assert_eq!(nearest_service("something-else-altogether"), None);
/// ```
pub fn nearest_service(prefix: &str) -> Option<Service> {
    nearest(prefix, services().map(|service| (service, service.prefix())))
}

/// The action that `full` (`service:Name`) most likely means: a near name in its service; else the same name where
/// only one service has it; else a near name in the nearest service.
///
/// ```
/// use rolecall_iam_catalog::nearest_action;
/// let meant = |text| nearest_action(text).map(|action| action.to_string());
/// assert_eq!(meant("ec2:DescribeInstance").as_deref(), Some("ec2:DescribeInstances"));
/// assert_eq!(meant("cloudwatch:FilterLogEvents").as_deref(), Some("logs:FilterLogEvents"));
/// assert_eq!(meant("organisations:ListAccount").as_deref(), Some("organizations:ListAccounts"));
/// assert_eq!(meant("ec2:SomethingElseAltogether"), None);
/// ```
pub fn nearest_action(full: &str) -> Option<Action> {
    let (prefix, name) = full.split_once(':')?;
    let within = |service: Service| nearest(name, service.actions().map(|action| (action, action.name())));
    service(prefix)
        .and_then(within)
        .or_else(|| only_elsewhere(name))
        .or_else(|| nearest_service(prefix).and_then(within))
}

/// The action of this name, when just one service has one.
fn only_elsewhere(name: &str) -> Option<Action> {
    let mut same = all_actions().filter(|action| action.name_bytes().eq_ignore_ascii_case(name.as_bytes()));
    same.next().filter(|_| same.next().is_none())
}

/// Longer texts are not names: comparing them would cost time and find nothing.
const LENGTH_MAX: usize = 128;

/// Rows up to this length stand on the stack.
const FEW: usize = 48;

fn nearest<T>(wanted: &str, candidates: impl Iterator<Item = (T, &'static str)>) -> Option<T> {
    if wanted.len() > LENGTH_MAX {
        return None;
    }
    let mut nearest: Option<(usize, T)> = None;
    for (item, name) in candidates {
        let near = wanted.len().max(name.len()) / 3;
        let limit = match &nearest {
            // Of equally near ones the first stays.
            Some((0, _)) => break,
            Some((distance, _)) => near.min(distance - 1),
            None => near,
        };
        if let Some(distance) = distance_within(wanted, name, limit) {
            nearest = Some((distance, item));
        }
    }
    nearest.map(|(_, item)| item)
}

/// The number of bytes to change, insert, delete or swap with their neighbour to make one text of the other, ignoring
/// ASCII case and touching no place twice, if it is no more than `limit`. Steps grow with length times `limit`.
///
/// ```
/// use rolecall_iam_catalog::distance_within;
/// assert_eq!(distance_within("aws:SuorceIp", "aws:SourceIP", 2), Some(1));
/// assert_eq!(distance_within("aws:SourceIp", "aws:SourceArn", 2), None);
/// ```
pub fn distance_within(left: &str, right: &str, limit: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > limit {
        return None;
    }
    let (left, right) = without_same_ends(left.as_bytes(), right.as_bytes());
    // A byte that only one side has costs one change, insertion or deletion.
    let (own, other) = (letters(left), letters(right));
    if (own & !other).count_ones().max((other & !own).count_ones()) as usize > limit {
        return None;
    }
    let width = right.len() + 1;
    // Most names are short: their rows need no allocation.
    let mut few = [[far(limit); FEW]; 3];
    let mut many = Vec::new();
    let [older, old, row] = &mut few;
    let mut rows: [&mut [usize]; 3] = if width <= FEW {
        [older, old, row]
    } else {
        many.resize(3 * width, far(limit));
        let (older, rest) = many.split_at_mut(width);
        let (old, row) = rest.split_at_mut(width);
        [older, old, row]
    };
    let [_, first, _] = &mut rows;
    (0..).zip(first.iter_mut()).for_each(|(column, cell)| *cell = column);
    for at in 0..left.len() {
        // What is further from the diagonal than the limit is out of reach.
        let columns = (at + 1).saturating_sub(limit)..width.min(at + 2 + limit);
        if fill_row(&mut rows, (left, right), at, columns, limit) > limit {
            return None;
        }
        rows.rotate_left(1);
    }
    let [_, last, _] = &rows;
    last.get(width - 1).copied().filter(|distance| *distance <= limit)
}

/// The two texts without what they begin and end with alike, which changes nothing in their distance.
fn without_same_ends<'t>(left: &'t [u8], right: &'t [u8]) -> (&'t [u8], &'t [u8]) {
    let same = |(left, right): &(&u8, &u8)| left.eq_ignore_ascii_case(right);
    let start = left.iter().zip(right).take_while(same).count();
    let (left, right) = (left.get(start..).unwrap_or_default(), right.get(start..).unwrap_or_default());
    let end = left.iter().rev().zip(right.iter().rev()).take_while(same).count();
    (left.get(..left.len() - end).unwrap_or_default(), right.get(..right.len() - end).unwrap_or_default())
}

/// The bytes of a text as bits; some share one.
fn letters(text: &[u8]) -> u64 {
    text.iter().fold(0, |letters, byte| letters | 1 << (byte.to_ascii_lowercase() & 0x3F))
}

/// More than the limit, and more stays more.
const fn far(limit: usize) -> usize {
    limit + 1
}

/// Fills the last of three rows for the byte `at` of the left text; the least number in it.
fn fill_row(
    [older, old, row]: &mut [&mut [usize]; 3],
    (left, right): (&[u8], &[u8]),
    at: usize,
    columns: Range<usize>,
    limit: usize,
) -> usize {
    let same = |left: Option<&u8>, right: Option<&u8>| match (left, right) {
        (Some(left), Some(right)) => left.eq_ignore_ascii_case(right),
        _ => false,
    };
    let cell = |row: &[usize], column: Option<usize>| column.and_then(|at| row.get(at)).copied().unwrap_or(far(limit));
    let mut before = far(limit);
    let mut least = far(limit);
    if let Some(edge) = columns.start.checked_sub(1).and_then(|edge| row.get_mut(edge)) {
        *edge = far(limit);
    }
    for column in columns {
        let (here, previous) = (column.checked_sub(1), column.checked_sub(2));
        let own = left.get(at);
        let mut least_here = (cell(old, Some(column)) + 1).min(before + 1);
        if let Some(behind) = here {
            least_here = least_here.min(cell(old, here) + usize::from(!same(own, right.get(behind))));
        } else {
            least_here = least_here.min(at + 1);
        }
        if let (Some(above), Some(back)) = (at.checked_sub(1), previous)
            && same(left.get(above), here.and_then(|here| right.get(here)))
            && same(own, right.get(back))
        {
            least_here = least_here.min(cell(older, previous) + 1);
        }
        if let Some(place) = row.get_mut(column) {
            *place = least_here.min(far(limit));
        }
        before = least_here;
        least = least.min(least_here);
    }
    least
}

#[cfg(test)]
mod tests {
    use super::distance_within;

    /// Every text of up to five of the letters `a` and `b`.
    fn texts() -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..5 {
            let until = all.len();
            for at in from..until {
                for letter in ['a', 'b'] {
                    all.push(format!("{}{letter}", all[at]));
                }
            }
            from = until;
        }
        all
    }

    #[test]
    fn agrees_with_strsim_within_the_limit() {
        let texts = texts();
        for (left, right) in texts.iter().flat_map(|left| texts.iter().map(move |right| (left, right))) {
            let expected = strsim::osa_distance(left, right);
            for limit in 0..6 {
                let wanted = (expected <= limit).then_some(expected);
                assert_eq!(distance_within(left, right, limit), wanted, "{left} {right} {limit}");
            }
        }
    }
}
