//! Every call under every fault: what AWS refuses, what it cannot do, and what is no answer at all. None may pass for a
//! success, none for a denial that AWS did not say.

use crate::calls::row;
use crate::server::{Socket, always, answer, connect, extension, impatient, reply, socket};
use rolecall_aws::{Connection, Failure, Operation, Protocol, Service};
use rolecall_core::access_check::Outcome;
use rolecall_lifecycle::rollout::ErrorClass;
use std::time::Duration;

/// What AWS's codes mean.
fn meaning(code: &str) -> (ErrorClass, Outcome) {
    use {ErrorClass as C, Outcome as O};
    match code {
        "AccessDenied" | "AccessDeniedException" => (C::AccessDenied, O::AccessDenied),
        "Throttling" | "ThrottlingException" | "SlowDown" | "TooManyRequestsException" => (C::Throttled, O::Throttled),
        "ExpiredToken" | "ExpiredTokenException" | "UnrecognizedClientException" => (C::Fault, O::OwnCredentials),
        "RequestExpired" | "SignatureDoesNotMatch" | "InvalidSignatureException" => (C::Fault, O::OwnCredentials),
        "InvalidClientTokenId" => (C::NotReady, O::OwnCredentials),
        "InternalFailure" | "ServiceUnavailable" | "ServiceFailure" | "ServiceException" => (C::Fault, O::Fault),
        "PolicyEvaluation" => (C::Fault, O::Fault),
        "RegionDisabledException" => (C::Fault, O::RegionDisabled),
        "ValidationError" | "MalformedPolicyDocument" | "PackedPolicyTooLarge" => (C::Invalid, O::BadRequest),
        "EntityAlreadyExists" | "AlreadyExistsException" | "NameAlreadyExistsException" => {
            (C::AlreadyExists, O::Unrecognised)
        }
        "OperationIdAlreadyExistsException" | "TokenAlreadyExistsException" => (C::AlreadyExists, O::Unrecognised),
        "NoSuchEntity" | "StackSetNotFoundException" | "StackInstanceNotFoundException" => {
            (C::NotFound, O::Unrecognised)
        }
        "OperationNotFoundException" | "ParentNotFoundException" | "ChildNotFoundException" => {
            (C::NotFound, O::Unrecognised)
        }
        "TargetNotFoundException" | "PolicyNotFoundException" => (C::NotFound, O::Unrecognised),
        "LimitExceeded" | "LimitExceededException" => (C::LimitExceeded, O::Unrecognised),
        "ConcurrentModification" | "ConcurrentModificationException" | "OperationInProgressException" => {
            (C::Busy, O::Unrecognised)
        }
        "DeleteConflict" | "StaleRequestException" | "CreatedButModifiedException" | "StackSetNotEmptyException" => {
            (C::Busy, O::Unrecognised)
        }
        "UnmodifiableEntity" | "InvalidInput" | "PolicyNotAttachable" | "InvalidOperationException" => {
            (C::Invalid, O::Unrecognised)
        }
        "InsufficientCapabilitiesException" | "InvalidInputException" => (C::Invalid, O::Unrecognised),
        "UnsupportedAPIEndpointException" | "AWSOrganizationsNotInUseException" => (C::Invalid, O::Unrecognised),
        "AccountNotFoundException" => (C::NotActive, O::Unrecognised),
        other => panic!("no meaning is written down for {other}"),
    }
}

/// Answers that say of a reading that there is nothing, which is no failure.
fn says_there_is_none(operation: Operation, name: &str) -> bool {
    matches!(
        (operation, name),
        (
            Operation::GetRole | Operation::GetRolePolicy | Operation::GetPolicy | Operation::GetPolicyVersion,
            "NoSuchEntity"
        ) | (Operation::DescribeStackSet, "StackSetNotFoundException")
            | (Operation::UpdateStack, "ValidationError.no-updates")
    )
}

