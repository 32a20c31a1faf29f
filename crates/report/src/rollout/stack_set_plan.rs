//! A plan by stack sets: the steps in order, what stops it, and the policies that the operator needs. AWS chooses the order of
//! the accounts, so that they stand in it with what would stop them, and without a wave.

use super::plan::{AccountEntry, PlanRow, PolicyEntry, account_entry, obstacle_blocks, policy_blocks, policy_entry};
use crate::Options;
use crate::audit::Format;
use crate::audit::json::pretty;
use crate::blocks::{self, Block, Mood};
use rolecall_core::rollout::operator::OperatorPolicies;
use serde::Serialize;
use std::collections::BTreeMap;

/// A plan by stack sets.
#[derive(Clone, Debug)]
pub struct StackSetPlanView<'a> {
    /// The organization's ID.
    pub organization: &'a str,
    /// The role's name.
    pub role: &'a str,
    /// Path and name of the role by which members are read.
    pub way_in: &'a str,
    /// The choices by their key in `[rollout]`.
    pub choices: Vec<(&'static str, String)>,
    /// What is done, in order.
    pub steps: Vec<String>,
    /// Why nothing more is done.
    pub refused: Option<String>,
    /// The accounts, with what would stop them; the wave is nothing.
    pub rows: Vec<PlanRow<'a>>,
    /// What else is to be known.
    pub notes: Vec<String>,
    /// The operator's policies.
    pub policies: &'a OperatorPolicies,
}

/// Writes a plan; the text ends with a line break.
pub fn render_stack_set_plan(plan: &StackSetPlanView<'_>, format: Format, options: &Options) -> String {
    match format {
        Format::Human => blocks::human(&page(plan, options.verbose), options),
        Format::Markdown => blocks::markdown(&page(plan, options.verbose)),
        Format::Json => json(plan),
    }
}

fn page(plan: &StackSetPlanView<'_>, all: bool) -> Vec<Block> {
    let title = format!("rollout of `{}` in {} by stack sets", plan.role, plan.organization);
    let (mood, verdict) = match (&plan.refused, plan.steps.len()) {
        (Some(why), _) => (Mood::Bad, format!("refused: {why}")),
        (None, 0) => (Mood::Good, "nothing is to be changed".to_owned()),
        (None, 1) => (Mood::Good, "1 step".to_owned()),
        (None, steps) => (Mood::Good, format!("{steps} steps")),
    };
    let choices: Vec<String> = plan.choices.iter().map(|(key, value)| format!("{key} {value}")).collect();
    let mut page = vec![Block::Title(title), Block::Verdict(mood, verdict), Block::Text(choices.join(", "))];
    if !plan.steps.is_empty() {
        let row = |(place, step): (usize, &String)| vec![(place + 1).to_string(), step.clone()];
        page.push(Block::Table { head: vec!["", "step"], rows: plan.steps.iter().enumerate().map(row).collect() });
    }
    page.extend(obstacle_blocks(&plan.rows, all));
    page.extend(plan.notes.iter().map(|note| Block::Text(note.clone())));
    page.extend(policy_blocks(plan.policies, plan.way_in));
    page
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format: &'static str,
    version: u32,
    organization: &'a str,
    role: &'a str,
    way_in: &'a str,
    choices: BTreeMap<&'static str, &'a str>,
    steps: &'a [String],
    refused: Option<&'a str>,
    accounts: Vec<AccountEntry<'a>>,
    notes: &'a [String],
    operator_policy: PolicyEntry,
}

fn json(plan: &StackSetPlanView<'_>) -> String {
    pretty(&Document {
        format: "rolecall-stack-set-plan",
        version: 1,
        organization: plan.organization,
        role: plan.role,
        way_in: plan.way_in,
        choices: plan.choices.iter().map(|(key, value)| (*key, value.as_str())).collect(),
        steps: &plan.steps,
        refused: plan.refused.as_deref(),
        accounts: plan.rows.iter().map(account_entry).collect(),
        notes: &plan.notes,
        operator_policy: policy_entry(plan.policies),
    })
}
