//! The fake organization: AWS Organizations, IAM, STS and CloudFormation stack sets in virtual time, enforced by the
//! evaluator of `rolecall-iam`. Requests go in with their caller, answers or AWS's errors come out, a trace is left.
//! On top of it: `play`, the vendor's service in virtual time, and `customer`,
//! the customer's automation. A `World` knows nothing of them.

pub mod account;
pub mod api;
mod authorization;
mod by_key;
pub mod caller;
pub mod checker;
pub mod cloudformation;
pub mod customer;
pub mod error;
pub mod evidence;
pub mod faults;
mod gateway;
pub mod iam;
pub mod organizations;
pub mod play;
pub mod policy;
pub mod queue;
pub mod random;
pub mod random_world;
pub mod rate;
pub mod recast;
pub mod repro;
pub mod scenario;
pub mod settings;
pub mod sts;
pub mod sweep;
pub mod text;
pub mod time;
pub mod trace;
pub mod world;

pub use world::World;

#[cfg(test)]
mod tests;
