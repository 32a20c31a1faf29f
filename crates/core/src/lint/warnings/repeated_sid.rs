//! The lint `repeated-sid`: two statements with one `Sid`, where AWS tolerates it.

use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "repeated-sid",
    severity: Severity::Warning,
    title: "two statements have the same `Sid`",
    what: "A `Sid` of a policy of a resource stands at an earlier statement already. In policies of other types AWS \
        refuses that: another lint.",
    why: "A `Sid` is how logs, tools and people name a statement.",
    remedy: "Give each statement a `Sid` of its own.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Sid": "Read",
      "Principal": {
        "AWS": "111122223333"
      },
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::cost-reports/*"
    },
    {
      "Effect": "Allow",
      "Sid": "Read",
      "Principal": {
        "AWS": "444455556666"
      },
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::cost-reports/*"
    }
  ]
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Sid": "Read",
      "Principal": {
        "AWS": "111122223333"
      },
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::cost-reports/*"
    },
    {
      "Effect": "Allow",
      "Sid": "ReadToo",
      "Principal": {
        "AWS": "444455556666"
      },
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::cost-reports/*"
    }
  ]
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::GeneralWarning, name: "Unique Sids recommended" }),
    policy_types: &[PolicyType::Resource],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        let Some(sid) = statement.sid.as_ref().filter(|sid| !sid.value.is_empty()) else { continue };
        let before = subject.policy.statements.iter().take(index).filter_map(|earlier| earlier.sid.as_ref());
        let Some(first) = before.into_iter().find(|earlier| earlier.value == sid.value) else { continue };
        let message = format!("the `Sid` `{}` stands at an earlier statement", sid.value);
        findings.push(
            Finding::new(&RULE, sid.span, format!("statement-{}/Sid", index + 1), message)
                .with_related(first.span, "first here"),
        );
    }
}
