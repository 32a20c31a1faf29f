//! The role as one CloudFormation template that serves the management account and every member account.
//! How templates are rolled out is in `stack_set` and `account_factory`.
//!
//! Decisions:
//! - No parameters. The role is the same everywhere and the code needs no customization for an account; an override
//!   in one stack instance would make that untrue, and `NoEcho` parameters keep stacks from being imported into a set.
//! - No transforms and no nested stacks: service-managed stack sets take neither (CloudFormation user guide, "Considerations
//!   when creating StackSets with service-managed permissions"). So legacy external IDs are conditions and not a mapping:
//!   `Fn::FindInMap` fails for an account that has no entry, and its `DefaultValue` needs the transform
//!   `AWS::LanguageExtensions`.
//! - No `Fn::Sub`: `${` in a policy is a policy variable. `{{resolve:` cannot be escaped and is refused.
//! - No `DeletionPolicy`, no `UpdateReplacePolicy`: what grants a vendor access must end with its stack, and a role that
//!   is kept would make the next creation fail, for its name is taken.
//! - The partition is written out, as the organization's is known; a template of another partition then names the wrong
//!   account instead of silently working.

use super::role_code::{Inline, RoleCode, document, one_line};
use super::{Options, RenderError, Rendered, RenderedFile, TemplateSyntax};
use rolecall_core::profile::InlinePolicy;
use serde_json::{Map, Value, json};

/// Bytes of a template that is passed in the call (`TemplateBody`; AWS CloudFormation quotas, 2026).
pub(super) const TEMPLATE_BODY_MAX_BYTES: usize = 51_200;
/// Bytes of a template that is read from S3 (`TemplateURL`; "1 MB" there).
const TEMPLATE_URL_MAX_BYTES: usize = 1_000_000;
/// Conditions in one `Fn::Or` (CloudFormation user guide, "Condition functions": minimum 2, maximum 10).
const OR_MAX: usize = 10;

const MANAGEMENT: &str = "IsManagementAccount";
const ORGANIZATION_ID: &str = "UsesExternalIdOfOrganization";
/// The logical ID of the role; fixed, because another one would replace the role.
pub(super) const ROLE: &str = "VendorRole";

pub(super) fn render(code: &RoleCode<'_>, options: &Options) -> Result<Rendered, RenderError> {
    let text = template(code, options.template_syntax)?;
    let bytes = text.len();
    if bytes > TEMPLATE_URL_MAX_BYTES {
        let remedy = "shorten the policies, or migrate accounts with a legacy external ID to the organization's";
        return Err(RenderError::TemplateTooLarge { bytes, limit: TEMPLATE_URL_MAX_BYTES, way: "from S3", remedy });
    }
    let mut notes = vec![String::from(
        "deploying the template takes `--capabilities CAPABILITY_NAMED_IAM`, in one Region of each account: IAM is \
         global",
    )];
    if bytes > TEMPLATE_BODY_MAX_BYTES {
        notes.push(format!(
            "the template has {bytes} bytes: above {TEMPLATE_BODY_MAX_BYTES} CloudFormation takes it from S3 only \
             (`aws cloudformation deploy --s3-bucket …`)"
        ));
    }
    let path = format!("{}.{}", code.slug(), options.template_syntax.extension());
    Ok(Rendered { files: vec![RenderedFile::text(path, text)], notes })
}

/// The template for ways of deployment that pass it in the call.
pub(super) fn inline_template(code: &RoleCode<'_>, syntax: TemplateSyntax) -> Result<String, RenderError> {
    let text = template(code, syntax)?;
    let bytes = text.len();
    if bytes > TEMPLATE_BODY_MAX_BYTES {
        let remedy = "shorten the policies, migrate accounts with a legacy external ID, or render `cloudformation` and deploy it \
                      through S3";
        return Err(RenderError::TemplateTooLarge {
            bytes,
            limit: TEMPLATE_BODY_MAX_BYTES,
            way: "in the call",
            remedy,
        });
    }
    Ok(text)
}

fn template(code: &RoleCode<'_>, syntax: TemplateSyntax) -> Result<String, RenderError> {
    if let Some(what) = code.first_text_with("{{resolve:") {
        return Err(RenderError::DynamicReference { what });
    }
    let value = template_value(code);
    match syntax {
        TemplateSyntax::Yaml => yaml(code, &value),
        TemplateSyntax::Json => {
            let text = serde_json::to_string_pretty(&value);
            text.map(|text| text + "\n")
                .map_err(|error| RenderError::Serializer { format: "JSON", reason: error.to_string() })
        }
    }
}

fn yaml(code: &RoleCode<'_>, value: &Value) -> Result<String, RenderError> {
    // Block scalars would put the texts of the role at the mercy of indentation and chomping.
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false, compact_list_indent: false };
    let body = serde_saphyr::to_string_with_options(value, options)
        .map_err(|error| RenderError::Serializer { format: "YAML", reason: error.to_string() })?;
    Ok(code.comment("CloudFormation template") + body.trim_end() + "\n")
}

