//! The role was there and is gone, or another one stands in its place.

use super::super::stage::{ID, OLDER, POLICY, Stage, tolerant, with_id};
use super::super::{Kind, Onset};
use super::{kind, never_made::under_path, plain, trust::bad_trust, update};
use crate::cloudformation::{AccountFilter, CallAs, ImportStacks, StackRef, Template};
use Onset::Later;
use rolecall_core::diagnosis::Cause;

pub(super) fn kinds() -> Vec<Kind> {
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
