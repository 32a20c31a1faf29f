//! The lint `redundant-action`: an action that another one of the same list covers.

use crate::finding::Finding;
use crate::lint::reach::covers_action;
use crate::lint::removal;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::span::Spanned;
use std::collections::BTreeMap;

/// Its texts.
static RULE: Rule = Rule {
    code: "redundant-action",
    severity: Severity::Note,
    title: "an action that another one covers",
    what: "An action of a list matches nothing that another one of the list does not match.",
    why: "It says nothing, and a reader who removes it believes to have taken something away.",
    remedy: "Remove it; or remove the wildcard if only the listed actions are meant.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": [
      "iam:Get*",
      "iam:GetRole"
    ],
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": [
      "iam:Get*"
    ],
    "Resource": "*"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Redundant action" }),
    policy_types: ALL_TYPES,
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        let patterns = &statement.actions.values;
        if patterns.len() < 2 {
            continue;
        }
        let wide: Vec<_> = patterns.iter().filter(|pattern| pattern.value.has_wildcard()).collect();
        let mut seen: BTreeMap<&str, &Spanned<ActionPattern>> = BTreeMap::new();
        for pattern in patterns {
            let twin = seen.get(pattern.value.lower()).copied();
            seen.entry(pattern.value.lower()).or_insert(pattern);
            // Of two that cover one another only the later is redundant, as a twin.
            let covers = |outer: &&&Spanned<ActionPattern>| {
                outer.value.lower() != pattern.value.lower()
                    && covers_action(&outer.value, &pattern.value)
                    && !(outer.span.start > pattern.span.start && covers_action(&pattern.value, &outer.value))
            };
            let Some(outer) = twin.or_else(|| wide.iter().find(covers).copied()) else { continue };
            let message = format!("`{}` is covered by `{}`", pattern.value, outer.value);
            let about = subject_of(index, statement, pattern.value.as_str());
            let finding = Finding::new(&RULE, pattern.span, about, message).with_related(outer.span, "covers it");
            findings.push(match removal::of_value(subject, &["Action", "NotAction"], pattern.span) {
                Some(span) => finding.with_edit(span, ""),
                None => finding,
            });
        }
    }
}
