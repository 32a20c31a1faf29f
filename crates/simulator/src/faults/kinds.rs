//! The catalogue: each kind of fault with the world that it needs and how it comes about. Faults are made through the
//! services, by those who make them in real life.

mod gone;
mod membership;
mod never_made;
mod policies;
mod service;
mod trust;

use super::stage::{Stage, tolerant};
use super::{Kind, Onset, Plan};
use crate::cloudformation::{CallAs, UpdateStackSet};
use crate::iam::RoleDefinition;
use crate::organizations::Attachment;
use rolecall_core::diagnosis::Cause;
use rolecall_iam::document::PolicyType;

const fn kind(cause: Cause, onset: Onset, prepare: fn(&mut Plan), plant: super::Plant) -> Kind {
    Kind { cause, onset, prepare, plant }
}

const fn plain(_: &mut Plan) {}

const fn by_script(plan: &mut Plan) {
    plan.script = true;
    plan.without_role = true;
}

/// Every kind, by cause.
pub(super) fn all() -> Vec<Kind> {
    let groups: [Vec<Kind>; 6] =
        [trust::kinds(), never_made::kinds(), gone::kinds(), policies::kinds(), membership::kinds(), service::kinds()];
    groups.into_iter().flatten().collect()
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

fn attach(stage: &mut Stage, text: &str, policy_type: PolicyType) -> Option<()> {
    let (policy, owner, subject) = (stage.world().policy(text, policy_type), stage.owner(), stage.subject);
    stage.world().attach_policy(&owner, policy, Attachment::Account(subject)).ok()
}
