//! Who is served, and by which probes.

use super::story::{RIGHT, Story, management};
use crate::account::AccountState;
use crate::checker::Property;
use crate::trace::{Deactivation, Event, VendorEvent};
use rolecall_core::access_check::{Verdict, WrongKind, WrongKinds};

/// A member is listed, checked with these probes, and activated.
fn activated_by(letters: &str) -> Story {
    let mut story = Story::begin();
    story.join(5, 1).tick(1).listed(5, 1, AccountState::Active).probes(5, 1, letters);
    story.checked(5, 1, Verdict::Validated).activated(5, 1);
    story
}

#[test]
fn activation_needs_every_probe() {
    activated_by(RIGHT).holds();
    let verdict_and_activation = [Property::Verdict, Property::ActivationProbes];
    for letters in [
        "n- r- s- c- i+",
        "o- n- r- s- c- i+",
        "o+ r- s- c- i+",
        "o+ n+ r- s- c- i+",
        "o+ n- s- c- i+",
        "o+ n- r+ s- c- i+",
        "o+ n- r- c- i+",
        "o+ n- r- s- i+",
        "o+ n- r- s- c+ i+",
        "o+ n- r- s- ct i+",
        "o+ n- r- s- c-",
        "o+ n- r- s- c- ix",
    ] {
        activated_by(letters).violates(&verdict_and_activation);
    }
}

#[test]
fn an_id_without_letters_has_none_in_other_case() {
    let mut story = activated_by("o+ n- r- s- i+");
    story.rules.wrong_ids = WrongKinds::NONE.with(WrongKind::Random).with(WrongKind::Suffix);
    story.holds();
}

#[test]
fn denials_count_in_one_window() {
    for (seconds, holds) in [(60, true), (61, false)] {
        let mut story = Story::begin();
        story.join(5, 1).tick(1).listed(5, 1, AccountState::Active).probes(5, 1, "o+ n- r- s-").seconds(seconds);
        story.probe(5, 1, "c-").probe(5, 1, "i+").checked(5, 1, Verdict::Validated).activated(5, 1);
        if holds { story.holds() } else { story.violates(&[Property::Verdict, Property::ActivationProbes]) }
    }
}

#[test]
fn probes_of_two_checks_are_no_check() {
    let mut story = Story::begin();
    story.join(5, 1).tick(1).listed(5, 1, AccountState::Active).probes(5, 1, "o+ n- r-").probes(5, 1, "s- c- i+");
    story.checked(5, 1, Verdict::Validated).activated(5, 1);
    story.violates(&[Property::Verdict, Property::ActivationProbes]);
}

#[test]
fn activation_names_the_id_that_opened() {
    let mut story = Story::begin();
    let own = VendorEvent::IdBound { account: Some(super::story::account(5)), id: super::story::own_id(5) };
    story.organization(1, own).join(5, 1).tick(1).listed(5, 1, AccountState::Active);
    story.probes(5, 1, "o- a+ n- r- s- c- i+").checked(5, 1, Verdict::Validated).activated(5, 1);
    story.violates(&[Property::ActivationProbes]);
}

#[test]
fn activation_needs_the_listing() {
    let unlisted = |state: Option<AccountState>| {
        let mut story = Story::begin();
        story.join(5, 1).tick(1);
        if let Some(state) = state {
            story.listed(5, 1, state);
        }
        story.probes(5, 1, RIGHT).checked(5, 1, Verdict::Validated).activated(5, 1);
        story
    };
    let all = [Property::Verdict, Property::ActivationListing, Property::StaysActive];
    unlisted(None).violates(&all);
    unlisted(Some(AccountState::Suspended)).violates(&all);
    unlisted(Some(AccountState::Active)).holds();
}

#[test]
fn a_management_account_is_activated_when_the_listing_has_it() {
    let mut story = Story::begin();
    story.connect(4, 4, false).join(management(4), 4).tick(4);
    story.probes(management(4), 4, RIGHT).checked(management(4), 4, Verdict::Unknown).seconds(5);
    let mut unlisted = story.clone();
    story.listed(management(4), 4, AccountState::Active).activated(management(4), 4).listing(4, true).holds();
    unlisted.activated(management(4), 4);
    unlisted.violates(&[Property::ActivationListing, Property::StaysActive]);
}

