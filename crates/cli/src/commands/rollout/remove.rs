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
use rolecall_gate::config::Engine;
use rolecall_lifecycle::rollout::{Origin, Outcome, Rollout, RunKind, Settings};
use rolecall_report::rollout::render_outcome;
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
        if goes_on(&recorded, RunKind::Remove)? {
            consent(arguments.yes, &question(&recorded, recorded.plan.settings.remove_adopted)?)?;
        } else {
            let remove_adopted = arguments.adopted || setup.entry.remove_adopted;
            let settings = Settings { remove_adopted, ..recorded.plan.settings };
            let plan = StoredPlan { settings, ..recorded.plan.clone() };
            consent(arguments.yes, &question(&recorded, remove_adopted)?)?;
            journal.replan(&mut recorded, &plan)?;
        }
        let accounts = |_: &Shown| AwsAccounts::new(Arc::clone(&setup.wanted), Arc::clone(&sessions));
        let ended = perform(RunKind::Remove, journal, recorded, accounts, global).await?;
        let notes = match ended.outcome {
            Outcome::Complete => Vec::new(),
            _ => vec!["`rolecall rollout remove` goes on.".to_owned()],
        };
        write_page(&arguments.page, global, |format, options| {
            render_outcome(&view("remove", &setup, &ended, notes), format, options)
        })?;
        Ok(exit_code(ended.outcome))
    })
}

fn question(recorded: &Recorded, adopted: bool) -> anyhow::Result<String> {
    let rollout = Rollout::resume(recorded.plan.plan()?, &recorded.entries);
    let goes = |origin| match origin {
        Origin::Created | Origin::Begun => true,
        Origin::Adopted | Origin::Overwritten | Origin::Overwriting => adopted,
        Origin::Nothing => false,
    };
    let count = rollout.state().targets().iter().filter(|target| goes(target.origin)).count();
    let (role, organization) = (&recorded.plan.role, &recorded.plan.organization);
    Ok(format!("take the role `{role}` out of {count} accounts of {organization}? The vendor loses its access there"))
}
