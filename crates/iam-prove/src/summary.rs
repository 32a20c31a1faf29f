//! What policies grant, action by documented action: exact for every `Allow` statement, with denies, boundaries, session
//! policies, SCPs and RCPs counted, and a witness for each group of actions that no policy tells apart. Each group is one
//! question to the prover; nothing here decides by itself. How it is shown is left to others.

use crate::compile::Region;
use crate::compile::actions::{ActionWorld, FREE_ACTION};
use crate::prove::{Granting, Options, Question, Stats, UnknownReason, Verdict};
use crate::side::{Base, PolicySide};
use crate::witness::{Witness, with_wildcards};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Effect, Element, Policy, Statement};
use rolecall_iam::evaluate::{PolicyKind, StatementId};
use rolecall_iam::glob;
use rolecall_iam::span::{Span, Spanned};
use rolecall_iam_catalog::{Action, ActionId, ActionResource, ResourceType, action_count, actions_matching};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is granted.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// By statement, then in the order of the catalogue.
    pub grants: Vec<Grant>,
    /// What could not be decided. Not granted nothing, not granted: unknown.
    pub undecided: Vec<Undecided>,
    /// The work of all questions together.
    pub stats: Stats,
}

/// Actions that one statement grants, alike in all that the policies look at.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The `Allow` statement of the base that grants them.
    pub statement: Granting,
    /// In the order of the catalogue, never empty; all of one service.
    pub actions: Vec<Action>,
    /// Whether AWS documents that the actions act on a resource of those that are granted. Where it does not, the grant
    /// most likely has no effect.
    pub resource_fits: bool,
    /// A request for the first of the actions that is granted.
    pub witness: Witness,
}

/// Actions of one statement of which it is unknown whether they are granted.
#[derive(Clone, Debug)]
pub struct Undecided {
    /// The `Allow` statement of the base.
    pub statement: Granting,
    /// In the order of the catalogue, never empty; all of one service.
    pub actions: Vec<Action>,
    /// Why.
    pub reason: UnknownReason,
}

/// Something that takes away a part of what a statement grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Limit {
    /// A `Deny` statement: kind of policy, level of SCPs and RCPs, the policy's index, the statement's index.
    Deny(PolicyKind, u32, u32, u32),
    /// What a permissions boundary, the session policies, or a level of SCPs allows at most.
    AllowedAtMost(PolicyKind, u32),
}

/// What the policies grant. Undocumented actions are left out: ask [`no_new_access`](crate::no_new_access) or
/// [`not_granted`](crate::not_granted) about these.
pub fn granted(policies: &PolicySide<'_>, options: Options) -> Summary {
    summarise(policies, None, options)
}

/// What the candidate grants and the reference does not.
pub fn granted_beyond(reference: &PolicySide<'_>, candidate: &PolicySide<'_>, options: Options) -> Summary {
    summarise(candidate, Some(reference), options)
}

/// What limits a grant of a summary of these policies: without it the statement would grant more of the first action.
pub fn limits(policies: &PolicySide<'_>, grant: &Grant, options: Options) -> Vec<Limit> {
    let Some(action) = grant.actions.first() else { return Vec::new() };
    let place = (grant.statement.policy, grant.statement.statement.0);
    let documents = Documents::of(policies);
    let reduced = documents.only(place, None);
    let limited = reduced.side(policies);
    let bites = |free: &PolicySide<'_>| {
        let mut asked = regions(*action)
            .filter(|(_, fits)| *fits == grant.resource_fits)
            .map(|(region, _)| Question::new(free, Some(&limited), region, catalogue(options)).ask());
        asked.any(|verdict| matches!(verdict, Verdict::NewAccess(_)))
    };
    let mut limits = Vec::new();
    for without in documents.denies(&action.to_string()) {
        let reduced = documents.only(place, Some(without));
        if bites(&reduced.side(policies)) {
            let (kind, level, policy, statement) = without;
            limits.push(Limit::Deny(kind, level, policy, statement));
        }
    }
    for (kind, level) in ceilings(policies) {
        let opened = documents.only(place, None).opened(kind, level);
        if bites(&opened.side(policies)) {
            limits.push(Limit::AllowedAtMost(kind, level));
        }
    }
    limits
}

/// Boundaries, session policies and levels of SCPs that there are.
fn ceilings(policies: &PolicySide<'_>) -> Vec<(PolicyKind, u32)> {
    let boundary = policies.permissions_boundary.map(|_| (PolicyKind::PermissionsBoundary, 0));
    let session = (!policies.session.is_empty()).then_some((PolicyKind::Session, 0));
    let levels = policies.service_control.iter().flatten();
    let scps = (0..).zip(levels).map(|(level, _)| (PolicyKind::ServiceControl, level));
    boundary.into_iter().chain(session).chain(scps).collect()
}

