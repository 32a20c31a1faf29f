//! External IDs and verdicts.

use super::story::{RIGHT, Story, account, id_of, management, own_id};
use crate::account::AccountState;
use crate::checker::Property;
use crate::time::SimTime;
use crate::trace::VendorEvent;
use rolecall_core::access_check::{IdOf, Outcome, Probe, Verdict, WrongKind};

fn legacy() -> Story {
    let mut story = Story::begin();
    for a in [5, 6] {
        story.organization(1, VendorEvent::IdBound { account: Some(account(a)), id: own_id(a) });
        story.join(a, 1);
    }
    story.tick(1).listed(5, 1, AccountState::Active).listed(6, 1, AccountState::Active);
    story
}

#[test]
fn nobody_elses_id_is_sent() {
    let sent = |probe, id| {
        let mut story = legacy();
        story.probes(5, 1, "o-").sent(5, 1, probe, id, Outcome::AccessDenied);
        story
    };
    let (right, own) = (Probe::Right(IdOf::Organization), Probe::Right(IdOf::Account));
    let random = Probe::Wrong(WrongKind::Random);
    let foreign = [Property::ForeignId];
    // Of another tenant, of another organization of the same one, of another account.
    for id in [id_of(3), id_of(2), own_id(6)] {
        sent(random, Some(id)).violates(&foreign);
        sent(own, Some(id)).violates(&foreign);
        sent(right, Some(id)).violates(&foreign);
        sent(Probe::NoId, Some(id)).violates(&foreign);
    }
    sent(own, Some(own_id(5))).holds();
    sent(right, Some(id_of(1))).holds();
    sent(random, Some(0xbeef)).holds();
    sent(Probe::NoId, None).holds();
}

#[test]
fn each_probe_sends_what_it_is_named_after() {
    let sent = |probe, id| {
        let mut story = legacy();
        story.probes(5, 1, "o-").sent(5, 1, probe, id, Outcome::AccessDenied);
        story
    };
    let (right, own) = (Probe::Right(IdOf::Organization), Probe::Right(IdOf::Account));
    let wrong = Probe::Wrong(WrongKind::Suffix);
    for (probe, id) in [
        (wrong, Some(id_of(1))),
        (wrong, Some(own_id(5))),
        (wrong, None),
        (Probe::NoId, Some(id_of(1))),
        (Probe::NoId, Some(0xbeef)),
        (right, None),
        (right, Some(own_id(5))),
        (right, Some(0xbeef)),
        (own, Some(id_of(1))),
        (own, None),
    ] {
        sent(probe, id).violates(&[Property::ProbeId]);
    }
}

#[test]
fn the_fall_back_follows_a_denial_only() {
    for (letters, holds) in [("o- a+", true), ("o- a-", true), ("a+", false), ("ot a+", false), ("o+ a+", false)] {
        let mut story = legacy();
        story.probes(5, 1, letters);
        if holds { story.holds() } else { story.violates(&[Property::FallBack]) }
    }
}

#[test]
fn no_own_id_after_a_migration() {
    let story = |wait| {
        let mut story = legacy();
        story.organization(1, VendorEvent::MigrationBegan { until: SimTime(7_300_000) });
        story.wait(wait).probes(5, 1, "o-");
        story
    };
    let mut before = story(1);
    before.probe(5, 1, "a+").holds();
    // The call was on its way when the window ended.
    story(1).seconds(1).organization(1, VendorEvent::MigrationEnded).probe(5, 1, "a+").holds();
    let mut after = legacy();
    after.organization(1, VendorEvent::MigrationEnded).wait(1).probes(5, 1, "o-");
    after.clone().checked(5, 1, Verdict::Denied).notified(5, 1, 1).holds();
    after.probe(5, 1, "a+").violates(&[Property::FallBack]);
}

#[test]
fn unknown_is_not_denied() {
    for letters in ["ot", "o+ nt", "o+ n- r- s- c- it"] {
        let mut story = legacy();
        story.probes(5, 1, letters).checked(5, 1, Verdict::Unknown).holds();
        let mut story = legacy();
        story.probes(5, 1, letters).checked(5, 1, Verdict::Denied).violates(&[Property::UnknownAsDenied]);
    }
    // The fall-back was throttled.
    let mut story = legacy();
    story.probes(5, 1, "o- at").checked(5, 1, Verdict::Denied).violates(&[Property::UnknownAsDenied]);
}

