//! The vendor's machine against a small world: tables for the rules, a random world for what must always hold, and counts
//! for what a tick costs.

mod cost;
mod equivalence;
mod organizations;
mod random;
mod rules;
mod world;
