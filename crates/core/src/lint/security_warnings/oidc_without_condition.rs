//! The lint `oidc-without-condition`: an OIDC provider without a condition on its claims.

use crate::finding::Finding;
use crate::lint::web_identity::{GITHUB, has_claim, providers};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Effect, PolicyType};

/// Its texts.
static RULE: Rule = Rule {
    code: "oidc-without-condition",
    severity: Severity::Error,
    title: "every user of an identity provider may assume the role",
    what: "An `Allow` statement of a trust names an OIDC provider, and no condition has a key of that provider \
        (`<provider>:aud`, `<provider>:sub` …). GitHub has a lint of its own.",
    why: "The provider signs tokens for all its applications and users; without a condition all of them are let in.",
    remedy: "Add a condition on `<provider>:aud`, and on `<provider>:sub` where several users share the \
        application.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Federated": "arn:aws:iam::111122223333:oidc-provider/login.example.com"
    },
    "Action": "sts:AssumeRoleWithWebIdentity"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Federated": "arn:aws:iam::111122223333:oidc-provider/login.example.com"
    },
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
      "StringEquals": {
        "login.example.com:aud": "rolecall"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck {
        finding_type: AwsFindingType::SecurityWarning,
        name: "Missing condition key for oidc principal",
    }),
    policy_types: &[PolicyType::Trust],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements().filter(|(_, statement)| statement.effect.value == Effect::Allow) {
        for (span, host) in providers(statement).filter(|(_, host)| *host != GITHUB) {
            if !has_claim(statement, host, "") {
                let message = format!("no condition on a claim of `{host}`: every token that it signs is accepted");
                findings.push(Finding::new(&RULE, span, subject_of(index, statement, host), message));
            }
        }
    }
}
