//! The article's story: validate first, activate or mail, mail again, pause; and how calls that fail are read.

use super::scene::{Stage, hour, minute, open, setup};
use crate::account::{AccountState, Origin};
use crate::api::Api;
use crate::caller::{Caller, Endpoint};
use crate::organizations::{FeatureSet, OrganizationKey};
use crate::play::{Connection, ConnectionRefused, Console, Play, PlayError};
use crate::settings::{FaultRates, Settings};
use crate::tests::scene::{EXTERNAL_ID, Scene, id};
use crate::time::{Delay, SimSpan, SimTime};
use crate::trace::{Deactivation, VendorEvent};
use crate::world::Wake;
use rolecall_core::access_check::{IdOf, Judgement, Outcome, Probe, UnknownBecause, Verdict};
use rolecall_lifecycle::DurationMs;
use rolecall_lifecycle::vendor::{self, Conflict, Ignored, ListingProblem, Refused, Standing};

#[test]
fn what_has_the_role_is_activated_silently_and_what_has_not_is_mailed_about_at_every_tick() {
    let mut stage = Stage::new(open(), 2, |_| {});
    let [right, missing] = [stage.scene.members[0], stage.scene.members[1]];
    stage.place(right);
    stage.run(hour(3));
    assert_eq!(stage.standing(right), Some(Standing::Active));
    assert_eq!(stage.standing(missing), Some(Standing::Failing));
    assert_eq!(stage.mails(right), []);
    assert_eq!(stage.mails(missing), [(hour(1), 1), (hour(2), 2), (hour(3), 3)]);
    // Three ticks, three checks, and nothing else.
    let checked = |(_, event): &&(SimTime, VendorEvent)| matches!(event, VendorEvent::Checked { .. });
    assert_eq!(stage.records(missing).iter().filter(checked).count(), 3);
    assert_eq!(stage.records(right).iter().filter(checked).count(), 1);
}

#[test]
fn a_role_that_comes_late_costs_one_mail() {
    let mut stage = Stage::new(open(), 0, |_| {});
    let (organization, workloads) = (stage.scene.organization, stage.scene.workloads);
    stage.run(minute(119));
    let world = stage.play.world_mut();
    let account = world.add_member(organization, workloads, id("333333333333"), Origin::Created).unwrap();
    stage.play.world_mut().wake_at(minute(124), Wake(7));
    assert_eq!(stage.play.run_until(hour(9)), Some(Wake(7)));
    assert_eq!(stage.play.world().now(), minute(124));
    stage.place(account);
    stage.run(hour(9));
    assert_eq!(stage.mails(account), [(hour(2), 1)]);
    assert_eq!(stage.standing(account), Some(Standing::Active));
}

/// Every record of one account, in order: what the checker gets to see.
#[test]
fn every_effect_leaves_its_record() {
    let mut stage = Stage::new(open(), 1, |_| {});
    let member = stage.scene.members[0];
    stage.place(member);
    stage.run(hour(1));
    let organization = stage.play.world().organization_entity(stage.scene.organization);
    let records = stage.records(member);
    let [listed, probes @ .., checked, activated] = records.as_slice() else { panic!("{records:?}") };
    assert_eq!(listed.1, VendorEvent::Listed { organization, round: 1, state: AccountState::Active });
    let made: Vec<_> = probes
        .iter()
        .map(|(_, event)| match event {
            VendorEvent::Probed { probe, id, outcome, .. } => (*probe, id.is_some(), *outcome),
            other => panic!("{other:?}"),
        })
        .collect();
    let negative = Outcome::AccessDenied;
    let expected: Vec<_> = Probe::ALL
        .into_iter()
        .filter(|probe| *probe != Probe::Right(IdOf::Account))
        .map(|probe| match probe {
            Probe::Right(_) => (probe, true, Outcome::Allowed),
            Probe::NoId => (probe, false, negative),
            Probe::Wrong(_) => (probe, true, negative),
            Probe::CallerIdentity => (probe, false, Outcome::Allowed),
        })
        .collect();
    assert_eq!(made, expected);
    assert!(matches!(
        checked.1,
        VendorEvent::Checked { tick: Some(1), verdict: Verdict::Validated, repeated: false, .. }
    ));
    assert_eq!(activated.1, VendorEvent::Activated { organization, by: IdOf::Organization });

    let owner = Caller::Administrator(stage.scene.management);
    stage.play.world_mut().remove_account_from_organization(&owner, member).unwrap();
    stage.run(hour(2));
    let after: Vec<_> = stage.records(member).split_off(records.len()).into_iter().map(|(_, event)| event).collect();
    let because = Deactivation::Departed;
    assert_eq!(
        after,
        [
            VendorEvent::Deactivated { organization, because },
            VendorEvent::Unlisted { organization, round: 2 },
            VendorEvent::Departed { organization },
        ]
    );
}

