//! How fast calls go out: a token bucket for each class of calls, by AWS's published rates where there are any. Buckets
//! belong to the account that calls, as AWS's do; one that is asked hands out its tokens in the order of the asking.

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use rolecall_aws::{Operation, Pace, Service};
use std::collections::BTreeMap;
use std::future::Future;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often calls may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Calls in 1,000 seconds.
    pub calls_per_1000_s: NonZeroU32,
    /// How many may come at once.
    pub burst: NonZeroU32,
}

impl Rate {
    /// A rate; less than one call in 1,000 s, or none at once, is taken as one.
    pub const fn new(calls_per_1000_s: u32, burst: u32) -> Self {
        Self { calls_per_1000_s: at_least_one(calls_per_1000_s), burst: at_least_one(burst) }
    }

    fn quota(self) -> Quota {
        let period = Duration::from_secs(1_000) / self.calls_per_1000_s.get();
        // A period is zero for more than 10^12 calls in 1,000 s alone, which no `u32` holds.
        Quota::with_period(period).unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(self.burst)
    }
}

const fn at_least_one(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// Calls that share a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Sts,
    IamRead,
    IamWrite,
    Organizations(Operation),
    CloudFormation,
}

/// The rates of one calling account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rates {
    /// STS: 600 a second for each calling account and Region (IAM user guide, `reference_iam-quotas`, read 2026-11). A tenth
    /// of it at once, so that a start leaves room for others who call with the same account.
    pub sts: Rate,
    /// Calls of IAM that read. AWS publishes no figure: a careful one.
    pub iam_read: Rate,
    /// Calls of IAM that write. AWS publishes no figure: a careful one.
    pub iam_write: Rate,
    /// Calls of Organizations that are not in `organizations`. A careful figure.
    pub organizations_other: Rate,
    /// Calls of Organizations by their own rates (Organizations user guide, `orgs_reference_limits`, read 2026-11).
    pub organizations: BTreeMap<&'static str, Rate>,
    /// CloudFormation. AWS publishes no figure: a careful one.
    pub cloudformation: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            sts: Rate::new(600_000, 60),
            iam_read: Rate::new(20_000, 40),
            iam_write: Rate::new(10_000, 20),
            organizations_other: Rate::new(1_000, 2),
            organizations: BTreeMap::from([
                ("organizations:ListAccounts", Rate::new(8_000, 12)),
                ("organizations:DescribeAccount", Rate::new(20_000, 30)),
                ("organizations:ListParents", Rate::new(5_000, 8)),
                // In the same listing as ListAccounts, of which it is a part (inferred to have its rate).
                ("organizations:ListAccountsForParent", Rate::new(8_000, 12)),
                ("organizations:ListRoots", Rate::new(1_000, 2)),
                ("organizations:CreateAccount", Rate::new(100, 3)),
            ]),
            cloudformation: Rate::new(2_000, 10),
        }
    }
}

impl Rates {
    /// Without waiting: for endpoints that are not AWS, which have no published rates.
    pub fn none() -> Self {
        let none = Rate::new(u32::MAX, u32::MAX);
        Self {
            sts: none,
            iam_read: none,
            iam_write: none,
            organizations_other: none,
            organizations: BTreeMap::new(),
            cloudformation: none,
        }
    }

    fn class(operation: Operation) -> Class {
        match operation.service() {
            Service::Sts => Class::Sts,
            Service::Iam if is_reading(operation) => Class::IamRead,
            Service::Iam => Class::IamWrite,
            Service::Organizations => Class::Organizations(operation),
            Service::CloudFormation => Class::CloudFormation,
        }
    }

    fn of(&self, class: Class) -> Rate {
        match class {
            Class::Sts => self.sts,
            Class::IamRead => self.iam_read,
            Class::IamWrite => self.iam_write,
            Class::Organizations(operation) => {
                self.organizations.get(operation.name()).copied().unwrap_or(self.organizations_other)
            }
            Class::CloudFormation => self.cloudformation,
        }
    }
}

