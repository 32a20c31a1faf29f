//! IAM's policy simulator, answered by the evaluator of `rolecall-iam`: SimulateCustomPolicy over policies that the call
//! brings, SimulatePrincipalPolicy over those of a role and the SCPs above it (IAM API reference; botocore's IAM model).
//! Resource policies are not taken, as the callers of this project do not pass any.

use super::RoleInfo;
use crate::api::Api;
use crate::authorization::CallerPolicies;
use crate::caller::Caller;
use crate::error::{ApiError, Code};
use crate::gateway::{Resource, Subject};
use crate::organizations::LevelsId;
use crate::policy::PolicyId;
use crate::text::TextId;
use crate::world::World;
use rolecall_iam::document::Effect;
use rolecall_iam::evaluate::{
    Context, Decision, Explanation, PolicyKind, PolicySet, Request, RequestPrincipal, Truth, explain_answer,
};
use rolecall_iam::source::{SourceFile, SourceMap};
use rolecall_iam::span::Span;

/// What both requests ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simulation {
    /// `PolicyInputList`: alone, or in addition to those of the principal.
    pub policies: Vec<PolicyId>,
    /// `PermissionsBoundaryPolicyInputList`: instead of the principal's own.
    pub boundary: Option<PolicyId>,
    /// `ActionNames`.
    pub actions: Vec<String>,
    /// `ResourceArns`; empty means `*`.
    pub resources: Vec<String>,
    /// `ContextEntries`: key, values.
    pub context: Vec<(String, Vec<String>)>,
    /// `CallerArn`.
    pub caller_arn: Option<String>,
}

/// Where a statement that matched stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedStatement {
    /// `SourcePolicyId`: `PolicyInputList.1`, or the name of the principal's policy (its form is inferred).
    pub source: String,
    /// `StartPosition`: line and column.
    pub start: (u32, u32),
    /// `EndPosition`.
    pub end: (u32, u32),
}

/// The result of one action on one resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulated {
    /// `EvalActionName`.
    pub action: String,
    /// `EvalResourceName`.
    pub resource: String,
    /// `EvalDecision`: `allowed`, `explicitDeny` or `implicitDeny`.
    pub decision: &'static str,
    /// `MatchedStatements`: those that the decision rests on.
    pub matched: Vec<MatchedStatement>,
    /// `MissingContextValues`: keys of the identity policies and the boundary that nobody told.
    pub missing: Vec<String>,
    /// `AllowedByOrganizations`, where SCPs were asked.
    pub allowed_by_organizations: Option<bool>,
    /// `AllowedByPermissionsBoundary`, where there is one.
    pub allowed_by_boundary: Option<bool>,
}

/// The policies of a simulation with the names of their sources.
struct Subjects {
    identity: Vec<(String, PolicyId)>,
    boundary: Option<(String, PolicyId)>,
    service_control: Option<LevelsId>,
    principal: String,
}

impl World {
    /// `iam:SimulateCustomPolicy`.
    ///
    /// # Errors
    /// `InvalidInput` for malformed policies, actions with wildcards, resources that are no ARN; `PolicyEvaluation` for
    /// what cannot be decided.
    pub fn simulate_custom_policy(&mut self, caller: &Caller, asked: &Simulation) -> Result<Vec<Simulated>, ApiError> {
        let account = caller.account();
        self.call(caller, Api::SimulateCustomPolicy, Subject::Account(account), Resource::Any, |world| {
            let number = world.account(account).number;
            let subjects = Subjects {
                identity: numbered("PolicyInputList", &asked.policies),
                boundary: asked.boundary.map(|id| ("PermissionsBoundaryPolicyInputList.1".to_owned(), id)),
                service_control: None,
                principal: asked.caller_arn.clone().unwrap_or_else(|| format!("arn:aws:iam::{number}:user/simulated")),
            };
            world.simulate(asked, &subjects)
        })
    }

    /// `iam:SimulatePrincipalPolicy` of a role of the caller's account.
    ///
    /// # Errors
    /// `NoSuchEntity`; as `simulate_custom_policy`.
    pub fn simulate_principal_policy(
        &mut self,
        caller: &Caller,
        role: TextId,
        asked: &Simulation,
    ) -> Result<Vec<Simulated>, ApiError> {
        self.role_call(caller, Api::SimulatePrincipalPolicy, role, |world, info| {
            let subjects = world.subjects_of_role(&info, asked);
            world.simulate(asked, &subjects)
        })
    }

