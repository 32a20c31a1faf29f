//! Starting programs: every command is echoed in a form that can be pasted into a shell, and a failure names it.
//! What to run and in which order is decided by the chores.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// One program with its arguments and the environment variables that are set for it.
#[derive(Clone, Debug)]
pub(crate) struct Invocation {
    program: OsString,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    quiet_env: Vec<(OsString, OsString)>,
    dir: Option<PathBuf>,
}

impl Invocation {
    /// `program` is looked up on `PATH` unless it holds a separator.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            env: Vec::new(),
            quiet_env: Vec::new(),
            dir: None,
        }
    }

    /// The cargo that started this program, so that a toolchain override carries through.
    pub(crate) fn cargo() -> Self {
        Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// A variable that matters to who reads the echoed command.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Variables that are set but not echoed, such as a long `PATH`.
    pub(crate) fn quiet_env(mut self, variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        self.quiet_env.extend(variables);
        self
    }

    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.dir = Some(dir.to_owned());
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).stdin(Stdio::null());
        for (name, value) in self.quiet_env.iter().chain(&self.env) {
            command.env(name, value);
        }
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        command
    }

    /// Echoes the command, runs it with this terminal's output, and fails unless it exits with 0.
    pub(crate) fn run(&self) -> Result<()> {
        eprintln!("$ {self}");
        let status = self.command().status().map_err(|error| self.start_error(&error))?;
        if !status.success() {
            bail!("`{self}` failed ({status})");
        }
        Ok(())
    }

    /// Echoes the command, runs it with this terminal's output, and gives its exit code; nothing when a signal ended it.
    pub(crate) fn code(&self) -> Result<Option<i32>> {
        eprintln!("$ {self}");
        let status = self.command().status().map_err(|error| self.start_error(&error))?;
        Ok(status.code())
    }

    /// Runs the command without an echo and gives its standard output as text; fails unless it exits with 0.
    pub(crate) fn output(&self) -> Result<String> {
        let output = self.command().output().map_err(|error| self.start_error(&error))?;
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            bail!("`{self}` failed ({}): {}", output.status, stderr.trim());
        }
        String::from_utf8(output.stdout).with_context(|| format!("`{self}` printed text that is not UTF-8"))
    }

    /// Starts the command with pipes to its standard input and output; it goes on beside this program.
    pub(crate) fn start_piped(&self) -> Result<Child> {
        let mut command = self.command();
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.spawn().map_err(|error| self.start_error(&error))
    }

    fn start_error(&self, error: &std::io::Error) -> anyhow::Error {
        if error.kind() == ErrorKind::NotFound {
            anyhow::anyhow!("could not start `{self}`: `{}` is not on PATH", self.program_name())
        } else {
            anyhow::anyhow!("could not start `{self}`: {error}")
        }
    }

    /// The program without its folder: `cargo`, not where rustup keeps it.
    fn program_name(&self) -> String {
        let name = Path::new(&self.program).file_name().unwrap_or(&self.program);
        name.to_string_lossy().into_owned()
    }
}

impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.env {
            write!(f, "{}={} ", name.to_string_lossy(), quoted(&value.to_string_lossy()))?;
        }
        f.write_str(&quoted(&self.program_name()))?;
        for arg in &self.args {
            write!(f, " {}", quoted(&arg.to_string_lossy()))?;
        }
        Ok(())
    }
}

/// `text` as one word of a POSIX shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echoes_what_a_shell_accepts() {
        let invocation = Invocation::new("/opt/bin/cargo").args(["doc", "a b", "it's", ""]).env("FLAGS", "-D warnings");
        assert_eq!(invocation.to_string(), r"FLAGS='-D warnings' cargo doc 'a b' 'it'\''s' ''");
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = Invocation::new("no-such-program-of-rolecall").run().unwrap_err().to_string();
        assert!(error.contains("`no-such-program-of-rolecall` is not on PATH"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_failing_program_is_an_error_with_its_status() {
        let error = Invocation::new("false").run().unwrap_err().to_string();
        assert!(error.contains("`false` failed"), "{error}");
        assert_eq!(Invocation::new("printf").arg("x").output().unwrap(), "x");
    }
}
