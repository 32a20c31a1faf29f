//! What a change of policies grants and what it takes away: groups of documented actions, each with a witness, and the
//! answer over all actions there could be.

use crate::access::{Access, access_beyond};
use crate::audit::trust::Claim;
use rolecall_iam_prove::{ActionWorld, Options, PolicySide, no_new_access};

/// A change, taken apart.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What the new side grants and the old one does not.
    pub granted: Direction,
    /// What the old side grants and the new one does not.
    pub taken_away: Direction,
}

/// One direction of a change.
#[derive(Clone, Debug)]
pub struct Direction {
    /// By documented actions.
    pub access: Access,
    /// That there is no request of this direction at all, also none for an action that AWS adds tomorrow.
    pub nothing: Claim,
}

/// What a change comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Old and new allow the same requests.
    Equivalent,
    /// It only grants.
    Wider,
    /// It only takes away.
    Narrower,
    /// It does both.
    Both,
    /// Something could not be decided.
    Unknown,
}

impl Difference {
    /// What the change comes to.
    pub fn kind(&self) -> Kind {
        match (self.granted.is_empty(), self.taken_away.is_empty()) {
            (None, _) | (_, None) => Kind::Unknown,
            (Some(true), Some(true)) => Kind::Equivalent,
            (Some(false), Some(true)) => Kind::Wider,
            (Some(true), Some(false)) => Kind::Narrower,
            (Some(false), Some(false)) => Kind::Both,
        }
    }
}

impl Direction {
    /// Whether there is nothing in this direction; `None` when that is unknown.
    pub fn is_empty(&self) -> Option<bool> {
        match &self.nothing {
            _ if !self.access.groups.is_empty() => Some(false),
            Claim::Proved => Some(true),
            Claim::False(..) => Some(false),
            Claim::Unknown(_) => None,
        }
    }

    /// Whether it was decided to the last action.
    pub fn is_complete(&self) -> bool {
        self.is_empty().is_some() && self.access.undecided.is_empty() && !matches!(self.nothing, Claim::Unknown(_))
    }
}

/// Takes a change apart.
pub fn difference(old: &PolicySide<'_>, new: &PolicySide<'_>, options: Options) -> Difference {
    Difference { granted: direction(old, new, options), taken_away: direction(new, old, options) }
}

fn direction(reference: &PolicySide<'_>, candidate: &PolicySide<'_>, options: Options) -> Direction {
    let open = Options { world: ActionWorld::Open, ..options };
    let verdict = no_new_access(reference, candidate, open);
    let nothing = Claim::of(&verdict, candidate);
    let access = match nothing {
        Claim::Proved => Access::default(),
        Claim::False(..) | Claim::Unknown(_) => access_beyond(reference, candidate, options),
    };
    Direction { access, nothing }
}
