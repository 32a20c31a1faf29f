//! What every call passes before its service works on it: are the credentials valid, does a fault strike, is there a token
//! left, do policies permit the action. And what it leaves: a record in the trace.

use crate::account::AccountKey;
use crate::api::{Api, Service};
use crate::caller::{Caller, Endpoint};
use crate::error::{ApiError, Code};
use crate::iam::ManagedPolicy;
use crate::organizations::OrganizationKey;
use crate::random::EntityId;
use crate::rate::Bucket;
use crate::settings::FaultRates;
use crate::text::TextId;
use crate::trace::Event;
use crate::world::World;

/// What a call is about: whose stream its faults are drawn from, and where it stands in the trace.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject {
    Account(AccountKey),
    Organization(OrganizationKey),
}

/// What a call acts on, for its permission.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Resource {
    /// `*`.
    Any,
    Role {
        account: AccountKey,
        path: TextId,
        name: TextId,
        boundary: Option<ManagedPolicy>,
    },
    Policy {
        account: AccountKey,
        policy: ManagedPolicy,
    },
    /// A stack by its name, existing or not.
    Stack {
        account: AccountKey,
        region: TextId,
        name: TextId,
    },
    StackSet {
        account: AccountKey,
        region: TextId,
        name: TextId,
    },
    /// The call needs no permission, or decides itself.
    Unchecked,
}

enum Fault {
    None,
    Throttled,
    Internal,
    /// No answer, though the call is carried out.
    AnswerLost,
    /// No answer, and nothing was done.
    RequestLost,
}

impl World {
    /// Passes a call to its service.
    pub(crate) fn call<T>(
        &mut self,
        caller: &Caller,
        api: Api,
        subject: Subject,
        resource: Resource,
        work: impl FnOnce(&mut Self) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        self.call_in(caller, api, subject, resource, None, work)
    }

    /// The same, for services that are limited in each Region.
    pub(crate) fn call_in<T>(
        &mut self,
        caller: &Caller,
        api: Api,
        subject: Subject,
        resource: Resource,
        region: Option<TextId>,
        work: impl FnOnce(&mut Self) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        self.steps.calls += 1;
        let answer = self.pass(caller, api, subject, resource, region, work);
        let entity = self.entity(subject);
        let caller = self.account(caller.account()).number;
        let error = answer.as_ref().err().map(|error| error.code);
        self.trace.add(self.now, entity, Event::Called { api, caller, error });
        answer
    }

    fn pass<T>(
        &mut self,
        caller: &Caller,
        api: Api,
        subject: Subject,
        resource: Resource,
        region: Option<TextId>,
        work: impl FnOnce(&mut Self) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        self.check_credentials(caller, region)?;
        let fault = self.fault(api, subject);
        match fault {
            Fault::Throttled => return Err(throttled(api)),
            Fault::Internal => return Err(internal(api)),
            Fault::RequestLost => return Err(timed_out()),
            Fault::None | Fault::AnswerLost => {}
        }
        self.take_token(caller, api, region)?;
        self.check_permission(caller, api, resource)?;
        let answer = work(self);
        self.steps.carried_out += u64::from(answer.is_ok());
        if matches!(fault, Fault::AnswerLost) { Err(timed_out()) } else { answer }
    }

    fn entity(&self, subject: Subject) -> EntityId {
        match subject {
            Subject::Account(account) => self.account(account).entity(),
            Subject::Organization(organization) => self.organization_entity(organization),
        }
    }

    /// Credentials of accounts that are closed or not ready are refused, expired ones too, those of deleted roles, and
    /// tokens of the global endpoint in Regions that must be opted into.
    ///
    /// # Errors
    /// `InvalidClientTokenId`, `OptInRequired`, `ExpiredToken`.
    pub fn check_credentials(&self, caller: &Caller, region: Option<TextId>) -> Result<(), ApiError> {
        let account = self.account(caller.account());
        if !account.state.is_usable() {
            return Err(invalid_token());
        }
        if account.ready_at > self.now {
            return Err(ApiError::new(
                Code::OptInRequired,
                "The AWS Access Key Id needs a subscription for the service",
            ));
        }
        let Caller::Session(session) = caller else { return Ok(()) };
        if session.expires_at <= self.now {
            return Err(ApiError::new(Code::ExpiredToken, "The security token included in the request is expired"));
        }
        let opt_in = region.is_some_and(|region| self.opt_in_regions.contains(&region));
        if opt_in && session.from == Endpoint::Global {
            return Err(invalid_token());
        }
        // That sessions of a deleted role end is inferred; their permissions are gone in any case.
        let seen = self.session_role(session).is_some_and(|role| role.visible.is_some());
        if seen { Ok(()) } else { Err(invalid_token()) }
    }

    fn fault(&mut self, api: Api, subject: Subject) -> Fault {
        let rates = self.settings.faults.get(&api).copied().unwrap_or_default();
        if rates.is_none() {
            return Fault::None;
        }
        let FaultRates { throttled, internal, timed_out } = rates;
        let drawn = match subject {
            Subject::Account(account) => self.draw_account(account, |_, draw| draw.below(2_000_000)),
            Subject::Organization(key) => self.draw_organization(key, |_, draw| draw.below(2_000_000)),
        };
        let (millionth, carried_out) = (drawn / 2, drawn % 2 == 0);
        let (throttled, internal) = (u64::from(throttled), u64::from(internal));
        match millionth {
            under if under < throttled => Fault::Throttled,
            under if under < throttled + internal => Fault::Internal,
            under if under < throttled + internal + u64::from(timed_out) => {
                if carried_out {
                    Fault::AnswerLost
                } else {
                    Fault::RequestLost
                }
            }
            _ => Fault::None,
        }
    }

    /// Rates hold for the calling account: Organizations' as a whole, those of STS in each Region and for all its APIs.
    fn take_token(&mut self, caller: &Caller, api: Api, region: Option<TextId>) -> Result<(), ApiError> {
        let Some(rate) = api.rate().filter(|_| self.settings.rates) else { return Ok(()) };
        let counted = if api.service() == Service::Sts { Api::AssumeRole } else { api };
        let now = self.now;
        let bucket = self.buckets.get_or_insert_with((caller.account(), counted, region), || Bucket::full(rate, now));
        if bucket.take(rate, now) { Ok(()) } else { Err(throttled(api)) }
    }
}

fn throttled(api: Api) -> ApiError {
    match api.service() {
        Service::Organizations => ApiError::new(Code::TooManyRequestsException, "Rate exceeded"),
        _ => ApiError::new(Code::Throttling, "Rate exceeded"),
    }
}

fn internal(api: Api) -> ApiError {
    let code = match api.service() {
        Service::Organizations => Code::ServiceException,
        Service::Iam => Code::ServiceFailure,
        Service::Sts | Service::CloudFormation | Service::Other => Code::InternalFailure,
    };
    ApiError::new(code, "The request processing has failed because of an unknown error, exception or failure.")
}

fn timed_out() -> ApiError {
    ApiError::new(Code::TimedOut, "no answer came in time; whether the request was carried out is not known")
}

pub(crate) fn invalid_token() -> ApiError {
    ApiError::new(Code::InvalidClientTokenId, "The security token included in the request is invalid")
}
