//! Self-managed sets, updates and deletions, drift, import, plain stacks.

use super::DetailedStatus::{Failed, Succeeded};
use super::*;
use crate::account::{AccountNumber, AccountState};
use crate::cloudformation::DriftStatus::{Drifted, InSync};
use crate::cloudformation::{DriftStatus, ImportStacks, StackKey, StackRef, StackStatus, UpdateStackSet};
use crate::iam::ManagedPolicy;
use crate::settings::Settings;
use crate::tests::scene::{EXTERNAL_ID, VENDOR, trust_text};
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;

/// A set on the root with its instances.
fn deployed(scene: &mut Scene) -> SetKey {
    let set = scene.service_managed(false);
    scene.create(set, &[NodeId::ROOT], Preferences::default());
    scene.settle();
    set
}

fn update(scene: &mut Scene, set: SetKey, template: TemplateId) -> OperationId {
    let owner = scene.owner();
    let request = UpdateStackSet { set, template, preferences: Preferences::default(), call_as: CallAs::Own };
    let operation = scene.world.update_stack_set(&owner, &request).unwrap();
    scene.settle();
    operation
}

fn drift(scene: &mut Scene, set: SetKey) -> Vec<DriftStatus> {
    let owner = scene.owner();
    scene.world.detect_stack_set_drift(&owner, set, Preferences::default(), CallAs::Own).unwrap();
    scene.settle();
    scene.members.clone().into_iter().map(|member| scene.instance(set, member).unwrap().drift).collect()
}

#[test]
fn a_self_managed_set_needs_the_execution_role_and_its_trust() {
    let mut scene = Scene::new();
    let owner = scene.owner();
    let (administration, execution) =
        ("AWSCloudFormationStackSetAdministrationRole", "AWSCloudFormationStackSetExecutionRole");
    let service = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudformation.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let service = scene.trust(service);
    let full = ManagedPolicy::Aws(scene.world.text("AdministratorAccess"));
    let mut administrator_role = RoleDefinition::new(scene.world.texts_mut(), administration, service);
    administrator_role.managed.push(full);
    scene.world.place_role(scene.management, &administrator_role).unwrap();
    let trusts = ["111111111111", VENDOR];
    // The first trusts the administrator's account, the second another one, the third has no such role.
    for (member, trusted) in scene.members.clone().into_iter().zip(trusts) {
        let trust = format!(
            r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{trusted}"}},"Action":"sts:AssumeRole"}}]}}"#
        );
        let trust = scene.trust(&trust);
        let mut role = RoleDefinition::new(scene.world.texts_mut(), execution, trust);
        role.managed.push(full);
        scene.world.place_role(member, &role).unwrap();
    }
    let (administration_role, execution_role) = (scene.world.text(administration), scene.world.text(execution));
    let request = scene.set_request(PermissionModel::SelfManaged { administration_role, execution_role });
    let set = scene.world.create_stack_set(&owner, &request).unwrap();
    let preferences =
        Preferences { failure_tolerance: crate::cloudformation::Amount::Count(3), ..Preferences::default() };
    let mut instances = scene.instances_in(set, &[], preferences);
    instances.targets = Targets::Accounts(scene.members.clone());
    let operation = scene.world.create_stack_instances(&owner, &instances).unwrap();
    scene.settle();
    assert_eq!(scene.results(set, operation), [Succeeded, Failed, Failed]);
    assert!(scene.opens(scene.members[0], Some(EXTERNAL_ID)));
    let reason = scene.instance(set, scene.members[2]).unwrap().reason.unwrap();
    assert_eq!(
        &*reason,
        "Account 222222222202 should have 'AWSCloudFormationStackSetExecutionRole' role with trust relationship to Role 'AWSCloudFormationStackSetAdministrationRole'."
    );
    // Nobody else works on it, and it takes no units.
    let member = administrator(scene.members[1]);
    assert_eq!(code(scene.world.describe_stack_set(&member, set)), Some(Code::StackSetNotFound));
    let units = scene.instances_in(set, &[NodeId::ROOT], Preferences::default());
    assert_eq!(code(scene.world.create_stack_instances(&owner, &units)), Some(Code::ValidationError));
}

