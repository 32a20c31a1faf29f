//! Each rule of tidy is broken once and must be found, at its line; and each has a neighbour that is in order.

use super::*;

/// What tidy says of a file `path` with `content`: `rule:line`, joined by spaces.
fn check(path: &str, content: &str) -> String {
    let mut outcome = Outcome::default();
    judge(path, content.as_bytes(), &mut outcome);
    outcome.findings.sort_by_key(|finding| finding.line);
    let found: Vec<String> =
        outcome.findings.iter().map(|finding| format!("{}:{}", finding.rule, finding.line)).collect();
    found.join(" ")
}

/// The sizes that tidy reports: `what lines`.
fn sizes(path: &str, content: &str) -> Vec<String> {
    let mut outcome = Outcome::default();
    judge(path, content.as_bytes(), &mut outcome);
    outcome.sizes.iter().map(|size| format!("{} {}", size.what, size.lines)).collect()
}

#[test]
fn a_rust_file_opens_with_its_purpose() {
    assert_eq!(check("a.rs", "//! Purpose.\nfn f() {}\n"), "");
    assert_eq!(check("a.rs", "fn f() {}\n"), "header:1");
    assert_eq!(check("a.rs", "// Purpose.\nfn f() {}\n"), "header:1");
    assert_eq!(check("a.rs", ""), "header:1");
}

#[test]
fn unfinished_work_is_found_in_code_only() {
    assert_eq!(check("a.rs", "//! P.\nfn f() { todo!() }\n"), "unfinished:2");
    assert_eq!(
        check("a.rs", "//! P.\nfn f() {\n    let x = dbg!(1);\n    unimplemented!(\"x\")\n}\n"),
        "unfinished:3 unfinished:4"
    );
    assert_eq!(check("a.rs", "//! P.\n#[cfg(test)]\nmod tests { fn f() { dbg!(1); } }\n"), "unfinished:3");
    assert_eq!(check("a.rs", "//! P. todo!()\n// dbg!(1)\nconst A: &str = \"todo!()\";\nfn todo() { todo(); }\n"), "");
}

#[test]
fn ignored_tests_are_found() {
    assert_eq!(check("a.rs", "//! P.\n#[test]\n#[ignore]\nfn f() {}\n"), "ignored-test:3");
    assert_eq!(check("tests/a.rs", "//! P.\n#[ignore = \"slow\"]\nfn f() {}\n"), "ignored-test:2");
    assert_eq!(check("a.rs", "//! P.\n/// ```ignore\n/// f();\n/// ```\nfn f() {}\n"), "ignored-test:2");
    assert_eq!(check("a.rs", "//! P.\n/// ```rust,ignore\n/// ```\nfn f() {}\n"), "ignored-test:2");
    assert_eq!(check("a.rs", "//! P.\n/// What we ignore.\n/// ```\n/// f();\n/// ```\nfn f() {}\n"), "");
}

#[test]
fn an_allow_outside_tests_needs_a_reason() {
    assert_eq!(check("a.rs", "//! P.\n#[allow(dead_code)]\nfn f() {}\n"), "allow-reason:2");
    assert_eq!(check("a.rs", "//! P.\n#![allow(\n    dead_code,\n)]\n"), "allow-reason:2");
    assert_eq!(check("a.rs", "//! P.\n#[cfg_attr(unix, allow(dead_code))]\nfn f() {}\n"), "allow-reason:2");
    assert_eq!(check("a.rs", "//! P.\n#[cfg(test)]\nmod tests {}\n#[allow(dead_code)]\nfn f() {}\n"), "allow-reason:4");
    assert_eq!(check("a.rs", "//! P.\n#[cfg(not(test))]\nmod a { #[allow(dead_code)] fn f() {} }\n"), "allow-reason:3");
    assert_eq!(check("a.rs", "//! P.\n#[allow(dead_code, reason = \"why\")]\nfn f() {}\n"), "");
    assert_eq!(check("a.rs", "//! P.\n#[cfg(test)]\nmod tests { #[allow(dead_code)] fn f() {} }\n"), "");
    assert_eq!(check("tests/it/main.rs", "//! P.\n#![allow(dead_code)]\n"), "");
}

#[test]
fn modules_and_files_have_telling_names() {
    assert_eq!(check("a.rs", "//! P.\nmod utils;\n"), "name:2");
    assert_eq!(check("a.rs", "//! P.\nmod a { pub mod helpers {} }\n"), "name:2");
    assert_eq!(check("src/common.rs", "//! P.\n"), "name:1");
    assert_eq!(check("tests/common/mod.rs", "//! P.\n"), "name:1");
    assert_eq!(check("src/commonly.rs", "//! P.\nmod managed;\n"), "");
}

