//! Evaluates what a contract needs: every action on every resource in its context must be `allowed`, also where a
//! condition or a `Deny` touches only a part of it. A need on a pattern is a need on every resource that it matches: what
//! the evaluator cannot say of one text is proved. What hangs on context that the contract does not give is not judged.

use super::check::GrantedPolicies;
use super::grants::first_few;
use super::patterns::{covers, overlap, widen_variables};
use super::{Capability, Contract};
use crate::finding::{Finding, NotJudged};
use crate::proof::{Answer, Proofs, role_globs};
use crate::rules;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Effect, Element, Policy, PolicyType, Statement, Version};
use rolecall_iam::evaluate::{CompiledPolicy, Context, Decision, PolicySet, Request, RequestPrincipal, decide};
use rolecall_iam::glob;
use rolecall_iam::span::{Span, Spanned};
use rolecall_iam_catalog::{action_named, actions_matching, condition_key};
use rolecall_iam_prove::{Part, PolicySide, no_new_access_within};
use std::collections::BTreeSet;

pub(super) fn check(
    contract: &Contract,
    granted: &GrantedPolicies<'_>,
    proofs: &mut Proofs,
    findings: &mut Vec<Finding>,
    not_judged: &mut Vec<NotJudged>,
) {
    let Ok(principal) = RequestPrincipal::parse(granted.role_arn) else {
        let message = format!("`{}` is no role ARN, so that no request of the role can be evaluated", granted.role_arn);
        not_judged.push(undecided(Span::default(), message, "mend the role's name and path"));
        return;
    };
    let plain = compile(granted.policies.iter().map(|policy| (*policy).clone()));
    for capability in contract.allow.iter().filter(|capability| capability.scope.covers(granted.kind)) {
        let judge = Judge { granted, capability, principal: &principal, plain: &plain };
        for pattern in &capability.actions {
            judge.pattern(pattern, proofs, findings, not_judged);
        }
    }
}

/// What became of everything that one capability needs.
#[derive(Clone, Debug)]
pub struct JudgedCapability<'c> {
    /// The capability.
    pub capability: &'c Capability,
    /// Needed and granted: names of actions.
    pub granted: Vec<String>,
    /// Needed and not granted, each with the reason.
    pub missing: Vec<(String, String)>,
    /// Unknown, each with the reason.
    pub undecided: Vec<(String, String)>,
}

/// Judges capability by capability; `None` when the role's ARN is none.
pub(super) fn judged<'c>(contract: &'c Contract, granted: &GrantedPolicies<'_>) -> Option<Vec<JudgedCapability<'c>>> {
    let principal = RequestPrincipal::parse(granted.role_arn).ok()?;
    let plain = compile(granted.policies.iter().map(|policy| (*policy).clone()));
    let mut proofs = Proofs::default();
    let mut all = Vec::new();
    for capability in contract.allow.iter().filter(|capability| capability.scope.covers(granted.kind)) {
        let judge = Judge { granted, capability, principal: &principal, plain: &plain };
        let mut own = JudgedCapability { capability, granted: Vec::new(), missing: Vec::new(), undecided: Vec::new() };
        for name in capability.actions.iter().flat_map(|pattern| names(&pattern.value)) {
            match judge.everywhere(&name, &mut proofs) {
                Verdict::Granted => own.granted.push(name),
                Verdict::Missing { why, .. } => own.missing.push((name, why)),
                Verdict::Undecided { why, .. } => own.undecided.push((name, why)),
            }
        }
        all.push(own);
    }
    Some(all)
}

/// The documented actions that a pattern names; a plain name is itself.
fn names(pattern: &ActionPattern) -> Vec<String> {
    if pattern.has_wildcard() {
        actions_matching(pattern.lower()).map(|action| action.to_string()).collect()
    } else {
        vec![pattern.as_str().to_owned()]
    }
}

struct Judge<'a> {
    granted: &'a GrantedPolicies<'a>,
    capability: &'a Capability,
    principal: &'a RequestPrincipal,
    plain: &'a PolicySet,
}

/// What one action on one resource came to.
enum Verdict {
    Granted,
    Missing { why: String, by: Option<Span> },
    Undecided { why: String, by: Option<Span> },
}

