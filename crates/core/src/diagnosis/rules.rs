//! When each cause is concluded: a table for each family. Their order is the order among causes of the same weight, from
//! what lies outside of the account to what stands in its role.

pub(super) mod ask;
mod membership;
mod policy;
mod role;
mod service;
mod stack_set;
mod trust;

use super::clue::Rule;

/// Every rule, in order.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    let families = [membership::RULES, service::RULES, stack_set::RULES, policy::RULES, role::RULES, trust::RULES];
    families.into_iter().flatten()
}
