//! The lint `invalid-effect`: an effect other than `Allow` and `Deny`.

use super::raw_statements;
use crate::finding::Finding;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, text_part};
use crate::rule::{Rule, Severity};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-effect",
    severity: Severity::Error,
    title: "an effect other than `Allow` and `Deny`",
    what: "The value of `Effect` is neither `Allow` nor `Deny`, in exactly this spelling.",
    why: "IAM refuses the document.",
    remedy: "Write `Allow` or `Deny`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "allow",
    "Action": "s3:GetObject",
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid effect" }),
    policy_types: ALL_TYPES,
    run: Run::Refines(&["invalid-effect"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject) {
        for element in statement.elements(&["Effect"]) {
            let Some(text) = element.value.as_str().filter(|text| !matches!(*text, "Allow" | "Deny")) else { continue };
            let about = statement.subject("Effect");
            let mut finding = Finding::new(&RULE, element.value.span, about, format!("`{text}` is no effect"));
            let meant = ["Allow", "Deny"].into_iter().find(|effect| effect.eq_ignore_ascii_case(text.trim()));
            if let (Some(effect), Some(span)) = (meant, text_part::inside(text, element.value.span)) {
                finding = finding.with_edit(span, effect);
            }
            findings.push(finding);
        }
    }
}
