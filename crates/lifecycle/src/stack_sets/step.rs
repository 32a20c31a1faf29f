//! The steps: what to read, what to change, what to wait for, and why nothing more is done.

use crate::AccountNumber;
use crate::rollout::Unlock;

/// A part of what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// `DescribeStacks` in the management account.
    Stack,
    /// The role in the management account.
    Role,
    /// `DescribeStackSet`.
    Set,
    /// `ListStackSetOperations`.
    Operations,
    /// `ListStackInstances`.
    Instances,
    /// `ListStackSetOperationResults` of the newest operation.
    Results,
    /// `ListAccounts`.
    Accounts,
    /// The roles in the member accounts.
    Roles,
}

/// Instances: units with everything below them, or some accounts of them, in one Region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// At most [`super::UNITS_A_CALL`].
    pub units: Vec<String>,
    /// These accounts of the units alone (`INTERSECTION`); empty: all. Never the management account.
    pub only: Vec<AccountNumber>,
    /// The Region.
    pub region: String,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Read this.
    Read(Part),
    /// Make the stack of the management account.
    CreateStack,
    /// Bring it to the template.
    UpdateStack,
    /// Delete it: a removal, or the rest of a creation that failed.
    DeleteStack,
    /// Wait, then read the stack again.
    WaitForStack,
    /// Ask whether the members are unlocked.
    Unlock(Unlock),
    /// Make the stack set, without instances.
    CreateSet,
    /// Bring the set and its instances to the template.
    UpdateSet,
    /// Delete the set, which has no instances.
    DeleteSet,
    /// Deploy to units, or to accounts of them that have no instance.
    CreateInstances(Targets),
    /// Try instances once more.
    UpdateInstances(Targets),
    /// Delete instances with their stacks.
    DeleteInstances(Targets),
    /// Wait for this operation, whoever began it: a set has one at a time.
    Watch(String),
    /// There is nothing more to do; [`super::judge`] says what stands.
    Done,
    /// Nothing can be done until somebody does something about this.
    Refused(Refusal),
}

impl Step {
    /// Whether it changes anything at AWS.
    pub const fn is_change(&self) -> bool {
        matches!(
            self,
            Self::CreateStack
                | Self::UpdateStack
                | Self::DeleteStack
                | Self::CreateSet
                | Self::UpdateSet
                | Self::DeleteSet
                | Self::CreateInstances(_)
                | Self::UpdateInstances(_)
                | Self::DeleteInstances(_)
        )
    }

    /// Whether it begins an operation of the stack set.
    pub const fn begins_operation(&self) -> bool {
        matches!(self, Self::UpdateSet | Self::CreateInstances(_) | Self::UpdateInstances(_) | Self::DeleteInstances(_))
    }
}

/// Why nothing more is done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A role of the name is in the management account, and no stack of ours.
    #[error(
        "the management account has another role of this name and no stack of it: import the role into a stack, or delete it \
         once nothing needs it, then run it again"
    )]
    RoleInTheWay,
    /// A role has the name in other case.
    #[error(
        "a role of the management account has this name in other case, and role names are unique ignoring case: remove it"
    )]
    NameTaken,
    /// The stack of that name is not ours.
    #[error("the management account has a stack of this name that made another role: give the stack another name")]
    AnotherStack,
    /// The stack could not be made, updated or deleted.
    #[error("the stack of the management account is `{status}`{}: remove the cause, then run it again", because(.reason.as_deref()))]
    StackFailed {
        /// `StackStatus`.
        status: String,
        /// `StackStatusReason`.
        reason: Option<String>,
    },
    /// Nothing can be done with the stack from here.
    #[error(
        "the stack of the management account is `{0}`: bring it out of that state in the CloudFormation console, or delete it, \
         then run it again"
    )]
    StackStuck(String),
    /// The role is not what the stack made.
    #[error(
        "the role of the management account was changed beside its stack, which therefore cannot mend it: undo the change, or \
         delete the stack and run it again"
    )]
    RoleChanged,
    /// The role is gone and the stack is there.
    #[error("the role of the management account was deleted beside its stack: delete the stack, then run it again")]
    RoleGone,
    /// What was made is not there.
    #[error("{0} was made and is not there: see whether something else removes it, then run it again")]
    Vanished(&'static str),
    /// The members stay locked.
    #[error(
        "the members stay locked: the vendor's access to the management account is not confirmed; let the vendor validate it, \
         then run it again"
    )]
    NotUnlocked,
    /// Reading cannot unlock without credentials in the management account.
    #[error(
        "the members stay locked: `reading` unlocks them, and there are no credentials in the management account to read with; \
         give some, or unlock by `probes` or `confirm`"
    )]
    NothingToReadWith,
    /// The set is self-managed.
    #[error(
        "the stack set is SELF_MANAGED: only a service-managed one reaches accounts that join later; delete it, or give the \
         set another name"
    )]
    SelfManaged,
    /// Auto-deployment is not as it should be.
    #[error(
        "auto-deployment of the stack set is {found}, wanted is {wanted}: change it in the CloudFormation console (Edit \
         automatic deployment), then run it again"
    )]
    AutoDeployment {
        /// What it is.
        found: &'static str,
        /// What is wanted.
        wanted: &'static str,
    },
    /// The set of that name is not ours.
    #[error("the stack set of this name has a template without the role: give the set another name")]
    AnotherSet,
    /// AWS answered no template.
    #[error("the template of the stack set could not be read: see that `cloudformation:DescribeStackSet` is allowed")]
    NoTemplate,
    /// The set has instances in another Region.
    #[error(
        "the stack set has instances in `{found}` besides `{wanted}`: IAM is global and their roles collide; delete those \
         instances, then run it again"
    )]
    OtherRegion {
        /// Where it has instances.
        found: String,
        /// The one Region.
        wanted: String,
    },
    /// The set was updated and does not read back.
    #[error("the stack set was updated and does not read back as it should: see whether something else changes it")]
    NotEqual,
    /// An instance names no unit, so that it cannot be deleted by one.
    #[error("the instance of account {0} names no organizational unit: delete it in the CloudFormation console")]
    NoUnit(AccountNumber),
}

fn because(reason: Option<&str>) -> String {
    reason.map(|reason| format!(" ({reason})")).unwrap_or_default()
}
