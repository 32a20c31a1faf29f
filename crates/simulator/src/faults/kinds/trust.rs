//! Trusts that are wrong, from the first deployment on or by a later change.

use super::super::stage::{
    ID, OTHER_ID, OTHER_ORGANIZATION, OWN_ID, POLICY, ROLE, Stage, minute, tolerant, trust_text, with_condition,
    with_id,
};
use super::super::{Kind, Onset, Plan};
use super::{by_script, kind, plain, update};
use crate::iam::RoleDefinition;
use crate::organizations::FeatureSet;
use crate::play::Connection;
use Onset::{Later, Start};
use rolecall_core::diagnosis::Cause;
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;

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

pub(super) fn kinds() -> Vec<Kind> {
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

pub(super) fn denied(_: &Stage) -> String {
    with_condition(&format!(
        r#","Condition":{{"StringEquals":{{"sts:ExternalId":"{ID}","aws:PrincipalAccount":"123412341234"}}}}"#
    ))
}

fn other_vendor(_: &Stage) -> String {
    let condition = format!(r#","Condition":{{"StringEquals":{{"sts:ExternalId":"{ID}"}}}}"#);
    trust_text("arn:aws:iam::123412341234:root", &condition)
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
pub(super) fn bad_trust(variant: u64) -> String {
    match variant % 6 {
        0 => with_id("typed-by-somebody-else"),
        1 => with_condition(""),
        more => loose_trust(more - 2),
    }
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
