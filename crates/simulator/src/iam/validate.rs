//! What IAM refuses before it writes: names, paths, sizes, tags, malformed documents
//! (IAM user guide, `reference_iam-quotas`; botocore's IAM model, 2026-08). Texts of errors as IAM is seen to write them.

use super::RoleDefinition;
use crate::account::Account;
use crate::error::{ApiError, Code};
use crate::policy::{Policies, PolicyId};
use crate::text::Texts;
use rolecall_core::limits;

/// Roles of an account, by default (`reference_iam-quotas`).
pub(super) const ROLES_MAX: usize = 1_000;

/// `1 validation error detected: …`.
pub(crate) fn invalid(value: &str, member: &str, constraint: &str) -> ApiError {
    let text = format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {constraint}"
    );
    ApiError::written(Code::ValidationError, text)
}

fn exceeded(quota: &str, limit: usize) -> ApiError {
    ApiError::written(Code::LimitExceeded, format!("Cannot exceed quota for {quota}: {limit}"))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}

/// Everything about a role that does not depend on what the account has.
pub(crate) fn definition(
    definition: &RoleDefinition,
    texts: &Texts,
    policies: &Policies,
    account: &Account,
) -> Result<(), ApiError> {
    name(texts.get(definition.name))?;
    path(texts.get(definition.path))?;
    description(definition.description.map_or("", |text| texts.get(text)))?;
    max_session(definition.max_session_s)?;
    tags(definition, texts)?;
    trust(policies, definition.trust, account.long_trust)?;
    inline(definition, texts, policies)
}

pub(crate) fn name(name: &str) -> Result<(), ApiError> {
    if name.chars().count() > limits::ROLE_NAME_MAX_CHARS {
        return Err(invalid(name, "roleName", "have length less than or equal to 64"));
    }
    if is_name(name) {
        Ok(())
    } else {
        Err(invalid(name, "roleName", "satisfy regular expression pattern: [\\w+=,.@-]+"))
    }
}

/// `/`, or characters from `!` to DEL between two slashes.
fn path(path: &str) -> Result<(), ApiError> {
    let characters = path.bytes().all(|byte| (0x21..=0x7f).contains(&byte));
    if path.len() > limits::PATH_MAX_CHARS {
        return Err(invalid(path, "path", "have length less than or equal to 512"));
    }
    if characters && path.starts_with('/') && path.ends_with('/') {
        return Ok(());
    }
    let pattern = "satisfy regular expression pattern: (\\u002F)|(\\u002F[\\u0021-\\u007F]+\\u002F)";
    Err(invalid(path, "path", pattern))
}

pub(crate) fn description(text: &str) -> Result<(), ApiError> {
    if text.chars().count() > limits::DESCRIPTION_MAX_CHARS {
        return Err(invalid(text, "description", "have length less than or equal to 1000"));
    }
    Ok(())
}

pub(crate) fn max_session(seconds: u32) -> Result<(), ApiError> {
    let value = seconds.to_string();
    match seconds {
        0..limits::MAX_SESSION_DURATION_MIN_S => {
            Err(invalid(&value, "maxSessionDuration", "have value greater than or equal to 3600"))
        }
        limits::MAX_SESSION_DURATION_MIN_S..=limits::MAX_SESSION_DURATION_MAX_S => Ok(()),
        _ => Err(invalid(&value, "maxSessionDuration", "have value less than or equal to 43200")),
    }
}

/// Tag keys of roles are case-insensitive (`id_tags`).
pub(crate) fn tags(definition: &RoleDefinition, texts: &Texts) -> Result<(), ApiError> {
    if definition.tags.len() > limits::ROLE_TAGS_MAX {
        return Err(exceeded("TagsPerRole", limits::ROLE_TAGS_MAX));
    }
    let mut keys: Vec<_> = definition.tags.iter().map(|(key, _)| texts.folded(*key)).collect();
    keys.sort();
    keys.dedup();
    if keys.len() == definition.tags.len() {
        return Ok(());
    }
    Err(ApiError::new(Code::InvalidInput, "Duplicate tag keys found. Please note that Tag keys are case insensitive."))
}

fn sound(policies: &Policies, id: PolicyId) -> Result<usize, ApiError> {
    match policies.get(id) {
        Some(info) if info.compiled.is_some() => Ok(info.counted_chars),
        _ => Err(ApiError::new(Code::MalformedPolicyDocument, "Syntax errors in policy.")),
    }
}

/// 2,048 characters by default, 4,096 after a quota increase.
pub(crate) fn trust(policies: &Policies, trust: PolicyId, long: bool) -> Result<(), ApiError> {
    let limit = if long { limits::TRUST_POLICY_RAISED_MAX_CHARS } else { limits::TRUST_POLICY_MAX_CHARS };
    if sound(policies, trust)? > limit { Err(exceeded("ACLSizePerRole", limit)) } else { Ok(()) }
}

/// All inline policies of a role together: 10,240 characters.
pub(crate) fn inline(definition: &RoleDefinition, texts: &Texts, policies: &Policies) -> Result<(), ApiError> {
    let mut total = 0;
    for (name, document) in &definition.inline {
        let name = texts.get(*name);
        if !is_name(name) || name.len() > 128 {
            return Err(invalid(name, "policyName", "satisfy regular expression pattern: [\\w+=,.@-]+"));
        }
        total += sound(policies, *document)?;
    }
    if total <= limits::ROLE_INLINE_POLICIES_MAX_CHARS {
        return Ok(());
    }
    let (limit, role) = (limits::ROLE_INLINE_POLICIES_MAX_CHARS, texts.get(definition.name));
    Err(ApiError::written(
        Code::LimitExceeded,
        format!("Maximum policy size of {limit} bytes exceeded for role {role}"),
    ))
}

/// One managed policy: 6,144 characters.
pub(crate) fn managed(policies: &Policies, document: PolicyId) -> Result<(), ApiError> {
    if sound(policies, document)? > limits::MANAGED_POLICY_MAX_CHARS {
        return Err(exceeded("PolicySize", limits::MANAGED_POLICY_MAX_CHARS));
    }
    Ok(())
}

pub(crate) fn roles_exceeded() -> ApiError {
    exceeded("RolesPerAccount", ROLES_MAX)
}
