//! The evidence that one viewpoint has about an account in a play: what the vendor recorded and can call, and what an
//! administrator of the customer can read besides. Everything comes from records of the service, or from calls of the
//! world's API with the viewpoint's own credentials; what somebody did, and what was planted, is not looked at.

mod customer;
mod sets;
mod vendor;

use crate::account::AccountKey;
use crate::organizations::NodeId;
use crate::play::Play;
use crate::time::SimTime;
use rolecall_core::access_check::TimeMs;
use rolecall_core::diagnosis::evidence::{Bindings, Step, TriedAction};
use rolecall_core::diagnosis::{Evidence, Seen, Viewpoint};

/// What stands in papers and logs outside of the world: agreements, the log of the customer's automation, CloudTrail.
#[derive(Clone, Debug, Default)]
pub struct Papers {
    /// External IDs and policies as they were agreed.
    pub bindings: Bindings,
    /// Calls that the customer's automation made for the account, with AWS's answers. Absent: it did nothing.
    pub steps: Seen<Vec<Step>>,
    /// Actions that the vendor tries in a session of the role, with their resources.
    pub actions: Vec<(String, String)>,
    /// Tries that were made before, such as by a job that failed: they come first.
    pub tried: Vec<TriedAction>,
    /// MoveAccount of the account in CloudTrail: when, from where, to where. The last one counts.
    pub moves: Vec<(SimTime, NodeId, NodeId)>,
    /// The reader of the listing knows the older `Status` alone.
    pub reads_status: bool,
}

/// Collects what a viewpoint has about an account; nothing when the account is in no organization that is or was connected.
///
/// The vendor's calls cost calls of the world, as everybody's.
pub fn collect(play: &mut Play, viewpoint: Viewpoint, account: AccountKey, papers: &Papers) -> Option<Evidence> {
    let mut evidence = vendor::collect(play, account, papers)?;
    evidence.viewpoint = viewpoint;
    if viewpoint == Viewpoint::Customer {
        customer::add(play, account, papers, &mut evidence);
    }
    Some(evidence)
}

/// Takes the drift of stack instances out of evidence that was collected after a detection, which writes over what the last
/// deployment left in the instances.
pub fn take_drift(into: &mut Evidence, from: &Evidence) {
    let (Seen::Present(sets), Some(later)) = (&mut into.stack_sets, from.stack_sets.present()) else { return };
    for (set, later) in sets.iter_mut().zip(later) {
        let (Seen::Present(instances), Some(later)) = (&mut set.instances, later.instances.present()) else { continue };
        for (instance, later) in instances.iter_mut().zip(later) {
            instance.drift = later.drift;
        }
    }
}

const fn time(at: SimTime) -> TimeMs {
    TimeMs(at.0)
}
