//! Random worlds: organizations of several customers, three days of moves, edits, outages and restarts, all from one seed;
//! then the faults stop and the checker judges the trace. What is to happen is a plan, which is data: a failing one is
//! made smaller by leaving things out.

mod act;
mod as_scenario;
mod build;
mod coverage;
mod minimise;
mod plan;
mod roles;
mod rollout;
mod run;
mod words;

#[cfg(test)]
mod tests;

pub use as_scenario::{AsScenario, SEEDS, as_scenario, scenario_text, seed_that_shows};
pub use coverage::Coverage;
pub use minimise::{Minimised, minimise};
pub use plan::{AccountIndex, Action, OrganizationIndex, Plan, Timed};
pub use run::{Outcome, UnderBoth, run, run_under_both, trace_of};
