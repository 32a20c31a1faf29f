//! The wrong external IDs of an access check, as texts to send. No ID that belongs to anybody is ever among them: the one
//! who sends another tenant's ID would be testing that tenant's key on a stranger's door.

use super::{WrongKind, WrongKinds};
use crate::external_id::ExternalId;
use crate::limits::EXTERNAL_ID_MAX_CHARS;
use crate::trust::probes::{derived, flip_case};

/// The wrong IDs that can be made from one right ID. Repeatable: the random one is a hash of the right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongIds {
    random: Option<ExternalId>,
    suffix: Option<ExternalId>,
    case_flipped: Option<ExternalId>,
}

/// Characters tried as a suffix until the ID belongs to nobody.
const SUFFIXES: &str = "0123456789abcdefghijklmnopqrstuvwxyz";

impl WrongIds {
    /// Makes them. `is_taken` tells whether a text is an ID of anybody, this organization's own included. A kind may be
    /// missing: an ID without letters has no other case, and then no operator that ignores case can matter.
    pub fn of(right: &ExternalId, is_taken: impl Fn(&str) -> bool) -> Self {
        let text = right.as_str();
        let free = |candidate: String| -> Option<ExternalId> {
            if candidate == text || is_taken(&candidate) { None } else { ExternalId::parse(&candidate).ok() }
        };
        // Behind the longest ID nothing fits: its last character is replaced, which `StringLike "abc*"` lets in as well.
        let stem: String = text.chars().take(EXTERNAL_ID_MAX_CHARS - 1).collect();
        Self {
            random: (0..16_u8).find_map(|round| free(derived(&format!("{text}#{round}")))),
            suffix: SUFFIXES.chars().find_map(|character| free(format!("{stem}{character}"))),
            case_flipped: free(text.chars().map(flip_case).collect()),
        }
    }

    /// The ID of a kind.
    pub const fn get(&self, kind: WrongKind) -> Option<&ExternalId> {
        match kind {
            WrongKind::Random => self.random.as_ref(),
            WrongKind::Suffix => self.suffix.as_ref(),
            WrongKind::CaseFlipped => self.case_flipped.as_ref(),
        }
    }

    /// Which kinds there are.
    pub fn kinds(&self) -> WrongKinds {
        let there = WrongKind::ALL.into_iter().filter(|kind| self.get(*kind).is_some());
        there.fold(WrongKinds::NONE, WrongKinds::with)
    }

    /// Whether `text` is one of them.
    pub fn contains(&self, text: &str) -> bool {
        WrongKind::ALL.into_iter().any(|kind| self.get(kind).is_some_and(|id| id.as_str() == text))
    }
}
