//! The lint `redundant-resource`: a resource that another one of the same list covers.

use crate::finding::Finding;
use crate::lint::prefix_index::PrefixIndex;
use crate::lint::reach::{SHORT, covers_resource};
use crate::lint::removal;
use crate::lint::{AwsCheck, AwsFindingType, Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;
use rolecall_iam::span::Spanned;

/// Its texts.
static RULE: Rule = Rule {
    code: "redundant-resource",
    severity: Severity::Note,
    title: "a resource that another one covers",
    what: "A resource of a list matches nothing that another one of the list does not match.",
    why: "It says nothing, and a reader who removes it believes to have taken something away.",
    remedy: "Remove it; or remove the wildcard if only the listed resources are meant.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:GetRole",
    "Resource": [
      "arn:aws:iam::111122223333:role/report-reader",
      "arn:aws:iam::111122223333:role/report*"
    ]
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:GetRole",
    "Resource": [
      "arn:aws:iam::111122223333:role/report*"
    ]
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Suggestion, name: "Redundant resource" }),
    policy_types: &[
        PolicyType::Identity,
        PolicyType::Resource,
        PolicyType::ServiceControl,
        PolicyType::ResourceControl,
    ],
    run: Run::Check(check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (index, statement) in subject.statements() {
        let Some(resources) = statement.resources.as_ref().filter(|resources| resources.values.len() > 1) else {
            continue;
        };
        let values = &resources.values;
        let all = if values.len() <= SHORT {
            PrefixIndex::default()
        } else {
            PrefixIndex::new(values.iter().enumerate().map(|(at, value)| (value.value.as_str(), at)))
        };
        for (at, value) in values.iter().enumerate() {
            let Some(outer) = covering(values, &all, at, value) else { continue };
            let message = format!("`{}` is covered by `{}`", value.value, outer.value);
            let about = subject_of(index, statement, &value.value);
            let finding = Finding::new(&RULE, value.span, about, message).with_related(outer.span, "covers it");
            findings.push(match removal::of_value(subject, &["Resource", "NotResource"], value.span) {
                Some(span) => finding.with_edit(span, ""),
                None => finding,
            });
        }
    }
}

/// The first other resource that covers this one; of two that cover one another only the later is redundant.
fn covering<'p>(
    values: &'p [Spanned<String>],
    all: &PrefixIndex<'p>,
    at: usize,
    value: &Spanned<String>,
) -> Option<&'p Spanned<String>> {
    let covers = |other: usize| {
        let outer = values.get(other).filter(|_| other != at)?;
        let same = other > at && covers_resource(&value.value, &outer.value);
        (covers_resource(&outer.value, &value.value) && !same).then_some(other)
    };
    if values.len() <= SHORT {
        return (0..values.len()).find_map(covers).and_then(|first| values.get(first));
    }
    let found = all.covering(&value.value).filter_map(|alike| alike.iter().find_map(|other| covers(*other)));
    found.min().and_then(|first| values.get(first))
}
