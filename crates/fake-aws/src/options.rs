//! The options of a server: who holds which key, how time passes, what goes wrong on the wire.

use crate::identity::KeyHolder;
use rolecall_simulator::api::Api;
use rolecall_simulator::random::Seed;
use rolecall_simulator::rate::Rate;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

/// What goes wrong on the wire, besides the faults that the world's own settings have; in millionths of the calls. Which
/// calls are struck is drawn from the seed for each account that is called about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WireFaults {
    /// The connection is cut, and nothing was done.
    pub cut_before: u32,
    /// The connection is cut, and the call had its effect.
    pub cut_after: u32,
    /// HTTP 500, and nothing was done.
    pub error_before: u32,
    /// HTTP 500, and the call had its effect.
    pub error_after: u32,
    /// The call has its effect at once, the answer comes after `stall`.
    pub stalled: u32,
    /// How long a stalled answer takes.
    pub stall: Duration,
    /// Only these APIs are struck; empty: all.
    pub only: BTreeSet<Api>,
}

/// The options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOptions {
    /// What keys, request IDs and faults are drawn from.
    pub seed: Seed,
    /// Access keys and their holders. A key of twelve digits is the administrator of that account in any case.
    pub keys: BTreeMap<String, KeyHolder>,
    /// How many virtual seconds pass in a real one: 1 by default, 0 stops the clock (`Server::advance` moves it).
    pub clock_factor: u32,
    /// Whether the world's calendar is set so that its time is the real one at the start. SDKs compare the expiry of
    /// credentials with the real clock, so that sessions of another calendar are unusable.
    pub real_calendar: bool,
    /// How often an account may call the APIs of IAM that write. AWS publishes no figure: none by default.
    pub iam_write_rate: Option<Rate>,
    /// How long each answer takes, at least and at most.
    pub latency: Option<(Duration, Duration)>,
    /// What goes wrong on the wire.
    pub faults: WireFaults,
    /// A file to which each call is appended as a line of JSON.
    pub log_file: Option<PathBuf>,
    /// Whether calls are kept in memory for `Server::calls`.
    pub keep_calls: bool,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            seed: Seed(1),
            keys: BTreeMap::new(),
            clock_factor: 1,
            real_calendar: true,
            iam_write_rate: None,
            latency: None,
            faults: WireFaults::default(),
            log_file: None,
            keep_calls: true,
        }
    }
}
