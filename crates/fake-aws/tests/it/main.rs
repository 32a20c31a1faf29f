//! The fake organization as programs see it: through the wire, with real clients.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    reason = "tests"
)]

mod arm;
mod aws_cli;
mod conformance;
mod faults;
mod organization;
mod organizations;
mod stack_sets;
mod statements;
