//! Condition operators as types: base operator, `IfExists`, set qualifier
//! (IAM user guide, `reference_policies_elements_condition_operators`, `…_condition-single-vs-multi-valued…`).
//! What the values of each family mean is in a module of its own; combining them is in `evaluate`.

pub mod binary;
pub mod decimal;
pub mod instant;
pub mod network;

/// A condition operator with its modifiers, such as `ForAllValues:StringLikeIfExists`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionOperator {
    /// What is compared, and how.
    pub base: BaseOperator,
    /// `…IfExists`: an absent key makes the condition true.
    pub if_exists: bool,
    /// `ForAllValues:` or `ForAnyValue:`.
    pub set: Option<SetQualifier>,
}

/// How the values of a multi-valued key are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SetQualifier {
    /// `ForAllValues:` — every value of the request matches; true when there is none.
    ForAllValues,
    /// `ForAnyValue:` — at least one value of the request matches; false when there is none.
    ForAnyValue,
}

impl SetQualifier {
    /// The qualifier as written, without its colon.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ForAllValues => "ForAllValues",
            Self::ForAnyValue => "ForAnyValue",
        }
    }
}

macro_rules! base_operators {
    ($($variant:ident),+ $(,)?) => {
        /// The operators without their modifiers; names as AWS spells them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum BaseOperator {
            $(#[doc = concat!("`", stringify!($variant), "`")] $variant,)+
        }

        impl BaseOperator {
            /// Every operator, in the order of AWS's page.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name as AWS spells it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)+ }
            }
        }
    };
}

base_operators!(
    StringEquals,
    StringNotEquals,
    StringEqualsIgnoreCase,
    StringNotEqualsIgnoreCase,
    StringLike,
    StringNotLike,
    NumericEquals,
    NumericNotEquals,
    NumericLessThan,
    NumericLessThanEquals,
    NumericGreaterThan,
    NumericGreaterThanEquals,
    DateEquals,
    DateNotEquals,
    DateLessThan,
    DateLessThanEquals,
    DateGreaterThan,
    DateGreaterThanEquals,
    Bool,
    BinaryEquals,
    IpAddress,
    NotIpAddress,
    ArnEquals,
    ArnLike,
    ArnNotEquals,
    ArnNotLike,
    Null,
);

/// The family of an operator: which values it compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OperatorFamily {
    /// `String…`
    String,
    /// `Numeric…`
    Numeric,
    /// `Date…`
    Date,
    /// `Bool`
    Bool,
    /// `BinaryEquals`
    Binary,
    /// `IpAddress`, `NotIpAddress`
    Ip,
    /// `Arn…`
    Arn,
    /// `Null`
    Null,
}

impl BaseOperator {
    /// Whether the operator is a negation: true on an absent key, and a list of values is a NOR
    /// (IAM user guide, condition operators: "If the key that you specify … is not present …").
    pub const fn is_negated(self) -> bool {
        matches!(
            self,
            Self::StringNotEquals
                | Self::StringNotEqualsIgnoreCase
                | Self::StringNotLike
                | Self::NumericNotEquals
                | Self::DateNotEquals
                | Self::NotIpAddress
                | Self::ArnNotEquals
                | Self::ArnNotLike
        )
    }

    /// The operator that it negates, or itself.
    #[must_use]
    pub const fn positive(self) -> Self {
        match self {
            Self::StringNotEquals => Self::StringEquals,
            Self::StringNotEqualsIgnoreCase => Self::StringEqualsIgnoreCase,
            Self::StringNotLike => Self::StringLike,
            Self::NumericNotEquals => Self::NumericEquals,
            Self::DateNotEquals => Self::DateEquals,
            Self::NotIpAddress => Self::IpAddress,
            Self::ArnNotEquals => Self::ArnEquals,
            Self::ArnNotLike => Self::ArnLike,
            other => other,
        }
    }

    /// Which values it compares.
    pub const fn family(self) -> OperatorFamily {
        match self {
            Self::StringEquals
            | Self::StringNotEquals
            | Self::StringEqualsIgnoreCase
            | Self::StringNotEqualsIgnoreCase
            | Self::StringLike
            | Self::StringNotLike => OperatorFamily::String,
            Self::NumericEquals
            | Self::NumericNotEquals
            | Self::NumericLessThan
            | Self::NumericLessThanEquals
            | Self::NumericGreaterThan
            | Self::NumericGreaterThanEquals => OperatorFamily::Numeric,
            Self::DateEquals
            | Self::DateNotEquals
            | Self::DateLessThan
            | Self::DateLessThanEquals
            | Self::DateGreaterThan
            | Self::DateGreaterThanEquals => OperatorFamily::Date,
            Self::Bool => OperatorFamily::Bool,
            Self::BinaryEquals => OperatorFamily::Binary,
            Self::IpAddress | Self::NotIpAddress => OperatorFamily::Ip,
            Self::ArnEquals | Self::ArnLike | Self::ArnNotEquals | Self::ArnNotLike => OperatorFamily::Arn,
            Self::Null => OperatorFamily::Null,
        }
    }

    /// The operator with this name in AWS's exact spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operator| operator.as_str() == text)
    }
}

/// Why a text is no condition operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionOperatorError {
    /// A name that AWS's page does not list.
    #[error("unknown condition operator")]
    Unknown,
    /// Right but for its case. Whether AWS accepts it is not documented: refused.
    #[error("condition operators are spelt exactly: `{0}`")]
    Case(String),
    /// `NullIfExists`: "any condition operator name except the Null condition".
    #[error("`Null` takes no `IfExists`")]
    NullIfExists,
    /// A qualifier before the colon that is neither `ForAllValues` nor `ForAnyValue`.
    #[error("the set qualifier before the colon is `ForAllValues` or `ForAnyValue`")]
    UnknownQualifier,
}

impl ConditionOperator {
    /// An operator without modifiers.
    pub const fn plain(base: BaseOperator) -> Self {
        Self { base, if_exists: false, set: None }
    }

    /// Reads an operator as it stands in a `Condition` block.
    ///
    /// # Errors
    /// When AWS's page does not list it.
    pub fn parse(text: &str) -> Result<Self, ConditionOperatorError> {
        let (set, rest) = match text.split_once(':') {
            None => (None, text),
            Some(("ForAllValues", rest)) => (Some(SetQualifier::ForAllValues), rest),
            Some(("ForAnyValue", rest)) => (Some(SetQualifier::ForAnyValue), rest),
            Some(_) => return Err(ConditionOperatorError::UnknownQualifier),
        };
        let (name, if_exists) = rest.strip_suffix("IfExists").map_or((rest, false), |name| (name, true));
        let Some(base) = BaseOperator::parse(name) else {
            let same_letters = |operator: &&BaseOperator| operator.as_str().eq_ignore_ascii_case(name);
            return Err(match BaseOperator::ALL.iter().find(same_letters) {
                Some(operator) => ConditionOperatorError::Case(operator.as_str().to_owned()),
                None => ConditionOperatorError::Unknown,
            });
        };
        if base == BaseOperator::Null && if_exists {
            return Err(ConditionOperatorError::NullIfExists);
        }
        Ok(Self { base, if_exists, set })
    }
}

impl std::fmt::Display for ConditionOperator {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(set) = self.set {
            write!(formatter, "{}:", set.as_str())?;
        }
        formatter.write_str(self.base.as_str())?;
        if self.if_exists { formatter.write_str("IfExists") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
