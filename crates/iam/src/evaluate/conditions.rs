//! Conditions compiled and decided: how values, keys, qualifiers and `IfExists` combine
//! (IAM user guide, `reference_policies_elements_condition_operators`, `reference_policies_multi-value-conditions`).
//! What single values mean is in `crate::condition`.

use super::context::{Context, ContextEntry};
use super::pattern::{ArnPattern, SplitArn, TextPattern};
use super::scene::{Scene, Slot, Slots};
use super::steps::step;
use super::truth::Truth;
use crate::condition::binary::Base64;
use crate::condition::decimal::Decimal;
use crate::condition::instant::Instant;
use crate::condition::network::Network;
use crate::condition::{BaseOperator, ConditionOperator, OperatorFamily, SetQualifier};
use crate::document::{Condition, Version};
use crate::template::Syntax;
use std::cmp::Ordering;

/// One operator and key with its values, compiled.
#[derive(Clone, Debug)]
pub(super) struct CompiledCondition {
    operator: ConditionOperator,
    /// In lower case.
    key: String,
    key_slot: Option<Slot>,
    slot: Option<Slot>,
    values: Vec<CompiledValue>,
    /// Asked for with every value: whether the operator is a negation, and whether it compares addresses.
    negated: bool,
    compares_addresses: bool,
}

/// One value of a condition.
#[derive(Clone, Debug)]
enum CompiledValue {
    Text(TextPattern),
    /// For `StringEqualsIgnoreCase`.
    TextOfAnyCase(TextPattern),
    /// Kept as text: numbers of any length compare exactly.
    Number(String),
    Date(Instant),
    Flag(bool),
    /// Canonical base64 without padding.
    Binary(String),
    Network(Network),
    Arn(ArnPattern),
    /// No value of the operator's type: the statement cannot be evaluated where this decides.
    Malformed,
}

impl CompiledCondition {
    pub(super) fn new<'d>(condition: &'d Condition, version: Version, slots: &mut Slots<'d>) -> Self {
        let operator = condition.operator.value;
        let compile = |text: &str| CompiledValue::new(operator.base, text, version == Version::V2012);
        Self {
            operator,
            key: condition.key.value.to_ascii_lowercase(),
            key_slot: slots.of_key(condition),
            slot: slots.of_condition(condition),
            values: condition.values.iter().map(|value| compile(&value.value)).collect(),
            negated: operator.base.is_negated(),
            compares_addresses: operator.base.family() == OperatorFamily::Ip,
        }
    }

    /// Whether the condition holds for a request.
    pub(super) fn holds(&self, scene: &Scene<'_>) -> Truth {
        scene.held(self.slot, || self.decide(scene))
    }

    fn decide(&self, scene: &Scene<'_>) -> Truth {
        let entry = scene.entry(self.key_slot, &self.key);
        let context = scene.request.context();
        if self.operator.base == BaseOperator::Null {
            return self.any(|value| value.is_flag(entry.is_none()));
        }
        match (entry, self.operator.set) {
            (None, _) if self.operator.if_exists => Truth::True,
            (None, None) => Truth::from(self.negated),
            (None, Some(set)) => Truth::from(set == SetQualifier::ForAllValues),
            // "Empty array condition ForAnyValue: never matches … ForAllValues, IfExists: matches only if the key is absent"
            // (`access-analyzer-reference-policy-checks`). Without either nothing is documented: see `any`.
            (Some(_), Some(_)) if self.values.is_empty() => Truth::False,
            (Some(_), None) if self.values.is_empty() && self.operator.if_exists => Truth::False,
            (Some(entry), Some(set)) => self.holds_for_set(set, entry, context),
            // "Multivalued condition keys require a set operator". What happens without one is not documented; AWS said
            // in public (re:Inforce 2025, IAM431) that the condition is false, for negated operators too. Unverified.
            (Some(entry), None) if entry.is_multi_valued() => Truth::False,
            (Some(entry), None) => self.holds_for_single(entry, context),
        }
    }

    /// `ForAllValues` and `ForAnyValue`. Empty values count as none: both speak of "a null data set, such as an empty
    /// string" (`reference_policies_multi-value-conditions`).
    fn holds_for_set(&self, set: SetQualifier, entry: &ContextEntry, context: &Context) -> Truth {
        let values = entry.values().filter(|value| !value.is_empty());
        let held = values.map(|value| self.holds_for(value, context));
        match set {
            SetQualifier::ForAllValues => held.fold(Truth::True, Truth::and),
            SetQualifier::ForAnyValue => held.fold(Truth::False, Truth::or),
        }
    }

    /// A single-valued key.
    fn holds_for_single(&self, entry: &ContextEntry, context: &Context) -> Truth {
        if self.compares_addresses {
            let found = entry.first_network();
            let matched = self.any(|expected| expected.contains(found.as_ref()));
            return if self.negated { matched.negate() } else { matched };
        }
        entry.first().map_or(Truth::False, |value| self.holds_for(value, context))
    }

    /// One value of the request against all values of the policy: OR, and NOR for a negated operator.
    fn holds_for(&self, value: &str, context: &Context) -> Truth {
        let matched = self.any(|expected| expected.matches(self.operator.base, value, context));
        if self.negated { matched.negate() } else { matched }
    }

    /// OR over the policy's values. Over no value at all nothing is documented: it cannot be told.
    fn any(&self, test: impl Fn(&CompiledValue) -> Truth) -> Truth {
        if self.values.is_empty() {
            return Truth::Unknown;
        }
        let mut result = Truth::False;
        for value in &self.values {
            step();
            result = result.or(test(value));
            if result == Truth::True {
                break;
            }
        }
        result
    }

    /// Whether a value of the policy is none of its operator's type; for explanations.
    pub(super) fn has_malformed_value(&self) -> bool {
        self.values.is_empty() || self.values.iter().any(|value| matches!(value, CompiledValue::Malformed))
    }

    /// The key in lower case.
    pub(super) fn key(&self) -> &str {
        &self.key
    }
}

