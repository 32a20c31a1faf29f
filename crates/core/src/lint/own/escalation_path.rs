//! The lint `escalation-path`: actions that together are a way to more rights.

use crate::escalation::{PATHS, Path};
use crate::finding::Finding;
use crate::lint::action_table::ActionTable;
use crate::lint::resolved::Named;
use crate::lint::{Lint, Run, Subject, subject_of};
use crate::rule::{Rule, Severity};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Effect, PolicyType, Statement};
use rolecall_iam::span::{Span, Spanned};
use std::sync::LazyLock;

/// Its texts.
static RULE: Rule = Rule {
    code: "escalation-path",
    severity: Severity::Error,
    title: "a way to more rights",
    what: "The `Allow` statements of the document grant all actions of a known way from some permissions to more. \
        `*` and `NotAction` are told by lints of their own; actions that the document denies on every resource \
        without condition do not count, nor do statements whose resources are all the caller's own user \
        (`${aws:username}`). Conditions are not looked at.",
    why: "Who has these permissions can get others that the policy does not grant, in some cases all of them.",
    remedy: "Take away one of the actions, the first one at best, or narrow its resources.",
    bad: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": [
      "iam:PassRole",
      "lambda:CreateFunction",
      "lambda:InvokeFunction"
    ],
    "Resource": "*"
  }
}"#,
    good: r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": [
      "lambda:CreateFunction",
      "lambda:InvokeFunction"
    ],
    "Resource": "*"
  }
}"#,
    references: &[
        "https://github.com/RhinoSecurityLabs/AWS-IAM-Privilege-Escalation",
        "https://hackingthe.cloud/aws/exploitation/iam_privilege_escalation/",
    ],
};

/// How it is made.
pub(super) static LINT: Lint =
    Lint { rule: &RULE, aws: None, policy_types: &[PolicyType::Identity], run: Run::Check(check) };

/// The actions of all paths.
static ACTIONS: LazyLock<ActionTable> =
    LazyLock::new(|| ActionTable::new(PATHS.iter().flat_map(|path| path.actions).map(|action| (*action).to_owned())));

/// The paths with the numbers of their actions.
static NUMBERED: LazyLock<Vec<(&'static Path, Vec<usize>)>> = LazyLock::new(|| {
    let numbers = |path: &Path| path.actions.iter().filter_map(|action| ACTIONS.number(action)).collect();
    PATHS.iter().map(|path| (path, numbers(path))).collect()
});

/// Where an action is granted first: its statement, and the pattern.
type Grant<'a> = Option<(usize, &'a Statement, &'a Spanned<ActionPattern>)>;

fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(granted) = grants(subject) else { return };
    let grant = |number: &usize| granted.get(*number).copied().flatten();
    let mut told: Vec<(Span, Vec<&Path>)> = Vec::new();
    for (path, numbers) in NUMBERED.iter() {
        if numbers.is_empty() || !numbers.iter().all(|number| grant(number).is_some()) {
            continue;
        }
        let Some((.., pattern)) = numbers.first().and_then(grant) else { continue };
        match told.iter_mut().find(|(span, _)| *span == pattern.span) {
            Some((_, paths)) => paths.push(path),
            None => told.push((pattern.span, vec![path])),
        }
    }
    for (span, paths) in told {
        findings.extend(finding(span, &paths, &grant));
    }
}

/// One finding for all paths that begin at one pattern.
fn finding<'a>(span: Span, paths: &[&Path], grant: &impl Fn(&usize) -> Grant<'a>) -> Option<Finding> {
    let first = paths.first()?;
    let numbers: Vec<usize> = first.actions.iter().filter_map(|action| ACTIONS.number(action)).collect();
    let (index, statement, pattern) = numbers.first().and_then(grant)?;
    let more = match paths.len() {
        1 => String::new(),
        2 => ", and one more way".to_owned(),
        count => format!(", and {} more ways", count - 1),
    };
    let actions: Vec<String> = first.actions.iter().map(|action| format!("`{action}`")).collect();
    let message = format!("a way to more rights: {} by {}{more}", first.name, actions.join(", "));
    let mut finding = Finding::new(&RULE, span, subject_of(index, statement, pattern.value.as_str()), message)
        .with_reason(format!("described at {}", first.source));
    for (.., other) in numbers.iter().skip(1).filter_map(grant) {
        if other.span != span && finding.related.iter().all(|related| related.span != other.span) {
            finding = finding.with_related(other.span, "together with this");
        }
    }
    Some(finding)
}

/// Where each action of the table is granted; nothing when none is.
fn grants<'a>(subject: &Subject<'a>) -> Option<Vec<Grant<'a>>> {
    let mut granted: Option<Vec<Grant<'a>>> = None;
    for (index, statement) in subject.statements() {
        if statement.effect.value != Effect::Allow || statement.actions.negated || is_own_user(statement) {
            continue;
        }
        for (pattern, named) in statement.actions.values.iter().zip(subject.actions.statement(index)) {
            if *named == Named::Everything {
                continue;
            }
            for (_, number) in ACTIONS.matching(*named, &pattern.value) {
                let cells = granted.get_or_insert_with(|| vec![None; ACTIONS.len()]);
                if let Some(cell) = cells.get_mut(number).filter(|cell| cell.is_none()) {
                    *cell = Some((index, statement, pattern));
                }
            }
        }
    }
    let mut granted = granted?;
    for (index, deny) in subject.statements().filter(|(_, statement)| denies_everywhere(statement)) {
        for (pattern, named) in deny.actions.values.iter().zip(subject.actions.statement(index)) {
            for (_, number) in ACTIONS.matching(*named, &pattern.value) {
                if let Some(cell) = granted.get_mut(number) {
                    *cell = None;
                }
            }
        }
    }
    Some(granted)
}

fn is_own_user(statement: &Statement) -> bool {
    statement.resources.as_ref().is_some_and(|resources| {
        !resources.negated && resources.values.iter().all(|value| value.value.contains("${aws:username}"))
    })
}

fn denies_everywhere(statement: &Statement) -> bool {
    let everywhere = statement
        .resources
        .as_ref()
        .is_some_and(|resources| !resources.negated && resources.values.iter().any(|value| value.value == "*"));
    statement.effect.value == Effect::Deny
        && !statement.actions.negated
        && statement.conditions.is_empty()
        && statement.undecidable.is_empty()
        && everywhere
}
