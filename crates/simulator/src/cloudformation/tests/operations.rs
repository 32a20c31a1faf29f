//! How operations run and what they say.

use super::DetailedStatus::{Cancelled, Failed, Succeeded};
use super::*;
use crate::account::AccountState;
use crate::cloudformation::{Amount, ConcurrencyMode};
use crate::organizations::{Attachment, NodeId};
use crate::settings::Settings;
use crate::tests::scene::EXTERNAL_ID;
use crate::time::{Delay, SimSpan};
use rolecall_iam::document::PolicyType;

fn counts(max_concurrent: u32, failure_tolerance: u32, mode: ConcurrencyMode) -> Preferences {
    let (max_concurrent, failure_tolerance) = (Amount::Count(max_concurrent), Amount::Count(failure_tolerance));
    Preferences { max_concurrent, failure_tolerance, mode }
}

/// A minute a stack.
fn slow(members: usize) -> Scene {
    Scene::with(Settings { stack: Delay::Fixed(SimSpan::minutes(1)), ..Settings::default() }, members)
}

#[test]
fn a_set_on_the_root_reaches_every_member_and_never_the_management_account() {
    let mut scene = Scene::new();
    let set = scene.service_managed(false);
    let operation = scene.create(set, &[NodeId::ROOT], Preferences::default());
    scene.settle();
    assert_eq!(scene.status(set, operation), (OperationStatus::Succeeded, 0));
    for member in scene.members.clone() {
        assert!(scene.opens(member, Some(EXTERNAL_ID)));
        let instance = scene.instance(set, member).unwrap();
        assert_eq!((instance.status, instance.detailed), (InstanceStatus::Current, Succeeded));
        assert!(instance.has_stack_id);
    }
    assert!(!scene.opens(scene.management, Some(EXTERNAL_ID)));
    assert!(scene.instance(set, scene.management).is_none());
}

#[test]
fn accounts_outside_of_the_targeted_units_have_no_instance_at_all() {
    let mut scene = Scene::new();
    let owner = scene.owner();
    let (member, workloads, sandbox) = (scene.members[0], scene.workloads, scene.sandbox);
    scene.world.move_account(&owner, member, workloads, sandbox).unwrap();
    let set = scene.service_managed(false);
    scene.create(set, &[workloads], Preferences::default());
    scene.settle();
    assert!(scene.instance(set, member).is_none());
    assert!(scene.instance(set, scene.members[1]).is_some());
}

#[test]
fn one_at_a_time_is_the_default() {
    let mut scene = slow(6);
    let set = scene.service_managed(false);
    let operation = scene.create(set, &[NodeId::ROOT], Preferences::default());
    scene.pass(SimSpan::minutes(5));
    assert_eq!(scene.status(set, operation).0, OperationStatus::Running);
    let done = scene.results(set, operation).iter().filter(|status| **status == Succeeded).count();
    let running = scene.results(set, operation).iter().filter(|status| **status == DetailedStatus::Running).count();
    assert_eq!((done, running), (5, 1));
    scene.pass(SimSpan::minutes(1));
    assert_eq!(scene.status(set, operation).0, OperationStatus::Succeeded);
}

#[test]
fn not_more_than_a_hundred_instances_of_a_set_at_once() {
    let mut scene = slow(250);
    let set = scene.service_managed(false);
    let operation = scene.create(set, &[NodeId::ROOT], counts(1_000, 1_000, ConcurrencyMode::Soft));
    let running = |scene: &mut Scene| {
        scene.results(set, operation).iter().filter(|status| **status == DetailedStatus::Running).count()
    };
    assert_eq!(running(&mut scene), 100);
    scene.pass(SimSpan::seconds(90));
    assert_eq!(running(&mut scene), 100);
    scene.pass(SimSpan::seconds(90));
    assert_eq!(scene.status(set, operation).0, OperationStatus::Succeeded);
}

#[test]
fn not_more_than_ten_thousand_instances_at_once_and_whoever_waits_goes_on() {
    let mut scene = slow(100);
    let owner = scene.owner();
    let mut sets = Vec::new();
    for number in 0..103 {
        let mut request = scene.set_request(PermissionModel::ServiceManaged { auto_deployment: None });
        let mut role = scene.role();
        (role.name, request.name) =
            (scene.world.text(&format!("role{number}")), scene.world.text(&format!("set{number}")));
        request.template = scene.template_of(role);
        let set = scene.world.create_stack_set(&owner, &request).unwrap();
        sets.push((set, scene.create(set, &[NodeId::ROOT], counts(100, 0, ConcurrencyMode::Soft))));
    }
    let running = |scene: &mut Scene| {
        let of = |(set, operation): &(SetKey, OperationId)| {
            scene.results(*set, *operation).iter().filter(|status| **status == DetailedStatus::Running).count()
        };
        sets.iter().map(of).sum::<usize>()
    };
    assert_eq!(running(&mut scene), 10_000);
    scene.pass(SimSpan::seconds(90));
    assert_eq!(running(&mut scene), 300);
    scene.pass(SimSpan::minutes(1));
    for (set, operation) in sets {
        assert_eq!(scene.status(set, operation), (OperationStatus::Succeeded, 0));
    }
}

