//! The lint `github-wildcard`: a wildcard in the `sub` claim of GitHub Actions.

use crate::finding::Finding;
use crate::lint::web_identity::{GITHUB, claim_of};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::BaseOperator;
use rolecall_iam::document::{Effect, PolicyType};

/// Its texts.
static RULE: Rule = Rule {
    code: "github-wildcard",
    severity: Severity::Warning,
    title: "a wildcard over repositories or branches of GitHub",
    what: "A value of the `sub` claim of GitHub Actions has `*` or `?` under an operator that takes wildcards.",
    why: "Workflows of other repositories or branches than the one that is meant may match: whoever may push to one \
        of them gets the role.",
    remedy: "Write organization, repository and branch in full.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    },
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
      "StringLike": {
        "token.actions.githubusercontent.com:sub": "repo:example/*"
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
      "StringLike": {
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
    aws: Some(AwsCheck {
        finding_type: AwsFindingType::GeneralWarning,
        name: "Specific github repo and branch recommended",
    }),
    policy_types: &[PolicyType::Trust],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            let sub = claim_of(&condition.key.value, GITHUB).is_some_and(|claim| claim.eq_ignore_ascii_case("sub"));
            let like = condition.operator.value.base == BaseOperator::StringLike;
            if statement.effect.value != Effect::Allow || !sub || !like {
                continue;
            }
            for value in condition.values.iter().filter(|value| value.value.contains(['*', '?'])) {
                let message = format!("`{}` lets in more than one repository and branch", value.value);
                let about = subject_of(index, statement, &condition.key.value);
                findings.push(Finding::new(&RULE, value.span, about, message));
            }
        }
    }
}
