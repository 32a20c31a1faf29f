//! The rules of discovery, activation and notification, each in both directions.

use super::super::*;
use super::world::{HOUR, Role, World, external_id, management, number, own_id, plain};
use crate::{AccountState, DurationMs};
use rolecall_core::access_check::{IdOf, Judgement, Outcome, Probe, UnknownBecause, Verdict};
use rolecall_core::organization::{AccountKind, ServiceMode};

const A: u64 = 1;

#[test]
fn a_new_account_is_validated_first_and_activated_silently() {
    let mut world = World::with_one_organization(plain());
    world.account(A, 0, Role::Id(0));
    world.next_tick(0);
    assert_eq!(world.standing(A), Some(Standing::Active));
    assert_eq!(world.notified(A), [0_u16; 0]);
}

#[test]
fn one_notification_is_a_race_and_the_second_is_not() {
    let mut world = World::with_one_organization(plain());
    world.account(A, 0, Role::Absent);
    world.next_tick(0);
    assert_eq!(world.notified(A), [1]);
    world.set_role(A, Role::Id(0));
    world.next_tick(0);
    assert_eq!((world.notified(A), world.standing(A)), (vec![1], Some(Standing::Active)));

    let mut broken = World::with_one_organization(plain());
    broken.account(A, 0, Role::Id(7));
    for _ in 0..3 {
        broken.next_tick(0);
    }
    assert_eq!((broken.notified(A), broken.standing(A)), (vec![1, 2, 3], Some(Standing::Failing)));
}

#[test]
fn a_notification_carries_the_history_and_no_opinion() {
    let mut world = World::with_one_organization(plain());
    world.account(A, 0, Role::Id(0));
    world.next_tick(0);
    world.set_role(A, Role::Absent);
    world.next_tick(0);
    world.next_tick(0);
    let notified = world.log.iter().filter_map(|(_, effect)| match effect {
        Effect::Notify { evidence, .. } => Some(evidence.clone()),
        _ => None,
    });
    let evidence = notified.collect::<Vec<_>>().pop().unwrap();
    assert_eq!((evidence.kind, evidence.occasion), (AccountKind::Member, Occasion::LostAccess));
    let verdicts: Vec<Verdict> = evidence.checks.iter().map(|record| record.verdict).collect();
    assert_eq!(verdicts, [Verdict::Validated, Verdict::Denied, Verdict::Denied]);
    assert_eq!((evidence.failed_checks, evidence.first_listed), (2, TimeMs(HOUR.0)));
}

#[test]
fn states_other_than_active_are_not_mailed_and_begin_anew_when_reopened() {
    for state in AccountState::ALL.into_iter().filter(|state| *state != AccountState::Active) {
        let mut world = World::with_one_organization(plain());
        world.account(A, 0, Role::Absent);
        world.set_state(A, state);
        world.account(A + 1, 0, Role::Id(0));
        world.next_tick(0);
        world.set_state(A + 1, state);
        world.next_tick(0);
        world.next_tick(0);
        assert_eq!((world.notified(A), world.notified(A + 1)), (vec![], vec![]), "{state:?}");
        let because = Deactivated::State(state);
        let organization = OrganizationKey(0);
        assert!(world.has(&Effect::Deactivate { account: number(A + 1), organization, because }), "{state:?}");
        let probes = world.sent.iter().filter(|(account, ..)| *account == A).count();
        assert_eq!(probes, 0, "{state:?}");
        for account in [A, A + 1] {
            world.set_state(account, AccountState::Active);
        }
        world.next_tick(0);
        assert_eq!((world.standing(A), world.standing(A + 1)), (Some(Standing::Failing), Some(Standing::Active)));
        assert_eq!(world.notified(A), [1], "{state:?}");
    }
}

#[test]
fn only_a_complete_listing_makes_anybody_depart() {
    let organization = OrganizationKey(0);
    for problem in [ListingProblem::Throttled, ListingProblem::Fault, ListingProblem::AccessDenied] {
        for shown in 0..3 {
            let mut world = World::with_one_organization(plain());
            world.account(A, 0, Role::Id(0));
            world.next_tick(0);
            world.set_organization(A, None);
            world.break_next_listing = Some((shown, problem));
            world.next_tick(0);
            assert_eq!(world.standing(A), Some(Standing::Active), "{problem:?} after {shown}");
            world.next_tick(0);
            assert_eq!(world.standing(A), Some(Standing::Departed), "{problem:?} after {shown}");
            // Its role still opens: membership decides.
            let because = Deactivated::Departed;
            assert!(world.has(&Effect::Deactivate { account: number(A), organization, because }));
        }
    }
}

