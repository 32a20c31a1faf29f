//! The fake organization: AWS Organizations, IAM, STS and CloudFormation stack sets in virtual time, enforced by the
//! evaluator of `rolecall-iam`. Requests go in with their caller, answers or AWS's errors come out, a trace is left.
//! Scenarios, the vendor, the customer's automation and the checker stand on top of it and are not part of it.

pub mod account;
pub mod api;
mod authorization;
pub mod caller;
pub mod cloudformation;
pub mod error;
mod gateway;
pub mod iam;
pub mod organizations;
pub mod policy;
pub mod queue;
pub mod random;
pub mod rate;
pub mod settings;
pub mod sts;
pub mod text;
pub mod time;
pub mod trace;
pub mod world;

pub use world::World;

#[cfg(test)]
mod tests;
