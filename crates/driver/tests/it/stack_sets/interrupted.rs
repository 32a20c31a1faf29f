//! Rollouts that are killed, stopped, or meet the operation of somebody else.

use super::scene::{Calls, NAME, Scene};
use crate::organization::{MANAGEMENT, member, number};
use rolecall_aws::{CallAs, DeploymentTargets, InstancesRequest};
use rolecall_driver::stack_sets::{Access, Ended, Outcome, Stage};
use rolecall_lifecycle::rollout::{Amount, ConcurrencyMode, Preferences};
use std::sync::Arc;
use tokio::sync::watch;

/// Runs until so many calls were made, and is dropped then; or to its end.
async fn run_for(scene: &Scene, calls: u64, removes: bool) -> Option<Ended> {
    let calls = Calls::new(calls);
    let connection = scene.inside(number(MANAGEMENT)).with_pace(calls.clone());
    let access = Access { sets: connection.clone(), management: Some(connection), accounts: None };
    let (_stop, stop) = watch::channel(false);
    let mut rollout = scene.rollout_with(access);
    tokio::select! {
        biased;
        ended = async {
            if removes { Box::pin(rollout.remove(stop)).await } else { Box::pin(rollout.run(stop)).await }
        } => Some(ended.unwrap()),
        () = calls.over.notified() => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_any_call_the_next_run_ends_the_same() {
    // The tolerance of one and a collision: also failures are found after a death.
    let (mut killed, mut whole) = (0, None);
    for calls in 1.. {
        let mut scene = Scene::new(6).await;
        scene.settings.read_roles = false;
        scene.settings.preferences.tolerance = Amount::Count(1);
        scene.block(member(4)).await;
        let first = run_for(&scene, calls, false).await;
        let is_whole = first.is_some();
        killed += u32::from(!is_whole);
        let ended = match first {
            Some(ended) => ended,
            None => run_for(&scene, u64::MAX, false).await.unwrap(),
        };
        assert_eq!((&ended.outcome, ended.summary.unread), (&Outcome::WithFailures(1), 5), "after {calls} calls");
        scene.expect_right(scene.all().into_iter().filter(|account| *account != member(4))).await;
        assert_eq!(scene.expect_one_operation_at_a_time(), ["CREATE"], "after {calls} calls");
        let made = ["CreateStack", "CreateStackSet", "CreateStackInstances"].map(|call| scene.effects(call));
        assert_eq!(made, [1, 1, 1], "after {calls} calls");
        if is_whole {
            whole = Some(calls);
            break;
        }
    }
    println!("killed at {killed} moments; a whole rollout took fewer than {whole:?} calls");
    assert!(killed > 15);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_removal_that_is_killed_after_any_call_ends_the_same() {
    for calls in 1.. {
        let mut scene = Scene::new(6).await;
        scene.settings.read_roles = false;
        run_for(&scene, u64::MAX, false).await.unwrap();
        let first = run_for(&scene, calls, true).await;
        let is_whole = first.is_some();
        if !is_whole {
            let ended = run_for(&scene, u64::MAX, true).await.unwrap();
            assert_eq!(ended.outcome, Outcome::Complete, "after {calls} calls");
        }
        scene.expect_no_role(scene.all()).await;
        let made = ["DeleteStackInstances", "DeleteStackSet", "DeleteStack"].map(|call| scene.effects(call));
        assert_eq!(made, [1, 1, 1], "after {calls} calls");
        if is_whole {
            assert!(calls > 8, "{calls}");
            break;
        }
    }
}

fn one_at_a_time() -> Preferences {
    Preferences { concurrency: Amount::Count(1), tolerance: Amount::Count(0), mode: ConcurrencyMode::Strict }
}

/// Runs, and asks for a stop once an operation is watched.
async fn stopped(scene: &Scene) -> Ended {
    let mut rollout = scene.rollout().await;
    let (stop, stopping) = watch::channel(false);
    let mut progress = rollout.progress();
    let watcher = tokio::spawn(async move {
        progress.wait_for(|progress| progress.stage == Stage::Operation && progress.total > 0).await.unwrap();
        stop.send_replace(true);
        stop
    });
    let ended = Box::pin(rollout.run(stopping)).await.unwrap();
    drop(watcher.await.unwrap());
    ended
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_leaves_the_operation_running_and_the_next_run_watches_it() {
    let mut scene = Scene::new(60).await;
    scene.settings.preferences = one_at_a_time();
    let ended = stopped(&scene).await;
    assert_eq!(ended.outcome, Outcome::Stopped);
    let running = ended.running.unwrap();
    assert!(running.starts_with("rolecall-"), "{running}");
    assert!(ended.notes[0].contains(&running) && ended.notes[0].contains("run the command again"), "{:?}", ended.notes);
    let ended = scene.run().await.unwrap();
    assert_eq!((ended.outcome, ended.summary.verified), (Outcome::Complete, 61));
    assert_eq!(scene.expect_one_operation_at_a_time(), ["CREATE"]);
    assert_eq!(scene.effects("CreateStackInstances"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_of_the_operation_cancels_the_rest_and_a_repair_does_it() {
    let mut scene = Scene::new(60).await;
    scene.settings.preferences = one_at_a_time();
    scene.settings.stop_operation = true;
    let ended = stopped(&scene).await;
    assert_eq!((ended.outcome, ended.running), (Outcome::Stopped, None));
    assert_eq!(scene.effects("StopStackSetOperation"), 1);
    let ended = scene.run().await.unwrap();
    let Outcome::Unfinished(left) = ended.outcome else { panic!("{ended:?}") };
    assert!(left > 0 && ended.summary.causes.is_empty(), "{ended:?}");
    scene.settings.repair = true;
    let ended = scene.run().await.unwrap();
    assert_eq!(ended.outcome, Outcome::Complete);
    scene.expect_right(scene.all()).await;
    // All came through the root, so that one operation is enough.
    assert_eq!(scene.expect_one_operation_at_a_time(), ["CREATE", "UPDATE"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operation_of_somebody_else_is_watched_and_not_stopped() {
    let mut scene = Scene::new(9).await;
    scene.run().await.unwrap();
    let sets = scene.inside(number(MANAGEMENT));
    let set = sets.describe_stack_set(NAME, CallAs::Own).await.unwrap().unwrap();
    let request = InstancesRequest {
        stack_set_name: NAME.to_owned(),
        targets: DeploymentTargets { organizational_unit_ids: set.organizational_unit_ids, ..Default::default() },
        regions: set.regions,
        operation_id: Some(String::from("somebody-else-1")),
        ..InstancesRequest::default()
    };
    sets.update_stack_instances(&request).await.unwrap();
    scene.settings.stop_operation = true;
    let (stop, stopping) = watch::channel(true);
    let ended = Box::pin(scene.rollout().await.run(stopping)).await.unwrap();
    drop(stop);
    assert_eq!((ended.outcome, ended.running.as_deref()), (Outcome::Stopped, Some("somebody-else-1")));
    assert_eq!(scene.effects("StopStackSetOperation"), 0);
    // A new version waits for it.
    scene.wanted.profile.description = Some(String::from("version 2"));
    let planned = scene.rollout().await.plan().await.unwrap();
    assert!(planned.steps.iter().any(|planned| planned.text.contains("somebody-else-1")), "{planned:?}");
    let ended = scene.run().await.unwrap();
    assert_eq!(ended.outcome, Outcome::Complete);
    scene.expect_right(scene.all()).await;
    assert_eq!(scene.expect_one_operation_at_a_time(), ["CREATE", "UPDATE", "UPDATE"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_rollouts_at_once_begin_one_operation() {
    let scene = Arc::new(Scene::new(9).await);
    let run = |scene: Arc<Scene>| async move { scene.run().await.unwrap().outcome };
    let (one, other) = tokio::join!(tokio::spawn(run(scene.clone())), tokio::spawn(run(scene.clone())));
    assert_eq!((one.unwrap(), other.unwrap()), (Outcome::Complete, Outcome::Complete));
    scene.expect_right(scene.all()).await;
    assert_eq!(scene.expect_one_operation_at_a_time(), ["CREATE"]);
    assert_eq!(["CreateStack", "CreateStackSet", "CreateStackInstances"].map(|call| scene.effects(call)), [1, 1, 1]);
}
