//! The role was never made, or is not seen yet.

use super::super::stage::{ID, POLICY, ROLE, Stage, minute, tolerant, with_condition, with_id};
use super::super::{Kind, Onset};
use super::{attach, by_script, kind, plain};
use crate::api::Api;
use crate::caller::{Caller, Endpoint};
use crate::cloudformation::{AccountFilter, CallAs, CreateStackSet, PermissionModel, Preferences};
use crate::error::ApiError;
use crate::iam::RoleDefinition;
use crate::organizations::FeatureSet;
use crate::settings::FaultRates;
use crate::sts::AssumeRole;
use crate::time::{Delay, SimSpan};
use Onset::Start;
use rolecall_core::diagnosis::Cause;
use rolecall_core::diagnosis::evidence::StepEnd;
use rolecall_iam::document::PolicyType;

pub(super) fn kinds() -> Vec<Kind> {
    [refused(), not_reached(), otherwise()].concat()
}

/// The account, or what binds it, does not let the role come.
fn refused() -> Vec<Kind> {
    vec![
        kind(Cause::RoleMissing, Start, by_script, |stage| stage.deploy(None, tolerant())),
        kind(Cause::DeploymentUnderWay, Start, by_script, |stage| {
            stage.deploy(None, tolerant())?;
            stage.log_end("pipeline", StepEnd::Open);
            Some(())
        }),
        kind(Cause::DeploymentStepFailed, Start, by_script, |stage| {
            stage.deploy(None, tolerant())?;
            failing_create(stage, FaultRates { internal: 1_000_000, ..FaultRates::default() })
        }),
        kind(Cause::AccountNotReady, Start, by_script, |stage| {
            stage.deploy(None, tolerant())?;
            let (subject, now) = (stage.subject, stage.play.world().now());
            stage.world().account_mut(subject).ready_at = now + SimSpan::minutes(5);
            let answer = stage.create_role(&with_id(ID));
            stage.log("CreateRole", &answer);
            answer.is_err().then_some(())
        }),
        kind(
            Cause::OrganizationAccessRoleMissing,
            Start,
            |plan| {
                by_script(plan);
                plan.invited = true;
            },
            access_role_missing,
        ),
        kind(Cause::RoleQuotaReached, Start, plain, |stage| {
            let subject = stage.subject;
            stage.world().set_other_roles(subject, 1_000);
            stage.deploy(None, tolerant())
        }),
        kind(Cause::TrustTooLong, Start, plain, |stage| {
            let ids: Vec<_> = (0..90).map(|number| format!("\"{ID}-{number:04}\"")).collect();
            let condition = format!(r#","Condition":{{"StringEquals":{{"sts:ExternalId":[{}]}}}}"#, ids.join(","));
            let role = stage.role(&with_condition(&condition), POLICY);
            stage.deploy(Some(role), tolerant())
        }),
        kind(Cause::PolicyTooLong, Start, plain, |stage| {
            let role = stage.role(&with_id(ID), &long_policy());
            stage.deploy(Some(role), tolerant())
        }),
        kind(Cause::ScpDeniesRoleCreation, Start, plain, |stage| {
            attach(
                stage,
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"iam:CreateRole","Resource":"*"}]}"#,
                PolicyType::ServiceControl,
            )?;
            stage.deploy(None, tolerant())
        }),
    ]
}

/// The stack set does not get as far as the account.
fn not_reached() -> Vec<Kind> {
    vec![
        kind(Cause::CallAsMissing, Start, |plan| plan.skip_subject = true, call_as_missing),
        kind(Cause::OperationInProgress, Start, |plan| plan.skip_subject = true, operation_in_progress),
        kind(
            Cause::ConsolidatedBillingOnly,
            Start,
            |plan| {
                by_script(plan);
                plan.features = FeatureSet::ConsolidatedBilling;
            },
            consolidated_billing,
        ),
        kind(Cause::CancelledAfterFailure, Start, plain, |stage| {
            let role = stage.role(&with_id("made-by-hand-before"), POLICY);
            let first = stage.members.first().copied()?;
            stage.world().place_role(first, &role).ok()?;
            stage.deploy(None, Preferences::default())
        }),
        kind(Cause::OperationHidesFailures, Start, |plan| plan.skip_subject = true, hidden_failure),
        kind(Cause::TargetGap, Start, |plan| plan.outside = true, |stage| stage.deploy(None, tolerant())),
    ]
}

