//! The lint `ambiguous-resource-pattern`: a resource pattern that readers understand differently.

use crate::finding::Finding;
use crate::lint::arn_shapes::{Difference, reads_differently};
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::document::PolicyType;

/// Its texts.
static RULE: Rule = Rule {
    code: "ambiguous-resource-pattern",
    severity: Severity::Warning,
    title: "a resource pattern that means different things to different readers",
    what: "A `*` ends the service, Region or account of an ARN pattern, and the pattern means something else when \
        the `*` may cross colons than when the six parts are compared one by one: it matches no ARN of the service \
        in the second reading, or objects of other buckets in the first.",
    why: "AWS's pages disagree on whether a wildcard crosses colons there; people, tools and perhaps AWS read the \
        pattern differently.",
    remedy: "Write all six parts: `arn:aws:lambda:*:*:function:name`.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "lambda:InvokeFunction",
    "Resource": "arn:aws:lambda:*:function:reports"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "lambda:InvokeFunction",
    "Resource": "arn:aws:lambda:*:*:function:reports"
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
        "inferred: which of the two readings AWS's evaluation follows is not documented",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: None,
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
        for value in statement.resources.iter().flat_map(|resources| &resources.values) {
            let how = match reads_differently(&value.value) {
                None => continue,
                Some(Difference::OnlyAsText) => "part by part it matches nothing, as plain text it does",
                Some(Difference::OtherObjects) => "as plain text it also matches objects of other buckets",
            };
            let message = format!("`{}` can be read in two ways: {how}", value.value);
            findings.push(Finding::new(&RULE, value.span, subject_of(index, statement, &value.value), message));
        }
    }
}
