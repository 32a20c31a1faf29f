//! The rollout against accounts of a small world: tables for the rules, and random runs with crashes at any point.

mod limits;
mod random;
mod rules;
mod world;
