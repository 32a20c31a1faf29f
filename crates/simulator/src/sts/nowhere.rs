//! AssumeRole of a role in an account that the world does not have. STS tells nobody which accounts exist: the answer is
//! the denial that every other cause has.

use crate::account::AccountNumber;
use crate::api::Api;
use crate::caller::{Caller, Endpoint};
use crate::error::{ApiError, Code, Detail, RoleName};
use crate::gateway::{Resource, Subject};
use crate::text::TextId;
use crate::world::World;

impl World {
    /// `sts:AssumeRole` of a role (path, name) in an account that there is not: never a session, but a call like any other.
    ///
    /// # Errors
    /// `AccessDenied`, and what any call may answer.
    pub fn assume_role_nowhere(
        &mut self,
        caller: &Caller,
        account: AccountNumber,
        (path, name): (TextId, TextId),
        endpoint: Endpoint,
    ) -> Result<(), ApiError> {
        let region = match endpoint {
            Endpoint::Global => None,
            Endpoint::Regional(region) => Some(region),
        };
        let subject = Subject::Account(caller.account());
        self.call_in(caller, Api::AssumeRole, subject, Resource::Unchecked, region, |world| {
            let role = RoleName { account, path, name };
            let detail = Detail::AssumeRole(world.caller_name(caller), role);
            Err(ApiError { code: Code::AccessDenied, detail })
        })
    }
}
