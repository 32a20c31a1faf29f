//! Random worlds: whatever happens, the rules that the world judges by hold after every effect; and when the faults stop,
//! what is right becomes active and what is wrong is notified twice.

use super::super::*;
use super::world::{Hand, Role, World, management, number, plain};
use crate::{AccountState, DurationMs};
use proptest::prelude::*;
use rolecall_core::access_check::{IdOf, Outcome};
use rolecall_core::organization::ServiceMode;

/// Organizations 0 and 1 are of one tenant, 2 of another; account 1 has an ID of its own in organization 0.
const ORGANIZATIONS: u32 = 3;
const ACCOUNTS: std::ops::Range<u64> = 1..7;

#[derive(Clone, Debug)]
pub(super) enum Op {
    Tick(u32),
    Wait(u64),
    Role(u64, Role),
    State(u64, AccountState),
    Move(u64, Option<u32>),
    Faults(Vec<Option<Outcome>>),
    BreakListing(usize, ListingProblem),
    Validate(u32, u64),
    Hint(u64),
    StateEvent(u32, u64),
    Migrate(u32, u64),
    Settle(u64, u32),
    Restart,
}

fn any_account() -> impl Strategy<Value = u64> {
    prop_oneof![8 => ACCOUNTS, 1 => (0..ORGANIZATIONS).prop_map(management)]
}

pub(super) fn any_role() -> impl Strategy<Value = Role> {
    prop_oneof![
        2 => Just(Role::Absent),
        6 => (0..ORGANIZATIONS).prop_map(Role::Id),
        1 => Just(Role::OwnId),
        1 => Just(Role::Open),
        1 => (0..ORGANIZATIONS).prop_map(Role::Prefix),
        1 => (0..ORGANIZATIONS).prop_map(Role::AnyCase),
    ]
}

pub(super) fn any_state() -> impl Strategy<Value = AccountState> {
    prop_oneof![3 => Just(AccountState::Active), 2 => prop::sample::select(AccountState::ALL.to_vec())]
}

fn any_outcome() -> impl Strategy<Value = Option<Outcome>> {
    prop_oneof![
        3 => Just(None),
        1 => Just(Some(Outcome::Throttled)),
        1 => Just(Some(Outcome::Fault)),
        1 => Just(Some(Outcome::AccessDenied)),
    ]
}

pub(super) fn any_op() -> impl Strategy<Value = Op> {
    let problem =
        prop::sample::select(vec![ListingProblem::AccessDenied, ListingProblem::Throttled, ListingProblem::Fault]);
    prop_oneof![
        12 => (0..ORGANIZATIONS).prop_map(Op::Tick),
        4 => (1..4_000_u64).prop_map(Op::Wait),
        6 => (any_account(), any_role()).prop_map(|(account, role)| Op::Role(account, role)),
        3 => (ACCOUNTS, any_state()).prop_map(|(account, state)| Op::State(account, state)),
        4 => (ACCOUNTS, prop::option::weighted(0.8, 0..ORGANIZATIONS)).prop_map(|(account, to)| Op::Move(account, to)),
        2 => prop::collection::vec(any_outcome(), 1..8).prop_map(Op::Faults),
        2 => (0..5_usize, problem).prop_map(|(shown, problem)| Op::BreakListing(shown, problem)),
        2 => (0..ORGANIZATIONS, any_account()).prop_map(|(of, account)| Op::Validate(of, account)),
        2 => any_account().prop_map(Op::Hint),
        1 => (0..ORGANIZATIONS, ACCOUNTS).prop_map(|(of, account)| Op::StateEvent(of, account)),
        1 => (0..ORGANIZATIONS, 1..20_u64).prop_map(|(of, hours)| Op::Migrate(of, hours)),
        1 => (ACCOUNTS, 0..ORGANIZATIONS).prop_map(|(account, to)| Op::Settle(account, to)),
        1 => Just(Op::Restart),
    ]
}

pub(super) fn world(settings: Settings, hand: Hand) -> World {
    let mut world = World::new(settings);
    world.hand = hand;
    world.connect(0, 0, ServiceMode::RealTime, &[1]);
    world.connect(1, 0, ServiceMode::RealTime, &[]);
    world.connect(2, 1, ServiceMode::RealTime, &[]);
    for account in ACCOUNTS {
        world.account(account, 0, Role::Absent);
        world.set_organization(account, None);
    }
    world
}

