//! A policy document checked as every policy type.
#![no_main]

#[path = "../check_body.rs"]
mod check_body;

libfuzzer_sys::fuzz_target!(|text: &str| check_body::check(text));
