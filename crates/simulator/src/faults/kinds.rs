//! The catalogue: each kind of fault with the world that it needs and how it comes about. Faults are made through the
//! services, by those who make them in real life.

use super::stage::{
    ID, OLDER, OTHER_ID, OTHER_KIND, OTHER_ORGANIZATION, OWN_ID, POLICY, ROLE, Stage, minute, tolerant, trust_text,
    with_condition, with_id,
};
use super::{Kind, Onset, Plan};
use crate::api::Api;
use crate::caller::{Caller, Endpoint};
use crate::cloudformation::{
    AccountFilter, CallAs, CreateStackSet, ImportStacks, PermissionModel, Preferences, StackRef, Template,
    UpdateStackSet,
};
use crate::error::ApiError;
use crate::iam::RoleDefinition;
use crate::organizations::{Attachment, FeatureSet};
use crate::play::Connection;
use crate::settings::FaultRates;
use crate::sts::AssumeRole;
use crate::time::{Delay, SimSpan};
use rolecall_core::access_check::AccountState;
use rolecall_core::diagnosis::Cause;
use rolecall_core::diagnosis::evidence::StepEnd;
use rolecall_core::organization::ServiceMode;
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;

use Onset::{Later, Start};

const fn kind(cause: Cause, onset: Onset, prepare: fn(&mut Plan), plant: super::Plant) -> Kind {
    Kind { cause, onset, prepare, plant }
}

const fn plain(_: &mut Plan) {}

const fn by_script(plan: &mut Plan) {
    plan.script = true;
    plan.without_role = true;
}

/// A trust that is wrong, from the first deployment on or by a later update of the stack set.
macro_rules! wrong_trust {
    ($cause:ident, $trust:expr) => {
        [
            kind(Cause::$cause, Start, plain, |stage| {
                let role = stage.role(&$trust(stage), POLICY);
                stage.deploy(Some(role), tolerant())
            }),
            kind(Cause::$cause, Later, plain, |stage| {
                let role = stage.role(&$trust(stage), POLICY);
                update(stage, role)
            }),
        ]
    };
}

/// Every kind, by cause.
pub(super) fn all() -> Vec<Kind> {
    let groups: [Vec<Kind>; 6] = [trusts(), never_made(), gone(), policies(), membership(), service()];
    groups.into_iter().flatten().collect()
}

fn no_condition(_: &Stage) -> String {
    with_condition("")
}

/// Two statements, of which the second asks for nothing.
fn second(_: &Stage) -> String {
    let open = with_condition("");
    let statement = open.split_once('[').map_or("", |(_, rest)| rest.trim_end_matches("]}"));
    let right = with_id(ID);
    format!("{},{statement}]}}", right.trim_end_matches("]}"))
}

fn loose(stage: &Stage) -> String {
    loose_trust(stage.plan.variant)
}

fn differs(stage: &Stage) -> String {
    match stage.plan.variant % 3 {
        0 => with_id(&format!("{ID}\\n")),
        1 => with_id(&format!(" {ID}")),
        _ => with_id(&ID.to_uppercase()),
    }
}

fn denied(_: &Stage) -> String {
    with_condition(&format!(
        r#","Condition":{{"StringEquals":{{"sts:ExternalId":"{ID}","aws:PrincipalAccount":"123412341234"}}}}"#
    ))
}

