//! The loop over accounts in memory, in a time of its own: stops, deaths, faults, unlocking.

mod clock;
mod scene;

use super::*;
use crate::journal::tests::settings;
use rolecall_lifecycle::DurationMs;
use rolecall_lifecycle::rollout::{
    Amount, ConcurrencyMode, ErrorClass, Existing, Failure, Halt, Preferences, Retries, Retry, Settings, Status, Unlock,
};
use scene::{Scene, account};

fn concurrency(count: u32, tolerance: u32) -> Settings {
    let preferences = Preferences {
        concurrency: Amount::Count(count),
        tolerance: Amount::Count(tolerance),
        mode: ConcurrencyMode::Soft,
    };
    Settings { preferences, ..settings() }
}

#[tokio::test]
async fn a_rollout_reaches_every_account_and_says_so() {
    let scene = Scene::new(200, concurrency(20, 0));
    let ended = scene.run(RunKind::Rollout).await.unwrap();
    assert_eq!(ended.outcome, Outcome::Complete);
    assert_eq!((ended.summary.created, ended.summary.failed, ended.summary.not_begun), (201, 0, 0));
    assert_eq!(scene.accounts.most_at_once(), 20);
    assert_eq!(scene.accounts.forgotten(), 201);
    let progress = *scene.last_progress.borrow();
    assert_eq!((progress.total, progress.done, progress.failed, progress.under_way), (201, 201, 0, 0));
    let again = scene.run(RunKind::Verify).await.unwrap();
    assert_eq!((again.outcome, again.summary.verified), (Outcome::Complete, 201));
    let gone = scene.run(RunKind::Remove).await.unwrap();
    assert_eq!((gone.outcome, gone.summary.removed), (Outcome::Complete, 201));
    assert!(scene.accounts.roles().is_empty());
}

#[tokio::test]
async fn many_accounts_go_with_one_write() {
    let scene = Scene::new(1_000, concurrency(100, 0));
    scene.run(RunKind::Rollout).await.unwrap();
    let entries = Journal::read(&scene.path()).unwrap().entries.len();
    let commits = scene.commits();
    // Six entries for each account; a write for each would be 6,006.
    assert!(entries > 6_000 && commits < 600, "{commits} writes for {entries} entries");
}

#[tokio::test]
async fn what_is_out_at_once_is_bounded_whatever_the_plan_allows() {
    let mut scene = Scene::new(300, concurrency(1_000, 0));
    scene.calls_at_once = 7;
    assert_eq!(scene.run(RunKind::Rollout).await.unwrap().outcome, Outcome::Complete);
    assert_eq!(scene.accounts.most_at_once(), 7);
}

#[tokio::test]
async fn every_call_stands_in_the_journal_before_it_is_made() {
    let scene = Scene::new(40, concurrency(8, 0));
    scene.accounts.look_into(scene.path());
    scene.run(RunKind::Rollout).await.unwrap();
    assert_eq!(scene.accounts.calls_looked_up(), 41 * 3);
    assert_eq!(scene.accounts.calls_unwritten(), 0);
}

#[tokio::test]
async fn one_account_that_fails_stops_nobody_within_the_tolerance() {
    let scene = Scene::new(60, concurrency(6, 1));
    scene.accounts.deny(account(17));
    let ended = scene.run(RunKind::Rollout).await.unwrap();
    assert_eq!(ended.outcome, Outcome::WithFailures(1));
    assert_eq!((ended.summary.created, ended.summary.failed), (60, 1));
    let [cause] = ended.summary.causes.as_slice() else { panic!("{:?}", ended.summary.causes) };
    assert_eq!(cause.accounts, [account(17)]);
    assert_eq!(cause.failure, Failure::Error(ErrorClass::AccessDenied));
    assert_eq!(cause.example.as_ref().unwrap().call, "sts:AssumeRole");
    // The next run touches that account alone.
    scene.accounts.admit_all();
    let mended = scene.run(RunKind::Rollout).await.unwrap();
    assert_eq!((mended.outcome, mended.summary.created), (Outcome::Complete, 1));
    assert_eq!(Journal::read(&scene.path()).unwrap().troubles.len(), 0);
}

#[tokio::test]
async fn more_failures_than_tolerated_halt_with_one_cause() {
    let scene = Scene::new(200, concurrency(5, 10));
    for number in 1..=200 {
        scene.accounts.deny(account(number));
    }
    let ended = scene.run(RunKind::Rollout).await.unwrap();
    assert_eq!(ended.outcome, Outcome::Halted(Halt::ToleranceExceeded));
    assert!(ended.summary.failed >= 11 && ended.summary.failed <= 15, "{}", ended.summary.failed);
    assert_eq!(ended.summary.causes.len(), 1);
}

