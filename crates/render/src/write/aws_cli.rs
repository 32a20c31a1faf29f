//! The role as one bash script over the AWS CLI (versions 1 and 2; bash 3.2 and later, so CloudShell and macOS), for the
//! account of the credentials it is run with. Run again it brings the role back to the profile.
//!
//! It never removes what the profile does not know (other policies, tags, a boundary that somebody set): that could take
//! a guard away. It names it instead. It never overwrites a role whose name differs in case or whose path differs.

use super::role_code::{Inline, RoleCode, document, one_line};
use super::shell::{CALLER, FUNCTIONS, assignment, opening, quoted};
use super::{Options, RenderError, Rendered, RenderedFile};
use rolecall_core::profile::InlinePolicy;
use serde_json::{Value, json};
use std::fmt::Write;

const ARGUMENTS: &str = include_str!("aws_cli/arguments.sh");
const EXISTING: &str = include_str!("aws_cli/existing.sh");
const CLOSING: &str = include_str!("aws_cli/closing.sh");
const MANAGEMENT_ONLY: &str = include_str!("aws_cli/management_only.sh");

// Options are `--option="$VALUE"` and not `--option "$VALUE"`: a value may begin with `-`.
const DURATION: &str = r#"--max-session-duration="$MAX_SESSION_DURATION""#;
const BOUNDARY: &str = r#"--permissions-boundary="$PERMISSIONS_BOUNDARY""#;
const TAGS: &str = r#"--tags="$ROLE_TAGS""#;
const CREATE: [&str; 3] = [r#"--path="$ROLE_PATH""#, DURATION, r#"--assume-role-policy-document="$TRUST_POLICY""#];
const INLINE: [&str; 2] = [r#"--policy-name="$INLINE_POLICY_NAME""#, r#"--policy-document="$INLINE_POLICY""#];

/// What makes the CLI load a value from elsewhere (AWS CLI user guide, `cli-usage-parameters-file`).
const LOADING_PREFIXES: [&str; 4] = ["file://", "fileb://", "http://", "https://"];

/// Stands for the external ID while the trust policy is written; a private-use character that no ARN holds.
const EXTERNAL_ID_MARK: &str = "\u{E000}";

pub(super) fn render(code: &RoleCode<'_>, options: &Options) -> Result<Rendered, RenderError> {
    let path = format!("create-{}.sh", code.slug());
    Ok(Rendered { files: vec![RenderedFile::program(path, script(code, options)?)], notes: Vec::new() })
}

fn script(code: &RoleCode<'_>, options: &Options) -> Result<String, RenderError> {
    check_loading(code)?;
    let mut text = opening(code, "AWS CLI script", options.region(code.organization.partition));
    text.push_str(&role_properties(code));
    for part in [FUNCTIONS, ARGUMENTS, CALLER] {
        text.push_str(part);
    }
    if code.is_management_only() {
        text.push_str(MANAGEMENT_ONLY);
    }
    text.push_str(&account_properties(code)?);
    text.push_str(EXISTING);
    text.push_str(&changes(code));
    text.push_str(CLOSING);
    Ok(text)
}

fn check_loading(code: &RoleCode<'_>) -> Result<(), RenderError> {
    let description = code.profile.description.as_deref().unwrap_or("");
    match LOADING_PREFIXES.into_iter().find(|prefix| description.starts_with(prefix)) {
        Some(prefix) => Err(RenderError::LoadedByCli { what: String::from("the description"), prefix }),
        None => Ok(()),
    }
}

/// What is the same in every account.
fn role_properties(code: &RoleCode<'_>) -> String {
    let profile = code.profile;
    let mut text = String::new();
    text.push_str(&assignment("ROLE_PATH", &profile.path));
    if let Some(description) = &profile.description {
        text.push_str(&assignment("ROLE_DESCRIPTION", description));
    }
    text.push_str(&assignment("MAX_SESSION_DURATION", &profile.max_session_duration_s.to_string()));
    if let Some(boundary) = &profile.permissions_boundary {
        text.push_str(&assignment("PERMISSIONS_BOUNDARY", boundary));
    }
    if !profile.tags.is_empty() {
        let tags: Value = profile.tags.iter().map(|tag| json!({ "Key": tag.key, "Value": tag.value })).collect();
        text.push_str(&assignment("ROLE_TAGS", &tags.to_string()));
    }
    text
}

/// What the account decides: external ID, trust policy, inline policy.
fn account_properties(code: &RoleCode<'_>) -> Result<String, RenderError> {
    let mut text = String::from("\n");
    let legacy = code.legacy_ids();
    if legacy.is_empty() {
        text.push_str(&assignment("TRUST_POLICY", &pretty(&code.trust())?));
    } else {
        text.push_str("# Accounts with an external ID of their own keep it.\ncase \"$ACCOUNT_ID\" in\n");
        for (account, id) in &legacy {
            let _ = writeln!(text, "  {}) EXTERNAL_ID={} ;;", quoted(account.as_str()), quoted(id.as_str()));
        }
        let _ = writeln!(text, "  *) EXTERNAL_ID={} ;;\nesac", quoted(code.organization.external_id.as_str()));
        // An external ID has no character that JSON would escape (its type allows none).
        let trust = quoted(&pretty(&code.trust_with(EXTERNAL_ID_MARK.into()))?);
        let _ = writeln!(text, "TRUST_POLICY={}", trust.replace(EXTERNAL_ID_MARK, "'\"$EXTERNAL_ID\"'"));
    }
    match code.inline() {
        Inline::Same(policy) => text.push_str(&inline_policy(policy, "")?),
        Inline::Split { management, member } => {
            text.push_str("if [ \"$ACCOUNT_ID\" = \"$MANAGEMENT_ACCOUNT\" ]; then\n");
            text.push_str(&inline_policy(management, "  ")?);
            text.push_str("else\n");
            text.push_str(&inline_policy(member, "  ")?);
            text.push_str("fi\n");
        }
    }
    Ok(text)
}

fn inline_policy(policy: &InlinePolicy, indent: &str) -> Result<String, RenderError> {
    let name = assignment("INLINE_POLICY_NAME", &policy.name);
    let document = assignment("INLINE_POLICY", &pretty(&document(policy))?);
    Ok(format!("{indent}{name}{indent}{document}"))
}

fn pretty(value: &Value) -> Result<String, RenderError> {
    serde_json::to_string_pretty(value)
        .map_err(|error| RenderError::Serializer { format: "JSON", reason: error.to_string() })
}

/// The calls that change something.
fn changes(code: &RoleCode<'_>) -> String {
    let profile = code.profile;
    let description = profile.description.is_some().then_some(r#"--description="$ROLE_DESCRIPTION""#);
    let boundary = profile.permissions_boundary.is_some().then_some(BOUNDARY);
    let tags = (!profile.tags.is_empty()).then_some(TAGS);
    let create = [description, boundary, tags].into_iter().flatten();
    let mut text = String::from("\nif [ \"$ROLE_EXISTS\" = no ]; then\n");
    text.push_str(&call(
        "  ",
        r#"run "create the role $ROLE_NAME" aws iam create-role"#,
        CREATE.into_iter().chain(create),
    ));
    text.push_str(&call("  ", "run 'wait until the role can be read' aws iam wait role-exists", []));
    text.push_str("else\n");
    text.push_str(&call(
        "  ",
        "run 'set the trust policy' aws iam update-assume-role-policy",
        [r#"--policy-document="$TRUST_POLICY""#],
    ));
    let what = if description.is_some() { "the description and the session duration" } else { "the session duration" };
    text.push_str(&call(
        "  ",
        &format!("run 'set {what}' aws iam update-role"),
        [DURATION].into_iter().chain(description),
    ));
    if tags.is_some() {
        text.push_str(&call("  ", "run 'set the tags' aws iam tag-role", tags));
    }
    if boundary.is_some() {
        text.push_str(&call(
            "  ",
            "run 'set the permissions boundary' aws iam put-role-permissions-boundary",
            boundary,
        ));
    }
    text.push_str("fi\n");
    text.push_str(&call("", r#"run "put the inline policy $INLINE_POLICY_NAME" aws iam put-role-policy"#, INLINE));
    for arn in &profile.managed_policy_arns {
        let what = quoted(&format!("attach the managed policy {}", one_line(arn)));
        let arn = format!("--policy-arn={}", quoted(arn));
        text.push_str(&call("", &format!("run {what} aws iam attach-role-policy"), [arn.as_str()]));
    }
    text
}

/// A command on the role, one option a line.
fn call<'o>(indent: &str, command: &str, options: impl IntoIterator<Item = &'o str>) -> String {
    let mut text = format!("{indent}{command} \\\n{indent}  --role-name=\"$ROLE_NAME\"");
    for option in options {
        let _ = write!(text, " \\\n{indent}  {option}");
    }
    text + "\n"
}
