//! Tests of the `rolecall` program as a whole: every command through the real binary, on fixtures and on broken ones.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    missing_docs,
    reason = "tests"
)]

mod broken;
mod check;
mod diagnose;
mod evaluate;
mod external_id;
mod gate;
mod init;
mod parliament;
mod program;
mod prove;
mod readme;
mod render;
mod repro;
mod review;
mod rollout;
mod served;
mod simulate;
mod texts;
mod validate;
