//! Action names and patterns: `service:Name` with `*` and `?`, compared without case
//! (IAM user guide, `reference_policies_elements_action`: "The prefix and the action name are case insensitive").

use crate::glob;
use std::fmt;

/// A pattern of the `Action` or `NotAction` element, such as `ec2:Describe*` or `*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionPattern {
    text: String,
    lower: String,
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
            if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.*?".contains(&byte)) {
                return Err(ActionPatternError::BadName);
            }
        }
        Ok(Self { text: text.to_owned(), lower: text.to_ascii_lowercase() })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The pattern in lower case, as it is compared.
    pub fn lower(&self) -> &str {
        &self.lower
    }

    /// The service prefix in lower case; `None` for `*`.
    pub fn service(&self) -> Option<&str> {
        self.lower.split_once(':').map(|(service, _)| service)
    }

    /// Whether the pattern holds `*` or `?`.
    pub fn has_wildcard(&self) -> bool {
        self.lower.bytes().any(|byte| byte == b'*' || byte == b'?')
    }

    /// Whether it matches the action `service:Name`, in any case.
    pub fn matches(&self, action: &str) -> bool {
        glob::matches_ignore_ascii_case(&self.lower, action)
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}
