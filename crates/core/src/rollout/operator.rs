//! The policies that a rollout needs: of the operator, in the management account or as a delegated administrator, and of the
//! role that members are entered by. Made from the calls of the plan, then held against them: sufficient, since the evaluator
//! allows each call; no wider, since the prover finds no request that they allow and the calls do not need.

use super::calls::{self, Call, OrganizationReading, StackSet, Work};
use crate::limits::{MANAGED_POLICY_MAX_CHARS, counted_chars};
use crate::organization::Organization;
use crate::profile::RoleProfile;
use crate::role::expected::expected_role;
use jiff::civil::Date;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::arn::AccountId;
use rolecall_iam::condition::{BaseOperator, ConditionOperator};
use rolecall_iam::document::print::to_json_compact;
use rolecall_iam::document::{Condition, Effect, Element, Policy, PolicyType, Statement, Version};
use rolecall_iam::evaluate::{CompiledPolicy, Context, Decision, Request, RequestPrincipal};
use rolecall_iam::span::{Span, Spanned};
use rolecall_iam_prove::{Options, PolicySide, Verdict, no_new_access, replay_line};
use std::collections::BTreeMap;

/// What the policies are for.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The role.
    pub profile: &'a RoleProfile,
    /// The organization.
    pub organization: &'a Organization,
    /// The day by which migration windows are judged.
    pub day: Date,
    /// Path and name of the role that members are entered by, without the leading slash.
    pub way_in: &'a str,
    /// The account that the operator's credentials are of: the management account, or a delegated administrator of stack sets.
    pub own_account: AccountId,
    /// The members of the plan.
    pub members: &'a [AccountId],
    /// How much of the organization is read.
    pub reading: OrganizationReading,
    /// What is done in the accounts; reading always is.
    pub works: &'a [Work],
    /// The stack set that does it. The works are then done in the management account alone, by CloudFormation with the
    /// operator's credentials where they are of that account, and members are read.
    pub stack_set: Option<StackSet<'a>>,
}

/// The two policies.
#[derive(Clone, Debug)]
pub struct OperatorPolicies {
    /// Of whoever runs the rollout, in the account of its credentials.
    pub operator: Policy,
    /// Whether that is a delegated administrator's.
    pub delegated: bool,
    /// Of the role that members are entered by. `None` where no other account is entered.
    pub way_in: Option<Policy>,
    /// Whether the operator's names the accounts of the plan. Else there is no room for their ARNs in a managed policy, and it
    /// names the role in all accounts of the organization, by `aws:ResourceOrgID`.
    pub names_accounts: bool,
    /// That they are enough, and no more.
    pub proof: Proof,
}

/// What was shown about the policies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Calls that they do not allow.
    pub missing: Vec<Call>,
    /// Requests that they allow beyond the calls, each as a line for `rolecall evaluate`.
    pub wider: Vec<String>,
    /// Why it could not be told whether they are wider.
    pub undecided: Vec<String>,
    /// How many calls were asked.
    pub calls: usize,
}

impl Proof {
    /// Enough and no more.
    pub const fn holds(&self) -> bool {
        self.missing.is_empty() && self.wider.is_empty() && self.undecided.is_empty()
    }
}

/// The account number in the resources of the way in's policy: the same document serves every account, and IAM's actions are
/// on the caller's own account: they name a role by its name alone (IAM API reference).
const ANY_ACCOUNT: &str = "*";

/// Makes the policies of a plan and proves them.
pub fn operator_policies(scope: &Scope<'_>) -> OperatorPolicies {
    let management = scope.organization.management_account;
    let partition = scope.organization.partition;
    let delegated = scope.own_account != management;
    let mut needed = calls::organization(scope.reading);
    if let Some(set) = &scope.stack_set {
        needed.extend(calls::stack_set(partition, management, delegated, set));
        needed.sort();
        needed.dedup();
    }
    let works = if delegated { &[] } else { scope.works };
    if !delegated || scope.members.contains(&scope.own_account) {
        needed.extend(inside(scope, scope.own_account, works));
    }
    let mut entered = scope.members.iter().copied().filter(|member| *member != scope.own_account);
    let entries: Vec<Call> = entered.clone().map(|member| calls::enter(partition, member, scope.way_in)).collect();
    let named: Vec<Call> = needed.iter().chain(&entries).cloned().collect();
    let (mut operator, mut names_accounts) = (policy_of(&named), true);
    let mut extra = Vec::new();
    if counted_chars(&to_json_compact(&operator)) > MANAGED_POLICY_MAX_CHARS {
        extra.push(enter_anybody(scope));
        operator = policy_of(&needed);
        operator.statements.extend(extra.iter().cloned());
        names_accounts = false;
    }
    let mut proof = Proof::default();
    proof.hold(&operator, &named, &extra, scope);
    // All members are alike: one stands for them.
    let way_in = entered.next().map(|member| {
        let works = if scope.stack_set.is_some() { &[] } else { scope.works };
        let calls = inside(scope, member, works);
        proof.hold(&policy_of(&calls), &calls, &[], scope);
        let anywhere = |call: Call| Call { resource: in_any_account(&call.resource), ..call };
        policy_of(&calls.into_iter().map(anywhere).collect::<Vec<_>>())
    });
    OperatorPolicies { operator, delegated, way_in, names_accounts, proof }
}

fn inside(scope: &Scope<'_>, account: AccountId, works: &[Work]) -> Vec<Call> {
    let expected = expected_role(scope.profile, scope.organization, account, scope.day);
    let works = std::iter::once(Work::Read).chain(works.iter().copied());
    let mut calls: Vec<Call> = works.flat_map(|work| calls::inside(&expected, work)).collect();
    calls.sort();
    calls.dedup();
    calls
}

