//! Action names and patterns: `service:Name` with `*` and `?`, compared without case
//! (IAM user guide, `reference_policies_elements_action`: "The prefix and the action name are case insensitive").

use crate::glob;
use std::cmp::Ordering;
use std::fmt;

/// A pattern of the `Action` or `NotAction` element, such as `ec2:Describe*` or `*`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ActionPattern {
    /// The pattern as written and, behind it, in lower case, which is as long: documents hold many of them, and one piece
    /// of memory for each is half of the work of reading them.
    both: Box<str>,
}

/// Why a text is no action pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionPatternError {
    /// Nothing written.
    #[error("an action cannot be empty")]
    Empty,
    /// No colon, and not `*`.
    #[error("an action has the form `service:Name`")]
    NoColon,
    /// Nothing before the colon.
    #[error("the service prefix before the colon is missing")]
    NoService,
    /// Nothing behind the colon.
    #[error("the action name behind the colon is missing")]
    NoName,
    /// A character that no service prefix has.
    #[error("a service prefix has letters, digits and `-` only, without wildcards")]
    BadService,
    /// A character that no action name has.
    #[error("an action name has letters, digits, `-`, `_`, `.`, `*` and `?` only")]
    BadName,
}

impl ActionPattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// When `text` is neither `*` nor `service:name-pattern`. A wildcard in the service prefix is refused:
    /// the grammar of IAM knows `*` alone or a vendor prefix (`reference_policies_elements_action`).
    pub fn parse(text: &str) -> Result<Self, ActionPatternError> {
        if text.is_empty() {
            return Err(ActionPatternError::Empty);
        }
        if text != "*" {
            let (service, name) = text.split_once(':').ok_or(ActionPatternError::NoColon)?;
            if service.is_empty() {
                return Err(ActionPatternError::NoService);
            }
            if name.is_empty() {
                return Err(ActionPatternError::NoName);
            }
            if !service.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
                return Err(ActionPatternError::BadService);
            }
            let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'*' | b'?');
            if !name.bytes().all(of_name) {
                return Err(ActionPatternError::BadName);
            }
        }
        let mut both = text.repeat(2);
        if let Some(lower) = both.get_mut(text.len()..) {
            lower.make_ascii_lowercase();
        }
        Ok(Self { both: both.into() })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        self.halves().0
    }

    /// The pattern in lower case, as it is compared.
    pub fn lower(&self) -> &str {
        self.halves().1
    }

    fn halves(&self) -> (&str, &str) {
        // The constructor put two texts of one length there.
        self.both.split_at_checked(self.both.len() / 2).unwrap_or((&self.both, ""))
    }

    /// The service prefix in lower case; `None` for `*`.
    pub fn service(&self) -> Option<&str> {
        self.lower().split_once(':').map(|(service, _)| service)
    }

    /// Whether the pattern holds `*` or `?`.
    pub fn has_wildcard(&self) -> bool {
        self.lower().bytes().any(|byte| byte == b'*' || byte == b'?')
    }

    /// Whether it matches the action `service:Name`, in any case.
    pub fn matches(&self, action: &str) -> bool {
        glob::matches_ignore_ascii_case(self.lower(), action)
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for ActionPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.as_str())
    }
}

impl Ord for ActionPattern {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for ActionPattern {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
