//! Finds the place of a fact in the bundle: `checks[2]`, `readings.role.trust`. What is not there has the place of the
//! nearest thing around it.

use rolecall_iam::span::Span;
use rolecall_iam::value::Node;

/// Where a fact's place stands in a bundle.
pub fn place_in(root: &Node, place: &str) -> Span {
    let mut node = root;
    let mut span = root.span;
    for part in place.split('.') {
        let (key, rest) = part.split_once('[').unwrap_or((part, ""));
        let Some(member) = node.as_object().and_then(|members| members.iter().find(|member| member.key.value == key))
        else {
            break;
        };
        node = &member.value;
        span = if node.as_object().is_some() || node.as_array().is_some() { member.key.span } else { node.span };
        if let Some(index) = rest.trim_end_matches(']').parse::<usize>().ok().filter(|_| !rest.is_empty()) {
            let Some(item) = node.as_array().and_then(|items| items.get(index)) else { break };
            node = item;
            span = item.span;
        }
    }
    span
}