#[test]
fn a_suspended_account_fails_a_self_managed_set() {
    let mut scene = Scene::new();
    let owner = scene.owner();
    let (administration_role, execution_role) = (scene.world.text("Administration"), scene.world.text("Execution"));
    let request = scene.set_request(PermissionModel::SelfManaged { administration_role, execution_role });
    let set = scene.world.create_stack_set(&owner, &request).unwrap();
    scene.world.set_state(scene.members[0], AccountState::Suspended);
    let mut instances = scene.instances_in(set, &[], Preferences::default());
    instances.targets = Targets::Accounts(vec![scene.members[0]]);
    let operation = scene.world.create_stack_instances(&owner, &instances).unwrap();
    scene.settle();
    assert_eq!(scene.results(set, operation), [Failed]);
}

#[test]
fn an_update_changes_the_role_in_place() {
    let mut scene = Scene::new();
    let set = deployed(&mut scene);
    let before = scene.instance(set, scene.members[0]).unwrap().role;
    let role = scene.role_with("the-next-id");
    let template = scene.template_of(role);
    let operation = update(&mut scene, set, template);
    assert_eq!(scene.status(set, operation), (OperationStatus::Succeeded, 0));
    assert!(scene.opens(scene.members[0], Some("the-next-id")) && !scene.opens(scene.members[0], Some(EXTERNAL_ID)));
    assert_eq!(scene.instance(set, scene.members[0]).unwrap().role, before);
    // A new name is a new role; the old one goes.
    let mut renamed = scene.role();
    renamed.name = scene.world.text("Renamed");
    let template = scene.template_of(renamed);
    update(&mut scene, set, template);
    assert!(!scene.opens(scene.members[0], Some("the-next-id")));
    assert_ne!(scene.instance(set, scene.members[0]).unwrap().role, before);
}

#[test]
fn the_same_template_gives_legacy_accounts_their_own_id() {
    let mut scene = Scene::new();
    let (common, legacy) = (scene.role(), scene.role_with("legacy-id"));
    let (common, legacy) = (scene.world.definition(common), scene.world.definition(legacy));
    let number = AccountNumber::from(AccountId::parse("222222222201").unwrap());
    let template = Template { by_account: [(number, legacy)].into(), ..Template::of(common) };
    let template = scene.world.add_template(template);
    let owner = scene.owner();
    let request =
        CreateStackSet { template, ..scene.set_request(PermissionModel::ServiceManaged { auto_deployment: None }) };
    let set = scene.world.create_stack_set(&owner, &request).unwrap();
    scene.create(set, &[NodeId::ROOT], Preferences::default());
    scene.settle();
    assert!(scene.opens(scene.members[0], Some(EXTERNAL_ID)) && scene.opens(scene.members[1], Some("legacy-id")));
    assert!(!scene.opens(scene.members[1], Some(EXTERNAL_ID)));
}

#[test]
fn deleting_instances_deletes_roles_unless_stacks_are_retained() {
    for retain in [false, true] {
        let mut scene = Scene::new();
        let set = deployed(&mut scene);
        let owner = scene.owner();
        assert_eq!(code(scene.world.delete_stack_set(&owner, set, CallAs::Own)), Some(Code::StackSetNotEmpty));
        let request = scene.delete_request(set, NodeId::ROOT, retain);
        scene.world.delete_stack_instances(&owner, &request).unwrap();
        scene.settle();
        assert_eq!(scene.opens(scene.members[0], Some(EXTERNAL_ID)), retain);
        assert_eq!(code(scene.world.delete_stack_instances(&owner, &request)), Some(Code::StackInstanceNotFound));
        scene.world.delete_stack_set(&owner, set, CallAs::Own).unwrap();
        assert_eq!(code(scene.world.describe_stack_set(&owner, set)), Some(Code::StackSetNotFound));
    }
}

