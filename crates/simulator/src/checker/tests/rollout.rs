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
            "remove" => story.customer(*subject, CustomerEvent::RemovalBegan),
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
    // A rollout that is resumed goes on where it was; a removal locks the members again.
    story(&[&begun[..], &[("unlock", 1), ("begin", 1), ("create", 5)]].concat()).holds();
    let again = [("begin", 1), ("create", 5)];
    story(&[&begun[..], &[("unlock", 1), ("end", 1)], &again].concat()).holds();
    story(&[&begun[..], &[("unlock", 1), ("end", 1), ("remove", 1)], &again].concat()).violates(&FIRST);
    story(&[&begun[..], &[("unlock", 1), ("end", 1), ("create", 5)]].concat()).violates(&FIRST);
    story(&[("create", 5)]).violates(&FIRST);
}

/// Nobody has connected the organization yet: the trace does not tell which account is the management account, but only one
/// may be begun before the members are unlocked.
#[test]
fn the_first_account_of_an_unknown_organization_is_its_management_account() {
    let unknown = |events: &[(&str, u64)]| {
        let mut all = Story::begin();
        all.join(7, 8).join(6, 8).customer(8, CustomerEvent::RolloutBegan);
        for (what, subject) in events {
            match *what {
                "unlock" => all.customer(*subject, CustomerEvent::ManagementUnlocked),
                _ => all.world(*subject, Event::Customer(CustomerEvent::RolloutCreates)),
            };
        }
        all
    };
    unknown(&[("create", 7), ("create", 7), ("unlock", 8), ("create", 6)]).holds();
    unknown(&[("create", 7), ("create", 6)]).violates(&FIRST);
}

#[test]
fn the_management_account_is_unlocked_when_it_has_the_role() {
    story(&[("begin", 1), ("written", management(1)), ("unlock", 1)]).holds();
    story(&[("begin", 1), ("unlock", 1)]).violates(&FIRST);
    story(&[("begin", 1), ("other", management(1)), ("unlock", 1)]).violates(&FIRST);
}