/// Another role stands there, the target is left out, or the role is not seen yet.
fn otherwise() -> Vec<Kind> {
    vec![
        kind(Cause::RoleExistsAlready, Start, plain, |stage| {
            let role = stage.role(&with_id("made-by-hand-before"), POLICY);
            let subject = stage.subject;
            stage.world().place_role(subject, &role).ok()?;
            stage.deploy(None, tolerant())
        }),
        kind(Cause::RoleNameCase, Start, plain, |stage| {
            let mut role = stage.right_role();
            role.name = stage.world().text("vendorrole");
            let subject = stage.subject;
            stage.world().place_role(subject, &role).ok()?;
            stage.deploy(None, tolerant())
        }),
        kind(Cause::RoleUnderPath, Start, plain, |stage| {
            let role = under_path(stage);
            stage.deploy(Some(role), tolerant())
        }),
        kind(
            Cause::ManagementOutsideStackSet,
            Start,
            |plan| plan.management = true,
            |stage| stage.deploy(None, tolerant()),
        ),
        kind(Cause::BenignRace, Start, by_script, |stage| {
            stage.deploy(None, tolerant())?;
            stage.run(minute(75));
            late_role(stage)
        }),
        kind(Cause::RoleNotPropagated, Start, by_script, |stage| {
            stage.deploy(None, tolerant())?;
            stage.run(minute(59) + SimSpan::seconds(55));
            stage.world().settings_mut().role_propagation = Delay::Fixed(SimSpan::seconds(30));
            late_role(stage)
        }),
    ]
}

fn late_role(stage: &mut Stage) -> Option<()> {
    let (name, caller) = (stage.world().text(ROLE), stage.inside());
    stage.create_role(&with_id(ID)).ok()?;
    let document = stage.world().policy(POLICY, PolicyType::Identity);
    let written = stage.world().put_role_policy(&caller, name, name, document);
    stage.log("CreateRole", &written);
    written.ok()
}

pub(super) fn under_path(stage: &mut Stage) -> RoleDefinition {
    let mut role = stage.right_role();
    role.path = stage.world().text("/vendors/");
    role
}

pub(super) fn long_policy() -> String {
    let actions: Vec<_> = (0..400).map(|number| format!("\"ec2:DescribeSomethingLong{number:04}\"")).collect();
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{}],"Resource":"*"}}]}}"#,
        actions.join(",")
    )
}

fn failing_create(stage: &mut Stage, rates: FaultRates) -> Option<()> {
    stage.world().settings_mut().faults.insert(Api::CreateRole, rates);
    let answer = stage.create_role(&with_id(ID));
    stage.world().settings_mut().faults.clear();
    stage.log("CreateRole", &answer);
    answer.is_err().then_some(())
}

fn access_role_missing(stage: &mut Stage) -> Option<()> {
    stage.deploy(None, tolerant())?;
    let request = AssumeRole {
        account: stage.subject,
        path: stage.world().text("/"),
        role: stage.world().text("OrganizationAccountAccessRole"),
        session_name: stage.world().text("script"),
        external_id: None,
        duration_s: None,
        endpoint: Endpoint::Regional(stage.region),
    };
    let owner = stage.owner();
    let answer = stage.world().assume_role(&owner, &request);
    stage.log("AssumeRole", &answer);
    answer.is_err().then_some(())
}

/// The account's instance is asked for by a call of its own.
fn own_instance(stage: &Stage) -> Option<crate::cloudformation::CreateInstances> {
    let filter = AccountFilter::Intersection(vec![stage.subject]);
    Some(stage.instances(stage.set?, filter, tolerant()))
}

fn call_as_missing(stage: &mut Stage) -> Option<()> {
    stage.deploy(None, tolerant())?;
    let (organization, delegate) = (stage.organization, stage.members.first().copied()?);
    stage.world().register_delegated_administrator(organization, delegate).ok()?;
    let request = own_instance(stage)?;
    let answer = stage.world().create_stack_instances(&Caller::Administrator(delegate), &request);
    stage.log("CreateStackInstances", &answer);
    answer.is_err().then_some(())
}

fn operation_in_progress(stage: &mut Stage) -> Option<()> {
    stage.deploy(None, tolerant())?;
    let (owner, set) = (stage.owner(), stage.set?);
    stage.world().detect_stack_set_drift(&owner, set, tolerant(), CallAs::Own).ok()?;
    let request = own_instance(stage)?;
    let answer: Result<_, ApiError> = stage.world().create_stack_instances(&owner, &request);
    stage.log("CreateStackInstances", &answer);
    stage.settle();
    answer.is_err().then_some(())
}

fn consolidated_billing(stage: &mut Stage) -> Option<()> {
    stage.deploy(None, tolerant())?;
    let template = stage.template(None);
    let (name, region, owner) = (stage.world().text("vendor-role"), stage.region, stage.owner());
    let model = PermissionModel::ServiceManaged { auto_deployment: None };
    let request = CreateStackSet { name, region, template, model, managed_execution: false, call_as: CallAs::Own };
    let answer = stage.world().create_stack_set(&owner, &request);
    stage.log("CreateStackSet", &answer);
    answer.is_err().then_some(())
}

fn hidden_failure(stage: &mut Stage) -> Option<()> {
    stage.deploy(None, tolerant())?;
    let rates = FaultRates { internal: 1_000_000, ..FaultRates::default() };
    stage.world().settings_mut().faults.insert(Api::CreateRole, rates);
    let (request, owner) = (own_instance(stage)?, stage.owner());
    stage.world().create_stack_instances(&owner, &request).ok()?;
    stage.settle();
    stage.world().settings_mut().faults.clear();
    Some(())
}
