//! The truth about roles, asked of a copy of the world: whether each opens to the vendor with an ID that counts, and with
//! nothing else. For those who let the checker judge what must have come about once the faults have stopped.

use super::Play;
use crate::account::AccountKey;
use crate::caller::Caller;
use crate::sts::AssumeRole;
use crate::time::SimSpan;
use crate::trace::Event;
use crate::world::World;
use rolecall_core::access_check::{WrongIds, WrongKind};
use rolecall_core::external_id::ExternalId;

/// From the end of the faults until nothing changes any more: what is on its way arrives, checks are repeated, rollouts end,
/// AWS closes what is being closed.
pub(crate) const SETTLING: SimSpan = SimSpan::hours(3);

impl Play {
    /// Leaves a record of what is true of each account, as a call by the vendor's session with one of the IDs that count
    /// finds it, for as long as AWS gives by default. Nothing in the world changes.
    pub(crate) fn tell_truths(&mut self, accounts: &[(AccountKey, Vec<String>)]) {
        let mut copy = self.world.without_trace();
        // The questions throttle nobody.
        copy.settings_mut().rates = false;
        for (account, ids) in accounts {
            let request = AssumeRole { account: *account, duration_s: None, ..self.request };
            let opens = opens_rightly(&mut copy, &self.setup.prober, &request, ids);
            let subject = self.world.account(*account).entity();
            self.world.trace.add(self.world.now, subject, Event::Truth { opens });
        }
    }
}

/// Whether the role that `request` asks for opens with one of `ids`, and neither without an ID nor with a wrong one.
fn opens_rightly(world: &mut World, prober: &Caller, request: &AssumeRole, ids: &[String]) -> bool {
    let mut opens = |id: Option<&str>| {
        let external_id = id.map(|id| world.text(id));
        world.assume_role(prober, &AssumeRole { external_id, ..*request }).is_ok()
    };
    let Some(right) = ids.iter().find(|id| opens(Some(id))) else { return false };
    let Ok(right) = ExternalId::parse(right) else { return false };
    let wrong = WrongIds::of(&right, |_| false);
    let others = WrongKind::ALL.into_iter().filter_map(|kind| wrong.get(kind));
    !opens(None) && !others.map(ExternalId::as_str).any(|id| opens(Some(id)))
}
