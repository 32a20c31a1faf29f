//! Control policies as they apply to the account. Those that allow everything are everywhere already.

use super::frame::BREAKS;
use super::organization::policy;
use super::role::document;
use super::story::Story;
use crate::scenario::stage::quoted;
use crate::scenario::{AccountRef, ControlPolicy, ControlType, Do, Spot};
use rolecall_core::diagnosis::Seen;
use rolecall_core::diagnosis::evidence::ControlPolicies;
use rolecall_iam::document::{Effect, Policy, PolicyType};

impl Story<'_> {
    /// Whether a resource control policy above the account limits others as well.
    pub(super) fn limits_everybody(&self) -> bool {
        let levels = self.evidence.readings.resource_control.present();
        levels
            .into_iter()
            .flatten()
            .any(|level| level.policies.iter().any(|policy| !is_full(&policy.text, PolicyType::ResourceControl)))
    }

    /// SCPs and RCPs that the bundle has, where they are attached.
    pub(super) fn control_policies(&mut self) {
        let readings = &self.evidence.readings;
        self.of_type(ControlType::Service, &readings.service_control);
        self.of_type(ControlType::Resource, &readings.resource_control);
    }

    fn of_type(&mut self, control: ControlType, levels: &Seen<Vec<ControlPolicies>>) {
        let (policy_type, word) = match control {
            ControlType::Service => (PolicyType::ServiceControl, "scp"),
            ControlType::Resource => (PolicyType::ResourceControl, "rcp"),
        };
        if !levels.is_looked() {
            self.unseen.push(match control {
                ControlType::Service => "service control policies",
                ControlType::Resource => "resource control policies",
            });
        }
        for level in levels.present().into_iter().flatten() {
            for found in level.policies.iter().filter(|found| !is_full(&found.text, policy_type)) {
                let place = self.place_of(&level.target);
                let name = format!("{word}-{}", self.case.policies.len() + 1);
                let text =
                    policy(&found.text, policy_type).map_or_else(|| found.text.clone(), |sound| document(&sound));
                let part = ControlPolicy { name, control, document: text, on: vec![place.clone()], organization: 0 };
                self.remarks
                    .add(Spot::Policy(self.case.policies.len()), format!("`{}` on {}.", found.name, level.target));
                let later = control == ControlType::Resource
                    && self.frame.lost
                    && matches!(self.subject, AccountRef::Member(_));
                if later {
                    // It worked before: the policy came later.
                    let part = ControlPolicy { on: Vec::new(), ..part };
                    let number = self.case.policies.len();
                    self.both(|scenario| scenario.policies.push(part.clone()));
                    self.fault(BREAKS, Do::Attach { policy: number, to: place });
                } else {
                    self.case.policies.push(part);
                }
            }
        }
    }

    /// A service control policy that the bundle tells of and does not have.
    pub(super) fn denies(&mut self, actions: &[String], why: &str) {
        let known = |part: &ControlPolicy| part.control == ControlType::Service;
        if self.case.policies.iter().any(known) {
            return;
        }
        let list = actions.iter().map(|action| quoted(action)).collect::<Vec<_>>().join(",");
        let text =
            format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":[{list}],"Resource":"*"}}]}}"#);
        self.remarks.add(Spot::Policy(self.case.policies.len()), format!("Not in the bundle; made from {why}."));
        let name = format!("scp-{}", self.case.policies.len() + 1);
        let part = ControlPolicy {
            name,
            control: ControlType::Service,
            document: text,
            on: vec![self.place()],
            organization: 0,
        };
        self.case.policies.push(part);
    }
}

/// Whether a policy is AWS's own that allows everything.
fn is_full(text: &str, policy_type: PolicyType) -> bool {
    let Some(Policy { statements, .. }) = policy(text, policy_type) else { return false };
    let [statement] = statements.as_slice() else { return false };
    statement.effect.value == Effect::Allow
        && statement.conditions.is_empty()
        && !statement.actions.negated
        && statement.actions.values.iter().any(|action| action.value.as_str() == "*")
        && statement.resources.as_ref().is_some_and(|resources| {
            !resources.negated && resources.values.iter().any(|resource| resource.value == "*")
        })
}
