//! `rolecall rollout apply`: begins a rollout, or goes on with the one that the journal has.

use super::super::aws::{block_on, connect};
use super::super::page::write_page;
use super::ask::{ask, can_ask, consent};
use super::display::Shown;
use super::plan;
use super::run::{check_sessions, exit_code, goes_on, perform, view};
use super::setup::{Setup, rates, setup};
use super::stack_sets;
use crate::args::GlobalArgs;
use crate::args::aws::AwsArgs;
use crate::args::rollout::ApplyArgs;
use crate::output;
use anyhow::{Context, bail};
use rolecall_driver::aws_accounts::{AwsAccounts, Confirm};
use rolecall_driver::journal::{Journal, Recorded, StoredPlan};
use rolecall_driver::pace::AccountPace;
use rolecall_driver::planned::stored_plan;
use rolecall_driver::runner::{Confirmation, Ended};
use rolecall_driver::sessions::Sessions;
use rolecall_driver::summary::RootCause;
use rolecall_driver::vendor_access::VendorAccess;
use rolecall_gate::config::Engine;
use rolecall_lifecycle::rollout::{Failure, Outcome, Rollout, RunKind, Settings, Unlock};
use rolecall_lifecycle::{AccountNumber, AccountState};
use rolecall_report::rollout::render_outcome;
use std::sync::Arc;

pub(super) fn run(arguments: &ApplyArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let setup = setup(&arguments.project, &arguments.choices, global)?;
    if setup.entry.engine == Engine::StackSets {
        return block_on(stack_sets::apply(&setup, arguments, global));
    }
    if arguments.repair {
        bail!("`--repair` is for `engine = \"stack-sets\"`: here each run tries again what failed");
    }
    block_on(async {
        let sessions = setup.sessions(&arguments.aws).await?;
        if arguments.dry_run {
            let planned = plan::plan(&setup, &sessions, true, global).await?;
            plan::show(&setup, &planned, &arguments.page, global)?;
            output::complain("this was a dry run: nothing was changed and no journal was begun\n");
            return Ok(planned.exit_code());
        }
        check_sessions(&sessions, &setup)?;
        let begun = begin(&setup, &sessions, arguments, global).await?;
        let vendor = vendor(&setup, &begun.recorded, arguments).await?;
        let Begun { mut journal, mut recorded, changed_to } = begun;
        if let Some(plan) = changed_to {
            output::complain("the profile is another one than before: each role is held against it first\n");
            let accounts = |_: &Shown| AwsAccounts::new(Arc::clone(&setup.wanted), Arc::clone(&sessions));
            let verified = perform(RunKind::Verify, journal, recorded, accounts, global).await?;
            if let Some(code) = not_held(&verified) {
                let notes = vec![
                    "`rolecall rollout apply` holds the roles against the profile again, then goes on.".to_owned(),
                ];
                write_page(&arguments.page, global, |format, options| {
                    render_outcome(&view("apply", &setup, &verified, notes), format, options)
                })?;
                return Ok(code);
            }
            (journal, recorded) = Journal::open(&setup.journal)?;
            journal.replan(&mut recorded, &plan)?;
        }
        let confirmed = arguments.confirmed;
        let accounts = |shown: &Shown| {
            let accounts = AwsAccounts::new(Arc::clone(&setup.wanted), Arc::clone(&sessions));
            let accounts = accounts.with_confirm(confirm(confirmed, shown));
            match vendor {
                Some(vendor) => accounts.with_vendor(vendor),
                None => accounts,
            }
        };
        let ended = perform(RunKind::Rollout, journal, recorded, accounts, global).await?;
        let notes = notes(&setup, ended.outcome)?;
        write_page(&arguments.page, global, |format, options| {
            render_outcome(&view("apply", &setup, &ended, notes), format, options)
        })?;
        Ok(exit_code(ended.outcome))
    })
}