#[test]
fn a_deletion_that_fails_leaves_the_instance_inoperable() {
    let mut scene = Scene::with(Settings::default(), 1);
    let set = deployed(&mut scene);
    let member = scene.members[0];
    let (inside, name) = (administrator(member), scene.world.text("ProsperOps"));
    let foreign = ManagedPolicy::Aws(scene.world.text("AdministratorAccess"));
    scene.world.attach_role_policy(&inside, name, foreign).unwrap();
    let (owner, request) = (scene.owner(), scene.delete_request(set, NodeId::ROOT, false));
    let operation = scene.world.delete_stack_instances(&owner, &request).unwrap();
    scene.settle();
    assert_eq!(scene.status(set, operation), (OperationStatus::Failed, 1));
    let instance = scene.instance(set, member).unwrap();
    assert_eq!(instance.status, InstanceStatus::Inoperable);
    assert!(scene.opens(member, Some(EXTERNAL_ID)));
    // Updates leave it out.
    let role = scene.role_with("the-next-id");
    let template = scene.template_of(role);
    update(&mut scene, set, template);
    assert!(!scene.opens(member, Some("the-next-id")));
}

#[test]
fn a_hand_edit_is_drift_and_a_direct_update_is_not() {
    let mut scene = Scene::with(Settings::default(), 4);
    let set = deployed(&mut scene);
    let [edited, updated, deleted, untouched] = scene.members[..] else { panic!("four members") };
    let name = scene.world.text("ProsperOps");
    let trust = scene.trust(&trust_text(VENDOR, "edited-by-hand"));
    scene.world.update_assume_role_policy(&administrator(edited), name, trust).unwrap();
    let role = scene.role_with("updated-directly");
    let template = scene.template_of(role);
    let stack = StackRef::Instance(set, updated, scene.region);
    assert_eq!(code(scene.world.update_stack(&administrator(edited), stack, template)), Some(Code::ValidationError));
    scene.world.update_stack(&administrator(updated), stack, template).unwrap();
    let policy = scene.world.text("ProsperOps");
    scene.world.delete_role_policy(&administrator(deleted), name, policy).unwrap();
    scene.world.delete_role(&administrator(deleted), name).unwrap();
    assert_eq!(drift(&mut scene, set), [Drifted, InSync, Drifted, InSync]);
    // In sync, and yet different from what the set says.
    assert!(scene.opens(updated, Some("updated-directly")) && !scene.opens(updated, Some(EXTERNAL_ID)));
    assert_eq!(scene.instance(set, updated).unwrap().status, InstanceStatus::Current);
    assert!(scene.opens(untouched, Some(EXTERNAL_ID)));
    // An update with the same template touches nothing: the hand edit stays.
    let template = scene.template();
    update(&mut scene, set, template);
    assert!(scene.opens(edited, Some("edited-by-hand")));
}

fn plain_stack(scene: &mut Scene, account: AccountKey, template: TemplateId) -> StackKey {
    let (name, region) = (scene.world.text("vendor"), scene.region);
    let stack = scene.world.create_stack(&administrator(account), region, name, template).unwrap();
    scene.settle();
    stack
}

#[test]
fn a_plain_stack_reaches_the_management_account() {
    let mut scene = Scene::new();
    let (management, template) = (scene.management, scene.template());
    let owner = scene.owner();
    let stack = plain_stack(&mut scene, management, template);
    assert_eq!(scene.world.describe_stack(&owner, stack).unwrap().status, StackStatus::CreateComplete);
    assert!(scene.opens(management, Some(EXTERNAL_ID)));
    let (name, region) = (scene.world.text("vendor"), scene.region);
    let again = scene.world.create_stack(&owner, region, name, template).unwrap_err();
    assert_eq!((again.code, scene.message(&again).as_str()), (Code::AlreadyExists, "Stack [vendor] already exists"));
    let role = scene.role_with("the-next-id");
    let next = scene.template_of(role);
    scene.world.update_stack(&owner, StackRef::Own(stack), next).unwrap();
    assert!(scene.opens(management, Some("the-next-id")));
    scene.world.delete_stack(&owner, stack).unwrap();
    assert!(!scene.opens(management, Some("the-next-id")));
    assert_eq!(scene.world.describe_stack(&owner, stack).unwrap().status, StackStatus::DeleteComplete);
}

