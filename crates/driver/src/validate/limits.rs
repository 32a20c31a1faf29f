//! The control policies above an account, level by level from the root, and the units that it stands in. For single accounts each
//! level is asked for its policies, and what a unit has is read once for all its accounts; for a whole organization the tree and
//! the policies are walked beforehand.

use crate::attachments::Attachments;
use crate::survey::{again, tree};
use rolecall_aws::{Connection, Failure, LimitPolicyKind, Operation, Parent, ParentKind, PolicySummary};
use rolecall_core::diagnosis::evidence::{ControlPolicies, NamedPolicy};
use rolecall_iam::arn::AccountId;
use std::collections::BTreeMap;
use tokio::sync::Mutex;

/// Levels of a path, at most: the root, five levels of units (AWS Organizations user guide, `orgs_reference_limits`), and room.
const LEVELS_MAX: usize = 16;

/// What limits an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountLimits {
    /// IDs from the root down to the account's parent.
    pub units: Vec<String>,
    /// Service control policies, root first; nothing where the organization has none switched on.
    pub service_control: Option<Vec<ControlPolicies>>,
    /// Resource control policies, likewise.
    pub resource_control: Option<Vec<ControlPolicies>>,
}

/// Reads with the credentials of the management account, or of a delegated administrator.
pub struct LimitReader {
    connection: Connection,
    /// Organizations answers a few calls a second: readers wait for each other, so that nothing is asked twice.
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Types that are switched on at the root.
    enabled: Option<Vec<LimitPolicyKind>>,
    /// Why the organization as a whole could not be read, where that was tried.
    failed: Option<Failure>,
    parents: BTreeMap<String, Parent>,
    attached: BTreeMap<(String, LimitPolicyKind), ControlPolicies>,
    texts: BTreeMap<String, String>,
}

impl LimitReader {
    /// Nothing was read yet.
    pub fn new(connection: Connection) -> Self {
        Self { connection, known: Mutex::default() }
    }

    /// Reads what all accounts of the organization need, twenty on a page. A target that this does not find, since it came or was
    /// changed meanwhile, is asked for by `of`. What fails here is the answer of `of` for every account.
    pub async fn read_all(&self) {
        if let Err(failure) = self.try_read_all().await {
            self.known.lock().await.failed = Some(failure);
        }
    }

    async fn try_read_all(&self) -> Result<(), Failure> {
        let tree = tree::read(&self.connection, |_| ()).await?;
        let attachments = Attachments::read(&self.connection, &tree.kinds, |_| ()).await?;
        let mut known = self.known.lock().await;
        known.enabled = Some(tree.kinds.clone());
        for (child, parent) in &tree.parents {
            let kind = if tree.roots.contains(parent) { ParentKind::Root } else { ParentKind::OrganizationalUnit };
            known.parents.insert(child.clone(), Parent { id: parent.clone(), kind });
        }
        for target in tree.nodes.iter().chain(tree.parents.keys()) {
            for kind in &tree.kinds {
                if let Some(attached) = attachments.of(*kind, target) {
                    let level = self.described(&mut known, target, attached).await?;
                    known.attached.insert((target.clone(), *kind), level);
                }
            }
        }
        Ok(())
    }

    /// What limits an account.
    ///
    /// # Errors
    /// Of any call.
    pub async fn of(&self, account: AccountId) -> Result<AccountLimits, Failure> {
        let mut known = self.known.lock().await;
        if let Some(failure) = &known.failed {
            return Err(failure.clone());
        }
        let units = self.path(&mut known, account.as_str()).await?;
        let service_control = self.levels(&mut known, &units, account, LimitPolicyKind::ServiceControlPolicy).await?;
        let resource_control = self.levels(&mut known, &units, account, LimitPolicyKind::ResourceControlPolicy).await?;
        Ok(AccountLimits { units, service_control, resource_control })
    }

    async fn path(&self, known: &mut Known, account: &str) -> Result<Vec<String>, Failure> {
        let mut path = Vec::new();
        let mut child = account.to_owned();
        while path.len() < LEVELS_MAX {
            let parent = if let Some(parent) = known.parents.get(&child) {
                parent.clone()
            } else {
                let parents = self.connection.list_parents(&child).all().await?;
                let Some(parent) = parents.into_iter().next() else {
                    return Err(Failure::malformed(Operation::ListParents, format!("`{child}` has no parent")));
                };
                known.parents.insert(child.clone(), parent.clone());
                parent
            };
            path.push(parent.id.clone());
            if parent.kind == ParentKind::Root {
                path.reverse();
                return Ok(path);
            }
            child = parent.id;
        }
        Err(Failure::malformed(Operation::ListParents, format!("no root is above `{account}`")))
    }

    async fn levels(
        &self,
        known: &mut Known,
        units: &[String],
        account: AccountId,
        kind: LimitPolicyKind,
    ) -> Result<Option<Vec<ControlPolicies>>, Failure> {
        if !self.is_enabled(known, kind).await? {
            return Ok(None);
        }
        let mut levels = Vec::new();
        for target in units.iter().map(String::as_str).chain([account.as_str()]) {
            let key = (target.to_owned(), kind);
            let level = if let Some(level) = known.attached.get(&key) {
                level.clone()
            } else {
                let level = self.level(known, target, kind).await?;
                if target != account.as_str() {
                    known.attached.insert(key, level.clone());
                }
                level
            };
            levels.push(level);
        }
        Ok(Some(levels))
    }

    async fn is_enabled(&self, known: &mut Known, kind: LimitPolicyKind) -> Result<bool, Failure> {
        if known.enabled.is_none() {
            let roots = self.connection.list_roots().all().await?;
            if roots.is_empty() {
                return Err(Failure::malformed(Operation::ListRoots, "the organization has no root"));
            }
            known.enabled = Some(tree::enabled(&roots));
        }
        Ok(known.enabled.iter().flatten().any(|enabled| *enabled == kind))
    }

    async fn level(&self, known: &mut Known, target: &str, kind: LimitPolicyKind) -> Result<ControlPolicies, Failure> {
        let attached = self.connection.list_policies_for_target(target, kind).all().await?;
        self.described(known, target, &attached).await
    }

    async fn described(
        &self,
        known: &mut Known,
        target: &str,
        attached: &[PolicySummary],
    ) -> Result<ControlPolicies, Failure> {
        let mut policies = Vec::new();
        for summary in attached {
            let text = if let Some(text) = known.texts.get(&summary.id) {
                text.clone()
            } else {
                let text = again(|| self.connection.describe_policy(&summary.id)).await?.content;
                known.texts.insert(summary.id.clone(), text.clone());
                text
            };
            let name = match summary.name.as_str() {
                "" => summary.id.clone(),
                name => format!("{name} ({})", summary.id),
            };
            policies.push(NamedPolicy { name, text });
        }
        Ok(ControlPolicies { target: target.to_owned(), policies })
    }
}
