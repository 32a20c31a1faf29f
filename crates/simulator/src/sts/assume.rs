//! The requests of STS, their rules of form and duration, and the sessions that they give
//! (STS API reference, `API_AssumeRole`; botocore's STS model, 2026-08).

use crate::account::AccountKey;
use crate::api::Api;
use crate::caller::{Caller, Endpoint, Session};
use crate::error::{ApiError, Code, Detail, RoleName};
use crate::gateway::{Resource, Subject};
use crate::iam::UniqueId;
use crate::text::{Form, TextId};
use crate::time::SimSpan;
use crate::world::World;
use rolecall_core::limits;

/// `AssumeRole`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssumeRole {
    /// The account of the role's ARN.
    pub account: AccountKey,
    /// The path of the role's ARN.
    pub path: TextId,
    /// The name of the role's ARN; case matters.
    pub role: TextId,
    /// `RoleSessionName`.
    pub session_name: TextId,
    /// `ExternalId`.
    pub external_id: Option<TextId>,
    /// `DurationSeconds`; absent means 3,600.
    pub duration_s: Option<u32>,
    /// Which endpoint is asked.
    pub endpoint: Endpoint,
}

/// The answer of `GetCallerIdentity`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `Account`.
    pub account: AccountKey,
    /// `Arn`.
    pub arn: String,
    /// `UserId`: the account's number for its root user, `AROA…:session` for a session.
    pub user_id: String,
}

/// The default of `DurationSeconds`, and the most that a chained session gets.
const HOUR_S: u32 = 3_600;
/// The least of `DurationSeconds`.
const DURATION_MIN_S: u32 = 900;

impl World {
    /// `sts:AssumeRole`.
    ///
    /// # Errors
    /// `AccessDenied` with one text whatever the cause; `ValidationError` for form and duration; `Throttling`.
    pub fn assume_role(&mut self, caller: &Caller, request: &AssumeRole) -> Result<Session, ApiError> {
        let region = region(request.endpoint);
        // The fault and the place in the trace belong to the account whose role is asked for.
        let subject = Subject::Account(request.account);
        self.call_in(caller, Api::AssumeRole, subject, Resource::Unchecked, region, |world| {
            world.open_session(caller, request)
        })
    }

    pub(crate) fn open_session(&mut self, caller: &Caller, request: &AssumeRole) -> Result<Session, ApiError> {
        self.check_form(request)?;
        let duration_s = request.duration_s.unwrap_or(HOUR_S);
        // A role's session that assumes a role: at most one hour, whatever the role allows (`id_roles_terms-and-concepts`,
        // "Role chaining"). That it is checked before the trust is inferred: it needs nothing of the role.
        let chained = matches!(caller, Caller::Session(_));
        if chained && duration_s > HOUR_S {
            let text =
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
            return Err(ApiError::new(Code::ValidationError, text));
        }
        let Some(role) = self.opened_role(caller, request)? else { return Err(self.assume_denied(caller, request)) };
        let (unique, max_session_s) = role;
        if duration_s > max_session_s {
            let text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
            return Err(ApiError::new(Code::ValidationError, text));
        }
        Ok(Session {
            account: request.account,
            role: unique,
            name: request.session_name,
            expires_at: self.now + SimSpan::seconds(u64::from(duration_s)),
            from: request.endpoint,
        })
    }

    /// The role and its longest session, when it opens. Roles of accounts that cannot be used do not.
    fn opened_role(&mut self, caller: &Caller, request: &AssumeRole) -> Result<Option<(UniqueId, u32)>, ApiError> {
        if !self.account(request.account).state.is_usable() {
            return Ok(None);
        }
        let Some((unique, definition)) = self.visible_role(request.account, request.path, request.role) else {
            return Ok(None);
        };
        let opens = self.opens(caller, request, definition)?;
        Ok(opens.then(|| (unique, self.definitions.get(definition).max_session_s)))
    }

