//! Condition keys as dimensions: which type of values a key has, the partition of its values, and what each condition
//! says of them. Combining is that of the evaluator: absent keys, `IfExists`, set qualifiers, lists of values.
//!
//! A key has one type, by the operators used on it. Its values in requests are taken to be of that type: AWS fills them in.

use super::form::Form;
use super::literal::Doubt;
use crate::arn::ArnText;
use crate::bits::Bits;
use crate::ranges::{Cut, Ranges};
use crate::search::cell::{Cell, Many, Pred, Several};
use crate::text::atoms::{Atoms, Domain, OverBudget};
use crate::text::lazy::LazyText;
use crate::text::pattern::{Bindings, Class, Others, Pattern, Token};
use crate::text::symbolic;
use crate::values::{self, Address, Moment, Number, Ordered};
use rolecall_iam::condition::binary::Base64;
use rolecall_iam::condition::network::Network;
use rolecall_iam::condition::{BaseOperator, ConditionOperator, OperatorFamily, SetQualifier};
use rolecall_iam::document::Condition;
use rolecall_iam::span::Spanned;
use rolecall_iam::template::Syntax;
use rolecall_iam_catalog::ConditionKey;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// A condition on a key.
#[derive(Clone, Debug)]
pub(crate) struct KeyCondition<'p> {
    pub(crate) operator: ConditionOperator,
    pub(crate) values: &'p [Spanned<String>],
    /// Whether the policy's version has variables.
    pub(crate) variables: bool,
}

impl<'p> KeyCondition<'p> {
    pub(crate) fn new(condition: &'p Condition, variables: bool) -> Self {
        Self { operator: condition.operator.value, values: &condition.values, variables }
    }

    /// Whether it holds on an absent key; `Null` says so itself.
    pub(crate) fn holds_absent(&self) -> bool {
        match self.operator.set {
            _ if self.operator.if_exists => true,
            None => self.operator.base.is_negated(),
            Some(set) => set == SetQualifier::ForAllValues,
        }
    }

    /// For `Null`: whether it holds on an absent key, and on a present one. `None`: it cannot be told.
    pub(crate) fn presence(&self) -> Option<(bool, bool)> {
        let mut wanted = Vec::new();
        for value in self.values {
            match value.value.to_ascii_lowercase().as_str() {
                "true" => wanted.push(true),
                "false" => wanted.push(false),
                _ => return None,
            }
        }
        (!wanted.is_empty()).then(|| (wanted.contains(&true), wanted.contains(&false)))
    }

    /// Without its place: two conditions of one text mean the same.
    pub(crate) fn doubt(&self, key: &str) -> Doubt {
        let values: Vec<&str> = self.values.iter().map(|value| value.value.as_str()).collect();
        Doubt::Condition(format!("{} {key} {values:?} {}", self.operator, self.variables))
    }
}

/// A key with all conditions on it.
#[derive(Debug)]
pub(crate) struct KeyTable<'p> {
    /// In lower case.
    pub(crate) name: String,
    /// As the first policy writes it.
    pub(crate) written: &'p str,
    pub(crate) conditions: Vec<KeyCondition<'p>>,
    /// The operators used on it in statements that are left out of the question.
    pub(crate) other_operators: Vec<ConditionOperator>,
    /// Whether every request has it: `aws:username` of a user.
    pub(crate) always: bool,
    /// What every value begins with; such a key is never absent.
    pub(crate) beginning: Option<String>,
}

/// A key, partitioned.
#[derive(Debug)]
pub(crate) struct SolvedKey {
    pub(crate) whole: Cell,
    /// What each condition says; `None`: it cannot be told.
    pub(crate) preds: Vec<Option<Pred>>,
    /// What the binding of the key says.
    pub(crate) bound: Option<Pred>,
    /// For each value atom an example.
    pub(crate) examples: Vec<String>,
    /// Where the values are not partitioned.
    pub(crate) texts: Option<Rc<LazyText>>,
    pub(crate) steps: u64,
}

/// Values are partitioned with up to so many states of automata; beyond, they are texts under constraints.
pub(super) const MOST_STATES: u64 = 400;

/// Keys whose values tell where a request comes from, in lower case (Amazon S3 user guide, "The meaning of public").
const ORIGIN_KEYS: [&str; 16] = [
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceip",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourcevpcarn",
    "aws:userid",
    "aws:vpcsourceip",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
    "sts:externalid",
];

