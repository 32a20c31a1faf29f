//! The work in one account: CloudFormation acts there with the execution role, and IAM answers it as anybody. What fails
//! leaves its reason; a role whose creation timed out stays behind half known, as people have seen.

use super::DetailedStatus;
use super::operation::{RoleChoice, Target, Work};
use super::sets::{InstanceStack, PermissionModel, SetKey};
use crate::account::AccountKey;
use crate::api::Api;
use crate::caller::{Caller, Endpoint};
use crate::error::{ApiError, Code};
use crate::gateway::{Resource, Subject};
use crate::iam::{DefinitionId, RoleDefinition, UniqueId};
use crate::sts::AssumeRole;
use crate::time::SimSpan;
use crate::world::World;

/// How the work on an instance ended.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Succeeded,
    Failed(Box<str>),
    Skipped,
}

impl Outcome {
    pub(super) const fn detailed(&self) -> DetailedStatus {
        match self {
            Self::Succeeded => DetailedStatus::Succeeded,
            Self::Failed(_) => DetailedStatus::Failed,
            Self::Skipped => DetailedStatus::SkippedSuspendedAccount,
        }
    }
}

impl World {
    pub(super) fn work_on(&mut self, key: SetKey, account: AccountKey, target: &Target, work: Work) -> Outcome {
        let done = match work {
            Work::Deploy { template, role } => self.deploy(key, account, target, (template, role)),
            Work::Delete { retain } => self.delete_instance(key, account, target, retain),
            Work::DetectDrift => {
                self.detect_drift(key, target);
                Ok(())
            }
        };
        match done {
            Ok(()) => Outcome::Succeeded,
            Err(error) => Outcome::Failed(self.message(&error).into()),
        }
    }

    /// Creates or updates the stack of an instance.
    fn deploy(
        &mut self,
        key: SetKey,
        account: AccountKey,
        target: &Target,
        (template, choice): (super::TemplateId, RoleChoice),
    ) -> Result<(), ApiError> {
        let place = (target.number, target.region);
        let Some(mut instance) = self.set(key).instances.get(&place).copied() else { return Ok(()) };
        if let RoleChoice::Override(overrides) = choice {
            instance.overrides = overrides;
        }
        let wanted = instance.overrides.unwrap_or_else(|| self.template(template).role_in(target.number));
        let executor = self.executor(key, account)?;
        let deployed = match instance.stack {
            Some(InstanceStack { role: Some(role), wanted: before }) => {
                self.change_role(&executor, role, before, wanted).map(Some)
            }
            _ => self.make_role(&executor, wanted).map(Some),
        };
        if let Ok(role) = deployed {
            instance.stack = Some(InstanceStack { role, wanted });
        } else if instance.stack.is_none() {
            // The stack is there, rolled back: it has an ID and no role.
            instance.stack = Some(InstanceStack { role: None, wanted });
        }
        if let Some(kept) = self.set_mut(key).instances.get_mut(&place) {
            (kept.stack, kept.overrides) = (instance.stack, instance.overrides);
        }
        deployed.map(|_| ())
    }

    fn delete_instance(
        &mut self,
        key: SetKey,
        account: AccountKey,
        target: &Target,
        retain: bool,
    ) -> Result<(), ApiError> {
        let instance = self.set(key).instances.get(&(target.number, target.region));
        let stack = instance.and_then(|instance| instance.stack);
        match stack {
            Some(InstanceStack { role: Some(role), wanted }) if !retain => {
                let executor = self.executor(key, account)?;
                self.drop_role(&executor, role, wanted)
            }
            _ => Ok(()),
        }
    }

