//! Made-up metadata through the judgement: each kind of breach is found, and what is allowed passes.

use std::fmt::Write as _;

use super::*;

/// Metadata from lines `package: dependency, dev dependency, build dependency, …`.
/// Names that start with `rolecall-` or are `xtask` are members; the others are external.
fn metadata(lines: &[&str]) -> Metadata {
    let mut packages = String::new();
    let mut members = String::new();
    let mut nodes = String::new();
    for line in lines {
        let (name, dependencies) = line.split_once(':').unwrap();
        let is_member = name.starts_with("rolecall-") || name == "xtask";
        let folder = CRATES.iter().find(|row| row.package == name).map_or("crates/x", |row| row.folder);
        let mut declared = Vec::new();
        let mut edges = Vec::new();
        for dependency in dependencies.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let (kind, dependency) = match dependency.split_once(' ') {
                Some((kind, dependency)) => (format!("\"{kind}\""), dependency),
                None => ("null".to_owned(), dependency),
            };
            declared.push(format!(r#"{{"name": "{dependency}", "kind": {kind}}}"#));
            edges.push(format!(r#"{{"pkg": "id-{dependency}", "dep_kinds": [{{"kind": {kind}}}]}}"#));
        }
        write!(
            packages,
            r#"{{"id": "id-{name}", "name": "{name}", "manifest_path": "/src/{folder}/Cargo.toml", "dependencies": [{}]}},"#,
            declared.join(",")
        )
        .unwrap();
        write!(nodes, r#"{{"id": "id-{name}", "deps": [{}]}},"#, edges.join(",")).unwrap();
        if is_member {
            write!(members, r#""id-{name}","#).unwrap();
        }
    }
    let json = format!(
        r#"{{"packages": [{}], "workspace_members": [{}], "resolve": {{"nodes": [{}]}}}}"#,
        packages.trim_end_matches(','),
        members.trim_end_matches(','),
        nodes.trim_end_matches(',')
    );
    serde_json::from_str(&json).unwrap()
}

fn check(lines: &[&str]) -> Vec<String> {
    judge(&metadata(lines))
}

#[test]
fn what_the_table_allows_passes() {
    let problems = check(&[
        "rolecall-iam: thiserror, dev rolecall-fixtures, dev proptest",
        "rolecall-iam-catalog:",
        "rolecall-core: rolecall-iam, rolecall-iam-catalog",
        "rolecall-render: rolecall-iam, rolecall-core",
        "rolecall-gate: rolecall-iam, rolecall-iam-catalog, rolecall-core, rolecall-render",
        "rolecall-report: rolecall-iam, rolecall-core, rolecall-gate",
        "rolecall-cli: rolecall-gate, rolecall-report, tokio",
        "rolecall-benches: rolecall-iam, rolecall-fixtures",
        "rolecall-fixtures:",
        "xtask:",
        "thiserror:",
        "tokio: mio",
        "mio:",
        "proptest: getrandom",
        "getrandom:",
    ]);
    assert_eq!(problems, [""; 0]);
}

#[test]
fn an_unlisted_crate_fails() {
    assert_eq!(check(&["rolecall-extra:"]), ["`rolecall-extra` is not in the table: say there what it may depend on"]);
}

#[test]
fn a_crate_in_another_folder_fails() {
    let mut made_up = metadata(&["rolecall-iam:"]);
    made_up.packages.first_mut().unwrap().manifest_path = "/src/crates/engine/Cargo.toml".to_owned();
    assert_eq!(judge(&made_up), ["`rolecall-iam` stands in /src/crates/engine/Cargo.toml, not in crates/iam/"]);
}

#[test]
fn a_dependency_upwards_fails() {
    assert_eq!(
        check(&["rolecall-iam: rolecall-core", "rolecall-core: rolecall-iam"]),
        ["`rolecall-iam` may not depend on `rolecall-core`"]
    );
    assert_eq!(
        check(&["rolecall-iam: rolecall-iam-catalog", "rolecall-iam-catalog:"]),
        ["`rolecall-iam` may not depend on `rolecall-iam-catalog`"]
    );
    assert_eq!(check(&["rolecall-iam: build rolecall-iam-catalog", "rolecall-iam-catalog:"]).len(), 1);
    assert_eq!(check(&["xtask: rolecall-iam", "rolecall-iam:"]), ["`xtask` may not depend on `rolecall-iam`"]);
}

#[test]
fn fixtures_are_for_tests() {
    assert_eq!(check(&["rolecall-iam: dev rolecall-fixtures", "rolecall-fixtures:"]), [""; 0]);
    assert_eq!(
        check(&["rolecall-iam: rolecall-fixtures", "rolecall-fixtures:"]),
        ["`rolecall-iam` may not depend on `rolecall-fixtures` (for tests: put it under [dev-dependencies])"]
    );
}

#[test]
fn nothing_uses_the_command_line() {
    for kind in ["", "dev "] {
        assert_eq!(
            check(&[&format!("rolecall-benches: {kind}rolecall-cli"), "rolecall-cli:"]),
            ["`rolecall-benches` depends on `rolecall-cli`: nothing may"]
        );
    }
}

#[test]
fn a_pure_crate_reaches_no_edge_directly_or_through_others() {
    assert_eq!(
        check(&["rolecall-iam: tokio", "tokio:"]),
        ["`rolecall-iam` is pure and reaches an async runtime: rolecall-iam -> tokio"]
    );
    assert_eq!(
        check(&["rolecall-core: a", "a: b", "b: aws-sdk-iam", "aws-sdk-iam:"]),
        ["`rolecall-core` is pure and reaches an AWS SDK: rolecall-core -> a -> b -> aws-sdk-iam"]
    );
    assert_eq!(
        check(&["rolecall-gate: rand", "rand: getrandom", "getrandom:"]),
        ["`rolecall-gate` is pure and reaches randomness without a seed: rolecall-gate -> rand -> getrandom"]
    );
    assert_eq!(check(&["rolecall-iam: rusqlite", "rusqlite:"]).len(), 1);
    assert_eq!(check(&["rolecall-iam: build cc", "cc: tempfile", "tempfile:"]), [""; 0]);
    assert_eq!(check(&["rolecall-cli: tokio", "tokio:"]), [""; 0]);
}

#[test]
fn every_row_is_unique_and_names_only_rows() {
    let names: BTreeSet<&str> = CRATES.iter().map(|row| row.package).collect();
    assert_eq!(names.len(), CRATES.len());
    for row in CRATES {
        if let Allowed::Only(list) = row.allowed {
            assert!(list.iter().all(|name| names.contains(name) && *name != "rolecall-cli"), "{}", row.package);
        }
    }
}