/// Whether a range is one that a policy can mean somebody by: not wider than /8, for IPv6 /32.
fn is_narrow(text: &str) -> bool {
    Network::parse(text).is_some_and(|network| match network.bounds() {
        (4, first, last) => last - first < 1 << 24,
        (_, first, last) => last - first < 1 << 96,
    })
}

/// Whether a pattern means somebody: a text without wildcards, an organization's path, an ARN with its account or without
/// wildcards.
fn names_somebody(pattern: &Pattern, text: &str) -> bool {
    let account = text.split(':').nth(4).is_some_and(|account| !account.is_empty() && !account.contains(['*', '?']));
    matches!(pattern, Pattern::Exact(_)) || text.starts_with("o-") || (text.starts_with("arn:") && account)
}

/// The types of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Flag,
    Number,
    Moment,
    Address,
}

impl KeyTable<'_> {
    /// All operators used on the key.
    fn operators(&self) -> impl Iterator<Item = ConditionOperator> {
        self.conditions.iter().map(|condition| condition.operator).chain(self.other_operators.iter().copied())
    }

    fn kind(&self) -> Kind {
        let uses = |family: OperatorFamily| self.operators().any(|operator| operator.base.family() == family);
        match () {
            () if uses(OperatorFamily::Ip) => Kind::Address,
            () if uses(OperatorFamily::Date) => Kind::Moment,
            () if uses(OperatorFamily::Numeric) => Kind::Number,
            () if uses(OperatorFamily::Bool) => Kind::Flag,
            () => Kind::Text,
        }
    }

    /// Whether requests may hold several values, and whether they may hold a single one. A set qualifier makes a key
    /// multi-valued; without one the catalogue tells. Where an operator without qualifier is used too, the key may be
    /// either, unless the catalogue says that it is multi-valued.
    fn values(&self) -> (bool, bool) {
        let set = self.operators().any(|operator| operator.set.is_some());
        let plain = self.operators().any(|operator| operator.set.is_none() && operator.base != BaseOperator::Null);
        // The value of a tag is one text, whichever service's key it is.
        let tag = self.name.split_once('/').is_some_and(|(head, _)| head.ends_with("tag"));
        // A key of a service is looked up among its keys; a global one with a service that has few of its own.
        let found = || {
            let prefix = self.name.split(':').next().filter(|prefix| *prefix != "aws").unwrap_or("sts");
            let service = Some(prefix).filter(|prefix| rolecall_iam_catalog::service(prefix).is_some());
            rolecall_iam_catalog::condition_key(service, &self.name)
        };
        let known = || !tag && found().is_some_and(ConditionKey::is_multi_valued);
        if set {
            return (true, plain && !known());
        }
        if plain && known() { (true, false) } else { (false, true) }
    }

    /// Partitions the values of the key.
    pub(crate) fn solve(&self, bindings: &Bindings, others: &Others, budget: u64) -> Result<SolvedKey, OverBudget> {
        let (several, single) = self.values();
        let mut matched = match self.kind() {
            Kind::Text => match self.text(several, single, bindings, budget.min(MOST_STATES)) {
                Ok(matched) => matched,
                Err(over) if several => return Err(over),
                Err(over) => return super::lazy_key::solve(self, bindings, others, budget).ok_or(over),
            },
            Kind::Flag => self.flags(bindings),
            Kind::Number => {
                self.ordered(OperatorFamily::Numeric, |base, text| Some(compared(base, Number::parse(text)?)))
            }
            Kind::Moment => self.ordered(OperatorFamily::Date, |base, text| Some(compared(base, Moment::parse(text)?))),
            Kind::Address => self.ordered(OperatorFamily::Ip, |_, text| Address::range(text)),
        };
        let size = matched.examples.len();
        let empty = if several && single { matched.examples.iter().position(String::is_empty) } else { None };
        let form = Form { size, several, empty };
        let conditions = self.conditions.iter().zip(&matched.sets);
        let preds = conditions.map(|(condition, set)| form.pred(condition, set.as_ref())).collect();
        let bound = bindings.get(&self.name).and_then(|value| match value {
            None => Some(form.make(true, &Bits::none(size), Many::Never)),
            // Of other types than text a binding says nothing; the replay decides.
            Some(_) => matched.bound.take().map(|values| form.make(false, &values, Many::Never)),
        });
        let bound = bound.or_else(|| Some(Self::other_than(others.get(&self.name)?, &matched, form)));
        let whole = self.whole(&matched, form, single);
        Ok(SolvedKey { whole, preds, bound, examples: matched.examples, texts: None, steps: matched.steps })
    }

    /// Everything that the key may be in a request.
    fn whole(&self, matched: &Matched, form: Form, single: bool) -> Cell {
        let Form { size, several, empty } = form;
        let mut singles = Bits::none(size + 1);
        if !self.always {
            singles.insert(0);
        }
        if single {
            singles.set_range(1, size + 1);
        }
        let mut counting = Bits::all(size);
        if let Some(at) = empty {
            counting.remove(at);
        }
        if let Some(within) = &matched.within {
            let mut kept = Bits::none(size + 1);
            within.iter().for_each(|value| kept.insert(value + 1));
            singles.meet(&kept);
            counting.meet(within);
        }
        if several {
            return Cell::Key { single: singles, several: Some(Several { allowed: counting, needs: Vec::new() }) };
        }
        Cell::Set(singles)
    }

    /// Present, and none of these values.
    fn other_than(values: &[String], matched: &Matched, form: Form) -> Pred {
        let mut left = Bits::all(form.size);
        let is_value = |example: &String| values.contains(example);
        // A value that a condition names is an atom of its own.
        matched
            .examples
            .iter()
            .enumerate()
            .filter(|(_, example)| is_value(example))
            .for_each(|(at, _)| left.remove(at));
        form.make(false, &left, Many::Always)
    }

    /// The texts that conditions on this key compare with, whole: each is an atom of its own.
    pub(crate) fn exact_values(&self, bindings: &Bindings) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        if self.kind() != Kind::Text {
            return found;
        }
        for condition in &self.conditions {
            for value in condition.values {
                let read = patterns_of(condition.operator.base, &value.value, condition.variables, bindings);
                for pattern in read.into_iter().flatten() {
                    if let Pattern::Exact(text) = pattern
                        && !found.contains(&text)
                    {
                        found.push(text);
                    }
                }
            }
        }
        found
    }

    /// The values that a stranger may hold: for keys that tell where a request comes from, none that a policy names.
    pub(crate) fn strangers(&self, solved: &SolvedKey) -> Option<Pred> {
        if !ORIGIN_KEYS.contains(&self.name.as_str()) {
            return None;
        }
        let named = |example: &String| {
            self.conditions
                .iter()
                .flat_map(|condition| condition.values.iter().map(move |value| (condition, value)))
                .any(|(condition, value)| {
                    let text = value.value.as_str();
                    if condition.operator.base.family() == OperatorFamily::Ip {
                        return is_narrow(text)
                            && Network::parse(text)
                                .zip(Network::parse(example))
                                .is_some_and(|(range, own)| range.contains(&own));
                    }
                    let read = patterns_of(condition.operator.base, text, condition.variables, &Bindings::new());
                    read.into_iter().flatten().any(|pattern| names_somebody(&pattern, text) && pattern.matches(example))
                })
        };
        if solved.texts.is_some() {
            return None;
        }
        let size = solved.examples.len();
        let mut strange = Bits::none(size);
        solved
            .examples
            .iter()
            .enumerate()
            .filter(|(_, example)| !named(example))
            .for_each(|(at, _)| strange.insert(at));
        let (several, _) = self.values();
        let many = Many::All(strange.clone());
        Some(Form { size, several, empty: None }.make(true, &strange, many))
    }

    fn text(&self, several: bool, single: bool, bindings: &Bindings, budget: u64) -> Result<Matched, OverBudget> {
        let mut patterns = Patterns::default();
        let read = |condition: &KeyCondition<'_>, patterns: &mut Patterns| -> Option<Vec<usize>> {
            if condition.values.is_empty() {
                return None;
            }
            let mut numbers = Vec::new();
            for value in condition.values {
                for pattern in patterns_of(condition.operator.base, &value.value, condition.variables, bindings)? {
                    numbers.push(patterns.number(pattern));
                }
            }
            Some(numbers)
        };
        let lists: Vec<Option<Vec<usize>>> = self
            .conditions
            .iter()
            .map(|condition| {
                if condition.operator.base == BaseOperator::Null {
                    Some(Vec::new())
                } else {
                    read(condition, &mut patterns)
                }
            })
            .collect();
        let bound = bindings
            .get(&self.name)
            .and_then(Option::as_ref)
            .map(|value| patterns.number(Pattern::Exact(value.clone())));
        // The empty text is told apart from all others where it may be a value and may count for none.
        if several && single {
            patterns.number(Pattern::Exact(String::new()));
        }
        let beginning = self.beginning.as_ref().map(|text| patterns.number(Pattern::Prefix(text.clone())));
        let domain = match (several, single) {
            (true, false) => Domain::SOME_TEXT,
            // "IAM user names … alphanumeric, including … + = , . @ _ -" (`reference_iam-quotas`): no wildcard, no path.
            _ if self.name == "aws:username" => Domain::USER_NAME,
            _ => Domain::TEXT,
        };
        let atoms = symbolic::partition(&patterns.list, domain, budget)?;
        let union = |numbers: &Vec<usize>| {
            let mut all = Bits::none(atoms.len());
            numbers.iter().filter_map(|number| atoms.sets.get(*number)).for_each(|set| all.join(set));
            all
        };
        let sets = lists.iter().map(|numbers| numbers.as_ref().map(union)).collect();
        let bound = bound.and_then(|number| atoms.sets.get(number).cloned());
        let within = beginning.and_then(|number| atoms.sets.get(number).cloned());
        Ok(Matched { sets, bound, within, steps: atoms.steps, examples: atoms.examples })
    }

    /// `true` and `false`; text operators on such a key compare with those two words.
    fn flags(&self, bindings: &Bindings) -> Matched {
        let words = ["true", "false"];
        let matches = |condition: &KeyCondition<'_>, word: &str| -> Option<bool> {
            let mut any = false;
            for value in condition.values {
                any |= match condition.operator.base.family() {
                    OperatorFamily::Null => false,
                    OperatorFamily::Bool => {
                        let sound = words.iter().any(|word| value.value.eq_ignore_ascii_case(word));
                        sound.then(|| value.value.eq_ignore_ascii_case(word))?
                    }
                    OperatorFamily::String => {
                        let read = patterns_of(condition.operator.base, &value.value, condition.variables, bindings)?;
                        if read.iter().any(Pattern::is_symbolic) {
                            return None;
                        }
                        read.iter().any(|pattern| pattern.matches(word))
                    }
                    _ => return None,
                };
            }
            (!condition.values.is_empty()).then_some(any)
        };
        let set = |condition: &KeyCondition<'_>| {
            let mut set = Bits::none(words.len());
            for (at, word) in words.into_iter().enumerate() {
                if matches(condition, word)? {
                    set.insert(at);
                }
            }
            Some(set)
        };
        let value = bindings.get(&self.name).and_then(Option::as_ref);
        let bound =
            value.and_then(|value| words.iter().position(|word| word == value)).map(|at| Bits::one(words.len(), at));
        let sets = self.conditions.iter().map(set).collect();
        Matched { sets, bound, within: None, examples: words.map(str::to_owned).to_vec(), steps: 2 }
    }

    fn ordered<T: Ordered>(
        &self,
        family: OperatorFamily,
        read: impl Fn(BaseOperator, &str) -> Option<Ranges<T>>,
    ) -> Matched {
        let ranges = |condition: &KeyCondition<'_>| -> Option<Ranges<T>> {
            let base = condition.operator.base;
            if base == BaseOperator::Null {
                return Some(Ranges::none());
            }
            if base.family() != family || condition.values.is_empty() {
                return None;
            }
            let each: Option<Vec<Ranges<T>>> = condition.values.iter().map(|value| read(base, &value.value)).collect();
            each.map(Ranges::union_of)
        };
        let all: Vec<Option<Ranges<T>>> = self.conditions.iter().map(ranges).collect();
        let known: Vec<Ranges<T>> = all.iter().map(|ranges| ranges.clone().unwrap_or(Ranges::none())).collect();
        let Atoms { sets, examples, steps } = values::partition(&known);
        let sets = sets.into_iter().zip(&all).map(|(set, ranges)| ranges.is_some().then_some(set)).collect();
        Matched { sets, bound: None, within: None, examples, steps }
    }
}