fn catalogue(options: Options) -> Options {
    Options { world: ActionWorld::Catalogue, ..options }
}

/// One action of the catalogue, on one of these resources or on any.
fn region(action: Action, form: Option<&str>) -> Region {
    Region {
        only: Some(action),
        resources: form.map(|form| vec![with_wildcards(form)]),
        not_resources: form.and_then(not_of_form).map(str::to_owned).into_iter().collect(),
        ..Region::default()
    }
}

/// What the pattern of a form matches though it is of another form: a bucket's name has no slash, an object's ARN has one
/// (Amazon S3 user guide, `bucketnamingrules`).
fn not_of_form(form: &str) -> Option<&'static str> {
    form.ends_with(":s3:::${BucketName}").then_some("arn:*:s3:::*/*")
}

/// The regions in which an action is asked for, one after the other: each form of ARNs that it acts on (all of them at
/// once can be a hard question), then any resource; and whether the resources of the region fit the action.
fn regions(action: Action) -> impl Iterator<Item = (Region, bool)> {
    let fitting = arn_forms(action).map(move |form| (region(action, Some(form)), true));
    fitting.chain([(region(action, None), action.takes_no_resource())])
}

/// Whether a statement may reach a resource of a form: no more is compared than the service, where it is plain.
fn may_reach(statement: &Statement, form: &str) -> bool {
    fn service(text: &str) -> Option<&str> {
        text.split(':').nth(2).filter(|service| text.split(':').count() >= 6 && !service.contains(['*', '?', '$']))
    }
    let Some(element) = statement.resources.as_ref().filter(|element| !element.negated) else { return true };
    let same = |text: &str| service(text).zip(service(form)).is_none_or(|(own, wanted)| own == wanted);
    element.values.iter().any(|value| same(&value.value))
}

/// The forms of ARNs that an action acts on.
fn arn_forms(action: Action) -> impl Iterator<Item = &'static str> {
    action.resource_types().map(ActionResource::resource_type).flat_map(ResourceType::arn_patterns)
}

fn summarise(candidate: &PolicySide<'_>, reference: Option<&PolicySide<'_>>, options: Options) -> Summary {
    let mut summary = Summary::default();
    let documents = Documents::of(candidate);
    for (place, statement, groups) in grouped(candidate, reference) {
        let reduced = documents.only(place, None);
        let side = reduced.side(candidate);
        let kind = if candidate.is_identity() { PolicyKind::Identity } else { PolicyKind::Resource };
        let granting = Granting { kind, policy: place.0, statement: StatementId(place.1), span: statement.span };
        let sides = [Some(candidate), reference];
        let rcps = sides.into_iter().flatten().any(|side| side.resource_control.is_some());
        let mut nothing: BTreeSet<(bool, Words, &str)> = BTreeSet::new();
        for (alike, actions) in groups {
            // On any resource, only these tell actions apart; RCPs apply to some services.
            let told = (alike.takes_resource, alike.told, if rcps { alike.service } else { "" });
            if !nothing.contains(&told) && !summary.ask(&side, reference, (granting, statement), actions, options) {
                nothing.insert(told);
            }
        }
    }
    summary
}

impl Summary {
    /// Asks about a group of actions and keeps the answer; whether there may be any such request.
    fn ask(
        &mut self,
        side: &PolicySide<'_>,
        reference: Option<&PolicySide<'_>>,
        (granting, statement): (Granting, &Statement),
        actions: Vec<Action>,
        options: Options,
    ) -> bool {
        let Some(first) = actions.first().copied() else { return false };
        let mut question = |form: Option<&str>| {
            let verdict = Question::new(side, reference, region(first, form), catalogue(options)).ask();
            self.stats.add(verdict.stats());
            verdict
        };
        let mut witness = match question(None) {
            Verdict::None { .. } => return false,
            Verdict::NewAccess(found) => found.witness,
            Verdict::Unknown { reason, .. } => {
                self.undecided.push(Undecided { statement: granting, actions, reason });
                return true;
            }
        };
        let mut resource_fits = fits(first, &witness.resource);
        if !resource_fits {
            // Each form by itself: all of them at once can be a hard question.
            let forms = arn_forms(first).filter(|form| may_reach(statement, form));
            let mut verdicts = forms.map(|form| question(Some(form)));
            if let Some(Verdict::NewAccess(found)) = verdicts.find(|verdict| matches!(verdict, Verdict::NewAccess(_))) {
                (witness, resource_fits) = (found.witness, true);
            }
        }
        self.grants.push(Grant { statement: granting, actions, resource_fits, witness });
        true
    }
}

/// Whether an action acts on a resource of this name.
fn fits(action: Action, resource: &str) -> bool {
    if action.takes_no_resource() {
        return resource == "*";
    }
    arn_forms(action).any(|form| {
        let other = not_of_form(form).is_some_and(|other| glob::matches(other, resource));
        glob::matches(&with_wildcards(form), resource) && !other
    })
}

