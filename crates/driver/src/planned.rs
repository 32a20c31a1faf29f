//! From a survey to the plan that a journal keeps: which accounts, in which waves. An account that the plan had and the
//! organization no longer lists stays in it as one that is not touched: what was done there stays known.

use crate::journal::StoredPlan;
use crate::survey::Survey;
use crate::wanted::Wanted;
use rolecall_core::rollout::{WaveRule, wave_of};
use rolecall_lifecycle::rollout::{PlannedMember, Settings};
use rolecall_lifecycle::{AccountNumber, AccountState};
use std::collections::BTreeSet;

/// The plan of the accounts of a survey. `before`: the plan that the journal has.
pub fn stored_plan(
    survey: &Survey,
    wanted: &Wanted,
    waves: &[WaveRule],
    settings: Settings,
    before: Option<&StoredPlan>,
) -> StoredPlan {
    let management = wanted.organization.management_account;
    let in_plan = survey.accounts.iter().filter(|account| account.account != management && account.excluded.is_none());
    let mut members: Vec<PlannedMember> = in_plan
        .map(|account| PlannedMember {
            account: AccountNumber::from(account.account),
            wave: wave_of(account.account, waves, &survey.parents),
            state: account.state,
        })
        .collect();
    // Within a wave by their IDs, whatever order the listing had.
    members.sort_by_key(|member| (member.wave, member.account));
    let known: BTreeSet<AccountNumber> = members.iter().map(|member| member.account).collect();
    let gone = before.into_iter().flat_map(|plan| &plan.members).filter(|member| !known.contains(&member.account));
    let untouched = |member: &PlannedMember| PlannedMember { state: AccountState::Closed, ..*member };
    members.extend(gone.map(untouched).collect::<Vec<_>>());
    StoredPlan {
        organization: wanted.organization.id.as_str().to_owned(),
        role: wanted.profile.name.clone(),
        profile_digest: wanted.digest(),
        management: AccountNumber::from(management),
        members,
        settings,
    }
}
