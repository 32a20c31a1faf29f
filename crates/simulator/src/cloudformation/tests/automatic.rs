//! Automatic deployment, delegated administrators, what service-managed sets need.

use super::*;
use crate::account::Origin;
use crate::cloudformation::UpdateInstances;
use crate::organizations::FeatureSet;
use crate::settings::Settings;
use crate::tests::scene::{EXTERNAL_ID, id};
use crate::time::{Delay, SimSpan};

/// A set on `Workloads`, deployed.
fn deployed(scene: &mut Scene, retain_stacks: bool) -> SetKey {
    let set = scene.service_managed(retain_stacks);
    let workloads = scene.workloads;
    scene.create(set, &[workloads], Preferences::default());
    scene.settle();
    set
}

#[test]
fn an_account_that_joins_a_targeted_unit_gets_its_role() {
    let mut scene = Scene::new();
    let set = deployed(&mut scene, false);
    let (organization, workloads, sandbox) = (scene.organization, scene.workloads, scene.sandbox);
    let name = scene.world.text("Below");
    let below = scene.world.add_unit(organization, workloads, name).unwrap();
    for (number, parent, gets) in
        [("333333333331", workloads, true), ("333333333332", sandbox, false), ("333333333333", below, true)]
    {
        // Invited accounts have no OrganizationAccountAccessRole; the stack set needs none.
        let account = scene.world.add_member(organization, parent, id(number), Origin::Invited).unwrap();
        scene.settle();
        assert_eq!(scene.opens(account, Some(EXTERNAL_ID)), gets, "{number}");
        assert_eq!(scene.instance(set, account).is_some(), gets, "{number}");
    }
}

#[test]
fn without_automatic_deployment_nothing_happens() {
    let mut scene = Scene::new();
    let owner = scene.owner();
    let request = scene.set_request(PermissionModel::ServiceManaged { auto_deployment: None });
    let set = scene.world.create_stack_set(&owner, &request).unwrap();
    let workloads = scene.workloads;
    scene.create(set, &[workloads], Preferences::default());
    scene.settle();
    let account = scene.world.add_member(scene.organization, workloads, id("333333333331"), Origin::Created).unwrap();
    scene.settle();
    assert!(!scene.opens(account, Some(EXTERNAL_ID)));
}

#[test]
fn a_leaver_keeps_its_role_only_when_stacks_are_retained() {
    for retain in [false, true] {
        let mut scene = Scene::new();
        let set = deployed(&mut scene, retain);
        let owner = scene.owner();
        let (moved, gone, workloads, sandbox) = (scene.members[0], scene.members[1], scene.workloads, scene.sandbox);
        scene.world.move_account(&owner, moved, workloads, sandbox).unwrap();
        scene.world.leave_organization(gone).unwrap();
        scene.settle();
        for account in [moved, gone] {
            assert_eq!(scene.opens(account, Some(EXTERNAL_ID)), retain);
            // It leaves the set either way, so it misses later versions.
            assert!(scene.instance(set, account).is_none());
        }
        assert!(scene.opens(scene.members[2], Some(EXTERNAL_ID)));
    }
}

/// "You can't re-associate a retained stack": what was kept stands in the way of the new instance.
#[test]
fn a_retained_stack_is_in_the_way_when_the_account_comes_back() {
    let mut scene = Scene::new();
    let set = deployed(&mut scene, true);
    let (owner, member, workloads, sandbox) = (scene.owner(), scene.members[0], scene.workloads, scene.sandbox);
    scene.world.move_account(&owner, member, workloads, sandbox).unwrap();
    scene.settle();
    scene.world.move_account(&owner, member, sandbox, workloads).unwrap();
    scene.settle();
    let instance = scene.instance(set, member).unwrap();
    assert_eq!((instance.status, instance.detailed), (InstanceStatus::Outdated, DetailedStatus::Failed));
    assert_eq!(instance.reason.as_deref(), Some("Role with name ProsperOps already exists."));
    assert!(scene.opens(member, Some(EXTERNAL_ID)));
}

#[test]
fn a_move_between_targeted_units_is_a_delete_then_a_create() {
    let settings = Settings { stack: Delay::Fixed(SimSpan::minutes(1)), ..Settings::default() };
    let mut scene = Scene::with(settings, 2);
    let set = scene.service_managed(false);
    let (workloads, sandbox, member) = (scene.workloads, scene.sandbox, scene.members[0]);
    scene.create(set, &[workloads, sandbox], Preferences::default());
    scene.settle();
    let before = scene.instance(set, member).unwrap();
    let owner = scene.owner();
    scene.world.move_account(&owner, member, workloads, sandbox).unwrap();
    scene.pass(SimSpan::seconds(30));
    assert!(scene.opens(member, Some(EXTERNAL_ID)));
    scene.pass(SimSpan::minutes(1));
    assert!(!scene.opens(member, Some(EXTERNAL_ID)));
    scene.pass(SimSpan::minutes(1));
    assert!(scene.opens(member, Some(EXTERNAL_ID)));
    let after = scene.instance(set, member).unwrap();
    assert_ne!(before.role, after.role);
    assert_eq!((before.unit, after.unit), (Some(workloads), Some(sandbox)));
}

