//! Security Token Service: who one is, and becoming somebody else.

use crate::connection::Connection;
use crate::failure::Failure;
use crate::keys::{Keys, Session};
use crate::operation::Operation;
use rolecall_iam::arn::{AccountId, Arn, Partition};

/// `GetCallerIdentityResponse`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `Account`.
    pub account: AccountId,
    /// `Arn`.
    pub arn: String,
    /// `UserId`.
    pub user_id: String,
    /// The partition, from the ARN: what ARNs are made with.
    pub partition: Partition,
}

/// `AssumeRoleRequest`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssumeRole {
    /// `RoleArn`.
    pub role_arn: String,
    /// `RoleSessionName`: 2 to 64 characters of `[\w+=,.@-]`.
    pub role_session_name: String,
    /// `ExternalId`.
    pub external_id: Option<String>,
    /// `DurationSeconds`: 900 to 43,200, at most 3,600 from a role; AWS's default is 3,600.
    pub duration_s: Option<i32>,
    /// `Policy`: a session policy.
    pub policy: Option<String>,
}

impl Connection {
    /// `GetCallerIdentity`: needs no permission.
    pub async fn caller_identity(&self) -> Result<Identity, Failure> {
        let operation = Operation::GetCallerIdentity;
        let answer = self.send(operation, self.sts().get_caller_identity().send()).await?;
        let arn = present(operation, "Arn", answer.arn())?.to_owned();
        let partition = Arn::parse(&arn).ok().and_then(|arn| Partition::parse(arn.partition));
        let Some(partition) = partition else {
            return Err(Failure::malformed(operation, format!("its Arn `{arn}` is in no known partition")));
        };
        let account = account(operation, present(operation, "Account", answer.account())?)?;
        Ok(Identity { account, user_id: present(operation, "UserId", answer.user_id())?.to_owned(), arn, partition })
    }

    /// `AssumeRole`.
    pub async fn assume_role(&self, role: &AssumeRole) -> Result<Session, Failure> {
        let operation = Operation::AssumeRole;
        let request = self
            .sts()
            .assume_role()
            .role_arn(&role.role_arn)
            .role_session_name(&role.role_session_name)
            .set_external_id(role.external_id.clone())
            .set_duration_seconds(role.duration_s)
            .set_policy(role.policy.clone());
        let answer = self.send(operation, request.send()).await?;
        let Some(user) = answer.assumed_role_user() else {
            return Err(Failure::malformed(operation, "it has no AssumedRoleUser"));
        };
        let Some(keys) = answer.credentials() else {
            return Err(Failure::malformed(operation, "it has no Credentials"));
        };
        let id = present(operation, "AccessKeyId", Some(keys.access_key_id()))?;
        let secret = present(operation, "SecretAccessKey", Some(keys.secret_access_key()))?;
        let token = present(operation, "SessionToken", Some(keys.session_token()))?;
        let arn = present(operation, "AssumedRoleUser.Arn", Some(user.arn()))?;
        let account = match Arn::parse(arn) {
            Ok(parts) => account(operation, parts.account)?,
            Err(_) => return Err(Failure::malformed(operation, format!("`{arn}` is no ARN"))),
        };
        // The SDK puts 1970 where no time stands.
        if keys.expiration().secs() <= 0 {
            return Err(Failure::malformed(operation, "it has no Expiration"));
        }
        Ok(Session {
            keys: Keys::new(id, secret).with_session_token(token),
            assumed_role_arn: arn.to_owned(),
            assumed_role_id: user.assumed_role_id().to_owned(),
            account,
            expires_at_s: keys.expiration().secs(),
        })
    }
}

/// A member that every answer has. The SDK puts an empty text where a required one is missing.
pub(crate) fn present<'a>(operation: Operation, member: &str, value: Option<&'a str>) -> Result<&'a str, Failure> {
    match value {
        Some(value) if !value.is_empty() => Ok(value),
        _ => Err(Failure::malformed(operation, format!("it has no {member}"))),
    }
}

pub(crate) fn account(operation: Operation, text: &str) -> Result<AccountId, Failure> {
    AccountId::parse(text).map_err(|error| Failure::malformed(operation, format!("`{text}`: {error}")))
}
