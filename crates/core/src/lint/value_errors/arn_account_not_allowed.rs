//! The lint `arn-account-not-allowed`: an account in an ARN that has none.

use super::arn_forms;
use crate::finding::Finding;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, resource_arns, subject_of, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "arn-account-not-allowed",
    severity: Severity::Error,
    title: "an account in an ARN that has none",
    what: "The ARN of a resource names an account where the ARNs of such resources have an empty field, as \
        those of S3 buckets have. `*` alone is let pass: it matches the empty field.",
    why: "The ARN matches no resource: an `Allow` grants nothing, a `Deny` stops nothing.",
    remedy: "Leave the field empty.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3::111122223333:cost-reports/*"
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
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "ARN account not allowed" }),
    policy_types: &[
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for arn in resource_arns::whole(subject) {
        let (account, service) = (arn.fields.account, arn.fields.service);
        let Some(forms) = arn_forms::of_service(service) else { continue };
        if account.is_empty() || resource_arns::is_any(account) || forms.all_have_account() {
            continue;
        }
        let mut matching = forms.matching(arn.fields.resource).peekable();
        if matching.peek().is_none() || !matching.all(|form| form.account.is_empty()) {
            continue;
        }
        let message = format!("resources of `{service}` such as this one have no account in their ARN");
        let mut finding = Finding::new(
            &RULE,
            text_part::place(arn.text, account),
            subject_of(arn.index, arn.statement, &arn.text.value),
            message,
        );
        // Of what is allowed more would match.
        if resource_arns::may_match_more(arn.statement)
            && let Some(span) = text_part::exact(&arn.text.value, arn.text.span, account)
        {
            finding = finding.with_edit(span, "");
        }
        findings.push(finding);
    }
}
