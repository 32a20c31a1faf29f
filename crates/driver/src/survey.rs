//! Reads what a plan is decided from: the organization with its accounts, the tree of units, SCPs and RCPs, and in each account
//! the role and its quotas. Nothing is changed. What could not be read stands in the result as that; what it means is decided
//! in `rolecall-core`.

mod inside;
pub(crate) mod tree;

use crate::sessions::Sessions;
use crate::wanted::Wanted;
use rolecall_aws::{Account, Failure, Organization};
use rolecall_core::access_check::AccountState;
use rolecall_core::rollout::calls::OrganizationReading;
use rolecall_core::rollout::{Inside, Limits, Parents, SurveyedAccount};
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::AccountNumber;
use rolecall_lifecycle::rollout::ErrorClass;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// What to read.
#[derive(Clone, Debug)]
pub struct SurveyRequest {
    /// How much of the organization.
    pub reading: OrganizationReading,
    /// Accounts that are left out, and why: nobody looks into them.
    pub excluded: BTreeMap<AccountId, String>,
    /// Accounts at once.
    pub at_once: usize,
    /// Whether accounts are entered. Without it only the organization is read.
    pub looks_inside: bool,
    /// Whether the credentials may be a delegated administrator's, who reads the organization and does not enter its management
    /// account.
    pub delegated: bool,
}

/// How far a survey is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SurveyProgress {
    /// Accounts that are listed.
    pub listed: usize,
    /// Units of the tree whose content is read.
    pub units: usize,
    /// Roots, units and accounts for each type of policies, and how many of these pairs are known to have one.
    pub policies: (usize, usize),
    /// Accounts to look into, and looked into.
    pub inside: (usize, usize),
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The organization.
    pub organization: Organization,
    /// The accounts by their ID.
    pub accounts: Vec<SurveyedAccount>,
    /// What stands in what; empty when it was not asked for.
    pub parents: Parents,
    /// Why the tree is not known, where it was asked for.
    pub tree_unknown: Option<String>,
}

/// Why a survey could not be made.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SurveyError {
    /// The organization cannot be read.
    #[error(
        "the organization cannot be read: {0}; the operator needs the credentials of the management account, or for a \
             stack set those of a delegated administrator"
    )]
    Organization(#[source] Box<Failure>),
    /// A listing that cannot be whole.
    #[error(
        "the listing of the organization's accounts lacks the management account {0}, so it is not believed: try again"
    )]
    Listing(AccountId),
    /// It is another one.
    #[error(
        "rolecall.toml is about {expected}, and these credentials are of {found}: use credentials of the former, or \
         correct the file"
    )]
    Other {
        /// Organization and management account of the file.
        expected: String,
        /// Those that AWS tells.
        found: String,
    },
    /// The credentials are of a member.
    #[error(
        "these credentials are of account {found}, and the management account is {management}: members cannot list the \
         organization's accounts"
    )]
    NotManagement {
        /// The account of the credentials.
        found: AccountNumber,
        /// The management account.
        management: AccountId,
    },
}

/// Tells how far a survey is; nobody waits for who looks.
pub(crate) type Teller = watch::Sender<SurveyProgress>;

/// Reads.
///
/// # Errors
/// When the organization or the list of its accounts cannot be read, or is another one. Everything else stands in the result.
pub async fn survey(
    sessions: &Arc<Sessions>,
    wanted: &Arc<Wanted>,
    request: &SurveyRequest,
    progress: &Teller,
) -> Result<Survey, SurveyError> {
    let organization = the_organization(sessions, wanted, request.delegated).await?;
    let listed = listed(sessions, progress).await.map_err(|failure| SurveyError::Organization(Box::new(failure)))?;
    if !listed.iter().any(|account| account.id == organization.management_account) {
        return Err(SurveyError::Listing(organization.management_account));
    }
    let (mut parents, mut tree_unknown) = (Parents::new(), None);
    let mut limits = vec![Limits::None; listed.len()];
    let has_limits = request.reading.policies && organization.all_features;
    if request.reading.tree || has_limits {
        let tell = |units| progress.send_modify(|progress| progress.units = units);
        match tree::read(sessions.own(), tell).await {
            Ok(tree) => {
                if has_limits {
                    limits = tree::limits(sessions, &tree, &listed, request, progress).await;
                }
                parents = tree.parents;
            }
            Err(failure) => {
                let why = failure.to_string();
                limits = vec![Limits::Unknown(why.clone()); listed.len()];
                tree_unknown = Some(why);
            }
        }
    } else if !request.reading.policies {
        limits = vec![Limits::Unknown("they were not asked for".to_owned()); listed.len()];
    }
    let management = organization.management_account;
    let mut accounts: Vec<SurveyedAccount> = listed
        .iter()
        .zip(limits)
        .map(|(account, limits)| SurveyedAccount {
            account: account.id,
            state: account.state,
            excluded: request.excluded.get(&account.id).cloned(),
            limits: if account.id == management { Limits::None } else { limits },
            inside: Inside::NotLooked,
        })
        .collect();
    let not_entered =
        (request.delegated && AccountId::from(sessions.own_account()) != management).then_some(management);
    if let Some(management) = accounts.iter_mut().find(|account| Some(account.account) == not_entered) {
        let why = "a delegated administrator has no credentials in the management account";
        management.inside = Inside::NoWayIn(why.to_owned());
    }
    if request.looks_inside {
        look_inside(sessions, wanted, &mut accounts, request.at_once, progress).await;
    }
    Ok(Survey { organization, accounts, parents, tree_unknown })
}