/// For each condition the value atoms that its values match, without regard to negation; `None`: it cannot be told.
struct Matched {
    sets: Vec<Option<Bits>>,
    /// The atoms of the value that the key is bound to.
    bound: Option<Bits>,
    /// The atoms of the values that the key may hold; `None`: all.
    within: Option<Bits>,
    examples: Vec<String>,
    steps: u64,
}

/// Lists up to this size are searched, longer ones have an index.
const FEW: usize = 24;

#[derive(Default)]
struct Patterns {
    list: Vec<Pattern>,
    numbers: BTreeMap<Pattern, usize>,
}

impl Patterns {
    fn number(&mut self, pattern: Pattern) -> usize {
        if self.list.len() < FEW {
            return self.list.iter().position(|known| *known == pattern).unwrap_or_else(|| {
                self.list.push(pattern);
                self.list.len() - 1
            });
        }
        if self.numbers.is_empty() {
            self.numbers = self.list.iter().cloned().zip(0..).collect();
        }
        if let Some(number) = self.numbers.get(&pattern) {
            return *number;
        }
        self.list.push(pattern.clone());
        self.numbers.insert(pattern, self.list.len() - 1);
        self.list.len() - 1
    }
}

/// The values that satisfy a comparison with one value, without regard to negation.
fn compared<T: Ord + Clone>(base: BaseOperator, value: T) -> Ranges<T> {
    match base.positive() {
        BaseOperator::NumericLessThan | BaseOperator::DateLessThan => Ranges::below(Cut::before(value)),
        BaseOperator::NumericLessThanEquals | BaseOperator::DateLessThanEquals => Ranges::below(Cut::behind(value)),
        BaseOperator::NumericGreaterThan | BaseOperator::DateGreaterThan => Ranges::above(Cut::behind(value)),
        BaseOperator::NumericGreaterThanEquals | BaseOperator::DateGreaterThanEquals => {
            Ranges::above(Cut::before(value))
        }
        _ => Ranges::closed(value.clone(), value),
    }
}

