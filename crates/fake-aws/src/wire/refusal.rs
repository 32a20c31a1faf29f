//! An error on the wire: code, message, HTTP status. Errors of the world become such, and errors that come before the
//! world: a parameter that is missing, an action that there is not, credentials that nobody gave out.

use rolecall_simulator::World;
use rolecall_simulator::error::ApiError;

/// An error as it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) message: String,
    /// 0: the connection is cut, there is no answer.
    pub(crate) status: u16,
    /// `Reason`, of Organizations' `InvalidInputException`.
    pub(crate) reason: Option<&'static str>,
}

impl Refusal {
    pub(crate) fn new(code: &str, status: u16, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), status, reason: None }
    }

    /// An error of the world.
    pub(crate) fn of(world: &World, error: &ApiError) -> Self {
        Self::new(error.code.as_str(), error.code.http_status(), world.message(error))
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", 400, message)
    }

    /// A parameter of the query protocol that must be there and is not.
    pub(crate) fn missing(name: &str) -> Self {
        let member = member(name);
        Self::validation(format!(
            "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
        ))
    }

    /// A value that breaks a constraint of the service's model.
    pub(crate) fn constraint(value: &str, name: &str, constraint: &str) -> Self {
        let member = member(name);
        Self::validation(format!(
            "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must {constraint}"
        ))
    }

    /// A value of the wrong type.
    pub(crate) fn malformed(value: &str, name: &str, expected: &str) -> Self {
        Self::new("MalformedInput", 400, format!("Invalid value '{value}' for {name}: expected {expected}"))
    }

    /// Something that AWS does and a world does not: refused, because to leave it out would change what the call means.
    pub(crate) fn not_modelled(what: &str) -> Self {
        Self::new("NotImplemented", 501, format!("the fake organization does not have {what}; call without it"))
    }

    /// An input that Organizations refuses.
    pub(crate) fn invalid_input(reason: &'static str, message: impl Into<String>) -> Self {
        Self { reason: Some(reason), ..Self::new("InvalidInputException", 400, message) }
    }

    /// The same as services with JSON name it: they have other names for credentials that are refused (botocore's and
    /// others' lists of retryable codes; inferred for Organizations).
    pub(crate) fn in_json(self) -> Self {
        let code = match self.code.as_str() {
            "InvalidClientTokenId" => "UnrecognizedClientException",
            "ExpiredToken" => "ExpiredTokenException",
            "MissingAuthenticationToken" => "MissingAuthenticationTokenException",
            _ => return self,
        };
        Self { code: code.to_owned(), status: 400, ..self }
    }

    pub(crate) fn invalid_token() -> Self {
        Self::new("InvalidClientTokenId", 403, "The security token included in the request is invalid.")
    }
}

/// IAM and STS name parameters in messages with a small first letter.
fn member(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}
