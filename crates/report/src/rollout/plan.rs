//! A plan: what is done in which account in which order, why accounts are left out, what would stop it, what was not judged,
//! and the policies that the operator needs.

use super::{accounts, ids};
use crate::Options;
use crate::audit::Format;
use crate::audit::json::pretty;
use crate::blocks::{self, Block, Mood};
use rolecall_core::rollout::operator::OperatorPolicies;
use rolecall_core::rollout::{Decision, Intent, LeftOut, Obstacle, Standing, shape};
use rolecall_iam::document::print::{to_json_compact, to_json_pretty};
use serde::Serialize;

use std::collections::BTreeMap;

/// A plan.
#[derive(Clone, Debug)]
pub struct PlanView<'a> {
    /// The organization's ID.
    pub organization: &'a str,
    /// The role's name.
    pub role: &'a str,
    /// Path and name of the role that members are entered by.
    pub way_in: &'a str,
    /// The choices by their key in `[rollout]`.
    pub choices: Vec<(&'static str, String)>,
    /// The accounts, in the order in which they are begun.
    pub rows: Vec<PlanRow<'a>>,
    /// What else is to be known.
    pub notes: Vec<String>,
    /// The operator's policies.
    pub policies: Option<&'a OperatorPolicies>,
}

/// An account of a plan.
#[derive(Clone, Debug)]
pub struct PlanRow<'a> {
    /// Its ID.
    pub account: String,
    /// Its wave, from 1; nothing for the management account.
    pub wave: Option<u32>,
    /// What was decided.
    pub decision: &'a Decision,
}

/// Writes a plan; the text ends with a line break.
pub fn render_plan(plan: &PlanView<'_>, format: Format, options: &Options) -> String {
    match format {
        Format::Human => blocks::human(&page(plan, options.verbose), options),
        Format::Markdown => blocks::markdown(&page(plan, options.verbose)),
        Format::Json => json(plan),
    }
}

/// Which obstacles of a decision are meant.
type Of = fn(&Decision) -> &[Obstacle];

fn page(plan: &PlanView<'_>, all: bool) -> Vec<Block> {
    let mut page = vec![Block::Title(format!("rollout of `{}` in {}", plan.role, plan.organization)), verdict(plan)];
    let choices: Vec<String> = plan.choices.iter().map(|(key, value)| format!("{key} {value}")).collect();
    page.push(Block::Text(choices.join(", ")));
    page.push(steps(plan, all));
    page.extend(obstacle_blocks(&plan.rows, all));
    page.extend(plan.notes.iter().map(|note| Block::Text(note.clone())));
    if let Some(policies) = plan.policies {
        page.extend(policy_blocks(policies, plan.way_in));
    }
    page
}

fn verdict(plan: &PlanView<'_>) -> Block {
    let count = |standing| plan.rows.iter().filter(|row| row.decision.standing() == standing).count();
    let (ready, stopped, open) = (count(Standing::Ready), count(Standing::Stopped), count(Standing::NotJudged));
    let mut parts = vec![format!("{} ready", accounts(ready))];
    for (count, what) in [(count(Standing::LeftOut), "left out"), (stopped, "will fail"), (open, "not judged")] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    let mood = if stopped + open == 0 { Mood::Good } else { Mood::Bad };
    Block::Verdict(mood, parts.join(", "))
}

fn steps(plan: &PlanView<'_>, all: bool) -> Block {
    let mut groups: BTreeMap<(Option<u32>, String), Vec<String>> = BTreeMap::new();
    for row in &plan.rows {
        groups.entry((row.wave, step(row.decision))).or_default().push(row.account.clone());
    }
    let rows = groups.into_iter().map(|((wave, step), found)| {
        let stage = wave.map_or_else(|| "management".to_owned(), |wave| format!("wave {wave}"));
        vec![stage, found.len().to_string(), step, ids(&found, all)]
    });
    Block::Table { head: vec!["stage", "accounts", "step", "which"], rows: rows.collect() }
}