/// A value of a text operator as patterns of which one has to match; `None` when it cannot be told.
pub(crate) fn patterns_of(
    base: BaseOperator,
    text: &str,
    variables: bool,
    bindings: &Bindings,
) -> Option<Vec<Pattern>> {
    let syntax = |wildcards| Syntax { wildcards, variables };
    match base.family() {
        OperatorFamily::String => match base.positive() {
            BaseOperator::StringLike => Pattern::read(text, syntax(true), bindings).ok().map(|pattern| vec![pattern]),
            BaseOperator::StringEqualsIgnoreCase => {
                let pattern = Pattern::read(text, syntax(false), bindings).ok()?;
                ignoring_case(&pattern).map(|pattern| vec![pattern])
            }
            _ => Pattern::read(text, syntax(false), bindings).ok().map(|pattern| vec![pattern]),
        },
        OperatorFamily::Arn => {
            let sound = text.starts_with("arn:") || text.starts_with(['*', '?', '$']);
            let read = ArnText::read(text, variables, bindings).ok().filter(|_| sound)?;
            Some(read.flattened())
        }
        OperatorFamily::Binary => {
            let sound = Base64::parse(text).is_some();
            sound.then(|| vec![Pattern::Exact(text.trim_end_matches('=').to_owned())])
        }
        OperatorFamily::Bool => {
            let word = text.to_ascii_lowercase();
            (word == "true" || word == "false").then(|| ignoring_case(&Pattern::Exact(word)).into_iter().collect())
        }
        _ => None,
    }
}

