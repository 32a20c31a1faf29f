//! Bugs that tests plant between the machine and its calls: what a service would do that decides otherwise. The machine
//! itself stays as it is, so that the checker is tried against behaviour and not against code.

use super::Play;
use crate::text::TextId;
use rolecall_core::access_check::Probe;
use rolecall_lifecycle::TimeMs;
use rolecall_lifecycle::vendor::{Effect, Event, Vendor};
use std::fmt::Debug;

/// A bug.
pub(crate) trait Bug: Debug {
    /// A copy, for a play that is copied.
    fn boxed(&self) -> Box<dyn Bug>;

    /// Takes the place of the machine's step: other events, other effects.
    fn step(&mut self, vendor: &mut Vendor, now: TimeMs, event: Event<'_>, effects: &mut Vec<Effect>) {
        vendor.step(now, event, effects);
    }

    /// The ID that is sent instead.
    fn id(&mut self, _probe: Probe, id: Option<TextId>) -> Option<TextId> {
        id
    }
}

impl Clone for Box<dyn Bug> {
    fn clone(&self) -> Self {
        (**self).boxed()
    }
}

impl Play {
    /// Plants a bug.
    pub(crate) fn plant(&mut self, bug: Box<dyn Bug>) {
        self.planted = Some(bug);
    }

    pub(super) fn planted_id(&mut self, probe: Probe, id: Option<TextId>) -> Option<TextId> {
        match &mut self.planted {
            Some(bug) => bug.id(probe, id),
            None => id,
        }
    }
}
