//! The one LocalStack of this checkout: up is up however often it is asked for, and down stops only what up started.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{Outlives, answer, install, process, python};
use crate::repository;
use crate::tools::Toolbox;

/// It answers after 4 to 9 s; after more under load, and the first time, when Python compiles it.
const START_PATIENCE: Duration = Duration::from_mins(4);
const STEP: Duration = Duration::from_millis(250);
/// Lines of its log that go into an error.
const LOG_LINES: usize = 20;

/// A LocalStack that answers.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) url: String,
    /// Whether this call started it.
    pub(crate) started: bool,
}

/// What came of the wish.
#[derive(Clone, Debug)]
pub(crate) enum Up {
    Answers(Server),
    /// What this machine lacks; nothing was started.
    Missing(String),
}

/// Below `target/`: `pid`, `url`, `log`, and what LocalStack writes.
fn state() -> PathBuf {
    repository::root().join("target").join("localstack")
}

/// Installs, starts, waits. Gives the one that runs already, unless another `port` is asked for.
pub(crate) fn up(toolbox: &Toolbox, port: Option<u16>, outlives: Outlives) -> Result<Up> {
    let state = state();
    let _lock = lock(&state)?;
    if let Some((pid, running)) = recorded(&state) {
        if answer::answers(running).is_ok() {
            if let Some(port) = port.filter(|port| *port != running) {
                bail!("LocalStack runs on port {running}, not {port}: `cargo xtask localstack down` first");
            }
            eprintln!("LocalStack runs already (pid {pid})");
            return Ok(Up::Answers(Server { url: url(running), started: false }));
        }
        eprintln!("LocalStack ({pid}) runs but does not answer: it is started anew");
        process::stop(pid, &state)?;
    }
    forget(&state)?;
    let python = match python::find(toolbox) {
        Ok(python) => python,
        Err(missing) => return Ok(Up::Missing(missing)),
    };
    install::wanted()?;
    let begun = Instant::now();
    // As of the other outside tools: what cannot be had is not run, and says so; `ROLECALL_REQUIRE=localstack` makes it a failure.
    if let Err(error) = install::install(toolbox, &python) {
        return Ok(Up::Missing(format!("LocalStack is not installed: {error:#}")));
    }
    let installed = begun.elapsed();
    let port = free(port)?;
    let child = process::start(&state, port, outlives)?;
    let pid = child.id();
    record(&state, pid, port)?;
    wait(child, &state, port)?;
    let started = begun.elapsed().saturating_sub(installed);
    eprintln!(
        "LocalStack answers at {} (pid {pid}; installed in {:.1} s, started in {:.1} s)",
        url(port),
        installed.as_secs_f64(),
        started.as_secs_f64()
    );
    Ok(Up::Answers(Server { url: url(port), started: true }))
}

/// Stops the recorded one, when it is what it was. `false`: there was none.
pub(crate) fn down() -> Result<bool> {
    let state = state();
    let _lock = lock(&state)?;
    let stopped = match recorded(&state) {
        Some((pid, _)) => {
            process::stop(pid, &state)?;
            true
        }
        None => false,
    };
    forget(&state)?;
    Ok(stopped)
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// One at a time: held until dropped.
fn lock(state: &Path) -> Result<File> {
    std::fs::create_dir_all(state).with_context(|| format!("cannot make {}", state.display()))?;
    let path = state.join("lock");
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    Ok(file)
}

/// The process that `up` started, when it still is that, and its port.
fn recorded(state: &Path) -> Option<(u32, u16)> {
    let read = |name: &str| std::fs::read_to_string(state.join(name)).ok();
    let pid = read("pid")?.trim().parse().ok()?;
    let port = read("url")?.trim().rsplit(':').next()?.parse().ok()?;
    process::is_ours(pid, state).then_some((pid, port))
}

fn record(state: &Path, pid: u32, port: u16) -> Result<()> {
    for (name, text) in [("pid", pid.to_string()), ("url", url(port))] {
        let path = state.join(name);
        std::fs::write(&path, text + "\n").with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Everything but the log and the lock.
fn forget(state: &Path) -> Result<()> {
    for name in ["pid", "url", "files", "config"] {
        let path = state.join(name);
        let removed = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        match removed {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot delete {}", path.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The port, when nobody listens there; without one, any that is free. It is given up again before LocalStack takes it.
fn free(port: Option<u16>) -> Result<u16> {
    let wanted = port.unwrap_or(0);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted))
        .with_context(|| format!("port {wanted} of 127.0.0.1 is taken by something that `up` did not start"))?;
    Ok(listener.local_addr()?.port())
}

/// Until it answers a call. One that ends before, or never answers, is an error with the end of its log.
fn wait(mut child: Child, state: &Path, port: u16) -> Result<()> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            forget(state)?;
            bail!("LocalStack ended before it answered ({status}); the end of its log:\n{}", end_of_log(state));
        }
        let Err(error) = answer::answers(port) else { return Ok(()) };
        if begun.elapsed() > START_PATIENCE {
            process::stop(child.id(), state)?;
            forget(state)?;
            let patience = START_PATIENCE.as_secs();
            bail!("LocalStack did not answer in {patience} s: {error:#}; the end of its log:\n{}", end_of_log(state));
        }
        std::thread::sleep(STEP);
    }
}

fn end_of_log(state: &Path) -> String {
    let log = std::fs::read_to_string(state.join("log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines.get(lines.len().saturating_sub(LOG_LINES)..).unwrap_or_default().join("\n")
}
