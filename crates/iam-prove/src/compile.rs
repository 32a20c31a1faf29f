//! Policies to boxes: statements are read into literals ([`statement`]), the dimensions that they speak of are partitioned,
//! and the literals become predicates on them. One compilation is for one caller and one choice of variable values.

pub(crate) mod actions;
mod fixed;
mod form;
pub(crate) mod keys;
mod lazy_key;
pub(crate) mod literal;
mod principal;
pub(crate) mod reduce;
mod statement;

use crate::arn::{ArnTable, Segment};
use crate::bits::Bits;
use crate::caller::{Caller, Home, Kind};
use crate::search::cell::{Cell, Pred};
use crate::search::{BoxLiterals, Dimension, Literal};
use crate::side::PolicySide;
use crate::text::atoms::{Atoms, Domain, OverBudget};
use crate::text::lazy::LazyText;
use crate::text::pattern::{Bindings, Others, Pattern};
use actions::{ActionTable, ActionWorld, FREE_ACTION};
use keys::{KeyTable, SolvedKey};
use literal::{CallerForm, CallerLiteral, Doubt, RawLiteral};
use reduce::Reduced;
use rolecall_iam::evaluate::PolicyKind;
use rolecall_iam::template::Syntax;
use rolecall_iam_catalog::Action;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The account and the names that stand where no policy says anything.
pub(crate) const USUAL_ACCOUNT: &str = "123456789012";

/// Resources are partitioned with up to so many states of automata; beyond, they are texts under constraints.
const MOST_STATES: u64 = 400;

/// Lists up to this size are searched, longer ones have an index.
pub(crate) const FEW: usize = 24;

/// The order of the dimensions: actions, resources, callers, then the keys, then what cannot be told.
pub(crate) const ACTION: usize = 0;
pub(crate) const RESOURCE: usize = 1;
pub(crate) const CALLER: usize = 2;
pub(crate) const FIRST_KEY: usize = 3;

/// Where a box comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) kind: PolicyKind,
    pub(crate) level: u32,
    pub(crate) policy: u32,
    pub(crate) statement: u32,
}

/// A statement as it was read.
#[derive(Debug)]
pub(crate) struct RawBox {
    pub(crate) literals: Vec<RawLiteral>,
    pub(crate) origin: Origin,
}

/// A statement as a box.
#[derive(Clone, Debug)]
pub(crate) struct StatementBox {
    pub(crate) literals: BoxLiterals,
    pub(crate) origin: Origin,
}

/// One side as boxes.
#[derive(Debug, Default)]
pub(crate) struct SideBoxes {
    /// Of each layer the boxes that allow: a request needs one of each.
    pub(crate) layers: Vec<Vec<StatementBox>>,
    /// The boxes that deny.
    pub(crate) denies: Vec<StatementBox>,
}

/// What narrows a question to a part of all requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Region {
    /// Patterns of actions in lower case; `None`: all.
    pub(crate) actions: Option<Vec<String>>,
    /// Patterns of resources; `None`: all.
    pub(crate) resources: Option<Vec<String>>,
    /// Patterns of resources that are left out.
    pub(crate) not_resources: Vec<String>,
    /// Globs of ARNs of roles; `None`: all callers.
    pub(crate) roles: Option<Vec<String>>,
    /// Only requests of strangers: values that no policy names.
    pub(crate) strangers: bool,
    /// Only this action of the catalogue.
    pub(crate) only: Option<Action>,
}

/// A question for one caller, compiled.
#[derive(Debug)]
pub(crate) struct Compiled<'p> {
    pub(crate) dimensions: Vec<Dimension>,
    /// Candidate, reference.
    pub(crate) sides: [SideBoxes; 2],
    /// Requests that there are not.
    pub(crate) axioms: Vec<BoxLiterals>,
    /// What the question and the bindings narrow the search to; `None`: nothing is left.
    pub(crate) region: Option<BoxLiterals>,
    pub(crate) actions: ActionTable,
    pub(crate) resources: ArnTable,
    /// `None`: resources are not partitioned, but texts under constraints.
    pub(crate) resource_atoms: Option<Atoms>,
    /// The dimensions that are not partitioned.
    pub(crate) texts: Vec<Rc<LazyText>>,
    pub(crate) callers: ArnTable,
    pub(crate) caller_atoms: Atoms,
    pub(crate) keys: Vec<KeyTable<'p>>,
    pub(crate) key_examples: Vec<Vec<String>>,
    /// The first dimension of what cannot be told.
    pub(crate) first_doubt: usize,
    /// Keys whose values variables ask for.
    pub(crate) variables: BTreeSet<String>,
    pub(crate) steps: u64,
}