/// IAM's names say what a call does.
fn is_reading(operation: Operation) -> bool {
    ["Get", "List", "Simulate"].iter().any(|prefix| operation.action().starts_with(prefix))
}

/// The buckets of one calling account.
pub struct AccountPace {
    rates: Arc<Rates>,
    buckets: Mutex<BTreeMap<Class, Arc<Bucket>>>,
}

/// A bucket. The lock hands its turns out in order; without it all who wait would wake for each token.
struct Bucket {
    turn: tokio::sync::Mutex<()>,
    tokens: DefaultDirectRateLimiter,
}

impl AccountPace {
    /// Full buckets.
    pub fn new(rates: Arc<Rates>) -> Self {
        Self { rates, buckets: Mutex::default() }
    }

    fn bucket(&self, operation: Operation) -> Arc<Bucket> {
        let class = Rates::class(operation);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(class).or_insert_with(|| {
            let tokens = RateLimiter::direct(self.rates.of(class).quota());
            Arc::new(Bucket { turn: tokio::sync::Mutex::new(()), tokens })
        });
        Arc::clone(bucket)
    }
}

impl Pace for AccountPace {
    fn admit<'a>(&'a self, operation: Operation) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        let bucket = self.bucket(operation);
        Box::pin(async move {
            let _turn = bucket.turn.lock().await;
            bucket.tokens.until_ready().await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    /// How many calls of a rate go out at moments, in milliseconds after the start.
    fn admitted(rate: Rate, moments: &[u64]) -> Vec<usize> {
        let clock = FakeRelativeClock::default();
        let tokens = RateLimiter::direct_with_clock(rate.quota(), clock.clone());
        let mut now = 0;
        let mut count = |moment: &u64| {
            clock.advance(Duration::from_millis(moment - now));
            now = *moment;
            std::iter::repeat_with(|| tokens.check()).take_while(Result::is_ok).count()
        };
        moments.iter().map(&mut count).collect()
    }

    #[test]
    fn a_burst_then_the_published_rate() {
        let rates = Rates::default();
        assert_eq!(admitted(rates.sts, &[0, 100, 1_100]), [60, 60, 60]);
        assert_eq!(
            admitted(rates.sts, &(0..=10).map(|tenth| tenth * 100).collect::<Vec<_>>()).iter().sum::<usize>(),
            660
        );
        assert_eq!(admitted(rates.of(Rates::class(Operation::ListAccounts)), &[0, 1_000, 9_000]), [12, 8, 12]);
        assert_eq!(admitted(Rate::new(100, 3), &[0, 9_999, 10_001]), [3, 0, 1]);
    }

    #[test]
    fn calls_have_the_bucket_of_their_class() {
        let rates = Rates::default();
        assert_eq!(Rates::class(Operation::AssumeRole), Rates::class(Operation::GetCallerIdentity));
        assert_eq!(Rates::class(Operation::GetRole), Class::IamRead);
        assert_eq!(Rates::class(Operation::UntagRole), Class::IamWrite);
        for operation in Operation::ALL {
            // Whatever comes new has a rate.
            assert!(rates.of(Rates::class(*operation)).burst.get() > 0, "{operation}");
        }
    }

    #[tokio::test]
    async fn accounts_do_not_wait_for_each_other() {
        let rates = Arc::new(Rates { iam_write: Rate::new(1, 1), ..Rates::default() });
        let (one, other) = (AccountPace::new(Arc::clone(&rates)), AccountPace::new(rates));
        one.admit(Operation::CreateRole).await;
        other.admit(Operation::CreateRole).await;
        one.admit(Operation::GetRole).await;
        // The next token comes in 1,000 s.
        assert!(one.bucket(Operation::PutRolePolicy).tokens.check().is_err());
    }
}