#[test]
fn other_states_are_silent_and_reopened_accounts_begin_anew() {
    let mut stage = Stage::new(open(), 1, |_| {});
    let member = stage.scene.members[0];
    stage.run(hour(1));
    stage.set_state(member, AccountState::Suspended);
    stage.run(hour(4));
    assert_eq!(stage.mails(member), [(hour(1), 1)]);
    stage.set_state(member, AccountState::Active);
    stage.run(hour(5));
    assert_eq!(stage.mails(member), [(hour(1), 1), (hour(5), 1)]);
}

#[test]
fn the_family_pauses_from_the_check_of_the_loss_to_the_check_of_the_recovery() {
    let mut stage = Stage::new(open(), 1, |setup| setup.lifecycle.recheck_every_ticks = 2.try_into().unwrap());
    let member = stage.scene.members[0];
    let role = stage.play.world_mut().place_role(member, &stage.role).unwrap();
    stage.run(hour(1));
    assert!(stage.play.world_mut().take_role_away(role));
    stage.run(hour(2));
    assert_eq!(stage.standing(member), Some(Standing::Active));
    stage.run(minute(230));
    stage.place(member);
    stage.run(hour(5));
    let entries: Vec<_> = stage.play.console().iter().map(|record| (record.at, record.entry)).collect();
    let key = stage.play.vendor_key(stage.scene.organization).unwrap();
    let account = stage.play.world().account(member).number();
    assert_eq!(
        entries,
        [
            (hour(3), Console::Paused { organization: key, account }),
            (hour(4), Console::Resumed { organization: key, account })
        ]
    );
}

#[test]
fn validate_access_tells_the_console_and_mails_nobody() {
    let mut stage = Stage::new(open(), 1, |_| {});
    let (management, member) = (stage.scene.management, stage.scene.members[0]);
    assert!(stage.play.validate(management));
    // Its listing has run, so the member is known.
    assert!(stage.play.validate(member));
    let judgements: Vec<_> = stage
        .play
        .console()
        .iter()
        .filter_map(|record| match record.entry {
            Console::Validated { account, judgement, .. } => Some((account, judgement)),
            _ => None,
        })
        .collect();
    let number = |account| stage.play.world().account(account).number();
    let key = |judgement: &Judgement| judgement.verdict();
    // The management account opens, the listing has it; then the member is checked with it, and again when asked for.
    assert_eq!(judgements[0].0, number(management));
    assert!(
        judgements[1..]
            .iter()
            .all(|(account, judgement)| { *account == number(member) && key(judgement) == Verdict::Denied })
    );
    assert_eq!(stage.play.mail_count(), 0);
    assert_eq!(stage.standing(management), Some(Standing::Active));
    // Nobody's account has no console; one that no listing has shown yet is told of.
    let stranger = stage.play.world_mut().add_account(id("444444444444")).unwrap();
    assert!(!stage.play.validate(stranger));
    let world = stage.play.world_mut();
    let new = world.add_member(stage.scene.organization, stage.scene.workloads, id("555555555555"), Origin::Created);
    assert!(stage.play.validate(new.unwrap()));
    assert_eq!(stage.play.console().last().unwrap().entry, Console::Refused(Ignored::UnknownAccount));
}