#[test]
fn a_move_below_one_targeted_unit_is_nothing() {
    let mut scene = Scene::new();
    let set = scene.service_managed(false);
    scene.create(set, &[NodeId::ROOT], Preferences::default());
    scene.settle();
    let (owner, member, workloads, sandbox) = (scene.owner(), scene.members[0], scene.workloads, scene.sandbox);
    let before = scene.instance(set, member).unwrap();
    scene.world.move_account(&owner, member, workloads, sandbox).unwrap();
    scene.settle();
    assert_eq!(scene.instance(set, member).unwrap(), before);
}

#[test]
fn automatic_deployment_uses_defaults_and_not_overrides() {
    let mut scene = Scene::new();
    let set = deployed(&mut scene, false);
    let owner = scene.owner();
    let overridden = scene.role_with("overridden-id");
    let overridden = scene.world.definition(overridden);
    let workloads = scene.workloads;
    let request = UpdateInstances {
        overrides: Some(overridden),
        ..scene.instances_in(set, &[workloads], Preferences::default())
    };
    scene.world.update_stack_instances(&owner, &request).unwrap();
    scene.settle();
    assert!(scene.opens(scene.members[0], Some("overridden-id")));
    let newcomer = scene.world.add_member(scene.organization, workloads, id("333333333331"), Origin::Created).unwrap();
    scene.settle();
    assert!(scene.opens(newcomer, Some(EXTERNAL_ID)) && !scene.opens(newcomer, Some("overridden-id")));
    // The overrides of an instance outlast an update of the set.
    let template = scene.template();
    let update = crate::cloudformation::UpdateStackSet {
        set,
        template,
        preferences: Preferences::default(),
        call_as: CallAs::Own,
    };
    scene.world.update_stack_set(&owner, &update).unwrap();
    scene.settle();
    assert!(scene.opens(scene.members[0], Some("overridden-id")));
}

#[test]
fn automatic_deployment_waits_for_what_runs_and_for_the_account() {
    let settings = Settings {
        stack: Delay::Fixed(SimSpan::minutes(1)),
        account_readiness: Delay::Fixed(SimSpan::minutes(8)),
        ..Settings::default()
    };
    let mut scene = Scene::with(settings, 3);
    let set = scene.service_managed(false);
    let owner = scene.owner();
    scene.create(set, &[NodeId::ROOT], Preferences::default());
    let request = scene.world.create_account(&owner).unwrap().id;
    scene.pass(SimSpan::seconds(1));
    let account = scene.world.describe_create_account_status(&owner, request).unwrap().account.unwrap();
    scene.pass(SimSpan::minutes(8));
    assert!(scene.instance(set, account).is_some() && !scene.opens(account, Some(EXTERNAL_ID)));
    scene.pass(SimSpan::minutes(2));
    assert!(scene.opens(account, Some(EXTERNAL_ID)));
}

#[test]
fn a_delegated_administrator_must_say_so() {
    let mut scene = Scene::new();
    let delegated = scene.members[0];
    scene.world.register_delegated_administrator(scene.organization, delegated).unwrap();
    let caller = administrator(delegated);
    let mut request = scene.set_request(PermissionModel::ServiceManaged { auto_deployment: None });
    let error = scene.world.create_stack_set(&caller, &request).unwrap_err();
    assert_eq!(error.code, Code::ValidationError);
    request.call_as = CallAs::DelegatedAdmin;
    let set = scene.world.create_stack_set(&caller, &request).unwrap();
    let mut instances = scene.instances_in(set, &[NodeId::ROOT], Preferences::default());
    assert_eq!(code(scene.world.create_stack_instances(&caller, &instances)), Some(Code::ValidationError));
    instances.call_as = CallAs::DelegatedAdmin;
    scene.world.create_stack_instances(&caller, &instances).unwrap();
    scene.settle();
    // The delegated administrator's account is a member as any other; the management account is none.
    assert!(scene.opens(delegated, Some(EXTERNAL_ID)) && !scene.opens(scene.management, Some(EXTERNAL_ID)));
    let stranger = administrator(scene.members[1]);
    assert_eq!(code(scene.world.create_stack_instances(&stranger, &instances)), Some(Code::ValidationError));
}

#[test]
fn five_delegated_administrators_at_most() {
    let mut scene = Scene::with(Settings::default(), 6);
    let organization = scene.organization;
    let answers: Vec<_> = scene
        .members
        .clone()
        .into_iter()
        .map(|member| scene.world.register_delegated_administrator(organization, member))
        .collect();
    assert!(answers[..5].iter().all(Result::is_ok));
    assert_eq!(answers[5].as_ref().unwrap_err().code, Code::ConstraintViolation);
}

