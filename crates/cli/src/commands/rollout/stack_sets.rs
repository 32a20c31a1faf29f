//! `rolecall rollout` with `engine = "stack-sets"`: AWS CloudFormation StackSets makes the roles, rolecall steers and verifies
//! it. There is no journal: what stands is read from AWS.

mod plan;

use super::super::page::write_page;
use super::apply::{confirm, vendor_access};
use super::ask::consent;
use super::display::{Shown, show_stack_sets};
use super::run::{check_sessions, stop_on_ctrl_c};
use super::setup::Setup;
use super::words;
use crate::args::GlobalArgs;
use crate::args::aws::AwsArgs;
use crate::args::page::PageArgs;
use crate::args::rollout::{ApplyArgs, RemoveArgs};
use anyhow::bail;
use rolecall_driver::aws_accounts::AwsAccounts;
use rolecall_driver::clock::SystemClock;
use rolecall_driver::sessions::Sessions;
use rolecall_driver::stack_sets::{Access, Ended, Outcome, Planned, Settings, StackSetRollout};
use rolecall_driver::wanted::Wanted;
use rolecall_lifecycle::rollout::Unlock;
use rolecall_lifecycle::{AccountNumber, TimeMs};
use rolecall_render::write::CallAs;
use rolecall_report::rollout::{OutcomeView, render_outcome};
use std::sync::Arc;
use tokio::sync::watch;

pub(super) use plan::run as plan;

type StackSets = StackSetRollout<SystemClock>;

/// Brings the role into every account, or goes on with that.
pub(super) async fn apply(setup: &Setup, arguments: &ApplyArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    if arguments.dry_run {
        return plan::dry_run(setup, arguments, global).await;
    }
    let sessions = sessions(setup, &arguments.aws).await?;
    let settings = Settings { repair: arguments.repair, ..settings(setup) };
    let planned = rollout(setup, accounts(setup, &sessions), settings.clone())?.plan().await?;
    let Some(steps) = steps(&planned) else {
        // Nothing is to be done: reading tells how it stands.
        let ended = perform(setup, accounts(setup, &sessions), settings, Run::Look, global).await?;
        show(setup, "apply", &ended, &arguments.page, global)?;
        return Ok(exit_code(&ended));
    };
    let (role, organization) = (&setup.wanted.profile.name, setup.wanted.organization.id.as_str());
    consent(arguments.yes, &format!("bring the role `{role}` into every account of {organization}: {steps}?"))?;
    let accounts = accounts(setup, &sessions);
    let accounts = match setup.entry.unlock {
        Unlock::Probes => accounts.with_vendor(vendor_access(setup, arguments).await?),
        Unlock::Confirm | Unlock::Reading => accounts,
    };
    let run = Run::Apply(arguments.confirmed);
    let ended = perform(setup, accounts, settings, run, global).await?;
    show(setup, "apply", &ended, &arguments.page, global)?;
    Ok(exit_code(&ended))
}

/// Takes the role away again.
pub(super) async fn remove(setup: &Setup, arguments: &RemoveArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    if arguments.adopted {
        bail!(
            "`--adopted` has no meaning with `engine = \"stack-sets\"`: a stack set removes what it made, and nothing else"
        );
    }
    let sessions = sessions(setup, &arguments.aws).await?;
    let planned = rollout(setup, accounts(setup, &sessions), settings(setup))?.plan_removal().await?;
    if let Some(steps) = steps(&planned) {
        let (role, organization) = (&setup.wanted.profile.name, setup.wanted.organization.id.as_str());
        let question = format!(
            "take the role `{role}` out of the accounts of {organization}: {steps}? The vendor loses its access"
        );
        consent(arguments.yes, &question)?;
    }
    let ended = perform(setup, accounts(setup, &sessions), settings(setup), Run::Remove, global).await?;
    show(setup, "remove", &ended, &arguments.page, global)?;
    Ok(exit_code(&ended))
}

/// What stands by AWS's word; roles are not read.
pub(super) async fn status(setup: &Setup, aws: &AwsArgs, page: &PageArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let sessions = sessions(setup, aws).await?;
    let settings = Settings { read_roles: false, ..settings(setup) };
    let ended = perform(setup, accounts(setup, &sessions), settings, Run::Look, global).await?;
    show(setup, "status", &ended, page, global)?;
    // As by a journal, nothing is proved by it; `verify` does that.
    Ok(u8::from(!matches!(ended.outcome, Outcome::Complete | Outcome::Unread(_))))
}

/// Reads the role in every account.
pub(super) async fn verify(setup: &Setup, aws: &AwsArgs, page: &PageArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let sessions = sessions(setup, aws).await?;
    let ended = perform(setup, accounts(setup, &sessions), settings(setup), Run::Look, global).await?;
    show(setup, "verify", &ended, page, global)?;
    Ok(exit_code(&ended))
}

