//! Whether a role opens for a caller. A decision that can depend on neither the account of the role nor the time is
//! remembered: the same trust stands in every account of an organization.

use super::AssumeRole;
use crate::account::AccountKey;
use crate::api::Api;
use crate::authorization::CallerPolicies;
use crate::by_key::ByKey;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::gateway::invalid_token;
use crate::iam::{DefinitionId, UniqueId};
use crate::organizations::LevelsId;
use crate::policy::PolicyId;
use crate::text::TextId;
use crate::world::World;
use rolecall_iam::evaluate::{ActionFacts, Decision, decide};
use std::hash::{Hash, Hasher};

/// Decisions that are remembered before all are forgotten.
const REMEMBERED_MAX: usize = 1 << 14;

/// Everything that a remembered decision depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Question {
    caller: (AccountKey, Principal),
    /// The caller's definition stands for its policies; its organization for `aws:PrincipalOrgID`.
    caller_definition: Option<DefinitionId>,
    caller_organization: Option<u16>,
    same_account: bool,
    definition: DefinitionId,
    trust: PolicyId,
    external_id: Option<TextId>,
    session_name: TextId,
    service_control: Option<LevelsId>,
    resource_control: Option<LevelsId>,
}

/// By what tells most questions of a world apart; the rest is compared.
impl Hash for Question {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (self.definition, self.external_id, self.resource_control).hash(hasher);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Principal {
    Root,
    Administrator,
    Execution,
    Session(UniqueId, TextId),
}

/// A session that was allowed an action on `*`, by policies that depend on neither the time nor anything else that is not
/// here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Permission {
    api: Api,
    account: AccountKey,
    role: UniqueId,
    session_name: TextId,
    definition: DefinitionId,
    organization: Option<u16>,
    service_control: Option<LevelsId>,
    resource_control: Option<LevelsId>,
}

/// Remembered decisions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    opens: ByKey<Question, bool>,
    permitted: ByKey<Permission, ()>,
}

impl World {
    /// Whether the trust of `definition`, as it stands in the account, lets the caller in.
    pub(super) fn opens(
        &mut self,
        caller: &Caller,
        request: &AssumeRole,
        definition: DefinitionId,
    ) -> Result<bool, ApiError> {
        let question = self.question(caller, request, definition);
        if let Some(opens) = self.memory.opens.get(&question) {
            self.steps.remembered += 1;
            return Ok(*opens);
        }
        let policies = self.policies_of(caller).ok_or_else(invalid_token)?;
        let opens = self.evaluate_trust(caller, request, &question, &policies)?;
        if self.is_portable(&question, &policies) {
            if self.memory.opens.len() >= REMEMBERED_MAX {
                self.memory.opens.clear();
            }
            self.memory.opens.insert(question, opens);
        }
        Ok(opens)
    }

    fn question(&mut self, caller: &Caller, request: &AssumeRole, definition: DefinitionId) -> Question {
        let principal = match caller {
            Caller::Root(_) => Principal::Root,
            Caller::Administrator(_) => Principal::Administrator,
            Caller::StackSetsExecution(_) => Principal::Execution,
            Caller::Session(session) => Principal::Session(session.role, session.name),
        };
        let caller_definition = match caller {
            Caller::Session(session) => self.session_role(session).and_then(|role| role.visible),
            _ => None,
        };
        let account = caller.account();
        Question {
            caller: (account, principal),
            caller_definition,
            caller_organization: self.account(account).organization.map(|key| key.0),
            same_account: account == request.account,
            definition,
            trust: self.trust_of(definition),
            external_id: request.external_id,
            session_name: request.session_name,
            service_control: self.service_control_of(account),
            resource_control: self.resource_control_of(request.account),
        }
    }

    /// The evaluator decides over trust, the caller's policies, SCPs of its account and RCPs of the role's account.
    fn evaluate_trust(
        &mut self,
        caller: &Caller,
        request: &AssumeRole,
        question: &Question,
        policies: &CallerPolicies,
    ) -> Result<bool, ApiError> {
        let mut set = self.policy_set(policies, question.service_control);
        set.resource = self.policies.compiled(question.trust).cloned();
        set.resource_control = question.resource_control.map(|levels| self.levels(levels).resource.clone());
        let mut context = self.context_of(caller);
        if let Some(external_id) = question.external_id {
            context.set("sts:ExternalId", self.texts.get(external_id));
        }
        context.set("sts:RoleSessionName", self.texts.get(question.session_name));
        context.set("aws:ResourceAccount", self.account(request.account).number.to_string());
        if let Some(organization) = self.account(request.account).organization {
            context.set("aws:ResourceOrgID", self.texts.get(self.organization(organization).id));
        }
        let resource = self.role_arn(request.account, request.path, request.role);
        let facts = ActionFacts { takes_resource: Some(true), rcp_applies: Some(true) };
        let request = self.request(caller, "sts:AssumeRole", &resource, context)?.with_facts(facts);
        let request = if set.permissions_boundary.is_some() { request.with_permissions_boundary() } else { request };
        let answer = decide(&set, &request);
        self.count_evaluation(answer.decision);
        Ok(answer.decision == Decision::Allowed)
    }

    fn is_portable(&self, question: &Question, policies: &CallerPolicies) -> bool {
        let trust = self.policies.get(question.trust).is_some_and(|info| info.portable);
        trust && self.are_portable(policies, [question.service_control, question.resource_control])
    }

    fn are_portable(&self, policies: &CallerPolicies, control: [Option<LevelsId>; 2]) -> bool {
        let portable = |id: &PolicyId| self.policies.get(*id).is_some_and(|info| info.portable);
        let identity = policies.identity.iter().flatten().chain(&policies.boundary);
        let control = control.into_iter().flatten().all(|levels| self.levels(levels).portable);
        control && identity.into_iter().all(portable)
    }

    /// An action of a caller on `*`. A listing asks for the same permission at every page: that a session was allowed it is
    /// remembered, where it can depend on neither the time nor the account.
    pub(crate) fn permit_on_all(&mut self, caller: &Caller, api: Api) -> Result<(), ApiError> {
        let permission = self.permission(caller, api);
        if permission.is_some_and(|permission| self.memory.permitted.contains(&permission)) {
            self.steps.remembered += 1;
            return Ok(());
        }
        self.permit(caller, api.action(), "*", &[])?;
        let policies = self.policies_of(caller).ok_or_else(invalid_token)?;
        let lasting =
            permission.filter(|known| self.are_portable(&policies, [known.service_control, known.resource_control]));
        if let Some(permission) = lasting {
            if self.memory.permitted.len() >= REMEMBERED_MAX {
                self.memory.permitted.clear();
            }
            self.memory.permitted.insert(permission, ());
        }
        Ok(())
    }

    fn permission(&self, caller: &Caller, api: Api) -> Option<Permission> {
        let Caller::Session(session) = caller else { return None };
        Some(Permission {
            api,
            account: session.account,
            role: session.role,
            session_name: session.name,
            definition: self.session_role(session)?.visible?,
            organization: self.account(session.account).organization.map(|key| key.0),
            service_control: self.service_control_of(session.account),
            resource_control: self.resource_control_of(session.account),
        })
    }
}
