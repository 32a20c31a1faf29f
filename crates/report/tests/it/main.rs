//! The formats of reports, checked against schemas, hand-computed positions and readers, then against golden files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    missing_docs,
    reason = "tests"
)]

mod evidence;
mod github;
mod golden;
mod human;
mod json;
mod junit;
mod markdown;
mod never_panics;
mod prove;
mod repro;
mod sample;
mod sarif;
mod validate;
