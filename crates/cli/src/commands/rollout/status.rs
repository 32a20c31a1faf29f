//! `rolecall rollout status`: what the journal says, without the network, also while another program writes it; of stack sets,
//! what AWS says.

use super::super::aws::block_on;
use super::super::page::write_page;
use super::setup::setup;
use super::stack_sets;
use super::words;
use crate::args::GlobalArgs;
use crate::args::rollout::{ChoiceArgs, StatusArgs};
use rolecall_driver::journal::Journal;
use rolecall_driver::summary::Summary;
use rolecall_gate::config::Engine;
use rolecall_lifecycle::rollout::Rollout;
use rolecall_report::rollout::{OutcomeView, State, render_outcome};

pub(super) fn run(arguments: &StatusArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let setup = setup(&arguments.project, &ChoiceArgs::default(), global)?;
    if setup.entry.engine == Engine::StackSets {
        return block_on(stack_sets::status(&setup, &arguments.aws, &arguments.page, global));
    }
    let recorded = Journal::read(&setup.journal)?;
    setup.check_journal(&recorded.plan)?;
    let rollout = Rollout::resume(recorded.plan.plan()?, &recorded.entries);
    let summary = Summary::of(&rollout, &recorded.troubles);
    let machine = rollout.state();
    let state = words::state(machine.kind(), machine.outcome());
    let mut notes = Vec::new();
    if let Some(kind) = machine.kind() {
        notes.push(format!("The last run is `{}`.", super::run::command(kind)));
    }
    if recorded.plan.profile_digest != setup.wanted.digest() {
        notes.push("rolecall.toml has another profile or other external IDs than this journal.".to_owned());
    }
    let view = OutcomeView {
        command: "status",
        organization: &recorded.plan.organization,
        role: &recorded.plan.role,
        journal: Some(setup.journal.display().to_string()),
        state,
        stage: words::stage(machine.stage()),
        counts: words::counts(&summary),
        causes: words::causes(&setup.wanted, &summary),
        differences: None,
        notes,
    };
    write_page(&arguments.page, global, |format, options| render_outcome(&view, format, options))?;
    let fine = matches!(state, State::Complete | State::UnderWay | State::NotBegun);
    Ok(u8::from(!fine || summary.failed > 0))
}
