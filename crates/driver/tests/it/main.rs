//! The driver against a served organization: rollouts that are killed, calls that fail, roles that are in the way.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

#[allow(dead_code, reason = "shared with the examples")]
#[path = "../../examples/organization/mod.rs"]
mod organization;

mod diagnosis;
mod kills;
mod roles;
mod rollouts;
mod served;
mod stack_sets;
mod validate;
mod virtual_time;
