//! The cheap ways are the same as the plain ones: a listing by its difference as one by its pages, and re-checks on a hint
//! as re-checks of everybody.

use super::super::*;
use super::random::{self, Op, any_op, any_role, any_state};
use super::world::{Hand, Role, World, management, number, plain};
use crate::{AccountState, DurationMs};
use proptest::prelude::*;
use rolecall_core::organization::ServiceMode;

#[derive(Clone, Debug)]
enum Change {
    Role(u64, Role),
    State(u64, AccountState),
    Move(u64, Option<u32>),
    Settle(u64, u32),
    Management(u32, Role),
    /// The next listing breaks off after so many accounts.
    Break(usize, ListingProblem),
    /// Somebody presses Validate Access.
    Validate(u32, u64),
    Restart,
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => (1..9_u64, any_role()).prop_map(|(account, role)| Change::Role(account, role)),
        1 => (1..9_u64, any_state()).prop_map(|(account, state)| Change::State(account, state)),
        2 => (1..9_u64, prop::option::weighted(0.8, 0..3_u32)).prop_map(|(account, to)| Change::Move(account, to)),
        1 => (1..9_u64, 0..3_u32).prop_map(|(account, to)| Change::Settle(account, to)),
        1 => (0..3_u32, any_management_role()).prop_map(|(organization, role)| Change::Management(organization, role)),
        1 => (0..7_usize, any_problem()).prop_map(|(shown, problem)| Change::Break(shown, problem)),
        2 => (0..3_u32, any_checked()).prop_map(|(organization, account)| Change::Validate(organization, account)),
        1 => Just(Change::Restart),
    ]
}

fn any_checked() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 1..9_u64, 1 => (0..3_u32).prop_map(management)]
}

fn any_problem() -> impl Strategy<Value = ListingProblem> {
    prop::sample::select(vec![ListingProblem::AccessDenied, ListingProblem::Throttled])
}

/// Its own ID opens it, or nothing does.
fn any_management_role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Absent), (0..3_u32).prop_map(Role::Id)]
}

fn run(hours: &[Vec<Change>], every: u32, window: DurationMs, rechecks: Rechecks, hand: Hand) -> World {
    let settings = Settings {
        recheck_every_ticks: std::num::NonZeroU32::new(every).unwrap(),
        propagation_window: window,
        propagation_retry: DurationMs::from_minutes(7),
        rechecks,
        ..plain()
    };
    let mut world = World::new(settings);
    world.hand = hand;
    world.connect(0, 0, ServiceMode::RealTime, &[1]);
    world.connect(1, 1, ServiceMode::RealTime, &[]);
    // Of the same customer as the first one.
    world.connect(2, 0, ServiceMode::RealTime, &[]);
    for account in 1..9 {
        world.account(account, u32::try_from(account % 2).unwrap(), Role::Absent);
    }
    for changes in hours {
        for change in changes {
            let account = match change {
                Change::Role(account, role) => {
                    world.set_role(*account, *role);
                    account
                }
                Change::State(account, state) => {
                    world.set_state(*account, *state);
                    account
                }
                Change::Move(account, to) => {
                    world.set_organization(*account, *to);
                    account
                }
                Change::Settle(account, to) => {
                    let (account, organization) = (number(*account), OrganizationKey(*to));
                    world.send(Event::ConflictSettled { account, organization });
                    continue;
                }
                Change::Management(organization, role) => {
                    world.set_role(management(*organization), *role);
                    &management(*organization)
                }
                Change::Break(shown, problem) => {
                    world.break_next_listing = Some((*shown, *problem));
                    continue;
                }
                Change::Validate(organization, account) => {
                    let (organization, account) = (OrganizationKey(*organization), number(*account));
                    world.send(Event::ValidateRequested { organization, account });
                    continue;
                }
                Change::Restart => {
                    world.send(Event::Restarted);
                    continue;
                }
            };
            if rechecks == Rechecks::OnHint {
                world.send(Event::AccessMayHaveChanged { account: number(*account) });
            }
        }
        // Not all at once, and not in the order of their keys: two listings of one moment leave an account where it is.
        for organization in [0, 2, 1] {
            world.wait(DurationMs::from_minutes(20));
            world.tick(organization);
        }
    }
    world
}

/// What is seen, at each moment in any order: a management account whose turn comes when its listing is refused answers before
/// the other checks or after them.
fn seen(world: &World) -> Vec<String> {
    let mut seen = world.visible();
    seen.sort();
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn the_cheap_ways_lead_to_the_same(
        hours in prop::collection::vec(prop::collection::vec(any_change(), 0..4), 1..30),
        every in 1..6_u32,
        window in prop::sample::select(vec![0, 30, 100]),
    ) {
        let window = DurationMs::from_minutes(window);
        let plain = run(&hours, every, window, Rechecks::Every, Hand::Pages);
        for (rechecks, hand) in [
            (Rechecks::Every, Hand::Difference),
            (Rechecks::OnHint, Hand::Pages),
            (Rechecks::OnHint, Hand::Difference),
        ] {
            let cheap = run(&hours, every, window, rechecks, hand);
            prop_assert_eq!(seen(&plain), seen(&cheap), "{:?} {:?}", rechecks, hand);
            prop_assert!(cheap.sent.len() <= plain.sent.len());
        }
    }

    /// Whoever may be other at any time is hinted at before each tick and listing: then nothing at all is left out, whatever
    /// fails and whatever is asked for out of turn. Each probe, each check, each cause and each serial number is the same.
    #[test]
    fn hints_for_everybody_leave_out_nothing(
        ops in prop::collection::vec(any_op(), 1..80),
        window_s in prop::sample::select(vec![0_u64, 60, 3_000]),
        retries in 0..3_u8,
        every in 1..5_u32,
    ) {
        let run = |rechecks| {
            let mut world = random::world(Settings { rechecks, ..random::settings(window_s, retries, every) }, Hand::Pages);
            world.hints_everybody = rechecks == Rechecks::OnHint;
            for op in ops.iter().filter(|op| !matches!(op, Op::Hint(_))) {
                random::perform(&mut world, op);
            }
            world
        };
        let (plain, hinted) = (run(Rechecks::Every), run(Rechecks::OnHint));
        prop_assert_eq!(plain.log, hinted.log);
    }
}