/// `arn:aws:iam::*:role/X`.
fn in_any_account(arn: &str) -> String {
    let mut parts: Vec<&str> = arn.splitn(6, ':').collect();
    if let Some(account) = parts.get_mut(4) {
        *account = ANY_ACCOUNT;
    }
    parts.join(":")
}

/// Condition keys with their values.
type Keys<'a> = Vec<(&'a str, Vec<&'a str>)>;

/// One statement for the actions that share resources and keys.
fn policy_of(calls: &[Call]) -> Policy {
    // Actions by what they are done to; then resources by the same actions.
    let mut by_resource: BTreeMap<(&str, Keys<'_>), Vec<&str>> = BTreeMap::new();
    let mut pinned: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    for call in calls {
        match call.keys.as_slice() {
            [(key, value)] => pinned.entry((&call.resource, call.action, key)).or_default().push(value),
            _ => by_resource.entry((&call.resource, Vec::new())).or_default().push(call.action),
        }
    }
    for ((resource, action, key), values) in pinned {
        by_resource.entry((resource, vec![(key, values)])).or_default().push(action);
    }
    let mut by_actions: BTreeMap<(Vec<&str>, Keys<'_>), Vec<&str>> = BTreeMap::new();
    for ((resource, keys), mut actions) in by_resource {
        actions.sort_unstable();
        actions.dedup();
        by_actions.entry((actions, keys)).or_default().push(resource);
    }
    let statements = by_actions.into_iter().map(|((actions, keys), resources)| {
        let conditions = keys.into_iter().map(|(key, values)| condition(BaseOperator::ArnEquals, key, &values));
        statement(&actions, &resources, conditions.collect())
    });
    policy(statements.collect())
}

/// The way in of every account of the organization.
fn enter_anybody(scope: &Scope<'_>) -> Statement {
    let partition = scope.organization.partition.as_str();
    let role = format!("arn:{partition}:iam::*:role/{}", scope.way_in);
    let own = condition(BaseOperator::StringEquals, "aws:ResourceOrgID", &[scope.organization.id.as_str()]);
    statement(&["sts:AssumeRole"], &[&role], vec![own])
}

fn placeless<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::default())
}

fn element<T>(values: impl Iterator<Item = T>) -> Element<T> {
    Element { span: Span::default(), negated: false, values: values.map(placeless).collect() }
}

fn condition(base: BaseOperator, key: &str, values: &[&str]) -> Condition {
    Condition {
        operator: placeless(ConditionOperator::plain(base)),
        key: placeless(key.to_owned()),
        values: values.iter().map(|value| placeless((*value).to_owned())).collect(),
    }
}

fn statement(actions: &[&str], resources: &[&str], conditions: Vec<Condition>) -> Statement {
    Statement {
        span: Span::default(),
        sid: None,
        effect: placeless(Effect::Allow),
        principals: None,
        // The names are those of `calls`; a test reads them all.
        actions: element(actions.iter().filter_map(|action| ActionPattern::parse(action).ok())),
        resources: Some(element(resources.iter().map(|resource| (*resource).to_owned()))),
        conditions,
        undecidable: Vec::new(),
    }
}

const fn policy(statements: Vec<Statement>) -> Policy {
    Policy { span: Span { file: FILE, start: 0, end: 0 }, version: Some(VERSION), id: None, statements }
}

const FILE: rolecall_iam::span::FileId = rolecall_iam::span::FileId(0);
const VERSION: Spanned<Version> = Spanned { value: Version::V2012, span: Span { file: FILE, start: 0, end: 0 } };

impl Proof {
    /// Asks the evaluator for each call, and the prover whether there is anything else. The reference is one statement for each
    /// call, and `extra`: what was granted for want of room.
    fn hold(&mut self, policy_to_prove: &Policy, calls: &[Call], extra: &[Statement], scope: &Scope<'_>) {
        // The policy alone: what the other side of a call allows, such as the trust of the way in, is not its matter.
        let compiled = CompiledPolicy::compile(policy_to_prove, PolicyType::Identity);
        self.calls += calls.len();
        for call in calls {
            let request = request(call, scope);
            let allowed = request.is_some_and(|request| compiled.decide(&request).decision() == Decision::Allowed);
            if !allowed {
                self.missing.push(call.clone());
            }
        }
        let mut statements: Vec<Statement> = calls.iter().map(of_call).collect();
        statements.extend(extra.iter().cloned());
        let reference = policy(statements);
        let sides = (PolicySide::identity([&reference]), PolicySide::identity([policy_to_prove]));
        match no_new_access(&sides.0, &sides.1, Options::default()) {
            Verdict::None { .. } => {}
            Verdict::NewAccess(found) => self.wider.push(replay_line(&sides.1, &found.witness)),
            Verdict::Unknown { reason, .. } => self.undecided.push(reason.to_string()),
        }
    }
}

fn of_call(call: &Call) -> Statement {
    let conditions = call.keys.iter().map(|(key, value)| condition(BaseOperator::ArnEquals, key, &[value]));
    statement(&[call.action], &[&call.resource], conditions.collect())
}

fn request(call: &Call, scope: &Scope<'_>) -> Option<Request> {
    let (partition, own) = (scope.organization.partition.as_str(), scope.own_account);
    let principal = format!("arn:{partition}:sts::{own}:assumed-role/operator/rolecall");
    let mut context = Context::new();
    context.set("aws:ResourceOrgID", scope.organization.id.as_str());
    for (key, value) in &call.keys {
        context.set(key, value.as_str());
    }
    Request::new(RequestPrincipal::parse(&principal).ok()?, call.action, &call.resource, context).ok()
}
