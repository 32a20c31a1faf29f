//! CloudFormation: stack sets with their instances and operations, and plain stacks. What AWS names with a word from a list
//! (statuses, actions) is handed out as that word; who reads it must take an unknown one for unknown.

mod instances;
mod operations;
mod stack_sets;
mod stacks;

pub use instances::{AccountFilter, DeploymentTargets, InstancesRequest, StackInstance};
pub use operations::{OperationResult, StackSetOperation};
pub use stack_sets::{AutoDeployment, NewStackSet, PermissionModel, StackSet, StackSetUpdate};
pub use stacks::{NewStack, Stack};

use crate::failure::Failure;
use crate::operation::Operation;
use crate::sts::present;
use aws_sdk_cloudformation::types as sdk;
use rolecall_lifecycle::rollout::{Amount, ConcurrencyMode, Preferences};

/// `CallAs`: from which account a service-managed stack set is steered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallAs {
    /// `SELF`: the management account, and self-managed stack sets anywhere.
    #[default]
    Own,
    /// `DELEGATED_ADMIN`: a delegated administrator of an organization.
    DelegatedAdmin,
}

impl CallAs {
    const fn sdk(self) -> sdk::CallAs {
        match self {
            Self::Own => sdk::CallAs::SelfValue,
            Self::DelegatedAdmin => sdk::CallAs::DelegatedAdmin,
        }
    }
}

fn parameters(values: &[(String, String)]) -> Option<Vec<sdk::Parameter>> {
    let one =
        |(key, value): &(String, String)| sdk::Parameter::builder().parameter_key(key).parameter_value(value).build();
    (!values.is_empty()).then(|| values.iter().map(one).collect())
}

fn read_parameters(found: &[sdk::Parameter]) -> Vec<(String, String)> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    found.iter().map(|one| (text(one.parameter_key()), text(one.parameter_value()))).collect()
}

fn tags(values: &[(String, String)]) -> Option<Vec<sdk::Tag>> {
    let one = |(key, value): &(String, String)| sdk::Tag::builder().key(key).value(value).build();
    (!values.is_empty()).then(|| values.iter().map(one).collect())
}

fn read_tags(found: &[sdk::Tag]) -> Vec<(String, String)> {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    found.iter().map(|tag| (text(tag.key()), text(tag.value()))).collect()
}

fn capabilities(words: &[String]) -> Option<Vec<sdk::Capability>> {
    (!words.is_empty()).then(|| words.iter().map(|word| sdk::Capability::from(word.as_str())).collect())
}

fn preferences(wanted: Preferences) -> sdk::StackSetOperationPreferences {
    let number = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    let builder = sdk::StackSetOperationPreferences::builder();
    let builder = match wanted.concurrency {
        Amount::Count(count) => builder.max_concurrent_count(number(count)),
        Amount::Percentage(percentage) => builder.max_concurrent_percentage(i32::from(percentage)),
    };
    let builder = match wanted.tolerance {
        Amount::Count(count) => builder.failure_tolerance_count(number(count)),
        Amount::Percentage(percentage) => builder.failure_tolerance_percentage(i32::from(percentage)),
    };
    let mode = match wanted.mode {
        ConcurrencyMode::Strict => sdk::ConcurrencyMode::StrictFailureTolerance,
        ConcurrencyMode::Soft => sdk::ConcurrencyMode::SoftFailureTolerance,
    };
    builder.concurrency_mode(mode).build()
}

/// A word that every answer has.
fn word(operation: Operation, member: &str, value: Option<&str>) -> Result<String, Failure> {
    present(operation, member, value).map(str::to_owned)
}

/// The token of the next page.
fn following(token: Option<&str>) -> Option<String> {
    token.filter(|token| !token.is_empty()).map(str::to_owned)
}
