//! The way into an account: the operator's own credentials in the account that they are of, elsewhere a session of a role
//! that is there. A session is kept while its account is under way, and renewed before it ends.

use crate::pace::{AccountPace, Rates};
use rolecall_aws::{AssumeRole, Connection, Failure};
use rolecall_iam::arn::Partition;
use rolecall_lifecycle::AccountNumber;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What AWS Organizations makes in each account that it creates; invited accounts do not have it (Organizations user guide,
/// `orgs_manage_accounts_access`, read 2026-11).
pub const ORGANIZATION_ROLE: &str = "OrganizationAccountAccessRole";

/// A session that has less than this left is renewed before an action begins.
const RENEWED_BEFORE_S: i64 = 300;

/// How accounts are entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayIn {
    /// Path and name of the role, without the leading slash: `OrganizationAccountAccessRole`, `ops/Deployer`.
    pub role: String,
    /// `RoleSessionName`: shows in the accounts' CloudTrail.
    pub session_name: String,
    /// The external ID, for roles that ask for one.
    pub external_id: Option<String>,
}

impl Default for WayIn {
    fn default() -> Self {
        Self { role: ORGANIZATION_ROLE.to_owned(), session_name: String::from("rolecall"), external_id: None }
    }
}

/// Connections into the accounts of an organization.
pub struct Sessions {
    own: Connection,
    own_account: AccountNumber,
    partition: Partition,
    way_in: WayIn,
    rates: Arc<Rates>,
    kept: Mutex<BTreeMap<AccountNumber, (Connection, i64)>>,
}

impl Sessions {
    /// Connections by the operator's credentials. Asks once whose they are: an account is never taken for another. Their pace
    /// is set here.
    ///
    /// # Errors
    /// When the credentials are refused.
    pub async fn open(own: Connection, way_in: WayIn, rates: Rates) -> Result<Self, Failure> {
        let rates = Arc::new(rates);
        let own = own.with_pace(Arc::new(AccountPace::new(Arc::clone(&rates))));
        let identity = own.caller_identity().await?;
        let own_account = AccountNumber::from(identity.account);
        Ok(Self { own, own_account, partition: identity.partition, way_in, rates, kept: Mutex::default() })
    }

    /// The account that the operator's credentials are of: the management account, where they are to be used in it.
    pub const fn own_account(&self) -> AccountNumber {
        self.own_account
    }

    /// The operator's own connection, paced.
    pub const fn own(&self) -> &Connection {
        &self.own
    }

    /// A connection into an account.
    ///
    /// # Errors
    /// When the role cannot be assumed.
    pub async fn into_account(&self, account: AccountNumber) -> Result<Connection, Failure> {
        if account == self.own_account {
            return Ok(self.own.clone());
        }
        let kept = self.kept().get(&account).cloned();
        if let Some((connection, expires_at_s)) = kept
            && now_s() + RENEWED_BEFORE_S < expires_at_s
        {
            return Ok(connection);
        }
        let request = AssumeRole {
            role_arn: format!("arn:{}:iam::{account}:role/{}", self.partition.as_str(), self.way_in.role),
            role_session_name: self.way_in.session_name.clone(),
            external_id: self.way_in.external_id.clone(),
            ..AssumeRole::default()
        };
        let session = self.own.assume_role(&request).await?;
        // IAM counts by the account that calls, which is the member now.
        let pace = AccountPace::new(Arc::clone(&self.rates));
        let connection = self.own.with_session(&session).with_pace(Arc::new(pace));
        self.kept().insert(account, (connection.clone(), session.expires_at_s));
        Ok(connection)
    }

    /// Lets a session go.
    pub fn forget(&self, account: AccountNumber) {
        self.kept().remove(&account);
    }

    /// How many sessions are kept.
    pub fn count(&self) -> usize {
        self.kept().len()
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<AccountNumber, (Connection, i64)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn now_s() -> i64 {
    let since_1970: Duration = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)
}
