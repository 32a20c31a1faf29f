//! The reference of a gate run: the project as of a git revision, read by the program `git`. Nothing is fetched and nothing
//! is changed; what is in the way is said by the gate.

use super::Project;
use crate::files;
use rolecall_gate::config::{self, Config, Reference};
use rolecall_gate::inputs::{Files, Loaded};
use rolecall_gate::judge::GivenReference;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Output};

/// Loads what `[reference] git` asks for; `None` where it asks for nothing.
pub(super) fn load(project: &Project) -> Option<GivenReference> {
    let config = project.read.config.as_ref()?;
    let Some(Reference::Git(revision)) = &config.reference else { return None };
    Some(at(&project.folder, &project.name, &revision.value))
}

fn at(folder: &Path, name: &str, revision: &str) -> GivenReference {
    let git = Git { folder };
    let commit = match git.commit(revision) {
        Ok(commit) => commit,
        Err((reason, help)) => return GivenReference::Unreadable { reason, help: help.to_owned() },
    };
    let read = match git.file(&commit, name) {
        Loaded::Text(text) => config::read(name, &text),
        other => config::unreadable(name, &other),
    };
    let inputs = read.config.as_ref().map(Config::reference_inputs).unwrap_or_default();
    let files: Files = inputs.into_iter().map(|input| (input.path.clone(), git.file(&commit, &input.path))).collect();
    GivenReference::Project(Box::new(read), files)
}

struct Git<'a> {
    /// Of `rolecall.toml`: paths start there.
    folder: &'a Path,
}

impl Git<'_> {
    fn run(&self, arguments: &[&str]) -> std::io::Result<Output> {
        let folder = if self.folder.as_os_str().is_empty() { Path::new(".") } else { self.folder };
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(arguments);
        // Messages as they are compared below; no prompt, no lock, no object from elsewhere.
        command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
        command.env("GIT_NO_LAZY_FETCH", "1");
        // A hook runs with the repository of its commit set (`githooks`); the folder alone decides here.
        for own in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
            command.env_remove(own);
        }
        command.output()
    }

    /// The commit that a revision names now, so that all files are of the same one.
    fn commit(&self, revision: &str) -> Result<String, (String, &'static str)> {
        let wanted = format!("{revision}^{{commit}}");
        let output = self.run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted]).map_err(|error| {
            let help = "install git, or name files under `[reference]` instead of a revision";
            match error.kind() {
                ErrorKind::NotFound => ("the program `git` is not found".to_owned(), help),
                _ => (format!("the program `git` cannot be started: {error}"), help),
            }
        })?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        let told = first_line(&output.stderr);
        Err(if told.is_empty() {
            let help = "fetch it first (a shallow clone of CI has the checked-out commit alone), or correct `git`";
            ("this repository has no such revision".to_owned(), help)
        } else {
            (format!("git says: {told}"), "the folder of `rolecall.toml` must be in a git repository that git may read")
        })
    }

    /// A file as of a commit.
    fn file(&self, commit: &str, path: &str) -> Loaded {
        if Path::new(path).is_absolute() {
            return Loaded::Unreadable("an absolute path is in no revision".to_owned());
        }
        match self.run(&["cat-file", "blob", &format!("{commit}:./{path}")]) {
            Ok(output) if output.status.success() => files::of_bytes(output.stdout),
            Ok(output) => {
                let told = first_line(&output.stderr);
                let missing = told.contains("does not exist in") || told.contains("exists on disk, but not in");
                if missing { Loaded::Missing } else { Loaded::Unreadable(format!("git says: {told}")) }
            }
            Err(error) => Loaded::Unreadable(error.to_string()),
        }
    }
}

fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.strip_prefix("fatal: ").unwrap_or(line).trim().to_owned()
}
