//! Whether a successful answer is whole. The SDK takes what it finds: the body of an answer without members is not read at
//! all, a list that is missing becomes an empty one. So a proxy's page under HTTP 200 would count as a deleted role, and a
//! cut listing as a short one. This looks at the body before the SDK's reading of it is believed.

use crate::operation::{Operation, Protocol};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::AfterDeserializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Why an answer cannot be believed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum Unreadable {
    #[error("it is not well-formed XML: {0}")]
    Xml(String),
    #[error("its root is `{found}`, expected `{expected}`")]
    Root { found: String, expected: String },
    #[error("there is text outside of its root")]
    Outside,
    #[error("it ends before its root is closed")]
    Unfinished,
    #[error("it has no `{0}`")]
    Missing(&'static str),
    #[error("it is not a JSON object")]
    NoObject,
}

/// Looks at every successful answer.
#[derive(Debug)]
pub(crate) struct WholeAnswers;

#[dyn_dispatch_hint]
impl Intercept for WholeAnswers {
    fn name(&self) -> &'static str {
        "WholeAnswers"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.output_or_error().is_err() {
            return Ok(());
        }
        let Some(operation) = config.load::<Metadata>().and_then(operation_of) else { return Ok(()) };
        let body = context.response().body().bytes().unwrap_or_default();
        Ok(check(operation, body)?)
    }
}

fn operation_of(metadata: &Metadata) -> Option<Operation> {
    let named = |operation: &&Operation| operation.action() == metadata.name();
    Operation::ALL.iter().find(named).copied()
}

/// Whether `body` is a whole answer of `operation`.
fn check(operation: Operation, body: &[u8]) -> Result<(), Unreadable> {
    match operation.service().protocol() {
        Protocol::Query => check_xml(operation, body),
        // The SDK reads JSON to its end and refuses what is cut; an empty body it takes for `{}`.
        Protocol::Json => {
            let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
            if first == Some(&b'{') { Ok(()) } else { Err(Unreadable::NoObject) }
        }
    }
}

fn check_xml(operation: Operation, body: &[u8]) -> Result<(), Unreadable> {
    let expected = format!("{}Response", operation.action());
    let mut reader = Reader::from_reader(body);
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0_usize;
    let mut roots = 0_usize;
    let mut needed = required_member(operation);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                let name = element.local_name();
                if depth == 0 {
                    roots += 1;
                    if name.as_ref() != expected.as_bytes() {
                        let found = String::from_utf8_lossy(name.as_ref()).into_owned();
                        return Err(Unreadable::Root { found, expected });
                    }
                }
                if depth == 2 && needed.is_some_and(|member| member.as_bytes() == name.as_ref()) {
                    needed = None;
                }
                depth += 1;
            }
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Text(text)) if depth == 0 && !text.iter().all(u8::is_ascii_whitespace) => {
                return Err(Unreadable::Outside);
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => return Err(Unreadable::Xml(error.to_string())),
        }
    }
    if depth != 0 || roots != 1 {
        return Err(Unreadable::Unfinished);
    }
    needed.map_or(Ok(()), |member| Err(Unreadable::Missing(member)))
}

/// A list that stands in every answer of the call, also where it is empty (botocore's models, `required` of the output);
/// the SDK makes an empty one of a missing one.
const fn required_member(operation: Operation) -> Option<&'static str> {
    match operation {
        Operation::ListRoles => Some("Roles"),
        Operation::ListRolePolicies => Some("PolicyNames"),
        Operation::ListInstanceProfilesForRole => Some("InstanceProfiles"),
        Operation::GetRole | Operation::CreateRole => Some("Role"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
