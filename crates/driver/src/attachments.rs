//! Which control policies are attached where, in a whole organization: every policy is asked for its targets, twenty a page. To
//! ask every account for its policies takes forty times as many calls.

use crate::survey::next_page;
use rolecall_aws::{Connection, Failure, LimitPolicyKind, PolicySummary};
use std::collections::BTreeMap;

/// What is attached to roots, units and accounts themselves, nothing inherited.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attachments {
    by_target: BTreeMap<(LimitPolicyKind, String), Vec<PolicySummary>>,
}

impl Attachments {
    /// Reads the policies of these types. `tell` is told how many targets are known to have one, of whatever type.
    ///
    /// # Errors
    /// Of any call: whoever knows only some of the policies knows of no account what limits it.
    pub(crate) async fn read(
        connection: &Connection,
        kinds: &[LimitPolicyKind],
        mut tell: impl FnMut(usize),
    ) -> Result<Self, Failure> {
        let mut attachments = Self::default();
        for kind in kinds {
            let mut policies = connection.list_policies(*kind);
            while let Some(page) = next_page(&mut policies).await? {
                for policy in page {
                    let mut targets = connection.list_targets_for_policy(&policy.id);
                    while let Some(page) = next_page(&mut targets).await? {
                        for target in page {
                            attachments.attach(*kind, target, &policy);
                        }
                        tell(attachments.by_target.len());
                    }
                }
            }
        }
        Ok(attachments)
    }

    /// A policy or a target that comes on two pages, since something changed in between, counts once.
    fn attach(&mut self, kind: LimitPolicyKind, target: String, policy: &PolicySummary) {
        let attached = self.by_target.entry((kind, target)).or_default();
        if !attached.iter().any(|known| known.id == policy.id) {
            attached.push(policy.clone());
        }
    }

    /// The policies of a type that are attached to a root, a unit or an account. Where a type is switched on, everything has one
    /// at least (Organizations user guide, `orgs_manage_policies_scps` and `orgs_manage_policies_rcps`): nothing is the answer for
    /// a target that came or was changed while the policies were read.
    pub(crate) fn of(&self, kind: LimitPolicyKind, target: &str) -> Option<&[PolicySummary]> {
        self.by_target.get(&(kind, target.to_owned())).map(Vec::as_slice)
    }
}
