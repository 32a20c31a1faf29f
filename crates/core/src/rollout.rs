//! What a rollout will do, decided from what was read beforehand: for each account the intent, what would stop it, and what
//! could not be judged; the calls that it makes; the policies that whoever makes them needs. Reading is the driver's; what is
//! done is decided by the machine of `rolecall-lifecycle`, which reads each account again.

pub mod calls;
mod decide;
mod limits;
pub mod operator;
mod shape;
mod waves;

#[cfg(test)]
mod tests;

pub use decide::{
    Decision, Found, Inside, Intent, LeftOut, Obstacle, OnCollision, Reading, Rules, Standing, SurveyedAccount, decide,
};
pub use limits::{Levels, LimitDocument, Limits};
pub use shape::shape;
pub use waves::{Parents, WaveRule, wave_of};
