//! What a run simulates: organizations of the vendor's customers, accounts that join over time, a pipeline that brings the
//! role into each, and what disturbs them. Every field is a parameter by which a sweep may vary.

use crate::time::{Delay, SimSpan};
use std::num::NonZeroU32;

/// When new accounts are created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrivals {
    /// So many, each at a moment of its own, uniform over the horizon.
    Uniform,
    /// So many on average: a Poisson process.
    Poisson,
    /// So many, at even distances.
    Even,
}

/// When the first discovery tick of an organization is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Uniform in the first interval, drawn for each organization and run.
    Random,
    /// So long after the beginning.
    At(SimSpan),
}

/// How ticks are performed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ticks {
    /// Lazy where that gives the same, naive elsewhere.
    Auto,
    /// Every call.
    Naive,
}

/// A model of the customers and their automation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// How many organizations there are.
    pub organizations: u16,
    /// Members of each at the beginning, with the role.
    pub accounts: u32,
    /// Accounts that each organization creates over the horizon.
    pub new_accounts: u32,
    /// When.
    pub arrivals: Arrivals,
    /// How long accounts are created, leave and move.
    pub horizon: SimSpan,
    /// How long the run goes on afterwards, so that what began can end.
    pub settle: SimSpan,
    /// From the creation of an account to the role written into it.
    pub latency: Delay,
    /// How often the pipeline never delivers, in millionths.
    pub failure: u32,
    /// From the role written to the role seen by STS.
    pub propagation: Delay,
    /// From one discovery tick to the next.
    pub discovery_interval: SimSpan,
    /// The first of them.
    pub phase: Phase,
    /// For so long after an account was first seen a failed check is repeated before it counts.
    pub propagation_window: SimSpan,
    /// Active accounts are checked at every so-many-th tick.
    pub recheck_every: NonZeroU32,
    /// Share of the first members that leave in a year, in millionths; as many accounts are created instead.
    pub churn: u32,
    /// Share of the first members that are moved to another unit in a year, in millionths: the role is deleted at once, and the
    /// pipeline brings it again.
    pub moves: u32,
    /// How often AssumeRole, GetCallerIdentity and ListAccounts are throttled, in millionths.
    pub throttled: u32,
    /// How often they fail or give no answer, in millionths.
    pub faults: u32,
    /// How long the answer to a probe takes.
    pub probe_latency: Delay,
    /// How long the answer to a page of a listing takes.
    pub listing_latency: Delay,
    /// How ticks are performed.
    pub ticks: Ticks,
}

/// A year: 365 days.
pub(super) const YEAR: SimSpan = SimSpan::days(365);

impl Default for Model {
    /// A hundred accounts that come over a month, by a pipeline of 40 ± 15 minutes.
    fn default() -> Self {
        Self {
            organizations: 1,
            accounts: 0,
            new_accounts: 100,
            arrivals: Arrivals::Uniform,
            horizon: SimSpan::days(30),
            settle: SimSpan::days(1),
            latency: Delay::Normal(SimSpan::minutes(40), SimSpan::minutes(15)),
            failure: 0,
            propagation: Delay::ZERO,
            discovery_interval: SimSpan::hours(1),
            phase: Phase::Random,
            propagation_window: SimSpan::ZERO,
            recheck_every: NonZeroU32::MIN.saturating_add(23),
            churn: 0,
            moves: 0,
            throttled: 0,
            faults: 0,
            probe_latency: Delay::ZERO,
            listing_latency: Delay::ZERO,
            ticks: Ticks::Auto,
        }
    }
}

/// Why a model cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// There would be nothing to look at.
    #[error("`{0}` is zero: expected one at least")]
    Zero(&'static str),
    /// Shares that are more than everything.
    #[error("`throttled` and `faults` are together more than 100 %: lower one of them")]
    TooManyFaults,
    /// More accounts than numbers.
    #[error(
        "{0} accounts are more than the {MAX_ACCOUNTS} that a run can have: lower `accounts`, `new-accounts` or `organizations`"
    )]
    TooManyAccounts(u64),
}

/// Of all organizations together, those at the beginning and the new ones each.
pub(super) const MAX_ACCOUNTS: u64 = 50_000_000;

impl Model {
    /// Whether it can be run.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub fn check(&self) -> Result<(), ModelError> {
        if self.organizations == 0 {
            return Err(ModelError::Zero("organizations"));
        }
        if self.discovery_interval == SimSpan::ZERO {
            return Err(ModelError::Zero("discovery-interval"));
        }
        if self.horizon == SimSpan::ZERO {
            return Err(ModelError::Zero("horizon"));
        }
        if self.throttled.saturating_add(self.faults) > 1_000_000 {
            return Err(ModelError::TooManyFaults);
        }
        let accounts = u64::from(self.accounts.max(self.new_accounts)).saturating_mul(u64::from(self.organizations));
        if accounts > MAX_ACCOUNTS {
            return Err(ModelError::TooManyAccounts(accounts));
        }
        Ok(())
    }

    /// When the run ends.
    pub(super) const fn end(&self) -> SimSpan {
        SimSpan(self.horizon.0.saturating_add(self.settle.0))
    }

    /// A yearly share as one of the horizon.
    pub(super) fn over_horizon(&self, yearly: u32) -> u32 {
        let share = u128::from(yearly) * u128::from(self.horizon.0) / u128::from(YEAR.0);
        u32::try_from(share.min(1_000_000)).unwrap_or(1_000_000)
    }

    /// Whether the vendor's calls neither fail nor take time.
    pub(super) fn is_exact(&self) -> bool {
        let instant = |delay: &Delay| *delay == Delay::ZERO;
        self.throttled == 0 && self.faults == 0 && instant(&self.probe_latency) && instant(&self.listing_latency)
    }
}
