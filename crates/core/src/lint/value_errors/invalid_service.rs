//! The lint `invalid-service`: an ARN or a condition key of a service that is not in the catalogue.

use super::arn_forms;
use crate::finding::Finding;
use crate::lint::hints::Hints;
use crate::lint::key_names::KeyName;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, resource_arns, subject_of, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::span::Span;
use rolecall_iam_catalog::{nearest_service, service};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-service",
    severity: Severity::Error,
    title: "an ARN or a condition key of a service that is not in the catalogue",
    what: "The service field of a resource ARN, or the prefix of a condition key, is no service of the \
        catalogue.",
    why: "An ARN of a service that there is not matches nothing; a condition on a key that there is not is \
        never met, or always.",
    remedy: "Correct the name. If the service is newer than the catalogue, suppress the finding with an end date.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s4:::cost-reports/*"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid service" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut hints = Hints::default();
    for arn in resource_arns::whole(subject) {
        let name = arn.fields.service;
        // A service in capitals has a lint of its own.
        if name.is_empty() || resource_arns::is_open(name) || is_service(name) {
            continue;
        }
        let about = subject_of(arn.index, arn.statement, &arn.text.value);
        findings.push(finding(name, text_part::place(arn.text, name), about, &mut hints));
    }
    for (index, statement) in subject.statements() {
        for (condition, name) in statement.conditions.iter().zip(subject.keys.statement(index)) {
            if *name != KeyName::NoService {
                continue;
            }
            let prefix = condition.key.value.split(':').next().unwrap_or_default();
            let about = subject_of(index, statement, &condition.key.value);
            findings.push(finding(prefix, text_part::place(&condition.key, prefix), about, &mut hints));
        }
    }
}

fn is_service(name: &str) -> bool {
    arn_forms::of_service(name).is_some()
        || service(name).is_some()
        || arn_forms::of_service(&name.to_ascii_lowercase()).is_some()
}

fn finding(name: &str, span: Span, about: String, hints: &mut Hints) -> Finding {
    let finding = Finding::new(&RULE, span, about, format!("the catalogue has no service `{name}`"));
    match hints.find(|| nearest_service(name)) {
        Some(near) => finding.with_remedy(format!("Did you mean `{near}`?")),
        None => finding,
    }
}
