//! What of a question needs no search: statements that the other side has too, and statements that meet nothing that is
//! left. Compared is text, one pattern against one pattern, so that a statement costs little; what is not seen here the
//! search finds. It never calls the evaluator.
//!
//! Sound, because for every request: a deny of the reference inside a deny of the candidate decides nothing that the
//! candidate has not denied; an allow of the candidate inside a deny of its own gives nothing; one inside an allow of the
//! reference and outside all its denies that are left gives nothing new; and a statement that meets no allow of the
//! candidate that is left speaks of no request that matters. Law (tested): the verdict is that of the whole question.

use super::{FEW, Region};
use crate::bits::Bits;
use crate::side::PolicySide;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Condition, Effect, Element, Policy, Statement, Version};
use rolecall_iam::principal::Principal;
use rolecall_iam::span::Spanned;

/// The most comparisons of two texts that are made before a question is searched as it is.
const MOST_COMPARISONS: u64 = 100_000;

/// A comparison costs so much less than a look at a box.
const COMPARISONS_A_STEP: u64 = 8;

/// What stands so near to the same place is compared first: policies are copied and changed.
const NEAR: usize = 4;

/// What is left out of a question.
#[derive(Debug, Default)]
pub(crate) struct Reduced {
    /// Statements of candidate and reference, by number over all policies of the base; `None`: nothing is left out.
    dropped: Option<[Bits; 2]>,
    /// Whether no statement of the candidate can give anything new.
    pub(crate) nothing_left: bool,
    /// The work: so many comparisons are one step.
    pub(crate) steps: u64,
}

impl Reduced {
    /// Whether anything is left out.
    pub(crate) const fn leaves_out(&self) -> bool {
        self.dropped.is_some()
    }

    /// Whether a statement of the base is left out; `side` is 0 for the candidate, 1 for the reference.
    pub(crate) fn drops(&self, side: usize, statement: usize) -> bool {
        let dropped = self.dropped.as_ref().and_then(|sides| sides.get(side));
        dropped.is_some_and(|dropped| dropped.contains(statement))
    }
}

/// A statement with the version of its policy.
#[derive(Clone, Copy)]
struct Entry<'p> {
    statement: &'p Statement,
    version: Version,
}

impl Entry<'_> {
    fn is(&self, effect: Effect) -> bool {
        self.statement.effect.value == effect
    }
}

fn entries<'p>(side: &PolicySide<'p>) -> Vec<Entry<'p>> {
    let of_policy = |policy: &&'p Policy| {
        let version = policy.effective_version();
        policy.statements.iter().map(move |statement| Entry { statement, version })
    };
    side.base_policies().iter().flat_map(of_policy).collect()
}

/// Finds what can be left out. Sides with more than a base are left as they are, and so is the question about strangers,
/// which depends on every value that a policy names.
pub(crate) fn reduce(candidate: &PolicySide<'_>, reference: Option<&PolicySide<'_>>, region: &Region) -> Reduced {
    let only_base = candidate.has_only_base() && reference.is_none_or(PolicySide::has_only_base);
    if region.strangers || !only_base {
        return Reduced::default();
    }
    let (candidate, reference) = (entries(candidate), reference.map_or_else(Vec::new, entries));
    let mut reducer = Reducer {
        dropped: [Bits::none(candidate.len()), Bits::none(reference.len())],
        candidate,
        reference,
        comparing: Comparing { left: MOST_COMPARISONS },
    };
    reducer.denies();
    reducer.allows(region);
    let nothing_left = reducer.left(0, Effect::Allow).next().is_none();
    if !nothing_left {
        reducer.unrelated();
    }
    let Reducer { dropped, comparing, .. } = reducer;
    let any = dropped.iter().any(|dropped| !dropped.is_empty());
    Reduced {
        dropped: any.then_some(dropped),
        nothing_left,
        steps: (MOST_COMPARISONS - comparing.left).div_ceil(COMPARISONS_A_STEP),
    }
}

struct Reducer<'p> {
    candidate: Vec<Entry<'p>>,
    reference: Vec<Entry<'p>>,
    dropped: [Bits; 2],
    comparing: Comparing,
}

