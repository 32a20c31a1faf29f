//! A look into one account: the role as it stands, one that takes its name in other case, the quotas.

use super::again;
use crate::role_calls;
use crate::sessions::Sessions;
use crate::wanted::Wanted;
use rolecall_aws::{Failure, Operation};
use rolecall_core::rollout::{Found, Inside, Reading};
use rolecall_lifecycle::AccountNumber;
use rolecall_lifecycle::rollout::{ErrorClass, Existing};

pub(super) async fn look(sessions: &Sessions, wanted: &Wanted, account: AccountNumber) -> Inside {
    match read(sessions, wanted, account).await {
        Ok(inside) => inside,
        Err(failure) if failure.class == ErrorClass::AccessDenied => match failure.operation {
            Operation::AssumeRole => Inside::NoWayIn(failure.to_string()),
            _ => Inside::Denied(failure.to_string()),
        },
        Err(failure) => Inside::Unknown(failure.to_string()),
    }
}

async fn read(sessions: &Sessions, wanted: &Wanted, account: AccountNumber) -> Result<Inside, Failure> {
    let connection = again(|| sessions.into_account(account)).await?;
    let role = wanted.role(account);
    // A name that is taken in other case is found by a listing alone.
    let read = again(|| role_calls::read(&connection, &role, true)).await?;
    let told = || read.trouble.as_ref().map_or_else(String::new, |trouble| trouble.message.clone());
    // Where nothing differs for certain, what is there is not known.
    if read.existing == Existing::Different && !read.differences.iter().any(|difference| difference.judged) {
        return Ok(Inside::Unknown(told()));
    }
    let found = match read.existing {
        Existing::Absent => Found::Absent,
        Existing::Equal => Found::Equal,
        Existing::Different => Found::Different(told()),
        Existing::OtherCase => Found::OtherCase(told()),
    };
    let summary = again(|| connection.account_summary()).await?;
    let number = |value: i32| u32::try_from(value).ok();
    Ok(Inside::Read(Reading {
        found,
        roles: summary.roles().and_then(|(roles, quota)| Some((number(roles)?, number(quota)?))),
        trust_chars_max: summary.assume_role_policy_size_quota().and_then(number),
    }))
}
