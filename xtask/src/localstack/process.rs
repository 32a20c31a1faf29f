//! The process of LocalStack: started with its settings, recognised by its command line, stopped by SIGTERM.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{Outlives, install};
use crate::process::Invocation;
use crate::repository;

/// What LocalStack's own stop takes: 6 to 7 s, more under load.
const STOP_PATIENCE: Duration = Duration::from_secs(40);
const STEP: Duration = Duration::from_millis(200);

/// Starts it on `port` of 127.0.0.1 with all that it writes below `state`.
pub(super) fn start(state: &Path, port: u16, outlives: Outlives) -> Result<Child> {
    let log = state.join("log");
    let out = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let err = out.try_clone()?;
    let mut command = Command::new(install::VENV.python());
    command.args(["-m", "localstack.runtime.main"]).arg(mark(state)).envs(settings(port));
    command.env("FILESYSTEM_ROOT", state.join("files")).env("CONFIG_DIR", state.join("config"));
    command.env("PYTHONPATH", repository::root().join("localstack").join("plugin"));
    // Compiled modules go beside the state: neither into the checkout's own plugin, nor lost where the machine forbids them.
    command.env("PYTHONPYCACHEPREFIX", repository::tools_dir().join("localstack").join("pycache"));
    for name in ["PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(out).stderr(err).current_dir(state);
    #[cfg(unix)]
    if outlives == Outlives::Yes {
        use std::os::unix::process::CommandExt as _;
        // A group of its own: Ctrl-C at this terminal does not reach it.
        command.process_group(0);
    }
    #[cfg(not(unix))]
    let _ = outlives;
    command.spawn().context("LocalStack could not be started")
}

/// Why each is needed: `localstack/README.md`.
fn settings(port: u16) -> [(&'static str, String); 8] {
    [
        ("GATEWAY_LISTEN", format!("127.0.0.1:{port}")),
        ("GATEWAY_SERVER", "hypercorn".to_owned()),
        ("OVERRIDE_IN_DOCKER", "0".to_owned()),
        ("DNS_ADDRESS", "0".to_owned()),
        ("SKIP_SSL_CERT_DOWNLOAD", "1".to_owned()),
        ("DISABLE_EVENTS", "1".to_owned()),
        ("MOTO_IAM_LOAD_MANAGED_POLICIES", "0".to_owned()),
        ("PROVIDER_OVERRIDE_CLOUDFORMATION", "stack-sets".to_owned()),
    ]
}

/// An argument that LocalStack does not read. It tells the process of this checkout from any other.
fn mark(state: &Path) -> String {
    format!("--rolecall-state={}", state.display())
}

/// Whether `pid` is the LocalStack that was started with this `state`.
pub(super) fn is_ours(pid: u32, state: &Path) -> bool {
    command_line(pid).is_some_and(|line| line.contains("localstack.runtime.main") && line.contains(&mark(state)))
}

/// The arguments, apart by spaces. Nothing when the process is gone, or ended and not yet waited for.
fn command_line(pid: u32) -> Option<String> {
    let file = Path::new("/proc").join(pid.to_string()).join("cmdline");
    if Path::new("/proc/self/cmdline").exists() {
        let bytes = std::fs::read(file).ok()?;
        return Some(String::from_utf8_lossy(&bytes).replace('\0', " "));
    }
    Invocation::new("ps").args(["-ww", "-o", "command=", "-p", &pid.to_string()]).output().ok()
}

/// SIGTERM, then patience; SIGKILL only when that is at its end.
pub(super) fn stop(pid: u32, state: &Path) -> Result<()> {
    signal(pid, "TERM")?;
    if gone(pid, state) {
        return Ok(());
    }
    eprintln!("LocalStack ({pid}) did not end {} s after SIGTERM: SIGKILL", STOP_PATIENCE.as_secs());
    signal(pid, "KILL")?;
    if !gone(pid, state) {
        bail!("LocalStack ({pid}) cannot be ended");
    }
    Ok(())
}

fn signal(pid: u32, name: &str) -> Result<()> {
    Invocation::new("kill").arg(format!("-{name}")).arg(pid.to_string()).output().map(|_| ())
}

fn gone(pid: u32, state: &Path) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < STOP_PATIENCE {
        if !is_ours(pid, state) {
            return true;
        }
        std::thread::sleep(STEP);
    }
    false
}
