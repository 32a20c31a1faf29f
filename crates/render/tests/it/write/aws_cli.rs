//! The AWS CLI script: sound for bash and shellcheck, and its calls are the profile, to the character.

use super::sample::{self, LEGACY, MANAGEMENT, MANAGEMENT_POLICY, MEMBER, MEMBER_POLICY};
use super::stub::{Stub, assert_cli_accepts, option};
use super::tool::{folder, has, put_down, rendered, run};
use rolecall_core::organization::Organization;
use rolecall_core::profile::{Permissions, RoleProfile};
use rolecall_iam::arn::Partition;
use rolecall_render::write::Format;
use serde_json::Value;
use std::path::PathBuf;
use tempfile::TempDir;

pub(crate) fn script(profile: &RoleProfile, organization: &Organization) -> (TempDir, PathBuf) {
    let folder = folder();
    let rendered = rendered(Format::AwsCli, profile, organization);
    assert_eq!(rendered.files.len(), 1);
    assert!(rendered.files[0].executable);
    put_down(&rendered, folder.path());
    let path = folder.path().join(&rendered.files[0].path);
    (folder, path)
}

#[test]
fn shellcheck_and_bash_accept_every_script() {
    let cases = [
        (sample::uniform(), sample::organization()),
        (sample::split(), sample::with_legacy(12)),
        (sample::nasty(Partition::AwsUsGov), sample::govcloud()),
        (sample::split(), sample::lagging()),
    ];
    for (profile, organization) in cases {
        let (folder, path) = script(&profile, &organization);
        for (tool, arguments) in [("bash", &["-n"][..]), ("shellcheck", &["--norc", "--severity=style"])] {
            if has(tool) {
                let all = [arguments, &[path.to_str().unwrap()]].concat();
                let said = run(folder.path(), &[], tool, &all);
                assert!(said.ok, "{tool}: {}", said.all());
            }
        }
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The profile that the call of `create-role` would make, property by property.
pub(crate) fn assert_creates(profile: &RoleProfile, stub: &Stub, external_id: &str) {
    let create = stub.options_of("iam", "create-role");
    assert_eq!(option(&create, "role-name"), profile.name);
    assert_eq!(option(&create, "path"), profile.path);
    assert_eq!(option(&create, "max-session-duration"), profile.max_session_duration_s.to_string());
    let of = |name: &str| create.iter().find(|(option, _)| option == name).map(|(_, value)| value.as_str());
    assert_eq!(of("description"), profile.description.as_deref());
    assert_eq!(of("permissions-boundary"), profile.permissions_boundary.as_deref());
    let tags: Vec<(String, String)> = of("tags").map_or_else(Vec::new, |text| {
        let tags = json(text);
        let pairs = tags.as_array().unwrap().iter();
        pairs.map(|tag| (tag["Key"].as_str().unwrap().into(), tag["Value"].as_str().unwrap().into())).collect()
    });
    let expected: Vec<_> = profile.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
    assert_eq!(tags, expected);
    let trust = json(option(&create, "assume-role-policy-document"));
    assert_eq!(trust["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"], external_id);
    let root = trust["Statement"][0]["Principal"]["AWS"].as_str().unwrap();
    assert!(root.ends_with(":iam::205499583182:root"), "{root}");
}

#[test]
fn a_new_role_is_created_exactly_as_the_profile_says() {
    if !has("bash") {
        return;
    }
    let profile = sample::nasty(Partition::AwsUsGov);
    let (_folder, path) = script(&profile, &sample::govcloud());
    let cases = [
        (MANAGEMENT, "6b3f9f4e-0d0e-4a53-a6a5-6d0d6e1b7a11", "ProsperOps", MANAGEMENT_POLICY),
        (MEMBER, "6b3f9f4e-0d0e-4a53-a6a5-6d0d6e1b7a11", "ProsperOpsMember", MEMBER_POLICY),
        (LEGACY, "legacy/0:=,.@-_+", "ProsperOpsMember", MEMBER_POLICY),
    ];
    for (account, external_id, policy_name, policy) in cases {
        let stub = Stub::of_account(account, "aws-us-gov");
        let said = stub.run(&path, &[]);
        assert!(said.ok, "{}", said.all());
        assert_creates(&profile, &stub, external_id);
        let put = stub.options_of("iam", "put-role-policy");
        assert_eq!(option(&put, "role-name"), profile.name);
        assert_eq!(option(&put, "policy-name"), policy_name);
        // The printer writes lists of one as their only value; the meaning is what counts.
        let expected = rolecall_iam::document::print::to_json_compact(&sample::policy(policy));
        assert_eq!(json(option(&put, "policy-document")), json(&expected));
        let attached = stub.calls().into_iter().filter(|call| call[1] == "attach-role-policy");
        let arns: Vec<_> = attached.map(|call| call[3].trim_start_matches("--policy-arn=").to_owned()).collect();
        assert_eq!(arns, profile.managed_policy_arns);
        assert!(said.out.contains("role: arn:of:the:role"), "{}", said.out);
    }
}

#[test]
fn an_existing_role_is_brought_back() {
    if !has("bash") {
        return;
    }
    let profile = sample::nasty(Partition::Aws);
    let (_folder, path) = script(&profile, &sample::with_legacy(2));
    let found = format!("{}\t{}", profile.name, profile.path);
    let stub = existing(&found);
    let said = stub.run(&path, &[]);
    assert!(said.ok, "{}", said.all());
    let changes: Vec<_> = stub
        .operations()
        .into_iter()
        .filter(|call| !call.contains(" get-") && !call.contains(" list-") && !call.contains(" describe-"))
        .collect();
    let expected = [
        "iam update-assume-role-policy",
        "iam update-role",
        "iam tag-role",
        "iam put-role-permissions-boundary",
        "iam put-role-policy",
        "iam attach-role-policy",
        "iam attach-role-policy",
    ];
    assert_eq!(changes, expected);
    let update = stub.options_of("iam", "update-role");
    assert_eq!(option(&update, "description"), profile.description.as_deref().unwrap());
    let trust = stub.options_of("iam", "update-assume-role-policy");
    assert_eq!(json(option(&trust, "policy-document"))["Statement"][0]["Action"], "sts:AssumeRole");
}

fn existing(found: &str) -> Stub {
    let stub = Stub::new()
        .answers("sts.get-caller-identity.Account", MEMBER)
        .answers("sts.get-caller-identity.Arn", "arn:aws:iam::333333333333:user/me")
        .answers("organizations.describe-organization", sample::ORGANIZATION);
    stub.answers("iam.get-role.RoleRoleNamePath", found).answers("iam.get-role.RoleArn", "arn")
}

/// A run that must end with an error that says `expected`, and change nothing.
fn refuses(stub: &Stub, profile: &RoleProfile, organization: &Organization, arguments: &[&str], expected: &str) {
    let (_folder, path) = script(profile, organization);
    let said = stub.run(&path, arguments);
    assert!(!said.ok, "{}", said.all());
    assert!(said.err.contains(expected), "{}", said.all());
    assert!(said.err.contains("what to do: "), "{}", said.all());
    assert!(said.err.contains("nothing was changed"), "{}", said.all());
    let changed = stub
        .operations()
        .into_iter()
        .find(|call| call.contains("create") || call.contains("put") || call.contains("update"));
    assert_eq!(changed, None);
}

#[test]
fn it_refuses_what_would_go_wrong() {
    if !has("bash") {
        return;
    }
    let (profile, organization) = (sample::uniform(), sample::organization());
    let twin = Stub::of_account(MEMBER, "aws").answers("iam.list-roles", "Admin\t/\nprosperops\t/\nOther\t/x/");
    refuses(&twin, &profile, &organization, &[], "whose name differs in case");
    refuses(
        &existing("ProsperOps\t/other/"),
        &profile,
        &organization,
        &[],
        "exists under the path /other/, not under /",
    );
    let other = Stub::of_account(MEMBER, "aws").answers("organizations.describe-organization", "o-another0000");
    refuses(
        &other,
        &profile,
        &organization,
        &[],
        "belongs to organization o-another0000, this script is for o-exampleorgid",
    );
    let partition = Stub::of_account(MEMBER, "aws-cn");
    refuses(&partition, &profile, &organization, &[], "is not of the partition aws");
    let denied = Stub::of_account(MEMBER, "aws").fails("iam.get-role.RoleRoleNamePath", "(AccessDenied) no");
    refuses(&denied, &profile, &organization, &[], "could not find out whether the role");
    let member = Stub::of_account(MEMBER, "aws");
    refuses(&member, &profile, &sample::lagging(), &[], "is not the management account");
    refuses(&Stub::new(), &profile, &organization, &["--wrong"], "unknown argument --wrong");
    let none = Stub::new().fails("sts.get-caller-identity", "Unable to locate credentials");
    refuses(&none, &profile, &organization, &[], "sign in again");
}

#[test]
fn a_failing_step_is_named_with_what_was_done_before() {
    if !has("bash") {
        return;
    }
    let (_folder, path) = script(&sample::uniform(), &sample::organization());
    let denial = "An error occurred (AccessDenied) when calling the PutRolePolicy operation: explicit deny";
    let stub = Stub::of_account(MEMBER, "aws").fails("iam.put-role-policy", denial);
    let said = stub.run(&path, &[]);
    assert!(!said.ok);
    for expected in [
        "could not put the inline policy ProsperOps",
        denial,
        "let the caller make this call (iam put-role-policy)",
        "create the role ProsperOps",
        "The rest is not done",
    ] {
        assert!(said.err.contains(expected), "`{expected}` is missing: {}", said.all());
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    if !has("bash") {
        return;
    }
    let (_folder, path) = script(&sample::split(), &sample::with_legacy(1));
    let stub = Stub::of_account(LEGACY, "aws");
    let said = stub.run(&path, &["--dry-run"]);
    assert!(said.ok, "{}", said.all());
    assert!(said.out.contains("would create the role ProsperOps"), "{}", said.out);
    assert!(said.out.contains("nothing was changed (--dry-run)"), "{}", said.out);
    let allowed = ["sts get-caller-identity", "organizations describe-organization", "iam get-role", "iam list-roles"];
    for call in stub.operations() {
        assert!(allowed.contains(&call.as_str()), "{call}");
    }
}

#[test]
fn a_lagging_organization_is_served_in_its_management_account() {
    if !has("bash") {
        return;
    }
    let (_folder, path) = script(&sample::split(), &sample::lagging());
    let stub = Stub::of_account(MANAGEMENT, "aws");
    let said = stub.run(&path, &[]);
    assert!(said.ok, "{}", said.all());
    assert_eq!(option(&stub.options_of("iam", "put-role-policy"), "policy-name"), "ProsperOps");
}

#[test]
fn a_profile_without_extras_writes_no_empty_options() {
    if !has("bash") {
        return;
    }
    let Permissions::Uniform(policy) = sample::uniform().permissions else { panic!("uniform") };
    let profile = RoleProfile { description: None, permissions: Permissions::Uniform(policy), ..sample::uniform() };
    let (_folder, path) = script(&profile, &sample::organization());
    let stub = Stub::of_account(MEMBER, "aws");
    assert!(stub.run(&path, &[]).ok);
    assert_creates(&profile, &stub, "6b3f9f4e-0d0e-4a53-a6a5-6d0d6e1b7a11");
}

#[test]
fn the_aws_cli_takes_the_calls() {
    if !has("bash") || !has("aws") {
        return;
    }
    let profile = sample::nasty(Partition::Aws);
    let (_folder, path) = script(&profile, &sample::with_legacy(2));
    for stub in [Stub::of_account(MEMBER, "aws"), existing(&format!("{}\t{}", profile.name, profile.path))] {
        let said = stub.run(&path, &[]);
        assert!(said.ok, "{}", said.all());
        assert_cli_accepts(&stub);
    }
}
