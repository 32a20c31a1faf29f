//! Lints of this group on documents that have them and documents that nearly have; and that nothing of the readers is lost.

use super::ALL;
use crate::lint::table::{Row, assert_rows};
use crate::lint::{Run, all, check, check_text_only, is_linted};
use rolecall_iam::document::{PolicyType, parse};
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use std::collections::BTreeSet;

use PolicyType::{Identity, Resource, ResourceControl, ServiceControl, Trust};

#[test]
fn elements() {
    let rows: &[Row<'_>] = &[
        (
            "element in another case, mended",
            Identity,
            r#"{"version": "2012-10-17", "Statement": {"Effect": "Allow", "ACTION": "s3:GetObject", "Resource": "*"}}"#,
            &[
                ("invalid-policy-element", r#""version""#),
                ("invalid-policy-element", r#""ACTION""#),
                ("missing-action", "{"),
            ],
        ),
        (
            "element that is none; no mending where the right one is there",
            Identity,
            r#"{"Statement": {"Effect": "Allow", "effect": "Deny", "Actions": "x", "Action": "s3:GetObject", "Resource": "*"}}"#,
            &[("invalid-policy-element", r#""effect""#), ("invalid-policy-element", r#""Actions""#)],
        ),
        (
            "all elements that there are",
            Identity,
            r#"{"Version": "2012-10-17", "Id": "a", "Statement": [{"Sid": "a", "Effect": "Deny", "NotAction": "iam:*", "NotResource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}"#,
            &[],
        ),
        (
            "effects",
            Identity,
            r#"{"Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}, {"Effect": "Permit", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "*", "Resource": "*"}]}"#,
            &[("invalid-effect", r#""allow""#), ("invalid-effect", r#""Permit""#)],
        ),
        (
            "versions",
            Identity,
            r#"{"Version": "2012-10-18", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#,
            &[("invalid-version", r#""2012-10-18""#)],
        ),
        (
            "an old version is one",
            Identity,
            r#"{"Version": "2008-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#,
            &[],
        ),
        (
            "wrong types",
            Identity,
            r#"{"Version": 2012, "Statement": {"Effect": "Allow", "Action": {"a": 1}, "Resource": "*", "Condition": "none"}}"#,
            &[
                ("data-type-mismatch", "2012"),
                ("data-type-mismatch", r#"{"a": 1}"#),
                ("data-type-mismatch", r#""none""#),
            ],
        ),
        (
            "a key twice",
            Identity,
            r#"{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Action": "s3:PutObject", "Resource": "*"}}"#,
            &[("duplicate-element", r#""Action""#)],
        ),
        (
            "both forms",
            Identity,
            r#"{"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "iam:*", "Resource": "*", "NotResource": "*"}}"#,
            &[
                ("unsupported-element-combination", r#""NotAction""#),
                ("unsupported-element-combination", r#""NotResource""#),
            ],
        ),
        (
            "Sids",
            Identity,
            r#"{"Statement": [{"Sid": "a-b", "Effect": "Allow", "Action": "*", "Resource": "*"}, {"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"}, {"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"}, {"Sid": "a", "Effect": "Allow", "Action": "*", "Resource": "*"}]}"#,
            &[("unsupported-sid", r#""a-b""#), ("unique-sids-required", r#""A""#)],
        ),
        (
            "Sids of a resource policy are another lint's",
            Resource,
            r#"{"Statement": [{"Sid": "a b", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}, {"Sid": "a b", "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}"#,
            &[],
        ),
    ];
    assert_rows(ALL, rows);
}

#[test]
fn missing_elements() {
    let rows: &[Row<'_>] = &[
        ("nothing", Identity, "{}", &[("missing-statement", "{")]),
        ("an empty list", Identity, r#"{"Statement": []}"#, &[("missing-statement", "[]")]),
        (
            "an identity policy",
            Identity,
            r#"{"Statement": {}}"#,
            &[("missing-action", "{"), ("missing-effect", "{"), ("missing-resource", "{")],
        ),
        (
            "a resource policy may do without a resource",
            Resource,
            r#"{"Statement": {}}"#,
            &[("missing-action", "{"), ("missing-effect", "{"), ("missing-principal", "{")],
        ),
        (
            "a trust policy",
            Trust,
            r#"{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}}"#,
            &[("missing-principal", "{")],
        ),
        (
            "a service control policy",
            ServiceControl,
            r#"{"Statement": {"Effect": "Deny", "NotAction": "iam:*"}}"#,
            &[("missing-resource", "{")],
        ),
        (
            "a resource control policy",
            ResourceControl,
            r#"{"Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#,
            &[("missing-principal", "{")],
        ),
        (
            "nothing is missing",
            ResourceControl,
            r#"{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}}"#,
            &[],
        ),
    ];
    assert_rows(ALL, rows);
}

#[test]
fn principals() {
    let rows: &[Row<'_>] = &[
        (
            "in an identity policy",
            Identity,
            r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}"#,
            &[("unsupported-principal", r#""Principal""#)],
        ),
        (
            "in a service control policy",
            ServiceControl,
            r#"{"Statement": {"Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}, "Action": "*", "Resource": "*"}}"#,
            &[("scp-principal", r#""NotPrincipal""#)],
        ),
        (
            "kinds",
            Resource,
            r#"{"Statement": {"Effect": "Allow", "Principal": {"aws": "111122223333", "User": "x", "Service": "ec2.amazonaws.com", "CanonicalUser": "79a59df900b949e5"}, "Action": "s3:GetObject", "Resource": "*"}}"#,
            &[("invalid-principal-key", r#""aws""#), ("invalid-principal-key", r#""User""#)],
        ),
        (
            "values",
            Resource,
            r#"{"Statement": [{"Effect": "Allow", "Principal": "111122223333", "Action": "s3:GetObject", "Resource": "*"}, {"Effect": "Allow", "Principal": {"AWS": ["1111", "arn:aws:s3:::cost-reports", "", "111122223333", "arn:aws:iam::111122223333:role/Build"]}, "Action": "s3:GetObject", "Resource": "*"}]}"#,
            &[
                ("invalid-principal-format", r#""111122223333""#),
                ("invalid-principal-format", r#""1111""#),
                ("invalid-principal-format", r#""arn:aws:s3:::cost-reports""#),
                ("invalid-principal-format", r#""""#),
            ],
        ),
        (
            "everybody, in both forms, and what has lints of its own",
            Resource,
            r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}, {"Effect": "Allow", "Principal": {"AWS": ["*", "arn:aws:iam::111122223333:role/*", "${aws:userid}"]}, "Action": "s3:GetObject", "Resource": "*"}]}"#,
            &[],
        ),
    ];
    assert_rows(ALL, rows);
}

#[test]
fn trust_and_organizations() {
    let rows: &[Row<'_>] = &[
        (
            "trust: NotPrincipal and Resource",
            Trust,
            r#"{"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole", "Resource": "*"}}"#,
            &[("trust-not-principal", r#""NotPrincipal""#), ("trust-resource", r#""Resource""#)],
        ),
        (
            "trust in everybody",
            Trust,
            r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}, {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}"#,
            &[("trust-principal-wildcard", r#""*""#)],
        ),
        (
            "NotPrincipal in a resource policy",
            Resource,
            r#"{"Statement": {"Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}, "Action": "s3:*", "Resource": "*"}}"#,
            &[],
        ),
        (
            "an SCP in the whole policy language",
            ServiceControl,
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::cost-reports", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}, {"Effect": "Deny", "Action": "iam:*Role", "Resource": "*"}]}"#,
            &[],
        ),
        (
            "an RCP that allows",
            ResourceControl,
            r#"{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}"#,
            &[("rcp-allow", r#""Allow""#)],
        ),
    ];
    assert_rows(ALL, rows);
}

#[test]
fn the_size_of_a_service_control_policy() {
    let policy = |sid: usize, space: usize| {
        let (sid, space) = ("a".repeat(sid), " ".repeat(space));
        format!(r#"{{"Statement":{space}[{{"Sid":"{sid}","Effect":"Deny","Action":"*","Resource":"*"}}]}}"#)
    };
    let length = policy(0, 0).len();
    assert_rows(
        ALL,
        &[
            ("at the quota", ServiceControl, &policy(5_120 - length, 0), &[]),
            ("one more", ServiceControl, &policy(5_121 - length, 0), &[("scp-too-long", "{")]),
            ("with white space that the console takes out", ServiceControl, &policy(5_120 - length, 100), &[]),
            ("another type", Identity, &policy(6_000, 0), &[]),
        ],
    );
}

#[test]
fn texts_that_are_no_json() {
    for text in ["", "{", "{]", "{\"a\": }", "{} x", "{\"a\": 1,}", "{\"a\": 1 \"b\": 2}", "{/* a */}", "\u{FEFF}{}"] {
        let read = json::read(FileId(0), text);
        let found = check_text_only(&read.problems);
        assert!(found.iter().any(|finding| finding.rule.code == "json-syntax"), "{text:?}: {found:?}");
    }
    assert!(check_text_only(&json::read(FileId(0), "{}").problems).is_empty());
}

/// Documents with one of everything that the readers report.
const DAMAGED: &[(PolicyType, &str)] = &[
    (
        Identity,
        r#"{"Version": "1", "statement": {}, "Statement": [{}, 5, {"Effect": "x", "Principal": "*", "Sid": " "}]}"#,
    ),
    (
        Identity,
        r#"{"Statement": {"Effect": "allow", "Action": ["", "s3", ":a", "s3:", "s3*:a", "s3:a b", "${a:b}"], "Resource": ["x", "*"]}}"#,
    ),
    (
        Identity,
        r#"{"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*", "NotResource": "*"}}"#,
    ),
    (
        Identity,
        r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"stringequals": {" aws:a": "b"}, "NullIfExists": {"": "c"}, "X:Null": {"aws:a": [null]}}}}"#,
    ),
    (
        Resource,
        r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": ["", "x", "arn:aws:iam::111122223333:role/*", "${a:b}"], "aws": "x", "Service": ["", "*"]}, "Action": "*"}}"#,
    ),
    (
        Resource,
        r#"{"Statement": [{"Effect": "Allow", "Principal": "x", "Action": "*"}, {"Effect": "Allow", "Principal": "${a:b}", "Action": "*"}, {"Effect": "Allow", "Principal": "a*", "Action": "*"}, {"Effect": "Allow", "Principal": ["*"], "Action": "*"}]}"#,
    ),
    (Trust, r#"{"Statement": {"Resource": "*", "Action": 5}}"#),
    (ServiceControl, r#"{"Statement": {"Principal": "*"}}"#),
    (ResourceControl, r#"{"Statement": [{"Effect": "Allow"}]}"#),
];

#[test]
fn no_problem_of_a_refined_code_is_lost() {
    let mut seen = BTreeSet::new();
    for (policy_type, text) in DAMAGED {
        let root = json::read(FileId(0), text).node.unwrap();
        let parsed = parse::parse(&root, *policy_type);
        let policy = parsed.policy.unwrap();
        let findings = check(&root, &policy, &parsed.problems, *policy_type);
        for problem in parsed.problems.iter().filter(|problem| problem.is_error()) {
            assert!(is_linted(problem), "{problem:?}");
            seen.insert(problem.code);
            let told = all().any(|lint| {
                let (Run::Refines(codes, _) | Run::Reader(codes)) = lint.run else { return false };
                let here =
                    |span: rolecall_iam::span::Span| span.start < problem.span.end && problem.span.start < span.end;
                codes.contains(&problem.code)
                    && findings.iter().any(|finding| finding.rule.code == lint.rule.code && here(finding.span))
            });
            assert!(told, "{text}: {problem:?} is no finding");
        }
    }
    let all_codes = [
        "both-forms",
        "invalid-action",
        "invalid-condition-key",
        "invalid-effect",
        "invalid-principal",
        "invalid-resource",
        "invalid-version",
        "missing-element",
        "principal-forbidden",
        "resource-forbidden",
        "unknown-element",
        "unknown-operator",
        "wrong-type",
    ];
    assert_eq!(seen, BTreeSet::from(all_codes));
}
