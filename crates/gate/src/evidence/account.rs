//! The parts of a bundle that an administrator reads: roles, policies, limits, units.

use super::fields::{self, Fields, Problems};
use rolecall_core::diagnosis::evidence::{
    ControlPolicies, Figure, Limits, ListedRole, Move, NamedPolicy, ReadRole, Readings,
};
use rolecall_iam::value::Node;

pub(super) fn readings(node: &Node, problems: &mut Problems) -> Option<Readings> {
    let known = ["roles", "role", "serviceControl", "resourceControl", "limits", "units", "moved"];
    let fields = Fields::new(node, "`readings`", &known, problems)?;
    let levels = |node: &Node, problems: &mut Problems| fields::list(node, problems, level);
    Some(Readings {
        roles: fields.seen("roles", |node, problems| fields::list(node, problems, listed_role), problems),
        role: fields.seen("role", role, problems),
        service_control: fields.seen("serviceControl", levels, problems),
        resource_control: fields.seen("resourceControl", levels, problems),
        limits: fields.optional("limits", limits, problems).unwrap_or_default(),
        units: fields.seen("units", fields::texts, problems),
        moved: fields.seen("moved", moved, problems),
    })
}

fn listed_role(node: &Node, problems: &mut Problems) -> Option<ListedRole> {
    let fields = Fields::new(node, "an entry of `roles`", &["name", "path"], problems)?;
    let (name, path) =
        (fields.required("name", fields::text, problems), fields.required("path", fields::text, problems));
    Some(ListedRole { name: name?, path: path? })
}

pub(super) fn role(node: &Node, problems: &mut Problems) -> Option<ReadRole> {
    let known = ["name", "path", "changed", "trust", "inline", "managed", "boundary"];
    let fields = Fields::new(node, "the role", &known, problems)?;
    let (name, path) =
        (fields.required("name", fields::text, problems), fields.required("path", fields::text, problems));
    let policies = |node: &Node, problems: &mut Problems| fields::list(node, problems, named_policy);
    let changed = fields.seen("changed", fields::time, problems);
    let trust = fields.seen("trust", fields::policy, problems);
    let inline = fields.seen("inline", policies, problems);
    let managed = fields.seen("managed", policies, problems);
    let boundary = fields.seen("boundary", named_policy, problems);
    Some(ReadRole { name: name?, path: path?, changed, trust, inline, managed, boundary })
}

fn named_policy(node: &Node, problems: &mut Problems) -> Option<NamedPolicy> {
    let fields = Fields::new(node, "a policy", &["name", "document"], problems)?;
    let (name, text) =
        (fields.required("name", fields::text, problems), fields.required("document", fields::policy, problems));
    Some(NamedPolicy { name: name?, text: text? })
}

fn level(node: &Node, problems: &mut Problems) -> Option<ControlPolicies> {
    let fields = Fields::new(node, "a level of control policies", &["target", "policies"], problems)?;
    let target = fields.required("target", fields::text, problems);
    let policies = fields.required("policies", |node, problems| fields::list(node, problems, named_policy), problems);
    Some(ControlPolicies { target: target?, policies: policies? })
}

fn limits(node: &Node, problems: &mut Problems) -> Option<Limits> {
    let fields = Fields::new(node, "`limits`", &["roles", "inlineCharacters", "trustCharacters"], problems)?;
    Some(Limits {
        roles: fields.seen("roles", figure, problems),
        inline_characters: fields.seen("inlineCharacters", figure, problems),
        trust_characters: fields.seen("trustCharacters", figure, problems),
    })
}

fn figure(node: &Node, problems: &mut Problems) -> Option<Figure> {
    let fields = Fields::new(node, "a limit", &["used", "limit"], problems)?;
    let (used, limit) =
        (fields.required("used", fields::number, problems), fields.required("limit", fields::number, problems));
    Some(Figure { used: used?, limit: limit? })
}

fn moved(node: &Node, problems: &mut Problems) -> Option<Move> {
    let fields = Fields::new(node, "`moved`", &["at", "from", "to"], problems)?;
    let at = fields.required("at", fields::time, problems);
    let (from, to) = (fields.required("from", fields::texts, problems), fields.required("to", fields::texts, problems));
    Some(Move { at: at?, from: from?, to: to? })
}
