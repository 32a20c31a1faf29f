//! `rolecall init`: the start passes its own gate, and nothing is overwritten.

use crate::program::{DAY, rolecall};
use std::fs;

#[test]
fn the_start_passes_its_own_gate() {
    let folder = tempfile::tempdir().unwrap();
    let ran = rolecall(folder.path(), &["init", "new"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = rolecall(folder.path(), &["gate", "new", "--as-of", DAY]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (config, policy) = (folder.path().join("rolecall.toml"), folder.path().join("policy.json"));
    fs::write(&policy, "{}").unwrap();
    assert_eq!(rolecall(folder.path(), &["init"]).code, 0);
    assert_eq!(fs::read_to_string(&policy).unwrap(), "{}");
    fs::write(&config, "mine").unwrap();
    let ran = rolecall(folder.path(), &["init"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("is not overwritten"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(&config).unwrap(), "mine");
}
