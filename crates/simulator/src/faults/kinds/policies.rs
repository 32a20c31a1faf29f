//! The role opens, and something is denied.

use super::super::stage::{ID, OLDER, OTHER_KIND, POLICY, ROLE, tolerant, with_id};
use super::super::{Kind, Onset};
use super::{attach, by_script, kind, never_made::long_policy, plain, update};
use crate::api::Api;
use crate::settings::FaultRates;
use Onset::{Later, Start};
use rolecall_core::diagnosis::Cause;
use rolecall_iam::document::PolicyType;

pub(super) fn kinds() -> Vec<Kind> {
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
