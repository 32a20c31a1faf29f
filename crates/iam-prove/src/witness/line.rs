//! A witness with its policies as a line that `rolecall evaluate` takes, and the companions that it needs: the side of the
//! bargain that the question leaves out.

use super::{Witness, WitnessPrincipal, WitnessValue};
use crate::side::{Base, PolicySide};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Effect, Element, Policy, PolicyType, Statement, Version, print};
use rolecall_iam::principal::{Principal, PrincipalKind};
use rolecall_iam::span::{Span, Spanned};
use rolecall_iam::value::{Member, Node, Value};

/// What has to stand beside the policies of a side, so that the decision rests on them alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Companions<'w> {
    /// An identity policy that allows everything: a resource's policy lets callers of other accounts in only if their own
    /// policies do too.
    identity: bool,
    /// A session policy that allows everything: a federated user has nothing without one.
    session: bool,
    /// A resource policy that delegates to this account: across accounts, and for trust and key policies always.
    delegation: Option<&'w str>,
    /// Whether that is a role's trust policy, which has no `Resource`.
    trust: bool,
}

impl<'w> Companions<'w> {
    fn of(side: &PolicySide<'_>, witness: &'w Witness) -> Self {
        let arn = matches!(witness.principal, WitnessPrincipal::Arn(_));
        let action = witness.action.to_ascii_lowercase();
        let assumes_role = action.starts_with("sts:") && witness.resource.contains(":role/");
        let trust = assumes_role && witness.resource.split(':').nth(2) == Some("iam");
        if !side.is_identity() {
            let federated = arn && witness.principal.as_str().contains(":federated-user/");
            let session = federated && side.session.is_empty();
            return Self { identity: arn, session, delegation: None, trust };
        }
        let uses_key = action.starts_with("kms:") && witness.resource.contains(":key/");
        let owner = rolecall_iam::arn::Arn::parse(&witness.resource).ok().and_then(|arn| arn.account_id());
        let across = owner.is_some_and(|owner| Some(owner.as_str()) != witness.principal.account());
        let needed = assumes_role || uses_key || across;
        Self { identity: false, session: false, delegation: witness.principal.account().filter(|_| needed), trust }
    }
}

fn text(text: &str) -> Node {
    Node::string(text, Span::default())
}

fn object(members: Vec<(&str, Node)>) -> Node {
    let member = |(key, value): (&str, Node)| Member { key: Spanned::new(key.to_owned(), Span::default()), value };
    Node::new(Value::Object(members.into_iter().map(member).collect()), Span::default())
}

fn list(items: Vec<Node>) -> Node {
    Node::new(Value::Array(items), Span::default())
}

/// The document that allows everything.
fn allow_all() -> Node {
    let statement = object(vec![("Effect", text("Allow")), ("Action", text("*")), ("Resource", text("*"))]);
    object(vec![("Version", text("2012-10-17")), ("Statement", statement)])
}

/// The document by which a resource leaves the decision to an account.
fn delegation(account: &str, trust: bool) -> Node {
    let action = if trust { "sts:*" } else { "*" };
    let mut statement =
        vec![("Effect", text("Allow")), ("Principal", object(vec![("AWS", text(account))])), ("Action", text(action))];
    if !trust {
        statement.push(("Resource", text("*")));
    }
    object(vec![("Version", text("2012-10-17")), ("Statement", object(statement))])
}

/// The companions as policies.
pub(crate) struct CompanionPolicies {
    pub(crate) identity: Option<Policy>,
    pub(crate) session: Option<Policy>,
    pub(crate) delegation: Option<(Policy, PolicyType)>,
}

/// What has to stand beside the policies of a side to decide a witness.
pub(crate) fn companions(side: &PolicySide<'_>, witness: &Witness) -> CompanionPolicies {
    let needed = Companions::of(side, witness);
    let all = |wanted: bool| wanted.then(|| allowing("*", true, None));
    let delegated = needed.delegation.and_then(|account| {
        let policy_type = if needed.trust { PolicyType::Trust } else { PolicyType::Resource };
        let principal = Principal::parse(PrincipalKind::Aws, account).ok()?;
        let action = if needed.trust { "sts:*" } else { "*" };
        Some((allowing(action, !needed.trust, Some(principal)), policy_type))
    });
    CompanionPolicies { identity: all(needed.identity), session: all(needed.session), delegation: delegated }
}

