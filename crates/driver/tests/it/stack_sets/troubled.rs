//! Failures: hidden ones, collisions, roles that were changed, calls that fail.

use super::scene::Scene;
use crate::organization::{MANAGEMENT, member, number};
use rolecall_driver::stack_sets::Outcome;
use rolecall_fake_aws::WireFaults;
use rolecall_lifecycle::rollout::{Amount, ConcurrencyMode, Failure, Preferences};
use rolecall_lifecycle::stack_sets::{Refusal, Step};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operation_that_succeeded_hides_three_failures_and_they_are_found() {
    let mut scene = Scene::new(30).await;
    let blocked = [3, 11, 27].map(member);
    for account in blocked {
        scene.block(account).await;
    }
    scene.settings.preferences.tolerance = Amount::Count(3);
    let ended = scene.run().await.unwrap();
    assert_eq!(ended.outcome, Outcome::WithFailures(3));
    assert_eq!((ended.summary.verified, ended.summary.created, ended.summary.not_begun), (27, 1, 0));
    let [cause] = ended.summary.causes.as_slice() else { panic!("{:?}", ended.summary.causes) };
    assert_eq!((cause.failure, cause.accounts.as_slice()), (Failure::Collision, blocked.as_slice()));
    let message = &cause.example.as_ref().unwrap().message;
    assert!(message.contains("already exists"), "{message}");
    // AWS calls that a success.
    let sets = scene.inside(number(MANAGEMENT));
    let operations = sets.list_stack_set_operations(super::scene::NAME, rolecall_aws::CallAs::Own).all().await.unwrap();
    assert_eq!((operations[0].status.as_str(), operations[0].failed_stack_instances), ("SUCCEEDED", Some(3)));
    // Nothing is repaired that nobody asked for, and it is not told as clean.
    let changes = scene.changes();
    assert_eq!(scene.run().await.unwrap().outcome, Outcome::WithFailures(3));
    assert_eq!(scene.changes(), changes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_collision_without_tolerance_is_one_cause_and_is_repaired_when_asked() {
    let mut scene = Scene::new(12).await;
    scene.block(member(3)).await;
    scene.settings.preferences =
        Preferences { concurrency: Amount::Count(2), tolerance: Amount::Count(0), mode: ConcurrencyMode::Strict };
    let ended = scene.run().await.unwrap();
    assert_eq!(ended.outcome, Outcome::WithFailures(1));
    let [cause] = ended.summary.causes.as_slice() else { panic!("{:?}", ended.summary.causes) };
    assert_eq!(cause.accounts, [member(3)]);
    // Accounts are worked on by number: two were done, nine did not get their turn.
    assert_eq!((ended.summary.verified, ended.summary.not_begun), (2, 9));
    scene.inside(member(3)).delete_role("ProsperOps").await.unwrap();
    scene.settings.repair = true;
    let planned = scene.rollout().await.plan().await.unwrap();
    assert!(matches!(&planned.steps[..], [step] if matches!(step.step, Step::UpdateInstances(_))), "{planned:?}");
    let ended = scene.run().await.unwrap();
    assert_eq!((ended.outcome, ended.summary.verified), (Outcome::Complete, 13));
    scene.expect_right(scene.all()).await;
    assert_eq!(scene.expect_one_operation_at_a_time(), ["CREATE", "UPDATE"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repair_that_fails_again_ends() {
    let mut scene = Scene::new(6).await;
    scene.block(member(3)).await;
    scene.settings.preferences.tolerance = Amount::Count(1);
    scene.settings.repair = true;
    let ended = scene.run().await.unwrap();
    assert_eq!((ended.outcome, ended.summary.verified), (Outcome::WithFailures(1), 5));
    assert_eq!(scene.expect_one_operation_at_a_time(), ["CREATE", "UPDATE"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_was_changed_by_hand_is_found_although_its_instance_is_current() {
    let scene = Scene::new(6).await;
    scene.run().await.unwrap();
    scene.inside(member(4)).delete_role_policy("ProsperOps", "ProsperOps").await.unwrap();
    let ended = scene.run().await.unwrap();
    assert_eq!((ended.outcome, ended.summary.verified), (Outcome::WithFailures(1), 6));
    let cause = &ended.summary.causes[0];
    let example = cause.example.as_ref().unwrap();
    assert_eq!((cause.failure, example.code.as_str()), (Failure::Drifted, "CurrentAndDifferent"));
    assert_eq!(cause.accounts, [member(4)]);
    // The management account's stack cannot mend what it does not see.
    scene.inside(number(MANAGEMENT)).delete_role_policy("ProsperOps", "ProsperOps").await.unwrap();
    let ended = scene.run().await.unwrap();
    assert_eq!(ended.outcome, Outcome::Refused(Refusal::RoleChanged));
    assert_eq!(
        (ended.summary.failed, ended.summary.causes[0].accounts.as_slice()),
        (1, [number(MANAGEMENT)].as_slice())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_in_the_way_of_the_management_account_stops_everything_before_it_begins() {
    let scene = Scene::new(3).await;
    scene.block(number(MANAGEMENT)).await;
    let changes = scene.changes();
    let ended = scene.run().await.unwrap();
    assert_eq!(ended.outcome, Outcome::Refused(Refusal::RoleInTheWay));
    assert_eq!(scene.changes(), changes);
    let planned = scene.rollout().await.plan().await.unwrap();
    assert_eq!((planned.steps.len(), planned.refused), (0, Some(Refusal::RoleInTheWay)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_failed_creation_left_is_deleted_first() {
    let scene = Scene::new(3).await;
    // The role comes up while the stack is being made.
    let (stack, management) = (scene.rollout().await, scene.inside(number(MANAGEMENT)));
    let new = rolecall_aws::NewStack {
        name: stack.name().to_owned(),
        template_body: stack.template().to_owned(),
        capabilities: vec![String::from("CAPABILITY_NAMED_IAM")],
        ..rolecall_aws::NewStack::default()
    };
    management.create_stack(&new).await.unwrap();
    scene.block(number(MANAGEMENT)).await;
    scene.server.advance(rolecall_simulator::time::SimSpan::minutes(5));
    let found = management.describe_stack(stack.name()).await.unwrap().unwrap();
    assert_eq!((found.status.as_str(), found.outputs.len()), ("ROLLBACK_COMPLETE", 0));
    management.delete_role("ProsperOps").await.unwrap();
    let ended = scene.run().await.unwrap();
    assert_eq!((ended.outcome, ended.summary.created), (Outcome::Complete, 1));
    assert_eq!((scene.effects("DeleteStack"), scene.effects("CreateStack")), (1, 2));
    scene.expect_right(scene.all()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_three_calls_of_ten_failing_it_converges() {
    for seed in 1..=6 {
        // Nobody repeats but the rollout.
        let mut scene = Scene::seeded(20, seed).await;
        scene.attempts = 1;
        let each = 75_000;
        let faults = WireFaults {
            cut_before: each,
            cut_after: each,
            error_before: each,
            error_after: each,
            ..WireFaults::default()
        };
        scene.server.set_faults(faults.clone());
        let ended = scene.run().await.unwrap();
        assert_eq!((&ended.outcome, ended.summary.verified + ended.summary.created), (&Outcome::Complete, 21));
        let calls = scene.server.calls();
        let failed = calls.iter().filter(|call| call.http_status == 0 || call.http_status >= 500).count();
        assert!(failed * 5 > calls.len(), "{failed} of {}", calls.len());
        assert_eq!(scene.expect_one_operation_at_a_time(), ["CREATE"]);
        assert_eq!((scene.effects("CreateStack"), scene.effects("CreateStackSet")), (1, 1));
        let removed = scene.remove().await.unwrap();
        assert_eq!(removed.outcome, Outcome::Complete, "{removed:?}");
        scene.server.set_faults(WireFaults::default());
        scene.expect_no_role(scene.all()).await;
    }
}
