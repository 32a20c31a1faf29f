//! Running the program and building projects for it, for all tests.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The day of every run, so that no test depends on the clock.
pub(crate) const DAY: &str = "2026-11-23";

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self:?}"))
    }
}

/// Runs the program in `folder`, without colours and without what the environment says about them.
pub(crate) fn rolecall(folder: &Path, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_rolecall"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The program in `folder` with keys for an endpoint, and nothing of what the machine knows of AWS.
pub(crate) fn at_endpoint(folder: &Path, url: &str, [key, secret]: [&str; 2]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    let nowhere = folder.join("nowhere");
    command
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("AWS_PROFILE")
        .env("AWS_CONFIG_FILE", &nowhere)
        .env("AWS_SHARED_CREDENTIALS_FILE", &nowhere)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", key)
        .env("AWS_SECRET_ACCESS_KEY", secret);
    command
}

/// Runs the gate on the project in `folder`.
pub(crate) fn gate(folder: &Path, arguments: &[&str]) -> Ran {
    let mut all = vec!["gate", ".", "--as-of", DAY];
    all.extend(arguments);
    rolecall(folder, &all)
}

/// A copy of `fixtures/prosperops` that can be changed, with only the named pieces of role code.
pub(crate) fn project(role_code: &[&str]) -> tempfile::TempDir {
    let base = rolecall_fixtures::path("prosperops");
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(&base).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    for piece in role_code {
        for file in files_below(&base.join(piece)) {
            let to = folder.path().join(file.strip_prefix(&base).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(&file, to).unwrap();
        }
    }
    let config = folder.path().join("rolecall.toml");
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, only_role_code(&text, role_code)).unwrap();
    folder
}

/// A file alone, or every file below a folder, sorted.
pub(crate) fn files_below(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(path).unwrap().flat_map(|entry| files_below(&entry.unwrap().path())).collect();
    files.sort();
    files
}

/// The configuration without the `[[role_code]]` tables whose path is not in `kept`.
fn only_role_code(text: &str, kept: &[&str]) -> String {
    let blocks = text.split_inclusive("\n\n");
    let stays = |block: &&str| {
        let table = block.find("[[role_code]]").map(|at| &block[at..]);
        table.is_none_or(|table| kept.iter().any(|path| table.contains(&format!("path = \"{path}\"\n"))))
    };
    blocks.filter(stays).collect()
}

/// Exchanges the only occurrence of a text in a file.
pub(crate) fn replace(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{file} must hold this once:\n{from}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
}
