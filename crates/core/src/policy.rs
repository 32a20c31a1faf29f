//! Judges a permission policy by itself: wildcards, negated elements, passing roles, names that AWS does not document.
//! What the vendor needs and must never do is judged in `contract`; how a document is written, in `rolecall_iam`.

use crate::contract::patterns::{covers, overlap, widen_variables};
use crate::finding::Finding;
use crate::rules;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Effect, Policy, Statement};
use rolecall_iam::span::Spanned;
use rolecall_iam_catalog::{actions_matching, nearest_action, nearest_service, service};

/// Judges a policy that was read without errors. `accepted` are patterns that somebody asked for literally, such as
/// those of a contract: a service wildcard among them is no finding.
pub fn check_policy(policy: &Policy, accepted: &[&ActionPattern]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, statement) in policy.statements.iter().enumerate() {
        let place = Place { index, statement };
        for pattern in &statement.actions.values {
            findings.extend(unknown(&place, pattern));
        }
        if statement.effect.value == Effect::Allow {
            allow(&place, accepted, &mut findings);
        }
    }
    findings
}

struct Place<'a> {
    index: usize,
    statement: &'a Statement,
}

impl Place<'_> {
    fn subject(&self, rest: &str) -> String {
        match &self.statement.sid {
            Some(sid) => format!("statement:{}/{rest}", sid.value),
            None => format!("statement-{}/{rest}", self.index + 1),
        }
    }
}

fn unknown(place: &Place<'_>, pattern: &Spanned<ActionPattern>) -> Option<Finding> {
    let text = pattern.value.as_str();
    let prefix = pattern.value.service()?;
    if service(prefix).is_none() {
        let message = format!("`{prefix}` is the prefix of no service that AWS documents");
        let finding = Finding::new(&rules::unknown_service::RULE, pattern.span, place.subject(text), message);
        return Some(match nearest_service(prefix) {
            Some(near) => finding.with_label(format!("did you mean {}?", near.prefix())),
            None => finding,
        });
    }
    if actions_matching(pattern.value.lower()).next().is_some() {
        return None;
    }
    let message = format!("`{text}` matches no action that AWS documents");
    let finding = Finding::new(&rules::unknown_action::RULE, pattern.span, place.subject(text), message);
    Some(match nearest_action(text) {
        Some(near) => finding.with_label(format!("did you mean {near}?")),
        None => finding,
    })
}

fn allow(place: &Place<'_>, accepted: &[&ActionPattern], findings: &mut Vec<Finding>) {
    let statement = place.statement;
    if statement.actions.negated {
        let message = "the statement allows every action but those listed";
        let finding =
            Finding::new(&rules::not_action::RULE, statement.actions.span, place.subject("NotAction"), message);
        findings.push(finding.with_label("every other action of every service is allowed"));
    } else {
        for pattern in &statement.actions.values {
            findings.extend(wildcard(place, pattern, accepted));
        }
    }
    if let Some(resources) = statement.resources.as_ref().filter(|element| element.negated) {
        let message = "the statement allows its actions on every resource but those listed";
        findings.push(Finding::new(&rules::not_resource::RULE, resources.span, place.subject("NotResource"), message));
    }
    findings.extend(pass_role(place));
}

fn wildcard(place: &Place<'_>, pattern: &Spanned<ActionPattern>, accepted: &[&ActionPattern]) -> Option<Finding> {
    let text = pattern.value.as_str();
    let lower = pattern.value.lower();
    let all_names = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte == b'*');
    if all_names(lower) {
        let message = "the statement allows every action of every service";
        return Some(Finding::new(&rules::allow_everything::RULE, pattern.span, place.subject("*"), message));
    }
    let (prefix, name) = lower.split_once(':')?;
    if !all_names(name) || accepted.iter().any(|accepted| covers(accepted.lower(), lower)) {
        return None;
    }
    let count = actions_matching(lower).count();
    let message = format!("`{text}` allows all {count} actions of the service, and those that come later");
    Some(
        Finding::new(&rules::service_wildcard::RULE, pattern.span, place.subject(text), message)
            .with_label(format!("list the actions of {prefix} that are needed")),
    )
}

/// `iam:PassRole` on every role, or on every role of an account.
fn pass_role(place: &Place<'_>) -> Option<Finding> {
    const ANY_ROLE: &str = "arn:aws:iam::111122223333:role/*";
    let statement = place.statement;
    let mut patterns = statement.actions.values.iter();
    let span = if statement.actions.negated {
        let listed = patterns.any(|pattern| pattern.value.matches("iam:PassRole"));
        if listed {
            return None;
        }
        statement.actions.span
    } else {
        patterns.find(|pattern| pattern.value.matches("iam:PassRole"))?.span
    };
    let resources = statement.resources.as_ref()?;
    let every_role = |text: &str| {
        let role = text.splitn(6, ':').nth(5).unwrap_or(text);
        text == "*" || (overlap(&widen_variables(text), ANY_ROLE) && (covers(role, "role/*") || covers(role, "*")))
    };
    let wide = if resources.negated { true } else { resources.values.iter().any(|value| every_role(&value.value)) };
    if !wide {
        return None;
    }
    let message = "`iam:PassRole` is allowed on every role";
    let related =
        resources.values.iter().find(|value| every_role(&value.value)).map_or(resources.span, |value| value.span);
    let finding = Finding::new(&rules::pass_role_any_resource::RULE, span, place.subject("iam:PassRole"), message);
    Some(
        finding
            .with_label("lets the role act with the rights of any other role")
            .with_related(related, "name the one role that is passed"),
    )
}

#[cfg(test)]
mod tests;
