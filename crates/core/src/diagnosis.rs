//! Why an account is not served: the causes that explain what one viewpoint obtained, ranked, with the evidence for and
//! against each, and the next thing to look at. AssumeRole's denial has one text for everything, so that the cause must be
//! derived from probes, listings and readings together.
//!
//! It sees evidence and nothing else. What was not looked at is never read as absent.

mod about;
mod case;
pub mod cause;
mod clue;
pub mod evidence;
mod look;
mod outcome;
mod policy_reading;
mod preflight;
mod rank;
mod rules;
mod symptom;
mod trouble;
mod trust_reading;

pub use cause::{About, Cause, Family, Whose};
pub use evidence::{Evidence, Seen, Subject, Viewpoint};
pub use look::Look;
pub use outcome::{Conclusion, Diagnosis, Excluded, Fact, NextLook, Ranked, Weight};
pub use policy_reading::Limited;
pub use preflight::{Preflight, preflight};
pub use rank::{diagnose, diagnose_with};
pub use symptom::Symptom;
pub use trouble::{Class, class_of};

#[cfg(test)]
mod tests;
