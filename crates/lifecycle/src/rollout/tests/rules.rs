//! The rules of a rollout, each in both directions.

use super::super::*;
use super::world::{MANAGEMENT, World, number, plan, settings};
use crate::{AccountState, DurationMs};
use rolecall_core::access_check::Verdict;

#[test]
fn the_management_account_goes_first_and_the_waves_follow() {
    let mut world = World::new(plan(settings(), &[2, 3]));
    assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Complete));
    let created: Vec<u64> =
        world.calls.iter().filter(|(_, action)| *action == Action::Create).map(|(account, _)| *account).collect();
    assert_eq!(created, [MANAGEMENT, 1, 2, 3, 4, 5]);
    assert!(world.roles.values().all(|role| *role == Existing::Equal));
    // A second run has nothing to do.
    let before = world.calls.len();
    assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Complete));
    assert_eq!(world.calls.len(), before);
}

#[test]
fn probes_unlock_when_they_validate_and_halt_when_they_find_a_hole() {
    let table: &[(&[Verdict], Option<Outcome>, bool)] = &[
        (&[Verdict::Validated], Some(Outcome::Complete), true),
        (&[Verdict::Denied, Verdict::Unknown, Verdict::Validated], Some(Outcome::Complete), true),
        (&[Verdict::Insecure], Some(Outcome::Halted(Halt::Insecure)), false),
        (&[Verdict::Denied, Verdict::Insecure], Some(Outcome::Halted(Halt::Insecure)), false),
        (&[Verdict::Denied; 20], Some(Outcome::Halted(Halt::NotUnlocked)), false),
        (&[Verdict::Unknown; 20], Some(Outcome::Halted(Halt::NotUnlocked)), false),
    ];
    for (verdicts, outcome, members) in table {
        let mut world = World::new(plan(Settings { unlock: Unlock::Probes, ..settings() }, &[1]));
        world.verdicts.extend(verdicts.iter().copied());
        assert_eq!(world.run(RunKind::Rollout), *outcome, "{verdicts:?}");
        assert_eq!(world.roles[&1] == Existing::Equal, *members, "{verdicts:?}");
    }
}

#[test]
fn only_what_the_plan_names_unlocks() {
    let mut world = World::new(plan(Settings { unlock: Unlock::Confirm, ..settings() }, &[1]));
    world.send(Event::Begin { kind: RunKind::Rollout });
    while !world.out.is_empty() {
        world.answer(0);
    }
    assert_eq!(world.rollout.state().stage(), Some(Stage::Unlocking));
    world.send(Event::ProbesAnswered { verdict: Verdict::Validated, jitter: 0 });
    assert_eq!(world.ignored, [Ignored::NotLocked]);
    assert_eq!(world.rollout.state().unlocked(), None);
    world.send(Event::Confirmed);
    assert_eq!(world.finish(), Some(Outcome::Complete));
    assert_eq!(world.rollout.state().unlocked(), Some(Unlock::Confirm));
}

#[test]
fn without_the_management_account_no_member_is_touched() {
    for collision in [Collision::Fail, Collision::Skip] {
        let mut world = World::new(plan(Settings { collision, ..settings() }, &[2]));
        world.roles.insert(MANAGEMENT, Existing::Different);
        assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Halted(Halt::Management)), "{collision:?}");
        assert!(world.calls.iter().all(|(account, _)| *account == MANAGEMENT));
    }
}

#[test]
fn existing_roles_are_adopted_or_decided_by_the_policy() {
    let failed = |failure| Status::Settled(Settled::Failed(failure));
    let skipped = Status::Settled(Settled::Skipped(Skipped::Collision));
    let table = [
        (Existing::Equal, Collision::Fail, Status::Settled(Settled::Adopted), Existing::Equal),
        (Existing::Different, Collision::Fail, failed(Failure::Collision), Existing::Different),
        (Existing::Different, Collision::Skip, skipped, Existing::Different),
        (Existing::Different, Collision::Overwrite, Status::Settled(Settled::Overwritten), Existing::Equal),
        (Existing::OtherCase, Collision::Fail, failed(Failure::NameTaken), Existing::OtherCase),
        (Existing::OtherCase, Collision::Skip, skipped, Existing::OtherCase),
        (Existing::OtherCase, Collision::Overwrite, failed(Failure::NameTaken), Existing::OtherCase),
    ];
    for (found, collision, status, after) in table {
        let mut world = World::new(plan(Settings { collision, ..settings() }, &[1]));
        world.roles.insert(1, found);
        world.run(RunKind::Rollout);
        assert_eq!((world.status(1), world.roles[&1]), (status, after), "{found:?} {collision:?}");
        // What was there before is not ours to take away.
        if found != Existing::Absent {
            world.run(RunKind::Remove);
            assert_eq!(world.roles[&1], after, "{found:?} {collision:?}");
        }
    }
}

