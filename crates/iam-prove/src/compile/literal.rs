//! Literals as they are read from statements, before the dimensions that they speak of are partitioned.

/// Something whose truth cannot be told, and that is the same wherever it stands with the same content: both sides of a
/// question may hold it. It is a dimension of two values that nothing else speaks of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doubt {
    /// A condition: operator, key, values.
    Condition(String),
    /// A value of a principal element that names nobody.
    Principal(String),
    /// A resource element with a value that cannot be read.
    Resource(String),
    /// An operator that is none; what it was applied to is not kept, so this one is like no other.
    Operator(usize),
}

/// What a principal element says of the callers with an open ARN, as patterns of their ARNs.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallerLiteral {
    /// `*`, or the caller's own unique ID.
    pub(crate) everyone: bool,
    /// Accounts: patterns by number.
    pub(crate) accounts: Vec<usize>,
    /// The caller itself or its role: patterns by number.
    pub(crate) own: Vec<usize>,
    /// The caller itself by its unique ID.
    pub(crate) own_id: bool,
    pub(crate) form: CallerForm,
}

/// How the parts of a principal element combine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CallerForm {
    /// Listed in any form.
    #[default]
    Listed,
    /// Not listed in any form: `NotPrincipal` with `Allow`.
    NotListed,
    /// Not listed in all its forms: `NotPrincipal` with `Deny`.
    NotExempt,
    /// A root user has one form only.
    RootNotExempt,
    /// A session that nobody names is exempt only through `*`.
    SessionNotExempt,
}

/// One literal of a statement.
#[derive(Clone, Debug)]
pub(crate) enum RawLiteral {
    /// One of these action patterns, or none of them.
    Action {
        /// `NotAction`.
        negated: bool,
        /// By number.
        patterns: Vec<usize>,
    },
    /// One of these resource patterns, or none of them.
    Resource {
        /// `NotResource`.
        negated: bool,
        /// By number.
        patterns: Vec<usize>,
    },
    /// A principal element.
    Caller(CallerLiteral),
    /// A condition on a key that follows from the caller's ARN.
    CallerKey {
        /// A negated operator.
        negated: bool,
        /// By number.
        patterns: Vec<usize>,
    },
    /// A condition, by the numbers of its key and of itself there.
    Key {
        /// The key.
        key: usize,
        /// The condition.
        condition: usize,
    },
    /// Something that cannot be told.
    Doubt(Doubt),
}