impl<'p> Reducer<'p> {
    /// What is left of a side, of one effect.
    fn left(&self, side: usize, effect: Effect) -> impl Iterator<Item = &Entry<'p>> {
        let entries = if side == 0 { &self.candidate } else { &self.reference };
        let dropped = self.dropped.get(side);
        let kept = move |at: usize| dropped.is_some_and(|dropped| !dropped.contains(at));
        entries.iter().enumerate().filter(move |(at, entry)| entry.is(effect) && kept(*at)).map(|(_, entry)| entry)
    }

    fn drop_from(&mut self, side: usize, statement: usize) {
        if let Some(dropped) = self.dropped.get_mut(side) {
            dropped.insert(statement);
        }
    }

    /// Denies of the reference that the candidate has too.
    fn denies(&mut self) {
        for at in 0..self.reference.len() {
            let Some(deny) = self.reference.get(at).filter(|entry| entry.is(Effect::Deny)) else { continue };
            if self.comparing.within_one(deny, at, &self.candidate, Effect::Deny) {
                self.drop_from(1, at);
            }
        }
    }

    /// Allows of the candidate that give nothing new, or nothing in the region.
    fn allows(&mut self, region: &Region) {
        let denies: Vec<Entry<'p>> = self.left(1, Effect::Deny).copied().collect();
        for at in 0..self.candidate.len() {
            let Some(allow) = self.candidate.get(at).filter(|entry| entry.is(Effect::Allow)) else { continue };
            let comparing = &mut self.comparing;
            let useless = comparing.outside(allow.statement, region)
                || (comparing.within_one(allow, at, &self.reference, Effect::Allow)
                    && denies.iter().all(|deny| comparing.disjoint(deny.statement, allow.statement)))
                || comparing.within_one(allow, at, &self.candidate, Effect::Deny);
            if useless {
                self.drop_from(0, at);
            }
        }
    }

    /// Statements that meet no allow of the candidate that is left.
    fn unrelated(&mut self) {
        let allows: Vec<&Statement> = self.left(0, Effect::Allow).map(|entry| entry.statement).collect();
        let sides = [(&self.candidate, false), (&self.reference, true)];
        for ((entries, allows_too), dropped) in sides.into_iter().zip(&mut self.dropped) {
            for (at, entry) in entries.iter().enumerate() {
                let asked = (allows_too || entry.is(Effect::Deny)) && !dropped.contains(at);
                if asked && allows.iter().all(|allow| self.comparing.disjoint(entry.statement, allow)) {
                    dropped.insert(at);
                }
            }
        }
    }
}

/// Compares texts, as many as are allowed; beyond that nothing is within or outside anything.
struct Comparing {
    left: u64,
}

impl Comparing {
    fn may(&mut self) -> bool {
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        may
    }

