//! Which statements may cover which: found by the rarest of what a covering statement must share, so that many
//! statements are not compared each with each.

mod twins;

use super::prefix_index::PrefixIndex;
use super::reach::{asks_for_all_of, covers_principals, covers_resources};
use super::steps::step;
use rolecall_iam::condition::ConditionOperator;
use rolecall_iam::document::{Condition, Policy, Statement};
use rolecall_iam::principal::Principal;
use rolecall_iam::problem::Problem;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// The statements of a document by what they name.
#[derive(Debug)]
pub(super) struct StatementPairs<'p> {
    statements: &'p [Statement],
    /// Statements with an error in them, in order: what of them was understood is not all that they say.
    damaged: Vec<usize>,
    /// For each statement the first one that has the same in it.
    twins: OnceCell<Vec<Option<usize>>>,
    index: OnceCell<Index<'p>>,
    /// What was found for each statement, in documents of a few; many could have more pairs than there is memory.
    found: Vec<OnceCell<Vec<(usize, &'p Statement)>>>,
}

/// The most statements whose pairs are remembered.
const REMEMBERED: usize = 64;

#[derive(Debug)]
struct Index<'p> {
    resources: PrefixIndex<'p>,
    /// Statements with `NotResource` or without resources.
    other_resources: Vec<usize>,
    actions: PrefixIndex<'p>,
    /// Statements with `NotAction`.
    not_actions: Vec<usize>,
    principals: BTreeMap<&'p Principal, Vec<usize>>,
    /// Statements with `NotPrincipal`.
    not_principals: Vec<usize>,
    without_principals: Vec<usize>,
    /// By the first condition: operator, key in lower case, least value.
    conditions: BTreeMap<Feature<'p>, Vec<usize>>,
    unconditional: Vec<usize>,
}

type Feature<'p> = (ConditionOperator, String, Option<&'p str>);

fn feature(condition: &Condition) -> Feature<'_> {
    let least = condition.values.iter().map(|value| value.value.as_str()).min();
    (condition.operator.value, condition.key.value.to_ascii_lowercase(), least)
}

/// Statements that share something, in lists.
type Candidates<'i> = Vec<&'i [usize]>;

fn count(candidates: &Candidates<'_>) -> usize {
    candidates.iter().map(|list| list.len()).sum()
}

impl<'p> StatementPairs<'p> {
    /// The statements of the document; nothing is compared before somebody asks.
    pub(super) fn of(policy: &'p Policy, problems: &[Problem]) -> Self {
        let statements = policy.statements.as_slice();
        let statement_at = |problem: &Problem| {
            let behind = statements.partition_point(|statement| statement.span.start <= problem.span.start);
            behind.checked_sub(1)
        };
        let mut damaged: Vec<usize> =
            problems.iter().filter(|problem| problem.is_error()).filter_map(statement_at).collect();
        damaged.sort_unstable();
        let found = if statements.len() <= REMEMBERED { vec![OnceCell::new(); statements.len()] } else { Vec::new() };
        Self { statements, damaged, twins: OnceCell::new(), index: OnceCell::new(), found }
    }

    /// The first of the earlier statements that have the same in them, in whatever order, `Sid` and case of names aside.
    pub(super) fn twin(&self, number: usize) -> Option<&'p Statement> {
        let twins = self.twins.get_or_init(|| twins::of(self.statements, &self.damaged));
        self.statements.get(twins.get(number).copied().flatten()?)
    }

    /// The other statements that cover resources, principals and conditions of the statement with this number and may
    /// cover an action of it, with their numbers, in their order. Their effect may be another. Statements with an
    /// earlier twin are left out, which stands for them.
    pub(super) fn reaching(&self, inner: usize) -> Cow<'_, [(usize, &'p Statement)]> {
        match self.found.get(inner) {
            Some(found) => Cow::Borrowed(found.get_or_init(|| self.find(inner))),
            None => Cow::Owned(self.find(inner)),
        }
    }

    fn find(&self, inner: usize) -> Vec<(usize, &'p Statement)> {
        let sound = |number: &usize| self.damaged.binary_search(number).is_err();
        let Some(statement) = self.statements.get(inner).filter(|_| self.statements.len() > 1 && sound(&inner)) else {
            return Vec::new();
        };
        let twins = self.twins.get_or_init(|| twins::of(self.statements, &self.damaged));
        let index = self.index.get_or_init(|| Index::of(self.statements, twins));
        let mut outers: Vec<usize> = index.rarest(statement).into_iter().flatten().copied().collect();
        outers.sort_unstable();
        outers.dedup();
        let with_number = |outer: usize| Some((outer, self.statements.get(outer)?));
        outers
            .into_iter()
            .filter(|outer| *outer != inner && sound(outer))
            .filter_map(with_number)
            .filter(|(_, outer)| reaches(outer, statement))
            .collect()
    }
}