#[test]
fn source_that_is_no_rust_is_said() {
    assert_eq!(check("a.rs", "//! P.\nfn f( {\n"), "syntax:2");
    let mut outcome = Outcome::default();
    judge("a.rs", b"//! P.\n\n// \xff\n", &mut outcome);
    assert_eq!(
        outcome.findings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["a.rs:3: Rust source that is not UTF-8 [utf-8]"]
    );
    let mut outcome = Outcome::default();
    judge("fixtures/a.bin", b"\xff\x00", &mut outcome);
    assert_eq!(outcome, Outcome::default());
}

#[test]
fn white_space_is_kept_clean_where_people_write() {
    assert_eq!(check("a.rs", "//! P.\nfn f() {} \n"), "white-space:2");
    assert_eq!(check("a.md", "a\n\tb\n"), "white-space:2");
    assert_eq!(check("a.toml", "a = 1\r\n"), "white-space:1");
    assert_eq!(check("a.toml", "a = 1"), "white-space:1");
    assert_eq!(check("fixtures/broken/rolecall.toml", "a = 1 \r\n"), "");
    assert_eq!(check("crates/cli/tests/cmd/a.md", "a \n"), "");
    assert_eq!(check("Makefile", "\ta \n"), "");
}

#[test]
fn paths_of_one_machine_are_found() {
    for root in [concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")] {
        assert_eq!(check("a.txt", &format!("see\n{root}x\n")), "machine-path:2", "{root}");
        assert_eq!(check("a.txt", &format!("PATH=\"{root}x\"\n")), "machine-path:1", "{root}");
        assert_eq!(check("a.txt", &format!("target{root}x\n")), "", "{root}");
    }
    assert_eq!(check("a.json", concat!("\"arn:aws:s3:::bucket/ho", "me/${aws:username}\"\n")), "");
    assert_eq!(check("a.sh", concat!("cd /ho", "me/cloudshell-user\n")), "");
}

#[test]
fn hosts_of_registries_are_found() {
    assert_eq!(check("a.lock", concat!("url = \"https://files.", "pythonhosted.org/x\"\n")), "registry-host:1");
    assert_eq!(check("a.txt", concat!("\nregistry.", "npmjs.org\n")), "registry-host:2");
    assert_eq!(check("a.txt", "crates.io, PyPI and npm\n"), "");
}

#[test]
fn a_crate_takes_the_lints_of_the_workspace() {
    let manifest = "[package]\nname = \"a\"\n\n[lints]\n# Why.\nworkspace = true\n";
    assert_eq!(check("crates/a/Cargo.toml", manifest), "");
    assert_eq!(check("crates/a/Cargo.toml", "[package]\nname = \"a\"\n"), "lints:1");
    assert_eq!(check("crates/a/Cargo.toml", "[lints]\n[dependencies]\nworkspace = true\n"), "lints:1");
    assert_eq!(check("fixtures/Cargo.toml", "[package]\n"), "lints:1");
    assert_eq!(check("Cargo.toml", "[workspace]\n"), "");
}

#[test]
fn long_functions_and_files_are_reported_and_no_error() {
    let function = |lines: usize| format!("fn f() {{\n{}}}\n", "    g();\n".repeat(lines - 2));
    let header = "//! P.\n";
    assert_eq!(sizes("a.rs", &format!("{header}{}", function(70))), [""; 0]);
    assert_eq!(sizes("a.rs", &format!("{header}{}", function(71))), ["`fn f` 71"]);
    assert_eq!(check("a.rs", &format!("{header}{}", function(71))), "");
    assert_eq!(sizes("a.rs", &format!("{header}impl A {{\n{}}}\n", function(80))), ["`fn f` 80"]);
    assert_eq!(sizes("a.rs", &format!("{header}#[test]\n{}", function(80))), [""; 0]);
    assert_eq!(sizes("a/tests/it/main.rs", &format!("{header}{}", function(80))), [""; 0]);
    assert_eq!(sizes("a.rs", &format!("{header}{}", "// x\n".repeat(600))), ["the file 601"]);
    assert_eq!(sizes("a/tests.rs", &format!("{header}{}", "// x\n".repeat(600))), [""; 0]);
}
