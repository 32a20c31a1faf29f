//! `rolecall rollout remove`: takes away what the journal says to be this rollout's, the management account last.

use super::super::aws::block_on;
use super::super::page::write_page;
use super::ask::consent;
use super::display::Shown;
use super::run::{check_sessions, exit_code, goes_on, perform, view};
use super::setup::setup;
use super::stack_sets;
use crate::args::GlobalArgs;
use crate::args::rollout::RemoveArgs;
use rolecall_driver::aws_accounts::AwsAccounts;
use rolecall_driver::journal::{Journal, Recorded, StoredPlan};
use rolecall_driver::survey::Survey;
use rolecall_gate::config::Engine;
use rolecall_lifecycle::rollout::{Origin, Outcome, PlannedMember, Rollout, RunKind, Settings};
use rolecall_lifecycle::{AccountNumber, AccountState};
use rolecall_report::rollout::{State, render_outcome};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn run(arguments: &RemoveArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let setup = setup(&arguments.project, &arguments.choices, global)?;
    if setup.entry.engine == Engine::StackSets {
        return block_on(stack_sets::remove(&setup, arguments, global));
    }
    block_on(async {
        let sessions = setup.sessions(&arguments.aws).await?;
        check_sessions(&sessions, &setup)?;
        let (mut journal, mut recorded) = Journal::open(&setup.journal)?;
        if goes_on(&setup, &recorded, RunKind::Remove)? {
            consent(arguments.yes, &question(&recorded, recorded.plan.settings.remove_adopted)?)?;
        } else {
            let remove_adopted = arguments.adopted || setup.entry.remove_adopted;
            let settings =
                Settings { remove_adopted, preferences: setup.entry.settings().preferences, ..recorded.plan.settings };
            // Also of accounts that were excluded since, or that are ACTIVE again.
            let survey = setup.survey(&sessions, false, false, global).await?;
            let plan = StoredPlan { settings, ..with_states(&recorded.plan, &survey) };
            consent(arguments.yes, &question(&recorded, remove_adopted)?)?;
            journal.replan(&mut recorded, &plan)?;
        }
        let accounts = |_: &Shown| AwsAccounts::new(Arc::clone(&setup.wanted), Arc::clone(&sessions));
        let ended = perform(RunKind::Remove, journal, recorded, accounts, global).await?;
        let recorded = Journal::read(&setup.journal)?;
        let left = to_remove(&recorded, recorded.plan.settings.remove_adopted)?;
        let mut notes = Vec::new();
        if ended.outcome != Outcome::Complete {
            notes.push("`rolecall rollout remove` goes on.".to_owned());
        } else if left > 0 {
            notes.push(format!(
                "{left} account(s) keep the role: they are not ACTIVE, or left the organization. `rolecall rollout remove` takes it \
                 once they can be entered again."
            ));
        }
        let mut page = view("remove", &setup, &ended, notes);
        if ended.outcome == Outcome::Complete && left > 0 {
            page.state = State::WithFailures;
        }
        write_page(&arguments.page, global, |format, options| render_outcome(&page, format, options))?;
        Ok(exit_code(ended.outcome).max(u8::from(left > 0)))
    })
}

/// The accounts as the organization lists them now; one that it does not list cannot be entered.
fn with_states(plan: &StoredPlan, survey: &Survey) -> StoredPlan {
    let states: BTreeMap<AccountNumber, AccountState> =
        survey.accounts.iter().map(|account| (AccountNumber::from(account.account), account.state)).collect();
    let now = |member: &PlannedMember| PlannedMember {
        state: states.get(&member.account).copied().unwrap_or(AccountState::Closed),
        ..*member
    };
    StoredPlan { members: plan.members.iter().map(now).collect(), ..plan.clone() }
}

/// How many accounts have a role that goes.
fn to_remove(recorded: &Recorded, adopted: bool) -> anyhow::Result<usize> {
    let rollout = Rollout::resume(recorded.plan.plan()?, &recorded.entries);
    let goes = |origin| match origin {
        Origin::Created | Origin::Begun => true,
        Origin::Adopted | Origin::Overwritten | Origin::Overwriting => adopted,
        Origin::Nothing => false,
    };
    Ok(rollout.state().targets().iter().filter(|target| goes(target.origin)).count())
}

fn question(recorded: &Recorded, adopted: bool) -> anyhow::Result<String> {
    let count = to_remove(recorded, adopted)?;
    let (role, organization) = (&recorded.plan.role, &recorded.plan.organization);
    Ok(format!("take the role `{role}` out of {count} accounts of {organization}? The vendor loses its access there"))
}
