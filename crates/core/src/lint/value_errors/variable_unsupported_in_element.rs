//! The lint `variable-unsupported-in-element`: a policy variable where none is replaced.

use super::variables;
use crate::finding::Finding;
use crate::lint::syntax_errors::raw_statements;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::value::Node;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "variable-unsupported-in-element",
    severity: Severity::Error,
    title: "a policy variable where none is replaced",
    what: "A value of `Action`, `NotAction`, `Principal` or `NotPrincipal` holds `${…}`.",
    why: "Variables are replaced in `Resource` and `Condition` only; here they name nothing.",
    remedy: "Write the value itself, or put the variable into a condition.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "${aws:PrincipalTag/action}",
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Variable unsupported in element" }),
    policy_types: ALL_TYPES,
    run: Run::Refines(&["invalid-action", "invalid-principal"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject) {
        for element in statement.elements(&["Action", "NotAction", "Principal", "NotPrincipal"]) {
            let name = element.key.value.as_str();
            let mut report = |node: &Node| {
                for (text, span) in raw_statements::strings(node) {
                    for (variable, _) in variables::variables(text) {
                        let place = text_part::exact(text, span, variable).unwrap_or(span);
                        let message = format!("`{variable}` is not replaced in `{name}`");
                        findings.push(Finding::new(&RULE, place, statement.subject(name), message));
                    }
                }
            };
            match element.value.as_object() {
                Some(kinds) => kinds.iter().for_each(|kind| report(&kind.value)),
                None => report(&element.value),
            }
        }
    }
}
