//! The truth about a role, asked of a copy of the world: whether it opens with an ID that counts, and with nothing else. For
//! those who let the checker judge what must have come about once the faults have stopped.

use crate::caller::Caller;
use crate::sts::AssumeRole;
use crate::world::World;
use rolecall_core::access_check::{WrongIds, WrongKind};
use rolecall_core::external_id::ExternalId;

/// A copy of a world to ask: it leaves no trace, and throttles nobody.
pub(crate) fn copy_of(world: &mut World) -> World {
    let mut copy = world.without_trace();
    copy.settings_mut().rates = false;
    copy
}

/// Whether the role that `request` asks for opens with one of `ids`, and neither without an ID nor with a wrong one.
pub(crate) fn opens_rightly(world: &mut World, prober: &Caller, request: &AssumeRole, ids: &[&str]) -> bool {
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
