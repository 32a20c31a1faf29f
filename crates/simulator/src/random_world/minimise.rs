//! Makes a failing plan smaller: leaves out actions by delta debugging, then accounts, as long as the same property is
//! violated. Everything else is drawn from streams of its own, so that what stays happens as before.

use super::plan::Plan;
use super::run::run;
use crate::checker::{Property, Violation};

/// A plan that cannot be made smaller by leaving one thing out, or not within the budget of runs.
#[derive(Clone, Debug)]
pub struct Minimised {
    /// The plan.
    pub plan: Plan,
    /// The first violation of it.
    pub violation: Violation,
    /// How many runs it took.
    pub runs: u32,
}

/// Makes a plan smaller that violates `property`; nothing when it does not.
pub fn minimise(plan: &Plan, property: Property, runs_max: u32) -> Option<Minimised> {
    let violations = |plan: &Plan| run(plan).map(|outcome| outcome.report.violations).unwrap_or_default();
    minimise_with(plan, property, runs_max, &violations)
}

/// The same with another way to run a plan.
pub(super) fn minimise_with(
    plan: &Plan,
    property: Property,
    runs_max: u32,
    violations: &dyn Fn(&Plan) -> Vec<Violation>,
) -> Option<Minimised> {
    let mut search = Search { property, runs: 0, runs_max, violations };
    let violation = search.violation(plan)?;
    let mut best = Minimised { plan: plan.clone(), violation, runs: 0 };
    search.shrink_actions(&mut best);
    search.shrink_accounts(&mut best);
    // What an account was needed for may be gone with it.
    search.shrink_actions(&mut best);
    best.runs = search.runs;
    Some(best)
}

struct Search<'v> {
    property: Property,
    runs: u32,
    runs_max: u32,
    violations: &'v dyn Fn(&Plan) -> Vec<Violation>,
}

impl Search<'_> {
    fn violation(&mut self, plan: &Plan) -> Option<Violation> {
        self.runs += 1;
        (self.violations)(plan).into_iter().find(|violation| violation.property == self.property)
    }

    /// Takes a smaller plan when it still fails.
    fn accept(&mut self, best: &mut Minimised, candidate: Plan) -> bool {
        if self.runs >= self.runs_max {
            return false;
        }
        let Some(violation) = self.violation(&candidate) else { return false };
        (best.plan, best.violation) = (candidate, violation);
        true
    }

    /// Leaves out pieces of the list, large ones first (delta debugging by complements).
    fn shrink_actions(&mut self, best: &mut Minimised) {
        let mut piece = best.plan.actions.len().div_ceil(2);
        while piece > 0 {
            let mut from = 0;
            while from < best.plan.actions.len() {
                let mut candidate = best.plan.clone();
                let to = (from + piece).min(candidate.actions.len());
                candidate.actions.drain(from..to);
                if !self.accept(best, candidate) {
                    from += piece;
                }
            }
            piece /= 2;
        }
    }

    fn shrink_accounts(&mut self, best: &mut Minimised) {
        let members: Vec<_> = best.plan.members().filter(|index| !best.plan.left_out.contains(index)).collect();
        let mut piece = members.len();
        while piece > 0 {
            for some in members.chunks(piece) {
                let mut candidate = best.plan.clone();
                candidate.left_out.extend(some);
                if candidate.left_out.len() > best.plan.left_out.len() {
                    self.accept(best, candidate);
                }
            }
            piece /= 2;
        }
    }
}