/// The same text in any case; `None` where lower case is more than a matter of single letters, or a value is open.
fn ignoring_case(pattern: &Pattern) -> Option<Pattern> {
    let one = |token: Token| match token {
        Token::Char(character) if character.is_ascii_alphabetic() => {
            Some(Token::AnyCase(character.to_ascii_lowercase()))
        }
        Token::Char(character) if character.is_ascii() => Some(Token::Char(character)),
        _ => None,
    };
    if *pattern == Pattern::Nothing {
        return Some(Pattern::Nothing);
    }
    let tokens: Option<Vec<Token>> = pattern.tokens()?.into_iter().map(one).collect();
    tokens.map(Pattern::from_tokens)
}

/// The keys of the variables in a condition's values.
pub(crate) fn variables_of(condition: &KeyCondition<'_>, found: &mut BTreeSet<String>) {
    if !condition.variables {
        return;
    }
    let textual = matches!(condition.operator.base.family(), OperatorFamily::String | OperatorFamily::Arn);
    for value in condition.values.iter().filter(|value| textual && value.value.contains("${")) {
        for pattern in patterns_of(condition.operator.base, &value.value, true, &Bindings::new()).into_iter().flatten()
        {
            found.extend(pattern.variables().map(str::to_owned));
        }
        // Without regard to case the pattern cannot be read while a value is open.
        if let Ok(pattern) = Pattern::read(&value.value, Syntax { wildcards: false, variables: true }, &Bindings::new())
        {
            found.extend(pattern.variables().map(str::to_owned));
        }
    }
}

/// Wildcards that stop at colons: for the account in an ARN.
pub(crate) fn within_segment(pattern: &Pattern) -> Pattern {
    if pattern.is_symbolic() { pattern.clone() } else { pattern.within(Class::NoColon) }
}