    /// Whether a statement lies inside one statement of a list.
    fn within_one(&mut self, inner: &Entry<'_>, at: usize, list: &[Entry<'_>], effect: Effect) -> bool {
        let mut fits = |outer: &Entry<'_>| outer.is(effect) && self.may() && self.within(inner, outer);
        let near = list.iter().skip(at.saturating_sub(NEAR)).take(2 * NEAR + 1);
        list.get(at).is_some_and(&mut fits) || near.chain(list).any(fits)
    }

    /// Whether every request that the first statement applies to is one of the second.
    fn within(&mut self, inner: &Entry<'_>, outer: &Entry<'_>) -> bool {
        let (left, right) = (inner.statement, outer.statement);
        // An operator or a principal in doubt is like no other.
        if !left.undecidable.is_empty() || !right.undecidable.is_empty() {
            return false;
        }
        let same_version = inner.version == outer.version;
        self.within_element(&left.actions, &right.actions, |pattern| pattern.lower(), false)
            && match (&left.resources, &right.resources) {
                (_, None) => true,
                (None, Some(_)) => false,
                (Some(left), Some(right)) => self.within_element(left, right, |text| text.as_str(), same_version),
            }
            && right
                .conditions
                .iter()
                .all(|wanted| left.conditions.iter().any(|condition| self.is_same(condition, wanted, same_version)))
            && self.within_principals(left, right)
    }

    fn within_principals(&mut self, inner: &Statement, outer: &Statement) -> bool {
        let (left, right) = match (&inner.principals, &outer.principals) {
            (None, None) => return true,
            (_, Some(right)) if !right.negated && right.values.iter().any(|one| one.value == Principal::Everyone) => {
                return true;
            }
            (Some(left), Some(right)) if left.negated == right.negated => (left, right),
            _ => return false,
        };
        if left.negated {
            // `NotPrincipal` means one thing with `Allow` and another with `Deny`.
            let same = left.values.iter().map(|one| &one.value).eq(right.values.iter().map(|one| &one.value));
            return inner.effect.value == outer.effect.value && same;
        }
        self.each_in_one(&left.values, &right.values, |left, right| left == right)
    }

    /// Whether everything that one element covers the other covers too; for actions in lower case, and resources.
    fn within_element<T>(
        &mut self,
        inner: &Element<T>,
        outer: &Element<T>,
        text: impl Fn(&T) -> &str,
        same_variables: bool,
    ) -> bool {
        match (inner.negated, outer.negated) {
            (false, false) => self.each_text_in_one(&inner.values, &outer.values, text, same_variables),
            (true, true) => self.each_text_in_one(&outer.values, &inner.values, text, same_variables),
            (false, true) => {
                self.no_two_meet(&inner.values, &outer.values, |left, right| apart(text(left), text(right)))
            }
            (true, false) => false,
        }
    }

    /// Whether each text of one list lies inside one of the other.
    fn each_text_in_one<T>(
        &mut self,
        inner: &[Spanned<T>],
        outer: &[Spanned<T>],
        text: impl Fn(&T) -> &str,
        same_variables: bool,
    ) -> bool {
        if outer.len() <= FEW || inner.len() <= FEW {
            return self.each_in_one(inner, outer, |inner, outer| covers(text(outer), text(inner), same_variables));
        }
        // Looking up costs less than comparing all with all, but sorting has its price too.
        let mut sorted: Option<Sorted<'_>> = None;
        inner.iter().enumerate().all(|(at, one)| {
            let inner = text(&one.value);
            let near = outer.iter().skip(at.saturating_sub(1)).take(3);
            near.into_iter().any(|outer| self.may() && covers(text(&outer.value), inner, same_variables)) || {
                let sorted = sorted.get_or_insert_with(|| {
                    self.left = self.left.saturating_sub(2 * outer.len() as u64);
                    Sorted::of(outer.iter().map(|outer| text(&outer.value)))
                });
                self.may() && sorted.covers(inner, same_variables)
            }
        })
    }

    fn each_in_one<T>(&mut self, inner: &[Spanned<T>], outer: &[Spanned<T>], covers: impl Fn(&T, &T) -> bool) -> bool {
        inner.iter().enumerate().all(|(at, one)| {
            let mut covered = |outer: &Spanned<T>| self.may() && covers(&one.value, &outer.value);
            let near = outer.iter().skip(at.saturating_sub(NEAR)).take(2 * NEAR + 1);
            outer.get(at).is_some_and(&mut covered) || near.chain(outer).any(covered)
        })
    }

    fn no_two_meet<T>(&mut self, left: &[Spanned<T>], right: &[Spanned<T>], apart: impl Fn(&T, &T) -> bool) -> bool {
        left.iter().all(|left| right.iter().all(|right| self.may() && apart(&left.value, &right.value)))
    }

    fn is_same(&mut self, left: &Condition, right: &Condition, same_variables: bool) -> bool {
        let plain = || right.values.iter().all(|value| !value.value.contains("${"));
        self.may()
            && left.operator.value == right.operator.value
            && left.key.value.eq_ignore_ascii_case(&right.key.value)
            && left.values.len() == right.values.len()
            && left.values.iter().zip(&right.values).all(|(left, right)| left.value == right.value)
            && (same_variables || plain())
    }

    /// Whether no request belongs to both statements.
    fn disjoint(&mut self, left: &Statement, right: &Statement) -> bool {
        if self.disjoint_elements(&left.actions, &right.actions, ActionPattern::lower) {
            return true;
        }
        let (Some(left), Some(right)) = (&left.resources, &right.resources) else { return false };
        self.disjoint_elements(left, right, String::as_str)
    }

    fn disjoint_elements<T>(&mut self, left: &Element<T>, right: &Element<T>, text: impl Fn(&T) -> &str) -> bool {
        let covers = |inner: &T, outer: &T| covers(text(outer), text(inner), false);
        match (left.negated, right.negated) {
            (false, false) => {
                self.no_two_meet(&left.values, &right.values, |left, right| apart(text(left), text(right)))
            }
            (false, true) => self.each_in_one(&left.values, &right.values, covers),
            (true, false) => self.each_in_one(&right.values, &left.values, covers),
            (true, true) => false,
        }
    }

    /// Whether a statement speaks of nothing that is asked for.
    fn outside(&mut self, statement: &Statement, region: &Region) -> bool {
        let actions = region.actions.as_ref().filter(|_| !statement.actions.negated);
        let actions = actions.map(|asked| (asked, &statement.actions.values));
        if actions.is_some_and(|(asked, values)| self.none_is_asked(asked, values, ActionPattern::lower)) {
            return true;
        }
        let resources = statement.resources.as_ref().filter(|element| !element.negated);
        let resources = region.resources.as_ref().zip(resources);
        resources.is_some_and(|(asked, element)| self.none_is_asked(asked, &element.values, String::as_str))
    }

    fn none_is_asked<T>(&mut self, asked: &[String], values: &[Spanned<T>], text: impl Fn(&T) -> &str) -> bool {
        values.iter().all(|value| asked.iter().all(|asked| self.may() && apart(asked, text(&value.value))))
    }
}

