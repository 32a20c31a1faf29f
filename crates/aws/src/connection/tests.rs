//! Endpoints, and what a connection prints of itself.

use super::*;

#[test]
fn endpoints_that_are_no_urls_are_refused() {
    for sound in ["http://127.0.0.1:4566", "https://iam.amazonaws.com", "http://[::1]:80/x", "http://u@localhost"] {
        assert_eq!(check_endpoint(Some(sound)), Ok(()), "{sound}");
    }
    for broken in ["", "localhost:4566", "ftp://host", "http://", "http:///path", "http://a b"] {
        assert_eq!(check_endpoint(Some(broken)), Err(ConnectError::BadEndpoint(broken.to_owned())), "{broken}");
    }
    assert_eq!(check_endpoint(None), Ok(()));
}

#[test]
fn only_this_machine_is_loopback() {
    for here in ["http://127.0.0.1:4566", "http://LOCALHOST", "http://[::1]:80/x"] {
        assert!(is_loopback(here), "{here}");
    }
    for elsewhere in ["http://10.0.0.1", "https://localhost.example.com", "https://iam.amazonaws.com"] {
        assert!(!is_loopback(elsewhere), "{elsewhere}");
    }
}

#[test]
fn nothing_that_holds_credentials_prints_them() {
    let options = ConnectOptions { endpoint_url: Some("http://127.0.0.1:1".into()), ..ConnectOptions::default() };
    let keys = Keys::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG").with_session_token("FwoGZXIvYXdzE");
    let session = Session {
        keys: keys.clone(),
        assumed_role_arn: "arn:aws:sts::123456789012:assumed-role/R/s".into(),
        assumed_role_id: "AROAEXAMPLE:s".into(),
        account: rolecall_iam::arn::AccountId::parse("123456789012").unwrap(),
        expires_at_s: 1,
    };
    let connection = Connection::with_keys(&options, &keys);
    let pages = connection.list_accounts();
    let other = connection.with_session(&session);
    let printed = format!("{keys:?} {session:?} {connection:?} {other:?} {pages:?} {:?}", connection.iam().config());
    for secret in ["AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI", "FwoGZXIvYXdzE"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(printed.contains("assumed-role/R/s") && printed.contains("us-east-1"), "{printed}");
}
