//! The crate from outside: `check` on mutated documents.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs, reason = "tests")]

mod fuzz_check;
