//! Statements that let an AWS service act, and the condition keys that say for whom it must act.
//! Source: IAM user guide, `confused-deputy`, "Cross-service confused deputy prevention".

use super::condition_facts::restricted_by;
use rolecall_iam::document::{Effect, Statement};
use rolecall_iam::principal::Principal;
use rolecall_iam::span::Span;

/// Keys that say for which resource, account or organization a service acts.
pub(super) const SOURCE_KEYS: &[&str] =
    &["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"];

/// Keys that are used for the same purpose and that AWS advises against: the caller chooses the first one, and the
/// second one is of Amazon SNS alone.
pub(super) const WEAK_SOURCE_KEYS: &[&str] = &["aws:Referer", "aws:SourceOwner"];

/// The services that an `Allow` statement lets act, when it restricts none of these keys; with their places.
pub(super) fn open_to<'s>(statement: &'s Statement, keys: &[&[&str]]) -> impl Iterator<Item = (Span, &'s str)> {
    let restricted = keys.iter().any(|keys| restricted_by(statement, keys));
    let open = statement.effect.value == Effect::Allow && !restricted;
    let principals = statement.principals.as_ref().filter(|principals| open && !principals.negated);
    principals.into_iter().flat_map(|principals| &principals.values).filter_map(|value| match &value.value {
        Principal::Service(service) => Some((value.span, service.as_str())),
        _ => None,
    })
}
