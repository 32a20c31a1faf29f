//! Every call of AWS against a server that answers like AWS, wrongly, or not at all.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::match_same_arms,
    clippy::panic,
    clippy::string_slice,
    missing_docs,
    reason = "tests"
)]

mod calls;
mod content;
mod faults;
mod open;
mod paging;
mod secrets;
mod server;
