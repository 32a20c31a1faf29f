//! IAM on the wire: which action asks what of the world. Shapes: botocore's IAM model, 2010-05-08.

mod policies;
mod roles;
mod simulation;

use crate::state::{State, unknown_action};
use crate::wire::{Call, Done, Refusal};
use rolecall_iam::arn::{AccountId, Arn};
use rolecall_simulator::account::AccountKey;
use rolecall_simulator::caller::Caller;
use rolecall_simulator::iam::ManagedPolicy;

/// Characters of a policy document in a request (`policyDocumentType`).
const DOCUMENT_CHARS_MAX: usize = 131_072;
/// Characters of a role's name in a request.
const ROLE_NAME_CHARS_MAX: usize = 64;
/// Characters of a policy's name in a request.
const POLICY_NAME_CHARS_MAX: usize = 128;

/// Performs an action of IAM.
pub(crate) fn perform(state: &mut State, caller: &Caller, call: &Call) -> Result<Done, Refusal> {
    let params = call.params()?;
    match call.action.as_str() {
        "CreateRole" => roles::create(state, caller, params),
        "GetRole" => roles::get(state, caller, params),
        "ListRoles" => roles::list(state, caller, params),
        "UpdateRole" => roles::update(state, caller, params),
        "UpdateAssumeRolePolicy" => roles::update_trust(state, caller, params),
        "DeleteRole" => roles::delete(state, caller, params),
        "TagRole" => roles::tag(state, caller, params),
        "UntagRole" => roles::untag(state, caller, params),
        "ListRoleTags" => roles::list_tags(state, caller, params),
        "ListInstanceProfilesForRole" => roles::list_instance_profiles(state, caller, params),
        "PutRolePermissionsBoundary" => roles::put_boundary(state, caller, params),
        "DeleteRolePermissionsBoundary" => roles::delete_boundary(state, caller, params),
        "PutRolePolicy" => policies::put(state, caller, params),
        "GetRolePolicy" => policies::get(state, caller, params),
        "ListRolePolicies" => policies::list(state, caller, params),
        "DeleteRolePolicy" => policies::delete(state, caller, params),
        "AttachRolePolicy" => policies::attach(state, caller, params),
        "DetachRolePolicy" => policies::detach(state, caller, params),
        "ListAttachedRolePolicies" => policies::list_attached(state, caller, params),
        "CreatePolicy" => policies::create_managed(state, caller, params),
        "GetPolicy" => policies::get_managed(state, caller, params),
        "GetPolicyVersion" => policies::get_version(state, caller, params),
        "ListPolicyVersions" => policies::list_versions(state, caller, params),
        "DeletePolicy" => policies::delete_managed(state, caller, params),
        "GetAccountSummary" => policies::summary(state, caller),
        "SimulateCustomPolicy" => simulation::custom(state, caller, params),
        "SimulatePrincipalPolicy" => simulation::principal(state, caller, params),
        _ => Err(unknown_action(call)),
    }
}

/// A managed policy by its ARN, as an account may name it: AWS's own, or one of that account.
fn managed_policy(state: &mut State, account: AccountKey, arn: &str) -> Result<ManagedPolicy, Refusal> {
    let invalid = || Refusal::new("InvalidInput", 400, format!("ARN {arn} is not valid."));
    let parsed = Arn::parse(arn).map_err(|_| invalid())?;
    let name = parsed.resource.strip_prefix("policy/").filter(|_| parsed.service == "iam").ok_or_else(invalid)?;
    if parsed.account == "aws" {
        return Ok(ManagedPolicy::Aws(state.world.text(name)));
    }
    let own = AccountId::from(state.world.account(account).number());
    if parsed.account_id() != Some(own) {
        let text = format!("Policy {arn} does not exist or is not attachable.");
        return Err(Refusal::new("NoSuchEntity", 404, text));
    }
    Ok(ManagedPolicy::Customer(state.world.text(name)))
}
