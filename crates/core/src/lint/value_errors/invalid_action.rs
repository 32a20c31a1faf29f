//! The lint `invalid-action`: an action that is none.

use crate::finding::Finding;
use crate::lint::hints::Hints;
use crate::lint::resolved::Named;
use crate::lint::syntax_errors::raw_statements;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::action::ActionPattern;
use rolecall_iam_catalog::nearest_action;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-action",
    severity: Severity::Error,
    title: "an action that is none",
    what: "An action has not the form `service:Name`, or its name or pattern matches no action of the service \
        in the catalogue.",
    why: "A mistyped action grants nothing, and in a `Deny` it stops nothing. IAM refuses an action without \
        the form; it takes a name that does not exist.",
    remedy: "Correct the name. If the action is newer than the catalogue, suppress the finding with an end date.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObjects",
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid action" }),
    policy_types: ALL_TYPES,
    run: Run::Refines(&["invalid-action"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut hints = Hints::default();
    let malformed = subject.has_problem("invalid-action");
    for statement in raw_statements::all(subject).filter(|_| malformed) {
        for element in statement.elements(&["Action", "NotAction"]) {
            for (text, span) in raw_statements::strings(&element.value) {
                // A variable has a lint of its own.
                let Some(error) = ActionPattern::parse(text).err().filter(|_| !text.contains("${")) else { continue };
                let finding = Finding::new(&RULE, span, statement.subject(text), format!("`{text}` is no action"));
                findings.push(finding.with_reason(error.to_string()));
            }
        }
    }
    for (index, statement) in subject.statements() {
        for (pattern, named) in statement.actions.values.iter().zip(subject.actions.statement(index)) {
            let Named::NoAction(service) = named else { continue };
            let text = pattern.value.as_str();
            let message = if pattern.value.has_wildcard() {
                format!("`{text}` matches no action of `{service}` in the catalogue")
            } else {
                format!("`{text}` is no action of `{service}` in the catalogue")
            };
            let mut finding = Finding::new(&RULE, pattern.span, subject_of(index, statement, text), message);
            if !pattern.value.has_wildcard()
                && let Some(near) = hints.find(|| nearest_action(text))
            {
                finding = finding.with_remedy(format!("Did you mean `{near}`?"));
            }
            findings.push(finding);
        }
    }
}