#[test]
fn a_listing_that_breaks_makes_nobody_depart() {
    let mut stage = Stage::new(open(), 45, |_| {});
    stage.run(hour(1));
    let faults = FaultRates { throttled: 1_000_000, ..FaultRates::default() };
    stage.play.world_mut().settings_mut().faults.insert(Api::ListAccounts, faults);
    stage.run(hour(3));
    let ended: Vec<_> = stage
        .play
        .world()
        .trace()
        .records()
        .iter()
        .filter_map(|record| match record.event {
            crate::trace::Event::Vendor(VendorEvent::ListingEnded { complete, .. }) => Some((record.at, complete)),
            _ => None,
        })
        .collect();
    assert_eq!(ended, [(hour(1), true), (hour(2), false), (hour(3), false)]);
    assert_eq!(
        stage.play.vendor().accounts().iter().filter(|account| account.standing == Standing::Departed).count(),
        0
    );
    // Whoever was not shown is not checked either: one mail each.
    assert_eq!(stage.play.mail_count(), 45);
}

#[test]
fn pages_keep_to_the_published_rate_and_empty_ones_mean_nothing() {
    let settings = Settings { rates: true, empty_pages: 300_000, ..open() };
    let mut stage = Stage::new(settings, 500, |setup| setup.sts_budget = Some(500.try_into().unwrap()));
    stage.run(hour(2));
    let accounts = stage.play.vendor().accounts();
    assert_eq!(accounts.len(), 501);
    assert!(accounts.iter().all(|account| account.standing != Standing::Departed));
    let throttled = stage.play.world().trace().records().iter().any(
        |record| matches!(record.event, crate::trace::Event::Called { error: Some(code), .. } if code.is_transient()),
    );
    assert!(!throttled);
}

/// Case 44: above STS's quota everything that is throttled is unknown, and nobody is mailed about it.
#[test]
fn throttled_probes_are_unknown_and_a_budget_avoids_them() {
    for budget in [None, Some(300)] {
        let settings = Settings { rates: true, ..open() };
        let mut stage = Stage::new(settings, 200, |setup| {
            setup.sts_budget = budget.map(|budget: u32| budget.try_into().unwrap());
            setup.lifecycle.unknown_retries_max = 0;
        });
        for member in stage.scene.members.clone() {
            stage.place(member);
        }
        stage.run(minute(61));
        let active = |stage: &Stage| {
            stage.play.vendor().accounts().iter().filter(|account| account.standing == Standing::Active).count()
        };
        // The burst is 600 calls of the vendor: one for the listing, five for each account; GetCallerIdentity is a call of
        // the session, that is of the customer's account.
        assert_eq!(active(&stage), if budget.is_some() { 201 } else { 119 }, "{budget:?}");
        assert_eq!(stage.play.mail_count(), 0);
        stage.run(hour(5));
        assert_eq!((active(&stage), stage.play.mail_count()), (201, 0));
    }
}

#[test]
fn latencies_put_answers_off_and_windows_count() {
    let seconds = |seconds| Delay::Fixed(SimSpan::seconds(seconds));
    let mut stage = Stage::new(open(), 1, |setup| {
        setup.probe_latency = seconds(2);
        setup.listing_latency = seconds(10);
    });
    let member = stage.scene.members[0];
    stage.place(member);
    stage.run(hour(2));
    let activated = |stage: &Stage, account| {
        let records = stage.records(account);
        records.iter().find(|(_, event)| matches!(event, VendorEvent::Activated { .. })).map(|(at, _)| *at)
    };
    // Six probes of the management account, the listing, six probes of the member.
    assert_eq!(activated(&stage, stage.scene.management), Some(hour(1) + SimSpan::seconds(22)));
    assert_eq!(activated(&stage, member), Some(hour(1) + SimSpan::seconds(34)));

    // So slow that denials come too late after the success.
    let mut stage = Stage::new(open(), 0, |setup| {
        setup.probe_latency = seconds(30);
        setup.lifecycle.probe_window = DurationMs::from_seconds(60);
    });
    stage.play.validate(stage.scene.management);
    stage.run(minute(10));
    let Some(Console::Validated { judgement, .. }) = stage.play.console().first().map(|record| record.entry) else {
        panic!("{:?}", stage.play.console())
    };
    assert_eq!(judgement, Judgement::Unknown(UnknownBecause::WindowPassed));
}

