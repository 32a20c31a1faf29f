//! Finds a Python that LocalStack 4.14 runs on: 3.13 or newer. 3.12 starts but fails at events, 3.11 answers with errors.

use std::path::{Path, PathBuf};

use crate::process::Invocation;
use crate::tools::Toolbox;

/// Names the program, where the search does not find the right one.
const VARIABLE: &str = "ROLECALL_PYTHON";
/// The oldest that works, major and minor.
const OLDEST: (u32, u32) = (3, 13);
/// Prints the version and the program itself: a shim of pyenv gives the real one away.
const QUESTION: &str = "import sys; print(*sys.version_info[:2], sys.executable)";

/// The program, or what is missing.
pub(super) fn find(toolbox: &Toolbox) -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        let named = PathBuf::from(named);
        return suitable(&named).ok_or_else(|| {
            format!("no Python ≥ 3.13: {VARIABLE} names {}, which is none; LocalStack needs one", named.display())
        });
    }
    candidates(toolbox).iter().find_map(|candidate| suitable(candidate)).ok_or_else(|| {
        format!(
            "no Python ≥ 3.13, which LocalStack needs (install one, or name it in {VARIABLE}; `pyenv install 3.13`)"
        )
    })
}

/// The tried ones first: on `PATH`, then those of pyenv, older versions before newer.
fn candidates(toolbox: &Toolbox) -> Vec<PathBuf> {
    let on_path = ["python3.13", "python3.14", "python3", "python"].iter().filter_map(|name| toolbox.which(name));
    on_path.chain(of_pyenv(toolbox)).collect()
}

fn of_pyenv(toolbox: &Toolbox) -> Vec<PathBuf> {
    let Some(pyenv) = toolbox.which("pyenv") else { return Vec::new() };
    let Ok(root) = Invocation::new(pyenv).arg("root").output() else { return Vec::new() };
    let Ok(listing) = std::fs::read_dir(Path::new(root.trim()).join("versions")) else { return Vec::new() };
    let mut versions: Vec<_> = listing
        .filter_map(Result::ok)
        .filter_map(|entry| Some((version(entry.file_name().to_str()?)?, entry.path().join("bin").join("python3"))))
        .filter(|(version, _)| *version >= OLDEST)
        .collect();
    versions.sort();
    versions.into_iter().map(|(_, program)| program).collect()
}

/// Major and minor of `3.13.0`, `3.14-dev`, `3.13t`; nothing for what is no version.
pub(super) fn version(text: &str) -> Option<(u32, u32)> {
    let (major, rest) = text.split_once('.')?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Some((major.parse().ok()?, digits.parse().ok()?))
}

/// The program itself when it is new enough and starts.
fn suitable(program: &Path) -> Option<PathBuf> {
    let said = Invocation::new(program).args(["-c", QUESTION]).output().ok()?;
    answered(&said)
}

/// Reads the answer to [`QUESTION`].
pub(super) fn answered(said: &str) -> Option<PathBuf> {
    let mut parts = said.trim().splitn(3, ' ');
    let version = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (version >= OLDEST).then(|| parts.next().map(PathBuf::from))?
}
