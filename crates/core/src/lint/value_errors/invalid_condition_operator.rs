//! The lint `invalid-condition-operator`: an operator that is none.

use crate::finding::Finding;
use crate::lint::syntax_errors::raw_statements;
use crate::lint::{ALL_TYPES, AwsCheck, AwsFindingType, Lint, Run, Subject, text_part};
use crate::rule::{Rule, Severity};
use rolecall_iam::condition::{BaseOperator, ConditionOperator, ConditionOperatorError};

/// Its texts.
pub(super) static RULE: Rule = Rule {
    code: "invalid-condition-operator",
    severity: Severity::Error,
    title: "an operator that is none",
    what: "A key of `Condition` is no condition operator. Operators are spelt exactly; a qualifier before the \
        colon is `ForAllValues` or `ForAnyValue`.",
    why: "IAM refuses the document.",
    remedy: "Correct the operator.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEqual": {
        "aws:PrincipalAccount": "111122223333"
      }
    }
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::cost-reports/*",
    "Condition": {
      "StringEquals": {
        "aws:PrincipalAccount": "111122223333"
      }
    }
  }
}"#,
    references: &[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html",
    ],
};

/// How it is made.
pub(super) static LINT: Lint = Lint {
    rule: &RULE,
    aws: Some(AwsCheck { finding_type: AwsFindingType::Error, name: "Invalid condition operator" }),
    policy_types: ALL_TYPES,
    run: Run::Refines(&["unknown-operator"], check),
};

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for statement in raw_statements::all(subject) {
        for element in statement.elements(&["Condition"]) {
            let blocks = element.value.as_object().unwrap_or_default();
            for block in blocks {
                let text = block.key.value.as_str();
                let Err(error) = ConditionOperator::parse(text) else { continue };
                // `Null` with `IfExists` has a lint of its own.
                if error == ConditionOperatorError::NullIfExists {
                    continue;
                }
                let message = format!("`{text}` is no condition operator");
                let mut finding = Finding::new(&RULE, block.key.span, statement.subject(text), message);
                if let Some(meant) = meant(text) {
                    finding = finding.with_remedy(format!("Did you mean `{meant}`?"));
                    let free = blocks.iter().all(|other| other.key.value != meant);
                    let same = meant.eq_ignore_ascii_case(text.trim());
                    if let Some(span) = text_part::inside(text, block.key.span).filter(|_| free && same) {
                        finding = finding.with_edit(span, meant);
                    }
                }
                findings.push(finding);
            }
        }
    }
}

/// The operator that differs in case, or in its last letter.
fn meant(text: &str) -> Option<String> {
    let text = text.trim();
    let (set, rest) = match text.split_once(':') {
        None => ("", text),
        Some((set, rest)) => {
            let known = ["ForAllValues:", "ForAnyValue:"];
            (known.into_iter().find(|known| known.trim_end_matches(':').eq_ignore_ascii_case(set))?, rest)
        }
    };
    let (name, if_exists) = match rest.len().checked_sub(8).and_then(|at| rest.split_at_checked(at)) {
        Some((name, end)) if end.eq_ignore_ascii_case("IfExists") => (name, "IfExists"),
        _ => (rest, ""),
    };
    let near = |known: &str| {
        let shorter = |long: &str, short: &str| {
            long.len() == short.len() + 1
                && long.get(..short.len()).is_some_and(|start| start.eq_ignore_ascii_case(short))
        };
        known.eq_ignore_ascii_case(name) || shorter(known, name) || shorter(name, known)
    };
    let base = BaseOperator::ALL.iter().find(|base| near(base.as_str()))?;
    Some(format!("{set}{}{if_exists}", base.as_str()))
}