fn reaches(outer: &Statement, inner: &Statement) -> bool {
    step();
    outer.undecidable.is_empty()
        && covers_resources(outer.resources.as_ref(), inner.resources.as_ref())
        && covers_principals(outer.principals.as_ref(), inner.principals.as_ref())
        && asks_for_all_of(inner, outer)
}

impl<'p> Index<'p> {
    fn of(statements: &'p [Statement], twins: &[Option<usize>]) -> Self {
        let first = |number: usize| twins.get(number).copied().flatten().is_none();
        let numbered = || statements.iter().enumerate().filter(|(number, _)| first(*number));
        let with = |is: fn(&Statement) -> bool| -> Vec<usize> {
            numbered().filter(|(_, statement)| is(statement)).map(|(number, _)| number).collect()
        };
        let resources = numbered().flat_map(|(number, statement)| {
            let listed = statement.resources.iter().filter(|resources| !resources.negated);
            listed.flat_map(|resources| &resources.values).map(move |value| (value.value.as_str(), number))
        });
        let actions = numbered().filter(|(_, statement)| !statement.actions.negated).flat_map(|(number, statement)| {
            statement.actions.values.iter().map(move |pattern| (pattern.value.lower(), number))
        });
        let mut principals: BTreeMap<&Principal, Vec<usize>> = BTreeMap::new();
        let mut conditions: BTreeMap<Feature<'_>, Vec<usize>> = BTreeMap::new();
        for (number, statement) in numbered() {
            let listed = statement.principals.iter().filter(|principals| !principals.negated);
            for principal in listed.flat_map(|principals| &principals.values) {
                principals.entry(&principal.value).or_default().push(number);
            }
            if let Some(first) = statement.conditions.first() {
                conditions.entry(feature(first)).or_default().push(number);
            }
        }
        Self {
            resources: PrefixIndex::new(resources),
            other_resources: with(|statement| statement.resources.as_ref().is_none_or(|resources| resources.negated)),
            actions: PrefixIndex::new(actions),
            not_actions: with(|statement| statement.actions.negated),
            principals,
            not_principals: with(|statement| {
                statement.principals.as_ref().is_some_and(|principals| principals.negated)
            }),
            without_principals: with(|statement| statement.principals.is_none()),
            conditions,
            unconditional: with(|statement| statement.conditions.is_empty()),
        }
    }

    /// The shortest of the lists of statements that may cover this one.
    fn rarest<'i>(&'i self, inner: &'i Statement) -> Candidates<'i> {
        let lists = [self.by_actions(inner), self.by_resources(inner), self.by_principals(inner)];
        let by_conditions = self.by_conditions(inner);
        lists.into_iter().chain([by_conditions]).min_by_key(count).unwrap_or_default()
    }

    fn by_actions<'i>(&'i self, inner: &'i Statement) -> Candidates<'i> {
        // All actions but some are covered by `*` alone.
        let texts = inner.actions.values.iter().map(|pattern| pattern.value.lower());
        let listed = texts.filter(|_| !inner.actions.negated).flat_map(|text| self.actions.covering(text));
        let everything = self.actions.covering("").filter(|_| inner.actions.negated);
        listed.chain(everything).chain([self.not_actions.as_slice()]).collect()
    }

    fn by_resources<'i>(&'i self, inner: &'i Statement) -> Candidates<'i> {
        // All resources must be covered, so that of the first one only those count that cover it.
        let first = match &inner.resources {
            Some(resources) if !resources.negated => resources.values.first().map_or("", |value| value.value.as_str()),
            _ => "",
        };
        self.resources.covering(first).chain([self.other_resources.as_slice()]).collect()
    }

    fn by_principals<'i>(&'i self, inner: &'i Statement) -> Candidates<'i> {
        let Some(principals) = &inner.principals else { return vec![&self.without_principals] };
        let first = principals.values.first().filter(|_| !principals.negated).map(|value| &value.value);
        let named = [first, Some(&Principal::Everyone)].into_iter().flatten();
        let listing = named.filter_map(|principal| self.principals.get(principal)).map(Vec::as_slice);
        listing.chain([self.not_principals.as_slice()]).collect()
    }

    fn by_conditions<'i>(&'i self, inner: &'i Statement) -> Candidates<'i> {
        let shared = inner.conditions.iter().filter_map(|condition| self.conditions.get(&feature(condition)));
        shared.map(Vec::as_slice).chain([self.unconditional.as_slice()]).collect()
    }
}