#[tokio::test]
async fn a_stop_finishes_what_is_under_way_and_goes_on_later() {
    let scene = Scene::new(100, concurrency(10, 0));
    scene.stop_after_calls(60);
    let ended = scene.run(RunKind::Rollout).await.unwrap();
    assert_eq!(ended.outcome, Outcome::Stopped);
    assert_eq!(ended.summary.under_way, 0);
    let made = ended.summary.created;
    assert!(made > 0 && made < 60, "{made}");
    scene.never_stop();
    assert!(matches!(scene.run(RunKind::Remove).await.map(|ended| ended.outcome), Ok(Outcome::Complete)));
    let scene = Scene::new(100, concurrency(10, 0));
    scene.stop_after_calls(60);
    scene.run(RunKind::Rollout).await.unwrap();
    scene.never_stop();
    let ended = scene.run(RunKind::Rollout).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.created), (Outcome::Complete, 101));
    assert!(scene.accounts.creations().values().all(|made| *made == 1));
}

#[tokio::test]
async fn a_program_that_dies_anywhere_goes_on_and_makes_each_role_once() {
    for calls in (1..183).step_by(7) {
        let scene = Scene::new(60, concurrency(9, 0));
        scene.die_after_calls(calls);
        assert!(matches!(scene.run(RunKind::Rollout).await, Err(RunError::CallLost(_))));
        let removing = scene.run(RunKind::Remove).await;
        assert!(matches!(removing, Err(RunError::OtherRun(RunKind::Rollout))));
        let ended = scene.run(RunKind::Rollout).await.unwrap();
        assert_eq!(ended.outcome, Outcome::Complete, "after {calls} calls");
        assert!(scene.accounts.creations().values().all(|made| *made == 1), "after {calls} calls");
        let roles = scene.accounts.roles();
        assert!(roles.len() == 61 && roles.values().all(|role| *role == Existing::Equal), "after {calls} calls");
        assert_eq!(scene.last_progress.borrow().done, 61);
    }
}

#[tokio::test]
async fn a_call_that_panics_takes_no_other_account_along() {
    let scene = Scene::new(60, concurrency(9, 0));
    scene.die_after_calls(50);
    assert!(matches!(scene.run(RunKind::Rollout).await, Err(RunError::CallLost(_))));
    let recorded = Journal::read(&scene.path()).unwrap();
    let open = Rollout::resume(recorded.plan.plan().unwrap(), &recorded.entries);
    let unfinished = open.state().targets().iter().filter(|target| !is_finished(target.status)).count();
    assert_eq!(unfinished, 1, "the others that were under way were finished");
}

/// Over, or never begun.
fn is_finished(status: Status) -> bool {
    matches!(status, Status::Settled(_) | Status::Idle | Status::Waiting)
}

#[tokio::test]
async fn what_kept_the_vendor_out_is_over_once_it_got_in() {
    let scene = Scene::new(2, Settings { unlock: Unlock::Probes, ..concurrency(3, 0) });
    scene.accounts.verdicts(&[Verdict::Denied, Verdict::Validated]);
    assert_eq!(scene.run(RunKind::Rollout).await.unwrap().outcome, Outcome::Complete);
    assert!(scene.accounts.checks_told_why() > 0);
    assert_eq!(Journal::read(&scene.path()).unwrap().troubles.len(), 0);
}

#[tokio::test]
async fn faults_before_and_after_the_work_are_overcome() {
    let fault = Retry { first: DurationMs(100), most: DurationMs(2_000), times: 40 };
    let scene = Scene::new(150, Settings { retries: Retries { fault, ..Retries::default() }, ..concurrency(15, 0) });
    scene.accounts.fail_percent(30);
    let ended = scene.run(RunKind::Rollout).await.unwrap();
    assert_eq!(ended.outcome, Outcome::Complete);
    assert!(scene.accounts.creations().values().all(|made| *made == 1));
    assert!(scene.accounts.roles().values().all(|role| *role == Existing::Equal));
}

#[tokio::test]
async fn probes_and_the_customers_word_unlock() {
    let unlocked_by = |unlock| Settings { unlock, ..concurrency(3, 0) };
    let scene = Scene::new(10, unlocked_by(Unlock::Probes));
    scene.accounts.verdicts(&[Verdict::Denied, Verdict::Unknown, Verdict::Validated]);
    assert_eq!(scene.run(RunKind::Rollout).await.unwrap().outcome, Outcome::Complete);
    let scene = Scene::new(10, unlocked_by(Unlock::Probes));
    scene.accounts.verdicts(&[Verdict::Insecure]);
    let ended = scene.run(RunKind::Rollout).await.unwrap();
    assert_eq!(ended.outcome, Outcome::Halted(Halt::Insecure));
    assert_eq!((ended.summary.created, ended.summary.not_begun), (1, 10));
    let scene = Scene::new(10, unlocked_by(Unlock::Confirm));
    scene.accounts.confirm(Confirmation::Refused);
    assert_eq!(scene.run(RunKind::Rollout).await.unwrap().outcome, Outcome::Stopped);
    scene.accounts.confirm(Confirmation::Given);
    assert_eq!(scene.run(RunKind::Rollout).await.unwrap().outcome, Outcome::Complete);
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_ends_the_run_before_the_call() {
    let scene = Scene::new(20, concurrency(4, 0));
    scene.accounts.break_journal_after(scene.path(), 10);
    let error = scene.run(RunKind::Rollout).await.unwrap_err();
    assert!(matches!(error, RunError::Journal(_)), "{error}");
    // Of nothing that the journal does not have was a role made.
    assert!(scene.accounts.creations().len() <= 10);
}