#[tokio::test]
async fn every_error_of_every_service_keeps_its_code_and_its_meaning() {
    let mut made = 0;
    for service in [Service::Sts, Service::Iam, Service::Organizations, Service::CloudFormation] {
        let folder = format!("constructed-aws/errors/{}", service.prefix());
        for file in rolecall_fixtures::list(&folder, extension(service)) {
            let stem = file.file_stem().unwrap().to_str().unwrap();
            let (name, status) = stem.rsplit_once('.').unwrap();
            let (code, status) = (name.split('.').next().unwrap(), status.parse::<u16>().unwrap());
            let server = always(reply(status, rolecall_fixtures::text_of(&file))).await;
            let connection = connect(&server.uri());
            for operation in Operation::ALL.iter().copied().filter(|operation| operation.service() == service) {
                made += 1;
                let came = (row(operation).call)(&connection).await;
                if says_there_is_none(operation, name) {
                    assert_eq!(came, Ok("None".to_owned()), "{operation} {name}");
                    continue;
                }
                let failure = came.expect_err(name);
                assert_eq!((failure.operation, failure.code.as_str()), (operation, code));
                assert_eq!((failure.class, failure.outcome), meaning(code), "{operation} {name}");
                assert_eq!(failure.http_status, status, "{operation} {name}");
                assert_eq!(failure.request_id.as_deref(), Some("c0ffee00-1111-2222-3333-444455556666"));
                assert!(!failure.message.is_empty() && failure.to_string().contains(code), "{failure}");
            }
        }
    }
    assert!(made > 900, "only {made} calls: the fixtures are not all there");
}

/// The failure of a call whose answer is nothing that AWS says.
async fn no_answer(operation: Operation, connection: &Connection, what: &str) -> Failure {
    let failure = match (row(operation).call)(connection).await {
        Ok(given) => panic!("{operation} takes {what} for a success: {given}"),
        Err(failure) => failure,
    };
    assert_eq!(
        (failure.operation, failure.class, failure.outcome),
        (operation, ErrorClass::Fault, Outcome::Fault),
        "{what}"
    );
    failure
}

fn unreadable_answers(operation: Operation) -> Vec<(&'static str, String)> {
    let whole = answer(operation, "");
    let mut bodies = vec![
        ("an empty body", String::new()),
        ("white space", " \n".to_owned()),
        ("a page of a proxy", "<html><head><title>Sign in</title></head><body>ok</body></html>".to_owned()),
        ("a text", "OK".to_owned()),
        ("a bare string", "\"OK\"".to_owned()),
        ("another call's answer", "<PingResponse><PingResult/></PingResponse>".to_owned()),
        ("a broken start", format!("<{whole}")),
        ("a byte that is no text", format!("{whole}\u{0}")),
    ];
    let steps = 24;
    for step in 1..steps {
        let mut cut = whole.trim_end().len() * step / steps;
        while !whole.is_char_boundary(cut) {
            cut -= 1;
        }
        bodies.push(("a cut answer", whole[..cut].to_owned()));
    }
    if operation.service().protocol() == Protocol::Query {
        let root = format!("</{}Response>", operation.action());
        bodies.push(("a root that is not closed", whole.replace(&root, "")));
        bodies.push(("crossed elements", whole.replace(&root, &format!("<a><b></a></b>{root}"))));
    }
    bodies
}

#[tokio::test]
async fn what_cannot_be_read_is_no_success() {
    for operation in Operation::ALL.iter().copied() {
        for (what, body) in unreadable_answers(operation) {
            let server = always(reply(200, body)).await;
            let failure = no_answer(operation, &connect(&server.uri()), what).await;
            assert_eq!((failure.code.as_str(), failure.http_status), ("MalformedAnswer", 0), "{operation} {what}");
        }
    }
}

#[tokio::test]
async fn answers_without_what_they_must_have_are_no_success() {
    for operation in Operation::ALL.iter().copied() {
        let body = match operation.service().protocol() {
            Protocol::Json => "{}".to_owned(),
            Protocol::Query => {
                let action = operation.action();
                format!("<{action}Response><{action}Result></{action}Result></{action}Response>")
            }
        };
        let server = always(reply(200, body)).await;
        let came = (row(operation).call)(&connect(&server.uri())).await;
        if may_be_empty(operation) {
            assert!(came.is_ok(), "{operation}: {came:?}");
        } else {
            assert_eq!(came.expect_err(operation.name()).code, "MalformedAnswer", "{operation}");
        }
    }
}

