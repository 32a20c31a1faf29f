//! What a run came to: accounts counted, failures as few causes, and what must be said besides.

use super::{StackSetRollout, act};
use crate::clock::Clock;
use crate::diagnosis::STACK_INSTANCE;
use crate::summary::{Causes, Summary};
use crate::trouble::Trouble;
use rolecall_lifecycle::AccountNumber;
use rolecall_lifecycle::rollout::{ErrorClass, Existing, Failure};
use rolecall_lifecycle::stack_sets::{
    Goal, Judgement, OperationStatus, Problem, Refusal, Seen, Standing, Wanted as Target, judge,
};
use std::collections::BTreeSet;

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every account is in order, by reading.
    Complete,
    /// No account failed, and so many roles were not read: what they are nobody knows.
    Unread(u32),
    /// An operation ended before it came to so many accounts, and none failed.
    Unfinished(u32),
    /// So many accounts failed.
    WithFailures(u32),
    /// A stop was asked for: the next run goes on.
    Stopped,
    /// Somebody must do something first.
    Refused(Refusal),
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How it ended.
    pub outcome: Outcome,
    /// What became of the accounts, as far as that was read.
    pub summary: Summary,
    /// An operation of the set that is still running.
    pub running: Option<String>,
    /// Whole sentences.
    pub notes: Vec<String>,
}

/// Codes of ours for what stack instances come to, each with what to do about it.
const CODES: [(&str, &str); 9] = [
    (
        COLLISION,
        "a role that no stack made has the name: import it into a stack of the set, or delete it once nothing needs it, then run \
         it again with `repair`",
    ),
    (
        NO_INSTANCE,
        "the account is below no target of the stack set, or was not deployed yet: add its organizational unit, or move the \
         account; below the root run it again with `repair`",
    ),
    (OUTDATED, "the stack instance is of an older template, or was skipped: run it again with `repair`"),
    (INOPERABLE, "a deletion failed: delete the stack in the account, then the instance with its stack retained"),
    (
        DENIED,
        "a policy denies it to CloudFormation: exempt the roles `stacksets-exec-*`, then run it again with `repair`",
    ),
    (FAILED, "remove the cause in the account, then run it again with `repair`"),
    (
        CHANGED,
        "the stack instance is CURRENT and the role is another one: undo the change in the account, or update the instance",
    ),
    (NOT_REMOVED, "remove the cause in the account, then run the removal again"),
    (HIDDEN, "list the results of the newest operation of the stack set in the CloudFormation console"),
];

const COLLISION: &str = "RoleExists";
const NO_INSTANCE: &str = "NoStackInstance";
const OUTDATED: &str = "InstanceOutdated";
const INOPERABLE: &str = "InstanceInoperable";
const DENIED: &str = "InstanceDenied";
const FAILED: &str = "InstanceFailed";
const CHANGED: &str = "CurrentAndDifferent";
const NOT_REMOVED: &str = "NotRemoved";
const HIDDEN: &str = "HiddenFailures";

/// What to do about a failure of a stack instance, by its code; nothing for codes of AWS.
pub fn next_step(code: &str) -> Option<&'static str> {
    CODES.iter().find(|(known, _)| *known == code).map(|(_, step)| *step)
}

impl<C: Clock> StackSetRollout<C> {
    /// Sums up; without an outcome it follows from the accounts.
    pub(super) fn ended(&self, target: &Target, outcome: Option<&Outcome>) -> Ended {
        let judgement = judge(target, &self.choices(), &self.memory.seen);
        let mut summary = self.summary(target, &judgement);
        self.count_management(target, &mut summary);
        let operations = self.memory.seen.operations.get().map(Vec::as_slice).unwrap_or_default();
        let open = operations.iter().find(|operation| operation.status == OperationStatus::Open);
        let running = open.map(|operation| operation.id.clone());
        let outcome = outcome.cloned().unwrap_or(match &summary {
            Summary { failed, .. } if *failed > 0 => Outcome::WithFailures(summary.failed),
            Summary { not_begun, under_way, .. } if not_begun + under_way > 0 => {
                Outcome::Unfinished(not_begun + under_way)
            }
            Summary { unread, .. } if *unread > 0 => Outcome::Unread(summary.unread),
            _ => Outcome::Complete,
        });
        let notes = self.notes(&judgement, running.as_deref());
        Ended { outcome, summary, running, notes }
    }

