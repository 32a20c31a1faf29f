//! AWS's IAM policy simulator as pure values: the calls of `SimulateCustomPolicy` that check a contract ([`plan`]) and
//! what their answers say ([`judge`]), also beside our own evaluator ([`Comparer`]). Sending them, paging and backing off
//! belong to the adapter.
//!
//! Shapes: botocore's IAM model, 2010-05-08, `SimulateCustomPolicyRequest` and `SimulatePolicyResponse`. The simulator
//! ignores resource policies for `sts:Assume*` (aws/aws-cli#10314): trusts are judged in `trust`, never here.

mod compare;
mod judge;
mod plan;
mod told;

pub use compare::{Comparer, Comparison, Evaluators, NamedDocument, NotCompared, Role, ServiceControl, Side};
pub use judge::{ActionJudgement, NotJudgedReason, SimulationOutcome, judge, merge_pages};
pub use plan::plan;
pub use told::{Teller, Told, What, side};

use rolecall_iam::arn::Arn;
use rolecall_iam::span::Span;

/// Results that one page of an answer can hold (`maxItemsType`).
pub const RESULTS_PER_PAGE_MAX: usize = 1_000;
/// Actions of one planned call.
pub const ACTIONS_PER_CALL_MAX: usize = 100;
/// Characters of one policy document of a call (`policyDocumentType`).
pub const POLICY_INPUT_MAX_CHARS: usize = 131_072;

/// One call of `SimulateCustomPolicy`, and what its answer must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulationCall {
    /// `PolicyInputList`: the documents as JSON text.
    pub policy_input_list: Vec<String>,
    /// `PermissionsBoundaryPolicyInputList`: none or one.
    pub permissions_boundary_policy_input_list: Vec<String>,
    /// `ActionNames`: full names without wildcards, at most [`ACTIONS_PER_CALL_MAX`].
    pub action_names: Vec<String>,
    /// `ResourceArns`: as the contract has them; `*` for actions that take no resource.
    pub resource_arns: Vec<String>,
    /// `ContextEntries`.
    pub context_entries: Vec<ContextEntry>,
    /// What every action on every resource must come to.
    pub expected: Expected,
    /// Which entry of the contract asks for it.
    pub why: String,
    /// Where that entry stands.
    pub at: Span,
}

impl SimulationCall {
    /// The same call for `SimulatePrincipalPolicy`, which has the principal's own policies and boundary.
    #[must_use]
    pub fn of_principal(mut self) -> Self {
        self.policy_input_list.clear();
        self.permissions_boundary_policy_input_list.clear();
        self
    }

    /// The same call with the context that follows from the role, unless the call has it: without these keys AWS reports
    /// them as missing wherever a policy asks for them.
    #[must_use]
    pub fn with_role(mut self, role_arn: &str) -> Self {
        let account = Arn::parse(role_arn).map_or("", |arn| arn.account);
        for (name, value) in [("aws:PrincipalArn", role_arn), ("aws:PrincipalAccount", account)] {
            if !value.is_empty() && !self.context_entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name)) {
                let value_type = ContextKeyType { of: rolecall_iam_catalog::ValueType::String, list: false };
                self.context_entries.push(ContextEntry {
                    name: name.to_owned(),
                    values: vec![value.to_owned()],
                    value_type,
                });
            }
        }
        self
    }
}

/// What a call must come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// `allowed`.
    Allowed,
    /// `implicitDeny` or `explicitDeny`. It holds for the simulated resources only.
    NotAllowed,
}

/// One of `ContextEntries`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextEntry {
    /// `ContextKeyName`.
    pub name: String,
    /// `ContextKeyValues`.
    pub values: Vec<String>,
    /// `ContextKeyType`.
    pub value_type: ContextKeyType,
}

/// `ContextKeyTypeEnum`: a type of value, one or a list of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContextKeyType {
    /// The type of each value.
    pub of: rolecall_iam_catalog::ValueType,
    /// Whether the key is multi-valued.
    pub list: bool,
}

impl ContextKeyType {
    /// AWS's word: `string`, `stringList`, `ip`, … ARNs are strings.
    pub const fn as_str(self) -> &'static str {
        use rolecall_iam_catalog::ValueType;
        match (self.of, self.list) {
            (ValueType::String | ValueType::Arn, false) => "string",
            (ValueType::String | ValueType::Arn, true) => "stringList",
            (ValueType::Bool, false) => "boolean",
            (ValueType::Bool, true) => "booleanList",
            (ValueType::Numeric, false) => "numeric",
            (ValueType::Numeric, true) => "numericList",
            (ValueType::Date, false) => "date",
            (ValueType::Date, true) => "dateList",
            (ValueType::IpAddress, false) => "ip",
            (ValueType::IpAddress, true) => "ipList",
            (ValueType::Binary, false) => "binary",
            (ValueType::Binary, true) => "binaryList",
        }
    }
}

/// `SimulatePolicyResponse`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SimulationAnswer {
    /// `EvaluationResults`.
    pub evaluation_results: Vec<EvaluationResult>,
    /// `IsTruncated`: there are more results behind `marker`.
    pub is_truncated: bool,
    /// `Marker`.
    pub marker: Option<String>,
}

/// `EvaluationResult`: since 2026 one for each action, with one [`ResourceSpecificResult`] for each ARN; before, one for
/// each action and resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvaluationResult {
    /// `EvalActionName`.
    pub eval_action_name: String,
    /// `EvalResourceName`.
    pub eval_resource_name: Option<String>,
    /// `EvalDecision`: `allowed`, `explicitDeny`, `implicitDeny`.
    pub eval_decision: String,
    /// `MatchedStatements`.
    pub matched_statements: Vec<MatchedStatement>,
    /// `MissingContextValues`: keys that the policies ask for and the call did not give. Not empty: no judgement.
    pub missing_context_values: Vec<String>,
    /// `OrganizationsDecisionDetail.AllowedByOrganizations`.
    pub allowed_by_organizations: Option<bool>,
    /// `PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary`.
    pub allowed_by_permissions_boundary: Option<bool>,
    /// `ResourceSpecificResults`.
    pub resource_specific_results: Vec<ResourceSpecificResult>,
}

/// `ResourceSpecificResult`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceSpecificResult {
    /// `EvalResourceName`.
    pub eval_resource_name: String,
    /// `EvalResourceDecision`.
    pub eval_resource_decision: String,
    /// `MatchedStatements`.
    pub matched_statements: Vec<MatchedStatement>,
    /// `MissingContextValues`.
    pub missing_context_values: Vec<String>,
    /// `PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary`.
    pub allowed_by_permissions_boundary: Option<bool>,
}

/// `Statement` of a simulation: where a statement stands in the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchedStatement {
    /// `SourcePolicyId`: `PolicyInputList.1` and so on.
    pub source_policy_id: Option<String>,
    /// `SourcePolicyType`.
    pub source_policy_type: Option<String>,
    /// `StartPosition`: line and column.
    pub start: Option<(u32, u32)>,
    /// `EndPosition`: line and column.
    pub end: Option<(u32, u32)>,
}

#[cfg(test)]
mod tests;
