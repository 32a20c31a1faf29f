//! Our own lints for vendor roles: escalation paths, credentials, data, confused deputies, ambiguous patterns.

use super::Lint;

/// The lints of this group.
pub static ALL: &[&Lint] = &[];
