//! The lint `invalid-service-in-action`: an action of a service that is not in the catalogue.

use crate::finding::Finding;
use crate::lint::hints::Hints;
use crate::lint::resolved::Named;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam_catalog::nearest_service;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-service-in-action",
    severity: Severity::Error,
    title: "an action of a service that is not in the catalogue",
    what: "The service prefix of an action is in no page of AWS's service authorization reference, as far as \
        the catalogue has it.",
    why: "A mistyped prefix grants nothing, and in a `Deny` it stops nothing.",
    remedy: "Correct the prefix. If the service is newer than the catalogue, suppress the finding with an end \
        date.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s4:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid service in action" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut hints = Hints::default();
    for (index, statement) in subject.statements() {
        for (pattern, named) in statement.actions.values.iter().zip(subject.actions.statement(index)) {
            if *named != Named::NoService {
                continue;
            }
            let text = pattern.value.as_str();
            let prefix = text.split(':').next().unwrap_or(text);
            let span = text_part::exact(text, pattern.span, prefix).unwrap_or(pattern.span);
            let message = format!("the catalogue has no service `{prefix}`");
            let mut finding = Finding::new(&RULE, span, subject_of(index, statement, text), message);
            if let Some(near) = hints.find(|| nearest_service(prefix)) {
                finding = finding.with_remedy(format!("Did you mean `{near}`?"));
            }
            findings.push(finding);
        }
    }
}
