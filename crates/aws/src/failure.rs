//! What a call came to that did not succeed. What the SDK says is read here; what a code means is said in one place for
//! real and simulated services: `ErrorClass::of_error` of `lifecycle` and `Outcome::of_error` of `core`.

use crate::answer::Unreadable;
use crate::operation::Operation;
use crate::redaction::Secrets;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use rolecall_core::access_check::Outcome;
use rolecall_lifecycle::rollout::ErrorClass;
use std::error::Error;

/// No answer in time: whether the call had its effect is not known.
pub(crate) const TIMED_OUT: &str = "TimedOut";
/// No connection, or one that was cut before the whole answer was there.
pub(crate) const CONNECTION_FAILED: &str = "ConnectionFailed";
/// An answer that is not what AWS documents.
pub(crate) const MALFORMED_ANSWER: &str = "MalformedAnswer";
/// The credential chain gave nothing: the call was not sent.
pub(crate) const NO_CREDENTIALS: &str = "NoCredentials";
/// The call could not be made from what it was given: it was not sent.
pub(crate) const REQUEST_NOT_SENT: &str = "RequestNotSent";

/// A call that failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation} failed: {code}{}: {message}{}", http(*.http_status), request(.request_id.as_deref()))]
pub struct Failure {
    /// The call.
    pub operation: Operation,
    /// AWS's code; without an answer `TimedOut`, `ConnectionFailed`, `MalformedAnswer`, `NoCredentials`, `RequestNotSent`.
    pub code: String,
    /// AWS's text, without secrets.
    pub message: String,
    /// The status of the answer; 0 when none came that can be read.
    pub http_status: u16,
    /// AWS's ID of the request, for its support.
    pub request_id: Option<String>,
    /// What it means for a rollout.
    pub class: ErrorClass,
    /// What it means for an access check.
    pub outcome: Outcome,
}

fn http(status: u16) -> String {
    if status == 0 { String::new() } else { format!(" (HTTP {status})") }
}

fn request(id: Option<&str>) -> String {
    id.map(|id| format!(" (request {id})")).unwrap_or_default()
}

impl Failure {
    /// Classifies a code and a status. The message must hold no secret.
    pub(crate) fn new(operation: Operation, code: &str, message: String, http_status: u16) -> Self {
        Self {
            operation,
            code: code.to_owned(),
            message,
            http_status,
            request_id: None,
            class: ErrorClass::of_error(code, http_status),
            outcome: Outcome::of_error(code, http_status),
        }
    }

    /// An answer that is not what AWS documents: a fault, because what it would have said is not known.
    pub fn malformed(operation: Operation, what: impl AsRef<str>) -> Self {
        let message = format!("the answer cannot be used: {}", what.as_ref());
        Self::new(operation, MALFORMED_ANSWER, message, 0)
    }

    /// A call that its own builder refuses.
    pub(crate) fn not_sent(operation: Operation, error: &(dyn Error + 'static)) -> Self {
        Self::new(operation, REQUEST_NOT_SENT, chain(error), 0)
    }

    /// Whether AWS says that there is nothing of that name.
    pub fn is_not_found(&self) -> bool {
        self.class == ErrorClass::NotFound
    }

    /// Reads what the SDK says.
    pub(crate) fn of<E>(operation: Operation, error: &SdkError<E, Response>, secrets: &Secrets) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let mut failure = match error {
            SdkError::ServiceError(service) => answered(operation, service.err(), service.raw(), secrets),
            SdkError::ResponseError(response) => unreadable(operation, error, response.raw(), secrets),
            SdkError::TimeoutError(_) => Self::new(operation, TIMED_OUT, "no answer came in time".to_owned(), 0),
            SdkError::DispatchFailure(dispatch) => {
                let text = secrets.redact(&chain(error));
                let code = match dispatch.as_connector_error() {
                    _ if lacks_credentials(error) => NO_CREDENTIALS,
                    Some(connector) if connector.is_timeout() => TIMED_OUT,
                    Some(connector) if connector.is_user() => REQUEST_NOT_SENT,
                    _ => CONNECTION_FAILED,
                };
                Self::new(operation, code, text, 0)
            }
            _ => {
                let code = if lacks_credentials(error) { NO_CREDENTIALS } else { REQUEST_NOT_SENT };
                Self::new(operation, code, secrets.redact(&chain(error)), 0)
            }
        };
        if let SdkError::ServiceError(_) | SdkError::ResponseError(_) = error {
            failure.request_id = error.raw_response().and_then(request_id);
        }
        failure
    }
}

/// An error that AWS answered with.
fn answered<E>(operation: Operation, error: &E, raw: &Response, secrets: &Secrets) -> Failure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let status = raw.status().as_u16();
    if let Some(code) = error.meta().code() {
        let message = secrets.redact(error.meta().message().unwrap_or("AWS gave no message"));
        return Failure::new(operation, &secrets.redact(code), message, status);
    }
    if status < 400 {
        return unreadable(operation, error, raw, secrets);
    }
    // A page of a proxy or of a load balancer: the status is all that it says.
    let text = format!("the answer (HTTP {status}) is an error without a code of AWS");
    Failure::new(operation, MALFORMED_ANSWER, text, status)
}

/// An answer that could not be read: cut, not finished in time, or not what the call answers with.
fn unreadable(operation: Operation, error: &(dyn Error + 'static), raw: &Response, secrets: &Secrets) -> Failure {
    let status = raw.status().as_u16();
    let cut = raw.body().bytes().is_none();
    let code = if cut { CONNECTION_FAILED } else { MALFORMED_ANSWER };
    let reason = find::<Unreadable>(error).map_or_else(|| chain(error), ToString::to_string);
    let text = secrets.redact(&format!("the answer (HTTP {status}) cannot be read: {reason}"));
    let status = if status >= 400 { status } else { 0 };
    Failure::new(operation, code, text, status)
}

fn lacks_credentials(error: &(dyn Error + 'static)) -> bool {
    find::<CredentialsError>(error).is_some()
}

fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// The texts of an error and of its causes, each once.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
        next = error.source();
    }
    texts.join(": ")
}

/// The header, or the element of the query protocol's XML, which holds the same.
fn request_id(raw: &Response) -> Option<String> {
    let header = ["x-amzn-requestid", "x-amz-request-id"].into_iter().find_map(|name| raw.headers().get(name));
    let sound = |id: &&str| (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if let Some(id) = header {
        return Some(id).filter(sound).map(str::to_owned);
    }
    let body = std::str::from_utf8(raw.body().bytes()?).ok()?;
    let (_, rest) = body.split_once("<RequestId>")?;
    let (id, _) = rest.split_once("</RequestId>")?;
    Some(id).filter(sound).map(str::to_owned)
}
