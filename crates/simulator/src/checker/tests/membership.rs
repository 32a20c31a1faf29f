//! Departures and conflicts.

use super::story::{RIGHT, Story};
use crate::account::AccountState;
use crate::checker::Property;
use crate::trace::{Deactivation, VendorEvent};
use rolecall_core::access_check::Verdict;

#[test]
fn only_who_left_departs() {
    let departs = |leaves: bool| {
        let mut story = Story::begin();
        story.member(5, 1);
        if leaves {
            story.leave(5, 1);
        }
        story.tick(1).unlisted(5, 1).listing(1, true);
        story.deactivated(5, 1, Deactivation::Departed).departed(5, 1);
        story
    };
    departs(true).holds();
    departs(false).violates(&[Property::Departure]);
}

#[test]
fn a_partial_listing_makes_nobody_depart() {
    let mut story = Story::begin();
    story.member(5, 1).leave(5, 1).tick(1);
    story.clone().listing(1, false).holds();
    story.unlisted(5, 1).listing(1, false).deactivated(5, 1, Deactivation::Departed).departed(5, 1);
    story.violates(&[Property::Departure]);
}

#[test]
fn an_account_may_leave_and_be_back_before_the_listing_is_over() {
    let mut story = Story::begin();
    story.member(5, 1).tick(1).leave(5, 1).seconds(5).join(5, 1).seconds(5).unlisted(5, 1).listing(1, true);
    story.deactivated(5, 1, Deactivation::Departed).departed(5, 1).holds();
    // Two listings later that explains nothing any more.
    let mut story = Story::begin();
    story.member(5, 1).leave(5, 1).seconds(5).join(5, 1).tick(1).listing(1, true).tick(1).listing(1, true);
    story.tick(1).unlisted(5, 1).listing(1, true).deactivated(5, 1, Deactivation::Departed).departed(5, 1);
    story.violates(&[Property::Departure]);
}

#[test]
fn an_account_moves_between_organizations_of_one_customer() {
    let mut story = Story::begin();
    story.member(5, 1).leave(5, 1).join(5, 2).tick(2).listed(5, 2, AccountState::Active);
    let mut both = story.clone();
    story.deactivated(5, 1, Deactivation::Moved).departed(5, 1).probes(5, 2, RIGHT);
    story.checked(5, 2, Verdict::Validated).activated(5, 2).holds();
    both.probes(5, 2, RIGHT).checked(5, 2, Verdict::Validated).activated(5, 2);
    both.violates(&[Property::TwoTenants]);
}

/// Organization 3 of another tenant lists the account that organization 1 serves.
fn claimed() -> Story {
    let mut story = Story::begin();
    story.member(5, 1).leave(5, 1).join(5, 3).tick(3).listed(5, 3, AccountState::Active).conflict(5, 3);
    story
}

#[test]
fn who_is_claimed_twice_is_served_for_nobody() {
    claimed().violates(&[Property::StaysActive]);
    let mut story = claimed();
    story.deactivated(5, 1, Deactivation::Conflict).listing(3, true).holds();
    let mut served = story.clone();
    served.probes(5, 3, RIGHT).checked(5, 3, Verdict::Validated).activated(5, 3);
    served.violates(&[Property::TwoTenants, Property::StaysActive]);
    // Its holder lets go.
    story.tick(1).unlisted(5, 1).listing(1, true).departed(5, 1).cleared(5, 3);
    story.tick(3).probes(5, 3, RIGHT).checked(5, 3, Verdict::Validated).activated(5, 3).holds();
}

#[test]
fn a_conflict_that_nobody_raised_is_one_all_the_same() {
    let mut story = Story::begin();
    story.join(5, 1).tick(1).listed(5, 1, AccountState::Active).listed(5, 3, AccountState::Active);
    story.probes(5, 1, RIGHT).checked(5, 1, Verdict::Validated).activated(5, 1);
    story.violates(&[Property::TwoTenants]);
}

#[test]
fn a_claim_that_is_taken_back_leaves_the_account_to_its_holder() {
    let mut story = claimed();
    story.deactivated(5, 1, Deactivation::Conflict).listing(3, true);
    story.leave(5, 3).join(5, 1).tick(3).unlisted(5, 3).listing(3, true).cleared(5, 3);
    story.tick(1).probes(5, 1, RIGHT).checked(5, 1, Verdict::Validated).activated(5, 1).holds();
}

#[test]
fn somebody_may_decide_whose_an_account_is() {
    let mut story = claimed();
    story.deactivated(5, 1, Deactivation::Conflict).listing(3, true).seconds(5);
    let decided = |o| VendorEvent::ConflictSettled { organization: super::story::organization(o) };
    // For the claimant: the holder must let go.
    let mut claimant = story.clone();
    claimant.of(5, decided(3)).departed(5, 1).cleared(5, 3).probes(5, 3, RIGHT).checked(5, 3, Verdict::Validated);
    claimant.activated(5, 3).holds();
    // For the holder, although the other one still lists it. Without a decision that is no end of a conflict.
    let mut undecided = story.clone();
    undecided.cleared(5, 3).probes(5, 1, RIGHT).checked(5, 1, Verdict::Validated).activated(5, 1);
    undecided.violates(&[Property::TwoTenants]);
    story.of(5, decided(1)).cleared(5, 3).probes(5, 1, RIGHT);
    story.checked(5, 1, Verdict::Validated).activated(5, 1).holds();
}

/// Somebody decides that an account departs that was a member all the time.
#[test]
fn a_decision_lets_an_account_depart() {
    for decided in [true, false] {
        let mut story = Story::begin();
        story.member(5, 1).tick(3).listed(5, 3, AccountState::Active).conflict(5, 3);
        story.deactivated(5, 1, Deactivation::Conflict).listing(3, true).seconds(5);
        if decided {
            story.of(5, VendorEvent::ConflictSettled { organization: super::story::organization(3) });
        }
        story.departed(5, 1).cleared(5, 3);
        if decided { story.holds() } else { story.violates(&[Property::Departure]) }
    }
}

#[test]
fn a_departure_is_noticed() {
    let mut story = Story::begin();
    story.member(5, 1).leave(5, 1).wait(1);
    story.world(super::story::management(1), crate::trace::Event::Truth { opens: true });
    story.tick(1).listing(1, true);
    story.clone().holds();
    story.tick(1).listing(1, true);
    story.clone().violates(&[Property::DepartureIsNoticed]);
    story.unlisted(5, 1).deactivated(5, 1, Deactivation::Departed).departed(5, 1).holds();
    story.organization(1, VendorEvent::Tick(9)).holds();
}
