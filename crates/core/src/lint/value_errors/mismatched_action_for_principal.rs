//! The lint `mismatched-action-for-principal`: an action that the principals cannot use.

use super::providers;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{PolicyType, Statement};
use rolecall_iam::principal::Principal;
use rolecall_iam::span::Spanned;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "mismatched-action-for-principal",
    severity: Severity::Error,
    title: "an action that the principals cannot use",
    what: "An action of a trust policy fits none of the principals of its statement, or a principal none of the \
        actions: SAML providers go with `sts:AssumeRoleWithSAML`, OIDC providers with \
        `sts:AssumeRoleWithWebIdentity`, all others with `sts:AssumeRole`. A statement that mixes principals \
        and has an action for each is let pass.",
    why: "The role cannot be assumed this way.",
    remedy: "Write the action that goes with the principal, in a statement of its own for each kind.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Federated": "arn:aws:iam::111122223333:saml-provider/Office"
    },
    "Action": "sts:AssumeRoleWithWebIdentity"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Federated": "arn:aws:iam::111122223333:saml-provider/Office"
    },
    "Action": "sts:AssumeRoleWithSAML",
    "Condition": {
      "StringEquals": {
        "SAML:aud": "https://signin.aws.amazon.com/saml"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Mismatched action for principal" }),
    policy_types: &[PolicyType::Trust],
    run: Run::Check(check),
};

/// The actions that assume a role.
const ASSUME: &[&str] = &["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"];

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        let Some(principals) = statement.principals.as_ref().filter(|principals| !principals.negated) else { continue };
        let wanted: Vec<(&Spanned<Principal>, &str)> =
            principals.values.iter().filter_map(|value| Some((value, action_for(&value.value)?))).collect();
        // Where a principal goes with an unknown action, or an action is not one of the three, nothing is said.
        if wanted.len() != principals.values.len() || wanted.is_empty() || statement.actions.negated {
            continue;
        }
        let mut reported = false;
        for pattern in &statement.actions.values {
            let named = ASSUME.iter().find(|action| pattern.value.as_str().eq_ignore_ascii_case(action));
            let Some(action) = named.filter(|action| wanted.iter().all(|(_, fitting)| fitting != *action)) else {
                continue;
            };
            let message = format!("`{action}` goes with none of the principals of the statement");
            let finding = Finding::new(&RULE, pattern.span, subject_of(index, statement, action), message);
            findings.push(finding.with_related(principals.span, "the principals"));
            reported = true;
        }
        let assumes = ASSUME.iter().any(|action| reaches(statement, action));
        for (value, action) in wanted.iter().filter(|_| assumes && !reported) {
            if !reaches(statement, action) {
                let text = value.value.as_str();
                let message = format!("`{text}` assumes a role with `{action}`, which the statement does not have");
                let finding = Finding::new(&RULE, value.span, subject_of(index, statement, text), message);
                findings.push(finding.with_related(statement.actions.span, "the actions"));
            }
        }
    }
}

fn reaches(statement: &Statement, action: &str) -> bool {
    statement.actions.values.iter().any(|pattern| pattern.value.matches(action))
}

/// The action that a principal assumes a role with; `None` for what has no known form.
fn action_for(principal: &Principal) -> Option<&'static str> {
    match principal {
        Principal::Everyone | Principal::CanonicalUser(_) => None,
        Principal::Account { .. } | Principal::AwsArn(_) | Principal::UniqueId(_) | Principal::Service(_) => {
            Some("sts:AssumeRole")
        }
        Principal::Federated(text) => Some(match providers::kind(text)? {
            providers::Kind::Saml => "sts:AssumeRoleWithSAML",
            providers::Kind::OpenId => "sts:AssumeRoleWithWebIdentity",
        }),
    }
}
