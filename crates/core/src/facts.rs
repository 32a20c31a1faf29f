//! What the catalogue knows of a request: the facts that the evaluator takes, and remarks for the person who asked.
//! The evaluator itself never looks into the catalogue, so that refreshed data cannot change a decision unseen.

use rolecall_iam::evaluate::{ActionFacts, Request, resource_matches};
use rolecall_iam_catalog::{Action, Service, action_named, nearest_action, service};

/// The facts of an action `service:Name`, in any case. Of an action that the catalogue does not have, only what is known
/// of its service.
pub fn facts_of(action: &str) -> ActionFacts {
    let prefix = action.split_once(':').map_or("", |(prefix, _)| prefix);
    ActionFacts {
        takes_resource: action_named(action).map(|action| !action.takes_no_resource()),
        rcp_applies: service(prefix).map(Service::supports_rcp),
    }
}

/// What a strict reader would say of a request before deciding it: an unknown action, a resource that the action does not
/// take. The remarks do not change the decision beyond what [`facts_of`] does.
pub fn remarks(request: &Request) -> Vec<String> {
    let Some(action) = action_named(request.action()) else {
        let near =
            nearest_action(request.action()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        return vec![format!("the catalogue has no action `{}`{near}", request.action())];
    };
    let resource = request.resource();
    if action.takes_no_resource() {
        if resource == "*" {
            return Vec::new();
        }
        return vec![format!("`{action}` takes no resource: it was decided as a request for `*`")];
    }
    if resource == "*" || takes(action, resource) {
        return Vec::new();
    }
    let types: Vec<_> =
        action.resource_types().map(|of_action| format!("`{}`", of_action.resource_type().key())).collect();
    vec![format!("`{resource}` is no resource that `{action}` takes: {}", types.join(", "))]
}

/// Whether a resource has the form of a type that the action takes.
fn takes(action: Action, resource: &str) -> bool {
    let mut patterns = action.resource_types().flat_map(|of_action| of_action.resource_type().arn_patterns());
    patterns.any(|pattern| resource_matches(&without_placeholders(pattern), resource))
}

/// `arn:${Partition}:s3:::${BucketName}/${ObjectName}` as a pattern with `*` for what is variable.
fn without_placeholders(pattern: &str) -> String {
    let mut text = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, behind)) = rest.split_once("${") {
        text.push_str(before);
        text.push('*');
        rest = behind.split_once('}').map_or("", |(_, rest)| rest);
    }
    text + rest
}

#[cfg(test)]
mod tests;