    fn subjects_of_role(&self, info: &RoleInfo, asked: &Simulation) -> Subjects {
        let definition = self.definitions.get(info.definition);
        let text = |id: TextId| self.texts.get(id);
        let role = text(definition.name);
        let inline = definition.inline.iter().map(|(name, id)| (format!("role_{role}_{}", text(*name)), *id));
        let managed = definition.managed.iter().filter_map(|policy| {
            let arn = self.managed_arn(info.account, *policy);
            let name = arn.rsplit('/').next().unwrap_or(&arn).to_owned();
            Some((name, self.managed_policy(info.account, *policy)?))
        });
        let own_boundary = definition.boundary.and_then(|policy| self.managed_policy(info.account, policy));
        let own_boundary = own_boundary.map(|id| ("PermissionsBoundary".to_owned(), id));
        let given = asked.boundary.map(|id| ("PermissionsBoundaryPolicyInputList.1".to_owned(), id));
        let (number, session) = (self.account(info.account).number, "simulated");
        Subjects {
            identity: inline.chain(managed).chain(numbered("PolicyInputList", &asked.policies)).collect(),
            boundary: given.or(own_boundary),
            service_control: self.levels_asked(info.account),
            principal: format!("arn:aws:sts::{number}:assumed-role/{role}/{session}"),
        }
    }

    /// The SCPs above a member, also where they limit nothing: the answer says so.
    fn levels_asked(&self, account: crate::account::AccountKey) -> Option<LevelsId> {
        let holder = self.account(account);
        let organization = self.organization(holder.organization?);
        (organization.management != account).then(|| organization.levels_of(holder))
    }

    fn simulate(&mut self, asked: &Simulation, subjects: &Subjects) -> Result<Vec<Simulated>, ApiError> {
        let all = subjects.identity.iter().chain(&subjects.boundary);
        if all.clone().any(|(_, id)| self.policies.compiled(*id).is_none()) {
            return Err(refused("The policy is malformed."));
        }
        if let Some(wild) = asked.actions.iter().find(|action| action.contains(['*', '?'])) {
            return Err(refused(format!("Invalid Action Name: {wild}. Wildcards are not supported.")));
        }
        let everything = ["*".to_owned()];
        let resources = if asked.resources.is_empty() { &everything[..] } else { &asked.resources };
        let policies = CallerPolicies {
            identity: Some(subjects.identity.iter().map(|(_, id)| *id).collect()),
            boundary: subjects.boundary.as_ref().map(|(_, id)| *id),
        };
        let set = self.policy_set(&policies, subjects.service_control);
        let mut results = Vec::with_capacity(asked.actions.len() * resources.len());
        for action in &asked.actions {
            for resource in resources {
                results.push(self.simulate_one(asked, subjects, &set, action, resource)?);
            }
        }
        Ok(results)
    }

    fn simulate_one(
        &mut self,
        asked: &Simulation,
        subjects: &Subjects,
        set: &PolicySet,
        action: &str,
        resource: &str,
    ) -> Result<Simulated, ApiError> {
        let mut context = Context::new();
        for (key, values) in &asked.context {
            match values.as_slice() {
                [one] => context.set(key, one.as_str()),
                many => context.set_multi(key, many.to_vec()),
            }
        }
        let principal = RequestPrincipal::parse(&subjects.principal).map_err(|error| refused(error.to_string()))?;
        let request = Request::new(principal, action, resource, context).map_err(|error| refused(error.to_string()))?;
        let request = if set.permissions_boundary.is_some() { request.with_permissions_boundary() } else { request };
        let explanation = explain_answer(set, &request);
        self.count_evaluation(explanation.answer.decision);
        let missing = self.missing_keys(subjects, &request);
        let decision = match explanation.answer.decision {
            Decision::CannotDecide if missing.is_empty() => {
                let text = format!("The policy could not be evaluated for {action} on {resource}.");
                return Err(ApiError::written(Code::PolicyEvaluation, text));
            }
            Decision::CannotDecide => Decision::ImplicitDeny,
            other => other,
        };
        let organizations = subjects.service_control.is_some();
        Ok(Simulated {
            action: action.to_owned(),
            resource: resource.to_owned(),
            decision: decision.as_str(),
            matched: self.matched(subjects, &explanation, decision),
            missing,
            allowed_by_organizations: organizations.then(|| allowed_by_service_control(&explanation)),
            allowed_by_boundary: subjects.boundary.as_ref().map(|_| {
                let mut boundary = explanation.policies.iter().filter(|t| t.kind == PolicyKind::PermissionsBoundary);
                boundary.all(|trace| trace.decision.decision() == Decision::Allowed)
            }),
        })
    }

