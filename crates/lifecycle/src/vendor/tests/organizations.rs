//! Several organizations and tenants, modes, conflicts, restarts, and events that do not fit.

use super::super::*;
use super::world::{Hand, Role, World, external_id, management, number, plain};
use crate::AccountState;
use rolecall_core::access_check::{Answer, IdOf, Outcome, Probe};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::{OrganizationId, ServiceMode};

const A: u64 = 1;

#[test]
fn lagging_organizations_never_ask_for_member_roles() {
    let mut world = World::new(plain());
    world.connect(0, 0, ServiceMode::Lagging, &[]);
    world.account(A, 0, Role::Absent);
    world.tick(0);
    world.next_tick(0);
    assert_eq!(world.standing(A), Some(Standing::NotRequired));
    assert_eq!(world.notified(A), [0_u16; 0]);
    assert!(world.sent.iter().all(|(account, ..)| *account == management(0)));
    world.send(Event::ValidateRequested { organization: OrganizationKey(0), account: number(A) });
    assert!(world.has(&Effect::Ignored(Ignored::NotChecked)));
    // The management account is asked for.
    world.set_role(management(0), Role::Absent);
    world.next_tick(0);
    world.break_next_listing = Some((0, ListingProblem::AccessDenied));
    world.next_tick(0);
    assert_eq!(world.standing(management(0)), Some(Standing::Failing));
}

#[test]
fn an_account_under_two_tenants_is_blocked_until_one_lets_go() {
    for hand in [Hand::Pages, Hand::Difference] {
        let mut world = World::new(plain());
        world.hand = hand;
        world.connect(0, 0, ServiceMode::RealTime, &[]);
        world.connect(1, 1, ServiceMode::RealTime, &[]);
        world.account(A, 0, Role::Id(0));
        world.tick(0);
        world.tick(1);
        assert_eq!(world.standing(A), Some(Standing::Active));
        world.set_organization(A, Some(1));
        world.set_role(A, Role::Id(1));
        world.next_tick(1);
        let (holder, claimant) = (OrganizationKey(0), OrganizationKey(1));
        let conflict = Conflict::AccountClaimedTwice { account: number(A), holder, claimant };
        assert!(world.has(&Effect::RaiseConflict(conflict)));
        assert_eq!(world.standing(A), Some(Standing::Blocked));
        world.next_tick(1);
        assert_eq!(world.log.iter().filter(|(_, effect)| *effect == Effect::RaiseConflict(conflict)).count(), 1);
        world.tick(0);
        assert!(world.has(&Effect::ClearConflict(conflict)));
        world.next_tick(1);
        let by = IdOf::Organization;
        assert!(world.has(&Effect::Activate { account: number(A), organization: claimant, by }), "{hand:?}");
    }
}

#[test]
fn a_move_between_organizations_of_one_customer_leaves_the_claim_of_another() {
    for hand in [Hand::Pages, Hand::Difference] {
        let mut world = World::new(plain());
        world.hand = hand;
        world.connect(0, 0, ServiceMode::RealTime, &[]);
        world.connect(1, 0, ServiceMode::RealTime, &[]);
        world.connect(2, 1, ServiceMode::RealTime, &[]);
        world.account(A, 1, Role::Id(0));
        world.tick(0);
        world.tick(1);
        world.tick(2);
        // The other customer lists it, then the first one's other organization does, before either has let go.
        world.set_organization(A, Some(2));
        world.next_tick(2);
        assert_eq!(world.standing(A), Some(Standing::Blocked));
        world.set_organization(A, Some(0));
        world.next_tick(0);
        let account = world.vendor.account(number(A)).unwrap();
        assert_eq!((account.organization, account.standing), (OrganizationKey(0), Standing::Blocked), "{hand:?}");
        world.tick(1);
        assert_eq!(world.standing(A), Some(Standing::Blocked));
        world.next_tick(2);
        world.next_tick(0);
        assert_eq!(world.standing(A), Some(Standing::Active), "{hand:?}");
    }
}

#[test]
fn a_claim_that_is_taken_back_unblocks() {
    let mut world = World::new(plain());
    world.connect(0, 0, ServiceMode::RealTime, &[]);
    world.connect(1, 1, ServiceMode::RealTime, &[]);
    world.account(A, 0, Role::Id(0));
    world.tick(0);
    world.set_organization(A, Some(1));
    world.tick(1);
    assert_eq!(world.standing(A), Some(Standing::Blocked));
    world.set_organization(A, Some(0));
    world.next_tick(1);
    assert_eq!(world.standing(A), Some(Standing::New));
    world.tick(0);
    assert_eq!(world.standing(A), Some(Standing::Active));
}

