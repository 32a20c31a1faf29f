//! Mail.

use super::story::{RIGHT, Story, management};
use crate::account::AccountState;
use crate::checker::Property;
use crate::trace::{Deactivation, Event, VendorEvent};
use rolecall_core::access_check::Verdict;

fn new_account() -> Story {
    let mut story = Story::begin();
    story.join(5, 1).tick(1).listed(5, 1, AccountState::Active);
    story
}

#[test]
fn mail_follows_a_failed_check_of_the_tick() {
    new_account().fail(5, 1).notified(5, 1, 1).holds();
    let check = [Property::NotificationCheck];
    new_account().notified(5, 1, 1).violates(&check);
    new_account().probes(5, 1, "ot").checked(5, 1, Verdict::Unknown).notified(5, 1, 1).violates(&check);
    new_account().probes(5, 1, "o-").repeated(5, 1, Verdict::Denied).notified(5, 1, 1).violates(&check);
    // Validate Access shows it in the console.
    new_account().probes(5, 1, "o-").requested(5, 1, Verdict::Denied).notified(5, 1, 1).violates(&check);
    // Not later, and not for somebody else's check.
    new_account().fail(5, 1).seconds(1).notified(5, 1, 1).violates(&check);
    let mut other = new_account();
    other.listed(6, 1, AccountState::Active).fail(6, 1).notified(5, 1, 1);
    other.violates(&check);
    let mut validated = new_account();
    validated.probes(5, 1, RIGHT).checked(5, 1, Verdict::Validated).activated(5, 1).notified(5, 1, 1);
    validated.violates(&check);
}

#[test]
fn one_mail_for_each_tick() {
    let mut story = new_account();
    story.fail(5, 1).notified(5, 1, 1);
    story.clone().notified(5, 1, 2).violates(&[Property::NotificationTwice]);
    story.clone().seconds(30).fail(5, 1).notified(5, 1, 2).violates(&[Property::NotificationTwice]);
    story.tick(1).fail(5, 1).notified(5, 1, 2).holds();
}

#[test]
fn no_mail_about_an_account_that_is_not_in_use() {
    for state in
        [AccountState::Suspended, AccountState::Closed, AccountState::PendingClosure, AccountState::PendingActivation]
    {
        let mut story = new_account();
        story.listed(5, 1, state).fail(5, 1);
        story.clone().holds();
        story.notified(5, 1, 1).violates(&[Property::NotificationState]);
    }
    // The service was not told, although the listing of the tick could have.
    let story = |minutes| {
        let mut story = Story::begin();
        story.join(5, 1).tick(1).listed(5, 1, AccountState::Active).fail(5, 1).notified(5, 1, 1).wait(minutes);
        story.world(5, Event::StateChanged(AccountState::Suspended)).wait(1).tick(1);
        story.fail(5, 1).notified(5, 1, 2);
        story
    };
    story(30).violates(&[Property::NotificationState]);
    let mut just_now = new_account();
    just_now.seconds(1).world(5, Event::StateChanged(AccountState::Suspended)).fail(5, 1).notified(5, 1, 1);
    just_now.holds();
}

#[test]
fn no_mail_about_an_account_that_is_not_listed() {
    let mut story = Story::begin();
    story.join(5, 1).tick(1).fail(5, 1).notified(5, 1, 1).violates(&[Property::NotificationState]);
    // Nobody can list a management account before its role is there.
    let mut story = Story::begin();
    let root = management(4);
    story.connect(4, 4, false).join(root, 4).tick(4).fail(root, 4).paused(root, 4).notified(root, 4, 1).holds();
}

#[test]
fn no_mail_before_the_onboarding_is_over() {
    let root = management(4);
    let story = |subscribed| {
        let mut story = Story::begin();
        let connected =
            VendorEvent::Connected { tenant: 4, management: super::story::account(root), lagging: false, subscribed };
        story.organization(4, connected);
        story.organization(4, VendorEvent::IdBound { account: None, id: super::story::id_of(4) });
        story.join(root, 4).tick(4).fail(root, 4);
        story
    };
    story(false).holds();
    story(false).notified(root, 4, 1).violates(&[Property::NotificationState]);
    story(true).paused(root, 4).notified(root, 4, 1).holds();
    // From the subscription on.
    story(false).seconds(5).organization(4, VendorEvent::Subscribed).paused(root, 4).holds();
}

#[test]
fn numbers_count_up_by_one() {
    let number = [Property::NotificationNumber];
    new_account().fail(5, 1).notified(5, 1, 2).violates(&number);
    let mut story = new_account();
    story.fail(5, 1).notified(5, 1, 1).tick(1).fail(5, 1);
    story.clone().notified(5, 1, 2).holds();
    story.clone().notified(5, 1, 1).violates(&number);
    story.notified(5, 1, 2);
    // A check that is not mailed does not count.
    let mut quiet = story.clone();
    quiet.wait(5).probes(5, 1, "o-").requested(5, 1, Verdict::Denied).tick(1).fail(5, 1).notified(5, 1, 3).holds();
    // From one again since it was validated.
    let mut validated = story.clone();
    validated.tick(1).probes(5, 1, RIGHT).checked(5, 1, Verdict::Validated).activated(5, 1).tick(1).fail(5, 1);
    validated.deactivated(5, 1, Deactivation::AccessLost).paused(5, 1);
    validated.clone().notified(5, 1, 3).violates(&number);
    validated.notified(5, 1, 1).holds();
    // Since it was reopened.
    let mut reopened = story.clone();
    reopened.tick(1).listed(5, 1, AccountState::Closed).tick(1).listed(5, 1, AccountState::Active).fail(5, 1);
    reopened.clone().notified(5, 1, 3).violates(&number);
    reopened.notified(5, 1, 1).holds();
    // Since it joined.
    let mut joined = story.clone();
    joined.leave(5, 1).tick(1).unlisted(5, 1).listing(1, true).departed(5, 1).join(5, 1).tick(1);
    joined.listed(5, 1, AccountState::Active).fail(5, 1);
    joined.clone().notified(5, 1, 3).violates(&number);
    joined.notified(5, 1, 1).holds();
}
