//! AWS's security warnings.

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[];
