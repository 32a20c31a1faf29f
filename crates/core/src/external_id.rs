//! External IDs: the type and what AWS accepts. Which ID belongs to which account is in `organization`.

use crate::limits::{EXTERNAL_ID_MAX_CHARS, EXTERNAL_ID_MIN_CHARS};
use std::fmt;

/// An external ID as AWS accepts it: 2–1,224 characters of `[\w+=,.@:\/-]` (botocore's STS model, `externalIdType`).
/// It is not a secret: it is shown with the binding that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalId(String);

/// Why a text is no external ID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExternalIdError {
    /// Fewer than two characters; an unset variable gives the empty text.
    #[error("an external ID has at least {EXTERNAL_ID_MIN_CHARS} characters, this one has {0}")]
    TooShort(usize),
    /// More than AWS takes.
    #[error("an external ID has at most {EXTERNAL_ID_MAX_CHARS} characters, this one has {0}")]
    TooLong(usize),
    /// A character that AWS refuses; white space and line breaks are the usual ones.
    #[error("character {0:?} at position {1} cannot stand in an external ID: letters, digits and `_+=,.@:/-` can")]
    BadCharacter(char, usize),
}

impl ExternalId {
    /// Reads an external ID; nothing is trimmed, case counts.
    ///
    /// # Errors
    /// When AWS would refuse it. The position of a bad character counts characters from 1.
    pub fn parse(text: &str) -> Result<Self, ExternalIdError> {
        let allowed = |character: char| character.is_ascii_alphanumeric() || "_+=,.@:/-".contains(character);
        if let Some((index, bad)) = text.chars().enumerate().find(|(_, character)| !allowed(*character)) {
            return Err(ExternalIdError::BadCharacter(bad, index + 1));
        }
        match text.len() {
            short if short < EXTERNAL_ID_MIN_CHARS => Err(ExternalIdError::TooShort(short)),
            long if long > EXTERNAL_ID_MAX_CHARS => Err(ExternalIdError::TooLong(long)),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ExternalId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
