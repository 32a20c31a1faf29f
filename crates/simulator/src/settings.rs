//! The settings of a world: how long things take, which faults are drawn. Everything is off or immediate by default, so a
//! test says what it wants; `Settings::realistic` has the figures of AWS's pages and of those who measured.

use crate::api::Api;
use crate::time::{Delay, SimSpan, SimTime};
use crate::trace::TraceLevel;
use std::collections::BTreeMap;

/// How often an API fails, in millionths of its calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultRates {
    /// Throttled, besides the rates that AWS publishes.
    pub throttled: u32,
    /// An internal error.
    pub internal: u32,
    /// No answer; half of these calls were carried out.
    pub timed_out: u32,
}

impl FaultRates {
    /// Whether nothing fails, so that nothing needs to be drawn.
    pub const fn is_none(self) -> bool {
        self.throttled == 0 && self.internal == 0 && self.timed_out == 0
    }
}

/// The settings of a world.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How much of the trace is kept.
    pub trace: TraceLevel,
    /// How long a changed role takes until STS sees it.
    pub role_propagation: Delay,
    /// How long `CreateAccount` takes.
    pub account_creation: Delay,
    /// How long after its creation an account's services begin to answer.
    pub account_readiness: Delay,
    /// How long closing an account takes.
    pub account_closing: Delay,
    /// How long a stack takes.
    pub stack: Delay,
    /// How long after a change of membership auto-deployment begins.
    pub auto_deployment: Delay,
    /// Faults for each API; what is not named has none.
    pub faults: BTreeMap<Api, FaultRates>,
    /// How often a list page comes empty with a next token, in millionths.
    pub empty_pages: u32,
    /// When the older `Status` field of accounts disappears (2026-09-09 in the real world).
    pub status_retired_at: SimTime,
    /// When the world begins, in seconds since 1970: what `aws:CurrentTime` counts from.
    pub epoch_s: i64,
    /// Whether published rates are enforced.
    pub rates: bool,
}

/// 2026-01-01T00:00:00Z.
const EPOCH_S: i64 = 1_767_225_600;

impl Default for Settings {
    fn default() -> Self {
        Self {
            trace: TraceLevel::Hash,
            role_propagation: Delay::ZERO,
            account_creation: Delay::ZERO,
            account_readiness: Delay::ZERO,
            account_closing: Delay::ZERO,
            stack: Delay::ZERO,
            auto_deployment: Delay::ZERO,
            faults: BTreeMap::new(),
            empty_pages: 0,
            status_retired_at: SimTime::NEVER,
            epoch_s: EPOCH_S,
            rates: true,
        }
    }
}

impl Settings {
    /// Delays as measured by others or named by AWS ("a few minutes"); no faults.
    pub fn realistic() -> Self {
        Self {
            role_propagation: Delay::role_propagation(),
            account_creation: Delay::Uniform(SimSpan::seconds(20), SimSpan::minutes(2)),
            account_readiness: Delay::Uniform(SimSpan::minutes(1), SimSpan::minutes(10)),
            account_closing: Delay::Uniform(SimSpan::minutes(1), SimSpan::minutes(10)),
            stack: Delay::Uniform(SimSpan::seconds(25), SimSpan::seconds(70)),
            auto_deployment: Delay::Uniform(SimSpan::seconds(30), SimSpan::minutes(3)),
            status_retired_at: SimTime::START + SimSpan::days(251),
            ..Self::default()
        }
    }
}
