//! The customer's rollout.

use super::story::{ROLE, Story, management};
use crate::checker::Property;
use crate::trace::{CustomerEvent, Event};

const FIRST: [Property; 1] = [Property::ManagementFirst];

fn story(events: &[(&str, u64)]) -> Story {
    let mut story = Story::begin();
    story.join(5, 1);
    for (what, subject) in events {
        match *what {
            "begin" => story.customer(*subject, CustomerEvent::RolloutBegan),
            "unlock" => story.customer(*subject, CustomerEvent::ManagementUnlocked),
            "end" => story.customer(*subject, CustomerEvent::RolloutEnded),
            "create" => story.world(*subject, Event::Customer(CustomerEvent::RolloutCreates)),
            "written" => story.world(*subject, Event::RoleWritten(ROLE, 1)),
            "other" => story.world(*subject, Event::RoleWritten(7, 1)),
            other => panic!("{other}"),
        };
        story.seconds(1);
    }
    story
}

#[test]
fn members_wait_for_the_management_account() {
    let root = management(1);
    let begun = [("begin", 1), ("create", root), ("written", root)];
    story(&[&begun[..], &[("unlock", 1), ("create", 5), ("end", 1)]].concat()).holds();
    story(&[&begun[..], &[("create", 5), ("unlock", 1)]].concat()).violates(&FIRST);
    // That another organization is unlocked does not matter.
    story(&[&begun[..], &[("unlock", 2), ("create", 5)]].concat()).violates(&[FIRST[0], FIRST[0]]);
    // A rollout that is resumed goes on where it was; a new one begins locked.
    story(&[&begun[..], &[("unlock", 1), ("begin", 1), ("create", 5)]].concat()).holds();
    story(&[&begun[..], &[("unlock", 1), ("end", 1), ("begin", 1), ("create", 5)]].concat()).violates(&FIRST);
    story(&[("create", 5)]).violates(&FIRST);
}

#[test]
fn the_management_account_is_unlocked_when_it_has_the_role() {
    story(&[("begin", 1), ("written", management(1)), ("unlock", 1)]).holds();
    story(&[("begin", 1), ("unlock", 1)]).violates(&FIRST);
    story(&[("begin", 1), ("other", management(1)), ("unlock", 1)]).violates(&FIRST);
}