impl Judge<'_> {
    fn pattern(
        &self,
        pattern: &Spanned<ActionPattern>,
        proofs: &mut Proofs,
        findings: &mut Vec<Finding>,
        not_judged: &mut Vec<NotJudged>,
    ) {
        let names = names(&pattern.value);
        let (mut missing, mut undecided_names) = (Vec::new(), Vec::new());
        let (mut missing_because, mut undecided_because) = (None, None);
        for name in &names {
            match self.everywhere(name, proofs) {
                Verdict::Granted => {}
                Verdict::Missing { why, by } => {
                    missing.push(name.as_str());
                    missing_because = missing_because.or(Some((why, by)));
                }
                Verdict::Undecided { why, by } => {
                    undecided_names.push(name.as_str());
                    undecided_because = undecided_because.or(Some((why, by)));
                }
            }
        }
        if let Some((why, by)) = missing_because {
            findings.push(self.missing(pattern, &missing, names.len(), why, by));
        }
        if let Some((why, by)) = undecided_because {
            let message = format!(
                "whether {} of the capability `{}` is granted {why}",
                first_few(&undecided_names),
                self.capability.name.value
            );
            let mut entry = undecided(
                pattern.span,
                message,
                "give the context under `context` of the capability, or make the grant unconditional",
            );
            entry
                .related
                .extend(by.map(|span| crate::finding::Related { span, label: String::from("this statement") }));
            not_judged.push(entry);
        }
    }

    fn missing(
        &self,
        pattern: &Spanned<ActionPattern>,
        missing: &[&str],
        of: usize,
        why: String,
        by: Option<Span>,
    ) -> Finding {
        let text = pattern.value.as_str();
        let capability = &self.capability.name.value;
        let message = if pattern.value.has_wildcard() {
            format!("{} of {of} actions of `{text}` are not granted: {}", missing.len(), first_few(missing))
        } else {
            format!("`{text}` is not granted, and the capability `{capability}` needs it")
        };
        let label = if self.capability.why.is_empty() {
            String::from("needed here")
        } else {
            format!("needed to {}", self.capability.why)
        };
        let finding =
            Finding::new(&rules::permission_missing::RULE, pattern.span, format!("{capability}/{text}"), message)
                .with_label(label)
                .with_reason(why);
        match by {
            Some(span) => finding.with_related(span, "denied here"),
            None => self.granted.policies.iter().fold(finding, |finding, policy| {
                let opening = Span { end: policy.span.start.saturating_add(1).min(policy.span.end), ..policy.span };
                finding.with_related(opening, "the policy that does not grant it")
            }),
        }
    }

    /// One action on every resource of the capability: the first that is not granted decides.
    fn everywhere(&self, action: &str, proofs: &mut Proofs) -> Verdict {
        let verdicts = self.capability.resources.iter().map(|resource| self.one(action, &resource.value, proofs));
        let mut others = verdicts.filter(|verdict| !matches!(verdict, Verdict::Granted));
        others.next().unwrap_or(Verdict::Granted)
    }

    /// One action on one resource of the contract.
    fn one(&self, action: &str, resource: &str, proofs: &mut Proofs) -> Verdict {
        // An action without resource-level permissions is granted on `*` only (`reference_policies_elements_resource`).
        let takes_none = action_named(action).is_some_and(rolecall_iam_catalog::Action::takes_no_resource);
        let resource = if takes_none { "*" } else { resource };
        let request = match Request::new(self.principal.clone(), action, resource, self.context()) {
            Ok(request) => match self.principal.account() {
                Some(account) => request.with_resource_account(account),
                None => request,
            },
            Err(error) => return Verdict::Undecided { why: format!("cannot be told: {error}"), by: None },
        };
        let answer = decide(self.plain, &request);
        let by = answer.by.and_then(|by| {
            let policy = self.plain.identity.get(usize::try_from(by.policy).ok()?)?;
            policy.statement(by.statement).map(|statement| statement.effect.span)
        });
        match answer.decision {
            // For an action that takes no resource `*` is no pattern: a `Deny` on ARNs does not touch it.
            Decision::Allowed => {
                let resource = if takes_none { None } else { Some(resource) };
                match self.in_every_case(&request, action, resource) {
                    Verdict::Granted => self.on_every_resource(&request, action, resource, proofs),
                    other => other,
                }
            }
            Decision::CannotDecide => Verdict::Undecided {
                why: String::from("cannot be told: a value of a statement cannot be evaluated"),
                by,
            },
            denied => Verdict::Missing { why: format!("on `{resource}` the policies say `{}`", denied.as_str()), by },
        }
    }

    /// Allowed as asked: is it allowed on all of the resource, when that is a pattern, and whatever the context?
    fn in_every_case(&self, request: &Request, action: &str, resource: Option<&str>) -> Verdict {
        if self.granted.policies.iter().flat_map(|policy| &policy.statements).all(is_simple) {
            return Verdict::Granted;
        }
        let known: BTreeSet<String> = self.capability.context.iter().map(|(key, _)| key.to_ascii_lowercase()).collect();
        if let Some(resource) = resource {
            let on_all = compile(self.granted.policies.iter().map(|policy| widened(policy, Some(resource))));
            if decide(&on_all, request).decision != Decision::Allowed {
                let by = self.denying(action, |statement| touches(statement, resource));
                return Verdict::Missing { why: format!("it is denied on a part of `{resource}`"), by };
            }
        }
        let in_any_context =
            compile(self.granted.policies.iter().map(|policy| hardened(&widened(policy, resource), &known)));
        if decide(&in_any_context, request).decision != Decision::Allowed {
            let keys = self.unknown_keys(action, &known);
            return Verdict::Undecided {
                why: format!("depends on {}, of which the contract says nothing", keys.join(", ")),
                by: None,
            };
        }
        Verdict::Granted
    }

    /// Granted on the text of a pattern: is it granted on all that the pattern matches?
    fn on_every_resource(
        &self,
        request: &Request,
        action: &str,
        resource: Option<&str>,
        proofs: &mut Proofs,
    ) -> Verdict {
        let Some(resource) = resource.filter(|resource| glob::has_wildcard(resource)) else { return Verdict::Granted };
        // No `Deny` touches it, or it would be missing already; so the very same text, or `*`, is enough.
        let named = |statement: &Statement| {
            let Some(element) = statement.resources.as_ref().filter(|element| !element.negated) else { return false };
            is_simple(statement)
                && covers_action(statement, action)
                && element.values.iter().any(|value| value.value == "*" || value.value == resource)
        };
        if self.granted.policies.iter().flat_map(|policy| &policy.statements).any(named) {
            return Verdict::Granted;
        }
        let pattern = match ActionPattern::parse(action) {
            Ok(pattern) => pattern,
            Err(error) => return Verdict::Undecided { why: format!("cannot be told: {error}"), by: None },
        };
        let needed = only(pattern, resource);
        let settled: Vec<Policy> = self.granted.policies.iter().map(|policy| self.settled(policy, request)).collect();
        let (wanted, given) = (PolicySide::identity([&needed]), PolicySide::identity(&settled));
        let roles = role_globs(self.granted.role_arn);
        let part = Part { roles: roles.as_deref(), ..Part::default() };
        match proofs.ask(&wanted, |options| no_new_access_within(&given, &wanted, part, options)) {
            Answer::None => Verdict::Granted,
            Answer::Found(shown) => Verdict::Missing {
                why: format!("it is not granted on `{}`, which `{resource}` matches", shown.witness.resource),
                by: None,
            },
            Answer::Unknown(reason) => {
                Verdict::Undecided { why: format!("on all of `{resource}` cannot be told: {reason}"), by: None }
            }
        }
    }

    /// The policy in the context of a request: conditions that hold are left out, and with those that do not the whole
    /// statement. One that cannot be told counts against the grant.
    fn settled(&self, policy: &Policy, request: &Request) -> Policy {
        let known: BTreeSet<String> = self.capability.context.iter().map(|(key, _)| key.to_ascii_lowercase()).collect();
        let mut policy = hardened(policy, &known);
        let version = policy.version.clone();
        policy.statements.retain_mut(|statement| {
            let conditions = std::mem::take(&mut statement.conditions);
            if conditions.is_empty() {
                return true;
            }
            let everything = ActionPattern::parse("*").map(|all| only(all, "*"));
            let Ok(mut probe) = everything else { return statement.effect.value == Effect::Deny };
            probe.version.clone_from(&version);
            probe.statements.iter_mut().for_each(|own| own.conditions.clone_from(&conditions));
            match decide(&compile(std::iter::once(probe)), request).decision {
                Decision::Allowed => true,
                Decision::CannotDecide => statement.effect.value == Effect::Deny,
                Decision::ImplicitDeny | Decision::ExplicitDeny => false,
            }
        });
        policy
    }

    fn denying(&self, action: &str, meets: impl Fn(&Statement) -> bool) -> Option<Span> {
        let mut statements = self.granted.policies.iter().flat_map(|policy| &policy.statements);
        statements
            .find(|statement| {
                statement.effect.value == Effect::Deny && covers_action(statement, action) && meets(statement)
            })
            .map(|statement| statement.effect.span)
    }

    fn unknown_keys(&self, action: &str, known: &BTreeSet<String>) -> Vec<String> {
        let statements = self
            .granted
            .policies
            .iter()
            .flat_map(|policy| &policy.statements)
            .filter(|statement| covers_action(statement, action));
        let keys = statements.flat_map(|statement| &statement.conditions).map(|condition| &condition.key.value);
        let unknown: BTreeSet<String> =
            keys.filter(|key| !known.contains(&key.to_ascii_lowercase())).map(|key| format!("`{key}`")).collect();
        unknown.into_iter().collect()
    }

    fn context(&self) -> Context {
        let mut context = Context::new();
        for (key, values) in &self.capability.context {
            let multi =
                condition_key(None, key).map_or(values.len() > 1, rolecall_iam_catalog::ConditionKey::is_multi_valued);
            match (multi, values.first()) {
                (false, Some(value)) => context.set(key, value.as_str()),
                _ => context.set_multi(key, values.clone()),
            }
        }
        context
    }
}

