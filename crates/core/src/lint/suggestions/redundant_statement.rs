//! The lint `redundant-statement`: a statement that stands twice.

use crate::finding::Finding;
use crate::lint::reach::same_meaning;
use crate::lint::removal;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::Statement;

/// Its texts.
static RULE: Rule = Rule {
    code: "redundant-statement",
    severity: Severity::Note,
    title: "a statement that stands twice",
    what: "A statement means the same as an earlier one: order of values, case of actions and keys, and the `Sid` \
        aside.",
    why: "Who changes one of the two may forget the other.",
    remedy: "Remove one of the two.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Sid": "Read",
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::cost-reports/*"
    },
    {
      "Effect": "Allow",
      "Sid": "ReadToo",
      "Action": "s3:getobject",
      "Resource": [
        "arn:aws:s3:::cost-reports/*"
      ]
    }
  ]
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Sid": "Read",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Redundant statement" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        let Some(earlier) = subject.pairs.twin(index).or_else(|| earlier(subject, index, statement)) else { continue };
        let message = "the statement means the same as an earlier one";
        let finding = Finding::new(&RULE, statement.span, subject_of(index, statement, "Statement"), message)
            .with_related(earlier.span, "the earlier one");
        findings.push(match removal::of_statement(subject, statement.span) {
            Some(span) => finding.with_edit(span, ""),
            None => finding,
        });
    }
}

/// An earlier statement that means the same in other words.
fn earlier<'a>(subject: &Subject<'a>, index: usize, statement: &Statement) -> Option<&'a Statement> {
    let reaching = subject.pairs.reaching(index);
    let mut before = reaching.iter().take_while(|(at, _)| *at < index);
    before.find(|(_, earlier)| same_meaning(earlier, statement)).map(|(_, earlier)| *earlier)
}
