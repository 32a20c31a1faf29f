//! The role as a Terraform module of one file, `main.tf`, which serves the management account and every member account.
//! State, backend and providers stay the caller's.
//!
//! The account is asked for (`aws_caller_identity`) only where something depends on it. The partition is written out,
//! as the organization's is known. Managed policies are attached by resources of their own, because the argument
//! `managed_policy_arns` of `aws_iam_role` is deprecated (provider documentation, 5.x).

use super::hcl_layout::{Section, document as layout};
use super::role_code::{Inline, RoleCode, document, one_line};
use super::{RenderError, Rendered, RenderedFile};
use hcl::Identifier;
use hcl::expr::{BinaryOp, BinaryOperator, Conditional, Expression, FuncCall, Object, ObjectKey, Traversal, Variable};
use hcl::structure::{Block, BlockBuilder};
use serde_json::Value;

/// Words that mean something else at the start of an object element, so they are quoted as keys.
const KEYWORDS: [&str; 6] = ["for", "if", "in", "null", "true", "false"];

pub(super) fn render(code: &RoleCode<'_>) -> Result<Rendered, RenderError> {
    Ok(Rendered { files: vec![RenderedFile::text("main.tf", module(code)?)], notes: Vec::new() })
}

/// The text of the module.
pub(super) fn module(code: &RoleCode<'_>) -> Result<String, RenderError> {
    let mut sections = vec![section("", terraform_block())];
    if code.depends_on_account() {
        let block = Block::builder("data").add_labels(["aws_caller_identity", "current"]).build();
        sections.push(section("# The account that this runs in.\n", block));
    }
    let locals = locals(code);
    if locals.body.iter().next().is_some() {
        sections.push(section("", locals));
    }
    sections.push(section("", role(code)));
    sections.push(section("", inline_policy(code)));
    if !code.profile.managed_policy_arns.is_empty() {
        sections.push(section("", managed_policies(code)));
    }
    let output = Block::builder("output").add_label("role_arn");
    let output = output.add_attribute(("description", "ARN of the role"));
    sections.push(section("", output.add_attribute(("value", reference("aws_iam_role", &["vendor", "arn"]))).build()));
    layout(code.comment("Terraform module"), &sections)
}

fn section(comment: &'static str, block: Block) -> Section {
    Section { comment, block }
}

/// Preconditions came with Terraform 1.2; every resource and argument used here stands in provider 4 already.
fn terraform_block() -> Block {
    let provider: Object<ObjectKey, Expression> = [("source", "hashicorp/aws"), ("version", ">= 4.0")]
        .into_iter()
        .map(|(name, value)| (key(name), value.into()))
        .collect();
    let providers = Block::builder("required_providers").add_attribute(("aws", Expression::Object(provider)));
    Block::builder("terraform").add_attribute(("required_version", ">= 1.2")).add_block(providers.build()).build()
}

fn locals(code: &RoleCode<'_>) -> Block {
    let account = || reference("data", &["aws_caller_identity", "current", "account_id"]);
    let mut locals = Block::builder("locals");
    if code.is_management_only() || matches!(code.inline(), Inline::Split { .. }) {
        let management = Expression::from(code.organization.management_account.as_str());
        let is_management = BinaryOp::new(account(), BinaryOperator::Eq, management);
        locals = locals.add_attribute(("is_management", Expression::from(is_management)));
    }
    let legacy = code.legacy_ids();
    if !legacy.is_empty() {
        let ids = legacy.iter().map(|(id, external)| (text_key(id.as_str()), Expression::from(external.as_str())));
        let external_id = FuncCall::builder("lookup")
            .arg(reference("local", &["legacy_external_ids"]))
            .arg(account())
            .arg(code.organization.external_id.as_str());
        locals = locals
            .add_attribute(("external_id", Expression::from(external_id.build())))
            .add_attribute(("legacy_external_ids", Expression::Object(ids.collect())));
    }
    if let Inline::Split { management, member } = code.inline() {
        locals = locals
            .add_attribute(("management_policy", json_text(&document(management))))
            .add_attribute(("member_policy", json_text(&document(member))));
    }
    locals.build()
}

