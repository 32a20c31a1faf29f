//! Where the checkout is and which files belong to it. What the files must look like is judged elsewhere.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};

use crate::process::Invocation;

/// The root folder of this checkout. Cargo says at run time where this package stands; the folder in which it was
/// compiled would be another one when checkouts share a target folder.
pub(crate) fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let running = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let package = running.filter(|dir| dir.ends_with("xtask")).unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        package.parent().unwrap_or(&package).to_owned()
    })
}

/// The folder with what `cargo xtask tools` installs; git-ignored, and it survives `cargo clean`.
pub(crate) fn tools_dir() -> PathBuf {
    root().join(".tools")
}

/// The files that are committed or would be by `git add --all`, relative to the root, with `/` between the folders.
pub(crate) fn files() -> Result<Vec<String>> {
    let listed = Invocation::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .dir(root())
        .output()
        .context("the files of the project are listed by git: run this in a git checkout")?;
    let mut files: Vec<String> = listed.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect();
    files.retain(|path| root().join(path).is_file());
    files.sort();
    files.dedup();
    Ok(files)
}