#[test]
fn a_listing_without_the_management_account_is_not_believed() {
    let mut world = World::with_one_organization(plain());
    world.account(A, 0, Role::Id(0));
    world.next_tick(0);
    world.set_organization(management(0), None);
    world.set_organization(A, None);
    world.next_tick(0);
    assert_eq!(world.standing(A), Some(Standing::Active));
    let conflict = Conflict::ListingWithoutManagement { organization: OrganizationKey(0) };
    assert!(world.has(&Effect::RaiseConflict(conflict)));
    world.set_organization(management(0), Some(0));
    world.next_tick(0);
    assert_eq!(world.standing(A), Some(Standing::Departed));
    assert!(world.has(&Effect::ClearConflict(conflict)));
}

#[test]
fn a_partial_listing_still_finds_new_accounts_and_leaves_the_others_alone() {
    let mut world = World::with_one_organization(plain());
    world.account(A, 0, Role::Absent);
    world.account(A + 1, 0, Role::Absent);
    world.next_tick(0);
    world.set_state(A + 1, AccountState::Suspended);
    world.break_next_listing = Some((1, ListingProblem::Fault));
    world.next_tick(0);
    // Of the second nothing was shown, so that its new state is not known: it gets no mail.
    assert_eq!((world.notified(A), world.notified(A + 1)), (vec![1, 2], vec![1]));
}

#[test]
fn active_accounts_are_checked_again_at_their_interval() {
    let every = std::num::NonZeroU32::new(3).unwrap();
    let mut world = World::with_one_organization(Settings { recheck_every_ticks: every, ..plain() });
    world.account(A, 0, Role::Id(0));
    world.next_tick(0);
    world.set_role(A, Role::Absent);
    let mut standings = Vec::new();
    for _ in 0..3 {
        world.next_tick(0);
        standings.push(world.standing(A).unwrap());
    }
    assert_eq!(standings, [Standing::Active, Standing::Active, Standing::Failing]);
}

#[test]
fn the_family_pauses_from_the_check_of_the_loss_to_the_check_of_the_recovery() {
    let mut world = World::with_one_organization(plain());
    world.account(A, 0, Role::Id(0));
    world.account(A + 1, 0, Role::Absent);
    world.next_tick(0);
    let paused = |world: &World| world.vendor.organization(OrganizationKey(0)).unwrap().is_paused();
    assert!(!paused(&world), "an account that never had access does not pause by default");
    world.set_role(A, Role::Open);
    assert!(!paused(&world), "nobody has looked yet");
    world.next_tick(0);
    assert!(paused(&world));
    world.set_role(A, Role::Id(0));
    assert!(paused(&world));
    world.next_tick(0);
    assert!(!paused(&world));
    // A loss that ends by closing the account ends the pause as well.
    world.set_role(A, Role::Absent);
    world.next_tick(0);
    assert!(paused(&world));
    world.set_state(A, AccountState::PendingClosure);
    world.next_tick(0);
    assert!(!paused(&world));

    world.set_role(management(0), Role::Absent);
    world.break_next_listing = Some((0, ListingProblem::AccessDenied));
    world.next_tick(0);
    assert!(paused(&world), "the management account counts always");
}

#[test]
fn by_the_strict_rule_any_account_without_access_pauses() {
    let mut world = World::new(Settings { pause: PauseRule::Lack, ..plain() });
    let mut effects = Vec::new();
    let mut vendor = world.vendor.clone();
    world.connect(0, 0, ServiceMode::RealTime, &[]);
    vendor.step(TimeMs(0), Event::DiscoveryTick { organization: OrganizationKey(0) }, &mut effects);
    assert_eq!(effects, [Effect::Ignored(Ignored::UnknownOrganization)]);
    let key = OrganizationKey(0);
    let mut vendor = world.vendor.clone();
    lacking_member(&mut vendor, key);
    assert!(vendor.organization(key).unwrap().is_paused());
}

/// Answers everything in the management account as sound and denies everything in account `A`.
fn lacking_member(vendor: &mut Vendor, key: OrganizationKey) {
    use rolecall_core::access_check::Answer;
    let lines =
        [A, management(0)].map(|account| ListedAccount { account: number(account), state: AccountState::Active });
    let mut queue = Vec::new();
    vendor.step(TimeMs(0), Event::DiscoveryTick { organization: key }, &mut queue);
    while let Some(effect) = queue.pop() {
        match effect {
            Effect::Probe { check, probe } => {
                let opens = matches!(probe, Probe::Right(_)) && check.account != number(A);
                let outcome = if opens { Outcome::Allowed } else { Outcome::AccessDenied };
                let caller = probe == Probe::CallerIdentity;
                let answer = if caller { Answer::CallerIs(check.account) } else { Answer::Outcome(outcome) };
                vendor.step(TimeMs(1), Event::ProbeAnswered { check, probe, answer }, &mut queue);
            }
            Effect::ListAccounts { organization, round } => {
                vendor.step(TimeMs(1), Event::ListingPage { organization, round, accounts: &lines }, &mut queue);
                vendor.step(TimeMs(1), Event::ListingComplete { organization, round }, &mut queue);
            }
            _ => {}
        }
    }
}

