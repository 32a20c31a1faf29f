//! The crate from outside: evaluation cases, laws, allocations.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod allocations;
mod chain_laws;
mod evaluation;
mod fuzz_bodies;
mod laws;
