//! `data "aws_iam_policy_document"` as the tree of the document that the provider writes.
//! Source: the AWS provider's page of that data source (2026); `&{…}` stands for IAM's `${…}` there.

use super::expression::Evaluator;
use super::module::{In, attribute, blocks, dynamic_blocks, heading, span};
use crate::read::unresolved;
use hcl_edit::structure::Block;
use rolecall_iam::span::{Span, Spanned};
use rolecall_iam::value::{Member, Node, Value};

impl<'a> Evaluator<'a> {
    /// The document of a data source.
    pub(super) fn policy_document(&mut self, block: In<'a, Block>) -> Node {
        let at = span(block.node, block.file);
        let start = heading(block);
        let version = match attribute(block, "version") {
            Some(version) => self.value(version),
            None => Node::string("2012-10-17", start),
        };
        let mut statements = Vec::new();
        for source in self.documents(block, "source_policy_documents") {
            statements.extend(source);
        }
        for dynamic in dynamic_blocks(block, "statement") {
            statements.push(unresolved("a dynamic block makes statements", heading(dynamic)));
        }
        for statement in blocks(block, "statement") {
            let node = self.statement(statement);
            statements.push(node);
        }
        for overriding in self.documents(block, "override_policy_documents") {
            for statement in overriding {
                replace(&mut statements, statement);
            }
        }
        let mut members = vec![member("Version", start, version)];
        if let Some(id) = attribute(block, "policy_id") {
            let id = self.value(id);
            members.push(member("Id", id.span, id));
        }
        members.push(member("Statement", start, Node::new(Value::Array(statements), at)));
        Node::new(Value::Object(members), at)
    }

    /// The statements of each document of a list attribute.
    fn documents(&mut self, block: In<'a, Block>, name: &str) -> Vec<Vec<Node>> {
        let Some(list) = attribute(block, name) else { return Vec::new() };
        let list = self.value(list);
        let mut result = Vec::new();
        for document in crate::read::elements(list) {
            let at = document.span;
            let mut problems = Vec::new();
            let tree = self.strings.policy(document, &mut problems);
            self.problems.append(&mut problems);
            result.push(match tree.get("Statement") {
                Some(statements) => crate::read::elements(statements.clone()),
                None => vec![match tree.value {
                    Value::Unresolved(reason) => unresolved(reason, at),
                    _ => unresolved(format!("a document of `{name}` has no `Statement`"), at),
                }],
            });
        }
        result
    }

