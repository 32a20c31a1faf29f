//! Whole rollouts, updates and removals.

use super::scene::{NAME, REGION, Scene};
use crate::organization::{MANAGEMENT, VENDOR, member, number};
use rolecall_core::external_id::ExternalId;
use rolecall_driver::aws_accounts::Confirm;
use rolecall_driver::runner::Confirmation;
use rolecall_driver::stack_sets::{Access, Outcome, StackSetError, Stage};
use rolecall_driver::vendor_access::VendorAccess;
use rolecall_lifecycle::rollout::{Collision, Failure, Unlock};
use rolecall_lifecycle::stack_sets::{Refusal, Step};
use rolecall_render::write::{CallAs, Options};
use rolecall_simulator::account::AccountState;
use std::sync::Arc;
use tokio::sync::watch;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_accounts_in_three_units_get_the_role_and_give_it_back() {
    let scene = Scene::new(60).await;
    let mut rollout = scene.rollout().await;
    let planned = rollout.plan().await.unwrap();
    let steps: Vec<_> = planned.steps.iter().map(|planned| planned.step.clone()).collect();
    assert!(
        matches!(steps.as_slice(), [Step::CreateStack, Step::CreateSet, Step::CreateInstances(_)]),
        "{steps:?}: {:?}",
        planned.refused
    );
    assert_eq!((planned.refused, scene.changes()), (None, 0));
    let status = rollout.status().await.unwrap();
    assert_eq!((status.outcome, status.summary.not_begun, status.summary.failed), (Outcome::Unfinished(61), 61, 0));
    let (_stop, stop) = watch::channel(false);
    let progress = rollout.progress();
    let ended = Box::pin(rollout.run(stop)).await.unwrap();
    assert_eq!(ended.outcome, Outcome::Complete, "{ended:?}");
    assert_eq!((ended.summary.created, ended.summary.verified), (1, 60));
    let last = progress.borrow().clone();
    assert_eq!((last.stage, last.total, last.current, last.failed), (Stage::Over, 60, 60, 0));
    scene.expect_right(scene.all()).await;
    assert_eq!(scene.expect_one_operation_at_a_time(), ["CREATE"]);
    // The second run finds everything in order.
    let changes = scene.changes();
    let again = scene.run().await.unwrap();
    assert_eq!((again.outcome, again.summary.verified), (Outcome::Complete, 61));
    assert_eq!(scene.changes(), changes);
    let status = scene.rollout().await.status().await.unwrap();
    assert_eq!((status.outcome, status.summary.verified), (Outcome::Complete, 61));

    let removed = scene.remove().await.unwrap();
    assert_eq!((removed.outcome, removed.summary.removed), (Outcome::Complete, 61));
    scene.expect_no_role(scene.all()).await;
    assert_eq!(
        scene.inside(number(MANAGEMENT)).describe_stack_set(NAME, rolecall_aws::CallAs::Own).await.unwrap(),
        None
    );
    let again = scene.remove().await.unwrap();
    assert_eq!((again.outcome, again.summary.removed), (Outcome::Complete, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_version_of_the_policy_reaches_everybody() {
    let mut scene = Scene::new(9).await;
    scene.run().await.unwrap();
    scene.wanted.profile.description = Some(String::from("Used by ProsperOps, version 2"));
    if let rolecall_core::profile::Permissions::Uniform(policy) = &mut scene.wanted.profile.permissions {
        policy.document.statements.truncate(1);
    }
    let planned = scene.rollout().await.plan().await.unwrap();
    let steps: Vec<_> = planned.steps.into_iter().map(|planned| planned.step).collect();
    assert_eq!(steps, [Step::UpdateStack, Step::UpdateSet]);
    let ended = scene.run().await.unwrap();
    assert_eq!((ended.outcome, ended.summary.overwritten, ended.summary.verified), (Outcome::Complete, 1, 9));
    scene.expect_right(scene.all()).await;
    assert_eq!(scene.expect_one_operation_at_a_time(), ["CREATE", "UPDATE"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_with_an_external_id_of_their_own_get_it_and_so_do_those_that_join() {
    let mut scene = Scene::new(4).await;
    let own = ExternalId::parse("legacy-id-of-account-2").unwrap();
    scene.wanted.organization.legacy_ids.insert(member(2).into(), own);
    let ended = scene.run().await.unwrap();
    assert_eq!(ended.outcome, Outcome::Complete, "{ended:?}");
    scene.expect_right(scene.all()).await;
    let trust = scene.inside(member(2)).get_role("ProsperOps").await.unwrap().unwrap().assume_role_policy.unwrap();
    assert!(trust.contains("legacy-id-of-account-2"), "{trust}");
    let planned = scene.rollout().await.plan().await.unwrap();
    assert!(!planned.changes_something());
    assert!(planned.notes.iter().any(|note| note.contains("no parameter overrides")), "{:?}", planned.notes);
    assert!(planned.notes.iter().any(|note| note.contains("external ID of their own")), "{:?}", planned.notes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_below_no_target_are_named_and_the_management_account_is_never_in_the_set() {
    let mut scene = Scene::new(9).await;
    scene.settings.options.organizational_units = vec![scene.unit(0), scene.unit(1)];
    let ended = scene.run().await.unwrap();
    assert_eq!((ended.outcome, ended.summary.verified), (Outcome::WithFailures(3), 6));
    let [cause] = ended.summary.causes.as_slice() else { panic!("{:?}", ended.summary.causes) };
    assert_eq!(cause.accounts, [2, 5, 8].map(member));
    assert!(cause.next_step().contains("organizational unit"), "{}", cause.next_step());
    let sets = scene.inside(number(MANAGEMENT));
    let instances = sets.list_stack_instances(NAME, None, rolecall_aws::CallAs::Own).all().await.unwrap();
    assert!(instances.iter().all(|instance| instance.region == REGION));
    assert!(!instances.iter().any(|instance| instance.account == number(MANAGEMENT).into()));
    // The third unit is added.
    scene.settings.options.organizational_units.push(scene.unit(2));
    let ended = scene.run().await.unwrap();
    assert_eq!((ended.outcome, ended.summary.verified), (Outcome::Complete, 10));
    assert_eq!(scene.expect_one_operation_at_a_time(), ["CREATE", "CREATE"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn suspended_accounts_are_left_out_and_fail_nothing() {
    let scene = Scene::new(6).await;
    let key = scene.key(member(4));
    scene.server.with_world(|world| world.set_state(key, AccountState::Suspended));
    let ended = scene.run().await.unwrap();
    assert_eq!(ended.outcome, Outcome::Complete, "{ended:?}");
    assert_eq!((ended.summary.verified, ended.summary.not_active), (5, 1));
    // Its instance has no stack.
    let sets = scene.inside(number(MANAGEMENT));
    let instances = sets.list_stack_instances(NAME, Some(member(4).into()), rolecall_aws::CallAs::Own);
    let [instance] = &instances.all().await.unwrap()[..] else { panic!("one instance") };
    assert_eq!((instance.stack_id.as_ref(), instance.status.as_str()), (None, "OUTDATED"));
    assert_eq!(instance.detailed_status.as_deref(), Some("SKIPPED_SUSPENDED_ACCOUNT"));
}

fn says(confirmation: Confirmation) -> Confirm {
    Box::new(move |_| Box::pin(async move { confirmation }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delegated_administrator_works_on_the_set_and_says_what_was_not_read() {
    let mut scene = Scene::new(6).await;
    scene.settings.unlock = Unlock::Confirm;
    scene.register_delegated(member(1));
    let accounts = scene.accounts(member(1)).await.with_confirm(says(Confirmation::Given));
    let access = Access::of(Arc::new(accounts), number(MANAGEMENT));
    assert!(access.management.is_none());
    let run = async |scene: &Scene, access: &Access| {
        let (_stop, stop) = watch::channel(false);
        Box::pin(scene.rollout_with(access.clone()).run(stop)).await
    };
    // Without `CallAs` AWS takes the account for none that may.
    let refused = run(&scene, &access).await;
    let Err(StackSetError::Call { failure, .. }) = refused else { panic!("{refused:?}") };
    assert_eq!(failure.code, "ValidationError");
    scene.settings.options = Options { call_as: CallAs::DelegatedAdministrator, ..scene.settings.options };
    let ended = run(&scene, &access).await.unwrap();
    // One member is the administrator itself; nobody else can be entered from there.
    assert_eq!(ended.outcome, Outcome::Unread(6), "{ended:?}");
    assert_eq!((ended.summary.verified, ended.summary.unread), (1, 6));
    assert!(ended.notes.iter().any(|note| note.contains("not verified by reading")), "{:?}", ended.notes);
    assert!(ended.notes.iter().any(|note| note.contains("management account was not read")), "{:?}", ended.notes);
    scene.expect_right((1..=6).map(member)).await;
    scene.expect_no_role([number(MANAGEMENT)]).await;
    // Reading cannot unlock what nobody can read.
    scene.settings.unlock = Unlock::Reading;
    scene.wanted.profile.description = Some(String::from("another"));
    assert_eq!(run(&scene, &access).await.unwrap().outcome, Outcome::Refused(Refusal::NothingToReadWith));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_wait_for_the_vendors_probes_or_the_customers_word() {
    let mut scene = Scene::new(3).await;
    for (unlock, confirmation) in [(Unlock::Confirm, Confirmation::Refused), (Unlock::Probes, Confirmation::Refused)] {
        scene.settings.unlock = unlock;
        let accounts = scene.accounts(number(MANAGEMENT)).await.with_confirm(says(confirmation));
        let access = Access::of(Arc::new(accounts), number(MANAGEMENT));
        let (_stop, stop) = watch::channel(false);
        let ended = Box::pin(scene.rollout_with(access).run(stop)).await.unwrap();
        assert_eq!(ended.outcome, Outcome::Refused(Refusal::NotUnlocked), "{unlock:?}");
        assert_eq!(scene.effects("CreateStackSet"), 0);
        scene.expect_right([number(MANAGEMENT)]).await;
    }
    let vendor =
        VendorAccess::new(scene.inside(number(VENDOR)), &scene.wanted.profile, scene.wanted.organization.clone(), []);
    let accounts = scene.accounts(number(MANAGEMENT)).await.with_vendor(vendor);
    let access = Access::of(Arc::new(accounts), number(MANAGEMENT));
    let (_stop, stop) = watch::channel(false);
    let ended = Box::pin(scene.rollout_with(access).run(stop)).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.verified), (Outcome::Complete, 4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_equal_role_is_adopted_and_another_one_is_left_alone_where_asked() {
    let mut scene = Scene::new(6).await;
    for account in [number(MANAGEMENT), member(2)] {
        rolecall_driver::role_calls::create(&scene.inside(account), &scene.wanted.role(account)).await.unwrap();
    }
    scene.block(member(3)).await;
    scene.settings.preferences.tolerance = rolecall_lifecycle::rollout::Amount::Count(2);
    let ended = scene.run().await.unwrap();
    assert_eq!(ended.outcome, Outcome::WithFailures(1));
    assert_eq!((ended.summary.adopted, ended.summary.verified), (2, 4));
    assert_eq!(ended.summary.causes[0].failure, Failure::Collision);
    assert_eq!(scene.effects("CreateStack"), 0);
    assert!(ended.notes.iter().any(|note| note.contains("no later version")), "{:?}", ended.notes);
    scene.settings.collision = Collision::Skip;
    let ended = scene.run().await.unwrap();
    assert_eq!((ended.outcome, ended.summary.left_alone), (Outcome::Complete, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_only_the_management_account_is_served_there_is_no_set() {
    let mut scene = Scene::new(3).await;
    scene.wanted.organization.mode = rolecall_core::organization::ServiceMode::Lagging;
    let ended = scene.run().await.unwrap();
    assert_eq!((ended.outcome, ended.summary.created), (Outcome::Complete, 1));
    assert_eq!(scene.effects("CreateStackSet"), 0);
    scene.expect_no_role((1..=3).map(member)).await;
}
