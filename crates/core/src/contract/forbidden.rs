//! Finds grants of what a contract forbids: one finding for each `never` entry and granting pattern. An exception holds
//! where capabilities need the excepted action, on the resources that they name; anywhere when none needs it.

use super::grants::{Grant, Granted, Grants, first_few};
use super::patterns::{covers, overlap};
use super::{Contract, Forbidden, Never};
use crate::classes::{self, Class};
use crate::finding::Finding;
use crate::rules;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::span::Spanned;
use rolecall_iam_catalog::{Action, actions_matching};

pub(super) fn check(contract: &Contract, grants: &Grants<'_>, findings: &mut Vec<Finding>) {
    for never in &contract.never {
        for grant in grants.iter().filter(|grant| grant.reaches_any(&never.resources)) {
            findings.extend(Check { contract, never, grant, grants }.finding());
        }
    }
}

/// One `never` entry against one granting pattern.
struct Check<'a> {
    contract: &'a Contract,
    never: &'a Never,
    grant: Grant<'a>,
    grants: &'a Grants<'a>,
}

impl Check<'_> {
    fn finding(&self) -> Option<Finding> {
        let text = self.grant.text();
        let (what, actions, reason) = match &self.never.what {
            Forbidden::Class(name) => {
                let class = classes::by_name(&name.value)?;
                let actions = self.of_class(class);
                let reason = actions.first().and_then(|action| class.reason(*action)).unwrap_or_default();
                (format!("class {}", class.name), actions.iter().map(Action::to_string).collect::<Vec<_>>(), reason)
            }
            Forbidden::Actions(patterns) => (String::from("the forbidden list"), self.of_patterns(patterns), ""),
        };
        let first = actions.first()?;
        let count = if actions.len() == 1 { String::from("1 action") } else { format!("{} actions", actions.len()) };
        let message = format!("`{text}` may grant {count} of {what}: {}", first_few(&actions));
        let why = if self.never.why.is_empty() { String::new() } else { format!(": {}", self.never.why) };
        let finding =
            Finding::new(&rules::permission_forbidden::RULE, self.grant.span(), format!("{what}/{text}"), message)
                .with_label(format!("must never be possible: {what}"))
                .with_related(self.never.span, format!("forbidden here{why}"));
        Some(match (self.is_listed_exception(first), reason) {
            (true, _) => finding.with_reason(format!(
                "`{first}` is excepted on the resources that the capabilities name, and this reaches others"
            )),
            (false, "") => finding,
            (false, reason) => finding.with_reason(format!("`{first}`: {reason}")),
        })
    }

    fn is_listed_exception(&self, action: &str) -> bool {
        self.never.except.iter().any(|pattern| pattern.value.matches(action))
    }

    /// Whether an exception takes the action out of this grant.
    fn is_excepted(&self, action: &str) -> bool {
        if !self.is_listed_exception(action) {
            return false;
        }
        let needing = self
            .contract
            .allow
            .iter()
            .filter(|capability| capability.actions.iter().any(|pattern| pattern.value.matches(action)));
        let named: Vec<&str> =
            needing.flat_map(|capability| &capability.resources).map(|resource| resource.value.as_str()).collect();
        named.is_empty() || self.grant.stays_within(&named)
    }

    fn of_class(&self, class: &Class) -> Vec<Action> {
        let of_class = self.grants.actions(self.grant).filter(|action| class.contains(*action));
        let counts = |action: &Action| self.never.except.is_empty() || !self.is_excepted(&action.to_string());
        of_class.filter(counts).collect()
    }

    /// The actions of a forbidden list that the grant covers; a pattern that the catalogue does not know stands for
    /// itself where the two patterns have a name in common.
    fn of_patterns(&self, patterns: &[Spanned<ActionPattern>]) -> Vec<String> {
        let names = self.grants.actions(self.grant).map(|action| action.to_string());
        let listed = |name: &String| patterns.iter().any(|pattern| pattern.value.matches(name));
        let mut actions: Vec<String> = names.filter(listed).filter(|name| !self.is_excepted(name)).collect();
        for pattern in patterns.iter().filter(|pattern| actions_matching(pattern.value.lower()).next().is_none()) {
            let lower = pattern.value.lower();
            let granted = match self.grant.what {
                Granted::Matching(own) => overlap(own.value.lower(), lower),
                Granted::AllBut(element) => !element.values.iter().any(|kept| covers(kept.value.lower(), lower)),
            };
            if granted && !self.is_excepted(lower) && !self.grants.is_pattern_denied(lower) {
                actions.push(pattern.value.as_str().to_owned());
            }
        }
        actions
    }
}
