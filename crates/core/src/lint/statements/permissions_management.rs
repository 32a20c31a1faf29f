//! The lint `permissions-management`: actions that grant or change permissions.

use crate::finding::Finding;
use crate::lint::resolved::Named;
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Effect, PolicyType};
use rolecall_iam_catalog::{AccessLevel, Action, actions_matching};

/// Its texts.
static RULE: Rule = Rule {
    code: "permissions-management",
    severity: Severity::Warning,
    title: "an action that changes permissions",
    what: "An `Allow` statement lists an action, by name or by a pattern that is not a whole service, that AWS \
        classes as permissions management.",
    why: "Who changes a policy of a resource or of an identity can give out what this policy does not grant: \
        someone who may write the policy of a bucket can have its objects deleted by others.",
    remedy: "Remove it, or name the resources it is needed on.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:PutBucketPolicy",
    "Resource": "arn:aws:s3:::cost-reports"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetBucketPolicy",
    "Resource": "arn:aws:s3:::cost-reports"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint =
    Lint { rule: &RULE, aws: None, policy_types: &[PolicyType::Identity], run: Run::Check(check) };

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        if statement.effect.value != Effect::Allow || statement.actions.negated {
            continue;
        }
        for (pattern, named) in statement.actions.values.iter().zip(subject.actions.statement(index)) {
            let Some(action) = managing(*named, &pattern.value) else { continue };
            let message = if pattern.value.has_wildcard() {
                format!("`{}` allows `{action}`, which changes permissions", pattern.value)
            } else {
                format!("`{action}` changes permissions")
            };
            let about = subject_of(index, statement, pattern.value.as_str());
            findings.push(Finding::new(&RULE, pattern.span, about, message));
        }
    }
}

fn managing(named: Named, pattern: &ActionPattern) -> Option<Action> {
    let manages = |action: &Action| action.access_level() == AccessLevel::PermissionsManagement;
    match named {
        Named::One(action) => Some(action).filter(manages),
        Named::Several(_) => actions_matching(pattern.lower()).find(manages),
        Named::Everything | Named::WholeService(_) | Named::NoAction(_) | Named::NoService => None,
    }
}