    fn check_form(&self, request: &AssumeRole) -> Result<(), ApiError> {
        let invalid = crate::iam::invalid;
        if let Some(seconds) = request.duration_s {
            let value = seconds.to_string();
            if seconds < DURATION_MIN_S {
                return Err(invalid(&value, "durationSeconds", "have value greater than or equal to 900"));
            }
            if seconds > limits::MAX_SESSION_DURATION_MAX_S {
                return Err(invalid(&value, "durationSeconds", "have value less than or equal to 43200"));
            }
        }
        let (chars, form) = self.texts.measure(request.session_name);
        if !(2..=64).contains(&chars) || form != Form::Name {
            let session = self.texts.get(request.session_name);
            return Err(invalid(session, "roleSessionName", "satisfy regular expression pattern: [\\w+=,.@-]*"));
        }
        let Some(external_id) = request.external_id else { return Ok(()) };
        let (chars, form) = self.texts.measure(external_id);
        let constraint = match chars {
            0..limits::EXTERNAL_ID_MIN_CHARS => "have length greater than or equal to 2",
            limits::EXTERNAL_ID_MIN_CHARS..=limits::EXTERNAL_ID_MAX_CHARS if form != Form::Other => return Ok(()),
            limits::EXTERNAL_ID_MIN_CHARS..=limits::EXTERNAL_ID_MAX_CHARS => {
                "satisfy regular expression pattern: [\\w+=,.@:\\/-]*"
            }
            _ => "have length less than or equal to 1224",
        };
        Err(invalid(self.texts.get(external_id), "externalId", constraint))
    }

    fn assume_denied(&self, caller: &Caller, request: &AssumeRole) -> ApiError {
        let account = self.account(request.account).number;
        let role = RoleName { account, path: request.path, name: request.role };
        ApiError { code: Code::AccessDenied, detail: Detail::AssumeRole(self.caller_name(caller), role) }
    }

    /// `sts:GetCallerIdentity`. It needs no permission, and no policy denies it.
    ///
    /// # Errors
    /// What any call may answer; `InvalidClientTokenId` for the token of the global endpoint in an opt-in Region.
    pub fn get_caller_identity(&mut self, caller: &Caller, endpoint: Endpoint) -> Result<Identity, ApiError> {
        self.identify(caller, endpoint)?;
        Ok(self.identity_of(caller))
    }

    /// The same call, of whose answer only the account matters.
    pub(crate) fn identify(&mut self, caller: &Caller, endpoint: Endpoint) -> Result<AccountKey, ApiError> {
        let account = caller.account();
        let subject = Subject::Account(account);
        self.call_in(caller, Api::GetCallerIdentity, subject, Resource::Unchecked, region(endpoint), |_| Ok(account))
    }

    fn identity_of(&self, caller: &Caller) -> Identity {
        let account = caller.account();
        let user_id = match caller {
            Caller::Root(_) => self.account(account).number.to_string(),
            Caller::Administrator(_) | Caller::StackSetsExecution(_) => {
                UniqueId::new(self.account(account).number, u32::MAX).to_string().replacen("AROA", "AIDA", 1)
            }
            Caller::Session(session) => format!("{}:{}", session.role, self.texts.get(session.name)),
        };
        Identity { account, arn: self.caller_arn(self.caller_name(caller)), user_id }
    }

    /// The session that a service (EC2, Lambda) gives to what runs under a role: no AssumeRole call, and its own calls of
    /// AssumeRole are chained. Nothing when the role does not exist.
    pub fn service_session(
        &mut self,
        role: UniqueId,
        session_name: TextId,
        region: TextId,
        duration: SimSpan,
    ) -> Option<Session> {
        let (account, _) = self.role_by_unique(role).filter(|(_, role)| role.visible.is_some())?;
        let (expires_at, from) = (self.now + duration, Endpoint::Regional(region));
        Some(Session { account, role, name: session_name, expires_at, from })
    }
}

const fn region(endpoint: Endpoint) -> Option<TextId> {
    match endpoint {
        Endpoint::Global => None,
        Endpoint::Regional(region) => Some(region),
    }
}