    fn summary(&self, target: &Target, judgement: &Judgement) -> Summary {
        let (mut summary, mut causes) = (Summary::default(), Causes::default());
        for judged in &judgement.accounts {
            let count = match &judged.standing {
                Standing::Verified => &mut summary.verified,
                Standing::Unread => &mut summary.unread,
                Standing::Adopted => &mut summary.adopted,
                Standing::LeftAlone => &mut summary.left_alone,
                Standing::NotActive => &mut summary.not_active,
                Standing::Cancelled => &mut summary.not_begun,
                Standing::UnderWay => &mut summary.under_way,
                // Whose instance was there is counted below.
                Standing::Removed => continue,
                // Nothing was begun.
                Standing::Failed(Problem::NoInstance) if self.memory.seen.set == Seen::Is(None) => {
                    &mut summary.not_begun
                }
                Standing::Failed(problem) => {
                    let (failure, trouble) = self.trouble(judged.account, problem);
                    causes.add(judged.account, failure, Some(&trouble));
                    &mut summary.failed
                }
            };
            *count += 1;
        }
        if judgement.hidden > 0 {
            let text = format!("the operation counts {} failed instance(s) that no account shows", judgement.hidden);
            let trouble = Trouble::new("cloudformation:ListStackSetOperationResults", HIDDEN, &text);
            causes.of(Failure::Error(ErrorClass::Fault), Some(&trouble));
            summary.failed += judgement.hidden;
        }
        summary.causes = causes.largest_first();
        if target.goal == Goal::Remove {
            summary.removed = self.removed();
        }
        summary
    }

    /// Accounts whose instance was there when the removal began, and is not now.
    fn removed(&self) -> u32 {
        let left = self.memory.seen.instances.get().map(Vec::as_slice).unwrap_or_default();
        let left: BTreeSet<AccountNumber> = left.iter().map(|instance| instance.account).collect();
        let gone = |account: &&AccountNumber| !left.contains(account);
        let removed = self.memory.before.iter().flatten().filter(gone).count();
        u32::try_from(removed).unwrap_or(u32::MAX)
    }

    /// The management account counts beside the members.
    fn count_management(&self, target: &Target, summary: &mut Summary) {
        let seen = &self.memory.seen;
        let tried = &seen.tried;
        let count = match (target.goal, &seen.stack, seen.role.get()) {
            (Goal::Remove, Seen::Is(None), _) if tried.stack_deletion => &mut summary.removed,
            // Also of a removal: whether its stack is gone nobody knows.
            _ if self.access.management.is_none() => &mut summary.unread,
            (Goal::Remove, ..) => return,
            (_, Seen::Is(None), Some(Existing::Equal)) => &mut summary.adopted,
            (_, _, Some(Existing::Equal)) if tried.stack_creation => &mut summary.created,
            (_, _, Some(Existing::Equal)) if tried.stack_update => &mut summary.overwritten,
            (_, _, Some(Existing::Equal)) => &mut summary.verified,
            (_, Seen::Unread, _) | (_, _, None) | (_, Seen::Is(None), Some(Existing::Absent)) => &mut summary.not_begun,
            (_, _, Some(Existing::Absent)) if tried.stack_creation => &mut summary.under_way,
            (_, _, Some(other)) => {
                let text = format!("the role of the management account is {}", in_words(*other));
                let trouble = Trouble::new("iam:GetRole", "ManagementAccount", &text);
                let trouble = self.memory.management_trouble.as_ref().unwrap_or(&trouble);
                let mut causes = Causes::default();
                causes.add(target.management, failure_of(*other), Some(trouble));
                summary.causes.splice(0..0, causes.largest_first());
                &mut summary.failed
            }
        };
        *count += 1;
    }