async fn sessions(setup: &Setup, aws: &AwsArgs) -> anyhow::Result<Arc<Sessions>> {
    let sessions = setup.sessions(aws).await?;
    let management = AccountNumber::from(setup.wanted.organization.management_account);
    match setup.entry.stack_set.call_as {
        CallAs::Myself => check_sessions(&sessions, setup)?,
        CallAs::DelegatedAdministrator if sessions.own_account() == management => bail!(
            "these credentials are of the management account {management}, and `call_as` is `delegated-admin`: give those of the \
             delegated administrator, or write `call_as = \"self\"`"
        ),
        CallAs::DelegatedAdministrator => {}
    }
    Ok(sessions)
}

fn accounts(setup: &Setup, sessions: &Arc<Sessions>) -> AwsAccounts {
    AwsAccounts::new(Arc::clone(&setup.wanted), Arc::clone(sessions))
}

fn settings(setup: &Setup) -> Settings {
    Settings {
        options: setup.entry.stack_set.clone(),
        unlock: setup.entry.unlock,
        preferences: setup.entry.settings().preferences,
        collision: setup.entry.collision,
        ..Settings::default()
    }
}

fn rollout(setup: &Setup, accounts: AwsAccounts, settings: Settings) -> anyhow::Result<StackSets> {
    let access = Access::of(Arc::new(accounts), AccountNumber::from(setup.wanted.organization.management_account));
    let clock = SystemClock::starting_after(TimeMs(0));
    Ok(StackSetRollout::new(access, Wanted::clone(&setup.wanted), settings, clock)?)
}

/// The steps, as one question asks about them; nothing where there is nothing to do. Behind a wait or a refusal there may be more
/// than is known now, so that both are asked about.
fn steps(planned: &Planned) -> Option<String> {
    let mut steps: Vec<String> = planned.steps.iter().map(|step| step.text.clone()).collect();
    if planned.steps.iter().any(|step| !step.step.is_change()) {
        steps.push("then whatever is missing".to_owned());
    }
    steps.extend(planned.refused.as_ref().map(|refusal| format!("as far as it goes ({refusal})")));
    (!steps.is_empty()).then(|| steps.join(", "))
}

/// What is run.
#[derive(Clone, Copy, Debug)]
enum Run {
    /// Whether the vendor's Validate Access passed is asked, unless it is said to have.
    Apply(bool),
    Remove,
    Look,
}

impl Run {
    const fn command(self) -> &'static str {
        match self {
            Self::Apply(_) => "apply",
            Self::Remove => "remove",
            Self::Look => "verify",
        }
    }
}

const STOPPING: &str = "nothing further is begun, and an operation that runs goes on at AWS";
const LEFT: &str = "what is under way goes on at AWS";

async fn perform(
    setup: &Setup,
    accounts: AwsAccounts,
    settings: Settings,
    run: Run,
    global: &GlobalArgs,
) -> anyhow::Result<Ended> {
    let (progress, watching) = watch::channel(rolecall_driver::stack_sets::Progress::default());
    let shown: Shown = show_stack_sets(watching, global);
    let accounts = match run {
        Run::Apply(said) => accounts.with_confirm(confirm(said, &shown)),
        Run::Remove | Run::Look => accounts,
    };
    let mut rollout = rollout(setup, accounts, settings)?;
    let mut of_rollout = rollout.progress();
    let forwarded = tokio::spawn(async move {
        while of_rollout.changed().await.is_ok() {
            progress.send_replace(of_rollout.borrow_and_update().clone());
        }
    });
    let (stop, listening) = stop_on_ctrl_c(run.command(), STOPPING, LEFT);
    let ended = match run {
        Run::Apply(_) => Box::pin(rollout.run(stop)).await,
        Run::Remove => Box::pin(rollout.remove(stop)).await,
        Run::Look => Box::pin(rollout.status()).await,
    };
    listening.abort();
    forwarded.abort();
    // Aborted on purpose.
    let _ = forwarded.await;
    shown.end().await;
    Ok(ended?)
}

fn show(
    setup: &Setup,
    command: &'static str,
    ended: &Ended,
    page: &PageArgs,
    global: &GlobalArgs,
) -> anyhow::Result<()> {
    let mut notes = Vec::new();
    if let Outcome::Refused(refusal) = &ended.outcome {
        notes.push(refusal.to_string());
    }
    notes.extend(ended.notes.iter().cloned());
    let view = OutcomeView {
        command,
        organization: setup.wanted.organization.id.as_str(),
        role: &setup.wanted.profile.name,
        journal: None,
        state: words::state_of_stack_sets(&ended.outcome),
        stage: ended.running.as_ref().map(|id| format!("the operation {id} runs")),
        counts: words::counts(&ended.summary),
        causes: words::causes(&setup.wanted, &ended.summary),
        differences: None,
        notes,
    };
    write_page(page, global, |format, options| render_outcome(&view, format, options))
}

/// Not judged outranks failed: nobody knows what the roles are that were not read.
const fn exit_code(ended: &Ended) -> u8 {
    match ended.outcome {
        Outcome::Complete => 0,
        Outcome::Unread(_) => 2,
        Outcome::Unfinished(_) | Outcome::WithFailures(_) if ended.summary.unread > 0 => 2,
        Outcome::Unfinished(_) | Outcome::WithFailures(_) | Outcome::Stopped | Outcome::Refused(_) => 1,
    }
}
