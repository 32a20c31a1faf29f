//! Operators of HCL on known values: comparison, logic, arithmetic of whole numbers.

use super::expression::{Evaluator, reason};
use super::module::In;
use crate::read::{same_value, unresolved};
use hcl_edit::expr::{BinaryOp, BinaryOperator, UnaryOp, UnaryOperator};
use rolecall_iam::span::{FileId, Span};
use rolecall_iam::value::{Node, Value};

impl<'a> Evaluator<'a> {
    pub(super) fn unary(&mut self, operation: &'a UnaryOp, file: FileId, at: Span) -> Node {
        let operand = In { file, node: &operation.expr };
        match *operation.operator.value() {
            UnaryOperator::Not => match self.truth(operand) {
                Ok(truth) => Node::new(Value::Bool(!truth), at),
                Err(reason) => unresolved(reason, at),
            },
            UnaryOperator::Neg => {
                let node = self.value(operand);
                match whole(&node).and_then(i64::checked_neg) {
                    Some(number) => Node::new(Value::Number(number.to_string()), at),
                    None => unresolved(reason(&node, "`-` takes a whole number here"), at),
                }
            }
        }
    }

    pub(super) fn binary(&mut self, operation: &'a BinaryOp, file: FileId, at: Span) -> Node {
        let (left, right) = (In { file, node: &operation.lhs_expr }, In { file, node: &operation.rhs_expr });
        let operator = *operation.operator.value();
        if let BinaryOperator::And | BinaryOperator::Or = operator {
            let decisive = operator == BinaryOperator::Or;
            return match (self.truth(left), self.truth(right)) {
                (Ok(truth), _) | (_, Ok(truth)) if truth == decisive => Node::new(Value::Bool(decisive), at),
                (Ok(_), Ok(_)) => Node::new(Value::Bool(!decisive), at),
                (Err(reason), _) | (_, Err(reason)) => unresolved(reason, at),
            };
        }
        let (left, right) = (self.value(left), self.value(right));
        if let Some(unknown) = left.unresolved().or_else(|| right.unresolved()) {
            return unresolved(unknown.value, at);
        }
        match operator {
            BinaryOperator::Eq => Node::new(Value::Bool(same_value(&left, &right)), at),
            BinaryOperator::NotEq => Node::new(Value::Bool(!same_value(&left, &right)), at),
            _ => arithmetic(operator, &left, &right)
                .map_or_else(|| unresolved("this arithmetic is not evaluated", at), |value| Node::new(value, at)),
        }
    }
}

fn arithmetic(operator: BinaryOperator, left: &Node, right: &Node) -> Option<Value> {
    let (left, right) = (whole(left)?, whole(right)?);
    let number = |result: Option<i64>| result.map(|number| Value::Number(number.to_string()));
    match operator {
        BinaryOperator::Plus => number(left.checked_add(right)),
        BinaryOperator::Minus => number(left.checked_sub(right)),
        BinaryOperator::Mul => number(left.checked_mul(right)),
        BinaryOperator::Div if right != 0 && left % right == 0 => number(left.checked_div(right)),
        BinaryOperator::Mod => number(left.checked_rem(right)),
        BinaryOperator::Less => Some(Value::Bool(left < right)),
        BinaryOperator::LessEq => Some(Value::Bool(left <= right)),
        BinaryOperator::Greater => Some(Value::Bool(left > right)),
        BinaryOperator::GreaterEq => Some(Value::Bool(left >= right)),
        _ => None,
    }
}

/// A whole number, also when it is written as a string: Terraform converts.
pub(super) fn whole(node: &Node) -> Option<i64> {
    match &node.value {
        Value::Number(text) | Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