/// An account that is reopened is as good as new, also while two tenants claim it.
#[test]
fn whoever_is_reopened_while_it_is_blocked_is_notified_from_the_first_mail_on() {
    for (reopened, numbers) in [(true, [1, 2, 1]), (false, [1, 2, 3])] {
        let mut world = World::new(plain());
        world.connect(0, 0, ServiceMode::RealTime, &[]);
        world.connect(1, 1, ServiceMode::RealTime, &[]);
        world.account(A, 0, Role::Absent);
        world.tick(0);
        world.next_tick(0);
        world.set_organization(A, Some(1));
        world.tick(1);
        assert_eq!(world.standing(A), Some(Standing::Blocked));
        world.set_organization(A, Some(0));
        if reopened {
            for state in [AccountState::Suspended, AccountState::Active] {
                world.set_state(A, state);
                world.next_tick(0);
            }
        }
        assert_eq!((world.standing(A), world.notified(A)), (Some(Standing::Blocked), vec![1, 2]));
        world.next_tick(1);
        assert_eq!(world.standing(A), Some(Standing::New));
        world.tick(0);
        assert_eq!(world.notified(A), numbers, "reopened: {reopened}");
        assert_eq!(world.vendor.account(number(A)).unwrap().failed_checks, numbers[2]);
    }
}

#[test]
fn a_conflict_is_settled_by_hand() {
    for winner in [0, 1] {
        let mut world = World::new(plain());
        world.connect(0, 0, ServiceMode::RealTime, &[]);
        world.connect(1, 1, ServiceMode::RealTime, &[]);
        world.account(A, 0, Role::Id(0));
        world.tick(0);
        world.set_organization(A, Some(1));
        world.tick(1);
        let organization = OrganizationKey(winner);
        world.send(Event::ConflictSettled { account: number(A), organization });
        let account = world.vendor.account(number(A)).unwrap();
        assert_eq!((account.organization, account.standing), (organization, Standing::New));
        world.send(Event::ConflictSettled { account: number(A), organization });
        assert!(world.has(&Effect::Ignored(Ignored::NoConflict)));
    }
}

#[test]
fn an_account_moves_between_two_organizations_of_one_customer() {
    let mut world = World::new(plain());
    world.connect(0, 0, ServiceMode::RealTime, &[A]);
    world.connect(1, 0, ServiceMode::RealTime, &[]);
    world.account(A, 0, Role::Id(0));
    world.tick(0);
    world.tick(1);
    world.set_organization(A, Some(1));
    world.next_tick(1);
    let because = Deactivated::Moved;
    assert!(world.has(&Effect::Deactivate { account: number(A), organization: OrganizationKey(0), because }));
    // Its trust has the ID of the organization that it left: denied, and that ID is not tried, nor the account's own there.
    assert_eq!((world.standing(A), world.notified(A)), (Some(Standing::Failing), vec![1]));
    let last = world.sent.iter().rev().find(|(account, ..)| *account == A);
    assert_eq!(last, Some(&(A, Probe::Right(IdOf::Organization), Some(external_id(1)))));
    world.set_role(A, Role::Id(1));
    world.next_tick(1);
    assert_eq!(world.standing(A), Some(Standing::Active));
    world.next_tick(0);
    assert_eq!(world.vendor.account(number(A)).unwrap().organization, OrganizationKey(1));
}

#[test]
fn organizations_are_refused_with_a_reason_and_leave_nothing_behind() {
    let mut world = World::new(plain());
    world.connect(0, 0, ServiceMode::RealTime, &[A]);
    let sound = NewOrganization {
        tenant: TenantId(1),
        id: OrganizationId::parse("o-organization1").unwrap(),
        management: number(management(1)),
        mode: ServiceMode::RealTime,
        external_id: external_id(1),
        own_ids: Vec::new(),
        subscribed: true,
    };
    let flipped = ExternalId::parse(&external_id(0).as_str().to_ascii_uppercase()).unwrap();
    let own = super::world::own_id(A);
    let same_id = OrganizationId::parse("o-organization0").unwrap();
    let table = [
        (NewOrganization { id: same_id, ..sound.clone() }, Refused::OrganizationTaken),
        (
            NewOrganization { management: number(management(0)), ..sound.clone() },
            Refused::ManagementTaken(number(management(0))),
        ),
        (NewOrganization { external_id: external_id(0), ..sound.clone() }, Refused::ExternalIdTaken),
        (NewOrganization { external_id: flipped, ..sound.clone() }, Refused::ExternalIdTaken),
        (NewOrganization { own_ids: vec![(number(5), own)], ..sound.clone() }, Refused::ExternalIdTaken),
        (NewOrganization { own_ids: vec![(number(5), external_id(1))], ..sound.clone() }, Refused::ExternalIdTaken),
    ];
    for (new, because) in table {
        let id = new.id.clone();
        world.send(Event::OrganizationAdded(Box::new(new)));
        assert_eq!(world.log.last().map(|(_, effect)| effect), Some(&Effect::OrganizationRefused { id, because }));
    }
    world.send(Event::OrganizationAdded(Box::new(sound)));
    assert!(world.has(&Effect::OrganizationAccepted { organization: OrganizationKey(1) }));
}

