//! The end-to-end suite: adapters and rendered role code against a LocalStack that runs. It shows that calls have the shape
//! that a server understands; whether access is right it cannot show (`localstack/README.md`).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    missing_docs,
    reason = "tests"
)]

mod aws_cli;
mod cloudformation;
mod organizations;
mod place;
mod role;
mod roles;
mod rollout;
mod terraform;
