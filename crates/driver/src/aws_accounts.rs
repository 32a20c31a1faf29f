//! The accounts of an organization at AWS, as the runner calls them: which call needs which session, and what an answer
//! of IAM is in the machine's words.

use crate::role_calls::{self, Removed};
use crate::runner::{Accounts, Confirmation, Performed};
use crate::sessions::Sessions;
use crate::trouble::Trouble;
use crate::vendor_access::VendorAccess;
use crate::wanted::Wanted;
use rolecall_aws::{Failure, Operation};
use rolecall_core::access_check::{Membership, Verdict};
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::rollout::{Action, Answer, ErrorClass};
use rolecall_lifecycle::{AccountNumber, AccountState};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Asks the customer whether the vendor's Validate Access passed.
pub type Confirm = Box<dyn Fn(AccountNumber) -> Pin<Box<dyn Future<Output = Confirmation> + Send>> + Send + Sync>;

/// The accounts.
pub struct AwsAccounts {
    wanted: Arc<Wanted>,
    sessions: Arc<Sessions>,
    vendor: Option<VendorAccess>,
    confirm: Option<Confirm>,
}

impl AwsAccounts {
    /// Accounts that get this role, entered by these sessions.
    pub fn new(wanted: impl Into<Arc<Wanted>>, sessions: impl Into<Arc<Sessions>>) -> Self {
        Self { wanted: wanted.into(), sessions: sessions.into(), vendor: None, confirm: None }
    }

    /// The vendor's side, for plans that probes unlock.
    #[must_use]
    pub fn with_vendor(mut self, vendor: VendorAccess) -> Self {
        self.vendor = Some(vendor);
        self
    }

    /// Whom to ask, for plans that a confirmation unlocks.
    #[must_use]
    pub fn with_confirm(mut self, confirm: Confirm) -> Self {
        self.confirm = Some(confirm);
        self
    }

    /// The sessions.
    pub fn sessions(&self) -> &Sessions {
        &self.sessions
    }

    async fn try_to(&self, account: AccountNumber, action: Action, name_taken: bool) -> Result<Performed, Failure> {
        let connection = self.sessions.into_account(account).await?;
        let wanted = self.wanted.role(account);
        let answered = |answer| Performed { answer, trouble: None };
        match action {
            Action::Read | Action::Verify => {
                let reading = role_calls::read(&connection, &wanted, name_taken).await?;
                Ok(Performed { answer: Answer::Found(reading.existing), trouble: reading.trouble })
            }
            Action::Create => {
                role_calls::create(&connection, &wanted).await?;
                Ok(answered(Answer::Succeeded))
            }
            Action::Overwrite => {
                role_calls::overwrite(&connection, &wanted).await?;
                Ok(answered(Answer::Succeeded))
            }
            Action::Remove => Ok(match role_calls::remove(&connection, &wanted).await? {
                Removed::Now => answered(Answer::Succeeded),
                Removed::Before => answered(Answer::Failed(ErrorClass::NotFound)),
            }),
        }
    }

    /// AssumeRole has one text for everything that does not open (STS API reference), a suspended account among it:
    /// Organizations is asked what the account is. When it does not say, the denial stands.
    async fn class(&self, account: AccountNumber, failure: &Failure) -> ErrorClass {
        if failure.operation != Operation::AssumeRole || failure.class != ErrorClass::AccessDenied {
            return failure.class;
        }
        match self.sessions.own().describe_account(AccountId::from(account)).await {
            Ok(described) if described.state != AccountState::Active => ErrorClass::NotActive,
            Err(unlisted) if unlisted.class == ErrorClass::NotActive => ErrorClass::NotActive,
            Ok(_) | Err(_) => failure.class,
        }
    }
}

/// Whether a creation ended before there was a role: nobody got into the account, or CreateRole itself was refused for a
/// reason that is no doubt about its effect. A name that is taken has an answer of its own.
fn made_nothing(failure: &Failure, class: ErrorClass) -> bool {
    match failure.operation {
        Operation::AssumeRole => true,
        Operation::CreateRole => !matches!(class, ErrorClass::Fault | ErrorClass::AlreadyExists),
        _ => false,
    }
}

impl Accounts for AwsAccounts {
    async fn perform(&self, account: AccountNumber, action: Action, name_taken: bool) -> Performed {
        match self.try_to(account, action, name_taken).await {
            Ok(performed) => performed,
            Err(failure) => {
                // A session that is refused is not asked again.
                if matches!(failure.code.as_str(), "ExpiredToken" | "ExpiredTokenException" | "InvalidClientTokenId") {
                    self.sessions.forget(account);
                }
                let class = self.class(account, &failure).await;
                let answer = match action {
                    Action::Create if made_nothing(&failure, class) => Answer::NotMade(class),
                    _ => Answer::Failed(class),
                };
                Performed { answer, trouble: Some(Trouble::from(&failure)) }
            }
        }
    }

    fn forget(&self, account: AccountNumber) {
        self.sessions.forget(account);
    }

    async fn check_access(&self, management: AccountNumber) -> (Verdict, Option<Trouble>) {
        let Some(vendor) = &self.vendor else {
            let message = "no credentials of the vendor were given, and the plan unlocks by its probes";
            return (Verdict::Unknown, Some(Trouble::new("access check", "no-vendor", message)));
        };
        // The plan comes from a listing, which only the organization's management account can make.
        let checked = vendor.check(management, Membership::Listed).await;
        (checked.judgement.verdict(), checked.trouble)
    }

    async fn confirmation(&self, management: AccountNumber) -> Confirmation {
        match &self.confirm {
            Some(confirm) => confirm(management).await,
            None => Confirmation::Refused,
        }
    }
}
