//! One run of the machine: with display, with Ctrl-C, and with what is said at the end.

use super::display::{Shown, show_run};
use super::setup::Setup;
use super::words;
use crate::args::GlobalArgs;
use crate::output;
use anyhow::bail;
use rolecall_driver::aws_accounts::AwsAccounts;
use rolecall_driver::clock::SystemClock;
use rolecall_driver::journal::{Journal, Recorded};
use rolecall_driver::runner::{Ended, Progress, Runner};
use rolecall_driver::sessions::Sessions;
use rolecall_lifecycle::AccountNumber;
use rolecall_lifecycle::rollout::{Outcome, RunKind};
use rolecall_report::rollout::OutcomeView;
use std::sync::Arc;
use tokio::sync::watch;

/// What a program that was ended by Ctrl-C gives: 128 and the number of SIGINT.
const INTERRUPTED: i32 = 130;

/// Runs to its end, or until Ctrl-C. `accounts` gets the display, to put it aside for questions.
pub(super) async fn perform(
    kind: RunKind,
    journal: Journal,
    recorded: Recorded,
    accounts: impl FnOnce(&Shown) -> AwsAccounts,
    global: &GlobalArgs,
) -> anyhow::Result<Ended> {
    let clock = SystemClock::starting_after(journal.last_at());
    let (progress, watching) = watch::channel(Progress::default());
    let shown = show_run(watching, global);
    let accounts = Arc::new(accounts(&shown));
    let runner = Runner::new(journal, recorded, accounts, clock)?;
    let mut of_runner = runner.progress();
    let forwarded = tokio::spawn(async move {
        while of_runner.changed().await.is_ok() {
            progress.send_replace(*of_runner.borrow_and_update());
        }
    });
    let (stop, listening) = stop_on_ctrl_c(command(kind), STOPPING, LEFT);
    let ended = runner.run(kind, stop).await;
    listening.abort();
    // The runner is gone, and with it what is forwarded.
    let _ = forwarded.await;
    shown.end().await;
    Ok(ended?)
}

const STOPPING: &str = "accounts under way are finished, no other one is begun";
const LEFT: &str = "what was under way is read again first";

/// The first Ctrl-C stops cleanly, the second leaves at once: what was begun is known. Both are told in words.
pub(super) fn stop_on_ctrl_c(
    command: &'static str,
    stopping_means: &'static str,
    left_means: &'static str,
) -> (watch::Receiver<bool>, tokio::task::JoinHandle<()>) {
    let (stop, stopping) = watch::channel(false);
    let listening = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_err() {
            return;
        }
        stop.send_replace(true);
        output::complain(&format!(
            "\nstopping: {stopping_means}; `rolecall rollout {command}` goes on later. Ctrl-C again leaves at once.\n"
        ));
        if tokio::signal::ctrl_c().await.is_ok() {
            output::complain(&format!("\nleft at once: {left_means}; `rolecall rollout {command}` goes on later.\n"));
            std::process::exit(INTERRUPTED);
        }
    });
    (stopping, listening)
}

pub(super) const fn command(kind: RunKind) -> &'static str {
    match kind {
        RunKind::Rollout => "apply",
        RunKind::Verify => "verify",
        RunKind::Remove => "remove",
    }
}

/// Refuses a journal of something else, and one in which another kind of run is under way; tells whether this one is.
pub(super) fn goes_on(setup: &Setup, recorded: &Recorded, kind: RunKind) -> anyhow::Result<bool> {
    setup.check_journal(&recorded.plan)?;
    match recorded.under_way()? {
        None => Ok(false),
        Some(found) if found == kind => Ok(true),
        Some(found) => {
            let (found, wanted) = (command(found), command(kind));
            bail!("`{found}` is under way in this journal: finish it with `rolecall rollout {found}`, then `{wanted}`")
        }
    }
}

/// The accounts of the journal are entered from its management account, and from no other.
pub(super) fn check_sessions(sessions: &Sessions, setup: &Setup) -> anyhow::Result<()> {
    let management = AccountNumber::from(setup.wanted.organization.management_account);
    if sessions.own_account() != management {
        bail!(
            "these credentials are of account {}, and the management account is {management}",
            sessions.own_account()
        );
    }
    Ok(())
}

/// The page about a run that ended.
pub(super) fn view<'a>(command: &'static str, setup: &'a Setup, ended: &Ended, notes: Vec<String>) -> OutcomeView<'a> {
    OutcomeView {
        command,
        organization: setup.wanted.organization.id.as_str(),
        role: &setup.wanted.profile.name,
        journal: Some(setup.journal.display().to_string()),
        state: words::state(Some(RunKind::Rollout), Some(ended.outcome)),
        stage: None,
        counts: words::counts(&ended.summary),
        causes: words::causes(&setup.wanted, &ended.summary),
        differences: None,
        notes,
    }
}

/// 0 when all went through.
pub(super) fn exit_code(outcome: Outcome) -> u8 {
    u8::from(outcome != Outcome::Complete)
}
