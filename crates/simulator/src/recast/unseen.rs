//! What a bundle does not show and a scenario has all the same: it is assumed right, and said.

use rolecall_core::diagnosis::Evidence;
use rolecall_core::diagnosis::evidence::{Limits, Listing, ReadRole, Readings, SeenSet};

/// The parts of which no word stands anywhere else in what is written, in the words of the comment.
pub(super) fn unseen(evidence: &Evidence) -> Vec<&'static str> {
    let mut unseen = Vec::new();
    let mut note = |looked: bool, part: &'static str| {
        if !looked && !unseen.contains(&part) {
            unseen.push(part);
        }
    };
    let Listing { end, entry, earlier_organization, features, .. } = &evidence.listing;
    note(end.is_looked() || entry.is_looked(), "the listing of accounts");
    note(earlier_organization.is_looked(), "the organization before this one");
    note(features.is_looked(), "the organization's features");
    note(evidence.bindings.own_id.is_looked(), "the account's own external ID");
    let Readings { role, limits, units, moved, .. } = &evidence.readings;
    if let Some(ReadRole { trust, inline, managed, boundary, .. }) = role.present() {
        note(trust.is_looked(), "the trust");
        note(inline.is_looked(), "inline policies");
        note(managed.is_looked(), "managed policies");
        note(boundary.is_looked(), "the permissions boundary");
    }
    let Limits { roles, inline_characters, trust_characters } = limits;
    note(roles.is_looked() && inline_characters.is_looked() && trust_characters.is_looked(), "quotas");
    note(units.is_looked(), "the account's unit");
    note(moved.is_looked(), "moves between units");
    for SeenSet { retain_stacks, units, regions, .. } in evidence.stack_sets.present().into_iter().flatten() {
        note(units.is_looked(), "targets of a stack set");
        note(regions.is_looked(), "Regions of a stack set");
        note(retain_stacks.is_looked(), "whether a stack set retains stacks");
    }
    unseen
}
