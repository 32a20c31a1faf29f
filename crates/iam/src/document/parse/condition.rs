//! Reads the `Condition` block: operators, keys, values; flattened to one entry for each operator and key.

use super::Parser;
use crate::condition::ConditionOperator;
use crate::document::{Condition, Undecidable, UndecidablePart};
use crate::span::Spanned;
use crate::value::{Member, Node, Value};
use std::fmt::Arguments;

impl Parser {
    pub(super) fn conditions(&mut self, node: &Node, undecidable: &mut Vec<Undecidable>) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for member in self.object(node, format_args!("`Condition`")).unwrap_or_default() {
            let operator = self.operator(member, undecidable);
            let Some(keys) = self.object(&member.value, format_args!("`Condition.{}`", member.key.value)) else {
                continue;
            };
            for key in keys {
                let values = self.condition_values(key);
                self.condition_key(key);
                if let Some(operator) = operator {
                    let operator = Spanned::new(operator, member.key.span);
                    conditions.push(Condition { operator, key: key.key.clone(), values });
                }
            }
        }
        conditions
    }

    fn operator(&mut self, member: &Member, undecidable: &mut Vec<Undecidable>) -> Option<ConditionOperator> {
        match ConditionOperator::parse(&member.key.value) {
            Ok(operator) => Some(operator),
            Err(error) => {
                let message = format!("`{}` is no condition operator", member.key.value);
                let help = format!("{error}; see reference_policies_elements_condition_operators");
                self.undecidable("unknown-operator", member.key.span, message, help);
                undecidable.push(Undecidable {
                    span: member.key.span,
                    part: UndecidablePart::ConditionOperator,
                    text: member.key.value.clone(),
                });
                None
            }
        }
    }

    fn condition_key(&mut self, member: &Member) {
        if member.key.value.trim() != member.key.value || member.key.value.is_empty() {
            let message = format!("`{}` is no condition key", member.key.value);
            let help = "a condition key has the form `service:name` or `aws:name`, without spaces around it";
            self.error("invalid-condition-key", member.key.span, message, help);
        }
    }

    /// The values as text: "quotation marks are optional for numeric and Boolean values" (reference_policies_grammar).
    fn condition_values(&mut self, member: &Member) -> Vec<Spanned<String>> {
        let what = format_args!("the value of `{}`", member.key.value);
        let nodes = match &member.value.value {
            Value::Array(items) => items.as_slice(),
            _ => std::slice::from_ref(&member.value),
        };
        if nodes.is_empty() {
            let help = "what a condition without values means is not documented: write the values, or remove the key";
            self.warning("empty-element", member.value.span, format!("{what} is an empty list"), help);
        }
        nodes.iter().filter_map(|node| self.condition_value(node, what)).collect()
    }

    fn condition_value(&mut self, node: &Node, what: Arguments<'_>) -> Option<Spanned<String>> {
        let text = match &node.value {
            Value::String(text) | Value::Number(text) => text.clone(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) | Value::Unresolved(_) => {
                self.wrong_type(node, what, "a string, a number or a boolean");
                return None;
            }
        };
        Some(Spanned::new(text, node.span))
    }
}