    /// With what credentials CloudFormation works in an account.
    fn executor(&mut self, key: SetKey, account: AccountKey) -> Result<Caller, ApiError> {
        let set = self.set(key);
        let (owner, region) = (set.owner, set.region);
        match set.model {
            PermissionModel::ServiceManaged { .. } => {
                let executor = Caller::StackSetsExecution(account);
                self.check_credentials(&executor, None)?;
                Ok(executor)
            }
            PermissionModel::SelfManaged { administration_role, execution_role } => {
                let refused = |world: &Self| {
                    let (number, role) = (world.account(account).number, world.texts.get(execution_role));
                    let administration = world.texts.get(administration_role);
                    let text = format!(
                        "Account {number} should have '{role}' role with trust relationship to Role '{administration}'."
                    );
                    ApiError::written(Code::AccessDenied, text)
                };
                let administration = self.live_role(owner, administration_role).map(|role| role.unique);
                let session = administration
                    .and_then(|role| self.service_session(role, administration_role, region, SimSpan::hours(1)))
                    .ok_or_else(|| refused(self))?;
                let request = AssumeRole {
                    account,
                    path: self.known.root_path,
                    role: execution_role,
                    session_name: administration_role,
                    external_id: None,
                    duration_s: None,
                    endpoint: Endpoint::Regional(region),
                };
                let opened = self.open_session(&Caller::Session(session), &request);
                opened.map(Caller::Session).map_err(|_| refused(self))
            }
        }
    }

    /// Creates the role of a stack.
    pub(super) fn make_role(&mut self, executor: &Caller, wanted: DefinitionId) -> Result<UniqueId, ApiError> {
        let account = executor.account();
        let definition = RoleDefinition::clone(self.definitions.get(wanted));
        let resource =
            Resource::Role { account, path: definition.path, name: definition.name, boundary: definition.boundary };
        self.call(executor, Api::CreateRole, Subject::Account(account), resource, |world| {
            world.add_role(account, &definition)
        })
    }

    /// Brings the role of a stack to what the stack wants now. Another name or path is another role: the new one is made
    /// first, then the old one goes.
    pub(super) fn change_role(
        &mut self,
        executor: &Caller,
        role: UniqueId,
        before: DefinitionId,
        wanted: DefinitionId,
    ) -> Result<UniqueId, ApiError> {
        if before == wanted {
            // Nothing in the template changed, so nothing is touched: a hand edit stays.
            return Ok(role);
        }
        let (old, new) = (self.definitions.get(before).clone(), self.definitions.get(wanted).clone());
        if (old.name, old.path) != (new.name, new.path) {
            let made = self.make_role(executor, wanted)?;
            self.drop_role(executor, role, before)?;
            return Ok(made);
        }
        let account = executor.account();
        let resource = Resource::Role { account, path: new.path, name: new.name, boundary: new.boundary };
        self.call(executor, Api::UpdateAssumeRolePolicy, Subject::Account(account), resource, |world| {
            if !world.is_live(role) {
                return Err(world.no_role(new.name));
            }
            world.replace_role(account, role, &new)?;
            Ok(role)
        })
    }

    /// Deletes the role of a stack. What somebody attached by hand stands in the way.
    pub(super) fn drop_role(
        &mut self,
        executor: &Caller,
        role: UniqueId,
        wanted: DefinitionId,
    ) -> Result<(), ApiError> {
        let account = executor.account();
        let definition = self.definitions.get(wanted).clone();
        let resource =
            Resource::Role { account, path: definition.path, name: definition.name, boundary: definition.boundary };
        self.call(executor, Api::DeleteRole, Subject::Account(account), resource, |world| {
            let Some(info) = world.role_info(role) else { return Ok(()) };
            let current = world.definitions.get(info.definition);
            let foreign = current.managed.iter().any(|policy| !definition.managed.contains(policy));
            let own_names: Vec<_> = definition.inline.iter().map(|(name, _)| *name).collect();
            if foreign || current.inline.iter().any(|(name, _)| !own_names.contains(name)) {
                let text = "Cannot delete entity, must detach all policies first.";
                return Err(ApiError::new(Code::DeleteConflict, text));
            }
            world.remove_role(role);
            Ok(())
        })
    }
}
