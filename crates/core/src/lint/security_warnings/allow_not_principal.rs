//! The lint `allow-not-principal`: `Allow` with `NotPrincipal`.

use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::{Effect, PolicyType};

/// Its texts.
static RULE: Rule = Rule {
    code: "allow-not-principal",
    severity: Severity::Error,
    title: "everybody but a list is allowed",
    what: "An `Allow` statement has `NotPrincipal`.",
    why: "It grants to every principal that is not listed, those of other accounts and anonymous callers among \
        them.",
    remedy: "Write `Principal` with those who need access; shut out others with a `Deny` and a condition on \
        `aws:PrincipalArn`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "NotPrincipal": {
      "AWS": "arn:aws:iam::111122223333:user/Alex"
    },
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::111122223333:user/Robin"
    },
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::SecurityWarning, name: "Allow with NotPrincipal" }),
    policy_types: &[PolicyType::Resource],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        let Some(principals) = statement.principals.as_ref().filter(|principals| principals.negated) else { continue };
        if statement.effect.value != Effect::Allow {
            continue;
        }
        let message = "the statement allows everybody who is not listed, anonymous callers included";
        let finding = Finding::new(&RULE, principals.span, subject_of(index, statement, "NotPrincipal"), message);
        findings.push(finding.with_related(statement.effect.span, "`Allow` here"));
    }
}
