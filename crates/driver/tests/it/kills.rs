//! A rollout whose process is killed (SIGKILL) after any number of calls, and started again, until it is through.
//! `ROLECALL_KILLS` says at how many moments altogether.

use crate::served::Served;
use rolecall_core::access_check::mix;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const MEMBERS: u64 = 60;
const KILLS: u64 = 24;

/// The example beside this test program: `target/debug/examples/rollout_process`.
fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    let program = folder.join("examples").join(format!("rollout_process{}", std::env::consts::EXE_SUFFIX));
    let help = "`cargo build --workspace --example rollout_process` makes it";
    assert!(program.exists(), "{} is missing: {help}", program.display());
    program
}

fn start(served: &Served) -> Child {
    let mut command = Command::new(program());
    command.args([&served.server.url(), served.journal().to_str().unwrap(), &MEMBERS.to_string(), "3"]);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits until the process has made so many calls, or has ended.
async fn wait_for_calls(served: &Served, process: &mut Child, calls: u64) -> Option<bool> {
    let until = served.server.call_count().saturating_add(calls);
    while served.server.call_count() < until {
        if let Some(status) = process.try_wait().unwrap() {
            return Some(status.success());
        }
        tokio::time::sleep(Duration::from_micros(300)).await;
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_rollout_goes_on_and_makes_every_role_once() {
    let wanted: u64 = std::env::var("ROLECALL_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let (mut killed, mut rollouts) = (0, 0);
    while killed < wanted {
        let served = Served::new(MEMBERS).await;
        rollouts += 1;
        loop {
            let mut process = start(&served);
            // A rollout makes some 700 calls: so it is killed about six times.
            let calls = if killed < wanted { mix(killed + 1) % 240 } else { u64::MAX };
            match wait_for_calls(&served, &mut process, calls).await {
                None => {
                    process.kill().unwrap();
                    process.wait().unwrap();
                    killed += 1;
                }
                Some(true) => break,
                Some(false) => {
                    let output = process.wait_with_output().unwrap();
                    panic!("the rollout failed: {}", String::from_utf8_lossy(&output.stderr));
                }
            }
        }
        served.expect_made_once();
        served.expect_all_right().await;
    }
    println!("killed at {killed} moments of {rollouts} rollouts");
}
