//! AWS IAM policy documents over a spanned value tree, and an evaluator with AWS's documented semantics.
//! Pure values in, pure values out; no file, clock, network or catalogue.

pub mod action;
pub mod arn;
pub mod condition;
pub mod document;
pub mod evaluate;
pub mod glob;
pub mod json;
pub mod principal;
pub mod problem;
pub mod request_line;
pub mod source;
pub mod span;
pub mod template;
pub mod value;
