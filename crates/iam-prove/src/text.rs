//! Text dimensions: patterns with wildcards and variables, and the finite partition of all texts that a list of patterns
//! makes. What the patterns stand in (actions, ARNs, condition keys) is known elsewhere.

pub(crate) mod atoms;
pub(crate) mod automaton;
pub(crate) mod laminar;
pub(crate) mod lazy;
pub(crate) mod pattern;
pub(crate) mod symbolic;

#[cfg(test)]
mod tests;