/// An `Allow` statement of the base with the groups of actions that it names.
type Asked<'p> = ((u32, u32), &'p Statement, Vec<(Alike, Vec<Action>)>);

/// For every `Allow` statement of the base the documented actions that it names, in groups that no statement of the
/// question tells apart.
fn grouped<'p>(candidate: &PolicySide<'p>, reference: Option<&PolicySide<'p>>) -> Vec<Asked<'p>> {
    let statements: Vec<&Statement> = [Some(candidate), reference]
        .into_iter()
        .flatten()
        .flat_map(PolicySide::policies)
        .flat_map(|policy| &policy.statements)
        .collect();
    let by_resource = statements.iter().any(|statement| names_resources(statement));
    let named: Vec<Named> = statements.iter().map(|statement| Named::by(statement)).collect();
    let mut asked = Vec::new();
    for (policy, document) in (0..).zip(base(candidate)) {
        for (number, statement) in (0..).zip(&document.statements) {
            if statement.effect.value != Effect::Allow {
                continue;
            }
            let mut groups: BTreeMap<Alike, Vec<Action>> = BTreeMap::new();
            for action in Named::by(statement).actions() {
                let told = named.iter().map(|named| named.contains(action)).collect::<Words>();
                let types = if by_resource { arn_forms(action).collect() } else { Vec::new() };
                let service = action.service().prefix();
                let alike = Alike { service, takes_resource: !action.takes_no_resource(), types, told };
                groups.entry(alike).or_default().push(action);
            }
            let mut groups: Vec<(Alike, Vec<Action>)> = groups.into_iter().collect();
            groups.sort_by(|(_, left), (_, right)| left.cmp(right));
            asked.push(((policy, number), statement, groups));
        }
    }
    asked
}

/// What makes actions one group.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    service: &'static str,
    takes_resource: bool,
    /// The forms of ARNs that the action acts on, where any statement looks at resources.
    types: Vec<&'static str>,
    /// Which statements name the action.
    told: Words,
}

/// Bits in the order of the statements.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
struct Words(Vec<u64>);

impl FromIterator<bool> for Words {
    fn from_iter<T: IntoIterator<Item = bool>>(bits: T) -> Self {
        let mut words = Vec::new();
        for (at, bit) in bits.into_iter().enumerate() {
            if at % 64 == 0 {
                words.push(0_u64);
            }
            if let Some(word) = words.last_mut() {
                *word |= u64::from(bit) << (at % 64);
            }
        }
        Self(words)
    }
}

/// The documented actions that a statement names, as bits.
struct Named(Vec<u64>);

impl Named {
    fn by(statement: &Statement) -> Self {
        let element = &statement.actions;
        let mut words = vec![0_u64; action_count().div_ceil(64)];
        for action in element.values.iter().flat_map(|pattern| actions_matching(pattern.value.lower())) {
            let index = action.id().index();
            if let Some(word) = words.get_mut(index / 64) {
                *word |= 1 << (index % 64);
            }
        }
        if element.negated {
            for word in &mut words {
                *word = !*word;
            }
        }
        Self(words)
    }

    fn contains(&self, action: Action) -> bool {
        let index = action.id().index();
        self.0.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// All but the one that needs no permission.
    fn actions(&self) -> impl Iterator<Item = Action> {
        let set = |at: usize, word: u64| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * 64 + bit);
        let indexes = self.0.iter().enumerate().flat_map(move |(at, word)| set(at, *word));
        let actions = indexes.filter_map(ActionId::from_index).filter_map(Action::from_id);
        actions.filter(|action| !action.to_string().eq_ignore_ascii_case(FREE_ACTION))
    }
}

fn names_resources(statement: &Statement) -> bool {
    let all = |value: &str| value == "*";
    statement
        .resources
        .as_ref()
        .is_some_and(|element| element.negated || !element.values.iter().any(|value| all(&value.value)))
}

fn base<'s, 'p>(side: &'s PolicySide<'p>) -> &'s [&'p Policy] {
    match &side.base {
        Base::Identity(policies) => policies,
        Base::Resource(policy) | Base::Trust(policy) => std::slice::from_ref(policy),
    }
}

/// The place of a `Deny` statement: kind, level, policy, statement.
type DenyPlace = (PolicyKind, u32, u32, u32);

/// A side's policies by kind and level.
struct Documents<'p> {
    layers: Vec<(PolicyKind, u32, Vec<&'p Policy>)>,
}

/// The same policies with statements left out.
struct Reduced {
    layers: Vec<(PolicyKind, u32, Vec<Policy>)>,
}

