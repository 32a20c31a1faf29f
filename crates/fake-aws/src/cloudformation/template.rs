//! Templates on the wire: read by the reader of role code for an account, and made a role definition of the world. One role
//! is what a world can deploy; a template with anything else is refused, never deployed in part.

use super::table::{Dependent, Source};
use crate::state::State;
use crate::wire::{Params, Refusal};
use rolecall_core::role::RoleTree;
use rolecall_iam::arn::{AccountId, Arn, Partition};
use rolecall_iam::document::PolicyType;
use rolecall_iam::document::print::node_to_json_compact;
use rolecall_iam::json;
use rolecall_iam::source::SourceMap;
use rolecall_iam::span::FileId;
use rolecall_iam::value::{Node, Value};
use rolecall_render::read::{Environment, Kind, read, yaml};
use rolecall_simulator::account::AccountKey;
use rolecall_simulator::cloudformation::{Template, TemplateId};
use rolecall_simulator::iam::{DefinitionId, ManagedPolicy, RoleDefinition};
use std::collections::BTreeMap;

/// `Parameters` or `ParameterOverrides` on top of those before; `UsePreviousValue` keeps one.
pub(super) fn parameters(
    params: &Params,
    name: &str,
    before: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Refusal> {
    let mut found = BTreeMap::new();
    for parameter in params.structures(name) {
        let key = parameter.required("ParameterKey")?.to_owned();
        let value = match (parameter.get("ParameterValue"), before.get(&key)) {
            (Some(value), _) => value.to_owned(),
            (None, Some(before)) if parameter.get("UsePreviousValue") == Some("true") => before.clone(),
            (None, _) => {
                let text = format!("Parameters: [{key}] must have values");
                return Err(Refusal::validation(text));
            }
        };
        found.insert(key, value);
    }
    Ok(found)
}

/// The template of a call, with its parameters and tags; `before` is that of the stack or set that is updated.
pub(super) fn source(params: &Params, before: Option<&Source>) -> Result<Source, Refusal> {
    params.refuse(&[
        "TemplateURL",
        "StackPolicyBody",
        "StackPolicyURL",
        "RoleARN",
        "NotificationARNs",
        "ResourceTypes",
    ])?;
    let previous = params.get("UsePreviousTemplate") == Some("true");
    let text = match (params.get("TemplateBody"), before) {
        (Some(text), _) => text.to_owned(),
        (None, Some(before)) if previous => before.text.clone(),
        (None, _) => {
            let text = "Either Template URL or Template Body must be specified.";
            return Err(Refusal::validation(text));
        }
    };
    let none = BTreeMap::new();
    let given = parameters(params, "Parameters", before.map_or(&none, |before| &before.parameters))?;
    let mut tags = Vec::new();
    for tag in params.structures("Tags") {
        tags.push((tag.required("Key")?.to_owned(), tag.required("Value")?.to_owned()));
    }
    if let Some(before) = before.filter(|_| !params.has("Tags")) {
        tags.clone_from(&before.tags);
    }
    Ok(Source { text, parameters: given, tags })
}

/// A role with a name needs `CAPABILITY_NAMED_IAM` (user guide, `using-iam-template`).
pub(super) fn check_capabilities(params: &Params) -> Result<(), Refusal> {
    if params.members("Capabilities").contains(&"CAPABILITY_NAMED_IAM") {
        return Ok(());
    }
    let text = "Requires capabilities : [CAPABILITY_NAMED_IAM]";
    Err(Refusal::new("InsufficientCapabilitiesException", 400, text))
}

/// The role that a template creates in an account.
pub(super) fn definition(
    state: &mut State,
    source: &Source,
    region: &str,
    account: AccountKey,
) -> Result<DefinitionId, Refusal> {
    let mut sources = SourceMap::new();
    let file = sources.add("template", source.text.clone());
    let environment = Environment {
        account: AccountId::from(state.world.account(account).number()),
        partition: Partition::Aws,
        region: region.to_owned(),
        parameters: source.parameters.clone(),
    };
    let found = read(Kind::CloudFormation, &sources, &[file], &environment);
    if let Some(problem) = found.problems.iter().find(|problem| problem.is_error()) {
        return Err(Refusal::validation(format!("Template error: {}", problem.message)));
    }
    let [role] = found.roles.as_slice() else {
        let count = found.roles.len();
        return Err(Refusal::not_modelled(&format!("templates with {count} roles: one role is what it deploys")));
    };
    check_resources(&source.text, file)?;
    let mut definition = role_definition(state, role)?;
    for (key, value) in &source.tags {
        definition.tags.push((state.world.text(key), state.world.text(value)));
    }
    Ok(state.world.definition(definition))
}

/// The template as it is written.
pub(super) fn tree(text: &str, file: FileId) -> Option<Node> {
    let is_json = text.trim_start().starts_with('{');
    if is_json { json::read(file, text).node } else { yaml::read(file, text).node }
}

/// Refuses resources that a world would leave out.
fn check_resources(text: &str, file: FileId) -> Result<(), Refusal> {
    let tree = tree(text, file);
    let resources = tree.as_ref().and_then(|root| root.get("Resources")).and_then(Node::as_object).unwrap_or(&[]);
    let known = ["AWS::IAM::Role", "AWS::IAM::RolePolicy", "AWS::IAM::Policy"];
    let kind = |node: &Node| node.get("Type").and_then(Node::as_str).unwrap_or("").to_owned();
    match resources.iter().map(|member| kind(&member.value)).find(|kind| !known.contains(&kind.as_str())) {
        None => Ok(()),
        Some(other) => Err(Refusal::not_modelled(&format!("resources of the type {other}"))),
    }
}

fn text_of(node: &Node, what: &str) -> Result<String, Refusal> {
    match &node.value {
        Value::String(text) | Value::Number(text) => Ok(text.clone()),
        Value::Unresolved(why) => Err(Refusal::validation(format!("Template error: {what}: {why}"))),
        _ => Err(Refusal::validation(format!("Template error: {what} must be a string"))),
    }
}

fn role_definition(state: &mut State, role: &RoleTree) -> Result<RoleDefinition, Refusal> {
    let name = role.name.as_ref().ok_or_else(|| Refusal::not_modelled("roles without RoleName"))?;
    let name = text_of(name, "RoleName")?;
    let trust = role.trust.as_ref().map(node_to_json_compact).unwrap_or_default();
    let trust = state.world.policy(&trust, PolicyType::Trust);
    let mut definition = RoleDefinition::new(state.world.texts_mut(), &name, trust);
    if let Some(path) = &role.path {
        definition.path = state.world.text(&text_of(path, "Path")?);
    }
    if let Some(description) = &role.description {
        definition.description = Some(state.world.text(&text_of(description, "Description")?));
    }
    if let Some(seconds) = &role.max_session_duration_s {
        let text = text_of(seconds, "MaxSessionDuration")?;
        definition.max_session_s =
            text.parse().map_err(|_| Refusal::malformed(&text, "MaxSessionDuration", "integer"))?;
    }
    for (key, value) in &role.tags {
        let (key, value) = (text_of(key, "Tags")?, text_of(value, "Tags")?);
        definition.tags.push((state.world.text(&key), state.world.text(&value)));
    }
    for (name, document) in &role.inline_policies {
        let name = text_of(name, "PolicyName")?;
        let document = state.world.policy(&node_to_json_compact(document), PolicyType::Identity);
        definition.inline.push((state.world.text(&name), document));
    }
    for arn in &role.managed_policy_arns {
        definition.managed.push(managed(state, &text_of(arn, "ManagedPolicyArns")?)?);
    }
    if let Some(arn) = &role.permissions_boundary {
        definition.boundary = Some(managed(state, &text_of(arn, "PermissionsBoundary")?)?);
    }
    Ok(definition)
}

/// A managed policy as a template names it: AWS's own, or of the account that the stack is in.
fn managed(state: &mut State, arn: &str) -> Result<ManagedPolicy, Refusal> {
    let invalid = || Refusal::validation(format!("ARN {arn} is not valid."));
    let parsed = Arn::parse(arn).map_err(|_| invalid())?;
    let name = parsed.resource.strip_prefix("policy/").ok_or_else(invalid)?;
    let name = state.world.text(name);
    Ok(if parsed.account == "aws" { ManagedPolicy::Aws(name) } else { ManagedPolicy::Customer(name) })
}

/// A template for one account.
pub(super) fn of_account(
    state: &mut State,
    source: &Source,
    region: &str,
    account: AccountKey,
) -> Result<TemplateId, Refusal> {
    let role = definition(state, source, region, account)?;
    let template = Template { bytes: source.text.len(), no_echo: source.text.contains("NoEcho"), ..Template::of(role) };
    Ok(state.world.add_template(template))
}

/// A template for all accounts that a set may come to. One that names the account is read for each account of the world,
/// and for those that come later when they come.
pub(super) fn of_set(
    state: &mut State,
    source: &Source,
    region: &str,
    owner: AccountKey,
) -> Result<TemplateId, Refusal> {
    let template = of_account(state, source, region, owner)?;
    if !decides_by_account(source) {
        return Ok(template);
    }
    let dependent = Dependent { template, source: source.clone(), region: region.to_owned() };
    evaluate_from(state, &dependent, 0)?;
    state.stacks.dependents.push(dependent);
    state.stacks.accounts_seen = state.world.account_count();
    Ok(template)
}

/// Whether what a template says may differ from account to account.
pub(super) fn decides_by_account(source: &Source) -> bool {
    source.text.contains("AWS::AccountId")
}

/// Reads a template for the accounts from this one on.
fn evaluate_from(state: &mut State, dependent: &Dependent, seen: usize) -> Result<(), Refusal> {
    for account in state.world.keys().skip(seen).collect::<Vec<_>>() {
        let number = state.world.account(account).number();
        let role = definition(state, &dependent.source, &dependent.region, account)?;
        state.world.set_template_role(dependent.template, number, role);
    }
    Ok(())
}

/// Reads templates that decide by the account for accounts that have come since.
pub(crate) fn follow_accounts(state: &mut State) {
    let (seen, count) = (state.stacks.accounts_seen, state.world.account_count());
    if seen == count {
        return;
    }
    state.stacks.accounts_seen = count;
    for dependent in state.stacks.dependents.clone() {
        // The template was read for other accounts before; one where it fails would have been refused there.
        if let Err(refusal) = evaluate_from(state, &dependent, seen) {
            eprintln!("a template cannot be read for an account that came later: {}", refusal.message);
        }
    }
}