#[test]
fn unknown_neither_notifies_nor_deactivates() {
    for outcome in [Outcome::Throttled, Outcome::Fault, Outcome::OwnCredentials, Outcome::BadRequest] {
        for good_probes in 0..6 {
            let mut world = World::with_one_organization(plain());
            world.account(A, 0, Role::Id(0));
            world.account(A + 1, 0, Role::Absent);
            // The first account comes first: its check is broken off behind so many good probes.
            world.faults.extend(std::iter::repeat_n(None, good_probes));
            world.faults.push_back(Some(outcome));
            world.next_tick(0);
            world.faults.clear();
            assert_eq!(world.standing(A), Some(Standing::New), "{outcome:?} behind {good_probes}");
            world.next_tick(0);
            assert_eq!(world.standing(A), Some(Standing::Active), "{outcome:?} behind {good_probes}");
            assert_eq!(world.notified(A), [0_u16; 0]);
            // And of an active account.
            world.faults.extend(std::iter::repeat_n(None, good_probes));
            world.faults.push_back(Some(outcome));
            world.set_role(A + 1, Role::Id(0));
            world.next_tick(0);
            assert_eq!(world.standing(A), Some(Standing::Active), "{outcome:?} behind {good_probes}");
        }
    }
}

#[test]
fn an_unknown_check_is_repeated_soon() {
    let settings = Settings { unknown_retries_max: 2, unknown_retry: DurationMs::from_minutes(5), ..plain() };
    let mut world = World::with_one_organization(settings);
    world.account(A, 0, Role::Id(0));
    world.faults.push_back(Some(Outcome::Throttled));
    world.next_tick(0);
    assert_eq!(world.standing(A), Some(Standing::New));
    world.wait(DurationMs::from_minutes(5));
    assert_eq!(world.standing(A), Some(Standing::Active));
    let unknown = world.log.iter().filter(|(_, effect)| {
        matches!(effect, Effect::Checked { judgement: Judgement::Unknown(UnknownBecause::Throttled), .. })
    });
    assert_eq!(unknown.count(), 1);
}

#[test]
fn inside_of_the_propagation_window_a_denial_is_repeated_before_it_counts() {
    let settings = Settings {
        propagation_window: DurationMs::from_seconds(60),
        propagation_retry: DurationMs::from_seconds(10),
        ..plain()
    };
    let mut world = World::with_one_organization(settings);
    world.account(A, 0, Role::Absent);
    world.next_tick(0);
    world.wait(DurationMs::from_seconds(30));
    world.set_role(A, Role::Id(0));
    world.wait(DurationMs::from_seconds(10));
    assert_eq!((world.standing(A), world.notified(A)), (Some(Standing::Active), vec![]));

    let mut broken = World::with_one_organization(settings);
    broken.account(A, 0, Role::Absent);
    broken.next_tick(0);
    broken.wait(DurationMs::from_seconds(59));
    assert_eq!(broken.notified(A), [0_u16; 0], "still inside");
    broken.wait(DurationMs::from_seconds(1));
    assert_eq!(broken.notified(A), [1]);
    // Later denials count at once: nothing is known to have changed.
    broken.next_tick(0);
    assert_eq!(broken.notified(A), [1, 2]);
}

#[test]
fn what_opens_to_a_wrong_id_is_never_activated() {
    for role in [Role::Open, Role::Prefix(0), Role::AnyCase(0)] {
        let mut world = World::with_one_organization(plain());
        world.account(A, 0, role);
        world.next_tick(0);
        assert_eq!((world.standing(A), world.notified(A)), (Some(Standing::Failing), vec![1]), "{role:?}");
        world.set_role(A, Role::Id(0));
        world.next_tick(0);
        assert_eq!(world.standing(A), Some(Standing::Active), "{role:?}");
        world.set_role(A, role);
        world.next_tick(0);
        let (organization, because) = (OrganizationKey(0), Deactivated::Insecure);
        assert!(world.has(&Effect::Deactivate { account: number(A), organization, because }), "{role:?}");
    }
}