/// What a compilation is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purpose<'c> {
    pub(crate) caller: &'c Caller,
    pub(crate) world: ActionWorld,
    pub(crate) bindings: &'c Bindings,
    pub(crate) others: &'c Others,
    pub(crate) region: &'c Region,
    pub(crate) reduced: &'c Reduced,
    pub(crate) budget: u64,
}

/// A compilation on its way.
struct Compiler<'p, 'c> {
    purpose: Purpose<'c>,
    actions: ActionTable,
    resources: ArnTable,
    callers: ArnTable,
    keys: Vec<KeyTable<'p>>,
    key_numbers: BTreeMap<String, usize>,
    variables: BTreeSet<String>,
    operators_in_doubt: usize,
}

const RESOURCES: [Segment; 6] = [
    Segment::Fixed("arn"),
    Segment::Any(Domain::SOME_SEGMENT, "aws"),
    Segment::Any(Domain::SOME_SEGMENT, "s3"),
    Segment::Any(Domain::SEGMENT, "us-east-1"),
    Segment::Any(Domain::SEGMENT, USUAL_ACCOUNT),
    Segment::Any(Domain::RESOURCE, "example"),
];

/// The ARNs of callers.
const fn caller_segments(caller: &Caller) -> [Segment; 6] {
    let last = match caller {
        Caller::Open(Kind::User, _) => Segment::Any(Domain::USER, "user/example"),
        Caller::Open(Kind::Root, _) => Segment::Fixed("root"),
        _ => Segment::Any(Domain::ROLE, "role/example"),
    };
    [
        Segment::Fixed("arn"),
        Segment::Any(Domain::SOME_SEGMENT, "aws"),
        Segment::Fixed("iam"),
        Segment::Fixed(""),
        Segment::Any(Domain::ACCOUNT, USUAL_ACCOUNT),
        last,
    ]
}

/// Compiles a question.
pub(crate) fn compile<'p>(
    candidate: &PolicySide<'p>,
    reference: &PolicySide<'p>,
    purpose: Purpose<'_>,
) -> Result<Compiled<'p>, OverBudget> {
    let mut compiler = Compiler {
        purpose,
        actions: ActionTable::default(),
        resources: ArnTable::new(&RESOURCES, true),
        callers: ArnTable::new(&caller_segments(purpose.caller), false),
        keys: Vec::new(),
        key_numbers: BTreeMap::new(),
        variables: BTreeSet::new(),
        operators_in_doubt: 0,
    };
    let sides = [compiler.side(0, candidate), compiler.side(1, reference)];
    compiler.operators_of_dropped(0, candidate);
    compiler.operators_of_dropped(1, reference);
    let region = compiler.region();
    compiler.resolve(sides, &region)
}

/// The boxes of one side, read: for each layer those that allow, then those that deny.
struct RawSide {
    layers: Vec<Vec<RawBox>>,
    denies: Vec<RawBox>,
}