#[test]
fn a_name_that_is_taken_in_other_case_is_found_out() {
    let mut world = World::new(plan(settings(), &[1]));
    // The reader does not see it, and AWS refuses.
    world.fail(1, Action::Create, ErrorClass::AlreadyExists, 99);
    world.run(RunKind::Rollout);
    assert_eq!(world.status(1), Status::Settled(Settled::Failed(Failure::NameTaken)));
    assert_eq!(world.target(1).origin, Origin::Nothing);
}

#[test]
fn errors_are_repeated_by_their_class() {
    let settled = |class| Status::Settled(Settled::Failed(Failure::Error(class)));
    for class in [ErrorClass::Throttled, ErrorClass::Fault, ErrorClass::NotReady, ErrorClass::Busy] {
        for action in [Action::Read, Action::Create, Action::Verify] {
            let mut world = World::new(plan(settings(), &[1]));
            world.fail(1, action, class, 2);
            assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Complete), "{class:?} {action:?}");
            assert!(world.now > TimeMs(0), "it waited");
        }
        let mut world = World::new(plan(settings(), &[1]));
        world.fail(1, Action::Read, class, 99);
        world.run(RunKind::Rollout);
        assert_eq!(world.status(1), settled(class));
    }
    for class in [ErrorClass::AccessDenied, ErrorClass::LimitExceeded, ErrorClass::Invalid] {
        let mut world = World::new(plan(settings(), &[1]));
        world.fail(1, Action::Create, class, 1);
        world.run(RunKind::Rollout);
        assert_eq!((world.status(1), world.now), (settled(class), TimeMs(0)));
    }
}

#[test]
fn a_call_that_failed_and_yet_had_its_effect_makes_no_second_role() {
    let mut world = World::new(plan(settings(), &[1]));
    world.faults.entry((1, Action::Create)).or_default().push_back((ErrorClass::Fault, true));
    assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Complete));
    assert_eq!(world.status(1), Status::Settled(Settled::Created));
    assert_eq!(world.calls.iter().filter(|call| **call == (1, Action::Create)).count(), 1);
}

#[test]
fn a_half_made_role_of_ours_is_repaired_whatever_the_policy() {
    let mut world = World::new(plan(settings(), &[1]));
    world.send(Event::Begin { kind: RunKind::Rollout });
    while world.out.back() != Some(&(number(1), Action::Create)) {
        world.answer(0);
    }
    world.crash(false);
    world.roles.insert(1, Existing::Different);
    assert_eq!(world.finish(), Some(Outcome::Complete));
    assert_eq!((world.status(1), world.roles[&1]), (Status::Settled(Settled::Created), Existing::Equal));
}

#[test]
fn accounts_that_are_not_active_are_skipped_and_do_not_fail_the_run() {
    let members = [AccountState::Active, AccountState::Suspended, AccountState::PendingClosure];
    let members: Vec<PlannedMember> = members
        .into_iter()
        .zip(1..)
        .map(|(state, account)| PlannedMember { account: number(account), wave: 0, state })
        .collect();
    let mut world = World::new(Plan::new(number(MANAGEMENT), &members, settings()).unwrap());
    assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Complete));
    for account in [2, 3] {
        assert_eq!(world.status(account), Status::Settled(Settled::Skipped(Skipped::NotActive)));
        assert!(world.calls.iter().all(|(of, _)| *of != account));
    }
    // One that was closed meanwhile says so itself.
    let mut closed = World::new(plan(settings(), &[2]));
    closed.fail(1, Action::Read, ErrorClass::NotActive, 1);
    assert_eq!(closed.run(RunKind::Rollout), Some(Outcome::Complete));
    assert_eq!(closed.status(1), Status::Settled(Settled::Skipped(Skipped::NotActive)));
}

