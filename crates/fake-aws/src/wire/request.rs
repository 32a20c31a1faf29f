//! A request as it comes: which protocol, service and action, with which parameters, signed with whose key.
//! The signature itself is not checked.

use super::{Params, Refusal};
use axum::http::HeaderMap;
use rolecall_simulator::api::Service;
use serde_json::Value;

/// What the call and its answer are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// Form in, XML out.
    Query,
    /// JSON 1.1.
    Json,
}

/// The parameters of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    Query(Params),
    Json(Value),
}

/// What a request is signed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credential {
    pub(crate) access_key: String,
    pub(crate) region: String,
    /// `X-Amz-Security-Token`.
    pub(crate) token: Option<String>,
}

/// A call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Call {
    pub(crate) service: Service,
    pub(crate) action: String,
    pub(crate) body: Body,
    /// `None`: the request is not signed.
    pub(crate) credential: Option<Credential>,
}

impl Call {
    /// The parameters of the query protocol.
    pub(crate) fn params(&self) -> Result<&Params, Refusal> {
        match &self.body {
            Body::Query(params) => Ok(params),
            Body::Json(_) => Err(Refusal::validation("parameters of the query protocol were expected")),
        }
    }

    /// A text among the parameters, whichever the protocol.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match &self.body {
            Body::Query(params) => params.get(name),
            Body::Json(value) => value.get(name).and_then(Value::as_str),
        }
    }

    /// The action with its service, as policies write it.
    pub(crate) fn operation(&self) -> String {
        format!("{}:{}", prefix(self.service), self.action)
    }
}

/// The prefix of a service's actions.
pub(crate) const fn prefix(service: Service) -> &'static str {
    match service {
        Service::Organizations => "organizations",
        Service::Iam => "iam",
        Service::Sts => "sts",
        Service::CloudFormation => "cloudformation",
        Service::Other => "other",
    }
}

/// `X-Amz-Target` of Organizations.
const TARGET: &str = "AWSOrganizationsV20161128.";

/// Reads a request.
///
/// # Errors
/// What the service would answer, in the protocol that the request is in.
pub(crate) fn read_call(headers: &HeaderMap, body: &[u8]) -> Result<Call, (Protocol, Refusal)> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let credential = header("authorization").and_then(|text| credential(text, header("x-amz-security-token")));
    if let Some(target) = header("x-amz-target") {
        return json_call(target, body, credential).map_err(|refusal| (Protocol::Json, refusal));
    }
    query_call(body, credential).map_err(|refusal| (Protocol::Query, refusal))
}

fn json_call(target: &str, body: &[u8], credential: Option<Credential>) -> Result<Call, Refusal> {
    let action = target.strip_prefix(TARGET).ok_or_else(|| {
        Refusal::new("UnknownOperationException", 400, format!("`{target}` is no operation that is served"))
    })?;
    let body = if body.is_empty() { b"{}" } else { body };
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Refusal::new("SerializationException", 400, format!("the body is no JSON: {error}")))?;
    Ok(Call { service: Service::Organizations, action: action.to_owned(), body: Body::Json(value), credential })
}

/// Each API version belongs to one service.
fn query_call(body: &[u8], credential: Option<Credential>) -> Result<Call, Refusal> {
    let text = std::str::from_utf8(body)
        .map_err(|_| Refusal::new("MalformedQueryString", 400, "the body is no form in UTF-8"))?;
    let params = Params::parse(text);
    let action = params.get("Action").ok_or_else(|| {
        Refusal::new("MissingAction", 400, "the request has neither `Action` nor the header `X-Amz-Target`")
    })?;
    let version = params.get("Version").unwrap_or_default();
    let service = match version {
        "2010-05-08" => Service::Iam,
        "2011-06-15" => Service::Sts,
        "2010-05-15" => Service::CloudFormation,
        _ => {
            let text = format!("Could not find operation {action} for version {version}");
            return Err(Refusal::new("InvalidAction", 400, text));
        }
    };
    Ok(Call { service, action: action.to_owned(), body: Body::Query(params), credential })
}

/// `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …` (IAM user guide, `create-signed-request`).
fn credential(authorization: &str, token: Option<&str>) -> Option<Credential> {
    let (_, after) = authorization.split_once("Credential=")?;
    let scope = after.split([',', ' ']).next()?;
    let mut parts = scope.split('/');
    let (access_key, region) = (parts.next()?, parts.nth(1)?);
    let token = token.map(str::to_owned);
    Some(Credential { access_key: access_key.to_owned(), region: region.to_owned(), token })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_signed_query_is_read() {
        let mut headers = HeaderMap::new();
        let text = "AWS4-HMAC-SHA256 Credential=111111111111/20261127/eu-west-1/sts/aws4_request, SignedHeaders=host, Signature=00";
        headers.insert("authorization", HeaderValue::from_static(text));
        let call = read_call(&headers, b"Action=GetCallerIdentity&Version=2011-06-15").unwrap();
        assert_eq!((call.service, call.operation().as_str()), (Service::Sts, "sts:GetCallerIdentity"));
        let credential = call.credential.unwrap();
        assert_eq!((credential.access_key.as_str(), credential.region.as_str()), ("111111111111", "eu-west-1"));
    }

    #[test]
    fn what_is_no_call_is_refused_in_its_protocol() {
        let mut headers = HeaderMap::new();
        let code = |headers: &HeaderMap, body: &str| {
            let (protocol, refusal) = read_call(headers, body.as_bytes()).unwrap_err();
            (protocol, refusal.code)
        };
        assert_eq!(code(&headers, "Version=2010-05-08"), (Protocol::Query, "MissingAction".to_owned()));
        assert_eq!(code(&headers, "Action=X&Version=1999-01-01"), (Protocol::Query, "InvalidAction".to_owned()));
        headers.insert("x-amz-target", HeaderValue::from_static("AWSOrganizationsV20161128.ListAccounts"));
        assert_eq!(code(&headers, "{"), (Protocol::Json, "SerializationException".to_owned()));
        headers.insert("x-amz-target", HeaderValue::from_static("DynamoDB.Query"));
        assert_eq!(code(&headers, "{}"), (Protocol::Json, "UnknownOperationException".to_owned()));
    }
}
