//! The pieces for account factories: every file there, every YAML sound, and each in the form that its factory reads.

use super::sample;
use super::tool::rendered;
use rolecall_render::write::{Format, Rendered};
use serde_json::{Value, json};

fn pieces() -> Rendered {
    rendered(Format::AccountFactory, &sample::split(), &sample::with_legacy(2))
}

fn text<'r>(rendered: &'r Rendered, path: &str) -> &'r str {
    let file = rendered.files.iter().find(|file| file.path == path);
    &file
        .unwrap_or_else(|| {
            panic!("no {path} among {:?}", rendered.files.iter().map(|file| &file.path).collect::<Vec<_>>())
        })
        .text
}

fn yaml(rendered: &Rendered, path: &str) -> Value {
    serde_saphyr::from_str(text(rendered, path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_piece_has_a_readme_that_says_who_serves_the_management_account() {
    let rendered = pieces();
    for folder in
        ["account-factory-for-terraform", "control-tower-customizations", "landing-zone-accelerator", "org-formation"]
    {
        let readme = text(&rendered, &format!("{folder}/README.md"));
        assert!(readme.contains("**Management account 111111111111:**"), "{folder}");
        assert!(text(&rendered, "README.md").contains(folder));
    }
    assert!(
        rendered.files.iter().any(|file| file.path == "management-account/management-account.sh" && file.executable)
    );
}

#[test]
fn the_manifest_is_of_the_schema_of_control_tower_customizations() {
    let rendered = pieces();
    let path = "control-tower-customizations/manifest.yaml";
    // The schema compares the version with a date: quoted it would be a text.
    assert!(text(&rendered, path).contains("\nversion: 2021-03-15\n"));
    let manifest = yaml(&rendered, path);
    assert_eq!(manifest["resources"][0]["deploy_method"], "stack_set");
    assert_eq!(manifest["resources"][0]["regions"], json!(["us-east-1"]));
    let file = manifest["resources"][0]["resource_file"].as_str().unwrap();
    assert!(text(&rendered, &format!("control-tower-customizations/{file}")).contains("AWS::IAM::Role"));
}

#[test]
fn the_landing_zone_accelerator_gets_a_stack_in_every_account() {
    let rendered = pieces();
    let config = yaml(&rendered, "landing-zone-accelerator/customizations-config.yaml");
    let stack = &config["customizations"]["cloudFormationStacks"][0];
    let required = ["deploymentTargets", "name", "regions", "runOrder", "template", "terminationProtection"];
    for key in required {
        assert!(stack.get(key).is_some(), "{key}");
    }
    assert_eq!(stack["deploymentTargets"], json!({ "organizationalUnits": ["Root"], "excludedAccounts": [] }));
    let template = stack["template"].as_str().unwrap();
    assert!(text(&rendered, &format!("landing-zone-accelerator/{template}")).contains("AWS::IAM::Role"));
}

#[test]
fn org_formation_binds_members_and_the_management_account() {
    let rendered = pieces();
    let tasks = yaml(&rendered, "org-formation/organization-tasks.yml");
    let task = &tasks["ProsperopsRole"];
    assert_eq!(task["Type"], "update-stacks");
    assert_eq!(task["DefaultOrganizationBinding"], json!({ "Account": "*", "IncludeMasterAccount": true }));
    let template = task["Template"].as_str().unwrap().trim_start_matches("./");
    assert!(text(&rendered, &format!("org-formation/{template}")).contains("AWS::IAM::Role"));
}

#[test]
fn the_module_for_terraform_brings_no_provider_and_no_backend() {
    let rendered = pieces();
    let folder = "account-factory-for-terraform/aft-global-customizations/terraform";
    assert!(
        text(&rendered, &format!("{folder}/prosperops-role.tf")).contains("source = \"./modules/prosperops-role\"")
    );
    let module = text(&rendered, &format!("{folder}/modules/prosperops-role/main.tf"));
    assert!(!module.contains("provider \"aws\"") && !module.contains("backend"), "{module}");
}
