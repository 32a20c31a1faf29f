//! Judges a contract without any policy: patterns that mean nothing, unknown classes, entries that contradict each other.

use super::grants::first_few;
use super::patterns::overlap;
use super::{Capability, Contract, Forbidden, Never};
use crate::classes;
use crate::finding::{Finding, NotJudged};
use crate::rules;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::span::Spanned;
use rolecall_iam_catalog::{Action, actions_matching, nearest_action};

/// Judges the contract itself.
pub fn check_contract_itself(contract: &Contract) -> (Vec<Finding>, Vec<NotJudged>) {
    let (mut findings, mut not_judged) = (Vec::new(), Vec::new());
    for capability in &contract.allow {
        findings.extend(capability.actions.iter().filter_map(|pattern| empty(&capability.name.value, pattern)));
    }
    for never in &contract.never {
        match &never.what {
            Forbidden::Class(name) if classes::by_name(&name.value).is_none() => not_judged.push(unknown_class(name)),
            Forbidden::Class(_) => {}
            Forbidden::Actions(patterns) => {
                findings.extend(patterns.iter().filter_map(|pattern| empty("never", pattern)));
            }
        }
        findings.extend(never.except.iter().filter_map(|pattern| empty("except", pattern)));
        for capability in &contract.allow {
            contradictions(capability, never, &mut findings);
        }
    }
    (findings, not_judged)
}

fn empty(of: &str, pattern: &Spanned<ActionPattern>) -> Option<Finding> {
    let text = pattern.value.as_str();
    if actions_matching(pattern.value.lower()).next().is_some() {
        return None;
    }
    let message = format!("`{text}` matches no action that AWS documents");
    let finding = Finding::new(&rules::contract_empty_pattern::RULE, pattern.span, format!("{of}/{text}"), message);
    Some(match nearest_action(text) {
        Some(near) => finding.with_label(format!("did you mean {near}?")),
        None => finding,
    })
}

/// A claim on a class that does not exist is not checked at all: that is never a pass.
fn unknown_class(name: &Spanned<String>) -> NotJudged {
    let known: Vec<_> = classes::ALL.iter().map(|class| format!("`{}`", class.name)).collect();
    let meant =
        classes::nearest(&name.value).map(|class| format!("did you mean `{}`? ", class.name)).unwrap_or_default();
    NotJudged {
        code: String::from("unknown-class"),
        span: name.span,
        message: format!("`{}` is no class of actions", name.value),
        help: format!("{meant}the classes are {}", known.join(", ")),
        related: Vec::new(),
    }
}

fn contradictions(capability: &Capability, never: &Never, findings: &mut Vec<Finding>) {
    let meets =
        capability.resources.iter().any(|own| never.resources.iter().any(|other| overlap(&own.value, &other.value)));
    if !meets {
        return;
    }
    for pattern in &capability.actions {
        let forbidden: Vec<Action> =
            actions_matching(pattern.value.lower()).filter(|action| is_forbidden(never, *action)).collect();
        if forbidden.is_empty() {
            continue;
        }
        let (name, text) = (&capability.name.value, pattern.value.as_str());
        let message = format!("the capability `{name}` needs what is forbidden: {}", first_few(&forbidden));
        let finding =
            Finding::new(&rules::contract_contradiction::RULE, pattern.span, format!("{name}/{text}"), message);
        findings.push(finding.with_related(never.span, "forbidden here"));
    }
}

fn is_forbidden(never: &Never, action: Action) -> bool {
    let name = action.to_string();
    let listed = match &never.what {
        Forbidden::Class(class) => classes::by_name(&class.value).is_some_and(|class| class.contains(action)),
        Forbidden::Actions(patterns) => patterns.iter().any(|pattern| pattern.value.matches(&name)),
    };
    listed && !never.except.iter().any(|pattern| pattern.value.matches(&name))
}
