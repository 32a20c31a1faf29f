//! "Did you mean": the service or action that a mistyped name stands for. Whether a name is a mistake, others judge.

use strsim::osa_distance;

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

fn nearest<T>(wanted: &str, candidates: impl Iterator<Item = (T, &'static str)>) -> Option<T> {
    if wanted.len() > LENGTH_MAX {
        return None;
    }
    let wanted = wanted.to_ascii_lowercase();
    let length = wanted.chars().count();
    let near = candidates.filter_map(|(item, name)| {
        let limit = length.max(name.len()) / 3;
        if length.abs_diff(name.len()) > limit {
            return None;
        }
        let distance = osa_distance(&wanted, &name.to_ascii_lowercase());
        (distance <= limit).then_some((distance, item))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, item)| item)
}
