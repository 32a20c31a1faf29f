//! The members of a line that was read into a tree: the plain way, which can say what is wrong.

use super::{LineError, Member, Members, scalar, wrong_type};
use crate::document::print;
use crate::evaluate::Context;
use crate::value::{Node, Value};
use std::borrow::Cow;

/// A line as a tree; without unknown members.
pub(super) struct Tree<'n> {
    root: &'n Node,
}

impl<'n> Tree<'n> {
    /// # Errors
    /// When the line is no object, or has a member that no line has.
    pub(super) fn new(root: &'n Node) -> Result<Self, LineError> {
        let members = root.as_object().ok_or_else(|| wrong_type("(line)", root, "an object"))?;
        match members.iter().find(|member| Member::named(&member.key.value).is_none()) {
            Some(unknown) => Err(LineError::Unknown(unknown.key.value.clone())),
            None => Ok(Self { root }),
        }
    }

    fn get(&self, member: Member) -> Option<&'n Node> {
        self.root.get(member.name()).filter(|node| node.value != Value::Null)
    }
}

impl Members for Tree<'_> {
    fn id(&self) -> Result<String, LineError> {
        Ok(self.get(Member::Id).map_or_else(|| String::from("null"), print::node_to_json_compact))
    }

    fn text(&self, member: Member) -> Result<Option<&str>, LineError> {
        match self.get(member) {
            None => Ok(None),
            Some(node) => node.as_str().map(Some).ok_or_else(|| wrong_type(member.name(), node, "a string")),
        }
    }

    fn node(&self, member: Member) -> Result<Option<Cow<'_, Node>>, LineError> {
        Ok(self.get(member).map(Cow::Borrowed))
    }

    fn context(&self) -> Result<Context, LineError> {
        let mut context = Context::new();
        let Some(node) = self.get(Member::Context) else { return Ok(context) };
        for member in node.as_object().ok_or_else(|| wrong_type("context", node, "an object"))? {
            let key = &member.key.value;
            let expected = "a string, a number, a boolean, null or a list of them";
            let wrong = || wrong_type(&format!("context.{key}"), &member.value, expected);
            match &member.value.value {
                Value::Null => {}
                Value::Array(items) => {
                    let values: Option<Vec<_>> = items.iter().map(scalar).collect();
                    context.set_multi(key, values.ok_or_else(wrong)?);
                }
                _ => context.set(key, scalar(&member.value).ok_or_else(wrong)?),
            }
        }
        Ok(context)
    }
}