#[test]
fn a_plain_stack_that_fails_is_rolled_back_with_its_reason() {
    let mut scene = Scene::new();
    let (member, template) = (scene.members[0], scene.template());
    scene.block(member);
    let stack = plain_stack(&mut scene, member, template);
    let info = scene.world.describe_stack(&administrator(member), stack).unwrap();
    assert_eq!(info.status, StackStatus::RollbackComplete);
    assert_eq!(info.reason.as_deref(), Some("Role with name ProsperOps already exists."));
}

#[test]
fn stacks_can_be_imported_and_no_echo_cannot() {
    let mut scene = Scene::with(Settings::default(), 12);
    let set = scene.service_managed(false);
    let owner = scene.owner();
    let (workloads, sandbox, outside) = (scene.workloads, scene.sandbox, scene.members[11]);
    scene.world.move_account(&owner, outside, workloads, sandbox).unwrap();
    let template = scene.template();
    let stacks: Vec<_> =
        scene.members.clone().into_iter().map(|member| plain_stack(&mut scene, member, template)).collect();
    let import = |stacks: &[StackKey], from_s3| ImportStacks {
        set,
        stacks: stacks.to_vec(),
        from_s3,
        units: vec![workloads],
        preferences: Preferences::default(),
        call_as: CallAs::Own,
    };
    assert_eq!(code(scene.world.import_stacks(&owner, &import(&stacks[..11], false))), Some(Code::ValidationError));
    let before = scene.world.describe_stack(&administrator(scene.members[0]), stacks[0]).unwrap().role;
    scene.world.import_stacks(&owner, &import(&stacks, true)).unwrap();
    scene.settle();
    let instance = scene.instance(set, scene.members[0]).unwrap();
    assert_eq!((instance.status, instance.detailed, instance.role), (InstanceStatus::Current, Succeeded, before));
    // The stack of an account outside of the units fails by itself.
    let failed = scene.instance(set, outside).unwrap();
    assert_eq!((failed.detailed, failed.has_stack_id), (DetailedStatus::FailedImport, false));
    // From now on the set's updates reach it.
    let role = scene.role_with("the-next-id");
    let next = scene.template_of(role);
    update(&mut scene, set, next);
    assert!(scene.opens(scene.members[0], Some("the-next-id")));
    let secret = scene.role();
    let secret = scene.world.definition(secret);
    let secret = scene.world.add_template(Template { no_echo: true, ..Template::of(secret) });
    let management = scene.management;
    let stack = plain_stack(&mut scene, management, secret);
    let error = scene.world.import_stacks(&owner, &import(&[stack], false)).unwrap_err();
    assert_eq!(scene.message(&error), "Stacks with NoEcho parameters cannot be imported.");
}

/// A forced permissions boundary: creating the role without it is denied.
#[test]
fn a_boundary_can_be_forced_by_an_scp() {
    let mut scene = Scene::with(Settings::default(), 1);
    let owner = scene.owner();
    let scp = r#"{"Statement":[{"Effect":"Deny","Action":"iam:CreateRole","Resource":"*","Condition":{"StringNotEquals":{"iam:PermissionsBoundary":"arn:aws:iam::222222222200:policy/Limit"}}}]}"#;
    let scp = scene.world.policy(scp, PolicyType::ServiceControl);
    scene.world.attach_policy(&owner, scp, crate::organizations::Attachment::Node(NodeId::ROOT)).unwrap();
    let (member, name) = (scene.members[0], scene.world.text("Limit"));
    let limit = scene
        .world
        .policy(r#"{"Statement":[{"Effect":"Allow","Action":"ce:*","Resource":"*"}]}"#, PolicyType::Identity);
    let limit = scene.world.create_policy(&administrator(member), name, limit).unwrap();
    for (boundary, works) in [(None, false), (Some(limit), true)] {
        let mut role = scene.role();
        role.boundary = boundary;
        let template = scene.template_of(role);
        let (name, region) = (scene.world.text(&format!("{works}")), scene.region);
        scene.world.create_stack(&administrator(member), region, name, template).unwrap();
        scene.settle();
        assert_eq!(scene.opens(member, Some(EXTERNAL_ID)), works);
    }
}
