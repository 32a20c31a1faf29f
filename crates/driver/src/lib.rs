//! Performs the effects of the lifecycle in real time: the journal of a rollout in SQLite, the loop around the rollout's
//! machine, the role's calls through AWS's APIs, the stack set that does the same for thousands of accounts, pacing. What is
//! decided is decided in `rolecall-lifecycle`; what one call is and what its answer means is in `rolecall-aws`.

mod attachments;
pub mod aws_accounts;
pub mod clock;
pub mod diagnosis;
pub mod journal;
pub mod pace;
pub mod planned;
pub mod role_calls;
pub mod runner;
pub mod sessions;
pub mod stack_sets;
pub mod summary;
pub mod survey;
pub mod trouble;
pub mod validate;
pub mod vendor_access;
pub mod wanted;
