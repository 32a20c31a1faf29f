//! The lint `github-without-repository`: GitHub Actions without a condition on the repository.

use crate::finding::Finding;
use crate::lint::web_identity::{GITHUB, has_claim, providers};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Effect, PolicyType};

/// Its texts.
static RULE: Rule = Rule {
    code: "github-without-repository",
    severity: Severity::Error,
    title: "every repository of GitHub may assume the role",
    what: "An `Allow` statement of a trust names the OIDC provider of GitHub Actions, and no condition has its \
        `sub` claim.",
    why: "GitHub signs tokens for workflows of every repository of every customer with the same provider.",
    remedy: "Add a condition on `token.actions.githubusercontent.com:sub` with the organization, the repository and \
        the branch.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    },
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
      "StringEquals": {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    },
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
      "StringEquals": {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:example/reports:ref:refs/heads/main"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::SecurityWarning, name: "Missing github repo condition key" }),
    policy_types: &[PolicyType::Trust],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements().filter(|(_, statement)| statement.effect.value == Effect::Allow) {
        for (span, host) in providers(statement).filter(|(_, host)| *host == GITHUB) {
            if !has_claim(statement, host, "sub") {
                let message = format!("no condition on `{host}:sub`: workflows of every repository are let in");
                findings.push(Finding::new(&RULE, span, subject_of(index, statement, host), message));
            }
        }
    }
}
