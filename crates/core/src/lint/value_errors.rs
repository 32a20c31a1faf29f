//! AWS's errors in values: ARNs, Regions, condition keys, operators and their values, variables, principals.

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[];
