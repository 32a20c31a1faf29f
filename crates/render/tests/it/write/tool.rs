//! The outside tools of the tests: starts them, and says "not run" where one is missing.

#![expect(clippy::disallowed_methods, reason = "tests start the tools that judge role code, in folders of their own")]

use rolecall_core::organization::Organization;
use rolecall_core::profile::RoleProfile;
use rolecall_render::write::{Format, Options, Rendered, render};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// What a program said.
pub(crate) struct Said {
    pub(crate) ok: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Everything, for messages.
    pub(crate) fn all(&self) -> String {
        format!("{}\n{}", self.out, self.err)
    }
}

/// Whether a tool can be started; where not, says so, or fails when `ROLECALL_REQUIRE` names it.
pub(crate) fn has(tool: &str) -> bool {
    has_when(tool, Command::new(tool).arg("--version").output().is_ok())
}

/// The folder of Terraform's providers (`terraform init -plugin-dir`), when the environment names one.
pub(crate) fn provider_mirror() -> Option<PathBuf> {
    let mirror = std::env::var_os("ROLECALL_TF_PLUGIN_DIR").map(PathBuf::from).filter(|path| path.is_dir());
    if has_when("terraform-provider", mirror.is_some()) { mirror } else { None }
}

fn has_when(tool: &str, there: bool) -> bool {
    if !there {
        let required = std::env::var("ROLECALL_REQUIRE").unwrap_or_default();
        assert!(
            !required.split(',').any(|name| name.trim() == tool),
            "ROLECALL_REQUIRE names {tool}, which is missing"
        );
        println!("not run: no {tool}");
    }
    there
}

/// The inherited `PATH`.
pub(crate) fn search_path() -> String {
    std::env::var("PATH").unwrap()
}

/// Runs a program in a folder, with more environment.
pub(crate) fn run(folder: &Path, environment: &[(&str, &str)], program: &str, arguments: &[&str]) -> Said {
    let output: Output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .env("PYTHONUTF8", "1")
        .envs(environment.iter().copied())
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    Said {
        ok: output.status.success(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The folder, with the files of a rendering in it.
pub(crate) fn put_down(rendered: &Rendered, folder: &Path) {
    for file in &rendered.files {
        write(&folder.join(&file.path), &file.text, file.executable);
    }
}

/// Writes a file, and the folders that it needs.
pub(crate) fn write(path: &Path, text: &str, executable: bool) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    if executable {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// The bytes of a file that a tool wrote; empty when it wrote none.
pub(crate) fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_default()
}

/// Renders with the default options.
pub(crate) fn rendered(format: Format, profile: &RoleProfile, organization: &Organization) -> Rendered {
    render(format, profile, organization, &Options::default()).unwrap()
}

/// A folder that is gone at the end of the test.
pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}
