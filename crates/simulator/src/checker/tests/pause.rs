//! The pause of active management.

use super::story::{RIGHT, Story, management};
use crate::account::AccountState;
use crate::checker::{PauseRule, Property};
use crate::trace::{Deactivation, VendorEvent};
use rolecall_core::access_check::Verdict;

const PAUSE: [Property; 1] = [Property::Pause];

/// Account 5 is served and loses access.
fn loss() -> Story {
    let mut story = Story::begin();
    story.member(5, 1).tick(1).fail(5, 1).deactivated(5, 1, Deactivation::AccessLost);
    story
}

#[test]
fn it_begins_with_the_check_that_sees_a_loss() {
    loss().paused(5, 1).holds();
    loss().violates(&PAUSE);
    // Late is late: told once when the instant is over, and once more when nothing is due.
    loss().wait(1).paused(5, 1).violates(&PAUSE);
}

#[test]
fn it_needs_a_loss() {
    let mut story = Story::begin();
    story.member(5, 1).tick(1).paused(5, 1).violates(&[Property::Pause, Property::Pause]);
    // A new account that fails pauses nobody,
    let mut story = Story::begin();
    story.join(5, 1).tick(1).listed(5, 1, AccountState::Active).fail(5, 1).notified(5, 1, 1);
    story.clone().holds();
    story.clone().paused(5, 1).violates(&[Property::Pause, Property::Pause]);
    // unless the vendor wants it so,
    story.rules.pause = PauseRule::Lack;
    story.clone().violates(&PAUSE);
    story.paused(5, 1).holds();
    // or it is the management account.
    let (root, mut story) = (management(4), Story::begin());
    story.connect(4, 4, false).join(root, 4).tick(4).fail(root, 4).notified(root, 4, 1);
    story.clone().violates(&PAUSE);
    story.paused(root, 4).holds();
}

#[test]
fn a_check_that_is_repeated_sees_no_loss_yet() {
    let mut story = Story::begin();
    story.member(5, 1).tick(1).probes(5, 1, "o-").repeated(5, 1, Verdict::Denied).seconds(10);
    story.holds();
    story.paused(5, 1).violates(&[Property::Pause, Property::Pause]);
}

#[test]
fn it_ends_with_the_check_that_sees_recovery() {
    let mut story = loss();
    story.paused(5, 1).tick(1);
    story.clone().resumed(5, 1).violates(&[Property::Pause, Property::Pause]);
    story.probes(5, 1, RIGHT).checked(5, 1, Verdict::Validated).activated(5, 1);
    story.clone().violates(&PAUSE);
    story.resumed(5, 1).holds();
}

#[test]
fn it_lasts_while_anybody_lacks_access() {
    let mut story = Story::begin();
    story.member(5, 1).member(6, 1).tick(1).fail(5, 1).deactivated(5, 1, Deactivation::AccessLost).paused(5, 1);
    story.fail(6, 1).deactivated(6, 1, Deactivation::AccessLost).tick(1);
    story.probes(5, 1, RIGHT).checked(5, 1, Verdict::Validated).activated(5, 1);
    story.clone().holds();
    story.clone().resumed(5, 1).violates(&[Property::Pause, Property::Pause]);
    story.clone().paused(6, 1).violates(&PAUSE);
    story.probes(6, 1, RIGHT).checked(6, 1, Verdict::Validated).activated(6, 1).resumed(6, 1).holds();
}

#[test]
fn it_ends_when_the_account_is_gone_or_not_in_use() {
    let mut paused = loss();
    paused.paused(5, 1);
    let mut suspended = paused.clone();
    suspended.tick(1).listed(5, 1, AccountState::Suspended);
    suspended.clone().violates(&PAUSE);
    suspended.resumed(5, 1).holds();
    let mut departed = paused.clone();
    departed.leave(5, 1).tick(1).unlisted(5, 1).listing(1, true).departed(5, 1);
    departed.clone().violates(&PAUSE);
    departed.resumed(5, 1).holds();
    let mut claimed = paused.clone();
    claimed.tick(3).listed(5, 3, AccountState::Active).conflict(5, 3);
    claimed.clone().violates(&PAUSE);
    claimed.resumed(5, 1).holds();
    // Nothing is announced to somebody who has left.
    let mut left = paused.clone();
    left.seconds(5).organization(1, VendorEvent::Disconnected);
    left.deactivated(management(1), 1, Deactivation::Unsubscribed).departed(management(1), 1).departed(5, 1);
    left.clone().holds();
    left.resumed(5, 1).violates(&PAUSE);
}