#[test]
fn a_failure_too_many_halts_and_the_next_run_takes_up_the_rest() {
    let mut world = World::new(plan(settings(), &[4, 2]));
    world.fail(1, Action::Create, ErrorClass::AccessDenied, 1);
    assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Halted(Halt::ToleranceExceeded)));
    assert!(world.calls.iter().all(|(account, _)| [MANAGEMENT, 1].contains(account)), "{:?}", world.calls);
    assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Complete));
    assert!(world.roles.values().all(|role| *role == Existing::Equal));
    let twice = world.calls.iter().filter(|call| **call == (MANAGEMENT, Action::Create)).count();
    assert_eq!(twice, 1);
}

#[test]
fn a_role_that_was_refused_to_us_and_stands_later_is_anothers() {
    let mut world = World::new(plan(settings(), &[1]));
    world.fail(1, Action::Create, ErrorClass::AccessDenied, 1);
    world.run(RunKind::Rollout);
    assert_eq!(world.rollout.state().targets().last().unwrap().origin, Origin::Nothing);
    // Somebody made one by hand meanwhile.
    world.roles.insert(1, Existing::Different);
    world.run(RunKind::Rollout);
    assert_eq!(world.status(1), Status::Settled(Settled::Failed(Failure::Collision)));
    world.run(RunKind::Remove);
    assert_eq!(world.roles[&1], Existing::Different);
}

#[test]
fn within_the_tolerance_one_bad_account_stops_nobody() {
    let preferences =
        Preferences { concurrency: Amount::Count(2), tolerance: Amount::Count(1), mode: ConcurrencyMode::Soft };
    let mut world = World::new(plan(Settings { preferences, ..settings() }, &[3, 2]));
    world.fail(2, Action::Create, ErrorClass::AccessDenied, 1);
    assert_eq!(world.run(RunKind::Rollout), Some(Outcome::WithFailures(1)));
    assert_eq!(world.roles.values().filter(|role| **role == Existing::Equal).count(), 5);
}

#[test]
fn a_stopped_run_finishes_what_it_began_and_goes_on_when_asked() {
    let mut world = World::new(plan(settings(), &[4]));
    world.send(Event::Begin { kind: RunKind::Rollout });
    while world.out.back() != Some(&(number(1), Action::Create)) {
        world.answer(0);
    }
    world.send(Event::StopRequested);
    assert_eq!(world.finish(), Some(Outcome::Stopped));
    assert_eq!((world.roles[&1], world.roles[&2]), (Existing::Equal, Existing::Absent));
    assert!(world.rollout.state().targets().iter().all(|target| !matches!(target.status, Status::Calling(_))));
    world.send(Event::ContinueRequested);
    assert_eq!(world.finish(), Some(Outcome::Complete));
    world.send(Event::ContinueRequested);
    assert_eq!(world.ignored, [Ignored::NoRun]);
}

#[test]
fn waves_rest_before_the_next_one() {
    let bake = DurationMs::from_minutes(10);
    let mut world = World::new(plan(Settings { bake, ..settings() }, &[1, 1, 1]));
    assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Complete));
    assert_eq!(world.now, TimeMs(2 * bake.0));
}

#[test]
fn a_verification_finds_what_was_changed_and_what_is_gone() {
    let mut world = World::new(plan(settings(), &[4]));
    world.run(RunKind::Rollout);
    assert_eq!(world.run(RunKind::Verify), Some(Outcome::Complete));
    world.roles.insert(1, Existing::Different);
    world.roles.insert(2, Existing::Absent);
    assert_eq!(world.run(RunKind::Verify), Some(Outcome::WithFailures(2)), "it reads on whatever it finds");
    assert_eq!(world.status(1), Status::Settled(Settled::Failed(Failure::Drifted)));
    assert_eq!(world.status(2), Status::Settled(Settled::Failed(Failure::Missing)));
    assert_eq!(world.status(4), Status::Settled(Settled::Verified));
    // A rollout mends both.
    assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Complete));
    assert!(world.roles.values().all(|role| *role == Existing::Equal));
}

#[test]
fn a_removal_takes_what_is_ours_management_account_last() {
    let mut world = World::new(plan(settings(), &[2, 1]));
    world.roles.insert(2, Existing::Equal);
    world.run(RunKind::Rollout);
    assert_eq!(world.target(2).origin, Origin::Adopted);
    let before = world.calls.len();
    assert_eq!(world.run(RunKind::Remove), Some(Outcome::Complete));
    let removed: Vec<u64> = world.calls[before..].iter().map(|(account, _)| *account).collect();
    assert_eq!(removed, [1, 3, MANAGEMENT]);
    assert_eq!(world.roles[&2], Existing::Equal);
    // And the members are locked again.
    assert_eq!(world.rollout.state().unlocked(), None);
    assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Complete));

    let mut all = World::new(plan(Settings { remove_adopted: true, ..settings() }, &[2]));
    all.roles.insert(2, Existing::Equal);
    all.run(RunKind::Rollout);
    all.run(RunKind::Remove);
    assert!(all.roles.values().all(|role| *role == Existing::Absent));
}

