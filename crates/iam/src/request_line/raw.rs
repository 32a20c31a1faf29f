//! The members of a line as pieces of its text: what is plain is taken as it stands, the rest is read when it is asked for.
//! Anything out of the ordinary is an error here, whatever it is: then the line has to be read as a tree.

use super::{LineError, Member, Members, scalar};
use crate::document::{MAX_DOCUMENT_BYTES, print};
use crate::evaluate::Context;
use crate::json;
use crate::json::members::{self, RawMember, RawValue};
use crate::span::FileId;
use crate::value::{Node, Value};
use std::borrow::Cow;

/// A line as text, by member.
pub(super) struct Raw<'t> {
    values: [Option<RawValue<'t>>; Member::ALL.len()],
}

/// What every error here is: nobody reads it.
const OUT_OF_THE_ORDINARY: LineError = LineError::Unknown(String::new());

/// Keys of the context that room is made for at once: those that follow from the principal, and some of the request.
const USUAL_KEYS: usize = 12;

impl<'t> Raw<'t> {
    /// Splits a line; `None` when anything is out of the ordinary.
    pub(super) fn split(text: &'t str) -> Option<Self> {
        if text.len() > MAX_DOCUMENT_BYTES {
            return None;
        }
        let mut line = Self { values: [None; Member::ALL.len()] };
        members::split(text, |RawMember { key, value }| {
            let member = Member::named(key)?;
            if is_never_asked_for(member) {
                is_sound(value).then_some(())?;
            }
            // A key that is written twice is an error.
            let slot = line.values.get_mut(member as usize)?;
            if slot.replace(value).is_some() { None } else { Some(()) }
        })?;
        Some(line)
    }

    /// The policies as text, in the order of [`Member`].
    pub(super) fn policies(&self) -> impl Iterator<Item = (Member, &'t str)> {
        let holds_policies = |member: &&Member| {
            matches!(
                member,
                Member::IdentityPolicies
                    | Member::ResourcePolicy
                    | Member::PermissionsBoundary
                    | Member::SessionPolicies
                    | Member::ServiceControlPolicies
                    | Member::ResourceControlPolicies
                    | Member::VpcEndpointPolicies
            )
        };
        let members = Member::ALL.iter().filter(holds_policies);
        members.filter_map(|member| Some((*member, self.get(*member)?.text)))
    }

    fn get(&self, member: Member) -> Option<RawValue<'t>> {
        self.values.get(member as usize).copied().flatten().filter(|value| value.text != "null")
    }
}

/// Members that a line may have and that decide nothing: they are looked at when the line is split, or never.
const fn is_never_asked_for(member: Member) -> bool {
    matches!(member, Member::Expect | Member::Name | Member::Item | Member::Direction | Member::Source)
}

fn is_sound(value: RawValue<'_>) -> bool {
    value.as_plain_string().is_some() || value.as_number_or_flag().is_some() || read(value, 1).is_ok()
}

/// Reads a value that stands inside `depth` others.
fn read(value: RawValue<'_>, depth: usize) -> Result<Node, LineError> {
    let read = json::read_nested(FileId(0), value.text, value.offset, depth);
    read.node.filter(|_| read.problems.is_empty()).ok_or(OUT_OF_THE_ORDINARY)
}

impl Members for Raw<'_> {
    fn id(&self) -> Result<String, LineError> {
        let Some(value) = self.get(Member::Id) else { return Ok(String::from("null")) };
        match value.as_number_or_flag() {
            Some(text) => Ok(text.to_owned()),
            None => read(value, 1).map(|node| print::node_to_json_compact(&node)),
        }
    }

    fn text(&self, member: Member) -> Result<Option<&str>, LineError> {
        let Some(value) = self.get(member) else { return Ok(None) };
        value.as_plain_string().map(Some).ok_or(OUT_OF_THE_ORDINARY)
    }

    fn node(&self, member: Member) -> Result<Option<Cow<'_, Node>>, LineError> {
        self.get(member).map(|value| read(value, 1).map(Cow::Owned)).transpose()
    }

    fn context(&self) -> Result<Context, LineError> {
        let mut context = Context::with_capacity(USUAL_KEYS);
        let Some(value) = self.get(Member::Context) else { return Ok(context) };
        let all = members::split(value.text, |member| add_key(&mut context, member, value.offset));
        all.map(|()| context).ok_or(OUT_OF_THE_ORDINARY)
    }
}

/// Adds a key to the context; `None` when it has it, for two spellings of one key have to be read in their order.
fn add_key(context: &mut Context, RawMember { key, value }: RawMember<'_>, offset: usize) -> Option<()> {
    if let Some(text) = value.as_plain_string().or_else(|| value.as_number_or_flag()) {
        return context.set_new(key, text);
    }
    let Value::Array(items) = read(value.inside(offset), 2).ok()?.value else { return None };
    context.set_new_multi(key, items.iter().map(scalar).collect::<Option<_>>()?)
}
