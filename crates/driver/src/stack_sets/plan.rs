//! What a run would do: the same decisions over what was read, each change assumed to succeed.

use super::{Memory, StackSetError, StackSetRollout};
use crate::clock::Clock;
use rolecall_lifecycle::rollout::Unlock;
use rolecall_lifecycle::stack_sets::{self, Goal, Part, Refusal, Step, Targets, assume, next};

/// More steps than any plan has: a plan that does not end is not shown.
const STEPS_MAX: usize = 10_000;

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStep {
    /// The step.
    pub step: Step,
    /// The same in words.
    pub text: String,
}

/// A plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// What would be done, in order; waits for what is under way among it.
    pub steps: Vec<PlannedStep>,
    /// Why nothing more would be done.
    pub refused: Option<Refusal>,
    /// What must be known beforehand, in whole sentences.
    pub notes: Vec<String>,
}

impl Planned {
    /// Whether anything would be changed.
    pub fn changes_something(&self) -> bool {
        self.steps.iter().any(|planned| planned.step.is_change())
    }
}

impl<C: Clock> StackSetRollout<C> {
    pub(super) async fn plan_for(&mut self, goal: Goal) -> Result<Planned, StackSetError> {
        let target = self.target(goal).await?;
        self.memory = Memory::default();
        // Roles of members are read after a rollout, not before.
        let choices = stack_sets::Settings { read_roles: false, ..self.choices() };
        let mut planned = Planned { notes: self.notes_beforehand(goal), ..Planned::default() };
        if goal == Goal::RollOut && target.members.is_some() {
            // Whom a creation reaches is told by the listing.
            self.read(Part::Accounts, &target).await?;
        }
        for _ in 0..STEPS_MAX {
            match next(&target, &choices, &self.memory.seen) {
                Step::Read(part) => self.read(part, &target).await?,
                Step::Done => break,
                Step::Refused(refusal) => {
                    planned.refused = Some(refusal);
                    break;
                }
                step => {
                    assume(&target, &choices, &mut self.memory.seen, &step);
                    planned.steps.push(PlannedStep { text: describe(&step, &self.parts.name), step });
                }
            }
        }
        Ok(planned)
    }

    fn notes_beforehand(&self, goal: Goal) -> Vec<String> {
        let mut notes = Vec::new();
        let management = self.management();
        if self.access.management.is_none() {
            notes.push(format!(
                "there are no credentials in the management account {management}: its stack is not touched, and no service-managed \
                 stack set reaches it"
            ));
        }
        if goal == Goal::Remove || self.parts.management_only {
            return notes;
        }
        notes.push(String::from(
            "accounts that join later get the role by auto-deployment, which goes by neither concurrency nor tolerance, and takes \
             no parameter overrides",
        ));
        let legacy = self.wanted.organization.legacy_ids.len();
        if legacy > 0 {
            notes.push(format!(
                "{legacy} account(s) keep an external ID of their own: the template looks it up by account ID, so that auto-deployment \
                 gives it to them too; roles that stand there already make their instances fail"
            ));
        }
        notes
    }
}

/// A step in words.
pub fn describe(step: &Step, name: &str) -> String {
    let to = |targets: &Targets| {
        let units = targets.units.join(", ");
        match targets.only.len() {
            0 => format!("in {units} ({})", targets.region),
            some => format!("of {some} account(s) in {units} ({})", targets.region),
        }
    };
    match step {
        Step::Read(_) => String::from("read what is there"),
        Step::CreateStack => format!("create the stack `{name}` in the management account"),
        Step::UpdateStack => format!("update the stack `{name}` in the management account"),
        Step::DeleteStack => format!("delete the stack `{name}` in the management account"),
        Step::WaitForStack => format!("wait until the stack `{name}` has ended what it is at"),
        Step::Unlock(Unlock::Probes) => String::from("let the vendor's probes unlock the members"),
        Step::Unlock(Unlock::Reading) => String::from("unlock the members by the role that was read"),
        Step::Unlock(Unlock::Confirm) => String::from("ask whether the vendor's Validate Access passed"),
        Step::CreateSet => format!("create the stack set `{name}`, service-managed, with auto-deployment"),
        Step::UpdateSet => format!("update the stack set `{name}` and all its instances"),
        Step::DeleteSet => format!("delete the stack set `{name}`"),
        Step::CreateInstances(targets) => format!("create stack instances {}", to(targets)),
        Step::UpdateInstances(targets) => format!("try the stack instances {} once more", to(targets)),
        Step::DeleteInstances(targets) => format!("delete the stack instances {} with their stacks", to(targets)),
        Step::Watch(id) => format!("wait for the operation {id}, which runs"),
        Step::Done => String::from("nothing more"),
        Step::Refused(refusal) => refusal.to_string(),
    }
}
