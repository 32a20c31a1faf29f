//! What parliament has and AWS lacks, and what shows only across statements: dead, shadowed and redundant ones.

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[];