/// Case 45: twelve hours through a chained role are an error, not a denial.
#[test]
fn a_session_too_long_for_a_chained_role_is_a_bad_request() {
    for (chained, expected) in [(true, Outcome::BadRequest), (false, Outcome::Allowed)] {
        let mut stage = Stage::unconnected(open(), 0, |setup| {
            setup.session_duration_s = Some(43_200);
            if !chained {
                setup.prober = Caller::Administrator(setup.account);
            }
        });
        stage.role.max_session_s = 43_200;
        let management = stage.scene.management;
        let definition = stage.role.clone();
        let world = stage.play.world_mut();
        let owner = Caller::Administrator(management);
        let update = crate::iam::UpdateRole { max_session_s: Some(43_200), description: None };
        world.update_role(&owner, definition.name, update).unwrap();
        stage.play.connect(stage.scene.organization, Connection::new(1, EXTERNAL_ID, hour(1)).unwrap()).unwrap();
        stage.run(hour(1));
        let first = stage.records(management).into_iter().find_map(|(_, event)| match event {
            VendorEvent::Probed { outcome, .. } => Some(outcome),
            _ => None,
        });
        assert_eq!(first, Some(expected));
        assert_eq!(stage.play.mail_count(), 0);
    }
}

/// Case 46: the token of the global endpoint in a Region that must be opted into.
#[test]
fn the_vendors_own_credentials_are_not_the_customers_fault() {
    let mut stage = Stage::new(open(), 0, |_| {});
    let region = stage.scene.region;
    // The prober's token comes from this Region; one of the global endpoint is refused in it.
    let Caller::Session(session) = stage.play.setup().prober else { panic!("a session") };
    let mut setup = setup(&stage.scene);
    setup.prober = Caller::Session(crate::caller::Session { from: Endpoint::Global, ..session });
    let mut world = stage.scene.world.clone();
    world.set_opt_in_regions(&[region]);
    stage.play = Play::new(world, setup).unwrap();
    stage.play.connect(stage.scene.organization, Connection::new(1, EXTERNAL_ID, hour(1)).unwrap()).unwrap();
    stage.run(hour(1));
    let outcomes: Vec<_> = stage
        .records(stage.scene.management)
        .into_iter()
        .filter_map(|(_, event)| match event {
            VendorEvent::Probed { outcome, .. } => Some(outcome),
            _ => None,
        })
        .collect();
    assert_eq!(outcomes, [Outcome::OwnCredentials]);
    assert_eq!(stage.play.mail_count(), 0);
}

/// Case 47: a member account given as the management account.
#[test]
fn a_member_given_as_management_opens_and_may_not_list() {
    for in_organization in [true, false] {
        let mut stage = Stage::unconnected(open(), 2, |_| {});
        let mut member = stage.scene.members[0];
        if !in_organization {
            member = stage.play.world_mut().add_account(id("444444444444")).unwrap();
        }
        stage.place(member);
        let mut connection = Connection::new(1, EXTERNAL_ID, hour(1)).unwrap();
        connection.management = Some(member);
        let key = stage.play.connect(stage.scene.organization, connection).unwrap();
        stage.run(hour(4));
        let raised: Vec<_> = stage.play.console().iter().map(|record| (record.at, record.entry)).collect();
        let conflict = Conflict::ListingDenied { organization: key };
        assert_eq!(raised, [(hour(1), Console::ConflictRaised(conflict))]);
        assert_ne!(stage.standing(member), Some(Standing::Active));
        assert_eq!(stage.play.mail_count(), 0);
    }
}