#[test]
fn with_tolerance_0_one_collision_cancels_the_rest() {
    let mut scene = Scene::with(Settings::default(), 50);
    let blocked = scene.members[3];
    scene.block(blocked);
    let set = scene.service_managed(false);
    let operation = scene.create(set, &[NodeId::ROOT], Preferences::default());
    scene.settle();
    assert_eq!(scene.status(set, operation), (OperationStatus::Failed, 1));
    let results = scene.results(set, operation);
    let count = |status| results.iter().filter(|found| **found == status).count();
    let all = [Succeeded, Failed, Cancelled].map(count);
    assert_eq!(all, [3, 1, 46]);
    let instance = scene.instance(set, blocked).unwrap();
    assert_eq!(instance.reason.as_deref(), Some("Role with name ProsperOps already exists."));
    assert_eq!(instance.status, InstanceStatus::Outdated);
    let cancelled = scene.instance(set, scene.members[40]).unwrap();
    assert_eq!((cancelled.status, cancelled.detailed), (InstanceStatus::Outdated, Cancelled));
    // The role that was there is not touched.
    assert!(scene.opens(blocked, Some("made-by-hand")) && !scene.opens(blocked, Some(EXTERNAL_ID)));
}

#[test]
fn succeeded_can_hide_failed_instances() {
    let mut scene = Scene::with(Settings::default(), 20);
    for blocked in [2, 9, 15] {
        scene.block(scene.members[blocked]);
    }
    let set = scene.service_managed(false);
    let operation = scene.create(set, &[NodeId::ROOT], counts(5, 3, ConcurrencyMode::Strict));
    scene.settle();
    assert_eq!(scene.status(set, operation), (OperationStatus::Succeeded, 3));
    let missing = scene.members.clone().into_iter().filter(|member| !scene.opens(*member, Some(EXTERNAL_ID))).count();
    assert_eq!(missing, 3);
}

#[test]
fn strict_never_fails_more_than_tolerance_plus_one_and_soft_may() {
    // Soft: the first two failures are tolerated, so each makes room for one more; the third stops the operation, and what
    // runs is finished: 10 + 2.
    for (mode, at_once, failed) in [(ConcurrencyMode::Strict, 3, 3), (ConcurrencyMode::Soft, 10, 12)] {
        let mut scene = slow(40);
        for member in scene.members.clone() {
            scene.block(member);
        }
        let set = scene.service_managed(false);
        let operation = scene.create(set, &[NodeId::ROOT], counts(10, 2, mode));
        let running = scene.results(set, operation).iter().filter(|status| **status == DetailedStatus::Running).count();
        assert_eq!(running, at_once, "{mode:?}");
        scene.settle();
        assert_eq!(scene.status(set, operation), (OperationStatus::Failed, failed), "{mode:?}");
    }
}

#[test]
fn one_operation_at_a_time_unless_managed_execution_is_on() {
    for managed in [false, true] {
        let mut scene = slow(4);
        let owner = scene.owner();
        let mut request = scene.set_request(PermissionModel::ServiceManaged { auto_deployment: None });
        request.managed_execution = managed;
        let set = scene.world.create_stack_set(&owner, &request).unwrap();
        let (workloads, sandbox) = (scene.workloads, scene.sandbox);
        let member = scene.members[3];
        scene.world.move_account(&owner, member, workloads, sandbox).unwrap();
        let first = scene.create(set, &[workloads], Preferences::default());
        let elsewhere = scene.instances_in(set, &[sandbox], Preferences::default());
        let conflicting = scene.delete_request(set, workloads, false);
        let beside = scene.world.create_stack_instances(&owner, &elsewhere);
        let conflict = scene.world.delete_stack_instances(&owner, &conflicting);
        if !managed {
            let error = beside.unwrap_err();
            assert_eq!((error.code, error.code.http_status()), (Code::OperationInProgress, 409));
            assert_eq!(code(conflict), Some(Code::OperationInProgress));
            assert_eq!(code(scene.world.delete_stack_set(&owner, set, CallAs::Own)), Some(Code::OperationInProgress));
            continue;
        }
        let (beside, conflict) = (beside.unwrap(), conflict.unwrap());
        assert_eq!(scene.status(set, first).0, OperationStatus::Running);
        assert_eq!(scene.status(set, beside).0, OperationStatus::Running);
        assert_eq!(scene.status(set, conflict).0, OperationStatus::Queued);
        scene.settle();
        for operation in [first, beside, conflict] {
            assert_eq!(scene.status(set, operation), (OperationStatus::Succeeded, 0));
        }
        assert!(!scene.opens(scene.members[0], Some(EXTERNAL_ID)) && scene.opens(member, Some(EXTERNAL_ID)));
    }
}

