//! The scripts of the stack set, run against a stand-in of the AWS CLI.

use super::sample::{self, MANAGEMENT, MEMBER};
use super::stub::{Stub, assert_cli_accepts, option};
use super::tool::{Said, folder, has, put_down, rendered, run};
use rolecall_render::write::{CallAs, Format, Options, RenderedFile, render};
use tempfile::TempDir;

const SCRIPTS: [&str; 2] = ["management-account.sh", "stack-set.sh"];

fn pieces(options: &Options) -> TempDir {
    let folder = folder();
    put_down(&render(Format::StackSet, &sample::split(), &sample::with_legacy(1), options).unwrap(), folder.path());
    folder
}

fn run_stack_set(stub: &Stub, options: &Options, arguments: &[&str]) -> Said {
    let folder = pieces(options);
    stub.run(&folder.path().join("stack-set.sh"), arguments)
}

fn ready() -> Stub {
    Stub::of_account(MANAGEMENT, "aws")
        .answers("cloudformation.describe-organizations-access", "ENABLED")
        .answers("organizations.list-roots", "r-root")
        .answers("cloudformation.create-stack-instances", "operation-1")
        .answers("cloudformation.update-stack-set", "operation-2")
        .answers("cloudformation.describe-stack-set-operation.1", "RUNNING")
        .answers("cloudformation.describe-stack-set-operation", "SUCCEEDED")
}

fn new_set() -> Stub {
    ready().fails("cloudformation.describe-stack-set", "(StackSetNotFoundException) not found")
}

fn existing_set(targets: &str) -> Stub {
    ready()
        .answers("cloudformation.describe-stack-set.StackSetPermissionModel", "SERVICE_MANAGED")
        .answers("cloudformation.describe-stack-set.StackSetOrganizationalUnitIds", targets)
}

#[test]
fn shellcheck_and_bash_accept_the_scripts() {
    let folder = pieces(&Options::default());
    for script in SCRIPTS {
        for (tool, arguments) in
            [("bash", vec!["-n", script]), ("shellcheck", vec!["--norc", "--severity=style", script])]
        {
            if has(tool) {
                let said = run(folder.path(), &[], tool, &arguments);
                assert!(said.ok, "{tool} {script}: {}", said.all());
            }
        }
    }
}

#[test]
fn a_new_set_is_service_managed_with_auto_deployment_in_one_region() {
    if !has("bash") {
        return;
    }
    let stub = new_set();
    let said = run_stack_set(&stub, &Options::default(), &[]);
    assert!(said.ok, "{}", said.all());
    let create = stub.options_of("cloudformation", "create-stack-set");
    assert_eq!(option(&create, "permission-model"), "SERVICE_MANAGED");
    assert_eq!(option(&create, "auto-deployment"), "Enabled=true,RetainStacksOnAccountRemoval=false");
    assert_eq!(option(&create, "capabilities"), "CAPABILITY_NAMED_IAM");
    assert_eq!(option(&create, "template-body"), "file://template.yaml");
    assert_eq!(option(&create, "call-as"), "SELF");
    let instances = stub.options_of("cloudformation", "create-stack-instances");
    assert_eq!(option(&instances, "deployment-targets"), "OrganizationalUnitIds=r-root");
    assert_eq!(option(&instances, "regions"), "us-east-1");
    assert!(said.out.contains("never part of a service-managed stack set"), "{}", said.out);
}

#[test]
fn a_delegated_administrator_passes_call_as_everywhere() {
    if !has("bash") {
        return;
    }
    let options = Options {
        call_as: CallAs::DelegatedAdministrator,
        organizational_units: vec!["ou-abcd-11111111".into(), "ou-abcd-22222222".into()],
        retain_stacks_on_account_removal: true,
        region: Some("eu-central-1".into()),
        stack_name: Some("Vendor-Roles".into()),
        ..Options::default()
    };
    let stub = new_set().answers("sts.get-caller-identity.Account", MEMBER);
    let said = run_stack_set(&stub, &options, &[]);
    assert!(said.ok, "{}", said.all());
    for call in stub.calls().iter().filter(|call| call[0] == "cloudformation") {
        let place = call.iter().position(|word| word == "--call-as").unwrap_or_else(|| panic!("{call:?}"));
        assert_eq!(call[place + 1], "DELEGATED_ADMIN");
    }
    let create = stub.options_of("cloudformation", "create-stack-set");
    assert_eq!(option(&create, "stack-set-name"), "Vendor-Roles");
    assert_eq!(option(&create, "auto-deployment"), "Enabled=true,RetainStacksOnAccountRemoval=true");
    let instances = stub.options_of("cloudformation", "create-stack-instances");
    assert_eq!(option(&instances, "deployment-targets"), "OrganizationalUnitIds=ou-abcd-11111111,ou-abcd-22222222");
    let as_self = run_stack_set(&stub, &options, &["--call-as", "SELF"]);
    assert!(!as_self.ok && as_self.err.contains("is not the management account"), "{}", as_self.all());
}

#[test]
fn an_existing_set_is_updated_and_extended_after_waiting_for_others() {
    if !has("bash") {
        return;
    }
    let stub = existing_set("ou-abcd-11111111\tou-abcd-22222222")
        .fails("cloudformation.update-stack-set.OperationId.1", "(OperationInProgressException) another operation");
    let said = run_stack_set(&stub, &Options::default(), &[]);
    assert!(said.ok, "{}", said.all());
    assert!(said.out.contains("another operation of prosperops-role is under way"), "{}", said.out);
    let operations = stub.operations();
    assert_eq!(operations.iter().filter(|call| *call == "cloudformation update-stack-set").count(), 2);
    assert!(!operations.contains(&String::from("cloudformation create-stack-set")));
    let instances = stub.options_of("cloudformation", "create-stack-instances");
    assert_eq!(option(&instances, "deployment-targets"), "OrganizationalUnitIds=r-root");
    let again = existing_set("r-root");
    assert!(run_stack_set(&again, &Options::default(), &[]).ok);
    assert!(!again.operations().contains(&String::from("cloudformation create-stack-instances")));
}