#[test]
fn accounts_with_ids_of_their_own_stay_until_the_migration_ends() {
    let mut stage = Stage::unconnected(open(), 1, |setup| setup.lifecycle.recheck_every_ticks = 1.try_into().unwrap());
    let member = stage.scene.members[0];
    let legacy = stage.scene.role_with("legacy-id-of-2020");
    // Its documents have no numbers in the world of the play yet.
    let trust = crate::tests::scene::trust_text(crate::tests::scene::VENDOR, "legacy-id-of-2020");
    let trust = stage.play.world_mut().policy(&trust, rolecall_iam::document::PolicyType::Trust);
    let legacy = crate::iam::RoleDefinition { trust, ..legacy };
    stage.play.world_mut().place_role(member, &legacy).unwrap();
    let number = stage.play.world().account(member).number();
    let mut connection = Connection::new(1, EXTERNAL_ID, hour(1)).unwrap();
    let own = rolecall_core::external_id::ExternalId::parse("legacy-id-of-2020").unwrap();
    connection.own_ids.push((number, own));
    let organization = stage.scene.organization;
    stage.play.connect(organization, connection).unwrap();
    stage.run(hour(1));
    assert_eq!(stage.standing(member), Some(Standing::Active));
    assert!(stage.play.request_migration(organization, minute(150)));
    assert!(stage.play.request_migration(organization, minute(100)));
    stage.run(hour(3));
    let key = stage.play.vendor_key(organization).unwrap();
    let console: Vec<_> = stage.play.console().iter().map(|record| (record.at, record.entry)).collect();
    assert!(console.contains(&(minute(100), Console::MigrationEnded { organization: key, left: 1 })));
    assert_eq!(stage.mails(member), [(hour(2), 1), (hour(3), 2)]);
}

/// An organization of a tenant, connected at minute 90, whose management account has the role with its ID.
fn second_organization(stage: &mut Stage, tenant: u32) -> (OrganizationKey, vendor::OrganizationKey) {
    let world = stage.play.world_mut();
    let management = world.add_account(id("999999999999")).unwrap();
    let other = world.add_organization("o-exampleorg2", management, FeatureSet::All).unwrap();
    let trust = crate::tests::scene::trust_text(crate::tests::scene::VENDOR, "another-organization");
    let trust = world.policy(&trust, rolecall_iam::document::PolicyType::Trust);
    let role = crate::iam::RoleDefinition { trust, ..stage.role.clone() };
    world.place_role(management, &role).unwrap();
    let connection = Connection::new(tenant, "another-organization", minute(90)).unwrap();
    (other, stage.play.connect(other, connection).unwrap())
}

/// What another organization of the customer was told about an account is not what this one was told.
#[test]
fn who_comes_back_with_another_state_is_listed_anew() {
    let mut stage = Stage::new(open(), 1, |_| {});
    let (organization, member) = (stage.scene.organization, stage.scene.members[0]);
    let (other, _) = second_organization(&mut stage, 1);
    stage.set_state(member, AccountState::PendingActivation);
    stage.run(hour(2));
    stage.set_state(member, AccountState::Active);
    for (to, until) in [(other, minute(150)), (organization, hour(3))] {
        let world = stage.play.world_mut();
        world.leave_organization(member).unwrap();
        world.accept_invitation(to, member).unwrap();
        stage.run(until);
    }
    let listed: Vec<_> = stage
        .records(member)
        .into_iter()
        .filter_map(|(at, event)| match event {
            VendorEvent::Listed { organization, state, .. } => Some((at, organization, state)),
            _ => None,
        })
        .collect();
    let [here, there] = [organization, other].map(|key| stage.play.world().organization_entity(key));
    let expected = [
        (hour(1), here, AccountState::PendingActivation),
        (minute(150), there, AccountState::Active),
        (hour(3), here, AccountState::Active),
    ];
    assert_eq!(listed, expected);
}