pub(super) fn perform(world: &mut World, op: &Op) {
    let key = OrganizationKey;
    match op {
        Op::Tick(organization) => world.tick(*organization),
        Op::Wait(seconds) => world.wait(DurationMs::from_seconds(*seconds)),
        Op::Role(account, role) => world.set_role(*account, *role),
        Op::State(account, state) => world.set_state(*account, *state),
        Op::Move(account, to) => world.set_organization(*account, *to),
        Op::Faults(faults) => world.faults.extend(faults.iter().copied()),
        Op::BreakListing(shown, problem) => world.break_next_listing = Some((*shown, *problem)),
        Op::Validate(organization, account) => {
            world.send(Event::ValidateRequested { organization: key(*organization), account: number(*account) });
        }
        Op::Hint(account) => world.send(Event::AccessMayHaveChanged { account: number(*account) }),
        Op::StateEvent(organization, account) => world.tell_state(*organization, *account),
        Op::Migrate(organization, hours) => {
            let until = world.now.plus(DurationMs::from_minutes(hours * 60));
            world.send(Event::MigrationRequested { organization: key(*organization), until });
        }
        Op::Settle(account, organization) => {
            world.send(Event::ConflictSettled { account: number(*account), organization: key(*organization) });
        }
        Op::Restart => world.send(Event::Restarted),
    }
}

/// What the next checks must find, with no faults any more.
fn becomes_active(world: &World, account: u64) -> Option<bool> {
    let truth = world.truth[&account];
    let organization = truth.organization?;
    let known = world.vendor.organization(OrganizationKey(organization))?;
    let right = match truth.role {
        Role::Id(of) => of == organization,
        Role::OwnId => account == 1 && organization == 0 && !known.migration_over,
        _ => false,
    };
    (truth.state == AccountState::Active).then_some(right)
}

pub(super) fn settings(window_s: u64, retries: u8, every: u32) -> Settings {
    Settings {
        propagation_window: DurationMs::from_seconds(window_s),
        unknown_retries_max: retries,
        recheck_every_ticks: std::num::NonZeroU32::new(every).unwrap(),
        ..plain()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_rules_hold_whatever_happens_and_what_is_right_comes_about(
        ops in prop::collection::vec(any_op(), 1..60),
        window_s in prop::sample::select(vec![0_u64, 60]),
        retries in 0..3_u8,
        every in 1..4_u32,
        pages: bool,
    ) {
        let hand = if pages { Hand::Pages } else { Hand::Difference };
        let mut world = world(settings(window_s, retries, every), hand);
        for op in &ops {
            perform(&mut world, op);
        }
        // The faults stop; management accounts are sound.
        world.faults.clear();
        world.break_next_listing = None;
        for organization in 0..ORGANIZATIONS {
            world.set_role(management(organization), Role::Id(organization));
        }
        // Migrations end.
        world.wait(DurationMs::from_minutes(21 * 60));
        // Long enough for every active account to be checked again, and for claims to be dropped.
        for _ in 0..=every + 1 {
            for organization in 0..ORGANIZATIONS {
                world.next_tick(organization);
            }
        }
        world.wait(DurationMs::from_minutes(5));
        for account in ACCOUNTS {
            let standing = world.standing(account);
            match becomes_active(&world, account) {
                Some(true) => prop_assert_eq!(standing, Some(Standing::Active), "{}", account),
                Some(false) => {
                    prop_assert_eq!(standing, Some(Standing::Failing), "{}", account);
                    let second = world.notified(account).into_iter().any(|number| number >= 2);
                    prop_assert!(second, "{} was not notified twice", account);
                }
                None => prop_assert!(standing != Some(Standing::Active) && standing != Some(Standing::Failing)),
            }
        }
        prop_assert_eq!(world.vendor.checks_under_way(), 0);
    }

    /// A right role is active by the next check, at every prefix of what happened.
    #[test]
    fn a_right_role_is_active_by_the_next_tick(ops in prop::collection::vec(any_op(), 1..40), account in ACCOUNTS) {
        let mut world = world(settings(0, 0, 1), Hand::Pages);
        for op in &ops {
            perform(&mut world, op);
        }
        world.faults.clear();
        world.break_next_listing = None;
        let Some(organization) = world.truth[&account].organization else { return Ok(()) };
        world.set_role(management(organization), Role::Id(organization));
        world.set_role(account, Role::Id(organization));
        world.set_state(account, AccountState::Active);
        for other in 0..ORGANIZATIONS {
            // A foreign organization that still claims it lets go first.
            if other != organization {
                world.set_role(management(other), Role::Id(other));
                world.next_tick(other);
            }
        }
        world.next_tick(organization);
        prop_assert_eq!(world.standing(account), Some(Standing::Active));
        let used = world.vendor.account(number(account)).unwrap().id_used;
        prop_assert_eq!(used, Some(IdOf::Organization));
    }
}