/// A long list of patterns, ready to be looked up.
struct Sorted<'t> {
    all: Vec<&'t str>,
    /// What stands before the only wildcard, a `*` at the end; none begins with another.
    prefixes: Vec<&'t str>,
}

impl<'t> Sorted<'t> {
    fn of(patterns: impl Iterator<Item = &'t str>) -> Self {
        let mut all: Vec<&str> = patterns.collect();
        all.sort_unstable();
        let plain = |pattern: &&'t str| pattern.strip_suffix('*').filter(|prefix| beginning(prefix).1);
        let mut prefixes: Vec<&str> = all.iter().filter_map(plain).collect();
        prefixes.sort_unstable();
        prefixes.dedup_by(|later, kept| later.starts_with(*kept));
        Self { all, prefixes }
    }

    fn covers(&self, inner: &str, same_variables: bool) -> bool {
        let open = has_variable(inner);
        if (same_variables || !open) && self.all.binary_search(&inner).is_ok() {
            return true;
        }
        let before = self.prefixes.partition_point(|prefix| *prefix <= inner);
        let nearest = before.checked_sub(1).and_then(|at| self.prefixes.get(at));
        !open && nearest.is_some_and(|prefix| inner.starts_with(*prefix))
    }
}

fn has_variable(pattern: &str) -> bool {
    pattern.contains('$') && pattern.contains("${")
}

/// What of a pattern stands before its first wildcard or variable, and whether that is all.
fn beginning(pattern: &str) -> (&str, bool) {
    match pattern.bytes().position(|byte| matches!(byte, b'*' | b'?' | b'$')) {
        None => (pattern, true),
        Some(at) => (pattern.get(..at).unwrap_or(""), false),
    }
}

/// Whether one pattern matches all that another does, as far as the texts show it.
fn covers(outer: &str, inner: &str, same_variables: bool) -> bool {
    if outer == inner {
        return same_variables || !has_variable(inner);
    }
    // A variable may be malformed, and then nothing is known.
    let prefix = outer.strip_suffix('*').filter(|prefix| inner.starts_with(*prefix));
    prefix.is_some_and(|prefix| beginning(prefix).1 && !has_variable(inner))
}

/// Whether no text is matched by both patterns, as far as their beginnings show it.
fn apart(left: &str, right: &str) -> bool {
    if has_variable(left) || has_variable(right) {
        return false;
    }
    let (left, right) = (beginning(left), beginning(right));
    let ((short, whole), (long, _)) = if left.0.len() <= right.0.len() { (left, right) } else { (right, left) };
    !long.starts_with(short) || (whole && short.len() < long.len())
}

#[cfg(test)]
mod tests;
