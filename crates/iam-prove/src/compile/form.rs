//! Conditions as predicates on the atoms of a key: absent keys, `IfExists`, negated operators, set qualifiers. Which atoms a
//! condition's values match is known to [`super::keys`].

use super::keys::KeyCondition;
use crate::bits::Bits;
use crate::search::cell::{Many, Pred};
use rolecall_iam::condition::{BaseOperator, SetQualifier};

/// How the predicates of a key look.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) size: usize,
    pub(super) several: bool,
    /// The atom of the empty text, where a key may hold one value or several: under a set qualifier it counts for none
    /// ("a null data set, such as an empty string"), under an operator without one it is a value as any other.
    pub(super) empty: Option<usize>,
}

impl Form {
    /// The predicate of a condition whose values match the atoms `matched`.
    pub(super) fn pred(self, condition: &KeyCondition<'_>, matched: Option<&Bits>) -> Option<Pred> {
        let operator = condition.operator;
        if operator.base == BaseOperator::Null {
            return self.null(condition);
        }
        let absent = condition.holds_absent();
        if condition.values.is_empty() && (operator.set.is_some() || operator.if_exists) {
            // Present keys never match an empty list under a set qualifier or `IfExists`.
            return Some(self.make(absent, &Bits::none(self.size), Many::Never));
        }
        let mut values = matched?.clone();
        if operator.base.is_negated() {
            values = values.complement();
        }
        let many = match operator.set {
            None => Many::Never,
            Some(SetQualifier::ForAllValues) => Many::All(values.clone()),
            Some(SetQualifier::ForAnyValue) => Many::Some(values.clone()),
        };
        match (operator.set, self.empty) {
            (Some(SetQualifier::ForAllValues), Some(empty)) => values.insert(empty),
            (Some(SetQualifier::ForAnyValue), Some(empty)) => values.remove(empty),
            _ => {}
        }
        Some(self.make(absent, &values, many))
    }

    pub(super) fn null(self, condition: &KeyCondition<'_>) -> Option<Pred> {
        let (absent, present) = condition.presence()?;
        let values = if present { Bits::all(self.size) } else { Bits::none(self.size) };
        Some(self.make(absent, &values, if present { Many::Always } else { Many::Never }))
    }

    pub(super) fn make(self, absent: bool, values: &Bits, many: Many) -> Pred {
        let mut single = Bits::none(self.size + 1);
        if absent {
            single.insert(0);
        }
        values.iter().for_each(|value| single.insert(value + 1));
        if self.several { Pred::Key { single, many } } else { Pred::Set(single) }
    }
}