/// The policy that allows one action on one resource pattern; without variables.
fn only(action: ActionPattern, resource: &str) -> Policy {
    let nowhere = Span::default();
    let statement = Statement {
        span: nowhere,
        sid: None,
        effect: Spanned::new(Effect::Allow, nowhere),
        principals: None,
        actions: Element { span: nowhere, negated: false, values: vec![Spanned::new(action, nowhere)] },
        resources: Some(Element {
            span: nowhere,
            negated: false,
            values: vec![Spanned::new(resource.to_owned(), nowhere)],
        }),
        conditions: Vec::new(),
        undecidable: Vec::new(),
    };
    Policy {
        span: nowhere,
        version: Some(Spanned::new(Version::V2008, nowhere)),
        id: None,
        statements: vec![statement],
    }
}

fn compile(policies: impl Iterator<Item = Policy>) -> PolicySet {
    let identity = policies.map(|policy| CompiledPolicy::new(policy, PolicyType::Identity)).collect();
    PolicySet { identity, ..PolicySet::default() }
}

/// Neither conditional nor a denial: nothing that could hold in one case and not in another.
fn is_simple(statement: &Statement) -> bool {
    statement.effect.value == Effect::Allow && statement.conditions.is_empty()
}

fn covers_action(statement: &Statement, action: &str) -> bool {
    let listed = statement.actions.values.iter().any(|pattern| pattern.value.matches(action));
    listed != statement.actions.negated
}