    fn trouble(&self, account: AccountNumber, problem: &Problem) -> (Failure, Trouble) {
        let instance = STACK_INSTANCE;
        let because = |reason: &Option<String>| reason.clone().unwrap_or_else(|| String::from("AWS gave no reason"));
        match problem {
            Problem::Instance { failure, reason } => {
                let code = match failure {
                    Failure::Collision | Failure::NameTaken => COLLISION,
                    Failure::Error(ErrorClass::AccessDenied) => DENIED,
                    _ => FAILED,
                };
                (*failure, Trouble::new(instance, code, &because(reason)))
            }
            Problem::Outdated => {
                (Failure::NotEqual, Trouble::new(instance, OUTDATED, "the stack instance is OUTDATED"))
            }
            Problem::Inoperable(reason) => {
                (Failure::Error(ErrorClass::Invalid), Trouble::new(instance, INOPERABLE, &because(reason)))
            }
            Problem::NoInstance => {
                let text = "the stack set has no instance in this account";
                (Failure::Missing, Trouble::new("cloudformation:ListStackInstances", NO_INSTANCE, text))
            }
            Problem::Role(existing) => {
                let differs = self.memory.troubles.get(&account).map_or("", |trouble| trouble.message.as_str());
                let text = format!("the stack instance is CURRENT and the role is {}: {differs}", in_words(*existing));
                (failure_of(*existing), Trouble::new("iam:GetRole", CHANGED, text.trim_end_matches(": ")))
            }
            Problem::NotRemoved(reason) => {
                (Failure::Error(ErrorClass::Fault), Trouble::new(instance, NOT_REMOVED, &because(reason)))
            }
        }
    }

    fn notes(&self, judgement: &Judgement, running: Option<&str>) -> Vec<String> {
        let mut notes = Vec::new();
        let count =
            |standing: &Standing| judgement.accounts.iter().filter(|judged| judged.standing == *standing).count();
        if let Some(id) = running {
            let whose = if act::is_ours(id) { "" } else { " of somebody else" };
            notes.push(format!(
                "the operation {id}{whose} goes on at AWS: run the command again to watch it, or stop it with `aws cloudformation \
                 stop-stack-set-operation --stack-set-name {} --operation-id {id}`",
                self.parts.name
            ));
        }
        if self.access.management.is_none() {
            notes.push(String::from(
                "the management account was not read: there are no credentials in it, and no stack set reaches it",
            ));
        }
        let unread = count(&Standing::Unread);
        if unread > 0 {
            notes.push(format!(
                "{unread} account(s) are not verified by reading: their stack instance is CURRENT, which also holds of a stack that was \
                 updated directly"
            ));
        }
        let adopted = count(&Standing::Adopted);
        if adopted > 0 {
            notes.push(format!(
                "{adopted} account(s) have an equal role that the stack set did not make: they get no later version of it"
            ));
        }
        if !judgement.strangers.is_empty() {
            let accounts: Vec<_> = judgement.strangers.iter().map(ToString::to_string).collect();
            notes.push(format!("stack instances stand in accounts that are no members: {}", accounts.join(", ")));
        }
        notes
    }
}

const fn in_words(existing: Existing) -> &'static str {
    match existing {
        Existing::Absent => "gone",
        Existing::Equal => "equal",
        Existing::Different => "another one",
        Existing::OtherCase => "named in other case",
    }
}

const fn failure_of(existing: Existing) -> Failure {
    match existing {
        Existing::Absent => Failure::Missing,
        Existing::OtherCase => Failure::NameTaken,
        Existing::Equal | Existing::Different => Failure::Drifted,
    }
}
