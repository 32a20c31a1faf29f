//! What a caller may do: its policies, its boundary and the SCPs above its account, decided by the evaluator of
//! `rolecall-iam`. The one short cut is for callers that may do everything under SCPs that allow everything.

use crate::account::AccountKey;
use crate::api::Api;
use crate::caller::Caller;
use crate::error::{ApiError, CallerName, Code, DeniedAction, Detail};
use crate::gateway::{Resource, Subject, invalid_token};
use crate::iam::DefinitionId;
use crate::organizations::LevelsId;
use crate::policy::PolicyId;
use crate::text::TextId;
use crate::world::World;
use jiff::Timestamp;
use rolecall_iam::evaluate::{
    ActionFacts, Answer, Context, Decision, PolicyKind, PolicySet, Reason, Request, RequestPrincipal, decide,
};

/// The policies of a caller.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CallerPolicies {
    /// `None`: the root user, who needs none.
    pub(crate) identity: Option<Vec<PolicyId>>,
    pub(crate) boundary: Option<PolicyId>,
}

/// Services whose resources RCPs apply to (AWS Organizations user guide, `orgs_manage_policies_rcps`).
const RCP_SERVICES: [&str; 5] = ["s3", "sts", "kms", "sqs", "secretsmanager"];

impl World {
    /// Any other action of a service, on a resource (`*` or an ARN) in a Region: what a session of a vendor's role does.
    ///
    /// # Errors
    /// `AccessDenied` with the kind of policy at fault; what any call may answer.
    pub fn act(&mut self, caller: &Caller, action: &str, resource: &str, region: TextId) -> Result<(), ApiError> {
        let subject = Subject::Account(caller.account());
        self.call_in(caller, Api::Other, subject, Resource::Unchecked, Some(region), |world| {
            let region = ("aws:RequestedRegion", world.texts.get(region).to_owned());
            world.permit(caller, action, resource, &[region])
        })
    }

    pub(crate) fn check_permission(&mut self, caller: &Caller, api: Api, resource: Resource) -> Result<(), ApiError> {
        match resource {
            Resource::Unchecked => Ok(()),
            _ if self.may_do_everything(caller) => Ok(()),
            Resource::Any => self.permit_on_all(caller, api),
            Resource::Stack { account, region, name } => {
                let arn = self.cloudformation_arn(account, region, "stack", name, '/');
                self.permit(caller, api.action(), &arn, &[])
            }
            Resource::StackSet { account, region, name } => {
                let arn = self.cloudformation_arn(account, region, "stackset", name, ':');
                self.permit(caller, api.action(), &arn, &[])
            }
            Resource::Policy { account, policy } => {
                let arn = self.managed_arn(account, policy);
                self.permit(caller, api.action(), &arn, &[])
            }
            Resource::Role { account, path, name, boundary } => {
                let arn = self.role_arn(account, path, name);
                let boundary = boundary.map(|policy| ("iam:PermissionsBoundary", self.managed_arn(account, policy)));
                self.permit(caller, api.action(), &arn, boundary.as_slice())
            }
        }
    }

    /// The ARN of a stack or a stack set, with a star for the ID that AWS puts behind the name: so AWS itself writes it when it
    /// denies a call (seen in messages of others, in no page of AWS).
    fn cloudformation_arn(
        &self,
        account: AccountKey,
        region: TextId,
        kind: &str,
        name: TextId,
        separator: char,
    ) -> String {
        let (region, name) = (self.texts.get(region), self.texts.get(name));
        format!("arn:aws:cloudformation:{region}:{}:{kind}/{name}{separator}*", self.account(account).number)
    }

    /// The ARN of a role, existing or not.
    pub fn role_arn(&self, account: AccountKey, path: TextId, name: TextId) -> String {
        let (path, name) = (self.texts.get(path), self.texts.get(name));
        format!("arn:aws:iam::{}:role{path}{name}", self.account(account).number)
    }