/// Whether a statement speaks of any resource that `resource`, a pattern, matches.
fn touches(statement: &Statement, resource: &str) -> bool {
    let Some(element) = &statement.resources else { return true };
    if element.negated {
        return !element.values.iter().any(|value| covers(&value.value, resource));
    }
    element.values.iter().any(|value| overlap(&widen_variables(&value.value), resource))
}

/// The policy with every `Deny` that touches a part of `resource` made to touch all of it.
fn widened(policy: &Policy, resource: Option<&str>) -> Policy {
    let mut policy = policy.clone();
    let Some(resource) = resource.filter(|resource| glob::has_wildcard(resource)) else { return policy };
    for statement in policy.statements.iter_mut().filter(|statement| statement.effect.value == Effect::Deny) {
        if touches(statement, resource) {
            statement.resources = None;
        }
    }
    policy
}

/// The policy with conditions on unknown keys at their worst: an `Allow` does not count, a `Deny` does.
fn hardened(policy: &Policy, known: &BTreeSet<String>) -> Policy {
    let mut policy = policy.clone();
    let is_known = |key: &str| known.contains(&key.to_ascii_lowercase());
    policy.statements.retain_mut(|statement| {
        let unknown = statement.conditions.iter().any(|condition| !is_known(&condition.key.value));
        statement.conditions.retain(|condition| is_known(&condition.key.value));
        !unknown || statement.effect.value == Effect::Deny
    });
    policy
}

fn undecided(span: Span, message: String, help: &str) -> NotJudged {
    NotJudged { code: String::from("permission-undecided"), span, message, help: help.to_owned(), related: Vec::new() }
}
