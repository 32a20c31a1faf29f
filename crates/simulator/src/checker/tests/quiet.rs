//! What must come about once the faults have stopped.

use super::story::{RIGHT, Story, management};
use crate::account::AccountState;
use crate::checker::Property;
use crate::trace::{Deactivation, Event};
use rolecall_core::access_check::Verdict;

fn truth(opens: bool) -> Event {
    Event::Truth { opens }
}

/// Account 5 joined; the faults stop.
fn quiet(opens: bool) -> Story {
    let mut story = Story::begin();
    story.join(5, 1).wait(5).world(management(1), truth(true)).world(5, truth(opens));
    story
}

#[test]
fn a_right_role_is_active_by_the_next_check() {
    let mut story = quiet(true);
    story.tick(1).listed(5, 1, AccountState::Active).listing(1, true);
    story.clone().violates(&[Property::RightBecomesActive]);
    let mut served = story.clone();
    served.probes(5, 1, RIGHT).checked(5, 1, Verdict::Validated).activated(5, 1).holds();
    assert_eq!(served.report().right, 2);
    // A tick too late.
    story.tick(1).probes(5, 1, RIGHT).checked(5, 1, Verdict::Validated).activated(5, 1);
    story.violates(&[Property::RightBecomesActive]);
    // No tick, no judgement.
    let report = quiet(true).report();
    assert_eq!((report.violations.len(), report.not_judged), (0, 2));
}

#[test]
fn a_check_finds_the_truth() {
    let mut story = quiet(true);
    story.tick(1).listed(5, 1, AccountState::Active).fail(5, 1).notified(5, 1, 1);
    story.violates(&[Property::RightBecomesActive, Property::RightBecomesActive]);
    let mut story = quiet(false);
    story.tick(1).serve(5, 1).violates(&[Property::WrongIsNotifiedTwice]);
}

#[test]
fn a_wrong_role_is_notified_twice() {
    let mut story = quiet(false);
    story.tick(1).listed(5, 1, AccountState::Active).fail(5, 1).notified(5, 1, 1).tick(1).fail(5, 1);
    let mut once = story.clone();
    once.tick(1).tick(1).violates(&[Property::WrongIsNotifiedTwice]);
    story.notified(5, 1, 2).tick(1).fail(5, 1).notified(5, 1, 3).holds();
    assert_eq!((story.report().right, story.report().wrong), (1, 1));
}

#[test]
fn an_account_that_another_organization_had_takes_a_tick_more() {
    let mut story = Story::begin();
    story.member(5, 1).leave(5, 1).join(5, 3).wait(5);
    for a in [management(1), management(3), 5] {
        story.world(a, truth(true));
    }
    story.tick(3).listed(5, 3, AccountState::Active).conflict(5, 3).deactivated(5, 1, Deactivation::Conflict);
    story.tick(1).unlisted(5, 1).listing(1, true).departed(5, 1).cleared(5, 3).tick(3);
    let mut late = story.clone();
    story.probes(5, 3, RIGHT).checked(5, 3, Verdict::Validated).activated(5, 3).holds();
    late.tick(3).probes(5, 3, RIGHT).checked(5, 3, Verdict::Validated).activated(5, 3);
    late.violates(&[Property::RightBecomesActive]);
}

#[test]
fn without_the_management_account_nobody_is_judged() {
    let mut story = Story::begin();
    story.join(5, 1).wait(5).world(management(1), truth(false)).world(5, truth(true)).tick(1);
    let root = management(1);
    story.fail(root, 1).deactivated(root, 1, Deactivation::AccessLost).paused(root, 1).notified(root, 1, 1);
    story.tick(1).fail(root, 1).notified(root, 1, 2).tick(1).fail(root, 1).notified(root, 1, 3);
    story.holds();
    let report = story.report();
    assert_eq!((report.right, report.wrong, report.not_judged), (0, 1, 1));
}

#[test]
fn a_closed_account_is_not_served_at_the_end() {
    let mut story = quiet(true);
    story.tick(1).serve(5, 1).listing(1, true).world(5, Event::StateChanged(AccountState::Closed));
    // Nobody has listed it since.
    story.holds();
    story.tick(1).listing(1, true);
    story.violates(&[Property::StaysActive]);
    story.seconds(5).listed(5, 1, AccountState::Closed);
    story.deactivated(5, 1, Deactivation::State(AccountState::Closed)).holds();
}
