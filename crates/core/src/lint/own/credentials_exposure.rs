//! The lint `credentials-exposure`: actions whose answers hold credentials.

use crate::finding::Finding;
use crate::lint::action_table::ActionTable;
use crate::lint::listed_actions;
use crate::lint::{Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{PolicyType, Statement};
use rolecall_iam_catalog::{Mark, all_actions};
use std::sync::LazyLock;

/// Its texts.
static RULE: Rule = Rule {
    code: "credentials-exposure",
    severity: Severity::Warning,
    title: "an action that gives out credentials",
    what: "An `Allow` statement has an action, by name or pattern, that stands on policy_sentry's list of actions \
        whose answers hold credentials. `sts:AssumeRole` is told only when the statement has `*` among its \
        resources; `*` as an action is told by a lint of its own.",
    why: "Who has credentials can use them elsewhere and later, past what the policy or its conditions say.",
    remedy: "Remove it, or name the resources it is needed on.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ecr:GetAuthorizationToken",
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "ecr:DescribeRepositories",
    "Resource": "*"
  }
}"#,
    references: &["https://github.com/salesforce/policy_sentry"],
};

/// How it is made.
pub(super) static LINT: Lint =
    Lint { rule: &RULE, aws: None, policy_types: &[PolicyType::Identity], run: Run::Check(check) };

/// The actions of the list.
static ACTIONS: LazyLock<ActionTable> = LazyLock::new(|| {
    let marked = all_actions().filter(|action| action.has_mark(Mark::CredentialsExposure));
    ActionTable::new(marked.map(|action| action.to_string()))
});

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    listed_actions::check(subject, findings, &RULE, (&ACTIONS, "gives out credentials"), counts);
}

fn counts(statement: &Statement, action: &str) -> bool {
    let everywhere = || {
        statement
            .resources
            .as_ref()
            .is_none_or(|resources| resources.negated || resources.values.iter().any(|value| value.value == "*"))
    };
    action != "sts:AssumeRole" || everywhere()
}