impl<'p> Compiler<'p, '_> {
    fn region(&mut self) -> Vec<RawLiteral> {
        let mut literals = Vec::new();
        if let Some(actions) = &self.purpose.region.actions {
            let patterns = actions.iter().map(|pattern| self.actions.number(pattern)).collect();
            literals.push(RawLiteral::Action { negated: false, patterns });
        }
        if let Some(resources) = &self.purpose.region.resources {
            let patterns = resources.iter().filter_map(|text| self.resource_pattern(text, false)).collect();
            literals.push(RawLiteral::Resource { negated: false, patterns });
        }
        if !self.purpose.region.not_resources.is_empty() {
            let left_out = self.purpose.region.not_resources.iter();
            let patterns = left_out.filter_map(|text| self.resource_pattern(text, false)).collect();
            literals.push(RawLiteral::Resource { negated: true, patterns });
        }
        if let Some(roles) = &self.purpose.region.roles {
            let syntax = Syntax { wildcards: true, variables: false };
            let read = |text: &String| Pattern::read(text, syntax, &Bindings::new()).unwrap_or(Pattern::Nothing);
            let patterns =
                roles.iter().filter_map(|text| self.caller_value("aws:principalarn", read(text), text)).collect();
            literals.push(RawLiteral::CallerKey { negated: false, patterns });
        }
        for (key, value) in self.purpose.bindings {
            let possible = match self.purpose.caller.home(key) {
                Home::PrincipalArn | Home::PrincipalAccount => {
                    let exact = |value: &String| Pattern::Exact(value.clone());
                    let pattern = value.as_ref().and_then(|value| self.caller_value(key, exact(value), value));
                    literals.push(RawLiteral::CallerKey { negated: false, patterns: pattern.into_iter().collect() });
                    true
                }
                Home::Fixed(own) => own == *value,
                Home::OwnPresent => value.is_some(),
                Home::Own | Home::RoleOfPath(_) => true,
            };
            // No user has a name that IAM does not take.
            let sound = |name: &String| key != "aws:username" || Domain::USER_NAME.holds(name);
            if !possible || !value.as_ref().is_none_or(sound) {
                literals.push(RawLiteral::Action { negated: false, patterns: Vec::new() });
            }
        }
        literals
    }

    fn resolve(mut self, sides: [RawSide; 2], region: &[RawLiteral]) -> Result<Compiled<'p>, OverBudget> {
        let budget = self.purpose.budget;
        // Where no pattern names the service, no witness does.
        let free = self.actions.names_service("sts").then(|| self.actions.number(FREE_ACTION));
        let (action_sets, mut steps) = match self.purpose.region.only {
            Some(action) => (self.actions.solve_only(action), 1),
            None => self.actions.solve(self.purpose.world, budget)?,
        };
        let (resource_atoms, resource_texts) = match self.resources.solve(budget.min(MOST_STATES)) {
            Ok(atoms) => (Some(atoms), None),
            Err(over) => (None, Some(Rc::new(self.resources.lazy(budget).ok_or(over)?))),
        };
        let caller_atoms = self.callers.solve(budget)?;
        let keys: Vec<SolvedKey> = self
            .keys
            .iter()
            .map(|key| key.solve(self.purpose.bindings, self.purpose.others, budget))
            .collect::<Result<_, _>>()?;
        steps += resource_atoms.as_ref().map_or(0, |atoms| atoms.steps)
            + caller_atoms.steps
            + keys.iter().map(|key| key.steps).sum::<u64>();
        let mut dimensions = vec![
            Dimension::new(Cell::Set(all_but(free.and_then(|free| action_sets.get(free)), self.actions.len()))),
            Dimension::new(match (&resource_atoms, &resource_texts) {
                (_, Some(lists)) => {
                    Cell::Text { special: Bits::all(1), text: Some(Vec::new()), lists: Rc::clone(lists) }
                }
                (atoms, None) => Cell::Set(Bits::all(atoms.as_ref().map_or(0, Atoms::len))),
            }),
            Dimension::new(Cell::Set(Bits::all(caller_atoms.len()))),
        ];
        dimensions.extend(keys.iter().map(|key| Dimension::new(key.whole.clone())));
        let first_doubt = dimensions.len();
        let mut resolver = Resolver {
            dimensions,
            action_sets: &action_sets,
            resource_sets: resource_atoms.as_ref().map_or(&[], |atoms| &atoms.sets),
            resource_texts: resource_texts.as_ref(),
            resources: &self.resources,
            caller_sets: &caller_atoms.sets,
            keys: &keys,
            tables: &self.keys,
            doubts: BTreeMap::new(),
        };
        let sides = sides.map(|side| resolver.side(side));
        let named = self.purpose.region.strangers.then(|| self.callers.naming_accounts());
        let region = resolver.narrowed(region, named.as_deref());
        let axioms = resolver.axioms(&self.actions, resource_atoms.as_ref(), self.purpose.world);
        let dimensions = resolver.dimensions;
        let texts = keys.iter().filter_map(|key| key.texts.clone()).chain(resource_texts).collect();
        let key_examples = keys.into_iter().map(|key| key.examples).collect();
        let Self { actions, resources, callers, keys, variables, .. } = self;
        Ok(Compiled {
            dimensions,
            sides,
            axioms,
            region,
            actions,
            resources,
            resource_atoms,
            texts,
            callers,
            caller_atoms,
            keys,
            key_examples,
            first_doubt,
            variables,
            steps,
        })
    }
}

