//! Lays HCL out as `terraform fmt` does: two spaces, `=` aligned over consecutive lines, one element a line.
//! Expressions are the HCL library's; this knows line breaks and columns, and how a string is quoted.
//!
//! Strings are quoted here, because `hcl-rs` 0.20 overlooks the second of two template markers that stand close
//! together: it writes `$%{` as it is, which Terraform reads as a directive, and a second `$${` too, which becomes `${`.
//! Sources: Terraform documentation, "Style Conventions"; HCL native syntax specification, "Template Literals"; both
//! held against Terraform 1.11. Terraform normalizes strings to NFC: a decomposed character arrives composed.

use super::RenderError;
use hcl::expr::{Conditional, Expression, FuncCall, ObjectKey};
use hcl::structure::{Attribute, Block, Structure};
use std::fmt::Write;

/// A block at the top of a file, with the comment above it: empty, or whole lines that begin with `#`.
pub(super) struct Section {
    pub(super) comment: &'static str,
    pub(super) block: Block,
}

/// The text of a file: its header, then the sections, an empty line before each.
pub(super) fn document(header: String, sections: &[Section]) -> Result<String, RenderError> {
    let mut text = header;
    for section in sections {
        text.push('\n');
        text.push_str(section.comment);
        for line in block(&section.block)? {
            text.push_str(&line);
            text.push('\n');
        }
    }
    Ok(text)
}

fn block(block: &Block) -> Result<Vec<String>, RenderError> {
    let mut head = block.identifier.to_string();
    for label in &block.labels {
        head.push(' ');
        head.push_str(&quoted(label.as_str()));
    }
    let mut pairs = Vec::new();
    let mut nested = Vec::new();
    for structure in &block.body {
        match structure {
            Structure::Attribute(Attribute { key, expr }) => pairs.push((key.to_string(), lines(expr)?)),
            Structure::Block(inner) => nested.push(self::block(inner)?),
        }
    }
    let mut inside = aligned(&pairs);
    for inner in nested {
        if !inside.is_empty() {
            inside.push(String::new());
        }
        inside.extend(inner);
    }
    Ok(enclosed(&format!("{head} {{"), inside, "}"))
}

/// The lines of a value; the first one stands behind the `=`.
fn lines(expression: &Expression) -> Result<Vec<String>, RenderError> {
    match expression {
        Expression::Object(object) if !object.is_empty() => {
            let mut pairs = Vec::new();
            for (key, value) in object {
                pairs.push((object_key(key)?, lines(value)?));
            }
            Ok(enclosed("{", aligned(&pairs), "}"))
        }
        Expression::Array(items) if !items.is_empty() => {
            let mut inside = Vec::new();
            for item in items {
                let mut item = lines(item)?;
                if let Some(last) = item.last_mut() {
                    last.push(',');
                }
                inside.extend(item);
            }
            Ok(enclosed("[", inside, "]"))
        }
        Expression::FuncCall(call) => function_call(call),
        _ => Ok(vec![leaf(expression)?]),
    }
}

/// A call with one argument may hold a value of several lines: `jsonencode({`. Others stand on one line.
fn function_call(call: &FuncCall) -> Result<Vec<String>, RenderError> {
    let [argument] = call.args.as_slice() else {
        let arguments = call.args.iter().map(leaf).collect::<Result<Vec<_>, _>>()?;
        return Ok(vec![format!("{}({})", call.name, arguments.join(", "))]);
    };
    let mut argument = lines(argument)?;
    if let Some(first) = argument.first_mut() {
        first.insert_str(0, &format!("{}(", call.name));
    }
    if let Some(last) = argument.last_mut() {
        last.push(')');
    }
    Ok(argument)
}

fn object_key(key: &ObjectKey) -> Result<String, RenderError> {
    match key {
        ObjectKey::Identifier(name) => Ok(name.to_string()),
        ObjectKey::Expression(expression) => leaf(expression),
        _ => Err(RenderError::Serializer { format: "HCL", reason: String::from("unknown kind of object key") }),
    }
}

/// `key = value` lines. `terraform fmt` aligns the `=` of consecutive lines, and leaves out those that open a value of
/// several lines; they also end the run. Columns are counted in characters.
fn aligned(pairs: &[(String, Vec<String>)]) -> Vec<String> {
    let mut all = Vec::new();
    for run in pairs.chunk_by(|left, right| left.1.len() == 1 && right.1.len() == 1) {
        let width = run.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
        for (key, value) in run {
            let mut value = value.iter();
            let first = value.next().map_or("", String::as_str);
            all.push(format!("{key:width$} = {first}"));
            all.extend(value.cloned());
        }
    }
    all
}

fn enclosed(open: &str, inside: Vec<String>, close: &str) -> Vec<String> {
    if inside.is_empty() {
        return vec![[open, close].concat()];
    }
    let mut all = vec![open.to_owned()];
    all.extend(inside.into_iter().map(|line| if line.is_empty() { line } else { format!("  {line}") }));
    all.push(close.to_owned());
    all
}

/// A value on one line.
fn leaf(expression: &Expression) -> Result<String, RenderError> {
    match expression {
        Expression::String(text) => Ok(quoted(text)),
        Expression::Conditional(conditional) => {
            let Conditional { cond_expr, true_expr, false_expr } = conditional.as_ref();
            Ok(format!("{} ? {} : {}", leaf(cond_expr)?, leaf(true_expr)?, leaf(false_expr)?))
        }
        _ => hcl::format::to_string(expression)
            .map_err(|error| RenderError::Serializer { format: "HCL", reason: error.to_string() }),
    }
}

/// A quoted string in which nothing is a template: `$` and `%` are doubled where `{` follows.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '$' | '%' if characters.peek() == Some(&'{') => quoted.extend([character, character]),
            control if control.is_control() || control == '\u{FEFF}' => {
                // Writing to a String cannot fail.
                let _ = write!(quoted, "\\u{:04x}", control as u32);
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