#[test]
fn a_removal_that_failed_leaves_open_what_stands_there() {
    let mut world = World::new(plan(settings(), &[1]));
    world.run(RunKind::Rollout);
    world.send(Event::Begin { kind: RunKind::Remove });
    // The call had its effect, its answer was lost, and the second one is refused.
    world.fail(1, Action::Remove, ErrorClass::AccessDenied, 1);
    world.crash(true);
    assert_eq!(world.finish(), Some(Outcome::Halted(Halt::ToleranceExceeded)));
    assert_eq!((world.roles[&1], world.target(1).origin), (Existing::Absent, Origin::Begun));
    assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Complete));
    assert_eq!(world.roles[&1], Existing::Equal);
}

#[test]
fn what_cannot_be_read_back_yet_is_read_again() {
    let mut world = World::new(plan(settings(), &[1]));
    world.send(Event::Begin { kind: RunKind::Rollout });
    while world.out.back() != Some(&(number(1), Action::Verify)) {
        world.answer(0);
    }
    let (account, action) = world.out.pop_back().unwrap();
    let answer = Answer::Found(Existing::Absent);
    world.send(Event::Answered { account, action, answer, jitter: 0 });
    assert!(matches!(world.status(1), Status::BackingOff(Action::Verify, _)));
    assert_eq!(world.finish(), Some(Outcome::Complete));

    let mut never = World::new(plan(settings(), &[1]));
    never.faults.entry((1, Action::Create)).or_default().push_back((ErrorClass::Fault, false));
    never.send(Event::Begin { kind: RunKind::Rollout });
    while never.outcome.is_none() {
        if let Some((account, action)) = never.out.pop_front() {
            let answer = match (account.get(), action) {
                (1, Action::Verify) => Answer::Found(Existing::Different),
                _ => never.perform(account, action),
            };
            never.send(Event::Answered { account, action, answer, jitter: u32::MAX });
        } else {
            assert!(never.wait());
        }
    }
    assert_eq!(never.status(1), Status::Settled(Settled::Failed(Failure::NotEqual)));
}

#[test]
fn events_that_do_not_fit_change_nothing_and_say_so() {
    use Ignored::{NoRun, NotLocked, OldAnswer, RunUnderWay, UnknownAccount};
    let mut world = World::new(plan(settings(), &[1]));
    let account = number(MANAGEMENT);
    let answered = |account, action, answer| Event::Answered { account, action, answer, jitter: 0 };
    world.send(Event::StopRequested);
    world.send(answered(account, Action::Read, Answer::Succeeded));
    world.send(Event::Begin { kind: RunKind::Rollout });
    let before = world.rollout.state().clone();
    world.send(Event::Begin { kind: RunKind::Verify });
    world.send(answered(number(77), Action::Read, Answer::Found(Existing::Equal)));
    world.send(answered(account, Action::Create, Answer::Succeeded));
    // A reading does not just succeed.
    world.send(answered(account, Action::Read, Answer::Succeeded));
    world.send(Event::Confirmed);
    let expected = [NoRun, NoRun, RunUnderWay, UnknownAccount, OldAnswer, OldAnswer, NotLocked];
    assert_eq!(world.ignored, expected);
    assert_eq!(&before, world.rollout.state());
}

#[test]
fn a_management_account_that_lost_its_role_unlocks_nobody_until_it_is_checked_again() {
    for (found, unlocked) in [(Existing::Equal, true), (Existing::Absent, false), (Existing::Different, false)] {
        let mut world = World::new(plan(Settings { unlock: Unlock::Probes, ..settings() }, &[1]));
        assert_eq!(world.run(RunKind::Rollout), Some(Outcome::Complete));
        world.roles.insert(MANAGEMENT, found);
        world.run(RunKind::Verify);
        assert_eq!(world.rollout.state().unlocked().is_some(), unlocked, "{found:?}");
        world.verdicts.push_back(Verdict::Insecure);
        let expected = if unlocked { Outcome::Complete } else { Outcome::Halted(Halt::Insecure) };
        assert_eq!(world.run(RunKind::Rollout), Some(expected), "{found:?}");
    }
}
