//! Rules for any text, line by line: white space, paths of one machine, hosts of registries, names, manifests.
//! What needs Rust's tokens stands in `rust`.

use super::{Outcome, extension};

/// Names that say nothing about what a module is for.
const EMPTY_NAMES: [&str; 8] = ["common", "util", "utils", "helper", "helpers", "manager", "managers", "misc"];

/// Roots of paths that exist on one machine only. Split, so that this file passes its own check.
const MACHINE_PATHS: [&str; 5] = [
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("C:\\Us", "ers\\"),
];

/// A home folder that is part of the domain: AWS CloudShell's, the same for everybody.
const CLOUDSHELL_HOME: &str = concat!("/ho", "me/cloudshell-user");

/// Hosts that only a package client has to know.
const REGISTRY_HOSTS: [&str; 8] = [
    concat!("static.", "crates.io"),
    concat!("index.", "crates.io"),
    concat!("pypi.", "org"),
    concat!("files.", "pythonhosted.org"),
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "yarnpkg.com"),
    concat!("deb.", "debian.org"),
    concat!("proxy.", "golang.org"),
];

/// Whether `name` is one of the names that modules and files do not get.
pub(super) fn is_empty_name(name: &str) -> bool {
    EMPTY_NAMES.contains(&name)
}

/// The file's own name, and for Rust the folders that are modules.
pub(super) fn check_name(path: &str, outcome: &mut Outcome) {
    if extension(path) != "rs" {
        return;
    }
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    if let Some(name) = stem.split('/').find(|part| is_empty_name(part)) {
        outcome.finding(path, 1, "name", format!("`{name}` says nothing: name the file after what it is for"));
    }
}

/// Every rule that holds for text.
pub(super) fn check(path: &str, content: &str, outcome: &mut Outcome) {
    let spaced = checks_white_space(path);
    for (index, line) in content.split('\n').enumerate() {
        let number = index + 1;
        if spaced {
            check_white_space(path, number, line, outcome);
        }
        check_machine(path, number, line, outcome);
    }
    if spaced && !content.is_empty() && !content.ends_with('\n') {
        outcome.finding(path, content.split('\n').count(), "white-space", "the last line has no newline");
    }
    // The fuzz targets are a workspace of their own, with the fuzzer's flags.
    let other_workspace = path.starts_with("fixtures/") || path.starts_with("fuzz/");
    if path.ends_with("/Cargo.toml") && !other_workspace && !inherits_lints(content) {
        outcome.finding(path, 1, "lints", "the manifest lacks `[lints]` with `workspace = true`");
    }
    if path == "fixtures/Cargo.toml" && !inherits_lints(content) {
        outcome.finding(path, 1, "lints", "the manifest lacks `[lints]` with `workspace = true`");
    }
}

/// Fixtures and expected outputs keep the white space that they were given.
fn checks_white_space(path: &str) -> bool {
    let is_data = path.starts_with("fixtures/") || path.split('/').any(|part| part == "tests");
    match extension(path) {
        "rs" => true,
        "md" | "toml" => !is_data,
        _ => false,
    }
}

fn check_white_space(path: &str, number: usize, line: &str, outcome: &mut Outcome) {
    if line.contains('\t') {
        outcome.finding(path, number, "white-space", "a tab: indent with spaces, write `\\t` in strings");
    }
    if line.ends_with('\r') {
        outcome.finding(path, number, "white-space", "the line ends with CR LF: use LF");
    } else if line.trim_end() != line {
        outcome.finding(path, number, "white-space", "white space at the end of the line");
    }
}

fn check_machine(path: &str, number: usize, line: &str, outcome: &mut Outcome) {
    for root in MACHINE_PATHS {
        if line.match_indices(root).any(|(at, _)| starts_a_path(line, at) && !is_cloudshell(line, at)) {
            outcome.finding(path, number, "machine-path", format!("`{root}…` is a path of one machine"));
        }
    }
    for host in REGISTRY_HOSTS {
        if line.contains(host) {
            outcome.finding(
                path,
                number,
                "registry-host",
                format!("`{host}` is a registry's host: name the package only"),
            );
        }
    }
}

/// In `arn:aws:s3:::bucket/home/${aws:username}` the root is part of a longer path and no folder of a machine.
fn starts_a_path(line: &str, at: usize) -> bool {
    let before = line.get(..at).and_then(|text| text.chars().next_back());
    before.is_none_or(|c| !(c.is_alphanumeric() || "_-.*}/~:?".contains(c)) || (c == ':' && !line.contains("arn:")))
}

fn is_cloudshell(line: &str, at: usize) -> bool {
    line.get(at..).is_some_and(|rest| rest.starts_with(CLOUDSHELL_HOME))
}

/// Whether a manifest takes the lints of the workspace.
fn inherits_lints(manifest: &str) -> bool {
    let mut lines = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    lines.find(|line| !line.is_empty() && !line.starts_with('#')) == Some("workspace = true")
}
