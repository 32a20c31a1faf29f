//! The module of `rolecall render terraform`: applied by the real provider, planned empty, destroyed.

use crate::place::{Place, REGION, fresh_account, has, place, provider_mirror, run, succeed};
use crate::role::{assert_stands, organization, profile, put_down};
use rolecall_iam::arn::AccountId;
use rolecall_render::write::Format;

/// A root module that calls the rendered one in `account`.
fn root(place: &Place, account: AccountId) -> String {
    let endpoint = &place.endpoint;
    format!(
        r#"provider "aws" {{
  region                      = "{REGION}"
  access_key                  = "{account}"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  endpoints {{
    iam = "{endpoint}"
    sts = "{endpoint}"
  }}
}}

module "role" {{
  source = "./role"
}}
"#
    )
}

#[tokio::test]
async fn the_module_is_applied_planned_empty_and_destroyed() {
    let Some(place) = place() else { return };
    let Some(mirror) = provider_mirror() else { return };
    if !has("terraform") {
        return;
    }
    let (account, management) = (fresh_account(), fresh_account());
    let (profile, organization) = (profile(), organization("o-exampleorgid", management, account));
    let folder = tempfile::tempdir().unwrap();
    put_down(Format::Terraform, &profile, &organization, &folder.path().join("role"));
    std::fs::write(folder.path().join("main.tf"), root(&place, account)).unwrap();
    let terraform = |arguments: &[&str]| succeed(folder.path(), &[], "terraform", arguments);
    terraform(&["init", "-no-color", "-input=false", &format!("-plugin-dir={}", mirror.display())]);
    let connection = place.connect(account);
    terraform(&["apply", "-no-color", "-input=false", "-auto-approve"]);
    assert_stands(&connection, account, &profile, &organization).await;
    // 0: nothing to change; 2: something; 1: an error (terraform plan, `-detailed-exitcode`).
    let plan = ["plan", "-no-color", "-input=false", "-detailed-exitcode"];
    let (said, code) = run(folder.path(), &[], "terraform", &plan);
    assert_eq!(code, 0, "{said}");
    let nobody =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}"#;
    connection.update_assume_role_policy(&profile.name, nobody).await.unwrap();
    let (said, code) = run(folder.path(), &[], "terraform", &plan);
    assert_eq!(code, 2, "drift is seen: {said}");
    terraform(&["destroy", "-no-color", "-input=false", "-auto-approve"]);
    assert_eq!(connection.get_role(&profile.name).await.unwrap(), None);
}
