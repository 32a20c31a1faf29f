//! The permission contract: what the vendor's role must be able to do and why, and what it must never be able to do.
//! Classes of forbidden actions are selections over the catalogue (`classes`), so that new actions fall in by themselves.
//! Whether policies keep the contract is judged in [`check`].

pub mod check;
mod forbidden;
mod grants;
mod itself;
mod missing;
pub mod patterns;
mod surplus;

pub use itself::check_contract_itself;

use crate::organization::AccountKind;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::span::{Span, Spanned};

/// What a role must and must never be able to do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contract {
    /// What it needs.
    pub allow: Vec<Capability>,
    /// What must never be possible.
    pub never: Vec<Never>,
}

/// In which accounts a capability is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere.
    #[default]
    AllAccounts,
    /// In the management account only.
    ManagementAccount,
    /// In member accounts only.
    MemberAccounts,
}

impl Scope {
    /// Whether accounts of this kind are meant.
    pub const fn covers(self, kind: AccountKind) -> bool {
        matches!(
            (self, kind),
            (Self::AllAccounts, _)
                | (Self::ManagementAccount, AccountKind::Management)
                | (Self::MemberAccounts, AccountKind::Member)
        )
    }
}

/// Where the knowledge comes from that a capability is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The vendor publishes it.
    #[default]
    Published,
    /// Filled in from the vendor's description of what it does.
    FilledIn,
}

/// One thing that the role must be able to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Capability {
    /// Its name, such as `cost-explorer`; unique in the contract.
    pub name: Spanned<String>,
    /// Why the vendor needs it.
    pub why: String,
    /// Where that is known from.
    pub origin: Origin,
    /// Action names or patterns.
    pub actions: Vec<Spanned<ActionPattern>>,
    /// Resource ARNs or patterns; `*` when none is written.
    pub resources: Vec<Spanned<String>>,
    /// Context keys and values under which the capability must hold; a conditional grant needs them.
    pub context: Vec<(String, Vec<String>)>,
    /// In which accounts.
    pub scope: Scope,
}

/// Something that must never be possible.
#[derive(Clone, Debug, PartialEq)]
pub struct Never {
    /// The entry in the configuration.
    pub span: Span,
    /// What is forbidden.
    pub what: Forbidden,
    /// Resources that are forbidden; `*` when none is written.
    pub resources: Vec<Spanned<String>>,
    /// Actions of the class that are accepted all the same.
    pub except: Vec<Spanned<ActionPattern>>,
    /// Why the exceptions are accepted, or why this is forbidden.
    pub why: String,
}

/// The forbidden actions.
#[derive(Clone, Debug, PartialEq)]
pub enum Forbidden {
    /// A class of the catalogue, by its name (see `classes`).
    Class(Spanned<String>),
    /// Action names or patterns.
    Actions(Vec<Spanned<ActionPattern>>),
}

#[cfg(test)]
mod tests;