impl CompiledValue {
    fn new(base: BaseOperator, text: &str, variables: bool) -> Self {
        Self::read(base, text, variables).unwrap_or(Self::Malformed)
    }

    fn read(base: BaseOperator, text: &str, variables: bool) -> Option<Self> {
        match base.family() {
            OperatorFamily::String => {
                let wildcards = base.positive() == BaseOperator::StringLike;
                let any_case = base.positive() == BaseOperator::StringEqualsIgnoreCase;
                let pattern = TextPattern::new(text, Syntax { wildcards, variables }).ok()?;
                Some(if any_case { Self::TextOfAnyCase(pattern) } else { Self::Text(pattern) })
            }
            OperatorFamily::Numeric => Decimal::parse(text).map(|_| Self::Number(text.to_owned())),
            OperatorFamily::Date => Instant::parse(text).map(Self::Date),
            OperatorFamily::Bool | OperatorFamily::Null => parse_flag(text).map(Self::Flag),
            OperatorFamily::Binary => Base64::parse(text).map(|_| Self::Binary(text.trim_end_matches('=').to_owned())),
            OperatorFamily::Ip => Network::parse(text).map(Self::Network),
            OperatorFamily::Arn => {
                let arn_like = text.starts_with("arn:") || text.starts_with(['*', '?', '$']);
                if arn_like { ArnPattern::new(text, variables).ok().map(Self::Arn) } else { None }
            }
        }
    }

    /// Whether a value of the request matches this one, under the operator without its negation. A malformed value of
    /// the request matches nothing.
    fn matches(&self, base: BaseOperator, found: &str, context: &Context) -> Truth {
        Truth::from(match self {
            Self::Malformed => return Truth::Unknown,
            Self::Text(pattern) => pattern.matches(found, context),
            Self::TextOfAnyCase(pattern) => pattern.equals_ignore_case(found, context),
            Self::Arn(pattern) => found.starts_with("arn:") && pattern.matches(&SplitArn::new(found), context),
            Self::Number(expected) => match (Decimal::parse(found), Decimal::parse(expected)) {
                (Some(found), Some(expected)) => ordered(base, found.compare(expected)),
                _ => false,
            },
            Self::Date(expected) => Instant::parse(found).is_some_and(|found| ordered(base, found.cmp(expected))),
            Self::Flag(expected) => parse_flag(found) == Some(*expected),
            Self::Binary(expected) => Base64::parse(found).is_some() && found.trim_end_matches('=') == expected,
            Self::Network(expected) => Network::parse(found).is_some_and(|found| expected.contains(&found)),
        })
    }

    /// Whether this range holds an address that was read already; what is no address matches nothing.
    fn contains(&self, found: Option<&Network>) -> Truth {
        match self {
            Self::Network(expected) => Truth::from(found.is_some_and(|found| expected.contains(found))),
            _ => Truth::Unknown,
        }
    }

    fn is_flag(&self, flag: bool) -> Truth {
        match self {
            Self::Flag(expected) => Truth::from(*expected == flag),
            _ => Truth::Unknown,
        }
    }
}

/// `true` or `false` in any case (inferred: the documentation writes both spellings).
fn parse_flag(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// Whether an ordering satisfies an operator; negated operators are asked without their negation.
const fn ordered(base: BaseOperator, ordering: Ordering) -> bool {
    match base.positive() {
        BaseOperator::NumericLessThan | BaseOperator::DateLessThan => ordering.is_lt(),
        BaseOperator::NumericLessThanEquals | BaseOperator::DateLessThanEquals => ordering.is_le(),
        BaseOperator::NumericGreaterThan | BaseOperator::DateGreaterThan => ordering.is_gt(),
        BaseOperator::NumericGreaterThanEquals | BaseOperator::DateGreaterThanEquals => ordering.is_ge(),
        _ => ordering.is_eq(),
    }
}
