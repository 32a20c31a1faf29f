//! What policies grant, in groups that a person reads: one for each statement, service and access level, with resources
//! and conditions as they are written, what limits it, and a witness. Exact: it is the prover's summary, put in order.

use rolecall_iam::document::{Condition, Effect, Policy, Statement};
use rolecall_iam::evaluate::PolicyKind;
use rolecall_iam::span::Span;
use rolecall_iam_catalog::{AccessLevel, Action};
use rolecall_iam_prove::{
    Base, Grant, Granting, Limit, Options, PolicySide, Stats, Summary, Undecided, Witness, granted, granted_beyond,
    limits, replay_line,
};
use std::collections::BTreeMap;

/// Everything that some policies grant.
#[derive(Clone, Debug, Default)]
pub struct Access {
    /// By statement, service and access level.
    pub groups: Vec<AccessGroup>,
    /// What could not be decided.
    pub undecided: Vec<UndecidedAccess>,
    /// The prover's work.
    pub stats: Stats,
}

/// Actions of one service and level that one statement grants.
#[derive(Clone, Debug)]
pub struct AccessGroup {
    /// The statement.
    pub place: StatementPlace,
    /// The prefix of the service.
    pub service: &'static str,
    /// AWS's class of the actions.
    pub level: AccessLevel,
    /// In the order of the catalogue, never empty.
    pub actions: Vec<Action>,
    /// Patterns of the statement that name actions which AWS does not document (yet).
    pub open_ended: Vec<String>,
    /// Whether the actions act on a resource of those that the statement names; else the grant most likely has no effect.
    pub resource_fits: bool,
    /// What takes a part of it away, in words.
    pub limits: Vec<String>,
    /// Requests that are allowed: for actions that are alike in all that the policies look at one.
    witnesses: Vec<(Vec<Action>, Witness)>,
    /// The one for the first action, as a line that `rolecall evaluate --requests` takes.
    pub replay: String,
}

impl AccessGroup {
    /// A request for one of its actions that is allowed.
    pub fn witness(&self, action: Action) -> Option<Witness> {
        let (_, witness) = self.witnesses.iter().find(|(actions, _)| actions.contains(&action))?;
        Some(Witness { action: action.to_string(), ..witness.clone() })
    }

    /// A request for its first action.
    pub fn first_witness(&self) -> Option<Witness> {
        self.witness(*self.actions.first()?)
    }
}

/// A statement and what it says besides its actions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementPlace {
    /// The policy's index in its list, and the statement's in the policy, from 0.
    pub index: (u32, u32),
    /// Its `Sid`.
    pub sid: Option<String>,
    /// Where it stands.
    pub span: Span,
    /// Whom it lets in, in a resource's policy.
    pub principals: Vec<String>,
    /// On what, as written; everything but these where `resources_negated`.
    pub resources: Vec<String>,
    /// Whether it is `NotResource`.
    pub resources_negated: bool,
    /// Each condition on a line: operator, key, values.
    pub conditions: Vec<String>,
}

/// Actions of which it is unknown whether a statement grants them.
#[derive(Clone, Debug)]
pub struct UndecidedAccess {
    /// The statement.
    pub place: StatementPlace,
    /// In the order of the catalogue, never empty.
    pub actions: Vec<Action>,
    /// Why, in words.
    pub reason: String,
}

/// What the policies grant.
pub fn access(side: &PolicySide<'_>, options: Options) -> Access {
    put_in_order(side, granted(side, options), options)
}

/// What the candidate grants and the reference does not.
pub fn access_beyond(reference: &PolicySide<'_>, candidate: &PolicySide<'_>, options: Options) -> Access {
    put_in_order(candidate, granted_beyond(reference, candidate, options), options)
}

fn put_in_order(side: &PolicySide<'_>, summary: Summary, options: Options) -> Access {
    let mut groups: BTreeMap<(u32, u32, &str, AccessLevel, bool), AccessGroup> = BTreeMap::new();
    for grant in &summary.grants {
        for (level, actions) in by_level(&grant.actions) {
            let Some(first) = actions.first().copied() else { continue };
            let place = place(side, grant.statement);
            let service = first.service().prefix();
            let key = (place.index.0, place.index.1, service, level, !grant.resource_fits);
            if let Some(group) = groups.get_mut(&key) {
                group.actions.extend(actions.iter().copied());
                group.witnesses.push((actions, grant.witness.clone()));
                continue;
            }
            let same = Grant { actions: vec![first], ..grant.clone() };
            let group = AccessGroup {
                service,
                level,
                open_ended: open_ended(side, grant.statement, service),
                resource_fits: grant.resource_fits,
                limits: limits(side, &same, options).iter().map(|limit| in_words(side, *limit)).collect(),
                witnesses: vec![(actions.clone(), grant.witness.clone())],
                replay: String::new(),
                place,
                actions,
            };
            groups.insert(key, group);
        }
    }
    let mut groups: Vec<AccessGroup> = groups.into_values().collect();
    for group in &mut groups {
        group.actions.sort();
        group.replay = group.first_witness().map_or_else(String::new, |witness| replay_line(side, &witness));
    }
    let undecided = summary.undecided.into_iter().map(|entry| undecided(side, entry)).collect();
    Access { groups, undecided, stats: summary.stats }
}