impl<'p> Documents<'p> {
    fn of(side: &PolicySide<'p>) -> Self {
        let kind = if side.is_identity() { PolicyKind::Identity } else { PolicyKind::Resource };
        let mut layers = vec![(kind, 0, base(side).to_vec())];
        layers.extend(side.permissions_boundary.map(|policy| (PolicyKind::PermissionsBoundary, 0, vec![policy])));
        if !side.session.is_empty() {
            layers.push((PolicyKind::Session, 0, side.session.clone()));
        }
        let controls = [
            (PolicyKind::ServiceControl, &side.service_control),
            (PolicyKind::ResourceControl, &side.resource_control),
        ];
        for (kind, levels) in controls {
            let levels = (0..).zip(levels.iter().flatten());
            layers.extend(levels.map(|(level, policies)| (kind, level, policies.clone())));
        }
        Self { layers }
    }

    /// Of the base's `Allow` statements only one, and all `Deny` statements but maybe one.
    fn only(&self, place: (u32, u32), without: Option<DenyPlace>) -> Reduced {
        let layer = |(at, (kind, level, policies)): (usize, &(PolicyKind, u32, Vec<&Policy>))| {
            let policy = |(number, policy): (u32, &&Policy)| {
                let keep = |index: u32, statement: &Statement| match statement.effect.value {
                    Effect::Allow => at != 0 || (number, index) == place,
                    Effect::Deny => without != Some((*kind, *level, number, index)),
                };
                let kept = (0..).zip(&policy.statements).filter(|(index, statement)| keep(*index, statement));
                let statements = kept.map(|(_, statement)| statement.clone()).collect();
                Policy { span: policy.span, version: policy.version.clone(), id: None, statements }
            };
            (*kind, *level, (0..).zip(policies).map(policy).collect())
        };
        Reduced { layers: self.layers.iter().enumerate().map(layer).collect() }
    }

    /// The `Deny` statements that name an action.
    fn denies(&self, action: &str) -> Vec<DenyPlace> {
        let mut places = Vec::new();
        for (kind, level, policies) in &self.layers {
            for (number, policy) in (0..).zip(policies) {
                let denies = (0..).zip(&policy.statements).filter(|(_, statement)| {
                    let element = &statement.actions;
                    let listed = element.values.iter().any(|pattern| pattern.value.matches(action));
                    statement.effect.value == Effect::Deny && listed != element.negated
                });
                places.extend(denies.map(|(index, _)| (*kind, *level, number, index)));
            }
        }
        places
    }
}

/// The statement that allows everything.
fn everything() -> Statement {
    let nowhere = Span::default();
    let all = ActionPattern::parse("*").ok();
    let actions = all.into_iter().map(|pattern| Spanned::new(pattern, nowhere)).collect();
    Statement {
        span: nowhere,
        sid: None,
        effect: Spanned::new(Effect::Allow, nowhere),
        principals: None,
        actions: Element { span: nowhere, negated: false, values: actions },
        resources: Some(Element {
            span: nowhere,
            negated: false,
            values: vec![Spanned::new(String::from("*"), nowhere)],
        }),
        conditions: Vec::new(),
        undecidable: Vec::new(),
    }
}

impl Reduced {
    /// With a layer that allows everything and denies what it did.
    fn opened(mut self, kind: PolicyKind, level: u32) -> Self {
        for (.., policies) in self.layers.iter_mut().filter(|(own, at, _)| (*own, *at) == (kind, level)) {
            for policy in policies.iter_mut() {
                policy.statements.retain(|statement| statement.effect.value == Effect::Deny);
            }
            if let Some(first) = policies.first_mut() {
                first.statements.push(everything());
            }
        }
        self
    }

    /// As a side, in the places of the whole policies.
    fn side<'r>(&'r self, like: &PolicySide<'_>) -> PolicySide<'r> {
        let all = |kind: PolicyKind| self.layers.iter().filter(move |(own, ..)| *own == kind);
        let first = |kind| all(kind).flat_map(|(.., policies)| policies).next();
        let levels = |kind, there: bool| {
            there.then(|| all(kind).map(|(.., policies)| policies.iter().collect()).collect::<Vec<Vec<&Policy>>>())
        };
        let resource = || first(PolicyKind::Resource);
        let base = match (&like.base, resource()) {
            (Base::Resource(_), Some(policy)) => Base::Resource(policy),
            (Base::Trust(_), Some(policy)) => Base::Trust(policy),
            _ => Base::Identity(all(PolicyKind::Identity).flat_map(|(.., policies)| policies).collect()),
        };
        PolicySide {
            base,
            permissions_boundary: first(PolicyKind::PermissionsBoundary),
            session: all(PolicyKind::Session).flat_map(|(.., policies)| policies).collect(),
            service_control: levels(PolicyKind::ServiceControl, like.service_control.is_some()),
            resource_control: levels(PolicyKind::ResourceControl, like.resource_control.is_some()),
        }
    }
}
