//! What went wrong in the customer's automation: every failure that was kept, each put into one class by AWS's code and
//! message. Codes and messages are AWS's own; those that are only known from others say so.

use super::evidence::{DetailedStatus, Evidence, OperationStatus, SeenSet, Step, StepEnd};
use super::outcome::Fact;

/// The class of a failure of the customer's automation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// `EntityAlreadyExists`, `AlreadyExistsException`.
    AlreadyExists,
    /// `Cannot exceed quota for RolesPerAccount`.
    RoleQuota,
    /// `Maximum policy size of … bytes exceeded`, `Cannot exceed quota for PolicySize`.
    PolicyLength,
    /// `Cannot exceed quota for ACLSizePerRole`.
    TrustLength,
    /// Denied by a service control policy.
    ServiceControl,
    /// `OrganizationAccountAccessRole` could not be assumed.
    AccessRole,
    /// `OperationInProgressException`.
    Busy,
    /// Refused because the caller is neither the management account nor acts as a delegated administrator.
    CallAs,
    /// Refused because the organization gives no access to service-managed stack sets.
    OrganizationsAccess,
    /// Refused because of a `NoEcho` parameter.
    NoEcho,
    /// `OptInRequired`, `InvalidClientTokenId`: the account is too new.
    NotReady,
    /// `CANCELLED` because of another account.
    Cancelled,
    /// The account is suspended: the instance was skipped.
    Skipped,
    /// `Invalid principal in policy` with an ARN of another partition.
    Partition,
    /// The external ID is shorter than the template's minimum.
    EmptyId,
    /// Anything else.
    Other,
}

/// One failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub(super) class: Class,
    pub(super) fact: Fact,
}

/// Every failure that concerns the account, the latest of each step.
pub(super) fn troubles(evidence: &Evidence) -> Vec<Trouble> {
    let mut found = Vec::new();
    let account = evidence.subject.account.to_string();
    for (index, set) in evidence.stack_sets.present().into_iter().flatten().enumerate() {
        of_set(set, index, &account, &mut found);
    }
    let steps = evidence.steps.present().map_or(&[][..], Vec::as_slice);
    for (index, step) in steps.iter().enumerate() {
        of_step(step, index, steps.get(index + 1..).unwrap_or_default(), &mut found);
    }
    found
}

fn of_step(step: &Step, index: usize, later: &[Step], found: &mut Vec<Trouble>) {
    let StepEnd::Failed { code, message } = &step.end else { return };
    if later.iter().any(|later| later.what == step.what && later.end == StepEnd::Done) {
        return;
    }
    let fact = Fact::new(format!("`{}` failed with `{code}`: {message}", step.what), format!("steps[{index}]"));
    found.push(Trouble { class: class_of(code, message), fact });
}

fn of_set(set: &SeenSet, index: usize, account: &str, found: &mut Vec<Trouble>) {
    let place = format!("stackSets[{index}]");
    for (number, instance) in set.instances.present().into_iter().flatten().enumerate() {
        let reason = instance.reason.present().map_or("", String::as_str);
        let status = instance.detailed.present().copied();
        let class = match status {
            Some(DetailedStatus::Failed | DetailedStatus::FailedImport | DetailedStatus::Inoperable) => {
                class_of("", reason)
            }
            Some(DetailedStatus::Cancelled) => Class::Cancelled,
            Some(DetailedStatus::SkippedSuspendedAccount) => Class::Skipped,
            Some(DetailedStatus::Pending | DetailedStatus::Running | DetailedStatus::Succeeded) | None => continue,
        };
        let word = status.map_or("", DetailedStatus::as_str);
        let text = format!("the instance of stack set `{}` in {} is {word}: {reason}", set.name, instance.region);
        let fact = Fact::new(text.trim_end_matches([':', ' ']), format!("{place}.instances[{number}]"));
        found.push(Trouble { class, fact });
    }
    let operations = set.operations.present().map_or(&[][..], Vec::as_slice);
    let Some((number, last)) = operations.iter().enumerate().rfind(|(_, one)| one.action != "DETECT_DRIFT") else {
        return;
    };
    for (row, result) in last.results.present().into_iter().flatten().enumerate() {
        let class = match result.status.as_str() {
            _ if result.account != account => continue,
            "FAILED" => class_of("", result.reason.present().map_or("", String::as_str)),
            "CANCELLED" => Class::Cancelled,
            _ => continue,
        };
        let reason = result.reason.present().map_or("", String::as_str);
        let text = format!("operation {} ended as {} in {}: {reason}", last.id, result.status, result.region);
        let place = format!("{place}.operations[{number}].results[{row}]");
        found.push(Trouble { class, fact: Fact::new(text.trim_end_matches([':', ' ']), place) });
    }
}

/// The operation that says SUCCEEDED and has failed instances.
pub(super) fn hidden_failure(set: &SeenSet, index: usize) -> Option<Fact> {
    let operations = set.operations.present()?;
    let (number, last) = operations.iter().enumerate().rfind(|(_, one)| one.action != "DETECT_DRIFT")?;
    let failed = last.failed_instances.present().copied().filter(|count| *count > 0)?;
    let text = format!("operation {} is SUCCEEDED with FailedStackInstancesCount {failed}", last.id);
    (last.status == OperationStatus::Succeeded)
        .then(|| Fact::new(text, format!("stackSets[{index}].operations[{number}]")))
}

/// The class by code and message. Codes of CloudFormation stand inside of its reasons.
pub fn class_of(code: &str, message: &str) -> Class {
    let has = |needle: &str| code.contains(needle) || message.contains(needle);
    let lower = message.to_ascii_lowercase();
    // The order matters: AWS's words for a quota name what is counted, and a denial may name an existing role.
    if has("OperationInProgress") {
        Class::Busy
    } else if has("RolesPerAccount") {
        Class::RoleQuota
    } else if has("ACLSizePerRole") {
        Class::TrustLength
    } else if has("PolicySize") || lower.contains("maximum policy size") {
        Class::PolicyLength
    } else if has("EntityAlreadyExists") || has("AlreadyExistsException") || lower.contains("already exists") {
        Class::AlreadyExists
    } else if lower.contains("service control policy") {
        Class::ServiceControl
    } else if lower.contains("noecho") {
        Class::NoEcho
    } else if has("OrganizationAccountAccessRole") {
        Class::AccessRole
    } else if lower.contains("delegated admin") {
        Class::CallAs
    } else if lower.contains("enable organizations access") || has("trusted access") {
        Class::OrganizationsAccess
    } else if has("OptInRequired") || has("InvalidClientTokenId") {
        Class::NotReady
    } else if lower.contains("invalid principal") && lower.contains("arn:aws-") {
        Class::Partition
    } else if lower.contains("externalid") && lower.contains("length") {
        Class::EmptyId
    } else {
        Class::Other
    }
}
