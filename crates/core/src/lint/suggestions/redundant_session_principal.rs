//! The lint `redundant-session-principal`: a role session as a principal beside its role.

use crate::finding::Finding;
use crate::lint::removal;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::arn::Arn;
use rolecall_iam::document::PolicyType;
use rolecall_iam::principal::Principal;
use rolecall_iam::span::{Span, Spanned};

/// Its texts.
static RULE: Rule = Rule {
    code: "redundant-session-principal",
    severity: Severity::Note,
    title: "a role session beside its role",
    what: "A trust names a role and a session of the same role as principals of one statement.",
    why: "The role stands for all its sessions: the second principal says nothing.",
    remedy: "Remove the session; or remove the role if only that session is meant.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": [
        "arn:aws:iam::999988887777:role/Vendor",
        "arn:aws:sts::999988887777:assumed-role/Vendor/nightly"
      ]
    },
    "Action": "sts:AssumeRole",
    "Condition": {
      "StringEquals": {
        "sts:ExternalId": "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {
      "AWS": "arn:aws:iam::999988887777:role/Vendor"
    },
    "Action": "sts:AssumeRole",
    "Condition": {
      "StringEquals": {
        "sts:ExternalId": "9f2c4b7e-31d8-4a65-8c0f-d7e6a1b25c43"
      }
    }
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
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Redundant principal in role trust policy" }),
    policy_types: &[PolicyType::Trust],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        let Some(principals) = statement.principals.as_ref() else { continue };
        for value in &principals.values {
            let Some(session) = role_of(value, "sts", "assumed-role/") else { continue };
            let same = |other: &&Spanned<Principal>| role_of(other, "iam", "role/") == Some(session);
            let Some(role) = principals.values.iter().find(same) else { continue };
            let message = format!("`{}` is a session of a role that is a principal itself", value.value.as_str());
            let about = subject_of(index, statement, value.value.as_str());
            let finding = Finding::new(&RULE, value.span, about, message).with_related(role.span, "the role");
            findings.push(match removal_of(subject, value.span) {
                Some(span) => finding.with_edit(span, ""),
                None => finding,
            });
        }
    }
}

/// Partition, account and name of the role that an ARN names, by itself or through a session. A session's ARN has no
/// path.
fn role_of<'p>(principal: &'p Spanned<Principal>, service: &str, kind: &str) -> Option<(&'p str, &'p str, &'p str)> {
    let Principal::AwsArn(text) = &principal.value else { return None };
    let arn = Arn::parse(text).ok().filter(|arn| arn.service == service)?;
    let rest = arn.resource.strip_prefix(kind)?;
    let name = if kind == "role/" { rest.rsplit('/').next()? } else { rest.split('/').next()? };
    Some((arn.partition, arn.account, name))
}

fn removal_of(subject: &Subject<'_>, span: Span) -> Option<Span> {
    let kinds = subject.statement_nodes().iter().filter_map(|node| node.get("Principal")?.as_object()).flatten();
    let mut lists = kinds.filter_map(|kind| kind.value.as_array());
    lists.find_map(|items| removal::of_item(items, items.iter().position(|item| item.span == span)?))
}