#[test]
fn failed_instances_are_found_below_an_operation_that_succeeded() {
    if !has("bash") {
        return;
    }
    let failed = "333333333333\tus-east-1\tFAILED\tRole with name ProsperOps already exists";
    let stub = new_set()
        .answers("cloudformation.list-stack-set-operation-results", failed)
        .answers("cloudformation.list-stack-instances", failed);
    let said = run_stack_set(&stub, &Options::default(), &[]);
    assert!(!said.ok, "{}", said.all());
    assert!(said.err.contains("the role is not in every targeted account"), "{}", said.all());
    assert!(said.err.contains("already exists"), "{}", said.all());
}

#[test]
fn a_failed_operation_a_closed_door_and_a_wrong_set_are_errors() {
    if !has("bash") {
        return;
    }
    let cases = [
        (new_set().answers("cloudformation.describe-stack-set-operation", "FAILED"), "ended as FAILED"),
        (
            new_set().answers("cloudformation.describe-organizations-access", "DISABLED"),
            "trusted access of stack sets to the organization is DISABLED",
        ),
        (
            existing_set("r-root").answers("cloudformation.describe-stack-set.StackSetPermissionModel", "SELF_MANAGED"),
            "exists with the permission model SELF_MANAGED",
        ),
        (
            new_set().fails("cloudformation.create-stack-set", "(LimitExceededException) too many"),
            "could not create the stack set prosperops-role",
        ),
    ];
    for (stub, expected) in cases {
        let said = run_stack_set(&stub, &Options::default(), &[]);
        assert!(!said.ok && said.err.contains(expected), "{expected}: {}", said.all());
        assert!(said.err.contains("what to do: "), "{}", said.all());
    }
}

#[test]
fn the_management_account_gets_a_stack_of_its_own() {
    if !has("bash") {
        return;
    }
    let folder = pieces(&Options::default());
    let script = folder.path().join("management-account.sh");
    let missing = "An error occurred (ValidationError): Stack with id prosperops-role does not exist";
    let new = || {
        Stub::of_account(MANAGEMENT, "aws")
            .fails("cloudformation.describe-stacks", missing)
            .fails("iam.get-role.RoleArn.1", "(NoSuchEntity)")
    };
    let stub = new();
    let said = stub.run(&script, &[]);
    assert!(said.ok, "{}", said.all());
    let deploy = stub.options_of("cloudformation", "deploy");
    assert_eq!(option(&deploy, "stack-name"), "prosperops-role");
    assert_eq!(option(&deploy, "capabilities"), "CAPABILITY_NAMED_IAM");
    let cases = [
        (Stub::of_account(MEMBER, "aws"), "is not the management account"),
        (
            Stub::of_account(MANAGEMENT, "aws").fails("cloudformation.describe-stacks", missing),
            "the role ProsperOps exists, but not in the stack",
        ),
        (
            new().fails("iam.get-role.RoleArn.1", "(AccessDenied)"),
            "could not find out whether the role ProsperOps exists",
        ),
        (
            new().fails("cloudformation.describe-stacks", "(AccessDenied)"),
            "could not find out whether the stack prosperops-role exists",
        ),
        (
            Stub::of_account(MANAGEMENT, "aws").answers("cloudformation.describe-stacks", "ROLLBACK_COMPLETE"),
            "from a creation that failed",
        ),
        (
            Stub::of_account(MANAGEMENT, "aws").answers("cloudformation.describe-stacks", "UPDATE_IN_PROGRESS"),
            "is in the state UPDATE_IN_PROGRESS",
        ),
    ];
    for (stub, expected) in cases {
        let said = stub.run(&script, &[]);
        assert!(!said.ok && said.err.contains(expected), "{expected}: {}", said.all());
        assert!(!stub.operations().contains(&String::from("cloudformation deploy")));
    }
    let update = Stub::of_account(MANAGEMENT, "aws").answers("cloudformation.describe-stacks", "UPDATE_COMPLETE");
    assert!(update.run(&script, &[]).ok);
}

#[test]
fn dry_runs_change_nothing() {
    if !has("bash") {
        return;
    }
    for stub in [new_set(), existing_set("ou-abcd-11111111")] {
        let said = run_stack_set(&stub, &Options::default(), &["--dry-run"]);
        assert!(said.ok, "{}", said.all());
        assert!(said.out.contains("would "), "{}", said.out);
        let changed = stub.operations().into_iter().find(|call| call.contains("create") || call.contains("update"));
        assert_eq!(changed, None);
    }
}

#[test]
fn a_lagging_organization_gets_the_management_stack_only() {
    let rendered = rendered(Format::StackSet, &sample::split(), &sample::lagging());
    let paths: Vec<_> = rendered.files.iter().map(|file: &RenderedFile| file.path.as_str()).collect();
    assert_eq!(paths, ["template.yaml", "management-account.sh"]);
    assert!(rendered.notes.iter().any(|note| note.contains("in no member account")), "{:?}", rendered.notes);
}

#[test]
fn the_aws_cli_takes_the_calls() {
    if !has("bash") || !has("aws") {
        return;
    }
    for stub in [new_set(), existing_set("ou-abcd-11111111")] {
        let said = run_stack_set(&stub, &Options::default(), &[]);
        assert!(said.ok, "{}", said.all());
        assert_cli_accepts(&stub);
    }
}
