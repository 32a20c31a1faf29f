//! The lint `pass-role-any-resource`: `iam:PassRole` on every role.

use crate::finding::Finding;
use crate::lint::role_actions::{self, By, On, PASS_ROLE};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rules;
use rolecall_iam::document::PolicyType;

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &rules::pass_role_any_resource::RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::SecurityWarning, name: "Pass role with star in resource" }),
    policy_types: &[PolicyType::Identity],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    role_actions::check(
        subject,
        findings,
        &rules::pass_role_any_resource::RULE,
        &PASS_ROLE,
        (By::Name, On::Everything),
    );
}
