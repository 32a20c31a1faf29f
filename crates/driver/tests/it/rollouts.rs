//! Rollouts over a served organization.

use crate::organization;
use crate::organization::{MANAGEMENT, VENDOR, member, number};
use crate::served::{Served, settings};
use rolecall_aws::NewRole;
use rolecall_driver::aws_accounts::Confirm;
use rolecall_driver::runner::Confirmation;
use rolecall_driver::vendor_access::VendorAccess;
use rolecall_fake_aws::WireFaults;
use rolecall_lifecycle::rollout::{
    Amount, Collision, ErrorClass, Failure, Halt, Outcome, Preferences, RunKind, Settings, Unlock,
};
use rolecall_lifecycle::{AccountNumber, AccountState};
use rolecall_simulator::api::Api;
use rolecall_simulator::caller::Caller;

fn tolerating(failures: u32) -> Settings {
    let settings = settings();
    let preferences = Preferences { tolerance: Amount::Count(failures), ..settings.preferences };
    Settings { preferences, ..settings }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_accounts_get_the_role_are_verified_and_give_it_back() {
    let served = Served::new(60).await;
    let ended = served.run(RunKind::Rollout, settings()).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.created), (Outcome::Complete, 61));
    served.expect_made_once();
    served.expect_all_right().await;
    // One session for each member: the three actions of an account share it. None is kept.
    let assumed = served.server.calls().iter().filter(|call| call.operation == "sts:AssumeRole").count();
    assert_eq!(assumed, 60);
    let ended = served.run(RunKind::Verify, settings()).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.verified), (Outcome::Complete, 61));
    let ended = served.run(RunKind::Remove, settings()).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.removed), (Outcome::Complete, 61));
    for account in served.all() {
        assert_eq!(served.inside(account).get_role("ProsperOps").await.unwrap(), None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_three_calls_of_ten_failing_it_converges() {
    // Nobody repeats but the machine.
    let mut served = Served::new(60).await;
    served.attempts = 1;
    let each = 75_000;
    served.server.set_faults(WireFaults {
        cut_before: each,
        cut_after: each,
        error_before: each,
        error_after: each,
        ..WireFaults::default()
    });
    let ended = served.run(RunKind::Rollout, settings()).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.failed), (Outcome::Complete, 0));
    let calls = served.server.calls();
    let failed = calls.iter().filter(|call| call.http_status == 0 || call.http_status >= 500).count();
    assert!(failed * 4 > calls.len(), "{failed} of {}", calls.len());
    served.server.set_faults(WireFaults::default());
    served.expect_made_once();
    served.expect_all_right().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_whose_making_was_answered_with_an_error_is_still_ours() {
    // With repetitions of the SDK: one of CreateRole would meet the role of the attempt before it.
    let served = Served::new(6).await;
    let only = [Api::CreateRole].into();
    served.server.set_faults(WireFaults { error_after: 1_000_000, only, ..WireFaults::default() });
    let ended = served.run(RunKind::Rollout, settings()).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.created), (Outcome::Complete, 7), "{:?}", ended.summary.causes);
    served.expect_made_once();
    served.expect_all_right().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_without_a_way_in_fail_from_one_cause_and_stop_nobody() {
    let served = Served::new(40).await;
    let without = [3, 9, 27].map(member);
    for account in without {
        let inside = served.inside(account);
        for policy in inside.list_attached_role_policies("OrganizationAccountAccessRole").all().await.unwrap() {
            inside.detach_role_policy("OrganizationAccountAccessRole", &policy.arn).await.unwrap();
        }
        for policy in inside.list_role_policies("OrganizationAccountAccessRole").all().await.unwrap() {
            inside.delete_role_policy("OrganizationAccountAccessRole", &policy).await.unwrap();
        }
        inside.delete_role("OrganizationAccountAccessRole").await.unwrap();
    }
    let ended = served.run(RunKind::Rollout, tolerating(3)).await.unwrap();
    assert_eq!(ended.outcome, Outcome::WithFailures(3));
    assert_eq!((ended.summary.created, ended.summary.failed), (38, 3));
    let [cause] = ended.summary.causes.as_slice() else { panic!("{:?}", ended.summary.causes) };
    assert_eq!(cause.accounts, without);
    assert_eq!(cause.failure, Failure::Error(ErrorClass::AccessDenied));
    let example = cause.example.as_ref().unwrap();
    assert_eq!((example.call.as_str(), example.code.as_str()), ("sts:AssumeRole", "AccessDenied"));
    assert!(example.request_id.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_that_were_closed_since_the_plan_are_left_out_and_fail_nothing() {
    let served = Served::new(5).await;
    let closed = member(4);
    let management = served.inside(number(MANAGEMENT));
    assert_eq!(management.describe_account(closed.into()).await.unwrap().state, AccountState::Active);
    served.server.with_world(|world| {
        let key = |account: AccountNumber| world.account_key(account.into()).unwrap();
        let (caller, account) = (Caller::Administrator(key(number(MANAGEMENT))), key(closed));
        world.close_account(&caller, account).unwrap();
    });
    let ended = served.run(RunKind::Rollout, settings()).await.unwrap();
    assert_eq!(ended.outcome, Outcome::Complete);
    assert_eq!((ended.summary.created, ended.summary.not_active), (5, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_is_in_the_way_is_a_collision_and_one_of_other_case_takes_the_name() {
    let served = Served::new(12).await;
    let trust = |account: u64| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{}:root"}},"Action":"sts:AssumeRole"}}]}}"#,
            number(account)
        )
    };
    let role = |name: &str| NewRole { name: name.to_owned(), assume_role_policy: trust(VENDOR), ..NewRole::default() };
    served.inside(member(2)).create_role(&role("ProsperOps")).await.unwrap();
    served.inside(member(5)).create_role(&role("prosperops")).await.unwrap();
    let ended = served.run(RunKind::Rollout, tolerating(2)).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.created), (Outcome::WithFailures(2), 11));
    let causes: Vec<_> = ended.summary.causes.iter().map(|cause| (cause.failure, cause.accounts.clone())).collect();
    assert!(causes.contains(&(Failure::Collision, vec![member(2)])), "{causes:?}");
    assert!(causes.contains(&(Failure::NameTaken, vec![member(5)])), "{causes:?}");
    let taken = ended.summary.causes.iter().find(|cause| cause.failure == Failure::NameTaken).unwrap();
    assert!(taken.example.as_ref().unwrap().message.contains("`prosperops`"), "{taken:?}");
    // What is not ours is not removed.
    served.run(RunKind::Remove, tolerating(2)).await.unwrap();
    assert!(served.inside(member(2)).get_role("ProsperOps").await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_changed_by_hand_is_found_and_brought_back() {
    let served = Served::new(6).await;
    served.run(RunKind::Rollout, settings()).await.unwrap();
    let inside = served.inside(member(4));
    let open = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"205499583182"},"Action":"sts:AssumeRole"}]}"#;
    inside.update_assume_role_policy("ProsperOps", open).await.unwrap();
    served.inside(member(6)).delete_role_policy("ProsperOps", "ProsperOps").await.unwrap();
    let ended = served.run(RunKind::Verify, settings()).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.verified), (Outcome::WithFailures(2), 5));
    let drifted: Vec<_> = ended.summary.causes.iter().flat_map(|cause| cause.accounts.clone()).collect();
    assert_eq!(ended.summary.causes.len(), 2, "{:?}", ended.summary.causes);
    assert!(drifted.contains(&member(4)) && drifted.contains(&member(6)));
    let ended = served.run(RunKind::Rollout, settings()).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.created), (Outcome::Complete, 2));
    served.expect_made_once();
    served.expect_all_right().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_vendors_probes_unlock_and_a_role_that_opens_too_far_halts() {
    let by_probes = Settings { unlock: Unlock::Probes, ..settings() };
    let vendor = |served: &Served| {
        let wanted = organization::wanted();
        let connection = organization::connection(&served.server.url(), number(VENDOR), 3);
        VendorAccess::new(connection, &wanted.profile, wanted.organization, [])
    };
    let served = Served::new(3).await;
    let accounts = served.accounts().await.with_vendor(vendor(&served));
    let ended = served.run_with(RunKind::Rollout, by_probes, accounts).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.created), (Outcome::Complete, 4));
    let probes = served.server.calls().iter().filter(|call| call.caller == Some(number(VENDOR))).count();
    // Right, none, three wrong IDs, and who the session is: in the management account alone.
    assert_eq!(probes, 5);

    let served = Served::new(3).await;
    // A trust that means the same to a reader who does not look at the second statement.
    let wanted = organization::wanted();
    let check = vendor(&served).check(number(MANAGEMENT), rolecall_core::access_check::Membership::Listed).await;
    assert_eq!(check.judgement.verdict(), rolecall_core::access_check::Verdict::Denied);
    let open = NewRole {
        name: wanted.profile.name.clone(),
        assume_role_policy: String::from(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"205499583182"},"Action":"sts:AssumeRole"}]}"#,
        ),
        ..NewRole::default()
    };
    served.inside(number(MANAGEMENT)).create_role(&open).await.unwrap();
    let check = vendor(&served).check(number(MANAGEMENT), rolecall_core::access_check::Membership::Listed).await;
    assert_eq!(check.judgement.verdict(), rolecall_core::access_check::Verdict::Insecure);
    assert!(check.trouble.unwrap().message.contains("without an external ID"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_wait_for_the_customers_word() {
    let by_word = Settings { unlock: Unlock::Confirm, ..settings() };
    let served = Served::new(3).await;
    let says = |confirmation| -> Confirm { Box::new(move |_| Box::pin(async move { confirmation })) };
    let accounts = served.accounts().await.with_confirm(says(Confirmation::Refused));
    let ended = served.run_with(RunKind::Rollout, by_word, accounts).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.created), (Outcome::Stopped, 1));
    let accounts = served.accounts().await.with_confirm(says(Confirmation::Given));
    let ended = served.run_with(RunKind::Rollout, by_word, accounts).await.unwrap();
    assert_eq!((ended.outcome, ended.summary.created), (Outcome::Complete, 4));
    served.expect_all_right().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_vendors_credentials_probes_unlock_nothing() {
    let mut impatient = Settings { unlock: Unlock::Probes, collision: Collision::Skip, ..settings() };
    impatient.retries.fault.times = 2;
    let served = Served::new(2).await;
    let ended = served.run(RunKind::Rollout, impatient).await.unwrap();
    assert_eq!(ended.outcome, Outcome::Halted(Halt::NotUnlocked));
    assert_eq!(ended.summary.created, 1);
}
