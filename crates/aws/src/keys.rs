//! Credentials: what a caller hands in, and what AssumeRole gives out. Neither can be printed: their `Debug` says nothing
//! of what they hold.

use aws_credential_types::Credentials;
use rolecall_iam::arn::AccountId;
use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

/// An access key with its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

impl Keys {
    /// A long-term access key.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Self {
        Self { access_key_id: access_key_id.into(), secret_access_key: secret_access_key.into(), session_token: None }
    }

    /// The same of a session.
    #[must_use]
    pub fn with_session_token(mut self, session_token: impl Into<String>) -> Self {
        self.session_token = Some(session_token.into());
        self
    }

    pub(crate) fn credentials(&self, expires_at_s: Option<i64>) -> Credentials {
        let expiry = expires_at_s
            .and_then(|seconds| u64::try_from(seconds).ok())
            .and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
        let token = self.session_token.clone();
        Credentials::new(self.access_key_id.clone(), self.secret_access_key.clone(), token, expiry, "rolecall")
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Keys(not shown)")
    }
}

/// A session of a role, as AssumeRole gives it.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    pub(crate) keys: Keys,
    /// `AssumedRoleUser.Arn`: `arn:…:sts::123456789012:assumed-role/role/session`.
    pub assumed_role_arn: String,
    /// `AssumedRoleUser.AssumedRoleId`.
    pub assumed_role_id: String,
    /// The account of the role, from the ARN.
    pub account: AccountId,
    /// When it ends, in seconds since 1970.
    pub expires_at_s: i64,
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Session")
            .field("assumed_role_arn", &self.assumed_role_arn)
            .field("assumed_role_id", &self.assumed_role_id)
            .field("account", &self.account)
            .field("expires_at_s", &self.expires_at_s)
            .finish_non_exhaustive()
    }
}
