//! `rolecall render`: the role code of the fixture is what the program writes, byte for byte.

use crate::program::{files_below, rolecall};
use std::fs;

const FIRST: &str = "o-7xk2m9q4wz";

#[test]
fn the_role_code_of_the_fixture_is_what_is_rendered() {
    let fixture = rolecall_fixtures::path("prosperops");
    for (folder, target, path, organization, template) in [
        ("role-code/aws-cli", "aws-cli", ".", FIRST, "yaml"),
        ("role-code/terraform", "terraform", ".", FIRST, "yaml"),
        ("role-code/cloudformation", "cloudformation", ".", FIRST, "yaml"),
        ("role-code/cloudformation-json", "cloudformation", ".", FIRST, "json"),
        ("role-code/stack-set", "stack-set", ".", FIRST, "yaml"),
        ("role-code/account-factory", "account-factory", ".", FIRST, "yaml"),
        ("role-code/second-organization", "cloudformation", ".", "o-p3r8t5vb1n", "yaml"),
        ("role-code-split/aws-cli", "aws-cli", "rolecall-split.toml", FIRST, "yaml"),
        ("role-code-split/terraform", "terraform", "rolecall-split.toml", FIRST, "yaml"),
        ("role-code-split/cloudformation", "cloudformation", "rolecall-split.toml", FIRST, "yaml"),
    ] {
        let out = tempfile::tempdir().unwrap();
        let arguments = ["render", target, path, "--organization", organization, "--template", template];
        let ran = rolecall(&fixture, &[&arguments[..], &["--output-dir", out.path().to_str().unwrap()]].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let files = |root: &std::path::Path| -> Vec<(String, String)> {
            let name = |path: &std::path::Path| path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files_below(root).iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
        };
        let (rendered, stored) = (files(out.path()), files(&fixture.join(folder)));
        let names = |files: &[(String, String)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&rendered), names(&stored), "{folder}");
        for ((name, rendered), (_, stored)) in rendered.iter().zip(&stored) {
            assert!(rendered == stored, "{folder}/{name} is not what `rolecall {}` writes", arguments.join(" "));
        }
    }
}

#[cfg(unix)]
#[test]
fn scripts_are_executable() {
    use std::os::unix::fs::PermissionsExt;
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().to_str().unwrap();
    let ran = rolecall(
        &rolecall_fixtures::path("prosperops"),
        &["render", "aws-cli", "--organization", FIRST, "--output-dir", folder],
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let script = files_below(out.path()).pop().unwrap();
    assert_eq!(fs::metadata(script).unwrap().permissions().mode() & 0o100, 0o100);
}

#[test]
fn other_files_are_not_overwritten_without_force() {
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().to_str().unwrap();
    let arguments = ["render", "cloudformation", "--organization", FIRST, "--output-dir", folder];
    let fixture = rolecall_fixtures::path("prosperops");
    assert_eq!(rolecall(&fixture, &arguments).code, 0);
    assert_eq!(rolecall(&fixture, &arguments).code, 0, "the same bytes again are no conflict");
    let file = files_below(out.path()).pop().unwrap();
    fs::write(&file, "mine").unwrap();
    let ran = rolecall(&fixture, &arguments);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--force"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
    assert_eq!(rolecall(&fixture, &[&arguments[..], &["--force"]].concat()).code, 0);
    assert_ne!(fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn the_organization_has_to_be_told_where_there_are_several() {
    let fixture = rolecall_fixtures::path("prosperops");
    let ran = rolecall(&fixture, &["render", "terraform"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains(FIRST), "{}", ran.stderr);
    let ran = rolecall(&fixture, &["render", "terraform", "--organization", "o-unknown12345"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("has no organization `o-unknown12345`"), "{}", ran.stderr);
}

#[test]
fn nothing_is_rendered_from_what_is_not_sound() {
    let project = crate::program::project(&[]);
    fs::write(project.path().join("policy.json"), "{}").unwrap();
    let out = project.path().join("out");
    let arguments = ["render", "terraform", "--organization", FIRST, "--output-dir", out.to_str().unwrap()];
    let ran = rolecall(project.path(), &arguments);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("nothing was rendered"), "{}", ran.stderr);
    assert!(!out.exists());
}
