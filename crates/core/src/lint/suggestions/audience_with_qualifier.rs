//! The lint `audience-with-qualifier`: an audience claim under a set qualifier.

use crate::finding::Finding;
use crate::lint::web_identity::{claim_of, providers};
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "audience-with-qualifier",
    severity: Severity::Note,
    title: "an audience claim with a set qualifier",
    what: "A condition on the `aud` claim of an identity provider has `ForAllValues:` or `ForAnyValue:`. (When \
        exactly AWS's check fires is not documented: inferred.)",
    why: "A claim has one value or several, as the provider makes it. A qualifier on a claim with one value is of \
        no use, and `ForAllValues` is true when the claim is absent.",
    remedy: "Look up whether the provider puts one audience or several into its tokens; for one, remove the \
        qualifier.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "Federated": "arn:aws:iam::111122223333:oidc-provider/login.example.com"
    },
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
      "ForAllValues:StringEquals": {
        "login.example.com:aud": "rolecall"
      }
    }
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Confirm audience claim type" }),
    policy_types: &[PolicyType::Trust],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        for condition in &statement.conditions {
            let audience = providers(statement).any(|(_, host)| {
                claim_of(&condition.key.value, host).is_some_and(|claim| claim.eq_ignore_ascii_case("aud"))
            });
            let Some(set) = condition.operator.value.set.filter(|_| audience) else { continue };
            let message = format!("`{}` on `{}`, which may have one value", set.as_str(), condition.key.value);
            let about = subject_of(index, statement, &condition.key.value);
            findings.push(Finding::new(&RULE, condition.operator.span, about, message));
        }
    }
}