/// Calls whose answer has nothing in it, and listings whose list may be missing by botocore's models. Their readers take an
/// empty one for what it says: the simulator's judge has no result then, a stack set no instance.
fn may_be_empty(operation: Operation) -> bool {
    use Operation as O;
    row(operation).gives == ["()"]
        || matches!(
            operation,
            O::ListAttachedRolePolicies
                | O::SimulateCustomPolicy
                | O::SimulatePrincipalPolicy
                | O::ListStackInstances
                | O::ListStackSetOperations
                | O::ListStackSetOperationResults
                | O::DescribeStacks
        )
}

#[tokio::test]
async fn errors_that_are_not_aws_s_keep_their_status() {
    let page = "<html><body>no</body></html>";
    for operation in Operation::ALL.iter().copied() {
        for (status, body) in [(500, ""), (502, page), (503, page), (504, "late"), (403, page), (404, ""), (400, "{")] {
            let server = always(reply(status, body)).await;
            let failure = no_answer(operation, &connect(&server.uri()), body).await;
            assert_eq!((failure.code.as_str(), failure.http_status), ("MalformedAnswer", status), "{operation}");
        }
        let server = always(reply(429, "")).await;
        let failure = (row(operation).call)(&connect(&server.uri())).await.expect_err("429");
        assert_eq!((failure.class, failure.outcome), (ErrorClass::Throttled, Outcome::Throttled), "{operation}");
    }
}

/// A whole answer with its head, and how much of it is written.
fn written(operation: Operation, part: usize, of: usize) -> Vec<u8> {
    let body = answer(operation, "");
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(&body.as_bytes()[..body.len() * part / of]);
    bytes
}

#[tokio::test]
async fn connections_that_are_cut_are_no_answer() {
    for operation in Operation::ALL.iter().copied() {
        let body = answer(operation, "");
        let chunk = &body[..body.len() / 2];
        let chunked = format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{chunk}\r\n", chunk.len());
        let behaviours = [
            ("a closed connection", Socket::Closes),
            ("half a head", Socket::WritesAndCloses(b"HTTP/1.1 200 OK\r\ncontent-".to_vec())),
            ("no HTTP", Socket::WritesAndCloses(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec())),
            ("a head alone", Socket::WritesAndCloses(written(operation, 0, 2))),
            ("half a body", Socket::WritesAndCloses(written(operation, 1, 2))),
            ("half the chunks", Socket::WritesAndCloses(chunked.into_bytes())),
        ];
        for (what, behaviour) in behaviours {
            let server = socket(behaviour).await;
            let failure = no_answer(operation, &connect(&server.url), what).await;
            assert_eq!((failure.code.as_str(), failure.http_status), ("ConnectionFailed", 0), "{operation} {what}");
        }
    }
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_no_answer() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    for operation in Operation::ALL.iter().copied() {
        let failure = no_answer(operation, &connect(&url), "a closed port").await;
        assert_eq!((failure.code.as_str(), failure.http_status), ("ConnectionFailed", 0), "{operation}");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_or_does_not_end_is_no_answer() {
    let mut waiting = tokio::task::JoinSet::new();
    for operation in Operation::ALL.iter().copied() {
        for (what, part) in [("nothing", None), ("a head alone", Some(0)), ("half a body", Some(1))] {
            waiting.spawn(async move {
                let bytes = part.map_or_else(Vec::new, |part| written(operation, part, 2));
                let server = socket(Socket::WritesAndHangs(bytes)).await;
                let connection = impatient(&server.url, Duration::from_millis(400));
                let failure = no_answer(operation, &connection, what).await;
                assert_eq!((failure.code.as_str(), failure.http_status), ("TimedOut", 0), "{operation} {what}");
            });
        }
    }
    while let Some(done) = waiting.join_next().await {
        done.unwrap();
    }
}