/// Turns literals into predicates.
struct Resolver<'k, 'p> {
    dimensions: Vec<Dimension>,
    action_sets: &'k [Bits],
    resource_sets: &'k [Bits],
    /// Where resources are not partitioned.
    resource_texts: Option<&'k Rc<LazyText>>,
    resources: &'k ArnTable,
    caller_sets: &'k [Bits],
    keys: &'k [SolvedKey],
    tables: &'k [KeyTable<'p>],
    doubts: BTreeMap<Doubt, usize>,
}

fn all_but(left_out: Option<&Bits>, size: usize) -> Bits {
    left_out.map_or_else(|| Bits::all(size), Bits::complement)
}

fn union(sets: &[Bits], numbers: &[usize], size: usize) -> Bits {
    let mut all = Bits::none(size);
    numbers.iter().filter_map(|number| sets.get(*number)).for_each(|set| all.join(set));
    all
}

impl Resolver<'_, '_> {
    fn size(&self, dimension: usize) -> usize {
        match self.dimensions.get(dimension).map(|dimension| &dimension.whole) {
            Some(Cell::Set(bits)) => bits.size(),
            _ => 0,
        }
    }

    fn side(&mut self, side: RawSide) -> SideBoxes {
        let mut boxes = |list: Vec<RawBox>| {
            let one = |raw: RawBox| Some(StatementBox { literals: self.literals(&raw.literals)?, origin: raw.origin });
            list.into_iter().filter_map(one).collect::<Vec<_>>()
        };
        SideBoxes { layers: side.layers.into_iter().map(&mut boxes).collect(), denies: boxes(side.denies) }
    }

    /// The conjunction; `None` when nothing satisfies it.
    fn literals(&mut self, raw: &[RawLiteral]) -> Option<BoxLiterals> {
        // Sets of one dimension are met before they become a literal.
        let mut sets: Vec<(usize, Bits)> = Vec::with_capacity(raw.len());
        let mut literals = Vec::with_capacity(raw.len());
        for literal in raw {
            let (dimension, pred) = self.pred(literal);
            match pred {
                Pred::Set(bits) => match sets.iter_mut().find(|(own, _)| *own == dimension) {
                    Some((_, own)) => own.meet(&bits),
                    None => sets.push((dimension, bits)),
                },
                pred @ (Pred::Key { .. } | Pred::Text { .. }) => literals = self.add(literals, dimension, pred)?,
            }
        }
        for (dimension, bits) in sets {
            literals = self.add(literals, dimension, Pred::Set(bits))?;
        }
        literals.sort_unstable();
        literals.dedup();
        Some(literals)
    }

    /// What the question and the bindings narrow the search to; for strangers with the patterns that name accounts.
    fn narrowed(&mut self, region: &[RawLiteral], strangers: Option<&[usize]>) -> Option<BoxLiterals> {
        let (keys, tables) = (self.keys, self.tables);
        let mut literals = self.literals(region)?;
        if let Some(naming_accounts) = strangers {
            let named = union(self.caller_sets, naming_accounts, self.size(CALLER));
            literals = self.add(literals, CALLER, Pred::Set(named.complement()))?;
            for (at, (key, table)) in keys.iter().zip(tables).enumerate() {
                if let Some(pred) = table.strangers(key) {
                    literals = self.add(literals, FIRST_KEY + at, pred)?;
                }
            }
        }
        for (at, key) in keys.iter().enumerate() {
            if let Some(pred) = &key.bound {
                literals = self.add(literals, FIRST_KEY + at, pred.clone())?;
            }
        }
        Some(literals)
    }

    /// Adds a literal unless it holds everywhere; `None` when it holds nowhere.
    fn add(&mut self, mut literals: BoxLiterals, at: usize, pred: Pred) -> Option<BoxLiterals> {
        let dimension = self.dimensions.get_mut(at)?;
        if dimension.whole.is_within(&pred) {
            return Some(literals);
        }
        if dimension.whole.is_disjoint(&pred) {
            return None;
        }
        let number = u32::try_from(at).ok()?;
        literals.push(Literal { dimension: number, pred: dimension.number(pred) });
        Some(literals)
    }

