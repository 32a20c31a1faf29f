//! What stands in each member account, from everything that was read. An instance that is `CURRENT` is no proof of the role;
//! an operation that `SUCCEEDED` is none of its instances.

use super::observed::{
    Detailed, Instance, InstanceStatus, ListedAccount, Observed, Operation, OperationOutcome, OperationResult,
    OperationStatus, RoleSeen,
};
use super::reason::class_of_reason;
use super::wanted::{Goal, Settings, Wanted};
use crate::rollout::{Collision, Existing, Failure};
use crate::{AccountNumber, AccountState};
use std::collections::{BTreeMap, BTreeSet};

/// How an account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The role was read and is the profile's.
    Verified,
    /// Its instance is current, and the role was not read: nobody knows what it is.
    Unread,
    /// It has an equal role that the stack set did not make: it gets no later version.
    Adopted,
    /// Another role has the name and was left alone, as was asked.
    LeftAlone,
    /// It is suspended, closed or not active yet.
    NotActive,
    /// The operation ended before it came here; why, others say.
    Cancelled,
    /// Its instance is pending.
    UnderWay,
    /// Of a removal: nothing is left.
    Removed,
    /// It is not in order.
    Failed(Problem),
}

/// What is not in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Its stack failed.
    Instance {
        /// What the reason means.
        failure: Failure,
        /// `StatusReason`.
        reason: Option<String>,
    },
    /// Its instance is outdated and tells no reason: it was skipped or stopped, or is of an older template.
    Outdated,
    /// A deletion failed.
    Inoperable(Option<String>),
    /// It has no instance: it is below no target, or was not deployed yet.
    NoInstance,
    /// Its instance is current, and the role is not the profile's.
    Role(Existing),
    /// Of a removal: its instance is still there.
    NotRemoved(Option<String>),
}

/// An account and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The account.
    pub account: AccountNumber,
    /// How it stands.
    pub standing: Standing,
}

/// All accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// The members of the organization, in the order of the listing; of a removal also whoever left and has an instance.
    pub accounts: Vec<Judged>,
    /// Failures that the newest operation counts and no account shows.
    pub hidden: u32,
    /// Accounts with an instance that are no members: they left.
    pub strangers: Vec<AccountNumber>,
}

/// Judges the member accounts. Without a listing of the accounts nobody is judged.
pub fn judge(wanted: &Wanted, settings: &Settings, seen: &Observed) -> Judgement {
    let listed = seen.accounts.get().map(Vec::as_slice).unwrap_or_default();
    let instances: BTreeMap<AccountNumber, &Instance> =
        seen.instances.get().into_iter().flatten().map(|instance| (instance.account, instance)).collect();
    let results: BTreeMap<AccountNumber, &OperationResult> =
        seen.results.get().into_iter().flatten().map(|result| (result.account, result)).collect();
    let newest = seen.operations.get().and_then(|operations| operations.first());
    let mut judgement = Judgement::default();
    let mut shown = 0;
    for ListedAccount { account, state } in listed.iter().filter(|listed| listed.account != wanted.management) {
        let instance = instances.get(account).copied();
        let result = results.get(account).copied().filter(|_| is_last(instance, newest));
        shown += u32::from(result.is_some_and(|result| result.failed) || instance.is_some_and(has_failed));
        let role = seen.roles.get().and_then(|roles| roles.get(account)).copied();
        let standing = match wanted.goal {
            Goal::RollOut => with_role(settings, of_instance(instance, result, *state), role),
            Goal::Remove => of_removal(instance),
        };
        judgement.accounts.push(Judged { account: *account, standing });
    }
    judgement.hidden = hidden(newest, shown);
    let members: BTreeSet<AccountNumber> = listed.iter().map(|listed| listed.account).collect();
    for (account, instance) in instances.into_iter().filter(|(account, _)| !members.contains(account)) {
        // Without a listing nobody is known to have left.
        if seen.accounts.get().is_some() {
            judgement.strangers.push(account);
        }
        // What stays keeps the set, whoever has the account now.
        if wanted.goal == Goal::Remove {
            judgement.accounts.push(Judged { account, standing: of_removal(Some(instance)) });
        }
    }
    judgement
}

fn has_failed(instance: &Instance) -> bool {
    instance.status != InstanceStatus::Current && instance.detailed == Detailed::Failed
}

/// Whether a result of the newest operation is the last word about an instance. `LastOperationId` is missing at times.
fn is_last(instance: Option<&Instance>, newest: Option<&Operation>) -> bool {
    match (instance.and_then(|instance| instance.operation.as_ref()), newest) {
        (Some(last), Some(newest)) => *last == newest.id,
        _ => true,
    }
}

fn of_instance(instance: Option<&Instance>, result: Option<&OperationResult>, state: AccountState) -> Standing {
    if state != AccountState::Active {
        return Standing::NotActive;
    }
    let Some(instance) = instance else { return Standing::Failed(Problem::NoInstance) };
    let reason = result.and_then(|result| result.reason.clone()).or_else(|| instance.reason.clone());
    let failed = |reason: Option<String>| {
        Standing::Failed(Problem::Instance { failure: class_of_reason(reason.as_deref()), reason })
    };
    match (instance.status, instance.detailed, result.map(|result| result.failed)) {
        (InstanceStatus::Inoperable, ..) => Standing::Failed(Problem::Inoperable(reason)),
        (_, _, Some(true)) | (InstanceStatus::Outdated, Detailed::Failed, _) => failed(reason),
        (InstanceStatus::Current, ..) => Standing::Unread,
        (InstanceStatus::Outdated, Detailed::Cancelled, _) => Standing::Cancelled,
        (InstanceStatus::Outdated, Detailed::UnderWay, _) => Standing::UnderWay,
        // Skipped while it was suspended, and active now: it has no role.
        (InstanceStatus::Outdated, Detailed::Suspended | Detailed::Succeeded | Detailed::Unknown, _) => {
            Standing::Failed(Problem::Outdated)
        }
    }
}

/// The role decides where it was read.
fn with_role(settings: &Settings, standing: Standing, role: Option<RoleSeen>) -> Standing {
    let collides = matches!(
        standing,
        Standing::Failed(Problem::Instance { failure: Failure::Collision | Failure::NameTaken, .. })
    );
    match (&standing, role) {
        (Standing::Unread, Some(RoleSeen::Is(Existing::Equal))) => Standing::Verified,
        (Standing::Unread, Some(RoleSeen::Is(other))) => Standing::Failed(Problem::Role(other)),
        (_, Some(RoleSeen::Is(Existing::Equal))) if collides => Standing::Adopted,
        _ if collides && settings.collision == Collision::Skip => Standing::LeftAlone,
        _ => standing,
    }
}

/// Also what stays because its account is not ACTIVE keeps the set, so that the removal is not over.
fn of_removal(instance: Option<&Instance>) -> Standing {
    match instance {
        None => Standing::Removed,
        Some(instance) => Standing::Failed(Problem::NotRemoved(instance.reason.clone())),
    }
}

/// Failures that the newest operation counts beyond those that were found; an operation that failed has at least one.
fn hidden(newest: Option<&Operation>, shown: u32) -> u32 {
    let Some(operation) = newest.filter(|operation| operation.changes()) else { return 0 };
    let ended_failed = operation.status == OperationStatus::Over(OperationOutcome::Failed);
    operation.failed.max(u32::from(ended_failed)).saturating_sub(shown)
}