    fn statement(&mut self, block: In<'a, Block>) -> Node {
        let start = heading(block);
        let mut members = Vec::new();
        if let Some(sid) = attribute(block, "sid") {
            let sid = self.value(sid);
            // An empty or null Sid is left out by the provider.
            if !(sid.value == Value::Null || sid.as_str() == Some("")) {
                members.push(member("Sid", sid.span, sid));
            }
        }
        let effect = match attribute(block, "effect") {
            Some(effect) => self.value(effect),
            None => Node::string("Allow", start),
        };
        members.push(member("Effect", effect.span, effect));
        for (name, key) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
            if let Some(principal) = self.principals(block, name) {
                members.push(member(key, principal.span, principal));
            }
        }
        let lists = [
            ("actions", "Action"),
            ("not_actions", "NotAction"),
            ("resources", "Resource"),
            ("not_resources", "NotResource"),
        ];
        for (name, key) in lists {
            let Some(written) = block.node.body.get_attribute(name) else { continue };
            let key_span = span(&written.key, block.file);
            let mut value = self.value(In { file: block.file, node: &written.value });
            if !key.ends_with("Action") {
                variables(&mut value);
            }
            if !is_empty(&value) {
                members.push(member(key, key_span, value));
            }
        }
        if let Some(condition) = self.conditions(block) {
            members.push(member("Condition", condition.span, condition));
        }
        Node::new(Value::Object(members), span(block.node, block.file))
    }

    fn principals(&mut self, block: In<'a, Block>, name: &str) -> Option<Node> {
        if let Some(dynamic) = dynamic_blocks(block, name).next() {
            return Some(unresolved("a dynamic block makes principals", heading(dynamic)));
        }
        let found: Vec<In<'a, Block>> = blocks(block, name).collect();
        let first = *found.first()?;
        let mut members: Vec<Member> = Vec::new();
        for principal in &found {
            let kind = self.required(*principal, "type");
            let mut identifiers = self.required(*principal, "identifiers");
            variables(&mut identifiers);
            let Some(kind_text) = kind.as_str() else {
                return Some(unresolved("the type of a principal is not known", kind.span));
            };
            if found.len() == 1 && kind_text == "*" && is_star(&identifiers) {
                return Some(Node::string("*", identifiers.span));
            }
            match members.iter_mut().find(|member| member.key.value == kind_text) {
                Some(known) => {
                    let mut both =
                        crate::read::elements(std::mem::replace(&mut known.value, Node::new(Value::Null, kind.span)));
                    both.extend(crate::read::elements(identifiers.clone()));
                    known.value = Node::new(Value::Array(both), identifiers.span);
                }
                None => members.push(member(kind_text, kind.span, identifiers)),
            }
        }
        Some(Node::new(Value::Object(members), span(first.node, first.file)))
    }

    fn conditions(&mut self, block: In<'a, Block>) -> Option<Node> {
        if let Some(dynamic) = dynamic_blocks(block, "condition").next() {
            return Some(unresolved("a dynamic block makes conditions", heading(dynamic)));
        }
        let found: Vec<In<'a, Block>> = blocks(block, "condition").collect();
        let first = *found.first()?;
        let mut operators: Vec<Member> = Vec::new();
        for condition in found {
            let test = self.required(condition, "test");
            let mut variable = self.required(condition, "variable");
            let mut values = self.required(condition, "values");
            variables(&mut variable);
            variables(&mut values);
            let (Some(test_text), Some(variable_text)) = (test.as_str(), variable.as_str()) else {
                return Some(unresolved("the test or variable of a condition is not known", heading(condition)));
            };
            let key = member(variable_text, variable.span, values);
            match operators.iter_mut().find(|member| member.key.value == test_text) {
                None => operators.push(member(
                    test_text,
                    test.span,
                    Node::new(Value::Object(vec![key]), span(condition.node, condition.file)),
                )),
                Some(operator) => {
                    let Value::Object(keys) = &mut operator.value.value else { continue };
                    if keys.iter().any(|known| known.key.value == variable_text) {
                        let reason = format!("`{test_text}` tests `{variable_text}` in two blocks");
                        return Some(unresolved(reason, heading(condition)));
                    }
                    keys.push(key);
                }
            }
        }
        Some(Node::new(Value::Object(operators), span(first.node, first.file)))
    }

    fn required(&mut self, block: In<'a, Block>, name: &str) -> Node {
        match attribute(block, name) {
            Some(expression) => self.value(expression),
            None => unresolved(format!("`{name}` is missing here"), heading(block)),
        }
    }
}

fn member(key: &str, key_span: Span, value: Node) -> Member {
    Member { key: Spanned::new(key.to_owned(), key_span), value }
}

fn is_empty(node: &Node) -> bool {
    node.value == Value::Null || node.as_array().is_some_and(<[Node]>::is_empty)
}

fn is_star(identifiers: &Node) -> bool {
    identifiers.as_array().is_some_and(|items| matches!(items, [only] if only.as_str() == Some("*")))
}

/// `&{aws:username}` becomes `${aws:username}`.
fn variables(node: &mut Node) {
    match &mut node.value {
        Value::String(text) if text.contains("&{") => *text = text.replace("&{", "${"),
        Value::Array(items) => items.iter_mut().for_each(variables),
        _ => {}
    }
}

/// A statement of an overriding document replaces the one with the same Sid.
fn replace(statements: &mut Vec<Node>, statement: Node) {
    let sid = statement.get("Sid").and_then(Node::as_str).filter(|sid| !sid.is_empty());
    let same = |known: &&mut Node| sid.is_some() && known.get("Sid").and_then(Node::as_str) == sid;
    match statements.iter_mut().find(same) {
        Some(known) => *known = statement,
        None => statements.push(statement),
    }
}
