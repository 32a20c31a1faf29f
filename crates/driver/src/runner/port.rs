//! What the runner needs done in accounts: the seam between the loop and the network.

use crate::trouble::Trouble;
use rolecall_core::access_check::Verdict;
use rolecall_lifecycle::AccountNumber;
use rolecall_lifecycle::rollout::{Action, Answer};
use std::future::Future;

/// What came of a call of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Performed {
    /// The answer.
    pub answer: Answer,
    /// What went wrong, or what differs, in words.
    pub trouble: Option<Trouble>,
}

/// What the customer says when asked whether the vendor's Validate Access passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// It passed.
    Given,
    /// It did not, or nobody knows: the run is stopped and can go on later.
    Refused,
}

/// The accounts of a rollout.
pub trait Accounts: Send + Sync + 'static {
    /// Makes the calls of an action. `name_taken`: a role could not be made since its name was taken, so that one whose name
    /// differs in case is looked for where none is found.
    fn perform(
        &self,
        account: AccountNumber,
        action: Action,
        name_taken: bool,
    ) -> impl Future<Output = Performed> + Send;
    /// The account is settled: what is kept for it, such as a session, can go.
    fn forget(&self, account: AccountNumber);
    /// Has the vendor check its access to the management account.
    fn check_access(&self, management: AccountNumber) -> impl Future<Output = (Verdict, Option<Trouble>)> + Send;
    /// Asks whether the vendor's Validate Access of the management account passed.
    fn confirmation(&self, management: AccountNumber) -> impl Future<Output = Confirmation> + Send;
}