fn other_vendor(_: &Stage) -> String {
    let condition = format!(r#","Condition":{{"StringEquals":{{"sts:ExternalId":"{ID}"}}}}"#);
    trust_text("arn:aws:iam::123412341234:root", &condition)
}

fn trusts() -> Vec<Kind> {
    [
        wrong_trust!(OtherOrganizationId, |_: &Stage| with_id(OTHER_ID)),
        wrong_trust!(ExternalIdTextDiffers, differs),
        wrong_trust!(ExternalIdEmpty, |_: &Stage| with_id("")),
        wrong_trust!(ExternalIdUnknown, |_: &Stage| with_id("nobody-knows-this-identifier")),
        wrong_trust!(OtherVendorAccount, other_vendor),
        wrong_trust!(TrustDeniesVendor, denied),
        wrong_trust!(NoExternalIdCondition, no_condition),
        wrong_trust!(SecondStatementWithoutId, second),
        wrong_trust!(LooseExternalIdOperator, loose),
    ]
    .into_iter()
    .flatten()
    .chain([
        kind(Cause::PrincipalRecreated, Later, plain, principal_recreated),
        kind(Cause::TrustEditedByHand, Later, plain, |stage| {
            let text = bad_trust(stage.plan.variant);
            let (trust, name, caller) = (stage.trust(&text), stage.world().text(ROLE), stage.inside());
            stage.world().update_assume_role_policy(&caller, name, trust).ok()
        }),
        kind(Cause::LegacyId, Start, own_trust, |stage| {
            let role = stage.role(&with_id(OWN_ID), POLICY);
            stage.deploy(Some(role), tolerant())
        }),
        kind(Cause::LegacyIdOverwritten, Later, own_trust, |stage| {
            let role = stage.role(&with_id(OTHER_ID), POLICY);
            update(stage, role)
        }),
        kind(Cause::LegacyIdAfterMigration, Later, own_trust, |stage| {
            let organization = stage.organization;
            stage.play.request_migration(organization, minute(100));
            if let rolecall_core::diagnosis::Seen::Present(own) = &mut stage.papers.bindings.own_id {
                own.counts = false;
            }
            Some(())
        }),
        kind(Cause::MovedBetweenOrganizations, Start, |plan| plan.skip_subject = true, moved_between),
        kind(Cause::OtherPartition, Start, by_script, |stage| {
            stage.deploy(None, tolerant())?;
            let condition = format!(r#","Condition":{{"StringEquals":{{"sts:ExternalId":"{ID}"}}}}"#);
            let answer = stage.create_role(&trust_text("arn:aws-us-gov:iam::999988887777:root", &condition));
            stage.log("CreateRole", &answer);
            if answer.is_ok() {
                let (name, caller) = (stage.world().text(ROLE), stage.inside());
                let document = stage.world().policy(POLICY, PolicyType::Identity);
                stage.world().put_role_policy(&caller, name, name, document).ok()?;
            }
            Some(())
        }),
    ])
    .collect()
}

const fn own_trust(plan: &mut Plan) {
    plan.own_id = true;
}

fn loose_trust(variant: u64) -> String {
    let (operator, value) = match variant % 4 {
        0 => ("StringLike", "*"),
        1 => ("StringEqualsIfExists", ID),
        2 => ("StringLikeIfExists", "*"),
        _ => ("StringEqualsIgnoreCase", ID),
    };
    with_condition(&format!(r#","Condition":{{"{operator}":{{"sts:ExternalId":"{value}"}}}}"#))
}

/// A trust that somebody made worse.
fn bad_trust(variant: u64) -> String {
    match variant % 6 {
        0 => with_id("typed-by-somebody-else"),
        1 => with_condition(""),
        more => loose_trust(more - 2),
    }
}

/// The set's template makes another role in the account from now on.
fn update(stage: &mut Stage, role: RoleDefinition) -> Option<()> {
    let template = stage.template(Some(role));
    let (set, owner, preferences) = (stage.set?, stage.owner(), tolerant());
    let request = UpdateStackSet { set, template, preferences, call_as: CallAs::Own };
    stage.world().update_stack_set(&owner, &request).ok()?;
    stage.settle();
    Some(())
}

fn principal_recreated(stage: &mut Stage) -> Option<()> {
    let name = "Worker";
    let trust =
        r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let (trust, vendor) = (stage.trust(trust), stage.vendor);
    let worker = RoleDefinition::new(stage.world().texts_mut(), name, trust);
    let first = stage.world().place_role(vendor, &worker).ok()?;
    let condition = format!(r#","Condition":{{"StringEquals":{{"sts:ExternalId":"{ID}"}}}}"#);
    let role = stage.role(&trust_text("arn:aws:iam::999988887777:role/Worker", &condition), POLICY);
    update(stage, role)?;
    stage.world().take_role_away(first);
    stage.world().place_role(vendor, &worker).ok().map(|_| ())
}

fn moved_between(stage: &mut Stage) -> Option<()> {
    // The other organization of the same customer, where the account was configured.
    let owner = AccountId::parse("333333333333").ok()?;
    let other = stage.world().add_account(owner).ok()?;
    let key = stage.world().add_organization(OTHER_ORGANIZATION, other, FeatureSet::All).ok()?;
    let subject = stage.subject;
    stage.world().leave_organization(subject).ok()?;
    stage.world().accept_invitation(key, subject).ok()?;
    let role = stage.role(&with_id(OTHER_ID), POLICY);
    stage.world().place_role(other, &role).ok()?;
    stage.world().place_role(subject, &role).ok()?;
    let connection = Connection::new(1, OTHER_ID, minute(2)).ok()?;
    stage.play.connect(key, connection).ok()?;
    stage.deploy(None, tolerant())?;
    stage.run(minute(40));
    stage.world().leave_organization(subject).ok()?;
    let organization = stage.organization;
    stage.world().accept_invitation(organization, subject).ok()
}

/// The role was never made.
fn never_made() -> Vec<Kind> {
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

fn under_path(stage: &mut Stage) -> RoleDefinition {
    let mut role = stage.right_role();
    role.path = stage.world().text("/vendors/");
    role
}

fn long_policy() -> String {
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

fn attach(stage: &mut Stage, text: &str, policy_type: PolicyType) -> Option<()> {
    let (policy, owner, subject) = (stage.world().policy(text, policy_type), stage.owner(), stage.subject);
    stage.world().attach_policy(&owner, policy, Attachment::Account(subject)).ok()
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

/// The role was there and is gone, or another one stands in its place.
fn gone() -> Vec<Kind> {
    vec![
        kind(Cause::RoleDeleted, Later, plain, Stage::delete_role),
        kind(Cause::RoleRemovedByMove, Later, plain, move_out),
        kind(Cause::RoleNameCase, Later, plain, |stage| {
            stage.delete_role()?;
            let mut role = stage.right_role();
            role.name = stage.world().text("vendorrole");
            let subject = stage.subject;
            stage.world().place_role(subject, &role).ok().map(|_| ())
        }),
        kind(Cause::RoleUnderPath, Later, plain, |stage| {
            stage.delete_role()?;
            let role = under_path(stage);
            let subject = stage.subject;
            stage.world().place_role(subject, &role).ok().map(|_| ())
        }),
        kind(Cause::StackUpdatedDirectly, Later, plain, |stage| {
            let role = match stage.plan.variant % 8 {
                0 => stage.role(&with_id(ID), OLDER),
                1 => stage.role(&with_id(ID), &POLICY.replace("ce:Get", "s3:Get").replace("ec2:", "sqs:")),
                more => stage.role(&bad_trust(more - 2), POLICY),
            };
            let template = stage.template(Some(role));
            let (set, subject, region, caller) = (stage.set?, stage.subject, stage.region, stage.inside());
            stage.world().update_stack(&caller, StackRef::Instance(set, subject, region), template).ok()?;
            stage.settle();
            Some(())
        }),
        kind(
            Cause::StackRetainedAfterMove,
            Later,
            |plan| plan.retain = true,
            |stage| {
                if stage.plan.variant.is_multiple_of(2) {
                    return move_out(stage);
                }
                // The version that came after the move.
                let older = stage.role(&with_id(ID), OLDER);
                update(stage, older)?;
                move_out(stage)
            },
        ),
        kind(Cause::TwoRegions, Later, plain, |stage| {
            let filter = AccountFilter::Intersection(vec![stage.subject]);
            let mut request = stage.instances(stage.set?, filter, tolerant());
            let owner = stage.owner();
            request.regions = vec![stage.world().text("eu-west-1")];
            stage.world().create_stack_instances(&owner, &request).ok()?;
            stage.settle();
            Some(())
        }),
        kind(Cause::NoEchoImport, Later, plain, no_echo_import),
    ]
}

fn move_out(stage: &mut Stage) -> Option<()> {
    let (owner, subject, from, to) = (stage.owner(), stage.subject, stage.workloads, stage.sandbox);
    stage.world().move_account(&owner, subject, from, to).ok()?;
    let now = stage.play.world().now();
    stage.papers.moves.push((now, from, to));
    stage.settle();
    Some(())
}

fn no_echo_import(stage: &mut Stage) -> Option<()> {
    let mut other = stage.right_role();
    other.name = stage.world().text("OtherRole");
    let definition = stage.world().definition(other);
    let template = stage.world().add_template(Template { no_echo: true, ..Template::of(definition) });
    let (name, region, inside) = (stage.world().text("by-hand"), stage.region, stage.inside());
    let stack = stage.world().create_stack(&inside, region, name, template).ok()?;
    stage.settle();
    let request = ImportStacks {
        set: stage.set?,
        stacks: vec![stack],
        from_s3: false,
        units: vec![stage.workloads],
        preferences: tolerant(),
        call_as: CallAs::Own,
    };
    let owner = stage.owner();
    let answer = stage.world().import_stacks(&owner, &request);
    stage.log("ImportStacksToStackSet", &answer);
    answer.is_err().then_some(())
}

/// The role opens, and something is denied.
fn policies() -> Vec<Kind> {
    const DENY_EC2: &str =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ec2:*","Resource":"*"}]}"#;
    const RCP: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-exampleorg1"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}]}"#;
    vec![
        kind(Cause::RcpDeniesAssumeRole, Start, plain, |stage| {
            attach(stage, RCP, PolicyType::ResourceControl)?;
            stage.deploy(None, tolerant())
        }),
        kind(Cause::RcpDeniesAssumeRole, Later, plain, |stage| attach(stage, RCP, PolicyType::ResourceControl)),
        kind(Cause::ScpDeniesActions, Later, plain, |stage| attach(stage, DENY_EC2, PolicyType::ServiceControl)),
        kind(Cause::PermissionsBoundary, Later, plain, |stage| {
            let (name, role, caller) = (stage.world().text("Limit"), stage.world().text(ROLE), stage.inside());
            let document = stage.world().policy(OLDER, PolicyType::Identity);
            let policy = stage.world().create_policy(&caller, name, document).ok()?;
            stage.world().put_role_permissions_boundary(&caller, role, policy).ok()
        }),
        kind(Cause::PolicyOutdated, Start, plain, |stage| {
            let role = stage.role(&with_id(ID), OLDER);
            stage.deploy(Some(role), tolerant())
        }),
        kind(Cause::PolicyOfOtherKind, Start, plain, |stage| {
            let role = stage.role(&with_id(ID), OTHER_KIND);
            stage.deploy(Some(role), tolerant())
        }),
        kind(Cause::PolicyDiffers, Start, plain, |stage| {
            let policy = match stage.plan.variant % 2 {
                0 => POLICY.replace("ec2:Describe", "sqs:Describe"),
                _ => POLICY.replace("ec2:Describe", "sqs:Describe").replace("ce:Get", "s3:Get"),
            };
            let role = stage.role(&with_id(ID), &policy);
            stage.deploy(Some(role), tolerant())
        }),
        kind(Cause::PolicyTooLong, Later, plain, |stage| {
            let older = stage.role(&with_id(ID), OLDER);
            update(stage, older)?;
            let long = stage.role(&with_id(ID), &long_policy());
            update(stage, long)
        }),
        kind(Cause::RoleHalfMade, Start, by_script, |stage| {
            stage.deploy(None, tolerant())?;
            let answer = stage.create_role(&with_id(ID));
            stage.log("CreateRole", &answer);
            let (name, caller) = (stage.world().text(ROLE), stage.inside());
            let document = stage.world().policy(POLICY, PolicyType::Identity);
            let rates = FaultRates { internal: 1_000_000, ..FaultRates::default() };
            stage.world().settings_mut().faults.insert(Api::PutRolePolicy, rates);
            let answer = stage.world().put_role_policy(&caller, name, name, document);
            stage.world().settings_mut().faults.clear();
            stage.log("PutRolePolicy", &answer);
            answer.is_err().then_some(())
        }),
    ]
}

fn membership() -> Vec<Kind> {
    vec![
        kind(Cause::AccountLeftOrganization, Later, plain, |stage| {
            let subject = stage.subject;
            stage.world().leave_organization(subject).ok()
        }),
        kind(Cause::AccountNotActive, Later, plain, |stage| {
            let states = [AccountState::Suspended, AccountState::PendingClosure, AccountState::Closed];
            let place = usize::try_from(stage.plan.variant % 3).ok()?;
            let (subject, state) = (stage.subject, states.get(place).copied()?);
            stage.world().set_state(subject, state);
            Some(())
        }),
        kind(Cause::AccountPendingActivation, Start, plain, |stage| {
            let subject = stage.subject;
            stage.world().set_state(subject, AccountState::PendingActivation);
            stage.deploy(None, tolerant())
        }),
        kind(Cause::StatusRetired, Start, |plan| plan.status_retired = true, |stage| stage.deploy(None, tolerant())),
        kind(Cause::ListingIncomplete, Later, plain, |stage| {
            let rates = FaultRates { throttled: 1_000_000, ..FaultRates::default() };
            stage.world().settings_mut().faults.insert(Api::ListAccounts, rates);
            Some(())
        }),
        kind(
            Cause::NotAManagementAccount,
            Start,
            |plan| {
                plan.script = true;
                plan.wrong_management = true;
            },
            |stage| stage.deploy(None, tolerant()),
        ),
        kind(
            Cause::LaggingMode,
            Start,
            |plan| {
                by_script(plan);
                plan.mode = ServiceMode::Lagging;
            },
            |stage| stage.deploy(None, tolerant()),
        ),
    ]
}

fn sts_fails(stage: &mut Stage, rates: FaultRates) {
    stage.world().settings_mut().faults.insert(Api::AssumeRole, rates);
}

fn service() -> Vec<Kind> {
    vec![
        kind(Cause::VendorThrottled, Later, plain, |stage| {
            sts_fails(stage, FaultRates { throttled: 1_000_000, ..FaultRates::default() });
            Some(())
        }),
        kind(Cause::ServiceFault, Later, plain, |stage| {
            sts_fails(stage, FaultRates { internal: 1_000_000, ..FaultRates::default() });
            Some(())
        }),
        kind(
            Cause::SessionTooLong,
            Start,
            |plan| {
                plan.session_s = Some(43_200);
                plan.management = true;
            },
            |stage| stage.deploy(None, tolerant()),
        ),
    ]
}
