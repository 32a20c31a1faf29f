//! The lint `missing-action-for-roles-anywhere-trust-policy`:
//! trust in IAM Roles Anywhere without all of its actions.

use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Effect, PolicyType, Statement};
use rolecall_iam::principal::Principal;
use rolecall_iam::span::Span;
use rolecall_iam::span::Spanned;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "missing-action-for-roles-anywhere-trust-policy",
    severity: Severity::Error,
    title: "trust in IAM Roles Anywhere without all of its actions",
    what: "The `Allow` statements for `rolesanywhere.amazonaws.com` do not have all of `sts:AssumeRole`, \
        `sts:SetSourceIdentity` and `sts:TagSession`.",
    why: "IAM Roles Anywhere sets a source identity and session tags from the certificate: without the actions \
        it cannot assume the role.",
    remedy: "Add the actions that are missing.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Service": "rolesanywhere.amazonaws.com"
    },
    "Action": "sts:AssumeRole"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Service": "rolesanywhere.amazonaws.com"
    },
    "Action": [
      "sts:AssumeRole",
      "sts:SetSourceIdentity",
      "sts:TagSession"
    ]
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Missing action for roles anywhere trust policy" }),
    policy_types: &[PolicyType::Trust],
    run: Run::Check(check),
};

const NEEDED: &[&str] = &["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let trusting =
        || subject.statements().filter_map(|(index, statement)| Some((index, statement, service(statement)?)));
    let Some((index, statement, span)) = trusting().next() else { return };
    let missing: Vec<String> = NEEDED
        .iter()
        .filter(|action| !trusting().any(|(_, statement, _)| allows(statement, action)))
        .map(|action| format!("`{action}`"))
        .collect();
    if missing.is_empty() {
        return;
    }
    let message = format!("IAM Roles Anywhere also needs {}", missing.join(" and "));
    let about = subject_of(index, statement, "rolesanywhere.amazonaws.com");
    findings.push(Finding::new(&RULE, span, about, message).with_related(statement.actions.span, "the actions"));
}

/// The place of the service principal in an `Allow` statement that trusts it.
fn service(statement: &Statement) -> Option<Span> {
    let principals = statement.principals.as_ref().filter(|principals| !principals.negated)?;
    let is_service = |value: &&Spanned<Principal>| matches!(&value.value, Principal::Service(name) if name == "rolesanywhere.amazonaws.com");
    let found = principals.values.iter().find(is_service)?;
    (statement.effect.value == Effect::Allow).then_some(found.span)
}

fn allows(statement: &Statement, action: &str) -> bool {
    statement.actions.values.iter().any(|pattern| pattern.value.matches(action)) != statement.actions.negated
}
