//! `rolecall rollout plan` by stack sets: the steps, what would stop single accounts, and the operator's policies.

use super::super::super::page::write_page;
use super::super::plan::{surveyed, write_policies};
use super::super::setup::Setup;
use super::super::words;
use super::{StackSets, accounts, rollout, sessions, settings};
use crate::args::GlobalArgs;
use crate::args::aws::AwsArgs;
use crate::args::page::PageArgs;
use crate::args::rollout::{ApplyArgs, PlanArgs};
use crate::output;
use rolecall_core::rollout::calls::{StackSet, Work};
use rolecall_core::rollout::operator::{OperatorPolicies, Scope, operator_policies};
use rolecall_core::rollout::{Decision, Obstacle, Standing};
use rolecall_driver::sessions::Sessions;
use rolecall_driver::stack_sets::Settings;
use rolecall_driver::survey::Survey;
use rolecall_iam::arn::AccountId;
use rolecall_report::rollout::{PlanRow, StackSetPlanView, render_stack_set_plan};
use std::path::Path;
use std::sync::Arc;

/// The role of StackSets in each account ends in a hash that AWS chooses (CloudFormation user guide, "Service-managed
/// permissions"); a service control policy can name it by this beginning only.
const EXECUTION_ROLE: &str = "stacksets-exec-00000000000000000000000000000000";

/// Plans, and shows it.
pub(in super::super) async fn run(setup: &Setup, arguments: &PlanArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let wanted =
        Asked { aws: &arguments.aws, page: &arguments.page, policies: !arguments.skip_policies, repair: false };
    show(setup, &wanted, arguments.operator_policy.as_deref(), global).await
}

pub(super) async fn dry_run(setup: &Setup, arguments: &ApplyArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let wanted = Asked { aws: &arguments.aws, page: &arguments.page, policies: true, repair: arguments.repair };
    let code = show(setup, &wanted, None, global).await?;
    output::complain("this was a dry run: nothing was changed\n");
    Ok(code)
}

struct Asked<'a> {
    aws: &'a AwsArgs,
    page: &'a PageArgs,
    policies: bool,
    repair: bool,
}

async fn show(
    setup: &Setup,
    asked: &Asked<'_>,
    operator_policy: Option<&Path>,
    global: &GlobalArgs,
) -> anyhow::Result<u8> {
    let sessions = sessions(setup, asked.aws).await?;
    let mut stack_sets =
        rollout(setup, accounts(setup, &sessions), Settings { repair: asked.repair, ..settings(setup) })?;
    let planned = stack_sets.plan().await?;
    let mut notes = planned.notes.clone();
    let judged = judge(setup, &sessions, asked.policies, &stack_sets, global).await?;
    notes.push(String::from(if asked.policies {
        "SCPs are judged for a session of StackSets' role `stacksets-exec-…`, the end of whose name AWS chooses"
    } else {
        "SCPs and RCPs were not read, as asked: `--skip-policies`"
    }));
    if setup.is_delegated() {
        notes.push(String::from(
            "that the ARN of a delegated administrator's stack set has the management account is inferred; AWS's pages do not say \
             by which ARN its calls are decided",
        ));
    }
    if let Some(path) = operator_policy {
        write_policies(path, &judged.policies)?;
    }
    let rows = judged.survey.accounts.iter().zip(&judged.decisions).map(|(account, decision)| PlanRow {
        account: account.account.to_string(),
        wave: None,
        decision,
    });
    let view = StackSetPlanView {
        organization: setup.wanted.organization.id.as_str(),
        role: &setup.wanted.profile.name,
        way_in: &setup.entry.way_in,
        choices: words::stack_set_choices(&setup.entry),
        steps: planned.steps.iter().map(|step| step.text.clone()).collect(),
        refused: planned.refused.as_ref().map(ToString::to_string),
        rows: rows.collect(),
        notes,
        policies: &judged.policies,
    };
    write_page(asked.page, global, |format, options| render_stack_set_plan(&view, format, options))?;
    let any = |standing| judged.decisions.iter().any(|found| found.standing() == standing);
    Ok(match () {
        () if any(Standing::NotJudged) || !judged.policies.proof.holds() => 2,
        () => u8::from(planned.refused.is_some() || any(Standing::Stopped)),
    })
}

/// What is known of the accounts beforehand.
struct Judged {
    survey: Survey,
    /// In the order of the survey.
    decisions: Vec<Decision>,
    policies: OperatorPolicies,
}

async fn judge(
    setup: &Setup,
    sessions: &Arc<Sessions>,
    reads_policies: bool,
    stack_sets: &StackSets,
    global: &GlobalArgs,
) -> anyhow::Result<Judged> {
    let (survey, mut decisions) = surveyed(setup, sessions, reads_policies, EXECUTION_ROLE, global).await?;
    decisions.iter_mut().for_each(reading_stops_nobody);
    let own = AccountId::from(sessions.own_account());
    let policies = operator(setup, &survey, &decisions, own, reads_policies, stack_sets);
    Ok(Judged { survey, decisions, policies })
}

/// StackSets needs no way in of ours: where there is none the role is made all the same, and nobody reads it.
fn reading_stops_nobody(decision: &mut Decision) {
    let of_way_in = |obstacle: &Obstacle| matches!(obstacle.code, "no-way-in" | "denied");
    let (unread, blocks) = std::mem::take(&mut decision.blocks).into_iter().partition(of_way_in);
    decision.blocks = blocks;
    let unread: Vec<Obstacle> = unread;
    decision.open.extend(unread);
}

fn operator(
    setup: &Setup,
    survey: &Survey,
    decisions: &[Decision],
    own_account: AccountId,
    policies: bool,
    stack_sets: &StackSets,
) -> OperatorPolicies {
    let management = setup.wanted.organization.management_account;
    let reached = survey.accounts.iter().zip(decisions);
    let reached = reached.filter(|(_, decision)| !matches!(decision.standing(), Standing::LeftOut));
    let members: Vec<_> =
        reached.map(|(account, _)| account.account).filter(|account| *account != management).collect();
    operator_policies(&Scope {
        profile: &setup.wanted.profile,
        organization: &setup.wanted.organization,
        day: setup.wanted.day,
        way_in: &setup.entry.way_in,
        own_account,
        members: &members,
        reading: setup.reading(policies),
        // CloudFormation takes back a stack that failed.
        works: &[Work::Create, Work::Overwrite, Work::Remove],
        stack_set: Some(StackSet {
            name: stack_sets.name(),
            region: stack_sets.region(),
            members: !members.is_empty(),
        }),
    })
}
