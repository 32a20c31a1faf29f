//! Policy documents as types: what an author wrote, element by element, each with its place.
//! Reading them from a value tree is in [`parse`], writing them back in [`mod@print`]; deciding is in `evaluate`.
//!
//! Grammar: IAM user guide, "Grammar of the IAM JSON policy language" (`reference_policies_grammar`).

pub mod normal;
pub mod parse;
pub mod print;

use crate::action::ActionPattern;
use crate::condition::ConditionOperator;
use crate::principal::Principal;
use crate::span::{Span, Spanned};

/// The largest document that is read, in bytes: far above every AWS quota, far below what could exhaust memory.
pub const MAX_DOCUMENT_BYTES: usize = 1 << 20;

/// The kind of policy that a document is used as. It decides which elements are required and which are forbidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyType {
    /// Attached to a user, group or role; also permissions boundaries and session policies. No `Principal`.
    Identity,
    /// Attached to a resource. `Principal` or `NotPrincipal` required.
    Resource,
    /// A role's trust policy (`AssumeRolePolicyDocument`): a resource policy without `Resource`.
    Trust,
    /// A service control policy of AWS Organizations.
    ServiceControl,
    /// A resource control policy of AWS Organizations.
    ResourceControl,
}

/// The policy language version. Absent means 2008-10-17, in which policy variables are plain text
/// (IAM user guide, `reference_policies_elements_version`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// `2008-10-17`: no policy variables.
    #[default]
    V2008,
    /// `2012-10-17`.
    V2012,
}

impl Version {
    /// The version as written in a document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2008 => "2008-10-17",
            Self::V2012 => "2012-10-17",
        }
    }
}

/// A whole policy document.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The outermost object.
    pub span: Span,
    /// `Version`, when it is written.
    pub version: Option<Spanned<Version>>,
    /// `Id`, when it is written.
    pub id: Option<Spanned<String>>,
    /// The statements, in source order; at least one in a sound document.
    pub statements: Vec<Statement>,
}

impl Policy {
    /// The version in force: the written one, else 2008-10-17.
    pub fn effective_version(&self) -> Version {
        self.version.as_ref().map_or(Version::V2008, |version| version.value)
    }
}

/// `Allow` or `Deny`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// `Allow`.
    Allow,
    /// `Deny`.
    Deny,
}

impl Effect {
    /// The effect as written in a document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The statement's object.
    pub span: Span,
    /// `Sid`.
    pub sid: Option<Spanned<String>>,
    /// `Effect`.
    pub effect: Spanned<Effect>,
    /// `Principal` or `NotPrincipal`.
    pub principals: Option<Element<Principal>>,
    /// `Action` or `NotAction`.
    pub actions: Element<ActionPattern>,
    /// `Resource` or `NotResource`, as written; absent in trust policies.
    pub resources: Option<Element<String>>,
    /// `Condition`, flattened: one entry for each operator and key.
    pub conditions: Vec<Condition>,
    /// What was written here and cannot be evaluated; empty in a sound document.
    pub undecidable: Vec<Undecidable>,
}

/// A part of a statement that no evaluation can tell: AWS would not have taken it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecidable {
    /// Where it stands.
    pub span: Span,
    /// Which part it is.
    pub part: UndecidablePart,
    /// As written.
    pub text: String,
}

/// The parts that can be undecidable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UndecidablePart {
    /// A value of `Principal` or `NotPrincipal` that names nobody.
    Principal,
    /// An operator in `Condition` that is none.
    ConditionOperator,
}

/// An element that has a negated twin: `Action`/`NotAction`, `Resource`/`NotResource`, `Principal`/`NotPrincipal`.
#[derive(Clone, Debug, PartialEq)]
pub struct Element<T> {
    /// The value of the element (its list or its single value).
    pub span: Span,
    /// Whether the `Not…` form was written.
    pub negated: bool,
    /// The values in source order, each with its place.
    pub values: Vec<Spanned<T>>,
}

/// One operator applied to one condition key.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The operator with its set qualifier and `IfExists`.
    pub operator: Spanned<ConditionOperator>,
    /// The condition key as written; names are compared without case.
    pub key: Spanned<String>,
    /// The values in source order. Booleans and numbers are kept as their text.
    pub values: Vec<Spanned<String>>,
}
