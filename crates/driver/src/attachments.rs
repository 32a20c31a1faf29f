//! Which control policies are attached where, in a whole organization: every policy is asked for its targets, twenty a page. To
//! ask every account for its policies takes twenty times as many calls.

use crate::survey::next_page;
use rolecall_aws::{Connection, Failure, LimitPolicyKind, PolicySummary};
use rolecall_lifecycle::rollout::ErrorClass;
use std::collections::{BTreeMap, BTreeSet};

/// What is attached to roots, units and accounts themselves, nothing inherited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attachments {
    by_target: BTreeMap<(LimitPolicyKind, String), Vec<PolicySummary>>,
    /// Roots, units and accounts at which something changed while they were read.
    changed: BTreeSet<(LimitPolicyKind, String)>,
}

impl Attachments {
    /// Reads the policies of these types. `tell` is told how many pairs of a type and a target are known to have one of AWS, as all
    /// have by default.
    ///
    /// Policies are read one after the other, and may be exchanged meanwhile so that a target seems to have neither the old one nor
    /// the new one. AWS's own (most of the pages) come first: one that is detached was there beside its successor, as everything
    /// has one policy of a type at least. The customer's come after them and twice; where the two readings differ, nothing
    /// is known.
    ///
    /// # Errors
    /// Of any call: whoever knows only some of the policies knows of no account what limits it.
    pub(crate) async fn read(
        connection: &Connection,
        kinds: &[LimitPolicyKind],
        tell: impl FnMut(usize),
    ) -> Result<Self, Failure> {
        let mut all = Self::default();
        all.add(connection, kinds, true, tell).await?;
        let mut once = Self::default();
        once.add(connection, kinds, false, |_| ()).await?;
        let mut again = Self::default();
        again.add(connection, kinds, false, |_| ()).await?;
        Ok(all.with(once, &again))
    }

    /// Adds the policies of AWS, or the customer's.
    async fn add(
        &mut self,
        connection: &Connection,
        kinds: &[LimitPolicyKind],
        aws_managed: bool,
        mut tell: impl FnMut(usize),
    ) -> Result<(), Failure> {
        for kind in kinds {
            let mut policies = connection.list_policies(*kind);
            while let Some(page) = next_page(&mut policies).await? {
                for policy in page.into_iter().filter(|policy| policy.aws_managed == aws_managed) {
                    let mut targets = connection.list_targets_for_policy(&policy.id);
                    loop {
                        match next_page(&mut targets).await {
                            Ok(Some(page)) => page.into_iter().for_each(|target| self.attach(*kind, target, &policy)),
                            Ok(None) => break,
                            // What was deleted since it was listed is attached nowhere: AWS deletes none that is.
                            Err(failure) if failure.class == ErrorClass::NotFound => break,
                            Err(failure) => return Err(failure),
                        }
                        tell(self.by_target.len());
                    }
                }
            }
        }
        Ok(())
    }

    /// A policy or a target that comes on two pages, since something changed in between, counts once.
    fn attach(&mut self, kind: LimitPolicyKind, target: String, policy: &PolicySummary) {
        let attached = self.by_target.entry((kind, target)).or_default();
        if !attached.iter().any(|known| known.id == policy.id) {
            attached.push(policy.clone());
        }
    }

    /// These with others, which were read twice.
    fn with(mut self, once: Self, again: &Self) -> Self {
        let ids = |read: &Self, at: &(LimitPolicyKind, String)| -> BTreeSet<String> {
            read.by_target.get(at).into_iter().flatten().map(|policy| policy.id.clone()).collect()
        };
        let places = once.by_target.keys().chain(again.by_target.keys());
        self.changed = places.filter(|at| ids(&once, at) != ids(again, at)).cloned().collect();
        for (at, policies) in once.by_target {
            self.by_target.entry(at).or_default().extend(policies);
        }
        self
    }

    /// The policies of a type that are attached to a root, a unit or an account. Nothing is the answer for a target that came or
    /// was changed while the policies were read: where a type is switched on, everything has one at least (Organizations user
    /// guide, `orgs_manage_policies_scps` and `orgs_manage_policies_rcps`).
    pub(crate) fn of(&self, kind: LimitPolicyKind, target: &str) -> Option<&[PolicySummary]> {
        let at = (kind, target.to_owned());
        self.by_target.get(&at).filter(|_| !self.changed.contains(&at)).map(Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: LimitPolicyKind = LimitPolicyKind::ServiceControlPolicy;

    fn read(attached: &[(&str, &str)]) -> Attachments {
        let mut read = Attachments::default();
        for (target, id) in attached {
            let (id, aws_managed) = ((*id).to_owned(), id.starts_with("p-Full"));
            read.attach(
                KIND,
                (*target).to_owned(),
                &PolicySummary { arn: id.clone(), name: id.clone(), id, aws_managed },
            );
        }
        read
    }

    fn ids(attachments: &Attachments, target: &str) -> Option<Vec<String>> {
        Some(attachments.of(KIND, target)?.iter().map(|policy| policy.id.clone()).collect())
    }

    #[test]
    fn what_changed_meanwhile_is_not_known() {
        let aws = || read(&[("root", "p-Full"), ("one", "p-Full"), ("two", "p-Full"), ("one", "p-Full")]);
        let deny = [("one", "p-deny")];
        let same = aws().with(read(&deny), &read(&deny));
        assert_eq!(ids(&same, "one"), Some(vec!["p-Full".to_owned(), "p-deny".to_owned()]));
        assert_eq!(ids(&same, "two"), Some(vec!["p-Full".to_owned()]));
        assert_eq!(ids(&same, "new"), None);
        assert_eq!(same.of(LimitPolicyKind::ResourceControlPolicy, "one"), None);
        // Its successor was not listed yet, and it itself is gone already; or the other way round.
        for (once, again) in [(&[][..], &[("root", "p-deny")][..]), (&[("root", "p-deny")], &[("root", "p-other")])] {
            let changed = aws().with(read(once), &read(again));
            assert_eq!(ids(&changed, "root"), None);
            assert_eq!(ids(&changed, "one"), Some(vec!["p-Full".to_owned()]));
        }
    }
}
