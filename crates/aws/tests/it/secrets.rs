//! No secret stands in a failure: neither the keys of the connection nor those of an answer.

use crate::calls::row;
use crate::server::{always, connect, options, reply};
use rolecall_aws::{AssumeRole, Connection, Keys, Operation, Protocol};

const ID: &str = "AKIAEXAMPLEEXAMPLE01";
const SECRET: &str = "a-secret-without-form";
const TOKEN: &str = "a.token~without.form";
const SECRETS: [&str; 3] = [ID, SECRET, TOKEN];

fn connection(url: &str) -> Connection {
    Connection::with_keys(&options(url), &Keys::new(ID, SECRET).with_session_token(TOKEN))
}

fn assert_silent(text: &str, what: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{what}: {text}");
    }
}

#[tokio::test]
async fn what_aws_echoes_of_the_credentials_is_not_kept() {
    for operation in Operation::ALL.iter().copied() {
        let echo = format!("x-amz-security-token:{TOKEN} Credential={ID}/20261127/us-east-1 key {SECRET}");
        let body = match operation.service().protocol() {
            Protocol::Query => format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>{echo}</Message></Error>\
                 <RequestId>1</RequestId></ErrorResponse>"
            ),
            Protocol::Json => format!(r#"{{"__type":"InvalidSignatureException","message":"{echo}"}}"#),
        };
        let server = always(reply(403, body)).await;
        let failure = (row(operation).call)(&connection(&server.uri())).await.unwrap_err();
        assert!(failure.message.contains("[redacted]/20261127/us-east-1"), "{failure}");
        assert_silent(&format!("{failure} {failure:?}"), operation.name());
    }
}

#[tokio::test]
async fn a_code_or_an_unreadable_answer_that_holds_a_secret_is_silent_too() {
    for operation in Operation::ALL.iter().copied() {
        for (status, body) in [
            (
                403,
                format!("<ErrorResponse><Error><Code>{ID}</Code><Message>{SECRET}</Message></Error></ErrorResponse>"),
            ),
            (403, format!(r#"{{"__type":"{ID}","message":"{TOKEN}"}}"#)),
            (200, format!("<{ID}>")),
            (200, format!("{{\"{TOKEN}\": {SECRET}")),
        ] {
            let server = always(reply(status, body)).await;
            let failure = (row(operation).call)(&connection(&server.uri())).await.unwrap_err();
            assert_silent(&format!("{failure} {failure:?}"), operation.name());
        }
    }
}

#[tokio::test]
async fn an_answer_with_keys_that_cannot_be_used_does_not_print_them() {
    let whole = crate::server::answer(Operation::AssumeRole, "");
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    assert!(whole.contains(secret));
    let role = AssumeRole {
        role_arn: "arn:aws:iam::1:role/R".into(),
        role_session_name: "s1".into(),
        ..AssumeRole::default()
    };
    let broken = [
        whole.replace("Expiration>", "Expired>"),
        whole.replace("<Expiration>2126-11-27T13:00:00Z", "<Expiration>soon"),
        whole.replace("arn:aws:sts", "not-an-arn"),
        whole.replace("</AssumeRoleResponse>", ""),
        whole.replace("SessionToken>", "Token>"),
    ];
    for body in broken {
        let server = always(reply(200, body)).await;
        let failure = connect(&server.uri()).assume_role(&role).await.unwrap_err();
        assert_eq!(failure.code, "MalformedAnswer");
        let printed = format!("{failure} {failure:?}");
        assert!(!printed.contains(secret) && !printed.contains("FwoGZXIv"), "{printed}");
    }
    let server = always(reply(200, whole)).await;
    let session = connect(&server.uri()).assume_role(&role).await.unwrap();
    let printed = format!("{session:?} {:?}", connect(&server.uri()).with_session(&session));
    assert!(!printed.contains(secret) && !printed.contains("FwoGZXIv") && !printed.contains("ASIA"), "{printed}");
}
