//! What the policies that were read say: the role's own against the agreed one, by proof over all requests; control policies
//! and the boundary by the evaluator. What cannot be judged says nothing.

use super::evidence::{ControlPolicies, Evidence, Seen, Subject};
use super::outcome::Fact;
use super::trust_reading::policy_of;
use crate::facts::facts_of;
use crate::proof::{Proofs, new_grants, role_globs};
use rolecall_iam::document::normal::same_meaning_by_text;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::evaluate::{
    ActionFacts, By, CompiledPolicy, Context, PolicyKind, PolicySet, Reason, Request, RequestPrincipal, decide,
};

/// The role's policies as they were judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PolicyReading {
    /// Not read, or not to be judged.
    Unknown,
    /// There is no role.
    NoRole,
    /// They mean what was agreed.
    Right,
    /// There are none.
    Missing,
    /// They mean an older version.
    Older,
    /// They mean the policy of the other kind of account.
    OtherKind,
    /// They mean something else.
    Other,
    /// They do not mean what was agreed, and not everything that they may mean instead was looked at.
    Unsure {
        /// Older versions were not looked at.
        older: bool,
        /// The policy of the other kind of account was not looked at.
        other_kind: bool,
    },
}

/// Judges the role's policies.
pub(super) fn read(evidence: &Evidence, proofs: &mut Proofs) -> PolicyReading {
    let role = match &evidence.readings.role {
        Seen::NotLooked => return PolicyReading::Unknown,
        Seen::Absent => return PolicyReading::NoRole,
        Seen::Present(role) => role,
    };
    if !role.inline.is_looked() || !role.managed.is_looked() {
        return PolicyReading::Unknown;
    }
    let texts: Vec<_> =
        role.inline.present().into_iter().chain(role.managed.present()).flatten().map(|policy| &policy.text).collect();
    if texts.is_empty() {
        return PolicyReading::Missing;
    }
    let found: Option<Vec<Policy>> = texts.iter().map(|text| policy_of(text, PolicyType::Identity)).collect();
    let agreed = evidence.bindings.policy.present().and_then(|text| policy_of(text, PolicyType::Identity));
    let (Some(found), Some(agreed)) = (found, agreed) else { return PolicyReading::Unknown };
    let roles = role_globs(&role_arn(&evidence.subject));
    let mut means = |wanted: &Policy| same(wanted, &found, roles.as_deref(), proofs);
    match means(&agreed) {
        None => return PolicyReading::Unknown,
        Some(true) => return PolicyReading::Right,
        Some(false) => {}
    }
    let known = |text: &String| policy_of(text, PolicyType::Identity);
    let older = evidence.bindings.older_policies.present().into_iter().flatten().filter_map(known);
    for policy in older {
        if means(&policy) == Some(true) {
            return PolicyReading::Older;
        }
    }
    let other = evidence.bindings.other_kind_policy.present().and_then(known);
    if other.is_some_and(|policy| means(&policy) == Some(true)) {
        return PolicyReading::OtherKind;
    }
    let bindings = &evidence.bindings;
    match (!bindings.older_policies.is_looked(), !bindings.other_kind_policy.is_looked()) {
        (false, false) => PolicyReading::Other,
        (older, other_kind) => PolicyReading::Unsure { older, other_kind },
    }
}

/// Whether policies together mean what one does; nothing when that cannot be told.
fn same(wanted: &Policy, found: &[Policy], roles: Option<&[String]>, proofs: &mut Proofs) -> Option<bool> {
    if let [only] = found
        && same_meaning_by_text(wanted, only)
    {
        return Some(true);
    }
    let found: Vec<&Policy> = found.iter().collect();
    let more = new_grants(proofs, &[wanted], &found, roles);
    let less = new_grants(proofs, &found, &[wanted], roles);
    if !more.found.is_empty() || !less.found.is_empty() {
        return Some(false);
    }
    (more.unknown.is_empty() && less.unknown.is_empty()).then_some(true)
}

