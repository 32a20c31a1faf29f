//! Secrets in texts, and texts without any.

use super::*;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[test]
fn what_was_used_is_taken_out_wherever_it_stands() {
    let secrets = Secrets::default();
    let used = Credentials::new("AKIAIOSFODNN7EXAMPLE", "short-secret-no-form", Some("tok.en~1".into()), None, "test");
    secrets.remember(&used);
    secrets.remember(&used);
    let text = "x AKIAIOSFODNN7EXAMPLE y short-secret-no-form z tok.en~1";
    assert_eq!(secrets.redact(text), "x [redacted] y [redacted] z [redacted]");
    assert_eq!(format!("{secrets:?}"), "Secrets(not shown)");
}

#[test]
fn an_account_id_as_access_key_stays_readable() {
    let secrets = Secrets::default();
    secrets.remember(&Credentials::new("111111111111", "test", None, None, "test"));
    let text = "arn:aws:iam::111111111111:role/ProsperOps is a test";
    assert_eq!(secrets.redact(text), text);
}

#[test]
fn what_looks_like_a_secret_is_taken_out_though_nobody_used_it() {
    let secrets = Secrets::default();
    let cases = [
        (format!("the secret {SECRET}."), "the secret [redacted].".to_owned()),
        ("for ASIAIOSFODNN7EXAMPLE: no".to_owned(), "for [redacted]: no".to_owned()),
        (
            "Credential=AKIAIOSFODNN7EXAMPLE/20261127/us-east-1".to_owned(),
            "Credential=[redacted]/20261127/us-east-1".to_owned(),
        ),
        (
            format!("x-amz-security-token:IQoJb3JpZ2luX2VjE{SECRET}\nhost:sts"),
            "x-amz-security-token:[redacted]\nhost:sts".to_owned(),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(secrets.redact(&text), expected);
    }
}

#[test]
fn words_arns_and_ids_stay() {
    let secrets = Secrets::default();
    let kept = [
        "User: arn:aws:sts::205499583182:assumed-role/Service/Session is not authorized to perform: sts:AssumeRole",
        "arn:aws:organizations::123456789012:policy/o-exampleorgid/service_control_policy/p-examplepolicyid111",
        "Role with name MAKIAVELLI and AKIA only",
        "arn:aws:iam::123456789012:role/division/subdivision/application/component/stage/name",
        "c9d0e1f2-3a4b-5c6d-7e8f-901234567890",
    ];
    for text in kept {
        assert_eq!(secrets.redact(text), text);
    }
}

#[test]
fn only_so_many_are_remembered() {
    let secrets = Secrets::default();
    for round in 0..100 {
        secrets.remember(&Credentials::new("AKIAIOSFODNN7EXAMPLE", format!("secret-{round:03}"), None, None, "test"));
    }
    assert!(secrets.0.lock().unwrap().len() <= 3 * REMEMBERED_MAX);
    assert_eq!(secrets.redact("secret-099"), "[redacted]");
}