fn step(decision: &Decision) -> String {
    let wish = match &decision.intent {
        Intent::Create => "make the role".to_owned(),
        Intent::Adopt => "keep: it is there and equal".to_owned(),
        Intent::Overwrite(what) => format!("overwrite: {}", shape(what).trim_end()),
        Intent::Collision(what) => format!("collision: {}", shape(what).trim_end()),
        Intent::NameTaken(what) => format!("name taken: {}", shape(what).trim_end()),
        Intent::LeftOut(why) => format!("left out: {}", left_out(why)),
        Intent::Unknown => "unknown".to_owned(),
    };
    match decision.standing() {
        Standing::Stopped if !decision.blocks.is_empty() => format!("{wish}, would fail"),
        Standing::NotJudged if decision.intent != Intent::Unknown => format!("{wish}, not judged"),
        _ => wish,
    }
}

fn left_out(why: &LeftOut) -> String {
    match why {
        LeftOut::NotActive(state) => state.as_str().to_owned(),
        LeftOut::Excluded(reason) => reason.clone(),
        LeftOut::OtherRole(what) => format!("another role has the name ({})", shape(what).trim_end()),
    }
}

/// What would stop accounts, and what could not be judged.
pub(super) fn obstacle_blocks(rows: &[PlanRow<'_>], all: bool) -> Vec<Block> {
    let blocks: Of = |decision| &decision.blocks;
    let open: Of = |decision| &decision.open;
    let mut page = Vec::new();
    for (heading, of) in [("what would stop it", blocks), ("what could not be judged", open)] {
        let rows = obstacles(rows, of, all);
        if !rows.is_empty() {
            page.push(Block::Heading(heading.to_owned()));
            page.push(Block::Records { head: vec!["code", "accounts", "found", "do"], rows });
        }
    }
    page
}

/// One record for what says the same of many accounts.
fn obstacles(rows: &[PlanRow<'_>], of: Of, all: bool) -> Vec<Vec<String>> {
    let mut groups: BTreeMap<(&str, String), (&Obstacle, Vec<String>)> = BTreeMap::new();
    for row in rows {
        for obstacle in of(row.decision) {
            let group = groups.entry((obstacle.code, shape(&obstacle.message)));
            group.or_insert_with(|| (obstacle, Vec::new())).1.push(row.account.clone());
        }
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    groups.sort_by_key(|(_, found)| std::cmp::Reverse(found.len()));
    let record = |(obstacle, found): (&Obstacle, Vec<String>)| {
        let who = format!("{} ({})", accounts(found.len()), ids(&found, all));
        vec![obstacle.code.to_owned(), who, obstacle.message.clone(), obstacle.help.to_owned()]
    };
    groups.into_iter().map(record).collect()
}

pub(super) fn policy_blocks(policies: &OperatorPolicies, way_in: &str) -> Vec<Block> {
    let place = if policies.delegated { "as a delegated administrator" } else { "in the management account" };
    let mut page = vec![Block::Heading(format!("the policy of the operator, {place}"))];
    let proof = &policies.proof;
    page.push(Block::Text(if proof.holds() {
        format!("Proved: it allows all {} calls of this rollout, and nothing else.", proof.calls)
    } else {
        format!(
            "Not proved: {} calls are not allowed, {} requests are allowed beyond them, {} questions are undecided.",
            proof.missing.len(),
            proof.wider.len(),
            proof.undecided.len()
        )
    }));
    if !policies.names_accounts {
        let text = "The members' ARNs have no room in a managed policy: it names the role to go in by in every account of the \
                    organization, by `aws:ResourceOrgID`.";
        page.push(Block::Text(text.to_owned()));
    }
    page.push(Block::Code("json", to_json_pretty(&policies.operator)));
    if let Some(member) = &policies.way_in {
        page.push(Block::Heading(format!("the policy that `{way_in}` needs in each member")));
        let text = "The same text serves every account: IAM acts on the role's own account alone. Proved for one member with its \
                    account number in the place of `*`.";
        page.push(Block::Text(text.to_owned()));
        page.push(Block::Code("json", to_json_pretty(member)));
    }
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
    summary: SummaryEntry,
    accounts: Vec<AccountEntry<'a>>,
    notes: &'a [String],
    operator_policy: Option<PolicyEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SummaryEntry {
    ready: usize,
    left_out: usize,
    stopped: usize,
    not_judged: usize,
}

#[derive(Serialize)]
pub(super) struct AccountEntry<'a> {
    account: &'a str,
    wave: Option<u32>,
    standing: &'static str,
    intent: &'static str,
    detail: Option<String>,
    blocks: Vec<ObstacleEntry<'a>>,
    open: Vec<ObstacleEntry<'a>>,
}

#[derive(Serialize)]
struct ObstacleEntry<'a> {
    code: &'static str,
    message: &'a str,
    help: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PolicyEntry {
    operator: Option<serde_json::Value>,
    way_in: Option<serde_json::Value>,
    names_accounts: bool,
    sufficient: bool,
    no_wider: Option<bool>,
    calls: usize,
}

fn json(plan: &PlanView<'_>) -> String {
    let count = |standing| plan.rows.iter().filter(|row| row.decision.standing() == standing).count();
    pretty(&Document {
        format: "rolecall-rollout-plan",
        version: 1,
        organization: plan.organization,
        role: plan.role,
        way_in: plan.way_in,
        choices: plan.choices.iter().map(|(key, value)| (*key, value.as_str())).collect(),
        summary: SummaryEntry {
            ready: count(Standing::Ready),
            left_out: count(Standing::LeftOut),
            stopped: count(Standing::Stopped),
            not_judged: count(Standing::NotJudged),
        },
        accounts: plan.rows.iter().map(account_entry).collect(),
        notes: &plan.notes,
        operator_policy: plan.policies.map(policy_entry),
    })
}

pub(super) fn account_entry<'a>(row: &'a PlanRow<'_>) -> AccountEntry<'a> {
    let obstacles = |found: &'a [Obstacle]| {
        let entry = |Obstacle { code, message, help }: &'a Obstacle| ObstacleEntry { code, message, help };
        found.iter().map(entry).collect()
    };
    let (intent, detail) = match &row.decision.intent {
        Intent::Create => ("create", None),
        Intent::Adopt => ("adopt", None),
        Intent::Overwrite(what) => ("overwrite", Some(what.clone())),
        Intent::Collision(what) => ("collision", Some(what.clone())),
        Intent::NameTaken(what) => ("name-taken", Some(what.clone())),
        Intent::LeftOut(why) => ("left-out", Some(left_out(why))),
        Intent::Unknown => ("unknown", None),
    };
    AccountEntry {
        account: &row.account,
        wave: row.wave,
        standing: match row.decision.standing() {
            Standing::Ready => "ready",
            Standing::LeftOut => "left-out",
            Standing::Stopped => "stopped",
            Standing::NotJudged => "not-judged",
        },
        intent,
        detail,
        blocks: obstacles(&row.decision.blocks),
        open: obstacles(&row.decision.open),
    }
}

pub(super) fn policy_entry(policies: &OperatorPolicies) -> PolicyEntry {
    let raw = |policy| serde_json::from_str(&to_json_compact(policy)).ok();
    let proof = &policies.proof;
    PolicyEntry {
        operator: raw(&policies.operator),
        way_in: policies.way_in.as_ref().and_then(raw),
        names_accounts: policies.names_accounts,
        sufficient: proof.missing.is_empty(),
        no_wider: proof.undecided.is_empty().then_some(proof.wider.is_empty()),
        calls: proof.calls,
    }
}