fn element<T>(value: T) -> Element<T> {
    let span = Span::default();
    Element { span, negated: false, values: vec![Spanned::new(value, span)] }
}

/// The same as [`allow_all`] and [`delegation`], as a policy (`companions_are_what_the_line_says` compares).
fn allowing(action: &str, resources: bool, principal: Option<Principal>) -> Policy {
    let span = Span::default();
    let actions = ActionPattern::parse(action).ok().map(element);
    let statement = Statement {
        span,
        sid: None,
        effect: Spanned::new(Effect::Allow, span),
        principals: principal.map(element),
        actions: actions.unwrap_or(Element { span, negated: false, values: Vec::new() }),
        resources: resources.then(|| element(String::from("*"))),
        conditions: Vec::new(),
        undecidable: Vec::new(),
    };
    Policy { span, version: Some(Spanned::new(Version::V2012, span)), id: None, statements: vec![statement] }
}

/// The line for one side: what `rolecall evaluate` takes to decide the witness under the policies of `side`.
pub fn replay_line(side: &PolicySide<'_>, witness: &Witness) -> String {
    let companions = Companions::of(side, witness);
    let mut members = vec![
        ("principal", principal(&witness.principal)),
        ("action", text(&witness.action)),
        ("resource", text(&witness.resource)),
    ];
    if let Some(account) = &witness.resource_account {
        members.push(("resourceAccount", text(account)));
    }
    if let Some(id) = &witness.principal_id {
        members.push(("principalId", text(id)));
    }
    if let Some(role) = &witness.principal_role {
        members.push(("principalRole", text(role)));
    }
    if !witness.context.is_empty() {
        let value = |value: &WitnessValue| match value {
            WitnessValue::One(one) => text(one),
            WitnessValue::Several(several) => list(several.iter().map(|one| text(one)).collect()),
        };
        members
            .push(("context", object(witness.context.iter().map(|(key, own)| (key.as_str(), value(own))).collect())));
    }
    let flag = |flag: bool| Node::new(Value::Bool(flag), Span::default());
    let takes = witness.takes_resource.map(|takes| ("actionTakesResource", flag(takes)));
    let facts: Vec<(&str, Node)> =
        takes.into_iter().chain(witness.rcp_applies.map(|rcp| ("rcpApplies", flag(rcp)))).collect();
    if !facts.is_empty() {
        members.push(("facts", object(facts)));
    }
    members.extend(policies(side, companions));
    print::node_to_json_compact(&object(members))
}

fn policies<'m>(side: &PolicySide<'_>, companions: Companions<'_>) -> Vec<(&'m str, Node)> {
    let documents = |policies: &[&Policy]| list(policies.iter().map(|policy| print::to_node(policy)).collect());
    let mut members = Vec::new();
    match &side.base {
        Base::Identity(policies) => members.push(("identityPolicies", documents(policies))),
        Base::Resource(policy) | Base::Trust(policy) => members.push(("resourcePolicy", print::to_node(policy))),
    }
    if companions.identity {
        members.push(("identityPolicies", list(vec![allow_all()])));
    }
    if let Some(account) = companions.delegation {
        members.push(("resourcePolicy", delegation(account, companions.trust)));
    }
    if let Some(policy) = side.permissions_boundary {
        members.push(("permissionsBoundary", print::to_node(policy)));
    }
    if companions.session {
        members.push(("sessionPolicies", list(vec![allow_all()])));
    } else if !side.session.is_empty() {
        members.push(("sessionPolicies", documents(&side.session)));
    }
    let levels = |levels: &[Vec<&Policy>]| list(levels.iter().map(|level| documents(level)).collect());
    if let Some(control) = &side.service_control {
        members.push(("serviceControlPolicies", levels(control)));
    }
    if let Some(control) = &side.resource_control {
        members.push(("resourceControlPolicies", levels(control)));
    }
    members
}

fn principal(principal: &WitnessPrincipal) -> Node {
    let named = |kind: &str, name: &str| object(vec![(kind, text(name))]);
    match principal {
        WitnessPrincipal::Anonymous => text("*"),
        WitnessPrincipal::Arn(arn) => text(arn),
        WitnessPrincipal::Service(name) => named("Service", name),
        WitnessPrincipal::Federated(name) => named("Federated", name),
        WitnessPrincipal::CanonicalUser(id) => named("CanonicalUser", id),
    }
}

#[cfg(test)]
mod tests;
