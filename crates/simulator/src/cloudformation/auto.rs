//! Automatic deployment of service-managed sets: what joins, moves or leaves gets or loses its instances. It uses the
//! template's defaults, not overrides. Operation preferences do not apply to it: AWS's defaults do (inferred).

use super::DetailedStatus;
use super::operation::{Operation, OperationId, RoleChoice, Target, Work};
use super::preferences::Preferences;
use super::sets::{PermissionModel, SetKey};
use crate::account::AccountKey;
use crate::organizations::{NodeId, OrganizationKey};
use crate::text::TextId;
use crate::world::{Pending, World};

impl World {
    /// After an account joined, moved or left: each set of the organization that deploys by itself looks at it later.
    pub(crate) fn plan_auto_deployment(&mut self, organization: OrganizationKey, account: AccountKey) {
        let sets: Vec<u32> = (0..)
            .zip(&self.cloudformation.sets)
            .filter(|(_, set)| set.organization == Some(organization) && !set.deleted && !set.regions.is_empty())
            .filter(|(_, set)| matches!(set.model, PermissionModel::ServiceManaged { auto_deployment: Some(_) }))
            .map(|(number, _)| number)
            .collect();
        for set in sets {
            let delay = self.draw_account(account, |settings, draw| settings.auto_deployment.draw(draw));
            let at = (self.now + delay).max(self.account(account).ready_at);
            self.queue.push(at, Pending::AutoDeployment { set, account });
        }
    }

    /// The event that a set looks at an account: instances that came through another unit go, missing ones come, in this
    /// order ("a move is a delete, then a queued create").
    pub(crate) fn auto_deploy(&mut self, set: u32, account: AccountKey) {
        let key = SetKey(set);
        let PermissionModel::ServiceManaged { auto_deployment: Some(settings) } = self.set(key).model else { return };
        if self.set(key).deleted {
            return;
        }
        let unit = self.covering_unit(key, account);
        let number = self.account(account).number;
        let range = (number, TextId::FIRST)..=(number, TextId::LAST);
        let here: Vec<_> =
            self.set(key).instances.range(range).map(|((_, region), instance)| (*region, instance.unit)).collect();
        let target = |region: TextId| Target { number, region, status: DetailedStatus::Pending };
        let leaving = here.iter().filter(|(_, through)| *through != unit).map(|(region, _)| target(*region)).collect();
        let staying = |region: &TextId| here.iter().any(|(at, through)| at == region && *through == unit);
        let missing: Vec<Target> = match unit {
            Some(_) => {
                self.set(key).regions.iter().filter(|region| !staying(region)).map(|region| target(*region)).collect()
            }
            None => Vec::new(),
        };
        self.enqueue_auto(key, Work::Delete { retain: settings.retain_stacks }, leaving);
        let template = self.set(key).template;
        self.enqueue_auto(key, Work::Deploy { template, role: RoleChoice::Override(None) }, missing);
    }

    fn enqueue_auto(&mut self, key: SetKey, work: Work, targets: Vec<Target>) {
        if !targets.is_empty() {
            let operation = Operation::of_targets(work, Preferences::default(), targets, self.now);
            self.enqueue(key, operation);
        }
    }

    /// The targeted unit that an account stands below: the nearest. Never for the management account.
    fn covering_unit(&self, key: SetKey, account: AccountKey) -> Option<NodeId> {
        let (set, holder) = (self.set(key), self.account(account));
        let organization = self.organization(holder.organization.filter(|own| Some(*own) == set.organization)?);
        if organization.management == account {
            return None;
        }
        organization.path_up(holder.parent).find(|unit| set.units.contains(unit))
    }

    /// Writes down through which unit the instances of an operation came.
    pub(super) fn assign_units(&mut self, key: SetKey, id: OperationId) {
        if self.set(key).organization.is_none() {
            return;
        }
        let Some(operation) = self.set(key).operations.get(&id.0) else { return };
        if !matches!(operation.work, Work::Deploy { .. }) {
            return;
        }
        let targets: Vec<_> = operation.targets.iter().map(|target| (target.number, target.region)).collect();
        for (number, region) in targets {
            let Some(account) = self.key_of(number) else { continue };
            let unit = self.covering_unit(key, account);
            if let Some(instance) = self.set_mut(key).instances.get_mut(&(number, region)) {
                instance.unit = unit.or(instance.unit);
            }
        }
    }
}
