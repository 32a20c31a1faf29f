//! The intrinsic functions that give values. Unknown functions, and arguments of a wrong form, are unresolved.

use super::evaluate::{Evaluator, respan};
use crate::read::embedded::Text;
use crate::read::unresolved;
use rolecall_iam::span::Span;
use rolecall_iam::value::{Node, Value};

/// Bytes that a function may put together.
const MAX_TEXT_BYTES: usize = 1 << 20;

impl Evaluator<'_> {
    /// The value of a function; `None` for `AWS::NoValue`.
    pub(super) fn call(&mut self, name: &str, argument: &Node, span: Span) -> Option<Node> {
        let value = match name {
            "Ref" => match argument.as_str() {
                Some(target) => return self.reference(target, span),
                None => Err(String::from("`Ref` takes the name of a parameter or resource")),
            },
            "Fn::If" => return self.choose(argument, span),
            "Fn::Sub" => self.sub(argument),
            "Fn::Join" => self.join(argument, span),
            "Fn::Select" => return self.select(argument, span),
            "Fn::Split" => self.split(argument, span),
            "Fn::FindInMap" => self.find_in_map(argument, span),
            "Fn::GetAtt" => self.get_att(argument, span),
            "Fn::ToJsonString" => self.json_text(argument, span),
            "Fn::Equals" | "Fn::And" | "Fn::Or" | "Fn::Not" => Err(format!("`{name}` stands in `Conditions` only")),
            _ => Err(format!("`{name}` is evaluated by CloudFormation at deployment")),
        };
        Some(value.unwrap_or_else(|reason| unresolved(reason, span)))
    }

    fn choose(&mut self, argument: &Node, span: Span) -> Option<Node> {
        let Some([condition, yes, no]) = argument.as_array() else {
            return Some(unresolved("`Fn::If` takes a condition and two values", span));
        };
        let Some(name) = condition.as_str() else {
            return Some(unresolved("`Fn::If` takes the name of a condition", condition.span));
        };
        match self.condition(name) {
            Ok(true) => self.value(yes),
            Ok(false) => self.value(no),
            Err(reason) => Some(unresolved(reason, span)),
        }
    }

    fn sub(&mut self, argument: &Node) -> Result<Node, String> {
        let (template, variables) = match argument.as_array() {
            Some([template, variables]) => (template, variables.as_object()),
            Some(_) => return Err(String::from("`Fn::Sub` takes a text, or a text and a map")),
            None => (argument, None),
        };
        if template.as_str().is_none() {
            return Err(String::from("`Fn::Sub` takes a text, or a text and a map"));
        }
        let raw = self.strings.text(template);
        let mut result = Text::new(template.span);
        let mut at = 0;
        while let Some(open) = raw.as_str().get(at..).and_then(|rest| rest.find("${")).map(|found| at + found) {
            result.push_text(&raw.slice(at, open));
            let Some(close) = raw.as_str().get(open..).and_then(|rest| rest.find('}')).map(|found| open + found) else {
                return Err(String::from("`${` without `}` in `Fn::Sub`"));
            };
            let name = raw.as_str().get(open + 2..close).unwrap_or("");
            let span = raw.map(open, close + 1);
            at = close + 1;
            if let Some(literal) = name.strip_prefix('!') {
                result.push_replaced(&format!("${{{literal}}}"), span);
                continue;
            }
            let given = variables.and_then(|list| list.iter().find(|member| member.key.value == name));
            let value = match given {
                Some(member) => self.value(&member.value),
                None => self.variable(name, span),
            };
            let Some(value) = value else { return Err(format!("`{name}` in `Fn::Sub` has no value")) };
            match self.text_of(&value) {
                Ok(text) => result.push_replaced(text.as_str(), span),
                Err(node) => return Ok(Node { span, ..node }),
            }
            if result.as_str().len() > MAX_TEXT_BYTES {
                return Err(String::from("`Fn::Sub` gives a text that is too long"));
            }
        }
        result.push_text(&raw.slice(at, raw.as_str().len()));
        let node = self.strings.compose(result);
        Ok(self.charged(node))
    }

    /// `${Name}` or `${Resource.Attribute}` in `Fn::Sub`.
    fn variable(&mut self, name: &str, span: Span) -> Option<Node> {
        let first = name.split(':').next().unwrap_or("");
        if name.contains(':') && first != "AWS" {
            let reason = format!(
                "`${{{name}}}` in `Fn::Sub` is no variable of the template; IAM's own are written `${{!{name}}}`"
            );
            return Some(unresolved(reason, span));
        }
        match name.split_once('.') {
            Some((resource, attribute)) => Some(self.attribute(resource, attribute, span)),
            None => self.reference(name, span),
        }
    }

    fn join(&mut self, argument: &Node, span: Span) -> Result<Node, String> {
        let Some([delimiter, list]) = argument.as_array() else {
            return Err(String::from("`Fn::Join` takes a delimiter and a list"));
        };
        let delimiter = match self.text(delimiter) {
            Ok(text) => text,
            Err(node) => return Ok(node),
        };
        let Some(Node { value: Value::Array(items), .. }) = self.value(list) else {
            return Err(String::from("`Fn::Join` takes a list that is known"));
        };
        let mut result = Text::new(span);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                result.push_replaced(delimiter.as_str(), delimiter.span());
            }
            match self.text_of(item) {
                Ok(text) => result.push_text(&text),
                Err(node) => return Ok(node),
            }
            if result.as_str().len() > MAX_TEXT_BYTES {
                return Err(String::from("`Fn::Join` gives a text that is too long"));
            }
        }
        let node = self.strings.compose(result);
        Ok(self.charged(node))
    }

    fn select(&mut self, argument: &Node, span: Span) -> Option<Node> {
        let Some([index, list]) = argument.as_array() else {
            return Some(unresolved("`Fn::Select` takes an index and a list", span));
        };
        let index = match self.text(index) {
            Ok(text) => text,
            Err(node) => return Some(node),
        };
        let Ok(index) = index.as_str().parse::<usize>() else {
            return Some(unresolved("the index of `Fn::Select` is no number", span));
        };
        match self.value(list)?.value {
            Value::Array(items) => {
                let found = items.into_iter().nth(index);
                Some(found.unwrap_or_else(|| unresolved("the index of `Fn::Select` is beyond its list", span)))
            }
            Value::Unresolved(reason) => Some(unresolved(reason, span)),
            _ => Some(unresolved("`Fn::Select` takes a list", span)),
        }
    }

    fn split(&mut self, argument: &Node, span: Span) -> Result<Node, String> {
        let Some([delimiter, text]) = argument.as_array() else {
            return Err(String::from("`Fn::Split` takes a delimiter and a text"));
        };
        let (delimiter, text) = match (self.text(delimiter), self.text(text)) {
            (Ok(delimiter), Ok(text)) => (delimiter, text),
            (Err(node), _) | (_, Err(node)) => return Ok(node),
        };
        if delimiter.as_str().is_empty() {
            return Err(String::from("`Fn::Split` takes a delimiter that is not empty"));
        }
        let parts = text.as_str().split(delimiter.as_str()).map(|part| Node::string(part, span)).collect();
        Ok(Node::new(Value::Array(parts), span))
    }

    fn find_in_map(&mut self, argument: &Node, span: Span) -> Result<Node, String> {
        let (names, options) = match argument.as_array() {
            Some([map, top, second]) => ([map, top, second], None),
            Some([map, top, second, options]) => ([map, top, second], Some(options)),
            _ => return Err(String::from("`Fn::FindInMap` takes a map and two keys")),
        };
        let mut keys = Vec::new();
        for name in names {
            match self.text(name) {
                Ok(text) => keys.push(text.as_str().to_owned()),
                Err(node) => return Ok(Node { span, ..node }),
            }
        }
        let mut found = self.mappings;
        for key in &keys {
            found = found.and_then(|node| node.get(key));
        }
        if let Some(found) = found {
            return Ok(self.charged(respan(&found.value, span)));
        }
        match options.and_then(|options| options.get("DefaultValue")) {
            Some(default) => self.value(default).ok_or_else(|| String::from("`DefaultValue` has no value")),
            None => Err(format!("the mapping has no `{}`: the deployment would fail", keys.join("` / `"))),
        }
    }

    fn get_att(&mut self, argument: &Node, span: Span) -> Result<Node, String> {
        let parts = match &argument.value {
            Value::String(text) => text.split_once('.').map(|(id, attribute)| (id.to_owned(), attribute.to_owned())),
            Value::Array(items) => match items.as_slice() {
                [id, attribute] => match (id.as_str(), self.text(attribute)) {
                    (Some(id), Ok(attribute)) => Some((id.to_owned(), attribute.as_str().to_owned())),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        let Some((id, attribute)) = parts else {
            return Err(String::from("`Fn::GetAtt` takes a resource and an attribute"));
        };
        Ok(self.attribute(&id, &attribute, span))
    }

    fn json_text(&mut self, argument: &Node, span: Span) -> Result<Node, String> {
        let value = self.value(argument).ok_or_else(|| String::from("`Fn::ToJsonString` has no value"))?;
        Ok(self.strings.encode(value, span))
    }
}
