//! Principals and trust policies.

use super::super::ALL;
use super::{Resource, Trust};
use super::{Row, assert_rows};

#[test]
fn wildcards() {
    let rows: &[Row<'_>] = &[(
        "in principals",
        Resource,
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": ["*", "arn:aws:iam::111122223333:role/a*"], "Service": "*", "Federated": "a?", "CanonicalUser": "x"}, "Action": "s3:GetObject", "Resource": "*"}}"#,
        &[
            ("unsupported-wildcard-in-principal", r#""arn:aws:iam::111122223333:role/a*""#),
            ("unsupported-wildcard-in-principal", r#""*""#),
            ("unsupported-wildcard-in-principal", r#""a?""#),
            ("federated-principal-not-supported", r#""a?""#),
        ],
    )];
    assert_rows(ALL, rows);
}

#[test]
fn providers() {
    let rows: &[Row<'_>] = &[
        (
            "forms",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Federated": ["https://a.example", "a", "arn:aws:iam::111122223333:saml/a", "arn:aws:iam::1:saml-provider/a", "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com", "cognito-identity.amazonaws.com"]}, "Action": "sts:AssumeRoleWithWebIdentity"}}"#,
            &[
                ("invalid-federated-principal-syntax-in-role-trust-policy", r#""https://a.example""#),
                ("invalid-federated-principal-syntax-in-role-trust-policy", r#""a""#),
                ("invalid-federated-principal-syntax-in-role-trust-policy", r#""arn:aws:iam::111122223333:saml/a""#),
                ("invalid-federated-principal-syntax-in-role-trust-policy", r#""arn:aws:iam::1:saml-provider/a""#),
            ],
        ),
        (
            "SAML with the action of OIDC",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/Office"}, "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"]}}"#,
            &[("mismatched-action-for-principal", r#""sts:AssumeRoleWithWebIdentity""#)],
        ),
        (
            "OIDC with the action of roles",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRole"}}"#,
            &[("mismatched-action-for-principal", r#""sts:AssumeRole""#)],
        ),
        (
            "a role with the action of SAML",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": ["sts:AssumeRole", "sts:AssumeRoleWithSAML"]}}"#,
            &[("mismatched-action-for-principal", r#""sts:AssumeRoleWithSAML""#)],
        ),
        (
            "a principal without its action",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "999988887777", "Federated": "arn:aws:iam::111122223333:saml-provider/Office"}, "Action": "sts:AssumeRole"}}"#,
            &[("mismatched-action-for-principal", r#""arn:aws:iam::111122223333:saml-provider/Office""#)],
        ),
        (
            "each with its action",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "999988887777", "Federated": ["arn:aws:iam::111122223333:saml-provider/Office", "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"]}, "Action": ["sts:AssumeRole*"]}}"#,
            &[],
        ),
        (
            "session actions alone",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/Office"}, "Action": "sts:TagSession"}}"#,
            &[],
        ),
    ];
    assert_rows(ALL, rows);
}

#[test]
fn actions_of_trust() {
    let rows: &[Row<'_>] = &[
        (
            "other actions",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": ["sts:AssumeRole", "sts:GetCallerIdentity", "s3:GetObject", "sts:TagSession", "sts:SetContext"]}}"#,
            &[
                ("unsupported-action-in-policy", r#""sts:GetCallerIdentity""#),
                ("unsupported-action-in-policy", r#""s3:GetObject""#),
            ],
        ),
        (
            "patterns",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": ["sts:*", "s3:*"]}}"#,
            &[("unsupported-action-in-policy", r#""s3:*""#)],
        ),
        (
            "the source identity",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": "sts:AssumeRole", "Condition": {"StringLike": {"sts:SourceIdentity": "a*"}}}}"#,
            &[("missing-action-for-condition-key", r#""sts:SourceIdentity""#)],
        ),
        (
            "tags of the session",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": ["sts:AssumeRole"], "Condition": {"StringEquals": {"aws:RequestTag/team": "a"}, "ForAllValues:StringEquals": {"aws:TagKeys": "team"}}}}"#,
            &[
                ("missing-action-for-condition-key", r#""aws:RequestTag/team""#),
                ("missing-action-for-condition-key", r#""aws:TagKeys""#),
            ],
        ),
        (
            "with the actions",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSource*"], "Condition": {"StringEquals": {"aws:RequestTag/team": "a", "sts:SourceIdentity": "a"}}}}"#,
            &[],
        ),
        (
            "a Deny, and a key that may be absent",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": "sts:AssumeRole", "Condition": {"StringNotEquals": {"sts:SourceIdentity": "a"}}}, {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": "sts:AssumeRole", "Condition": {"StringEqualsIfExists": {"sts:SourceIdentity": "a"}}}]}"#,
            &[],
        ),
        (
            "the external ID and session tags",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999988887777:root"}, "Action": ["sts:AssumeRole", "sts:TagSession"], "Condition": {"StringEquals": {"sts:ExternalId": "a1"}}}}"#,
            &[],
        ),
        (
            "Roles Anywhere",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "rolesanywhere.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"]}}"#,
            &[("missing-action-for-roles-anywhere-trust-policy", r#""rolesanywhere.amazonaws.com""#)],
        ),
        (
            "Roles Anywhere, in two statements",
            Trust,
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "rolesanywhere.amazonaws.com"}, "Action": "sts:AssumeRole"}, {"Effect": "Allow", "Principal": {"Service": "rolesanywhere.amazonaws.com"}, "Action": ["sts:TagSession", "sts:SetSourceIdentity"]}]}"#,
            &[],
        ),
    ];
    assert_rows(ALL, rows);
}