/// What ends a run whose verification did not tell of every role what it is, and with which code: the new profile is only
/// written down once each role was held against it.
fn not_held(verified: &Ended) -> Option<u8> {
    let is_unread = |cause: &RootCause| matches!(cause.failure, Failure::Error(_));
    match verified.outcome {
        Outcome::Stopped => Some(1),
        _ if verified.summary.causes.iter().any(is_unread) => Some(2),
        _ => None,
    }
}

/// A journal that is ready for a run.
struct Begun {
    journal: Journal,
    recorded: Recorded,
    /// What stands was made by another profile: the plan to go on with once each role was held against this one.
    changed_to: Option<StoredPlan>,
}

async fn begin(
    setup: &Setup,
    sessions: &Arc<Sessions>,
    arguments: &ApplyArgs,
    global: &GlobalArgs,
) -> anyhow::Result<Begun> {
    let path = &setup.journal;
    if !setup.has_journal() {
        let plan = planned(setup, sessions, None, global).await?;
        consent(arguments.yes, &question(&plan, "bring"))?;
        let journal = Journal::create(path, &plan)?;
        output::complain(&format!("the journal is `{}`\n", path.display()));
        let (journal, recorded) = {
            drop(journal);
            Journal::open(path)?
        };
        return Ok(Begun { journal, recorded, changed_to: None });
    }
    let (mut journal, mut recorded) = Journal::open(path)?;
    let digest = setup.wanted.digest();
    if goes_on(setup, &recorded, RunKind::Rollout)? {
        if recorded.plan.profile_digest != digest {
            bail!(
                "the rollout in `{}` was begun with another profile or other external IDs: restore them and finish it, or \
                 begin another journal (`--journal`), which adopts what is right",
                path.display()
            );
        }
        refuse_other_choices(setup, &recorded.plan)?;
        consent(arguments.yes, &question(&recorded.plan, "go on bringing"))?;
        output::complain(&format!("going on with the rollout in `{}`, by the choices it began with\n", path.display()));
        return Ok(Begun { journal, recorded, changed_to: None });
    }
    let plan = planned(setup, sessions, Some(&recorded.plan), global).await?;
    consent(arguments.yes, &question(&plan, "bring"))?;
    if recorded.plan.profile_digest == digest {
        journal.replan(&mut recorded, &plan)?;
        return Ok(Begun { journal, recorded, changed_to: None });
    }
    let of_before = StoredPlan { profile_digest: recorded.plan.profile_digest.clone(), ..plan.clone() };
    journal.replan(&mut recorded, &of_before)?;
    Ok(Begun { journal, recorded, changed_to: Some(plan) })
}

/// A run that goes on does so by the choices that it began with: whoever made others since must not believe that they count.
fn refuse_other_choices(setup: &Setup, begun: &StoredPlan) -> anyhow::Result<()> {
    let settings = Settings { remove_adopted: begun.settings.remove_adopted, ..setup.entry.settings() };
    let excluded = setup.entry.excluded.iter().flat_map(|exclusion| &exclusion.accounts);
    let mut excluded = excluded.map(|account| AccountNumber::from(account.value));
    let is_begun = |account: &AccountNumber| {
        begun.members.iter().any(|member| member.account == *account && member.state == AccountState::Active)
    };
    let difference = begun.difference(&StoredPlan { settings, ..begun.clone() });
    let difference =
        difference.or_else(|| Some(format!("account {} is in it, and now it is excluded", excluded.find(is_begun)?)));
    match difference {
        None => Ok(()),
        Some(difference) => bail!(
            "the rollout in `{}` was begun with other choices: {difference}; restore them and finish it, or begin another journal \
             (`--journal`), which adopts what is right",
            setup.journal.display()
        ),
    }
}

fn question(plan: &StoredPlan, verb: &str) -> String {
    let (members, waves) = (plan.members.len(), plan.plan().map_or(0, |plan| plan.wave_count()));
    format!(
        "{verb} the role `{}` into the management account {} and {members} members of {}, in {waves} waves?",
        plan.role, plan.management, plan.organization
    )
}