pub(super) fn role_arn(subject: &Subject) -> String {
    let Subject { partition, account, role_path, role_name, .. } = subject;
    format!("arn:{}:iam::{account}:role{role_path}{role_name}", partition.as_str())
}

/// What a limiting kind of policy does to what the vendor needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Limited {
    /// Not read, or it depends on what only the real call tells.
    Unknown,
    /// It limits nothing that is needed.
    No(Fact),
    /// It does.
    Yes(Fact),
}

/// What control policies, or the boundary, do to the actions that are needed.
pub(super) fn actions_limited(evidence: &Evidence, kind: PolicyKind) -> Limited {
    let (levels, place) = match limits_of(evidence, kind) {
        Ok(levels) => levels,
        Err(limited) => return limited,
    };
    let Some(actions) = evidence.bindings.actions.present() else { return Limited::Unknown };
    let Some(everything) = everything(PolicyType::Identity) else { return Limited::Unknown };
    let mut set = PolicySet { identity: vec![everything], ..PolicySet::default() };
    match kind {
        PolicyKind::PermissionsBoundary => set.permissions_boundary = levels.into_iter().flatten().next(),
        _ => set.service_control = Some(levels),
    }
    let subject = &evidence.subject;
    let session = format!(
        "arn:{}:sts::{}:assumed-role/{}/vendor",
        subject.partition.as_str(),
        subject.account,
        subject.role_name
    );
    let Ok(principal) = RequestPrincipal::parse(&session) else { return Limited::Unknown };
    for action in actions {
        let Ok(request) = Request::new(principal.clone(), action, "*", Context::new()) else { continue };
        let Ok(request) = request.with_principal_role(&role_arn(subject)) else { continue };
        let request = request.with_facts(ActionFacts { takes_resource: None, ..facts_of(action) });
        let request = if set.permissions_boundary.is_some() { request.with_permissions_boundary() } else { request };
        let answer = decide(&set, &request);
        match answer.reason {
            Reason::DeniedBy(by) | Reason::NotAllowedBy(by) if by == kind => {
                if !is_plain(&set, answer.by, matches!(answer.reason, Reason::NotAllowedBy(_))) {
                    return Limited::Unknown;
                }
                return Limited::Yes(Fact::new(format!("`{action}` by the role: {}", answer.reason), place));
            }
            Reason::Granted => {}
            _ => return Limited::Unknown,
        }
    }
    if depends_on_the_call(&set) {
        return Limited::Unknown;
    }
    let text = format!("no {} limits what the vendor needs", kind.as_str());
    Limited::No(Fact::new(text, place))
}

/// What resource control policies do to AssumeRole by the vendor.
pub(super) fn assume_role_limited(evidence: &Evidence) -> Limited {
    let kind = PolicyKind::ResourceControl;
    let (levels, place) = match limits_of(evidence, kind) {
        Ok(levels) => levels,
        Err(limited) => return limited,
    };
    let subject = &evidence.subject;
    let narrowed = subject.vendor.principal_arns.first().map(|arn| arn.replace(['*', '?'], "x"));
    let caller = narrowed
        .unwrap_or_else(|| format!("arn:{}:iam::{}:role/vendor", subject.partition.as_str(), subject.vendor.account));
    let Ok(principal) = RequestPrincipal::parse(&caller) else { return Limited::Unknown };
    let mut context = Context::new();
    // The vendor is in an organization of its own, if in any.
    context.set("aws:PrincipalOrgID", "o-outsider000");
    if let Some(id) = evidence.bindings.organization_id.present() {
        context.set("sts:ExternalId", id.as_str());
    }
    let (Some(identity), Some(trust)) = (everything(PolicyType::Identity), everything(PolicyType::Trust)) else {
        return Limited::Unknown;
    };
    let set = PolicySet {
        identity: vec![identity],
        resource: Some(trust),
        resource_control: Some(levels),
        ..PolicySet::default()
    };
    let facts = ActionFacts { takes_resource: Some(true), rcp_applies: Some(true) };
    let Ok(request) = Request::new(principal, "sts:AssumeRole", &role_arn(subject), context) else {
        return Limited::Unknown;
    };
    let answer = decide(&set, &request.with_facts(facts).with_resource_account(subject.account));
    match answer.reason {
        Reason::DeniedBy(by) | Reason::NotAllowedBy(by) if by == kind => {
            Limited::Yes(Fact::new(format!("`sts:AssumeRole` by the vendor: {}", answer.reason), place))
        }
        Reason::Granted => {
            Limited::No(Fact::new("resource control policies let the vendor's `sts:AssumeRole` pass", place))
        }
        _ => Limited::Unknown,
    }
}