    /// Whether neither the caller's policies nor SCPs can limit it.
    fn may_do_everything(&self, caller: &Caller) -> bool {
        if self.service_control_of(caller.account()).is_some() {
            return false;
        }
        match caller {
            Caller::Root(_) | Caller::Administrator(_) | Caller::StackSetsExecution(_) => true,
            Caller::Session(_) => self.policies_of(caller).is_some_and(|policies| {
                let full = |id: &PolicyId| self.policies.get(*id).is_some_and(|info| info.allows_everything);
                policies.boundary.is_none_or(|id| full(&id))
                    && policies.identity.is_some_and(|identity| identity.len() == 1 && identity.iter().all(full))
            }),
        }
    }

    /// The SCPs that bind an account; nothing when none can limit anything. Never those of a management account.
    pub(crate) fn service_control_of(&self, account: AccountKey) -> Option<LevelsId> {
        let holder = self.account(account);
        let organization = self.organization(holder.organization?);
        if organization.management == account {
            return None;
        }
        let levels = organization.levels_of(holder);
        self.levels(levels).limits_callers.then_some(levels)
    }

    /// The RCPs above an account; nothing when none can limit anything. Never those of a management account.
    pub(crate) fn resource_control_of(&self, account: AccountKey) -> Option<LevelsId> {
        let holder = self.account(account);
        let organization = self.organization(holder.organization?);
        if organization.management == account {
            return None;
        }
        let levels = organization.levels_of(holder);
        self.levels(levels).limits_resources.then_some(levels)
    }

    /// The policies of a caller as they are seen now; nothing for a session of a role that is gone.
    pub(crate) fn policies_of(&self, caller: &Caller) -> Option<CallerPolicies> {
        match caller {
            Caller::Root(_) => Some(CallerPolicies { identity: None, boundary: None }),
            Caller::Administrator(_) | Caller::StackSetsExecution(_) => {
                Some(CallerPolicies { identity: Some(vec![self.known.full_identity]), boundary: None })
            }
            Caller::Session(session) => {
                let definition = self.session_role(session)?.visible?;
                Some(self.policies_of_role(session.account, definition))
            }
        }
    }

    fn policies_of_role(&self, account: AccountKey, definition: DefinitionId) -> CallerPolicies {
        let definition = self.definitions.get(definition);
        let inline = definition.inline.iter().map(|(_, document)| *document);
        let managed = definition.managed.iter().filter_map(|policy| self.managed_policy(account, *policy));
        let boundary = definition.boundary.and_then(|policy| self.managed_policy(account, policy));
        CallerPolicies { identity: Some(inline.chain(managed).collect()), boundary }
    }

    /// Decides an action of a caller in its own account, with condition keys that the call brings along.
    pub(crate) fn permit(
        &mut self,
        caller: &Caller,
        action: &str,
        resource: &str,
        keys: &[(&str, String)],
    ) -> Result<(), ApiError> {
        let answer = self.decide_action(caller, action, resource, keys)?;
        if answer.decision == Decision::Allowed {
            return Ok(());
        }
        let by = match answer.reason {
            Reason::DeniedBy(kind) | Reason::NotAllowedBy(kind) | Reason::CannotEvaluate(kind) => kind,
            _ => PolicyKind::Identity,
        };
        let denied = DeniedAction {
            caller: self.caller_name(caller),
            action: action.into(),
            resource: resource.into(),
            explicit: answer.decision == Decision::ExplicitDeny,
            by,
        };
        let code = if action.starts_with("organizations:") { Code::AccessDeniedException } else { Code::AccessDenied };
        Err(ApiError { code, detail: Detail::Action(Box::new(denied)) })
    }

