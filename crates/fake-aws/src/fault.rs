//! Which fault of the wire strikes a call: drawn for each account from a stream of its own, so that what happens to one
//! account does not depend on how fast the calls about others come.

use crate::options::WireFaults;
use rolecall_simulator::account::AccountNumber;
use rolecall_simulator::api::Api;
use rolecall_simulator::random::{EntityId, Randomness, Seed, Stream};
use std::collections::BTreeMap;
use std::time::Duration;

/// What happens to a call on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WireFault {
    None,
    CutBefore,
    CutAfter,
    ErrorBefore,
    ErrorAfter,
    Stalled(Duration),
}

impl WireFault {
    /// Whether the call reaches the world.
    pub(crate) const fn reaches(self) -> bool {
        !matches!(self, Self::CutBefore | Self::ErrorBefore)
    }
}

/// The source of faults.
#[derive(Debug)]
pub(crate) struct FaultSource {
    pub(crate) faults: WireFaults,
    random: Randomness,
    streams: BTreeMap<u64, Stream>,
    latencies: Stream,
}

impl FaultSource {
    pub(crate) fn new(faults: WireFaults, seed: Seed) -> Self {
        Self { faults, random: Randomness::new(seed), streams: BTreeMap::new(), latencies: Stream::START }
    }

    /// The fault of a call about an account.
    pub(crate) fn draw(&mut self, api: Option<Api>, account: Option<AccountNumber>) -> WireFault {
        let faults = &self.faults;
        let all = [
            (faults.cut_before, WireFault::CutBefore),
            (faults.cut_after, WireFault::CutAfter),
            (faults.error_before, WireFault::ErrorBefore),
            (faults.error_after, WireFault::ErrorAfter),
            (faults.stalled, WireFault::Stalled(faults.stall)),
        ];
        let spared = !faults.only.is_empty() && api.is_none_or(|api| !faults.only.contains(&api));
        if spared || all.iter().all(|(share, _)| *share == 0) {
            return WireFault::None;
        }
        let number = account.map_or(u64::MAX, AccountNumber::get);
        let stream = self.streams.entry(number).or_default();
        let drawn = self.random.of(EntityId::account(number), stream).below(1_000_000);
        let mut until = 0;
        for (share, fault) in all {
            until += u64::from(share);
            if drawn < until {
                return fault;
            }
        }
        WireFault::None
    }

    /// How long an answer takes.
    pub(crate) fn latency(&mut self, bounds: Option<(Duration, Duration)>) -> Duration {
        let Some((from, to)) = bounds else { return Duration::ZERO };
        let spread = u64::try_from(to.saturating_sub(from).as_micros()).unwrap_or(u64::MAX);
        let drawn = self.random.of(EntityId::other(0x6c61), &mut self.latencies).below(spread.saturating_add(1));
        from + Duration::from_micros(drawn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_kept_and_accounts_do_not_disturb_each_other() {
        let faults = WireFaults { cut_after: 200_000, error_before: 300_000, ..WireFaults::default() };
        let account = |number| Some(AccountNumber::of_last_digits(number));
        let mut alone = FaultSource::new(faults.clone(), Seed(4));
        let expected: Vec<_> = (0..2_000).map(|_| alone.draw(None, account(1))).collect();
        let mut mixed = FaultSource::new(faults, Seed(4));
        let found: Vec<_> = (0..2_000)
            .map(|turn| {
                mixed.draw(None, account(2 + turn % 5));
                mixed.draw(None, account(1))
            })
            .collect();
        assert_eq!(found, expected);
        let count = |wanted| found.iter().filter(|fault| **fault == wanted).count();
        assert!((320..480).contains(&count(WireFault::CutAfter)), "{}", count(WireFault::CutAfter));
        assert!((510..690).contains(&count(WireFault::ErrorBefore)), "{}", count(WireFault::ErrorBefore));
        assert_eq!(count(WireFault::CutBefore), 0);
    }

    #[test]
    fn only_what_is_named_is_struck() {
        let only = [Api::CreateRole].into();
        let mut source = FaultSource::new(WireFaults { cut_before: 1_000_000, only, ..WireFaults::default() }, Seed(1));
        assert_eq!(source.draw(Some(Api::GetRole), None), WireFault::None);
        assert_eq!(source.draw(None, None), WireFault::None);
        assert_eq!(source.draw(Some(Api::CreateRole), None), WireFault::CutBefore);
    }
}