async fn planned(
    setup: &Setup,
    sessions: &Arc<Sessions>,
    before: Option<&StoredPlan>,
    global: &GlobalArgs,
) -> anyhow::Result<StoredPlan> {
    let survey = setup.survey(sessions, false, false, global).await?;
    let unknown = setup.unknown_names(&survey);
    if !unknown.is_empty() {
        bail!("`[rollout]` names what the organization does not have: {}: correct it", unknown.join(", "));
    }
    Ok(stored_plan(&survey, &setup.wanted, &setup.waves(), setup.entry.settings(), before))
}

/// The vendor's side, where its probes unlock and have not yet.
async fn vendor(setup: &Setup, recorded: &Recorded, arguments: &ApplyArgs) -> anyhow::Result<Option<VendorAccess>> {
    let rollout = Rollout::resume(recorded.plan.plan()?, &recorded.entries);
    if recorded.plan.settings.unlock != Unlock::Probes || rollout.state().unlocked().is_some() {
        return Ok(None);
    }
    vendor_access(setup, arguments).await.map(Some)
}

/// The vendor's side, by its own credentials.
pub(super) async fn vendor_access(setup: &Setup, arguments: &ApplyArgs) -> anyhow::Result<VendorAccess> {
    let profile = arguments.vendor_profile.clone().context(
        "the members are unlocked by the vendor's probes, which need the vendor's credentials: add `--vendor-profile`, or \
         unlock by `reading` or `confirm`",
    )?;
    let aws = AwsArgs { profile: Some(profile), ..arguments.aws.clone() };
    let connection = connect(&aws).await?.with_pace(Arc::new(AccountPace::new(Arc::new(rates(&aws)))));
    let identity = connection.caller_identity().await.context("the vendor's credentials do not work")?;
    let expected = setup.wanted.profile.vendor.account;
    if identity.account != expected {
        bail!(
            "the credentials of `--vendor-profile` are of account {}, and the vendor's is {expected}; access keys in the \
             environment go before a profile",
            identity.account
        );
    }
    let others = setup.others.iter().flat_map(|organization| {
        std::iter::once(&organization.external_id).chain(organization.legacy_ids.values()).cloned()
    });
    let organization = setup.wanted.organization.clone();
    Ok(VendorAccess::new(connection, &setup.wanted.profile, organization, others.collect::<Vec<_>>()))
}

/// Asks whether the vendor's Validate Access passed, unless it was said already.
pub(super) fn confirm(confirmed: bool, shown: &Shown) -> Confirm {
    let bar = shown.bar();
    Box::new(move |management| {
        let bar = bar.clone();
        Box::pin(async move {
            if confirmed {
                return Confirmation::Given;
            }
            if !can_ask() {
                return Confirmation::Refused;
            }
            let question = format!("did the vendor's Validate Access of the management account {management} pass?");
            let asking = move || match bar {
                Some(bar) => bar.suspend(|| ask(&question)),
                None => ask(&question),
            };
            match tokio::task::spawn_blocking(asking).await {
                Ok(Ok(true)) => Confirmation::Given,
                _ => Confirmation::Refused,
            }
        })
    })
}

fn notes(setup: &Setup, outcome: Outcome) -> anyhow::Result<Vec<String>> {
    let recorded = Journal::read(&setup.journal)?;
    let rollout = Rollout::resume(recorded.plan.plan()?, &recorded.entries);
    let waits = rollout.state().unlocked().is_none() && recorded.plan.settings.unlock == Unlock::Confirm;
    Ok(match outcome {
        Outcome::Stopped if waits => vec![format!(
            "The role stands in the management account {}. Have the vendor validate its access there, then \
             `rolecall rollout apply --confirmed`.",
            recorded.plan.management
        )],
        Outcome::Stopped => vec!["`rolecall rollout apply` goes on.".to_owned()],
        Outcome::WithFailures(_) | Outcome::Halted(_) => {
            vec!["`rolecall rollout apply` tries again what is open, once the cause is gone.".to_owned()]
        }
        Outcome::Complete => Vec::new(),
    })
}
