//! Answers in the protocol of the request: XML with the namespace of the service and a request ID, or JSON 1.1; errors
//! likewise (IAM API reference, "Common errors"; botocore's parsers of `query` and `json`).

use super::request::{Call, Protocol};
use super::{Refusal, Xml};
use rolecall_simulator::api::Service;
use serde_json::{Value, json};

/// What an action answers when it was done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Done {
    /// The elements of the result; `None` for an action whose model has no output.
    Xml(Option<Xml>),
    /// The body.
    Json(Value),
}

impl Done {
    /// An answer of the query protocol.
    pub(crate) fn with(write: impl FnOnce(&mut Xml)) -> Self {
        let mut xml = Xml::default();
        write(&mut xml);
        Self::Xml(Some(xml))
    }

    /// An answer of the query protocol that says nothing.
    pub(crate) const NOTHING: Self = Self::Xml(None);
}

/// An answer as it goes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// 0: none goes out, the connection is cut.
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) request_id: String,
    pub(crate) body: String,
}

const XML_TYPE: &str = "text/xml";
const JSON_TYPE: &str = "application/x-amz-json-1.1";

const fn namespace(service: Service) -> &'static str {
    match service {
        Service::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
        Service::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        Service::CloudFormation => "http://cloudformation.amazonaws.com/doc/2010-05-15/",
        Service::Organizations | Service::Other => "http://webservices.amazon.com/AWSFault/2005-15-09",
    }
}

/// The answer of a call that was done.
pub(crate) fn write_done(call: &Call, done: &Done, request_id: String) -> Written {
    let (content_type, body) = match done {
        Done::Json(value) => (JSON_TYPE, value.to_string()),
        Done::Xml(result) => {
            let (action, space) = (&call.action, namespace(call.service));
            let result = result
                .as_ref()
                .map(|xml| format!("<{action}Result>{}</{action}Result>", xml.as_str()))
                .unwrap_or_default();
            let text = format!(
                "<{action}Response xmlns=\"{space}\">{result}<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{action}Response>"
            );
            (XML_TYPE, text)
        }
    };
    Written { status: 200, content_type, request_id, body }
}

/// The answer of a call that was refused. Services with JSON have other names for refused credentials.
pub(crate) fn write_refusal(protocol: Protocol, service: Service, refusal: &Refusal, request_id: String) -> Written {
    let status = refusal.status;
    match protocol {
        Protocol::Json => {
            let mut body = json!({"__type": refusal.code, "Message": refusal.message});
            if let (Some(reason), Some(members)) = (refusal.reason, body.as_object_mut()) {
                members.insert("Reason".to_owned(), reason.into());
            }
            Written { status, content_type: JSON_TYPE, request_id, body: body.to_string() }
        }
        Protocol::Query => {
            let side = if status >= 500 { "Receiver" } else { "Sender" };
            let mut xml = Xml::default();
            xml.element("Error", |xml| {
                xml.text("Type", side).text("Code", &refusal.code).text("Message", &refusal.message);
            });
            xml.text("RequestId", &request_id);
            let body = format!("<ErrorResponse xmlns=\"{}\">{}</ErrorResponse>", namespace(service), xml.as_str());
            Written { status, content_type: XML_TYPE, request_id, body }
        }
    }
}