#[test]
fn a_removed_organization_is_served_no_more_and_its_accounts_are_free() {
    let mut world = World::new(plain());
    world.connect(0, 0, ServiceMode::RealTime, &[]);
    world.connect(1, 1, ServiceMode::RealTime, &[]);
    world.account(A, 0, Role::Id(0));
    world.tick(0);
    world.send(Event::OrganizationRemoved { organization: OrganizationKey(0) });
    assert_eq!(world.standing(A), Some(Standing::Departed));
    world.tick(0);
    assert_eq!(world.log.last().map(|(_, effect)| effect), Some(&Effect::Ignored(Ignored::UnknownOrganization)));
    world.set_organization(A, Some(1));
    world.set_role(A, Role::Id(1));
    world.next_tick(1);
    assert_eq!(world.standing(A), Some(Standing::Active));
}

#[test]
fn a_management_account_that_may_not_list_is_told_once() {
    let mut world = World::with_one_organization(plain());
    let conflict = Conflict::ListingDenied { organization: OrganizationKey(0) };
    for _ in 0..3 {
        world.break_next_listing = Some((0, ListingProblem::AccessDenied));
        world.next_tick(0);
    }
    let raised = world.log.iter().filter(|(_, effect)| *effect == Effect::RaiseConflict(conflict));
    assert_eq!(raised.count(), 1);
    assert_eq!(world.standing(management(0)), Some(Standing::Active));
    world.next_tick(0);
    assert!(world.has(&Effect::ClearConflict(conflict)));
    // A member account that was given as the management account.
    let mut wrong = World::new(plain());
    wrong.connect(0, 0, ServiceMode::RealTime, &[]);
    wrong.break_next_listing = Some((0, ListingProblem::AccessDenied));
    wrong.tick(0);
    assert!(wrong.has(&Effect::RaiseConflict(conflict)));
    assert_eq!(wrong.standing(management(0)), Some(Standing::New), "not listed, so not active");
}

#[test]
fn after_a_restart_what_was_under_way_is_unknown_and_made_again() {
    let mut vendor = World::with_one_organization(Settings {
        recheck_every_ticks: std::num::NonZeroU32::new(24).unwrap(),
        ..plain()
    });
    vendor.account(A, 0, Role::Id(0));
    vendor.next_tick(0);
    // By hand: a re-check whose first probe is out when the program ends.
    let organization = OrganizationKey(0);
    let mut effects = Vec::new();
    let machine = &mut vendor.vendor;
    machine.step(vendor.now, Event::ValidateRequested { organization, account: number(A) }, &mut effects);
    let Some(Effect::Probe { check, probe }) = effects.first().cloned() else { panic!("{effects:?}") };
    machine.step(vendor.now, Event::Restarted, &mut effects);
    assert_eq!(machine.checks_under_way(), 0);
    effects.clear();
    let answer = Answer::Outcome(Outcome::AccessDenied);
    machine.step(vendor.now, Event::ProbeAnswered { check, probe, answer }, &mut effects);
    assert_eq!(effects, [Effect::Ignored(Ignored::OldAnswer)]);
    let before = vendor.sent.len();
    vendor.next_tick(0);
    assert!(vendor.sent[before..].iter().any(|(account, probe, _)| *account == A && *probe == Probe::NoId));
}

#[test]
fn events_that_do_not_fit_change_nothing_and_say_so() {
    let mut world = World::with_one_organization(plain());
    let organization = OrganizationKey(0);
    let nowhere = OrganizationKey(9);
    let account = number(A);
    let state = AccountState::Active;
    let until = world.now;
    let table = [
        (Event::DiscoveryTick { organization: nowhere }, Ignored::UnknownOrganization),
        (Event::ListingComplete { organization, round: 99 }, Ignored::OldListing),
        (Event::ListingPage { organization, round: 0, accounts: &[] }, Ignored::OldListing),
        (Event::AccountState { organization, account, state }, Ignored::UnknownAccount),
        (Event::ValidateRequested { organization, account }, Ignored::UnknownAccount),
        (Event::AccessMayHaveChanged { account }, Ignored::UnknownAccount),
        (Event::MigrationRequested { organization, until }, Ignored::MigrationEndsInThePast),
        (Event::ConflictSettled { account, organization }, Ignored::NoConflict),
    ];
    for (event, because) in table {
        let say = format!("{event:?}");
        let before = format!("{:?}", world.vendor.accounts());
        world.send(event);
        assert_eq!(world.log.last().map(|(_, effect)| effect), Some(&Effect::Ignored(because)), "{say}");
        assert_eq!(format!("{:?}", world.vendor.accounts()), before, "{say}");
    }
}
