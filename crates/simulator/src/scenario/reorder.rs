//! Members of a scenario in another order: whatever names a member goes on naming the same one.

use super::{AccountRef, AsWho, Do, Place, Scenario};

impl Scenario {
    /// Puts the member at `place` before the others. AWS works on accounts in the order in which they joined.
    pub(crate) fn put_first(&mut self, place: usize) {
        if place >= self.accounts.len() {
            return;
        }
        let account = self.accounts.remove(place);
        self.accounts.insert(0, account);
        let follow = |account: &mut AccountRef| *account = account.behind(place);
        let follow_place = |there: &mut Place| {
            if let Place::Account(account) = there {
                *account = account.behind(place);
            }
        };
        self.expect.iter_mut().for_each(|expectation| follow(&mut expectation.account));
        self.policies.iter_mut().flat_map(|policy| &mut policy.on).for_each(follow_place);
        for set in &mut self.stack_sets {
            set.units.iter_mut().for_each(follow_place);
            set.by.iter_mut().for_each(follow);
        }
        for action in &mut self.actions {
            if let Some(AsWho::Administrator(account)) = &mut action.by {
                follow(account);
            }
            follow_in(&mut action.what, follow, follow_place);
        }
    }
}

impl AccountRef {
    /// The same account once the member at `place` was put before the others.
    pub(crate) fn behind(self, place: usize) -> Self {
        match self {
            Self::Member(number) if number == place => Self::Member(0),
            Self::Member(number) if number < place => Self::Member(number + 1),
            other @ (Self::Member(_) | Self::Management(_)) => other,
        }
    }
}

fn follow_in(what: &mut Do, follow: impl Fn(&mut AccountRef), follow_place: impl Fn(&mut Place)) {
    match what {
        Do::Move { account, to } => {
            follow(account);
            follow_place(to);
        }
        Do::Attach { to: there, .. } | Do::Detach { from: there, .. } => follow_place(there),
        Do::Deploy { units, .. } => units.iter_mut().for_each(follow_place),
        Do::Leave { account }
        | Do::AcceptInvitation { account, .. }
        | Do::Close { account }
        | Do::Reopen { account }
        | Do::SetState { account, .. }
        | Do::CreateRole { account, .. }
        | Do::ChangeRole { account, .. }
        | Do::DeleteRole { account }
        | Do::PutRole { account, .. }
        | Do::RecreateRole { account }
        | Do::CreateStack { account, .. }
        | Do::UpdateStack { account, .. }
        | Do::Import { account, .. }
        | Do::Use { account, .. }
        | Do::Validate { account }
        | Do::Settle { account, .. }
        | Do::ForgetMail { account } => follow(account),
        Do::UpdateStackSet { .. }
        | Do::DetectDrift { .. }
        | Do::Script { .. }
        | Do::Rollout { .. }
        | Do::CrashRollout { .. }
        | Do::RemoveRollout { .. }
        | Do::Faults { .. }
        | Do::Subscribe { .. }
        | Do::Connect { .. }
        | Do::Disconnect { .. }
        | Do::Migrate { .. }
        | Do::RecreateVendorRole
        | Do::RestartVendor => {}
    }
}
