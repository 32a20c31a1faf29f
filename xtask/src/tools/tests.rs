//! The search path, the required tools and the provider's mirror, on made-up folders.

use super::*;

fn touch(root: &Path, file: &str) {
    let path = root.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, "").unwrap();
}

#[test]
fn the_pinned_tools_come_first_and_once() {
    let once = search_path(Some("a".into())).unwrap();
    let twice = search_path(Some(once.clone())).unwrap();
    let dirs: Vec<PathBuf> = std::env::split_paths(&once).collect();
    assert!(dirs.first().unwrap().starts_with(repository::tools_dir()));
    assert_eq!(dirs.last().unwrap(), Path::new("a"));
    assert_eq!(once, twice);
}

#[test]
fn ci_requires_what_its_script_guarantees() {
    let list = |variable, ci| required(variable, ci).into_iter().collect::<Vec<_>>().join(",");
    assert_eq!(list(None, false), "");
    assert_eq!(list(Some(" terraform,, aws "), false), "aws,terraform");
    assert_eq!(list(None, true), "bash,cfn-lint,shellcheck");
    assert_eq!(list(Some("terraform,bash"), true), "bash,cfn-lint,shellcheck,terraform");
}

#[test]
fn an_unpacked_mirror_is_found() {
    let dir = tempfile::tempdir().unwrap();
    touch(dir.path(), "share/mirror/host.example/hashicorp/aws/5.1.0/linux_amd64/terraform-provider-aws_v5.1.0_x5");
    assert_eq!(provider::find_below(dir.path()), Some(dir.path().join("share/mirror")));
}

#[test]
fn a_packed_mirror_is_found() {
    let dir = tempfile::tempdir().unwrap();
    touch(dir.path(), "host.example/hashicorp/aws/terraform-provider-aws_5.1.0_linux_amd64.zip");
    assert_eq!(provider::find_below(dir.path()), Some(dir.path().to_owned()));
}

#[test]
fn another_provider_or_another_layout_is_no_mirror() {
    let dir = tempfile::tempdir().unwrap();
    touch(dir.path(), "host.example/hashicorp/awscc/1.0.0/linux_amd64/terraform-provider-awscc_v1.0.0");
    touch(dir.path(), "bin/terraform-provider-aws_v5.1.0");
    assert_eq!(provider::find_below(dir.path()), None);
    assert_eq!(provider::find_below(&dir.path().join("missing")), None);
}
