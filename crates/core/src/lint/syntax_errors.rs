//! AWS's errors of syntax and structure: elements, types, forms, SCP and trust-policy syntax, sizes.

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[];