#[test]
fn a_departed_account_is_not_activated() {
    let mut story = Story::begin();
    story.member(5, 1).leave(5, 1).tick(1).unlisted(5, 1).listing(1, true);
    story.deactivated(5, 1, Deactivation::Departed).departed(5, 1);
    story.holds();
    story.seconds(5).probes(5, 1, RIGHT).checked(5, 1, Verdict::Validated).activated(5, 1);
    story.violates(&[Property::Verdict, Property::ActivationListing, Property::StaysActive]);
}

#[test]
fn who_loses_access_is_served_no_more() {
    let mut story = Story::begin();
    story.member(5, 1).tick(1).fail(5, 1);
    let mut stays = story.clone();
    story.deactivated(5, 1, Deactivation::AccessLost).paused(5, 1).notified(5, 1, 1).holds();
    stays.paused(5, 1).notified(5, 1, 1);
    stays.violates(&[Property::StaysActive]);
}

#[test]
fn an_insecure_role_is_served_no_more() {
    let mut story = Story::begin();
    story.member(5, 1).tick(1).probes(5, 1, "o+ n+ r+ s+ c+ i+").checked(5, 1, Verdict::Insecure);
    let mut stays = story.clone();
    story.deactivated(5, 1, Deactivation::Insecure).paused(5, 1).notified(5, 1, 1).holds();
    stays.paused(5, 1);
    stays.violates(&[Property::StaysActive]);
}

#[test]
fn who_is_suspended_is_served_no_more() {
    let mut story = Story::begin();
    story.member(5, 1).world(5, Event::StateChanged(AccountState::Suspended)).tick(1);
    story.listed(5, 1, AccountState::Suspended);
    story.violates(&[Property::StaysActive]);
    story.deactivated(5, 1, Deactivation::State(AccountState::Suspended)).holds();
}

#[test]
fn deactivations_have_a_reason() {
    let story = |because| {
        let mut story = Story::begin();
        story.member(5, 1).tick(1).deactivated(5, 1, because);
        story
    };
    story(Deactivation::AccessLost).violates(&[Property::ServiceOrder]);
    story(Deactivation::State(AccountState::Closed)).violates(&[Property::ServiceOrder]);
    story(Deactivation::Conflict).violates(&[Property::ServiceOrder]);
    story(Deactivation::Unsubscribed).violates(&[Property::ServiceOrder]);
    // Throttling is no loss.
    let mut throttled = Story::begin();
    throttled.member(5, 1).tick(1).probes(5, 1, "ot").checked(5, 1, Verdict::Unknown);
    throttled.holds();
    throttled.deactivated(5, 1, Deactivation::AccessLost).violates(&[Property::ServiceOrder]);
}

#[test]
fn nobody_is_activated_or_deactivated_twice() {
    let mut story = Story::begin();
    story.member(5, 1).tick(1).probes(5, 1, RIGHT).checked(5, 1, Verdict::Validated);
    story.holds();
    story.clone().activated(5, 1).violates(&[Property::ServiceOrder]);
    let mut twice = Story::begin();
    twice.member(5, 1).tick(1).fail(5, 1).deactivated(5, 1, Deactivation::AccessLost).paused(5, 1);
    twice.holds();
    twice.deactivated(5, 1, Deactivation::AccessLost).violates(&[Property::ServiceOrder]);
}

#[test]
fn a_customer_who_left_is_not_served() {
    let mut story = Story::begin();
    story.member(5, 1).wait(1).organization(1, VendorEvent::Disconnected);
    story.violates(&[Property::StaysActive, Property::StaysActive]);
    for a in [management(1), 5] {
        story.deactivated(a, 1, Deactivation::Unsubscribed).departed(a, 1);
    }
    story.holds();
}
