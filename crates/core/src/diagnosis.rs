//! Why an account is not served: the causes that explain what one viewpoint obtained, ranked, with the evidence for and
//! against each, and the next thing to look at. AssumeRole's denial has one text for everything, so that the cause must be
//! derived from probes, listings and readings together.
//!
//! It sees evidence and nothing else. What was not looked at is never read as absent.

mod about;
pub mod cause;
pub mod evidence;

pub use cause::{About, Cause, Family, Whose};
pub use evidence::{Evidence, Seen, Subject, Viewpoint};

#[cfg(test)]
mod tests;
