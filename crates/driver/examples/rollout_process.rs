//! One rollout in a process of its own, which tests kill and start again:
//! `rollout_process URL JOURNAL MEMBERS ATTEMPTS`. Ends with 0 when every account has the role.

#[allow(dead_code, reason = "shared with others who use more of it")]
mod organization;

use rolecall_driver::aws_accounts::AwsAccounts;
use rolecall_driver::clock::SystemClock;
use rolecall_driver::journal::Journal;
use rolecall_driver::pace::Rates;
use rolecall_driver::runner::Runner;
use rolecall_lifecycle::rollout::{Outcome, RunKind};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::watch;

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, journal, members, attempts] = arguments.as_slice() else {
        return Err("expected URL JOURNAL MEMBERS ATTEMPTS".into());
    };
    let plan = organization::plan(members.parse()?, organization::settings(8));
    let (journal, recorded) = Journal::open_or_create(Path::new(journal), &plan)?;
    let sessions = organization::sessions(url, attempts.parse()?, Rates::default()).await?;
    let accounts = Arc::new(AwsAccounts::new(organization::wanted(), sessions));
    let clock = SystemClock::starting_after(journal.last_at());
    let runner = Runner::new(journal, recorded, accounts, clock)?;
    let (_stop, stop) = watch::channel(false);
    let ended = runner.run(RunKind::Rollout, stop).await?;
    println!("{:?}: {:?}", ended.outcome, ended.summary);
    Ok(if ended.outcome == Outcome::Complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
