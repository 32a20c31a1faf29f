//! Compares a role as role code would make it with the role that the profile asks for: every property, with the place
//! in the code and the place in the profile. What policies mean is proved in `equivalence`. What could not be resolved is
//! not judged.

use super::RoleTree;
use super::document_difference::opening;
use super::equivalence;
use super::expected::ExpectedRole;
use super::profile_rules::ProfilePlaces;
use crate::finding::{Finding, NotJudged, Related};
use crate::proof::Proofs;
use crate::rule::Rule;
use crate::rules;
use crate::text_difference::text_difference;
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::span::Span;
use rolecall_iam::value::{Node, Value};
use std::collections::BTreeMap;

/// Compares every property.
pub fn compare(expected: &ExpectedRole, found: &RoleTree, places: &ProfilePlaces) -> (Vec<Finding>, Vec<NotJudged>) {
    compare_with(expected, found, places, &mut Proofs::default())
}

/// The same as part of a run: what it proved of the same texts before is not proved again.
pub fn compare_with(
    expected: &ExpectedRole,
    found: &RoleTree,
    places: &ProfilePlaces,
    proofs: &mut Proofs,
) -> (Vec<Finding>, Vec<NotJudged>) {
    let mut comparison = Comparison { found, findings: Vec::new(), not_judged: Vec::new() };
    comparison.name(expected, places);
    comparison.text(
        (&rules::role_code_path::RULE, "path"),
        found.path.as_ref(),
        ("/", places.path),
        "/",
        expected.path.as_str(),
    );
    comparison.text(
        (&rules::role_code_description::RULE, "description"),
        found.description.as_ref(),
        ("no description", places.description),
        "",
        expected.description.as_deref().unwrap_or(""),
    );
    comparison.duration(expected, places);
    comparison.tags(expected, places);
    comparison.trust(expected, proofs);
    comparison.policies(expected, places, proofs);
    comparison.managed_policies(expected, places);
    comparison.text(
        (&rules::role_code_boundary::RULE, "permissions boundary"),
        found.permissions_boundary.as_ref(),
        ("none", places.permissions_boundary),
        "",
        expected.permissions_boundary.as_deref().unwrap_or(""),
    );
    (comparison.findings, comparison.not_judged)
}

struct Comparison<'a> {
    found: &'a RoleTree,
    findings: Vec<Finding>,
    not_judged: Vec<NotJudged>,
}