    fn decide_action(
        &mut self,
        caller: &Caller,
        action: &str,
        resource: &str,
        keys: &[(&str, String)],
    ) -> Result<Answer, ApiError> {
        let policies = self.policies_of(caller).ok_or_else(invalid_token)?;
        let mut set = self.policy_set(&policies, self.service_control_of(caller.account()));
        set.resource_control =
            self.resource_control_of(caller.account()).map(|levels| self.levels(levels).resource.clone());
        let mut context = self.context_of(caller);
        for (key, value) in keys {
            context.set(key, value.as_str());
        }
        let service = action.split_once(':').map_or("", |(service, _)| service);
        let facts = ActionFacts { takes_resource: None, rcp_applies: Some(RCP_SERVICES.contains(&service)) };
        let mut request = self.request(caller, action, resource, context)?.with_facts(facts);
        if service == "cloudformation" {
            // A stack set has no policy that could let another account in: that the caller is a delegated administrator, which
            // is asked elsewhere, stands in for one (inferred).
            request = request.with_resource_account(self.account(caller.account()).number.into());
        }
        let request = if set.permissions_boundary.is_some() { request.with_permissions_boundary() } else { request };
        let answer = decide(&set, &request);
        self.count_evaluation(answer.decision);
        Ok(answer)
    }

    pub(crate) const fn count_evaluation(&mut self, decision: Decision) {
        self.steps.evaluations += 1;
        if matches!(decision, Decision::CannotDecide) {
            self.steps.undecided += 1;
        }
    }

    pub(crate) fn policy_set(&self, policies: &CallerPolicies, service_control: Option<LevelsId>) -> PolicySet {
        let compiled = |id: PolicyId| self.policies.compiled(id).cloned();
        PolicySet {
            identity: policies.identity.iter().flatten().filter_map(|id| compiled(*id)).collect(),
            permissions_boundary: policies.boundary.and_then(compiled),
            service_control: service_control.map(|levels| self.levels(levels).service.clone()),
            ..PolicySet::default()
        }
    }

    /// What follows from the caller and the time.
    pub(crate) fn context_of(&self, caller: &Caller) -> Context {
        let mut context = Context::new();
        if let Some(organization) = self.account(caller.account()).organization {
            context.set("aws:PrincipalOrgID", self.texts.get(self.organization(organization).id));
        }
        let seconds = i64::try_from(self.now.0 / 1_000).unwrap_or(i64::MAX).saturating_add(self.settings.epoch_s);
        if let Ok(time) = Timestamp::from_second(seconds) {
            context.set("aws:CurrentTime", time.to_string());
            context.set("aws:EpochTime", seconds.to_string());
        }
        context.set("aws:SecureTransport", "true");
        context
    }

    /// A request of a caller, with the identity that policies compare.
    pub(crate) fn request(
        &self,
        caller: &Caller,
        action: &str,
        resource: &str,
        context: Context,
    ) -> Result<Request, ApiError> {
        let refused = |text: String| ApiError::written(Code::ValidationError, text);
        let arn = self.caller_arn(self.caller_name(caller));
        let principal = RequestPrincipal::parse(&arn).map_err(|error| refused(error.to_string()))?;
        let request = Request::new(principal, action, resource, context).map_err(|error| refused(error.to_string()))?;
        let Caller::Session(session) = caller else { return Ok(request) };
        let request = request.with_principal_id(&session.role.to_string());
        let Some((account, definition)) = self.role_of(session) else { return Ok(request) };
        let (path, name) = (definition.path, definition.name);
        let role_arn = self.role_arn(account, path, name);
        request.with_principal_role(&role_arn).map_err(|error| refused(error.to_string()))
    }

    pub(crate) fn caller_name(&self, caller: &Caller) -> CallerName {
        let number = self.account(caller.account()).number;
        match caller {
            Caller::Root(_) => CallerName::Root(number),
            Caller::Administrator(_) => CallerName::User(number, self.known.administrator),
            Caller::StackSetsExecution(_) => {
                CallerName::Session(number, self.known.execution_role, self.known.execution_role)
            }
            Caller::Session(session) => {
                let name = self.role_of(session).map_or(self.known.root_path, |(_, definition)| definition.name);
                CallerName::Session(number, name, session.name)
            }
        }
    }

    fn role_of(&self, session: &crate::caller::Session) -> Option<(AccountKey, &crate::iam::RoleDefinition)> {
        let role = self.session_role(session)?;
        let definition = role.visible.or(role.current)?;
        Some((session.account, self.definitions.get(definition)))
    }
}
