//! Inline and managed policies and the summary of an account on the wire. Documents are answered URL-encoded, as IAM does
//! (`API_GetRolePolicy`, "URL-encoded compliant with RFC 3986").

use super::roles::role_name;
use super::{DOCUMENT_CHARS_MAX, POLICY_NAME_CHARS_MAX, managed_policy};
use crate::state::State;
use crate::wire::{Done, Paging, Params, Refusal, Xml, percent_encoded, write_end};
use rolecall_iam::document::PolicyType;
use rolecall_simulator::api::Api;
use rolecall_simulator::caller::Caller;
use rolecall_simulator::iam::ManagedPolicy;
use rolecall_simulator::policy::PolicyId;
use rolecall_simulator::text::TextId;

fn policy_name(state: &mut State, params: &Params) -> Result<TextId, Refusal> {
    let name = params.bounded("PolicyName", POLICY_NAME_CHARS_MAX)?;
    Ok(state.world.text(name))
}

pub(super) fn put(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let (role, name) = (role_name(state, params)?, policy_name(state, params)?);
    let document = params.bounded("PolicyDocument", DOCUMENT_CHARS_MAX)?;
    let document = state.world.policy(document, PolicyType::Identity);
    let answer = state.world.put_role_policy(caller, role, name, document);
    state.checked(answer)?;
    Ok(Done::NOTHING)
}

pub(super) fn get(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let (role, name) = (role_name(state, params)?, policy_name(state, params)?);
    let answer = state.world.get_role_policy(caller, role, name);
    let document = state.checked(answer)?;
    Ok(Done::with(|xml| {
        xml.text("RoleName", state.world.texts().get(role))
            .text("PolicyName", state.world.texts().get(name))
            .text("PolicyDocument", &encoded(state, document));
    }))
}

fn encoded(state: &State, document: PolicyId) -> String {
    percent_encoded(state.world.policies().get(document).map_or("", |policy| &policy.text))
}

pub(super) fn list(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let role = role_name(state, params)?;
    let answer = state.world.list_role_policies(caller, role);
    let (names, next) = Paging::IAM.page(state.checked(answer)?, params)?;
    Ok(Done::with(|xml| {
        xml.texts("PolicyNames", names.iter().map(|name| state.world.texts().get(*name)));
        write_end(next.as_deref(), xml);
    }))
}

pub(super) fn delete(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let (role, name) = (role_name(state, params)?, policy_name(state, params)?);
    let answer = state.world.delete_role_policy(caller, role, name);
    state.checked(answer)?;
    Ok(Done::NOTHING)
}

pub(super) fn attach(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let role = role_name(state, params)?;
    let policy = managed_policy(state, caller.account(), params.required("PolicyArn")?)?;
    let answer = state.world.attach_role_policy(caller, role, policy);
    state.checked(answer)?;
    Ok(Done::NOTHING)
}

pub(super) fn detach(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let role = role_name(state, params)?;
    let policy = managed_policy(state, caller.account(), params.required("PolicyArn")?)?;
    let answer = state.world.detach_role_policy(caller, role, policy);
    state.checked(answer)?;
    Ok(Done::NOTHING)
}

pub(super) fn list_attached(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    params.refuse(&["PathPrefix"])?;
    let role = role_name(state, params)?;
    let answer = state.world.list_attached_role_policies(caller, role);
    let (policies, next) = Paging::IAM.page(state.checked(answer)?, params)?;
    Ok(Done::with(|xml| {
        xml.list("AttachedPolicies", &policies, |xml, policy| {
            let arn = state.world.managed_arn(caller.account(), *policy);
            xml.text("PolicyName", last_part(&arn)).text("PolicyArn", &arn);
        });
        write_end(next.as_deref(), xml);
    }))
}

/// The name in an ARN, behind its path.
fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

pub(super) fn create_managed(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    params.refuse(&["Description", "Tags"])?;
    if params.get("Path").is_some_and(|path| path != "/") {
        return Err(Refusal::not_modelled("paths of managed policies"));
    }
    let name = policy_name(state, params)?;
    let document = params.bounded("PolicyDocument", DOCUMENT_CHARS_MAX)?;
    let document = state.world.policy(document, PolicyType::Identity);
    let answer = state.world.create_policy(caller, name, document);
    let policy = state.checked(answer)?;
    Ok(Done::with(|xml| write_managed(xml, state, caller, policy, 0)))
}

