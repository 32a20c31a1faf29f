//! The lint `redundant-action`: an action that another one of the same list covers.

use crate::finding::Finding;
use crate::lint::prefix_index::PrefixIndex;
use crate::lint::reach::{SHORT, covers_action};
use crate::lint::removal;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::span::Spanned;

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
        let all = if patterns.len() <= SHORT {
            PrefixIndex::default()
        } else {
            PrefixIndex::new(patterns.iter().enumerate().map(|(at, pattern)| (pattern.value.lower(), at)))
        };
        for (at, pattern) in patterns.iter().enumerate() {
            let Some(outer) = covering(patterns, &all, at, pattern) else { continue };
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

/// The first other pattern that covers this one; of two that cover one another only the later is redundant.
fn covering<'p>(
    patterns: &'p [Spanned<ActionPattern>],
    all: &PrefixIndex<'p>,
    at: usize,
    pattern: &Spanned<ActionPattern>,
) -> Option<&'p Spanned<ActionPattern>> {
    let covers = |other: usize| {
        let outer = patterns.get(other).filter(|_| other != at)?;
        let same = other > at && covers_action(&pattern.value, &outer.value);
        (covers_action(&outer.value, &pattern.value) && !same).then_some(other)
    };
    if patterns.len() <= SHORT {
        return (0..patterns.len()).find_map(covers).and_then(|first| patterns.get(first));
    }
    // A list of those that begin alike is in order: the first that covers is enough.
    let found = all.covering(pattern.value.lower()).filter_map(|alike| alike.iter().find_map(|other| covers(*other)));
    found.min().and_then(|first| patterns.get(first))
}
