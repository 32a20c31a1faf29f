//! The integration tests of this crate, one binary: each links by itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod read;
mod round_trip;
mod write;