pub(super) fn get_managed(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let policy = managed_policy(state, caller.account(), params.required("PolicyArn")?)?;
    let answer = state.world.get_policy(caller, Api::GetPolicy, policy);
    let (_, attachments) = state.checked(answer)?;
    Ok(Done::with(|xml| write_managed(xml, state, caller, policy, attachments)))
}

fn write_managed(xml: &mut Xml, state: &State, caller: &Caller, policy: ManagedPolicy, attachments: u32) {
    let arn = state.world.managed_arn(caller.account(), policy);
    let created = state.written_time(state.world.account(caller.account()).joined_at());
    let path = arn.split_once("policy/").and_then(|(_, name)| name.rsplit_once('/')).map_or("", |(path, _)| path);
    let path = if path.is_empty() { "/".to_owned() } else { format!("/{path}/") };
    xml.element("Policy", |xml| {
        xml.text("PolicyName", last_part(&arn))
            .text("PolicyId", &policy_id(&arn))
            .text("Arn", &arn)
            .text("Path", &path)
            .text("DefaultVersionId", VERSION)
            .text("AttachmentCount", &attachments.to_string())
            .text("IsAttachable", "true")
            .text("CreateDate", &created)
            .text("UpdateDate", &created);
    });
}

/// A managed policy of a world has one version.
const VERSION: &str = "v1";

/// `ANPA` and 17 letters that follow from the ARN.
fn policy_id(arn: &str) -> String {
    let hash = arn
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let letter = |place: u32| {
        let value = (hash.rotate_left(place * 5) & 31) as u32;
        char::from_digit(value, 32).unwrap_or('0').to_ascii_uppercase()
    };
    format!("ANPA{}", (0..17).map(letter).collect::<String>())
}

fn version(params: &Params) -> Result<(), Refusal> {
    let version = params.required("VersionId")?;
    if version == VERSION {
        return Ok(());
    }
    let text = format!("Policy version {version} does not exist.");
    Err(Refusal::new("NoSuchEntity", 404, text))
}

pub(super) fn get_version(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let policy = managed_policy(state, caller.account(), params.required("PolicyArn")?)?;
    version(params)?;
    let answer = state.world.get_policy(caller, Api::GetPolicyVersion, policy);
    let (document, _) = state.checked(answer)?;
    Ok(Done::with(|xml| {
        xml.element("PolicyVersion", |xml| {
            xml.text("Document", &encoded(state, document));
            write_version(xml, state, caller);
        });
    }))
}

fn write_version(xml: &mut Xml, state: &State, caller: &Caller) {
    let created = state.written_time(state.world.account(caller.account()).joined_at());
    xml.text("VersionId", VERSION).text("IsDefaultVersion", "true").text("CreateDate", &created);
}

pub(super) fn list_versions(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let policy = managed_policy(state, caller.account(), params.required("PolicyArn")?)?;
    let answer = state.world.get_policy(caller, Api::ListPolicyVersions, policy);
    state.checked(answer)?;
    Ok(Done::with(|xml| {
        xml.list("Versions", [()], |xml, ()| write_version(xml, state, caller));
        write_end(None, xml);
    }))
}

pub(super) fn delete_managed(state: &mut State, caller: &Caller, params: &Params) -> Result<Done, Refusal> {
    let policy = managed_policy(state, caller.account(), params.required("PolicyArn")?)?;
    let answer = state.world.delete_policy(caller, policy);
    state.checked(answer)?;
    Ok(Done::NOTHING)
}

/// `GetAccountSummary`: what a world has of it, by the keys of AWS (`API_GetAccountSummary`).
pub(super) fn summary(state: &mut State, caller: &Caller) -> Result<Done, Refusal> {
    let answer = state.world.get_account_summary(caller);
    let quotas = state.checked(answer)?;
    let entries = [
        ("Roles", quotas.roles),
        ("RolesQuota", quotas.roles_max),
        ("Policies", quotas.policies),
        ("PolicySizeQuota", quotas.managed_policy_chars_max),
        ("AssumeRolePolicySizeQuota", quotas.trust_chars_max),
        ("AttachedPoliciesPerRoleQuota", quotas.attached_policies_max),
    ];
    Ok(Done::with(|xml| {
        xml.element("SummaryMap", |xml| {
            for (key, value) in entries {
                xml.element("entry", |xml| {
                    xml.text("key", key).text("value", &value.to_string());
                });
            }
        });
    }))
}