async fn the_organization(sessions: &Sessions, wanted: &Wanted, delegated: bool) -> Result<Organization, SurveyError> {
    let failed = |failure| SurveyError::Organization(Box::new(failure));
    let own = sessions.own();
    let found = again(|| own.describe_organization()).await.map_err(failed)?;
    let expected = &wanted.organization;
    if (&found.id, found.management_account) != (&expected.id, expected.management_account) {
        let told =
            |id: &str, account: AccountId| format!("the organization {id} with the management account {account}");
        return Err(SurveyError::Other {
            expected: told(expected.id.as_str(), expected.management_account),
            found: told(found.id.as_str(), found.management_account),
        });
    }
    if !delegated && AccountId::from(sessions.own_account()) != found.management_account {
        return Err(SurveyError::NotManagement { found: sessions.own_account(), management: found.management_account });
    }
    Ok(found)
}

/// The accounts by their ID. A listing that breaks off is none.
async fn listed(sessions: &Sessions, progress: &Teller) -> Result<Vec<Account>, Failure> {
    let mut pages = sessions.own().list_accounts();
    let mut accounts = Vec::new();
    while let Some(page) = next_page(&mut pages).await? {
        accounts.extend(page);
        progress.send_modify(|progress| progress.listed = accounts.len());
    }
    accounts.sort_by_key(|account| account.id);
    accounts.dedup_by_key(|account| account.id);
    Ok(accounts)
}

/// Looks into every account that is ACTIVE and not left out.
async fn look_inside(
    sessions: &Arc<Sessions>,
    wanted: &Arc<Wanted>,
    accounts: &mut [SurveyedAccount],
    at_once: usize,
    progress: &Teller,
) {
    let room = Arc::new(Semaphore::new(at_once.max(1)));
    let mut tasks = JoinSet::new();
    for (place, account) in accounts.iter().enumerate() {
        if account.state != AccountState::Active || account.excluded.is_some() || account.inside != Inside::NotLooked {
            continue;
        }
        let (sessions, wanted, room) = (Arc::clone(sessions), Arc::clone(wanted), Arc::clone(&room));
        let number = AccountNumber::from(account.account);
        tasks.spawn(async move {
            let _room = room.acquire_owned().await;
            let found = inside::look(&sessions, &wanted, number).await;
            sessions.forget(number);
            (place, found)
        });
    }
    progress.send_modify(|progress| progress.inside.0 = tasks.len());
    while let Some(done) = tasks.join_next().await {
        progress.send_modify(|progress| progress.inside.1 += 1);
        // A look that ended without a result leaves its account as one that nobody looked into.
        if let Ok((place, found)) = done
            && let Some(account) = accounts.get_mut(place)
        {
            account.inside = found;
        }
    }
}

/// Tries of a call, and the wait before the second one; it doubles.
const TRIES: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// Makes a call that reads, again where a repetition can help.
pub(crate) async fn again<T, F>(mut call: impl FnMut() -> F) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let mut wait = FIRST_WAIT;
    for _ in 1..TRIES {
        match call().await {
            Err(failure) if may_pass(failure.class) => {
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
            answered => return answered,
        }
    }
    call().await
}

const fn may_pass(class: ErrorClass) -> bool {
    matches!(class, ErrorClass::Throttled | ErrorClass::Fault | ErrorClass::Busy)
}

/// The next page, with repetitions: after a failure the same page is asked for again.
pub(crate) async fn next_page<T>(pages: &mut rolecall_aws::Pages<T>) -> Result<Option<Vec<T>>, Failure> {
    let mut wait = FIRST_WAIT;
    for _ in 1..TRIES {
        match pages.next().await {
            Err(failure) if may_pass(failure.class) => {
                tokio::time::sleep(wait).await;
                wait *= 2;
            }
            answered => return answered,
        }
    }
    pages.next().await
}
