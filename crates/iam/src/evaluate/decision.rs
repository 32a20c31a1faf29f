//! Decisions in AWS's words, and what one policy alone says.

use super::truth::Truth;
use crate::document::Effect;

/// The answer to a request, in the words of AWS's policy simulator, plus the one that it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// `allowed`.
    Allowed,
    /// `explicitDeny`: a `Deny` statement applies.
    ExplicitDeny,
    /// `implicitDeny`: nothing allows it.
    ImplicitDeny,
    /// `cannotDecide`: something that could matter cannot be evaluated.
    CannotDecide,
}

impl Decision {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
            Self::CannotDecide => "cannotDecide",
        }
    }

    /// The decision with this word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Allowed, Self::ExplicitDeny, Self::ImplicitDeny, Self::CannotDecide]
            .into_iter()
            .find(|decision| decision.as_str() == text)
    }
}

/// A statement of a policy, by its index in source order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatementId(pub u32);

/// What one policy says of a request, on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyDecision {
    /// Whether a `Deny` statement applies.
    pub denies: Truth,
    /// The first `Deny` statement that applies, or that cannot be told.
    pub denied_by: Option<StatementId>,
    /// Whether an `Allow` statement applies.
    pub allows: Truth,
    /// The first `Allow` statement that applies, or that cannot be told.
    pub allowed_by: Option<StatementId>,
}

impl PolicyDecision {
    /// A policy without statements that apply.
    pub const SILENT: Self = Self { denies: Truth::False, denied_by: None, allows: Truth::False, allowed_by: None };

    /// Adds what one statement says.
    pub(super) fn add(&mut self, effect: Effect, applies: Truth, statement: StatementId) {
        let (truth, by) = match effect {
            Effect::Deny => (&mut self.denies, &mut self.denied_by),
            Effect::Allow => (&mut self.allows, &mut self.allowed_by),
        };
        if applies > *truth {
            *truth = applies;
            *by = Some(statement);
        }
    }

    /// The decision if this were the only policy: deny before allow before nothing; unknown where it could matter.
    pub fn decision(&self) -> Decision {
        match (self.denies, self.allows) {
            (Truth::True, _) => Decision::ExplicitDeny,
            (Truth::Unknown, _) | (Truth::False, Truth::Unknown) => Decision::CannotDecide,
            (Truth::False, Truth::True) => Decision::Allowed,
            (Truth::False, Truth::False) => Decision::ImplicitDeny,
        }
    }

    /// The statement that the decision rests on, if any.
    pub fn by(&self) -> Option<StatementId> {
        match self.decision() {
            Decision::ImplicitDeny => None,
            Decision::ExplicitDeny => self.denied_by,
            Decision::CannotDecide if self.denies == Truth::Unknown => self.denied_by,
            Decision::Allowed | Decision::CannotDecide => self.allowed_by,
        }
    }
}
