//! Rollouts as terminal text, Markdown and JSON: a plan, and what became of the accounts. Both are given as views, made by
//! whoever made the plan or the run. `schema/rollout-plan.schema.json`, `schema/stack-set-plan.schema.json` and
//! `schema/rollout-outcome.schema.json` document the JSON.

mod outcome;
mod plan;
mod stack_set_plan;

pub use outcome::{Cause, Counts, Difference, OutcomeView, State, render_outcome};
pub use plan::{PlanRow, PlanView, render_plan};
pub use stack_set_plan::{StackSetPlanView, render_stack_set_plan};

/// Account IDs that are shown of many.
const IDS_SHOWN: usize = 3;

/// The first IDs of many, or all.
fn ids(accounts: &[String], all: bool) -> String {
    let shown = if all {
        accounts.len()
    } else {
        IDS_SHOWN.max(usize::from(accounts.len() == IDS_SHOWN + 1) * (IDS_SHOWN + 1))
    };
    let text = accounts.iter().take(shown).cloned().collect::<Vec<_>>().join(", ");
    match accounts.len().saturating_sub(shown) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

fn accounts(count: usize) -> String {
    if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") }
}