impl Comparison<'_> {
    fn add(&mut self, rule: &'static Rule, span: Span, subject: &str, message: String, profile: Option<Span>) {
        let subject = format!("role:{}/{subject}", self.found.label);
        let mut finding = Finding::new(rule, span, subject, message);
        // Documents that were made and not read have no place.
        if let Some(profile) = profile.filter(|span| !span.is_empty()) {
            finding = finding.with_related(profile, "the profile");
        }
        self.findings.push(finding);
    }

    fn unresolved(&mut self, what: &str, span: Span, reason: &str) {
        self.not_judged.push(NotJudged {
            code: String::from("unresolved-value"),
            span,
            message: format!("the {what} of the role cannot be resolved: {reason}"),
            help: String::from("give the value where the code is read (a parameter, a variable), or write it out"),
            related: vec![Related { span: self.found.span, label: String::from("the role") }],
        });
    }

    /// The text of a node; `None` after reporting that it has none.
    fn read(&mut self, what: &str, node: &Node) -> Option<String> {
        match &node.value {
            Value::String(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Unresolved(reason) => {
                self.unresolved(what, node.span, reason);
                None
            }
            Value::Null | Value::Array(_) | Value::Object(_) => {
                self.unresolved(what, node.span, &format!("a text was expected, {} was found", node.kind()));
                None
            }
        }
    }

    fn name(&mut self, expected: &ExpectedRole, places: &ProfilePlaces) {
        let Some(node) = &self.found.name else {
            let message =
                format!("the role code names no role: AWS makes a name up, and the vendor calls `{}`", expected.name);
            self.add(&rules::role_code_name::RULE, self.found.span, "name", message, Some(places.name));
            return;
        };
        let Some(text) = self.read("name", node) else { return };
        if text == expected.name {
            return;
        }
        let same_letters = text.eq_ignore_ascii_case(&expected.name);
        let rule = if same_letters { &rules::role_name_case::RULE } else { &rules::role_code_name::RULE };
        let message = format!(
            "the role code names the role `{}` instead of `{}`{}",
            text.escape_debug(),
            expected.name,
            shown_difference(&expected.name, &text)
        );
        self.add(rule, node.span, "name", message, Some(places.name));
    }

    /// A property that is one text; `absent` is what its absence means, with the words for it.
    fn text(
        &mut self,
        (rule, what): (&'static Rule, &str),
        node: Option<&Node>,
        (absent_words, profile): (&str, Span),
        absent: &str,
        expected: &str,
    ) {
        let shown =
            |text: &str| if text.is_empty() { absent_words.to_owned() } else { format!("`{}`", text.escape_debug()) };
        let (text, span) = match node {
            None => (absent.to_owned(), self.found.span),
            Some(node) if node.value == Value::Null => (absent.to_owned(), node.span),
            Some(node) => match self.read(what, node) {
                Some(text) => (text, node.span),
                None => return,
            },
        };
        if text != expected {
            let message = format!(
                "the {what} is {} instead of {}{}",
                shown(&text),
                shown(expected),
                shown_difference(expected, &text)
            );
            self.add(rule, span, what, message, Some(profile));
        }
    }

    fn duration(&mut self, expected: &ExpectedRole, places: &ProfilePlaces) {
        const DEFAULT_S: u32 = 3_600;
        let (found, span) = match &self.found.max_session_duration_s {
            None => (DEFAULT_S, self.found.span),
            Some(node) => {
                let Some(text) = self.read("session duration", node) else { return };
                let Ok(seconds) = text.trim().parse() else {
                    let reason = format!("`{}` is no number of seconds", text.escape_debug());
                    self.unresolved("session duration", node.span, &reason);
                    return;
                };
                (seconds, node.span)
            }
        };
        let wanted = expected.max_session_duration_s;
        if found != wanted {
            let message = format!("the session duration is {found} seconds instead of {wanted}");
            self.add(
                &rules::role_code_session_duration::RULE,
                span,
                "max-session-duration",
                message,
                Some(places.max_session_duration),
            );
        }
    }

    fn tags(&mut self, expected: &ExpectedRole, places: &ProfilePlaces) {
        let mut found: BTreeMap<String, (Option<String>, Span)> = BTreeMap::new();
        let tags = &self.found.tags;
        for (key, value) in tags {
            let Some(key_text) = self.read("tag key", key) else { return };
            let value_text = self.read("tag value", value);
            found.insert(key_text, (value_text, key.span));
        }
        let rule = &rules::role_code_tags::RULE;
        for tag in &expected.tags {
            let subject = format!("tag:{}", tag.key);
            match found.remove(&tag.key) {
                None => self.add(
                    rule,
                    self.found.span,
                    &subject,
                    format!("the tag `{}` is missing", tag.key),
                    Some(places.tags),
                ),
                Some((Some(value), span)) if value != tag.value => {
                    let message = format!(
                        "the tag `{}` is `{}` instead of `{}`{}",
                        tag.key,
                        value.escape_debug(),
                        tag.value,
                        shown_difference(&tag.value, &value)
                    );
                    self.add(rule, span, &subject, message, Some(places.tags));
                }
                Some(_) => {}
            }
        }
        for (key, (_, span)) in found {
            self.add(
                rule,
                span,
                &format!("tag:{key}"),
                format!("the tag `{}` is not in the profile", key.escape_debug()),
                Some(places.tags),
            );
        }
    }

    fn trust(&mut self, expected: &ExpectedRole, proofs: &mut Proofs) {
        let rule = &rules::role_code_trust::RULE;
        let Some(node) = &self.found.trust else {
            self.add(rule, self.found.span, "trust", String::from("the role has no trust policy"), None);
            return;
        };
        let Some(trust) = self.document(node, PolicyType::Trust, "trust policy") else { return };
        let (texts, not_judged, differs) = equivalence::trust(expected, &trust, proofs);
        self.not_judged.extend(not_judged);
        let before = self.findings.len();
        for text in &texts {
            let message = format!("trust policy: {}", text.message);
            self.add(rule, text.span, &format!("trust/{}", text.key), message, text.expected);
        }
        if texts.is_empty() && (differs.more.is_some() || differs.less.is_some()) {
            let message = String::from("the trust policy does not mean the same as that of the profile");
            self.add(rule, opening(trust.span), "trust", message, None);
        }
        for finding in self.findings.iter_mut().skip(before) {
            *finding = differs.add_to(finding.clone());
        }
    }

    fn document(&mut self, node: &Node, policy_type: PolicyType, what: &str) -> Option<Policy> {
        if let Some(unresolved) = node.unresolved() {
            self.unresolved(what, unresolved.span, unresolved.value);
            return None;
        }
        let parsed = parse(node, policy_type);
        if let Some(policy) = parsed.sound() {
            return Some(policy.clone());
        }
        for problem in parsed.problems.iter().filter(|problem| problem.is_error()) {
            self.not_judged.push(NotJudged {
                code: problem.code.to_owned(),
                span: problem.span,
                message: format!("the {what} cannot be read: {}", problem.message),
                help: problem.help.clone(),
                related: problem
                    .related
                    .iter()
                    .map(|(span, label)| Related { span: *span, label: label.clone() })
                    .collect(),
            });
        }
        None
    }

    fn policies(&mut self, expected: &ExpectedRole, places: &ProfilePlaces, proofs: &mut Proofs) {
        let rule = &rules::role_code_policy::RULE;
        let policies = &self.found.inline_policies;
        let mut seen = false;
        for (name, node) in policies {
            let Some(text) = self.read("policy name", name) else {
                // It may be the one that is looked for.
                seen = true;
                continue;
            };
            let only = policies.len() == 1;
            if text != expected.policy.name {
                let message = if only {
                    format!(
                        "the inline policy is named `{}` instead of `{}`{}",
                        text.escape_debug(),
                        expected.policy.name,
                        shown_difference(&expected.policy.name, &text)
                    )
                } else {
                    format!("the inline policy `{}` is not in the profile", text.escape_debug())
                };
                self.add(rule, name.span, &format!("policy:{text}"), message, Some(places.role));
            }
            if text != expected.policy.name && !only {
                continue;
            }
            if seen {
                self.add(
                    rule,
                    name.span,
                    "policy-twice",
                    format!("the inline policy `{}` stands twice", text.escape_debug()),
                    None,
                );
                continue;
            }
            seen = true;
            let Some(policy) = self.document(node, PolicyType::Identity, "inline policy") else { continue };
            let subject = format!("role:{}/policy", self.found.label);
            let (findings, not_judged) = equivalence::inline_policy(expected, &policy, &subject, proofs);
            self.findings.extend(findings);
            self.not_judged.extend(not_judged);
        }
        if !seen {
            let message = format!("the inline policy `{}` is missing", expected.policy.name);
            self.add(rule, self.found.span, "policy", message, Some(places.role));
        }
    }

    fn managed_policies(&mut self, expected: &ExpectedRole, places: &ProfilePlaces) {
        let rule = &rules::role_code_managed_policies::RULE;
        let arns = &self.found.managed_policy_arns;
        let mut found = Vec::new();
        let mut unresolved = false;
        for node in arns {
            match self.read("managed policy", node) {
                Some(arn) => found.push((arn, node.span)),
                None => unresolved = true,
            }
        }
        for (arn, span) in found.iter().filter(|(arn, _)| !expected.managed_policy_arns.contains(arn)) {
            let message =
                format!("the managed policy `{}` is attached, and the profile does not have it", arn.escape_debug());
            self.add(rule, *span, &format!("managed-policy:{arn}"), message, Some(places.managed_policies));
        }
        // An unresolved one may be the one that is missing: that is said as not judged already.
        for arn in expected
            .managed_policy_arns
            .iter()
            .filter(|arn| !unresolved && !found.iter().any(|(other, _)| other == *arn))
        {
            let message = format!("the managed policy `{arn}` is not attached");
            self.add(rule, self.found.span, &format!("managed-policy:{arn}"), message, Some(places.managed_policies));
        }
    }
}

/// What the eye misses, in brackets; empty when the texts are really different.
fn shown_difference(expected: &str, found: &str) -> String {
    text_difference(expected, found).map(|difference| format!(" ({})", difference.describe())).unwrap_or_default()
}
