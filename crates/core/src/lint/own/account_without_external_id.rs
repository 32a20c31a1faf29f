//! The lint `account-without-external-id`: an account may assume the role without an external ID.

use crate::finding::Finding;
use crate::lint::condition_facts::restricted_by;
use crate::lint::reach::reach;
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Effect, PolicyType};
use rolecall_iam::principal::Principal;

/// Keys that say whose call it is.
const KEYS: &[&str] =
    &["sts:ExternalId", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalAccount", "aws:SourceAccount"];

/// Its texts.
static RULE: Rule = Rule {
    code: "account-without-external-id",
    severity: Severity::Warning,
    title: "another account may assume the role without an external ID",
    what: "An `Allow` statement of a trust names an account, a role or a user as its principal, grants \
        `sts:AssumeRole`, and restricts neither `sts:ExternalId` nor an organization or account of the caller \
        (`aws:PrincipalOrgID`, `aws:PrincipalOrgPaths`, `aws:PrincipalAccount`, `aws:SourceAccount`). A value that is \
        made of wildcards, such as `?*`, or `o-*` for an organization, restricts nothing. Whether the principal is of \
        the same account, the document does not tell.",
    why: "When the other account works for several customers, one of them can have it use the role of another: the \
        confused deputy problem.",
    remedy: "Add a condition on `sts:ExternalId` for an account of somebody else; one on `aws:PrincipalOrgID` for \
        an account of your own organization.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "sts:AssumeRole",
    "Condition": {
      "StringEquals": {
        "sts:ExternalId": "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint =
    Lint { rule: &RULE, aws: None, policy_types: &[PolicyType::Trust], run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements().filter(|(_, statement)| statement.effect.value == Effect::Allow) {
        let Some(principals) = statement.principals.as_ref().filter(|principals| !principals.negated) else { continue };
        if reach(statement, "sts:AssumeRole").is_none() || restricted_by(statement, KEYS) {
            continue;
        }
        for value in &principals.values {
            if matches!(value.value, Principal::Account { .. } | Principal::AwsArn(_)) {
                let text = value.value.as_str();
                let message = format!("`{text}` may assume the role without an external ID");
                findings.push(Finding::new(&RULE, value.span, subject_of(index, statement, text), message));
            }
        }
    }
}