    fn pred(&mut self, literal: &RawLiteral) -> (usize, Pred) {
        let listed = |negated: bool, bits: Bits| Pred::Set(if negated { bits.complement() } else { bits });
        match literal {
            RawLiteral::Action { negated, patterns } => {
                (ACTION, listed(*negated, union(self.action_sets, patterns, self.size(ACTION))))
            }
            RawLiteral::Resource { negated, patterns } if let Some(texts) = &self.resource_texts => {
                let star = if self.resources.match_star(patterns) { Bits::all(1) } else { Bits::none(1) };
                let list = texts.number(self.resources.as_texts(patterns));
                let pred = Pred::Text { special: star, constraint: (list, true) };
                (RESOURCE, if *negated { pred.negate() } else { pred })
            }
            RawLiteral::Resource { negated, patterns } => {
                (RESOURCE, listed(*negated, union(self.resource_sets, patterns, self.size(RESOURCE))))
            }
            RawLiteral::CallerKey { negated, patterns } => {
                (CALLER, listed(*negated, union(self.caller_sets, patterns, self.size(CALLER))))
            }
            RawLiteral::Caller(caller) => (CALLER, Pred::Set(self.caller(caller))),
            RawLiteral::Key { key, condition } => {
                let solved = self.keys.get(*key).and_then(|key| key.preds.get(*condition)).and_then(Option::as_ref);
                if let Some(pred) = solved {
                    return (FIRST_KEY + key, pred.clone());
                }
                let table = self.tables.get(*key);
                let doubt = table.and_then(|table| Some(table.conditions.get(*condition)?.doubt(&table.name)));
                self.doubt(doubt.unwrap_or_else(|| Doubt::Condition(String::new())))
            }
            RawLiteral::Doubt(doubt) => self.doubt(doubt.clone()),
        }
    }

    fn caller(&self, caller: &CallerLiteral) -> Bits {
        let size = self.size(CALLER);
        let accounts = union(self.caller_sets, &caller.accounts, size);
        let mut own = union(self.caller_sets, &caller.own, size);
        if caller.own_id {
            own = Bits::all(size);
        }
        let mut exempt = match caller.form {
            CallerForm::Listed | CallerForm::NotListed | CallerForm::RootNotExempt => {
                own.join(&accounts);
                own
            }
            CallerForm::NotExempt => {
                own.meet(&accounts);
                own
            }
            CallerForm::SessionNotExempt => Bits::none(size),
        };
        if caller.everyone {
            exempt = Bits::all(size);
        }
        if caller.form == CallerForm::Listed { exempt } else { exempt.complement() }
    }

    /// A dimension of two values; the literal says "it holds".
    fn doubt(&mut self, doubt: Doubt) -> (usize, Pred) {
        let next = self.dimensions.len();
        let at = *self.doubts.entry(doubt).or_insert(next);
        if at == next {
            self.dimensions.push(Dimension::new(Cell::Set(Bits::all(2))));
        }
        (at, Pred::Set(Bits::one(2, 1)))
    }

    /// In the catalogue an action that takes no resource is asked for on `*` alone.
    fn axioms(&mut self, actions: &ActionTable, resources: Option<&Atoms>, world: ActionWorld) -> Vec<BoxLiterals> {
        if world == ActionWorld::Open {
            return Vec::new();
        }
        let mut without = Bits::none(actions.len());
        (0..actions.len())
            .filter(|at| actions.atom(*at).is_some_and(|atom| atom.takes_resource == Some(false)))
            .for_each(|at| without.insert(at));
        let named = match (resources, &self.resource_texts) {
            (Some(atoms), _) => {
                let mut named = Bits::none(atoms.len());
                let texts = atoms.examples.iter().enumerate().filter(|(_, text)| *text != "*");
                texts.for_each(|(at, _)| named.insert(at));
                Pred::Set(named)
            }
            // Every text but `*`: no pattern of an empty list matches.
            (None, Some(texts)) => Pred::Text { special: Bits::none(1), constraint: (texts.number(Vec::new()), false) },
            (None, None) => return Vec::new(),
        };
        let both = self.add(Vec::new(), ACTION, Pred::Set(without));
        both.and_then(|literals| self.add(literals, RESOURCE, named)).into_iter().collect()
    }
}
