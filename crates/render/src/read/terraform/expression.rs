//! Evaluates HCL expressions to nodes with the spans of their tokens.
//! What Terraform learns only at apply is unresolved, with the reason.

use super::module::{In, Module, span};
use crate::read::embedded::Strings;
use crate::read::quoted::Syntax;
use crate::read::unresolved;
use hcl_edit::expr::{Array, Conditional, Expression, ForExpr, Object, ObjectKey};
use rolecall_iam::problem::Problem;
use rolecall_iam::span::{FileId, Span, Spanned};
use rolecall_iam::value::{Member, Node, Value};
use std::collections::BTreeMap;

/// Expressions evaluated for one module, and elements made: repeated expansion ends here.
const MAX_STEPS: usize = 100_000;
/// Depth of references through locals and variables together with nesting.
const MAX_DEPTH: usize = 150;

/// The state of evaluating one module for one account.
pub(super) struct Evaluator<'a> {
    pub(super) module: &'a Module<'a>,
    pub(super) strings: Strings<'a>,
    pub(super) problems: Vec<Problem>,
    /// Places where a resource is named, with its address.
    pub(super) references: BTreeMap<Span, String>,
    /// Names under evaluation, to notice circles.
    pub(super) active: Vec<String>,
    /// Locals and variables that are evaluated already.
    pub(super) known: BTreeMap<String, Node>,
    /// Variables of `for`, `each` and `count`, the innermost last.
    pub(super) scope: Vec<(String, Node)>,
    steps: usize,
    depth: usize,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(module: &'a Module<'a>) -> Self {
        Self {
            module,
            strings: Strings::new(module.sources, Syntax::Hcl),
            problems: Vec::new(),
            references: BTreeMap::new(),
            active: Vec::new(),
            known: BTreeMap::new(),
            scope: Vec::new(),
            steps: 0,
            depth: 0,
        }
    }

    /// Takes `cost` steps; `false` when the budget is used up.
    pub(super) fn spend(&mut self, cost: usize) -> bool {
        self.steps = self.steps.saturating_add(cost);
        self.steps <= MAX_STEPS
    }

    /// The value of an expression.
    pub(super) fn value(&mut self, expression: In<'a, Expression>) -> Node {
        let at = span(expression.node, expression.file);
        if self.depth > MAX_DEPTH || !self.spend(1) {
            return unresolved("the module is too large or nested too deep to be evaluated", at);
        }
        self.depth += 1;
        let node = self.value_within(expression, at);
        self.depth -= 1;
        node
    }

    fn value_within(&mut self, expression: In<'a, Expression>, at: Span) -> Node {
        let file = expression.file;
        match expression.node {
            Expression::Null(_) => Node::new(Value::Null, at),
            Expression::Bool(value) => Node::new(Value::Bool(*value.value()), at),
            Expression::Number(number) => Node::new(Value::Number(number.value().to_string()), at),
            Expression::String(text) => Node::string(text.value().as_str(), at),
            Expression::Array(array) => self.array(array, file, at),
            Expression::Object(object) => self.object(object, file, at),
            Expression::StringTemplate(template) => self.quoted_template(template, file, at),
            Expression::HeredocTemplate(heredoc) => self.heredoc(heredoc, file, at),
            Expression::Parenthesis(inner) => self.value(In { file, node: inner.inner() }),
            Expression::Variable(name) => match self.scoped(name.as_str()) {
                Some(node) => node,
                None => unresolved(format!("`{}` is no value", name.as_str()), at),
            },
            Expression::Conditional(conditional) => self.conditional(conditional, file, at),
            Expression::FuncCall(call) => self.call(call, file, at),
            Expression::Traversal(traversal) => self.traversal(traversal, file, at),
            Expression::UnaryOp(operation) => self.unary(operation, file, at),
            Expression::BinaryOp(operation) => self.binary(operation, file, at),
            Expression::ForExpr(each) => self.for_each(each, file, at),
        }
    }

    pub(super) fn scoped(&self, name: &str) -> Option<Node> {
        self.scope.iter().rev().find(|(known, _)| known == name).map(|(_, node)| node.clone())
    }

    fn array(&mut self, array: &'a Array, file: FileId, at: Span) -> Node {
        let items = array.iter().map(|item| self.value(In { file, node: item })).collect();
        Node::new(Value::Array(items), at)
    }

    fn object(&mut self, object: &'a Object, file: FileId, at: Span) -> Node {
        let mut members: Vec<Member> = Vec::new();
        for (key, value) in object {
            let key_span = span(key, file);
            let name = match key {
                ObjectKey::Ident(name) => name.as_str().to_owned(),
                ObjectKey::Expression(key) => {
                    let key = self.value(In { file, node: key });
                    match crate::read::scalar_text(&key) {
                        Some(text) => text.to_owned(),
                        None => return unresolved("a key of the object is not known", key_span),
                    }
                }
            };
            if let Some(first) = members.iter().find(|member| member.key.value == name) {
                let help = "Terraform takes the last of the two: keep one";
                let message = format!("the key `{name}` is written twice");
                let problem = Problem::error("duplicate-key", key_span, message, help);
                self.problems.push(problem.with_related(first.key.span, "first written here"));
                members.retain(|member| member.key.value != name);
            }
            let value = self.value(In { file, node: value.expr() });
            members.push(Member { key: Spanned::new(name, key_span), value });
        }
        Node::new(Value::Object(members), at)
    }

    fn conditional(&mut self, conditional: &'a Conditional, file: FileId, at: Span) -> Node {
        match self.truth(In { file, node: &conditional.cond_expr }) {
            Ok(true) => self.value(In { file, node: &conditional.true_expr }),
            Ok(false) => self.value(In { file, node: &conditional.false_expr }),
            Err(reason) => unresolved(reason, at),
        }
    }

    /// A condition, or why it is not known.
    pub(super) fn truth(&mut self, expression: In<'a, Expression>) -> Result<bool, String> {
        let node = self.value(expression);
        match &node.value {
            Value::Bool(truth) => Ok(*truth),
            Value::String(text) if text == "true" => Ok(true),
            Value::String(text) if text == "false" => Ok(false),
            Value::Unresolved(reason) => Err(reason.clone()),
            _ => Err(format!("{} where a condition was expected", node.kind())),
        }
    }

    fn for_each(&mut self, each: &'a ForExpr, file: FileId, at: Span) -> Node {
        let collection = self.value(In { file, node: &each.intro.collection_expr });
        let Some(entries) = entries(&collection) else {
            return unresolved(reason(&collection, "`for` takes a list or map"), at);
        };
        if each.grouping || !self.spend(entries.len()) {
            return unresolved("this `for` is not evaluated", at);
        }
        let mut members = Vec::new();
        let mut items = Vec::new();
        for (key, value) in entries {
            let before = self.scope.len();
            if let Some(name) = &each.intro.key_var {
                self.scope.push((name.as_str().to_owned(), key));
            }
            self.scope.push((each.intro.value_var.as_str().to_owned(), value));
            let kept = each.cond.as_ref().map_or(Ok(true), |cond| self.truth(In { file, node: &cond.expr }));
            let value = self.value(In { file, node: &each.value_expr });
            let key = each.key_expr.as_ref().map(|key| self.value(In { file, node: key }));
            self.scope.truncate(before);
            match (kept, key) {
                (Ok(false), _) => {}
                (Err(reason), _) => return unresolved(reason, at),
                (Ok(true), None) => items.push(value),
                (Ok(true), Some(key)) => match key.as_str() {
                    Some(name) => members.push(Member { key: Spanned::new(name.to_owned(), key.span), value }),
                    None => return unresolved(reason(&key, "a key of `for` is no text"), at),
                },
            }
        }
        let value = if each.key_expr.is_some() { Value::Object(members) } else { Value::Array(items) };
        Node::new(value, at)
    }
}

/// Key and value of each element of a list, set or map.
pub(super) fn entries(collection: &Node) -> Option<Vec<(Node, Node)>> {
    match &collection.value {
        Value::Array(items) => {
            let pair =
                |(index, item): (usize, &Node)| (Node::new(Value::Number(index.to_string()), item.span), item.clone());
            Some(items.iter().enumerate().map(pair).collect())
        }
        Value::Object(members) => {
            let pair =
                |member: &Member| (Node::string(member.key.value.clone(), member.key.span), member.value.clone());
            Some(members.iter().map(pair).collect())
        }
        _ => None,
    }
}

/// Why a node is not the value that was needed.
pub(super) fn reason(node: &Node, otherwise: &str) -> String {
    match &node.value {
        Value::Unresolved(reason) => reason.clone(),
        _ => otherwise.to_owned(),
    }
}