#[test]
fn legacy_ids_are_tried_after_access_denied_only() {
    let mut world = World::new(plain());
    world.connect(0, 0, ServiceMode::RealTime, &[A]);
    world.account(A, 0, Role::OwnId);
    world.account(A + 1, 0, Role::OwnId);
    world.tick(0);
    let by = IdOf::Account;
    assert!(world.has(&Effect::Activate { account: number(A), organization: OrganizationKey(0), by }));
    // The second has no ID of its own: the organization's is the only one that is tried.
    assert_eq!(world.standing(A + 1), Some(Standing::Failing));
    let sent: Vec<_> = world.sent.iter().filter(|(account, ..)| *account == A).take(3).collect();
    assert_eq!(sent[0].2, Some(external_id(0)));
    assert_eq!(sent[1].2, Some(own_id(A)));
    assert_eq!(sent[2].1, Probe::NoId);
    let before = world.sent.len();
    world.faults.push_back(Some(Outcome::Throttled));
    world.next_tick(0);
    let own = |(account, probe, _): &&(u64, Probe, _)| *account == A && *probe == Probe::Right(IdOf::Account);
    assert_eq!(world.sent[before..].iter().filter(own).count(), usize::from(world.sent[before].0 != A));
    assert_eq!(world.standing(A), Some(Standing::Active));
}

#[test]
fn a_migration_ends_the_ids_of_accounts_on_its_day() {
    let mut world = World::new(plain());
    world.connect(0, 0, ServiceMode::RealTime, &[A, A + 1]);
    world.account(A, 0, Role::OwnId);
    world.account(A + 1, 0, Role::OwnId);
    world.tick(0);
    let organization = OrganizationKey(0);
    let until = world.now.plus(DurationMs(HOUR.0 * 2 + HOUR.0 / 2));
    world.send(Event::MigrationRequested { organization, until });
    world.next_tick(0);
    assert_eq!(world.standing(A), Some(Standing::Active), "both IDs count until the end");
    world.set_role(A, Role::Id(0));
    world.next_tick(0);
    assert_eq!(world.vendor.account(number(A)).unwrap().id_used, Some(IdOf::Organization));
    world.next_tick(0);
    assert!(world.has(&Effect::MigrationEnded { organization, left: 1 }));
    assert_eq!(world.standing(A), Some(Standing::Active));
    assert_eq!((world.standing(A + 1), world.notified(A + 1)), (Some(Standing::Failing), vec![1]));
    world.send(Event::MigrationRequested { organization, until: world.now.plus(HOUR) });
    assert!(world.has(&Effect::Ignored(Ignored::MigrationOver)));
}

#[test]
fn validate_access_tells_the_console_and_mails_nobody() {
    let mut world = World::new(plain());
    world.connect(0, 0, ServiceMode::RealTime, &[]);
    world.set_role(management(0), Role::Absent);
    let organization = OrganizationKey(0);
    let account = number(management(0));
    world.send(Event::ValidateRequested { organization, account });
    assert_eq!(world.standing(management(0)), Some(Standing::Failing));
    assert_eq!(world.notified(management(0)), [0_u16; 0]);
    world.set_role(management(0), Role::Id(0));
    world.account(A, 0, Role::Id(0));
    world.send(Event::ValidateRequested { organization, account });
    assert_eq!(world.standing(management(0)), Some(Standing::Active));
    assert_eq!(world.standing(A), Some(Standing::Active), "the listing followed by itself");
}

#[test]
fn a_listing_that_validate_access_led_to_mails_nobody() {
    let mut world = World::with_one_organization(plain());
    world.account(A, 0, Role::Absent);
    world.next_tick(0);
    world.set_role(management(0), Role::Absent);
    let (organization, account) = (OrganizationKey(0), number(management(0)));
    world.send(Event::ValidateRequested { organization, account });
    world.set_role(management(0), Role::Id(0));
    let checks = |world: &World| world.sent.iter().filter(|(of, ..)| *of == A).count();
    let before = checks(&world);
    world.send(Event::ValidateRequested { organization, account });
    assert_eq!(checks(&world), before + 1, "the member was checked again");
    assert_eq!(world.notified(A), [1], "but not at a tick");
}

#[test]
fn before_the_subscription_checks_are_silent() {
    let mut world = World::new(plain());
    world.truth.insert(
        management(0),
        super::world::Truth { organization: Some(0), state: AccountState::Active, role: Role::Id(0) },
    );
    let organization = OrganizationKey(0);
    let new = NewOrganization {
        tenant: TenantId(0),
        id: rolecall_core::organization::OrganizationId::parse("o-organization0").unwrap(),
        management: number(management(0)),
        mode: ServiceMode::RealTime,
        external_id: external_id(0),
        own_ids: Vec::new(),
        subscribed: false,
    };
    world.send(Event::OrganizationAdded(Box::new(new)));
    world.account(A, 0, Role::Absent);
    world.next_tick(0);
    assert_eq!((world.standing(A), world.notified(A)), (Some(Standing::Failing), vec![]));
    world.send(Event::SubscriptionActivated { organization });
    world.next_tick(0);
    assert_eq!(world.notified(A), [1]);
}