fn undecided(side: &PolicySide<'_>, entry: Undecided) -> UndecidedAccess {
    UndecidedAccess { place: place(side, entry.statement), actions: entry.actions, reason: entry.reason.to_string() }
}

fn by_level(actions: &[Action]) -> BTreeMap<AccessLevel, Vec<Action>> {
    let mut levels: BTreeMap<AccessLevel, Vec<Action>> = BTreeMap::new();
    for action in actions {
        levels.entry(action.access_level()).or_default().push(*action);
    }
    levels
}

/// The policies that grant in the first place.
pub fn base_policies<'s, 'p>(side: &'s PolicySide<'p>) -> &'s [&'p Policy] {
    match &side.base {
        Base::Identity(policies) => policies,
        Base::Resource(policy) | Base::Trust(policy) => std::slice::from_ref(policy),
    }
}

fn base_statement<'p>(side: &PolicySide<'p>, granting: Granting) -> Option<&'p Statement> {
    let policy = base_policies(side).get(granting.policy as usize).copied()?;
    policy.statements.get(granting.statement.0 as usize)
}

fn place(side: &PolicySide<'_>, granting: Granting) -> StatementPlace {
    let statement = base_statement(side, granting);
    let resources = statement.and_then(|statement| statement.resources.as_ref());
    let principals = statement.and_then(|statement| statement.principals.as_ref());
    let not = |negated: bool| if negated { "not " } else { "" };
    StatementPlace {
        index: (granting.policy, granting.statement.0),
        sid: statement.and_then(|statement| statement.sid.as_ref()).map(|sid| sid.value.clone()),
        span: granting.span,
        principals: principals.map_or_else(Vec::new, |element| {
            let text = |value: &str| format!("{}{value}", not(element.negated));
            element.values.iter().map(|principal| text(principal.value.as_str())).collect()
        }),
        resources: resources
            .map_or_else(Vec::new, |element| element.values.iter().map(|value| value.value.clone()).collect()),
        resources_negated: resources.is_some_and(|element| element.negated),
        conditions: statement.map_or_else(Vec::new, |statement| statement.conditions.iter().map(condition).collect()),
    }
}

/// `StringEquals aws:RequestedRegion [us-east-1]`.
fn condition(condition: &Condition) -> String {
    let values: Vec<&str> = condition.values.iter().map(|value| value.value.as_str()).collect();
    let values = if let [one] = values.as_slice() { (*one).to_owned() } else { format!("[{}]", values.join(", ")) };
    format!("{} {} {values}", condition.operator.value, condition.key.value)
}

/// The patterns of a statement that reach actions of a service which nobody documents.
fn open_ended(side: &PolicySide<'_>, granting: Granting, service: &str) -> Vec<String> {
    let Some(statement) = base_statement(side, granting) else { return Vec::new() };
    let element = &statement.actions;
    if element.negated {
        return vec![String::from("NotAction")];
    }
    let patterns = element.values.iter().map(|pattern| &pattern.value).filter(|pattern| {
        let own = pattern.service();
        pattern.has_wildcard() && own.is_none_or(|own| own.eq_ignore_ascii_case(service))
    });
    patterns.map(|pattern| pattern.as_str().to_owned()).collect()
}

/// A limit for a person.
fn in_words(side: &PolicySide<'_>, limit: Limit) -> String {
    match limit {
        Limit::Deny(kind, level, policy, statement) => {
            let policies: &[&Policy] = match kind {
                PolicyKind::PermissionsBoundary => side.permissions_boundary.as_slice(),
                PolicyKind::Session => &side.session,
                PolicyKind::ServiceControl => of_level(side.service_control.as_ref(), level),
                PolicyKind::ResourceControl => of_level(side.resource_control.as_ref(), level),
                _ => base_policies(side),
            };
            let found = policies.get(policy as usize).and_then(|policy| policy.statements.get(statement as usize));
            let name = found
                .and_then(|statement| statement.sid.as_ref())
                .map_or_else(|| format!("statement {}", statement + 1), |sid| format!("`{}`", sid.value));
            format!("deny {name} of the {}{}", kind.as_str(), level_in_words(kind, level))
        }
        Limit::AllowedAtMost(kind, level) => {
            format!("what the {} allows{}", kind.as_str(), level_in_words(kind, level))
        }
    }
}

fn of_level<'s, 'p>(levels: Option<&'s Vec<Vec<&'p Policy>>>, level: u32) -> &'s [&'p Policy] {
    levels.and_then(|levels| levels.get(level as usize)).map_or(&[], Vec::as_slice)
}

fn level_in_words(kind: PolicyKind, level: u32) -> String {
    match kind {
        PolicyKind::ServiceControl | PolicyKind::ResourceControl => format!(" (level {} from the root)", level + 1),
        _ => String::new(),
    }
}

/// Whether a policy has any `Allow` statement.
pub fn allows_anything(policy: &Policy) -> bool {
    policy.statements.iter().any(|statement| statement.effect.value == Effect::Allow)
}
