//! `rolecall rollout verify`: reads the role in every account of the organization and proves it equal to the profile, or shows
//! what differs. Where it differs, the journal is told, so that `apply` brings back what this rollout made.

use super::super::aws::block_on;
use super::super::page::write_page;
use super::display::Shown;
use super::run::{check_sessions, goes_on, perform};
use super::setup::{Setup, setup};
use super::stack_sets;
use crate::args::GlobalArgs;
use crate::args::rollout::VerifyArgs;
use rolecall_core::access_check::AccountState;
use rolecall_core::rollout::{Found, Inside, SurveyedAccount};
use rolecall_driver::aws_accounts::AwsAccounts;
use rolecall_driver::journal::{Journal, StoredPlan};
use rolecall_driver::planned::stored_plan;
use rolecall_driver::sessions::Sessions;
use rolecall_driver::survey::Survey;
use rolecall_gate::config::Engine;
use rolecall_lifecycle::rollout::{Outcome, RunKind};
use rolecall_report::rollout::{Counts, Difference, OutcomeView, State, render_outcome};
use std::sync::Arc;

pub(super) fn run(arguments: &VerifyArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let setup = setup(&arguments.project, &arguments.choices, global)?;
    if setup.entry.engine == Engine::StackSets {
        return block_on(stack_sets::verify(&setup, &arguments.aws, &arguments.page, global));
    }
    block_on(async {
        let sessions = setup.sessions(&arguments.aws).await?;
        check_sessions(&sessions, &setup)?;
        let survey = setup.survey(&sessions, false, true, global).await?;
        let differences: Vec<Difference> = survey.accounts.iter().filter_map(difference).collect();
        let open = differences.iter().any(|difference| difference.state == NOT_JUDGED);
        let drifted = differences.iter().any(|difference| difference.state != NOT_JUDGED);
        // One that was begun is ended in any case: nothing else goes on before.
        let begun = setup.has_journal() && Journal::read(&setup.journal)?.under_way()? == Some(RunKind::Verify);
        let notes = if drifted || begun { record(&setup, &sessions, &survey, global).await? } else { Vec::new() };
        let view = OutcomeView {
            command: "verify",
            organization: setup.wanted.organization.id.as_str(),
            role: &setup.wanted.profile.name,
            journal: None,
            state: if differences.is_empty() { State::Complete } else { State::WithFailures },
            stage: None,
            counts: counts(&survey, &differences),
            causes: Vec::new(),
            differences: Some(differences),
            notes,
        };
        write_page(&arguments.page, global, |format, options| render_outcome(&view, format, options))?;
        Ok(if open { 2 } else { u8::from(drifted) })
    })
}

const NOT_JUDGED: &str = "not-judged";

fn is_left_out(account: &SurveyedAccount) -> bool {
    account.excluded.is_some() || account.state != AccountState::Active
}

/// What is not as it should be; nothing for accounts with the right role, and for those that are left out.
fn difference(account: &SurveyedAccount) -> Option<Difference> {
    if is_left_out(account) {
        return None;
    }
    let (state, message) = match &account.inside {
        Inside::Read(reading) => match &reading.found {
            Found::Equal => return None,
            Found::Absent => ("missing", "there is no such role".to_owned()),
            Found::Different(what) => ("differs", what.clone()),
            Found::OtherCase(what) => ("other-case", what.clone()),
        },
        Inside::NotLooked => (NOT_JUDGED, "nobody looked into the account".to_owned()),
        Inside::NoWayIn(why) | Inside::Denied(why) | Inside::Unknown(why) => (NOT_JUDGED, why.clone()),
    };
    Some(Difference { account: account.account.to_string(), state, message })
}

fn counts(survey: &Survey, differences: &[Difference]) -> Counts {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let left_out = survey.accounts.iter().filter(|account| is_left_out(account));
    let (not_active, excluded): (Vec<_>, Vec<_>) = left_out.partition(|account| account.state != AccountState::Active);
    let others = differences.len() + not_active.len() + excluded.len();
    Counts {
        verified: count(survey.accounts.len().saturating_sub(others)),
        failed: count(differences.len()),
        not_active: count(not_active.len()),
        not_begun: count(excluded.len()),
        ..Counts::default()
    }
}

/// Has the machine verify what the journal says to be in place: what drifted is brought back by the next `apply`.
async fn record(
    setup: &Setup,
    sessions: &Arc<Sessions>,
    survey: &Survey,
    global: &GlobalArgs,
) -> anyhow::Result<Vec<String>> {
    if !setup.has_journal() {
        return Ok(vec![
            "There is no journal: `rolecall rollout apply` treats another role as a collision.".to_owned(),
        ]);
    }
    let (mut journal, mut recorded) = Journal::open(&setup.journal)?;
    if !goes_on(setup, &recorded, RunKind::Verify)? {
        let plan = stored_plan(survey, &setup.wanted, &setup.waves(), recorded.plan.settings, Some(&recorded.plan));
        // Whether every role was held against this profile is for `apply` to say.
        let plan = StoredPlan { profile_digest: recorded.plan.profile_digest.clone(), ..plan };
        journal.replan(&mut recorded, &plan)?;
    }
    let accounts = |_: &Shown| AwsAccounts::new(Arc::clone(&setup.wanted), Arc::clone(sessions));
    let ended = perform(RunKind::Verify, journal, recorded, accounts, global).await?;
    Ok(match ended.outcome {
        Outcome::Stopped => vec!["It was stopped: not all of it stands in the journal.".to_owned()],
        _ => vec!["`rolecall rollout apply` brings back what this rollout made, and makes what is missing.".to_owned()],
    })
}