#[test]
fn service_managed_sets_need_all_features_and_trusted_access() {
    let mut scene = Scene::new();
    let request = scene.set_request(PermissionModel::ServiceManaged { auto_deployment: None });
    for (number, features, trusted, works) in [
        ("444444444441", FeatureSet::ConsolidatedBilling, true, false),
        ("444444444442", FeatureSet::All, false, false),
        ("444444444443", FeatureSet::All, true, true),
    ] {
        let management = scene.world.add_account(id(number)).unwrap();
        let organization = scene.world.add_organization(&format!("o-{number}"), management, features).unwrap();
        if trusted {
            scene.world.enable_trusted_access(organization);
        }
        let answer = scene.world.create_stack_set(&administrator(management), &request);
        assert_eq!(code(answer), if works { None } else { Some(Code::ValidationError) }, "{number}");
    }
}

#[test]
fn sets_are_regional_and_have_limits() {
    let mut scene = Scene::new();
    let owner = scene.owner();
    let model = PermissionModel::ServiceManaged { auto_deployment: None };
    let request = scene.set_request(model);
    let set = scene.world.create_stack_set(&owner, &request).unwrap();
    assert_eq!(code(scene.world.create_stack_set(&owner, &request)), Some(Code::NameAlreadyExists));
    let elsewhere = CreateStackSet { region: scene.other_region(), ..request };
    assert_eq!(code(scene.world.create_stack_set(&owner, &elsewhere)), None);
    let role = scene.role();
    let role = scene.world.definition(role);
    for (bytes, from_s3, nested_or_macros, expected) in [
        (51_200, false, false, None),
        (51_201, false, false, Some(Code::ValidationError)),
        (1_048_576, true, false, None),
        (1_048_577, true, false, Some(Code::ValidationError)),
        (2_000, false, true, Some(Code::ValidationError)),
    ] {
        let template = scene.world.add_template(Template { nested_or_macros, bytes, from_s3, ..Template::of(role) });
        let name = scene.world.text(&format!("set{bytes}"));
        let answer = scene.world.create_stack_set(&owner, &CreateStackSet { name, template, ..request });
        assert_eq!(code(answer), expected, "{bytes} {nested_or_macros}");
    }
    let mut many = scene.instances_in(set, &[NodeId::ROOT; 51], Preferences::default());
    assert_eq!(code(scene.world.create_stack_instances(&owner, &many)), Some(Code::ValidationError));
    many.targets = Targets::Accounts(vec![scene.members[0]]);
    assert_eq!(code(scene.world.create_stack_instances(&owner, &many)), Some(Code::ValidationError));
}

#[test]
fn a_region_has_1000_sets() {
    let mut scene = Scene::with(Settings { rates: false, ..Settings::default() }, 1);
    let owner = scene.owner();
    let mut request = scene.set_request(PermissionModel::ServiceManaged { auto_deployment: None });
    for number in 0..1_000 {
        request.name = scene.world.text(&format!("set{number}"));
        scene.world.create_stack_set(&owner, &request).unwrap();
    }
    request.name = scene.world.text("one-more");
    assert_eq!(code(scene.world.create_stack_set(&owner, &request)), Some(Code::CfnLimitExceeded));
    request.region = scene.other_region();
    assert_eq!(code(scene.world.create_stack_set(&owner, &request)), None);
}

#[test]
fn account_filters_narrow_the_units() {
    let mut scene = Scene::new();
    let owner = scene.owner();
    let [one, two, three] = scene.members[..] else { panic!("three members") };
    for (filter, expected) in [
        (AccountFilter::Intersection(vec![one, scene.management]), vec![one]),
        (AccountFilter::Difference(vec![one]), vec![two, three]),
    ] {
        let mut request = scene.set_request(PermissionModel::ServiceManaged { auto_deployment: None });
        request.name = scene.world.text(&format!("{filter:?}"));
        let set = scene.world.create_stack_set(&owner, &request).unwrap();
        let mut instances = scene.instances_in(set, &[NodeId::ROOT], Preferences::default());
        instances.targets = Targets::Units(vec![NodeId::ROOT], filter);
        scene.world.create_stack_instances(&owner, &instances).unwrap();
        let found: Vec<_> =
            scene.world.list_stack_instances(&owner, set).unwrap().iter().map(|info| info.account).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn an_empty_unit_is_no_error() {
    let mut scene = Scene::new();
    let set = scene.service_managed(false);
    let sandbox = scene.sandbox;
    let operation = scene.create(set, &[sandbox], Preferences::default());
    assert_eq!(scene.status(set, operation), (OperationStatus::Succeeded, 0));
    // And whoever comes later gets its role.
    let (owner, member, workloads) = (scene.owner(), scene.members[0], scene.workloads);
    scene.world.move_account(&owner, member, workloads, sandbox).unwrap();
    scene.settle();
    assert!(scene.opens(member, Some(EXTERNAL_ID)));
}
