//! Policies as AWS gives them out: managed ones with the text of the version that counts, texts as documents.

use rolecall_aws::{Connection, Failure};
use rolecall_core::diagnosis::evidence::NamedPolicy;
use rolecall_core::role::expected::ExpectedRole;
use rolecall_core::simulation::{NamedDocument, Role, ServiceControl};
use rolecall_iam::document::PolicyType;
use rolecall_iam::document::parse::parse;
use rolecall_iam::json;
use rolecall_iam::span::FileId;

/// The text of a managed policy; nothing when it is gone.
///
/// # Errors
/// Of any call.
pub(super) async fn managed(connection: &Connection, arn: &str) -> Result<Option<NamedPolicy>, Failure> {
    let Some(policy) = connection.get_policy(arn).await? else { return Ok(None) };
    let text = connection.get_policy_version(arn, &policy.default_version_id).await?;
    Ok(text.map(|text| NamedPolicy { name: arn.to_owned(), text }))
}

/// A text as a document; nothing when it is no sound policy.
pub(super) fn document(policy: &NamedPolicy, policy_type: PolicyType) -> Option<NamedDocument> {
    let read = json::read(FileId(0), &policy.text);
    let parsed = parse(read.sound()?, policy_type);
    Some(NamedDocument { name: policy.name.clone(), policy: parsed.sound()?.clone() })
}

/// The profile's policies in the place of a role's own.
///
/// # Errors
/// Where their texts are not in the profile.
pub(super) fn profiles_role(wanted: &ExpectedRole, service_control: ServiceControl) -> Result<Role, &'static str> {
    if !wanted.managed_policy_arns.is_empty() || wanted.permissions_boundary.is_some() {
        return Err("the profile has managed policies without their texts");
    }
    let name = format!("{} of the profile", wanted.policy.name);
    let identity = vec![NamedDocument { name, policy: wanted.policy.document.clone() }];
    Ok(Role { arn: wanted.arn(), identity, boundary: None, service_control })
}
