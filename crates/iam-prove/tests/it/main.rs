//! The crate from outside: labelled pairs, laws, compositions, sampling against the evaluator.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod cases;
mod composition;
mod corpora;
mod generate;
mod laws;
mod questions;
mod sampling;
mod summary;
mod support;
mod work;
