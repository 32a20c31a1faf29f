//! AWS's suggestions.

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[];