#[test]
fn suspended_accounts_are_skipped_without_a_stack_id() {
    let mut scene = Scene::new();
    let suspended = scene.members[0];
    scene.world.set_state(suspended, AccountState::Suspended);
    let set = scene.service_managed(false);
    let operation = scene.create(set, &[NodeId::ROOT], Preferences::default());
    scene.settle();
    assert_eq!(scene.status(set, operation), (OperationStatus::Succeeded, 0));
    let instance = scene.instance(set, suspended).unwrap();
    assert_eq!(
        (instance.status, instance.detailed),
        (InstanceStatus::Outdated, DetailedStatus::SkippedSuspendedAccount)
    );
    assert!(!instance.has_stack_id);
    assert!(scene.opens(scene.members[1], Some(EXTERNAL_ID)));
}

#[test]
fn two_regions_collide_on_the_one_role() {
    let mut scene = Scene::with(Settings::default(), 1);
    let set = scene.service_managed(false);
    let (owner, elsewhere) = (scene.owner(), scene.other_region());
    let mut request = scene.instances_in(set, &[NodeId::ROOT], counts(1, 1, ConcurrencyMode::Strict));
    request.regions = vec![scene.region, elsewhere];
    let operation = scene.world.create_stack_instances(&owner, &request).unwrap();
    scene.settle();
    assert_eq!(scene.status(set, operation), (OperationStatus::Succeeded, 1));
    assert_eq!(scene.results(set, operation), [Succeeded, Failed]);
    let second = scene.world.describe_stack_instance(&owner, set, scene.members[0], elsewhere).unwrap();
    assert_eq!(second.reason.as_deref(), Some("Role with name ProsperOps already exists."));
}

#[test]
fn a_region_that_fails_cancels_the_regions_behind_it() {
    let mut scene = Scene::with(Settings::default(), 2);
    scene.block(scene.members[1]);
    let set = scene.service_managed(false);
    let (owner, elsewhere) = (scene.owner(), scene.other_region());
    let mut request = scene.instances_in(set, &[NodeId::ROOT], Preferences::default());
    request.regions = vec![scene.region, elsewhere];
    let operation = scene.world.create_stack_instances(&owner, &request).unwrap();
    scene.settle();
    assert_eq!(scene.results(set, operation), [Succeeded, Failed, Cancelled, Cancelled]);
}

#[test]
fn scps_bind_the_execution_role_unless_they_exempt_it() {
    for (exempt, works) in [("arn:aws:iam::*:role/nobody", false), ("arn:aws:iam::*:role/stacksets-exec-*", true)] {
        let mut scene = Scene::with(Settings::default(), 1);
        let owner = scene.owner();
        let scp = format!(
            r#"{{"Statement":[{{"Effect":"Deny","Action":"iam:CreateRole","Resource":"*","Condition":{{"ArnNotLike":{{"aws:PrincipalArn":"{exempt}"}}}}}}]}}"#
        );
        let scp = scene.world.policy(&scp, PolicyType::ServiceControl);
        scene.world.attach_policy(&owner, scp, Attachment::Node(NodeId::ROOT)).unwrap();
        let set = scene.service_managed(false);
        scene.create(set, &[NodeId::ROOT], Preferences::default());
        scene.settle();
        assert_eq!(scene.opens(scene.members[0], Some(EXTERNAL_ID)), works, "{exempt}");
        let reason = scene.instance(set, scene.members[0]).unwrap().reason;
        assert_eq!(reason.is_none(), works);
        if let Some(reason) = reason {
            assert!(reason.ends_with("with an explicit deny in a service control policy"), "{reason}");
        }
    }
}

#[test]
fn an_operation_can_be_stopped() {
    let mut scene = slow(5);
    let set = scene.service_managed(false);
    let owner = scene.owner();
    let operation = scene.create(set, &[NodeId::ROOT], Preferences::default());
    scene.pass(SimSpan::seconds(90));
    scene.world.stop_stack_set_operation(&owner, set, operation).unwrap();
    assert_eq!(scene.status(set, operation).0, OperationStatus::Stopping);
    scene.settle();
    assert_eq!(scene.status(set, operation).0, OperationStatus::Stopped);
    assert_eq!(scene.results(set, operation), [Succeeded, Succeeded, Cancelled, Cancelled, Cancelled]);
    assert_eq!(code(scene.world.stop_stack_set_operation(&owner, set, operation)), Some(Code::InvalidOperation));
}

#[test]
fn a_role_whose_creation_timed_out_may_be_there_though_the_instance_failed() {
    let mut scene = Scene::with(Settings::default(), 60);
    let rates = crate::settings::FaultRates { throttled: 0, internal: 0, timed_out: 500_000 };
    scene.world.settings_mut().faults.insert(crate::api::Api::CreateRole, rates);
    let set = scene.service_managed(false);
    let operation = scene.create(set, &[NodeId::ROOT], counts(60, 60, ConcurrencyMode::Soft));
    scene.settle();
    let failed = scene.status(set, operation).1;
    let half_made = scene.members.clone().into_iter().filter(|member| {
        let failed = scene.instance(set, *member).unwrap().detailed == Failed;
        failed && scene.opens(*member, Some(EXTERNAL_ID))
    });
    let half_made = half_made.count();
    assert!(failed > 10 && half_made > 3 && half_made < failed as usize, "{failed} {half_made}");
}