fn template_value(code: &RoleCode<'_>) -> Value {
    let mut template = Map::new();
    template.insert("AWSTemplateFormatVersion".into(), "2010-09-09".into());
    template.insert("Description".into(), description(code).into());
    let conditions = conditions(code);
    if !conditions.is_empty() {
        template.insert("Conditions".into(), Value::Object(conditions));
    }
    let role = json!({ "Type": "AWS::IAM::Role", "Properties": Value::Object(properties(code)) });
    template.insert("Resources".into(), json!({ ROLE: role }));
    let output = json!({ "Description": "ARN of the role", "Value": { "Fn::GetAtt": [ROLE, "Arn"] } });
    template.insert("Outputs".into(), json!({ "RoleArn": output }));
    Value::Object(template)
}

/// At most 1,024 bytes; a role name has at most 64 characters where it is sound.
fn description(code: &RoleCode<'_>) -> String {
    let name: String = one_line(&code.profile.name).chars().take(64).collect();
    let served = if code.is_management_only() { "the management account" } else { "every account" };
    format!("IAM role {name} in {served} of organization {}", code.organization.id.as_str())
}

fn conditions(code: &RoleCode<'_>) -> Map<String, Value> {
    let is_account = |account: &str| json!({ "Fn::Equals": [{ "Ref": "AWS::AccountId" }, account] });
    let mut conditions = Map::new();
    if matches!(code.inline(), Inline::Split { .. }) {
        conditions.insert(MANAGEMENT.into(), is_account(code.organization.management_account.as_str()));
    }
    let legacy = code.legacy_ids();
    for (account, _) in &legacy {
        conditions.insert(legacy_condition(account.as_str()), is_account(account.as_str()));
    }
    if !legacy.is_empty() {
        let any = any_of(
            legacy.iter().map(|(account, _)| json!({ "Condition": legacy_condition(account.as_str()) })).collect(),
        );
        conditions.insert(ORGANIZATION_ID.into(), json!({ "Fn::Not": [any] }));
    }
    conditions
}

fn legacy_condition(account: &str) -> String {
    format!("IsLegacyAccount{account}")
}

/// One condition that holds when any of `conditions` does, with at most ten in each `Fn::Or`.
fn any_of(mut conditions: Vec<Value>) -> Value {
    while conditions.len() > OR_MAX {
        let groups = conditions.chunks(OR_MAX).map(|chunk| match chunk {
            [only] => only.clone(),
            several => json!({ "Fn::Or": several }),
        });
        conditions = groups.collect();
    }
    match conditions.as_slice() {
        [only] => only.clone(),
        several => json!({ "Fn::Or": several }),
    }
}

fn properties(code: &RoleCode<'_>) -> Map<String, Value> {
    let profile = code.profile;
    let mut properties = Map::new();
    properties.insert("RoleName".into(), profile.name.as_str().into());
    properties.insert("Path".into(), profile.path.as_str().into());
    if let Some(description) = &profile.description {
        properties.insert("Description".into(), description.as_str().into());
    }
    properties.insert("MaxSessionDuration".into(), profile.max_session_duration_s.into());
    properties.insert("AssumeRolePolicyDocument".into(), trust(code));
    properties.insert("Policies".into(), json!([policies(code)]));
    if !profile.managed_policy_arns.is_empty() {
        properties.insert("ManagedPolicyArns".into(), json!(profile.managed_policy_arns));
    }
    if let Some(boundary) = &profile.permissions_boundary {
        properties.insert("PermissionsBoundary".into(), boundary.as_str().into());
    }
    if !profile.tags.is_empty() {
        let tags = profile.tags.iter().map(|tag| json!({ "Key": tag.key, "Value": tag.value }));
        properties.insert("Tags".into(), tags.collect());
    }
    properties
}

/// With legacy accounts the external ID is a list in which conditions leave exactly one. A chain of `Fn::If` in one
/// another would say the same, but its indentation grows with the square of the number of accounts.
fn trust(code: &RoleCode<'_>) -> Value {
    let legacy = code.legacy_ids();
    if legacy.is_empty() {
        return code.trust();
    }
    let only_if = |condition: String, id: &str| json!({ "Fn::If": [condition, id, { "Ref": "AWS::NoValue" }] });
    let mut ids = vec![only_if(ORGANIZATION_ID.into(), code.organization.external_id.as_str())];
    ids.extend(legacy.iter().map(|(account, id)| only_if(legacy_condition(account.as_str()), id.as_str())));
    code.trust_with(Value::Array(ids))
}

fn policies(code: &RoleCode<'_>) -> Value {
    let policy = |policy: &InlinePolicy| json!({ "PolicyName": policy.name, "PolicyDocument": document(policy) });
    match code.inline() {
        Inline::Same(same) => policy(same),
        Inline::Split { management, member } => {
            json!({ "Fn::If": [MANAGEMENT, policy(management), policy(member)] })
        }
    }
}
