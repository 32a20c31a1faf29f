//! STS: AssumeRole and GetCallerIdentity. Whether a role opens is decided by the evaluator of `rolecall-iam` over the
//! trust, the caller's policies, SCPs and RCPs; the answer for everything that does not open is the same.

mod assume;
mod decide;
mod nowhere;

pub use assume::{AssumeRole, Identity};
pub(crate) use decide::Memory;

#[cfg(test)]
mod tests;
