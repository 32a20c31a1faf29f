//! Concurrency, tolerance and waits as tables.

use super::super::*;
use super::world::{World, plan, settings};
use crate::DurationMs;

#[test]
fn concurrency_follows_failures_as_aws_says() {
    use Amount::{Count, Percentage};
    use ConcurrencyMode::{Soft, Strict};
    let table = [
        // concurrency, tolerance, mode, accounts, failures, allowed
        (Count(10), Count(3), Strict, 100, 0, 4),
        (Count(10), Count(3), Strict, 100, 1, 3),
        (Count(10), Count(3), Strict, 100, 3, 1),
        (Count(10), Count(3), Strict, 100, 4, 0),
        (Count(10), Count(3), Soft, 100, 0, 10),
        (Count(10), Count(3), Soft, 100, 3, 10),
        (Count(10), Count(3), Soft, 100, 4, 0),
        (Count(2), Count(50), Strict, 100, 0, 2),
        (Count(1), Count(0), Strict, 100, 0, 1),
        (Count(1), Count(0), Strict, 100, 1, 0),
        // Percentages round down, but never to no account at all.
        (Percentage(25), Percentage(100), Strict, 7, 0, 1),
        (Percentage(10), Percentage(100), Strict, 7, 0, 1),
        (Percentage(30), Percentage(100), Strict, 10, 0, 3),
        (Percentage(100), Percentage(15), Soft, 10, 1, 10),
        (Percentage(100), Percentage(15), Soft, 10, 2, 0),
        (Percentage(100), Percentage(9), Strict, 10, 0, 1),
        (Percentage(100), Percentage(9), Strict, 10, 1, 0),
        (Percentage(100), Percentage(0), Soft, 0, 0, 1),
        (Count(0), Count(0), Soft, 10, 0, 1),
        (Count(u32::MAX), Count(u32::MAX), Strict, u32::MAX, 0, u32::MAX),
    ];
    for (concurrency, tolerance, mode, total, failures, expected) in table {
        let preferences = Preferences { concurrency, tolerance, mode };
        let actual = preferences.concurrency_after(total, failures);
        assert_eq!(actual, expected, "{preferences:?} of {total} after {failures}");
    }
}

#[test]
fn waits_double_up_to_the_most_and_are_spread_over_their_upper_half() {
    let retry = Retry { first: DurationMs(1_000), most: DurationMs(5_000), times: 4 };
    let waits = |jitter| (0..5).map(|made| retry.wait(made, jitter).map(|wait| wait.0)).collect::<Vec<_>>();
    assert_eq!(waits(0), [Some(500), Some(1_000), Some(2_000), Some(2_500), None]);
    assert_eq!(waits(u32::MAX), [Some(1_000), Some(2_000), Some(4_000), Some(5_000), None]);
    let huge = Retry { first: DurationMs(u64::MAX / 2), most: DurationMs(u64::MAX), times: u8::MAX };
    assert_eq!(huge.wait(200, u32::MAX), Some(DurationMs(u64::MAX)));
}

#[test]
fn a_plan_names_what_is_wrong_with_it() {
    use super::world::{MANAGEMENT, number};
    use crate::AccountState;
    let member = |account| PlannedMember { account: number(account), wave: 0, state: AccountState::Active };
    let text = |members: &[PlannedMember], settings| {
        Plan::new(number(MANAGEMENT), members, settings).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(text(&[member(1), member(2)], settings()), Ok(()));
    assert_eq!(
        text(&[member(1), member(1)], settings()),
        Err("account 000000000001 is in the plan twice: leave one of the two out".to_owned())
    );
    assert_eq!(
        text(&[member(MANAGEMENT)], settings()),
        Err("account 000000000900 is the management account: it goes first by itself, leave it out of the waves"
            .to_owned())
    );
    let preferences = Preferences { tolerance: Amount::Percentage(101), ..Preferences::default() };
    assert_eq!(
        text(&[], Settings { preferences, ..settings() }),
        Err("101 is no percentage: expected 0 to 100".to_owned())
    );
}

#[test]
fn a_step_costs_its_account_and_not_the_size() {
    // Entries a step writes, for a rollout of a thousand accounts: a few for each account, whatever the size.
    let entries = |accounts: u64| {
        let mut world = World::new(plan(settings(), &[accounts]));
        world.run(RunKind::Rollout);
        world.journal.len() as u64
    };
    // Each account: read, create, verify, begun and answered.
    assert_eq!(entries(200) - entries(100), 6 * 100);
}