fn role(code: &RoleCode<'_>) -> Block {
    let profile = code.profile;
    let mut role = resource("aws_iam_role")
        .add_attribute(("name", profile.name.as_str()))
        .add_attribute(("path", profile.path.as_str()));
    if let Some(description) = &profile.description {
        role = role.add_attribute(("description", description.as_str()));
    }
    role = role.add_attribute(("max_session_duration", profile.max_session_duration_s));
    if let Some(boundary) = &profile.permissions_boundary {
        role = role.add_attribute(("permissions_boundary", boundary.as_str()));
    }
    role = role.add_attribute(("assume_role_policy", trust(code)));
    if !profile.tags.is_empty() {
        let tags = profile.tags.iter().map(|tag| (key(&tag.key), Expression::from(tag.value.as_str())));
        role = role.add_attribute(("tags", Expression::Object(tags.collect())));
    }
    if code.is_management_only() {
        let message = format!(
            "The role {} belongs in the management account {} only: organization {} is served in lagging mode.",
            one_line(&profile.name),
            code.organization.management_account,
            code.organization.id.as_str()
        );
        let precondition = Block::builder("precondition")
            .add_attribute(("condition", reference("local", &["is_management"])))
            .add_attribute(("error_message", message));
        role = role.add_block(Block::builder("lifecycle").add_block(precondition.build()).build());
    }
    role.build()
}

fn trust(code: &RoleCode<'_>) -> Expression {
    if code.legacy_ids().is_empty() {
        return json_text(&code.trust());
    }
    // The place is found again by its type: nothing else in a policy is null.
    let trust = expression_of(&code.trust_with(Value::Null), &|| reference("local", &["external_id"]));
    FuncCall::builder("jsonencode").arg(trust).build().into()
}

fn inline_policy(code: &RoleCode<'_>) -> Block {
    let choose =
        |yes: Expression, no: Expression| Conditional::new(reference("local", &["is_management"]), yes, no).into();
    let (name, policy) = match code.inline() {
        Inline::Same(same) => (same.name.as_str().into(), json_text(&document(same))),
        Inline::Split { management, member } => {
            let name = if management.name == member.name {
                management.name.as_str().into()
            } else {
                choose(management.name.as_str().into(), member.name.as_str().into())
            };
            (name, choose(reference("local", &["management_policy"]), reference("local", &["member_policy"])))
        }
    };
    let block = resource("aws_iam_role_policy").add_attribute(("name", name));
    block
        .add_attribute(("role", reference("aws_iam_role", &["vendor", "name"])))
        .add_attribute(("policy", policy))
        .build()
}

fn managed_policies(code: &RoleCode<'_>) -> Block {
    let arns = code.profile.managed_policy_arns.iter().map(|arn| Expression::from(arn.as_str())).collect::<Vec<_>>();
    let each = FuncCall::builder("toset").arg(Expression::Array(arns)).build();
    resource("aws_iam_role_policy_attachment")
        .add_attribute(("for_each", Expression::from(each)))
        .add_attribute(("role", reference("aws_iam_role", &["vendor", "name"])))
        .add_attribute(("policy_arn", reference("each", &["value"])))
        .build()
}

fn resource(kind: &str) -> BlockBuilder {
    Block::builder("resource").add_labels([kind, "vendor"])
}

/// `root.part.part`, of names that this file chooses.
fn reference(root: &str, parts: &[&str]) -> Expression {
    let root = Variable::from(Identifier::sanitized(root));
    let traversal = parts.iter().fold(Traversal::builder(root), |path, part| path.attr(Identifier::sanitized(part)));
    traversal.build().into()
}

fn json_text(document: &Value) -> Expression {
    let argument = expression_of(document, &|| Expression::Null);
    FuncCall::builder("jsonencode").arg(argument).build().into()
}

/// A JSON value as an HCL expression; `null` becomes what `in_place_of_null` gives.
fn expression_of(value: &Value, in_place_of_null: &dyn Fn() -> Expression) -> Expression {
    match value {
        Value::Null => in_place_of_null(),
        Value::Bool(flag) => Expression::Bool(*flag),
        Value::Number(number) => number.as_i64().map_or_else(|| number.to_string().into(), Expression::from),
        Value::String(text) => Expression::String(text.clone()),
        Value::Array(items) => {
            items.iter().map(|item| expression_of(item, in_place_of_null)).collect::<Vec<_>>().into()
        }
        Value::Object(members) => Expression::Object(
            members.iter().map(|(name, value)| (key(name), expression_of(value, in_place_of_null))).collect(),
        ),
    }
}

/// A key of an object: bare where that is sure to be read as a name, quoted else.
fn key(name: &str) -> ObjectKey {
    let plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !KEYWORDS.contains(&name);
    match Identifier::new(name) {
        Ok(identifier) if plain => ObjectKey::Identifier(identifier),
        _ => text_key(name),
    }
}

fn text_key(name: &str) -> ObjectKey {
    ObjectKey::Expression(Expression::String(name.to_owned()))
}
