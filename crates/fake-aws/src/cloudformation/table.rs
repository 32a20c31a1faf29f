//! What CloudFormation answers beyond what a world has: texts of templates, parameters, the tokens and operation IDs that
//! callers chose.

use rolecall_simulator::account::AccountKey;
use rolecall_simulator::cloudformation::{OperationId, SetKey, StackKey, TemplateId};
use rolecall_simulator::time::SimTime;
use std::collections::BTreeMap;

/// A template as it was passed, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) text: String,
    pub(super) parameters: BTreeMap<String, String>,
    /// Tags of the stack: they go to the role.
    pub(super) tags: Vec<(String, String)>,
}

/// A stack set as it was asked for.
#[derive(Clone, Debug)]
pub(super) struct SetRecord {
    pub(super) source: Source,
    pub(super) description: Option<String>,
    pub(super) token: Option<String>,
    pub(super) managed_execution: bool,
}

/// A stack as it was asked for.
#[derive(Clone, Debug)]
pub(super) struct StackRecord {
    pub(super) account: AccountKey,
    pub(super) source: Source,
    pub(super) token: Option<String>,
    pub(super) created: SimTime,
    /// Key and value.
    pub(super) outputs: Vec<(String, String)>,
}

/// A template that decides by the account.
#[derive(Clone, Debug)]
pub(super) struct Dependent {
    pub(super) template: TemplateId,
    pub(super) source: Source,
    pub(super) region: String,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stacks {
    pub(super) sets: BTreeMap<SetKey, SetRecord>,
    pub(super) stacks: BTreeMap<StackKey, StackRecord>,
    /// Operations under the IDs that their callers chose.
    pub(super) operations: BTreeMap<(SetKey, String), OperationId>,
    pub(super) dependents: Vec<Dependent>,
    /// How many accounts `dependents` have been evaluated for.
    pub(super) accounts_seen: usize,
}

impl Stacks {
    /// Whether a template decides by the account, so that accounts must be told as they come.
    pub(crate) fn has_dependents(&self) -> bool {
        !self.dependents.is_empty()
    }
}
