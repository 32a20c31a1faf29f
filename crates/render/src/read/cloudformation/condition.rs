//! Decides conditions of a template. What is not known is an error text, unless the rest decides without it.

use super::evaluate::Evaluator;
use rolecall_iam::value::{Node, Value};

impl Evaluator<'_> {
    /// Decides a condition by its name.
    pub(super) fn condition(&mut self, name: &str) -> Result<bool, String> {
        if let Some(decided) = self.decided.get(name) {
            return decided.clone();
        }
        let key = format!("condition {name}");
        if self.active.contains(&key) {
            return Err(format!("the condition `{name}` refers to itself"));
        }
        let Some(node) = self.conditions.and_then(|conditions| conditions.get(name)) else {
            return Err(format!("the template has no condition `{name}`"));
        };
        self.active.push(key);
        let decided = self.truth(node, 0);
        self.active.pop();
        self.decided.insert(name.to_owned(), decided.clone());
        decided
    }

    fn truth(&mut self, node: &Node, depth: usize) -> Result<bool, String> {
        if depth > 50 {
            return Err(String::from("conditions nest too deep"));
        }
        match &node.value {
            Value::Bool(value) => return Ok(*value),
            Value::String(text) if text == "true" => return Ok(true),
            Value::String(text) if text == "false" => return Ok(false),
            _ => {}
        }
        let Some([member]) = node.as_object() else {
            return Err(format!("{} where a condition was expected", node.kind()));
        };
        let operands = member.value.as_array().unwrap_or(&[]);
        match (member.key.value.as_str(), operands) {
            ("Condition", _) => match member.value.as_str() {
                Some(name) => self.condition(name),
                None => Err(String::from("`Condition` takes the name of a condition")),
            },
            ("Fn::Equals", [left, right]) => self.equal(left, right),
            ("Fn::Not", [operand]) => self.truth(operand, depth + 1).map(|truth| !truth),
            ("Fn::And", [_, ..]) => self.all(operands, true, depth),
            ("Fn::Or", [_, ..]) => self.all(operands, false, depth),
            (name, _) => Err(format!("`{name}` cannot be decided")),
        }
    }

    /// `Fn::And` for `neutral = true`, `Fn::Or` for `false`: one operand of the other value decides.
    fn all(&mut self, operands: &[Node], neutral: bool, depth: usize) -> Result<bool, String> {
        let mut unknown = None;
        for operand in operands {
            match self.truth(operand, depth + 1) {
                Ok(truth) if truth != neutral => return Ok(truth),
                Ok(_) => {}
                Err(reason) => unknown = unknown.or(Some(reason)),
            }
        }
        unknown.map_or(Ok(neutral), Err)
    }

    /// `Fn::Equals`: by text, case counts.
    fn equal(&mut self, left: &Node, right: &Node) -> Result<bool, String> {
        let mut text = |node: &Node| {
            self.text(node).map(|text| text.as_str().to_owned()).map_err(|node| match node.value {
                Value::Unresolved(reason) => reason,
                _ => String::from("a value that cannot be compared"),
            })
        };
        Ok(text(left)? == text(right)?)
    }
}
