//! The lint `invalid-principal-format`: a principal that names nobody.

use super::raw_statements;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;
use rolecall_iam::principal::Principal;
use rolecall_iam::principal::PrincipalError;
use rolecall_iam::principal::PrincipalKind;
use rolecall_iam::value::Member;
use rolecall_iam::value::Value;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-principal-format",
    severity: Severity::Error,
    title: "a principal that names nobody",
    what: "`Principal` is a text other than `\"*\"` without its kind, or a value under `AWS` is neither an \
        account, an ARN of a principal nor a unique ID, or a value is empty.",
    why: "IAM refuses the document.",
    remedy: "Write `{ \"AWS\": … }` with a 12-digit account ID or the ARN of an account root, a role, a user or a \
        session; `{ \"Service\": … }` for a service.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": "arn:aws:iam::999988887777:root",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:root"
    },
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*"
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid principal format" }),
    policy_types: &[PolicyType::Resource, PolicyType::Trust, PolicyType::ResourceControl],
    run: Run::Refines(&["invalid-principal"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject) {
        for element in statement.elements(&["Principal", "NotPrincipal"]) {
            let name = element.key.value.as_str();
            match &element.value.value {
                Value::String(text) if text == "*" || text.contains("${") => {}
                Value::String(text) => {
                    let message = format!("the principal `{text}` stands without its kind");
                    let kind = if text.ends_with(".amazonaws.com") { "Service" } else { "AWS" };
                    let remedy = format!("Write the principal with its kind: `{{ \"{kind}\": \"{text}\" }}`.");
                    let finding = Finding::new(&RULE, element.value.span, statement.subject(name), message);
                    findings.push(finding.with_remedy(remedy));
                }
                Value::Object(members) => of_kinds(members, findings, &statement.subject(name)),
                _ => {}
            }
        }
    }
}

fn of_kinds(members: &[Member], findings: &mut Vec<Finding>, about: &str) {
    for member in members {
        let Some(kind) = PrincipalKind::parse(&member.key.value) else { continue };
        for (text, span) in raw_statements::strings(&member.value) {
            let Err(error) = Principal::parse(kind, text) else { continue };
            // A wildcard and a variable have lints of their own.
            if error == PrincipalError::PartialWildcard || text.contains("${") {
                continue;
            }
            let finding = Finding::new(&RULE, span, about, format!("`{text}` is no principal"));
            findings.push(finding.with_reason(error.to_string()));
        }
    }
}
