//! What became of the accounts of a run, for people: counts, and of many failures the few causes behind them. Failures are
//! of one cause when call, code and the shape of the message are the same: the message without what names the account.

use crate::trouble::Trouble;
use rolecall_core::rollout::shape;
use rolecall_lifecycle::AccountNumber;
use rolecall_lifecycle::rollout::{ErrorClass, Failure, Outcome, Rollout, Settled, Skipped, Status};
use std::collections::BTreeMap;

#[cfg(test)]
mod tests;

/// What became of the accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// How the last run ended; nothing while one is under way.
    pub outcome: Option<Outcome>,
    /// The role was made.
    pub created: u32,
    /// An equal one was there.
    pub adopted: u32,
    /// Another one was overwritten.
    pub overwritten: u32,
    /// It still is as it should be.
    pub verified: u32,
    /// Its stack instance is current, or nobody could look; the role was not read, so nobody knows what it is.
    pub unread: u32,
    /// It was taken away.
    pub removed: u32,
    /// The account is not ACTIVE.
    pub not_active: u32,
    /// Another role has the name and was left alone.
    pub left_alone: u32,
    /// The account failed.
    pub failed: u32,
    /// The account was begun and is not settled.
    pub under_way: u32,
    /// The account was not begun, or the run does not touch it.
    pub not_begun: u32,
    /// Why accounts failed, the cause of most of them first.
    pub causes: Vec<RootCause>,
}

/// One cause with the accounts that failed from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootCause {
    /// What the machine calls it.
    pub failure: Failure,
    /// The call and AWS's code, with an example of the message; nothing when no call told why.
    pub example: Option<Trouble>,
    /// The accounts, in order.
    pub accounts: Vec<AccountNumber>,
}

impl RootCause {
    /// What to do about it.
    pub fn next_step(&self) -> &'static str {
        let of_instance = self.example.as_ref().and_then(|trouble| crate::stack_sets::next_step(&trouble.code));
        of_instance.unwrap_or_else(|| self.next_step_of_role())
    }

    const fn next_step_of_role(&self) -> &'static str {
        match self.failure {
            Failure::Collision => {
                "another role has the name: remove or rename it, or set `collision` to `overwrite` or `skip`"
            }
            Failure::NameTaken => {
                "a role has the name in other case: role names are unique ignoring case, so remove it"
            }
            Failure::NotEqual => {
                "what was made does not read back as it should: see whether something else changes the role"
            }
            Failure::Drifted => "the role was changed: `rolecall rollout apply` brings it back",
            Failure::Missing => "the role is gone: `rolecall rollout apply` makes it again",
            Failure::Error(class) => match class {
                ErrorClass::Throttled => "AWS throttles: run it again later, or with a lower concurrency",
                ErrorClass::Fault => "the call failed on the way or at AWS: run it again",
                ErrorClass::NotReady => "the account is too new to be used: run it again in some minutes",
                ErrorClass::Busy => "something else is changing the role: run it again when that is over",
                ErrorClass::AlreadyExists => "a role of this name came up meanwhile: run it again",
                ErrorClass::NotFound => "something that the role needs does not exist, such as a managed policy",
                ErrorClass::AccessDenied => {
                    "no way in, or a service control policy denies it: see that the role to go in by is there and admits \
                     this account, then `rolecall rollout plan`"
                }
                ErrorClass::LimitExceeded => {
                    "a quota of the account is used up: raise it, or remove what is not needed"
                }
                ErrorClass::Invalid => "AWS refuses the request as it is: correct the profile",
                ErrorClass::NotActive => "the account is suspended or closed",
            },
        }
    }
}

impl Summary {
    /// Sums up the state of a rollout; `troubles` is what went wrong last in each account.
    pub fn of(rollout: &Rollout, troubles: &BTreeMap<AccountNumber, Trouble>) -> Self {
        let mut summary = Self { outcome: rollout.state().outcome(), ..Self::default() };
        let mut causes = Causes::default();
        for (account, target) in rollout.plan().accounts().zip(rollout.state().targets()) {
            let count = match target.status {
                Status::Idle | Status::Waiting => &mut summary.not_begun,
                Status::Ready(_) | Status::Calling(_) | Status::BackingOff(..) => &mut summary.under_way,
                Status::Settled(settled) => {
                    if let Settled::Failed(failure) = settled {
                        causes.add(account, failure, troubles.get(&account));
                    }
                    summary.settled(settled)
                }
            };
            *count += 1;
        }
        summary.causes = causes.largest_first();
        summary
    }

    fn settled(&mut self, settled: Settled) -> &mut u32 {
        match settled {
            Settled::Created => &mut self.created,
            Settled::Adopted => &mut self.adopted,
            Settled::Overwritten => &mut self.overwritten,
            Settled::Verified => &mut self.verified,
            Settled::Removed => &mut self.removed,
            Settled::Skipped(Skipped::NotActive) => &mut self.not_active,
            Settled::Skipped(Skipped::Collision) => &mut self.left_alone,
            Settled::Failed(_) => &mut self.failed,
        }
    }
}

/// Failures on their way to be few causes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Causes(BTreeMap<String, RootCause>);

impl Causes {
    /// Adds an account that failed, with what went wrong there.
    pub(crate) fn add(&mut self, account: AccountNumber, failure: Failure, trouble: Option<&Trouble>) {
        self.of(failure, trouble).accounts.push(account);
    }

    /// The cause of a failure.
    pub(crate) fn of(&mut self, failure: Failure, trouble: Option<&Trouble>) -> &mut RootCause {
        self.0.entry(key(failure, trouble)).or_insert_with(|| RootCause {
            failure,
            example: trouble.cloned(),
            accounts: Vec::new(),
        })
    }

    /// The cause of most accounts first. Causes of the same size stay in the order of their keys.
    pub(crate) fn largest_first(self) -> Vec<RootCause> {
        let mut causes: Vec<_> = self.0.into_values().collect();
        causes.sort_by_key(|cause| std::cmp::Reverse(cause.accounts.len()));
        causes
    }
}

/// Whether an account is not in order, so that what went wrong in it is still worth knowing.
pub(crate) const fn is_open(settled: Settled) -> bool {
    matches!(settled, Settled::Skipped(_) | Settled::Failed(_))
}

fn key(failure: Failure, trouble: Option<&Trouble>) -> String {
    match trouble {
        Some(Trouble { call, code, message, .. }) => format!("{failure:?}\0{call}\0{code}\0{}", shape(message)),
        None => format!("{failure:?}"),
    }
}