type Levels = (Vec<Vec<CompiledPolicy>>, &'static str);

fn limits_of(evidence: &Evidence, kind: PolicyKind) -> Result<Levels, Limited> {
    let readings = &evidence.readings;
    let compile = |text: &String, policy_type| {
        policy_of(text, policy_type).map(|policy| CompiledPolicy::new(policy, policy_type))
    };
    let levels = |seen: &Seen<Vec<ControlPolicies>>, policy_type, place: &'static str| match seen {
        Seen::NotLooked => Err(Limited::Unknown),
        Seen::Absent => Err(Limited::No(Fact::new(format!("no {} applies", kind.as_str()), place))),
        Seen::Present(levels) => {
            let level = |level: &ControlPolicies| -> Option<Vec<CompiledPolicy>> {
                level.policies.iter().map(|policy| compile(&policy.text, policy_type)).collect()
            };
            let read: Option<Vec<_>> = levels.iter().map(level).collect();
            read.map(|levels| (levels, place)).ok_or(Limited::Unknown)
        }
    };
    match kind {
        PolicyKind::ServiceControl => {
            levels(&readings.service_control, PolicyType::ServiceControl, "readings.serviceControl")
        }
        PolicyKind::ResourceControl => {
            levels(&readings.resource_control, PolicyType::ResourceControl, "readings.resourceControl")
        }
        _ => {
            const PLACE: &str = "readings.role.boundary";
            match readings.role.present().map_or(&Seen::NotLooked, |role| &role.boundary) {
                Seen::NotLooked => Err(Limited::Unknown),
                Seen::Absent => Err(Limited::No(Fact::new("the role has no permissions boundary", PLACE))),
                Seen::Present(policy) => compile(&policy.text, PolicyType::Identity)
                    .map(|policy| (vec![vec![policy]], PLACE))
                    .ok_or(Limited::Unknown),
            }
        }
    }
}

/// A policy that allows everything, so that the limiting kind alone decides.
fn everything(policy_type: PolicyType) -> Option<CompiledPolicy> {
    let text = match policy_type {
        PolicyType::Trust => {
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}"#
        }
        _ => r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
    };
    policy_of(text, policy_type).map(|policy| CompiledPolicy::new(policy, policy_type))
}

/// Keys that follow from the role, so that a condition on them can be decided without the call.
const KNOWN_KEYS: [&str; 3] = ["aws:principalarn", "aws:principalaccount", "aws:principaltype"];

fn is_known(key: &str) -> bool {
    KNOWN_KEYS.iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// Whether a limit holds whatever the call: it rests on no condition but on the role itself.
fn is_plain(set: &PolicySet, by: Option<By>, not_allowed: bool) -> bool {
    if not_allowed {
        return !depends_on_the_call(set);
    }
    let statement = by.and_then(|by| set.statement(by));
    statement.is_some_and(|statement| statement.conditions.iter().all(|condition| is_known(&condition.key.value)))
}

/// Whether a statement that limits depends on what only the call tells: its conditions, its resources.
fn depends_on_the_call(set: &PolicySet) -> bool {
    let control = set.service_control.iter().flatten().flatten();
    let policies = control.chain(&set.permissions_boundary);
    let mut statements = policies.flat_map(|policy| &policy.policy().statements);
    statements.any(|statement| {
        let narrow = statement.resources.as_ref().is_some_and(|resources| {
            resources.negated || resources.values.iter().any(|resource| resource.value != "*")
        });
        narrow || statement.conditions.iter().any(|condition| !is_known(&condition.key.value))
    })
}
