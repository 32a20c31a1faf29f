//! The outputs of a stack: what can be said of the one role that it makes. Any other output is refused, because a stack that
//! leaves one out would be believed to have none.

use super::table::Source;
use super::template::tree;
use crate::state::State;
use crate::wire::Refusal;
use rolecall_iam::source::SourceMap;
use rolecall_iam::value::Node;
use rolecall_simulator::account::AccountKey;
use rolecall_simulator::cloudformation::TemplateId;

/// Key and value of each output, in the order of the template.
pub(super) fn outputs(
    state: &State,
    source: &Source,
    template: TemplateId,
    account: AccountKey,
) -> Result<Vec<(String, String)>, Refusal> {
    let file = SourceMap::new().add("template", source.text.clone());
    let root = tree(&source.text, file);
    let written = root.as_ref().and_then(|root| root.get("Outputs")).and_then(Node::as_object).unwrap_or(&[]);
    let number = state.world.account(account).number();
    let definition = state.world.definitions().get(state.world.template(template).role_in(number));
    let texts = state.world.texts();
    let (path, name) = (texts.get(definition.path), texts.get(definition.name));
    let arn = format!("arn:aws:iam::{number}:role{path}{name}");
    let value = |node: &Node| -> Option<String> {
        let value = node.get("Value").filter(|_| node.get("Condition").is_none() && node.get("Export").is_none())?;
        if let Some(text) = value.as_str() {
            return Some(text.to_owned());
        }
        match (value.get("Ref").and_then(Node::as_str), value.get("Fn::GetAtt").and_then(Node::as_array)) {
            (Some("AWS::AccountId"), _) => Some(number.to_string()),
            (Some(resource), _) if is_role(root.as_ref(), resource) => Some(name.to_owned()),
            (_, Some([resource, attribute])) if attribute.as_str() == Some("Arn") => {
                resource.as_str().filter(|resource| is_role(root.as_ref(), resource)).map(|_| arn.clone())
            }
            _ => None,
        }
    };
    let pair = |key: &str, node: &Node| {
        let refused =
            || Refusal::not_modelled(&format!("the output {key}: it is neither a text, nor the role or its ARN"));
        value(node).map(|value| (key.to_owned(), value)).ok_or_else(refused)
    };
    written.iter().map(|member| pair(&member.key.value, &member.value)).collect()
}

fn is_role(root: Option<&Node>, resource: &str) -> bool {
    let kind = root.and_then(|root| root.get("Resources")?.get(resource)?.get("Type")?.as_str());
    kind == Some("AWS::IAM::Role")
}
