//! The parameters of a template: given values, defaults, and what CloudFormation would refuse.
//! `AllowedPattern` is not checked.

use crate::read::{Environment, scalar_text};
use rolecall_iam::problem::Problem;
use rolecall_iam::span::Spanned;
use rolecall_iam::value::{Member, Node, Value};
use std::collections::BTreeMap;

/// The value of each parameter.
pub(super) fn values(
    parameters: Option<&Node>,
    environment: &Environment,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, Value> {
    let members = parameters.and_then(Node::as_object).unwrap_or(&[]);
    members.iter().map(|member| (member.key.value.clone(), value(member, environment, problems))).collect()
}

fn value(member: &Member, environment: &Environment, problems: &mut Vec<Problem>) -> Value {
    let Spanned { value: name, span } = &member.key;
    let declared = &member.value;
    let kind = declared.get("Type").and_then(Node::as_str).unwrap_or("String");
    if declared.get("NoEcho").and_then(scalar_text) == Some("true") {
        let message = format!("the parameter `{name}` has `NoEcho`");
        let help = "an external ID is no secret, and importing stacks into a stack set refuses `NoEcho`: remove it";
        problems.push(Problem::warning("no-echo-parameter", *span, message, help));
    }
    if kind.starts_with("AWS::SSM::Parameter::Value") {
        return Value::Unresolved(format!("the parameter `{name}` is looked up in Systems Manager at deployment"));
    }
    let text = match (environment.parameters.get(name), declared.get("Default")) {
        (Some(given), _) => given.clone(),
        (None, Some(default)) => match scalar_text(default) {
            Some(text) => text.to_owned(),
            None => return Value::Unresolved(format!("the default of parameter `{name}` is {}", default.kind())),
        },
        (None, None) => {
            return Value::Unresolved(format!("parameter `{name}` has no default, and no value was given for it"));
        }
    };
    refusals(member, &text, problems);
    if kind == "CommaDelimitedList" || kind.starts_with("List<") {
        return Value::Array(text.split(',').map(|part| Node::string(part.trim(), *span)).collect());
    }
    Value::String(text)
}

/// Reports a value that CloudFormation would refuse.
fn refusals(member: &Member, text: &str, problems: &mut Vec<Problem>) {
    let declared = &member.value;
    let name = &member.key.value;
    let mut refuse = |message: String| {
        let help = "CloudFormation refuses this value: give another under `parameters`, or change the default";
        problems.push(Problem::error("parameter-refused", member.key.span, message, help));
    };
    if let Some(allowed) = declared.get("AllowedValues").and_then(Node::as_array)
        && !allowed.iter().any(|value| scalar_text(value) == Some(text))
    {
        refuse(format!("`{text}` is none of the allowed values of parameter `{name}`"));
    }
    let length = text.chars().count();
    let limit = |key: &str| declared.get(key).and_then(scalar_text).and_then(|text| text.parse::<usize>().ok());
    if limit("MinLength").is_some_and(|minimum| length < minimum) {
        refuse(format!("the value of parameter `{name}` has {length} characters, fewer than its `MinLength`"));
    }
    if limit("MaxLength").is_some_and(|maximum| length > maximum) {
        refuse(format!("the value of parameter `{name}` has {length} characters, more than its `MaxLength`"));
    }
}
