//! Two state machines, each `step(state, event) -> (state, effects)`: the vendor's discovery and activation of accounts,
//! and the customer's rollout of the role; and the reconciler of the rollout by stack sets, `next(what was read) -> step`. The
//! service, the rollout and the simulator all run these same machines; who makes the calls, keeps the time, draws random
//! numbers and writes the journal is elsewhere.

pub mod rollout;
pub mod stack_sets;
pub mod vendor;

pub use rolecall_core::access_check::{AccountNumber, AccountState, DurationMs, TimeMs};
