//! `rolecall rollout plan`: surveys the organization, has each account decided, shows it. Changes nothing.

use super::super::aws::block_on;
use super::super::page::write_page;
use super::setup::{Setup, setup};
use super::stack_sets;
use super::words;
use crate::args::GlobalArgs;
use crate::args::page::PageArgs;
use crate::args::rollout::PlanArgs;
use crate::files;
use rolecall_core::rollout::calls::Work;
use rolecall_core::rollout::operator::{OperatorPolicies, Scope, operator_policies};
use rolecall_core::rollout::{Decision, Intent, OnCollision, Rules, Standing, decide, wave_of};
use rolecall_driver::sessions::Sessions;
use rolecall_driver::survey::Survey;
use rolecall_gate::config::Engine;
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::print::to_json_pretty;
use rolecall_lifecycle::rollout::Collision;
use rolecall_report::rollout::{PlanRow, PlanView, render_plan};
use std::path::Path;
use std::sync::Arc;

pub(super) fn run(arguments: &PlanArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let setup = setup(&arguments.project, &arguments.choices, global)?;
    if setup.entry.engine == Engine::StackSets {
        return block_on(stack_sets::plan(&setup, arguments, global));
    }
    block_on(async {
        let sessions = setup.sessions(&arguments.aws).await?;
        let planned = plan(&setup, &sessions, !arguments.skip_policies, global).await?;
        if let Some(path) = &arguments.operator_policy {
            write_policies(path, &planned.policies)?;
        }
        show(&setup, &planned, &arguments.page, global)?;
        Ok(planned.exit_code())
    })
}

/// A plan: what was read, and what was decided.
pub(super) struct Planned {
    survey: Survey,
    /// In the order of the survey.
    decisions: Vec<Decision>,
    policies: OperatorPolicies,
    policies_read: bool,
    /// What `[rollout]` names and the organization does not have: `apply` refuses it.
    unknown_names: Vec<String>,
}

/// Surveys and decides.
pub(super) async fn plan(
    setup: &Setup,
    sessions: &Arc<Sessions>,
    policies: bool,
    global: &GlobalArgs,
) -> anyhow::Result<Planned> {
    let (survey, decisions) = surveyed(setup, sessions, policies, &setup.entry.way_in, global).await?;
    let unknown_names = setup.unknown_names(&survey);
    let policies_of_operator = operator(setup, &survey, &decisions, policies)?;
    Ok(Planned { survey, decisions, policies: policies_of_operator, policies_read: policies, unknown_names })
}

/// Surveys, and has each account decided. SCPs are judged for a session of `role`.
pub(super) async fn surveyed(
    setup: &Setup,
    sessions: &Arc<Sessions>,
    policies: bool,
    role: &str,
    global: &GlobalArgs,
) -> anyhow::Result<(Survey, Vec<Decision>)> {
    let survey = setup.survey(sessions, policies, true, global).await?;
    let ours = setup.ours()?;
    let wanted = &setup.wanted;
    let rules = Rules {
        profile: &wanted.profile,
        organization: &wanted.organization,
        day: wanted.day,
        way_in: role,
        collision: match setup.entry.collision {
            Collision::Fail => OnCollision::Fail,
            Collision::Overwrite => OnCollision::Overwrite,
            Collision::Skip => OnCollision::Skip,
        },
    };
    // A role of ours that was changed is brought back, whatever is done about others'.
    let of_ours = Rules { collision: OnCollision::Overwrite, ..rules.clone() };
    let rules_of = |account: &AccountId| if ours.contains(account) { &of_ours } else { &rules };
    let accounts = survey.accounts.iter();
    let decisions: Vec<Decision> = accounts.map(|account| decide(account, rules_of(&account.account))).collect();
    Ok((survey, decisions))
}

fn operator(
    setup: &Setup,
    survey: &Survey,
    decisions: &[Decision],
    policies: bool,
) -> anyhow::Result<OperatorPolicies> {
    let ours = setup.ours()?;
    let management = setup.wanted.organization.management_account;
    let touched =
        survey.accounts.iter().zip(decisions).filter(|(_, decision)| !matches!(decision.standing(), Standing::LeftOut));
    let members: Vec<AccountId> =
        touched.map(|(account, _)| account.account).filter(|account| *account != management).collect();
    // What is not known may turn out to be a role that has to be made.
    let mut works = Vec::new();
    if decisions.iter().any(|decision| matches!(decision.intent, Intent::Create | Intent::Unknown)) {
        works.push(Work::Create);
    }
    let overwrites = setup.entry.collision == Collision::Overwrite;
    let may_overwrite = |decision: &Decision| match decision.intent {
        Intent::Overwrite(_) => true,
        Intent::Unknown => overwrites || !ours.is_empty(),
        _ => false,
    };
    if decisions.iter().any(may_overwrite) {
        works.push(Work::Overwrite);
    }
    Ok(operator_policies(&Scope {
        profile: &setup.wanted.profile,
        organization: &setup.wanted.organization,
        day: setup.wanted.day,
        way_in: &setup.entry.way_in,
        own_account: management,
        members: &members,
        reading: setup.reading(policies),
        works: &works,
        stack_set: None,
    }))
}

impl Planned {
    /// 2 where something was not judged, 1 where something would stop it.
    pub(super) fn exit_code(&self) -> u8 {
        let any = |standing| self.decisions.iter().any(|decision| decision.standing() == standing);
        match () {
            () if any(Standing::NotJudged) || !self.policies.proof.holds() => 2,
            () => u8::from(any(Standing::Stopped) || !self.unknown_names.is_empty()),
        }
    }
}

/// Shows a plan.
pub(super) fn show(setup: &Setup, planned: &Planned, page: &PageArgs, global: &GlobalArgs) -> anyhow::Result<()> {
    let management = setup.wanted.organization.management_account;
    let waves = setup.waves();
    let wave = |account| u32::from(wave_of(account, &waves, &planned.survey.parents)) + 1;
    let mut rows: Vec<PlanRow<'_>> = planned
        .survey
        .accounts
        .iter()
        .zip(&planned.decisions)
        .map(|(account, decision)| PlanRow {
            account: account.account.to_string(),
            wave: (account.account != management).then(|| wave(account.account)),
            decision,
        })
        .collect();
    rows.sort_by_key(|row| row.wave);
    let mut notes = Vec::new();
    if !planned.unknown_names.is_empty() {
        let names = planned.unknown_names.join(", ");
        notes.push(format!("`[rollout]` names what the organization does not have: {names}: correct it"));
    }
    if !planned.policies_read {
        notes.push("SCPs and RCPs were not read, as asked: `--skip-policies`".to_owned());
    }
    let view = PlanView {
        organization: setup.wanted.organization.id.as_str(),
        role: &setup.wanted.profile.name,
        way_in: &setup.entry.way_in,
        choices: words::choices(&setup.entry),
        rows,
        notes,
        policies: Some(&planned.policies),
    };
    write_page(page, global, |format, options| render_plan(&view, format, options))
}

pub(super) fn write_policies(path: &Path, policies: &OperatorPolicies) -> anyhow::Result<()> {
    let member = policies.way_in.as_ref().map_or_else(|| "null".to_owned(), to_json_pretty);
    let operator = to_json_pretty(&policies.operator);
    files::write(path, &format!("{{\n\"operator\": {operator},\n\"wayIn\": {member}\n}}\n"))
}
