//! What went wrong in an account, in the words of the service: kept for each account, grouped in [`crate::summary`].

use rolecall_aws::Failure;
use std::fmt;

/// The longest message that is kept; AWS's own are shorter, but for encoded authorization messages, which nobody reads.
const MESSAGE_CHARS_MAX: usize = 400;

/// What went wrong last in an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The call, such as `iam:CreateRole`, or what was being compared.
    pub call: String,
    /// AWS's code, such as `AccessDenied`; a word of ours where AWS said nothing.
    pub code: String,
    /// The message, secrets taken out by whoever made the call.
    pub message: String,
    /// AWS's request ID, for its support.
    pub request_id: Option<String>,
}

impl Trouble {
    /// Shortens the message to what is worth keeping.
    pub fn new(call: impl Into<String>, code: impl Into<String>, message: &str) -> Self {
        let mut kept: String = message.chars().take(MESSAGE_CHARS_MAX).collect();
        if kept.len() < message.len() {
            kept.push('…');
        }
        Self { call: call.into(), code: code.into(), message: kept, request_id: None }
    }
}

impl From<&Failure> for Trouble {
    fn from(failure: &Failure) -> Self {
        let mut trouble = Self::new(failure.operation.name(), failure.code.clone(), &failure.message);
        trouble.request_id.clone_from(&failure.request_id);
        trouble
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}: {}", self.call, self.code, self.message)?;
        match &self.request_id {
            Some(request_id) => write!(formatter, " (request {request_id})"),
            None => Ok(()),
        }
    }
}