#[test]
fn verdicts_are_borne_out_by_answers() {
    let story = |letters: &str, verdict| {
        let mut story = legacy();
        story.probes(5, 1, letters).checked(5, 1, verdict);
        story
    };
    for (letters, verdict) in [
        ("o- a-", Verdict::Denied),
        ("o+ n- r- s- c- ix", Verdict::Denied),
        ("o+ n+ r-", Verdict::Insecure),
        ("o+ n- r+ st", Verdict::Insecure),
        (RIGHT, Verdict::Validated),
        ("o- a+ n- r- s- c- i+", Verdict::Validated),
        ("ot", Verdict::Unknown),
        ("", Verdict::Unknown),
    ] {
        story(letters, verdict).holds();
    }
    for (letters, verdict) in [
        ("o-", Verdict::Denied),
        (RIGHT, Verdict::Denied),
        ("", Verdict::Denied),
        (RIGHT, Verdict::Insecure),
        ("o- a-", Verdict::Insecure),
        ("o- a-", Verdict::Validated),
        ("o+", Verdict::Validated),
        ("o- a-", Verdict::Unknown),
        (RIGHT, Verdict::Unknown),
        ("o+ n+ rt", Verdict::Unknown),
    ] {
        story(letters, verdict).violates(&[Property::Verdict]);
    }
}

/// The service takes what came back for something else.
#[test]
fn a_verdict_rests_on_the_answers_that_came_back() {
    use rolecall_core::access_check::Outcomes;
    let taken = |letters: &str, probe: Probe, outcome, verdict| {
        let mut story = legacy();
        story.probes(5, 1, letters).taken_as(5, 1, verdict, |outcomes| {
            Outcomes::of(outcomes.iter().map(|(known, was)| (known, if known == probe { outcome } else { was })))
        });
        story
    };
    let random = Probe::Wrong(WrongKind::Random);
    taken(RIGHT, random, Outcome::AccessDenied, Verdict::Validated).holds();
    // Throttling became a denial: the probe says nothing, so neither may the verdict.
    let throttled = "o+ n- rt s- c- i+";
    let both = [Property::UnknownAsDenied, Property::Verdict];
    taken(throttled, random, Outcome::AccessDenied, Verdict::Validated).violates(&both);
    taken("ot", Probe::Right(IdOf::Organization), Outcome::AccessDenied, Verdict::Denied)
        .violates(&[Property::UnknownAsDenied, Property::UnknownAsDenied]);
    let open = "o+ n+ r- s- c- i+";
    taken(open, Probe::NoId, Outcome::AccessDenied, Verdict::Validated)
        .violates(&[Property::Verdict, Property::Verdict]);
}

#[test]
fn a_listing_is_begun_with_the_organizations_own_id() {
    let listing = |id| {
        let mut story = legacy();
        let own = VendorEvent::IdBound { account: Some(account(management(1))), id: own_id(management(1)) };
        story.organization(1, own).organization(1, VendorEvent::ListingBegan { round: 9, id });
        story
    };
    listing(id_of(1)).holds();
    listing(own_id(management(1))).holds();
    for id in [id_of(3), own_id(5), 0xbeef] {
        listing(id).violates(&[Property::ForeignId]);
    }
}

#[test]
fn a_late_answer_belongs_to_its_own_check() {
    // Somebody presses Validate Access while a check is out: its answer comes between those of the new one.
    let mut story = Story::begin();
    story.join(5, 1).tick(1).listed(5, 1, AccountState::Active).probes(5, 1, "o+").probes(5, 1, "o+ n-");
    let organization = super::story::organization(1);
    let late =
        VendorEvent::Probed { organization, check: 4, probe: Probe::NoId, id: None, outcome: Outcome::Throttled };
    story.of(5, late);
    for rest in ["r-", "s-", "c-", "i+"] {
        story.probe(5, 1, rest);
    }
    story.checked(5, 1, Verdict::Validated).activated(5, 1).holds();
}

#[test]
fn lagging_organizations_ask_their_management_account_alone() {
    let mut story = Story::begin();
    story.connect(4, 4, true).join(management(4), 4).join(5, 4).tick(4).serve(management(4), 4);
    story.listed(5, 4, AccountState::Active).listing(4, true);
    story.holds();
    story.clone().probes(5, 4, "o-").violates(&[Property::Lagging]);
    let mut notified = story.clone();
    notified.probes(5, 4, "o-").checked(5, 4, Verdict::Denied).notified(5, 4, 1);
    notified.violates(&[Property::Lagging, Property::Lagging]);
    story.probes(5, 4, "o+ n- r- s- c- i+").checked(5, 4, Verdict::Validated).activated(5, 4);
    assert!(story.report().violations.iter().all(|violation| violation.property == Property::Lagging));
}