    /// The statements of the identity policies and the boundary that the decision rests on.
    fn matched(&self, subjects: &Subjects, explanation: &Explanation, decision: Decision) -> Vec<MatchedStatement> {
        let effect = match decision {
            Decision::Allowed => Effect::Allow,
            Decision::ExplicitDeny => Effect::Deny,
            _ => return Vec::new(),
        };
        let mut found = Vec::new();
        for trace in &explanation.policies {
            let place = usize::try_from(trace.policy).unwrap_or(usize::MAX);
            let subject = match trace.kind {
                PolicyKind::Identity => subjects.identity.get(place),
                PolicyKind::PermissionsBoundary => subjects.boundary.as_ref(),
                _ => None,
            };
            let Some((source, id)) = subject else { continue };
            let Some(info) = self.policies.get(*id) else { continue };
            let mut sources = SourceMap::new();
            let file = sources.add("", info.text.as_ref());
            let Some(file) = sources.get(file) else { continue };
            for statement in &trace.statements {
                if statement.applies != Truth::True || statement.effect != effect {
                    continue;
                }
                let (start, end) = places(file, statement.span);
                found.push(MatchedStatement { source: source.clone(), start, end });
            }
        }
        found
    }

    /// Keys that conditions and variables of the identity policies and the boundary ask for and that the request has not.
    /// Of SCPs none are told (botocore's IAM model, `MissingContextValues`, 2026).
    fn missing_keys(&self, subjects: &Subjects, request: &Request) -> Vec<String> {
        let mut keys = Vec::new();
        for (_, id) in subjects.identity.iter().chain(&subjects.boundary) {
            let Some(compiled) = self.policies.compiled(*id) else { continue };
            for statement in &compiled.policy().statements {
                let resources = statement.resources.iter().flat_map(|element| &element.values);
                let mut texts: Vec<&str> = resources.map(|value| value.value.as_str()).collect();
                for condition in &statement.conditions {
                    keys.push(condition.key.value.clone());
                    texts.extend(condition.values.iter().map(|value| value.value.as_str()));
                }
                keys.extend(texts.into_iter().flat_map(variables).map(str::to_owned));
            }
        }
        keys.retain(|key| request.context().get(&key.to_ascii_lowercase()).is_none());
        keys.sort();
        keys.dedup_by(|one, other| one.eq_ignore_ascii_case(other));
        keys
    }
}

fn numbered(list: &str, policies: &[PolicyId]) -> Vec<(String, PolicyId)> {
    (1..).zip(policies).map(|(number, id): (u32, _)| (format!("{list}.{number}"), *id)).collect()
}

fn refused(text: impl Into<Box<str>>) -> ApiError {
    ApiError::written(Code::InvalidInput, text)
}

fn allowed_by_service_control(explanation: &Explanation) -> bool {
    let scps: Vec<_> = explanation.policies.iter().filter(|trace| trace.kind == PolicyKind::ServiceControl).collect();
    let levels = scps.iter().map(|trace| trace.level).max().map_or(0, |last| last + 1);
    (0..levels).all(|level| {
        let mut decisions = scps.iter().filter(|trace| trace.level == level).map(|trace| trace.decision.decision());
        let allowed = decisions.clone().any(|decision| decision == Decision::Allowed);
        allowed && decisions.all(|decision| matches!(decision, Decision::Allowed | Decision::ImplicitDeny))
    })
}

/// `${key}` in a text; one with a default value needs no value, and `${*}`, `${?}`, `${$}` are no keys.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split("${").skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name.trim());
    parts.filter(|name| name.contains(':') && !name.contains(','))
}

fn places(file: &SourceFile, span: Span) -> ((u32, u32), (u32, u32)) {
    let place = |offset| {
        let found = file.line_column(offset);
        (found.line, found.column)
    };
    (place(span.start), place(span.end))
}

#[cfg(test)]
mod tests;
