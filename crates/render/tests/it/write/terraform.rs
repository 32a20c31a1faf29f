//! The Terraform module: formatted as `terraform fmt` does and valid for the provider.

use super::sample;
use super::tool::{folder, has, provider_mirror, put_down, rendered, run, write};
use rolecall_core::organization::Organization;
use rolecall_core::profile::RoleProfile;
use rolecall_iam::arn::Partition;
use rolecall_render::write::Format;
use std::fmt::Write;
use tempfile::TempDir;

fn cases() -> [(&'static str, RoleProfile, Organization); 6] {
    [
        ("uniform", sample::uniform(), sample::organization()),
        ("split", sample::split(), sample::with_legacy(0)),
        ("legacy", sample::uniform(), sample::with_legacy(3)),
        ("govcloud", sample::nasty(Partition::AwsUsGov), sample::govcloud()),
        ("lagging", sample::split(), sample::lagging()),
        ("bare", RoleProfile { description: None, ..sample::uniform() }, sample::organization()),
    ]
}

/// A root module that calls each case and the piece for the account factory.
fn root() -> TempDir {
    let folder = folder();
    let mut main = String::new();
    for (name, profile, organization) in cases() {
        put_down(&rendered(Format::Terraform, &profile, &organization), &folder.path().join(name));
        let _ = writeln!(main, "module \"{name}\" {{\n  source = \"./{name}\"\n}}\n");
    }
    let factory = rendered(Format::AccountFactory, &sample::split(), &sample::with_legacy(1));
    put_down(&factory, &folder.path().join("factory"));
    let path = "./factory/account-factory-for-terraform/aft-global-customizations/terraform";
    let _ = writeln!(main, "module \"factory\" {{\n  source = \"{path}\"\n}}");
    write(&folder.path().join("main.tf"), &main, false);
    folder
}

#[test]
fn terraform_fmt_would_change_nothing() {
    if !has("terraform") {
        return;
    }
    let folder = root();
    let said = run(folder.path(), &[], "terraform", &["fmt", "-check", "-recursive", "-diff", "-no-color"]);
    assert!(said.ok, "{}", said.all());
}

#[test]
fn terraform_validate_accepts_every_module() {
    let Some(mirror) = provider_mirror() else { return };
    if !has("terraform") {
        return;
    }
    let folder = root();
    let plugins = format!("-plugin-dir={}", mirror.display());
    let said = run(folder.path(), &[], "terraform", &["init", "-backend=false", "-no-color", &plugins]);
    assert!(said.ok, "{}", said.all());
    let said = run(folder.path(), &[], "terraform", &["validate", "-no-color"]);
    assert!(said.ok, "{}", said.all());
    assert!(!said.all().contains("Warning"), "{}", said.all());
}