#[test]
fn two_tenants_never_serve_one_account() {
    let mut stage = Stage::new(open(), 1, |_| {});
    let member = stage.scene.members[0];
    stage.place(member);
    stage.run(hour(1));
    let (other, second) = second_organization(&mut stage, 2);
    let world = stage.play.world_mut();
    world.leave_organization(member).unwrap();
    world.accept_invitation(other, member).unwrap();
    stage.run(minute(90));
    let first = stage.play.vendor_key(stage.scene.organization).unwrap();
    let account = stage.play.world().account(member).number();
    let conflict = Conflict::AccountClaimedTwice { account, holder: first, claimant: second };
    let last = |stage: &Stage| stage.play.console().last().copied().map(|record| record.entry);
    assert_eq!(last(&stage), Some(Console::ConflictRaised(conflict)));
    assert_eq!(stage.standing(member), Some(Standing::Blocked));
    stage.run(hour(2));
    assert_eq!(last(&stage), Some(Console::ConflictCleared(conflict)));
    // The ID of the old organization stands in its trust: case 48.
    stage.run(minute(150));
    assert_eq!(stage.standing(member), Some(Standing::Failing));
    assert!(stage.play.disconnect(other));
    assert!(!stage.play.disconnect(other) && !stage.play.activate_subscription(other));
    assert_eq!(stage.standing(member), Some(Standing::Departed));
    let mails = stage.play.mail_count();
    stage.run(hour(9));
    assert_eq!(stage.play.mail_count(), mails);
}

#[test]
fn organizations_are_refused_with_a_reason() {
    let mut stage = Stage::new(open(), 0, |_| {});
    let connection = |id| Connection::new(1, id, hour(1)).unwrap();
    let again = stage.play.connect(stage.scene.organization, connection("some-other-id"));
    assert_eq!(again, Err(ConnectionRefused::ByVendor(Refused::OrganizationTaken)));
    let world = stage.play.world_mut();
    let management = world.add_account(id("999999999999")).unwrap();
    let short = world.add_organization("o-short", management, FeatureSet::All).unwrap();
    let refused = stage.play.connect(short, connection("some-other-id"));
    assert_eq!(refused, Err(ConnectionRefused::OrganizationId("o-short".to_owned())));
    assert_eq!(stage.play.vendor_key(short), None);
}

#[test]
fn a_setup_that_cannot_be_played_is_refused() {
    let scene = Scene::new();
    let refused = |change: fn(&mut crate::play::VendorSetup)| {
        let mut setup = setup(&scene);
        change(&mut setup);
        Play::new(scene.world.clone(), setup).err()
    };
    assert_eq!(refused(|setup| setup.discovery_interval = SimSpan::ZERO), Some(PlayError::NoInterval));
    let mut stranger = setup(&scene);
    stranger.prober = Caller::Administrator(scene.management);
    assert_eq!(Play::new(scene.world.clone(), stranger).err(), Some(PlayError::ProberOfAnotherAccount));
    assert_eq!(refused(|_| {}), None);
}

#[test]
fn after_a_restart_what_was_under_way_is_made_again() {
    let mut stage = Stage::new(open(), 1, |setup| {
        setup.probe_latency = Delay::Fixed(SimSpan::seconds(5));
        setup.listing_latency = Delay::Fixed(SimSpan::seconds(5));
    });
    let member = stage.scene.members[0];
    stage.place(member);
    for seconds in [7, 32, 50] {
        stage.run(hour(1) + SimSpan::seconds(seconds));
        stage.play.restart();
    }
    stage.run(minute(119));
    assert_ne!(stage.standing(member), Some(Standing::Active));
    stage.run(minute(122));
    assert_eq!(stage.standing(member), Some(Standing::Active));
    assert_eq!(stage.play.vendor().checks_under_way(), 0);
}

#[test]
fn problems_of_listings_are_read_from_codes() {
    for (code, status, expected) in [
        ("AccessDeniedException", 400, ListingProblem::AccessDenied),
        ("AWSOrganizationsNotInUseException", 400, ListingProblem::AccessDenied),
        ("TooManyRequestsException", 400, ListingProblem::Throttled),
        ("ServiceException", 500, ListingProblem::Fault),
        ("RequestTimeout", 0, ListingProblem::Fault),
        ("InvalidClientTokenId", 403, ListingProblem::Fault),
    ] {
        assert_eq!(ListingProblem::of_error(code, status), expected, "{code}");
    }
}
