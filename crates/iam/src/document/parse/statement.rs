//! Reads one statement: its elements, which of them go together, and which a policy type requires or forbids.

use super::Parser;
use crate::action::ActionPattern;
use crate::document::{Effect, Element, PolicyType, Statement, Undecidable, UndecidablePart};
use crate::principal::{Principal, PrincipalKind};
use crate::span::{Span, Spanned};
use crate::value::{Member, Node, Value};

const STATEMENT_ELEMENTS: &[&str] =
    &["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

/// The members of a statement by element.
#[derive(Default)]
struct Elements<'n> {
    sid: Option<&'n Member>,
    effect: Option<&'n Member>,
    principal: Option<&'n Member>,
    not_principal: Option<&'n Member>,
    action: Option<&'n Member>,
    not_action: Option<&'n Member>,
    resource: Option<&'n Member>,
    not_resource: Option<&'n Member>,
    condition: Option<&'n Member>,
}

impl Parser {
    /// Reads a statement; `None` when it lacks what a statement cannot be without (the problem is recorded).
    pub(super) fn statement(&mut self, node: &Node) -> Option<Statement> {
        let elements = self.elements(node)?;
        let sid = elements.sid.and_then(|member| self.sid(&member.value));
        let effect = if let Some(member) = elements.effect {
            self.effect(&member.value)
        } else {
            self.missing("Effect", node.span, "a statement");
            None
        };
        let mut undecidable = Vec::new();
        let principals = self.principal_element(&elements, node.span, &mut undecidable);
        let actions = self.action_element(&elements, node.span);
        let resources = self.resource_element(&elements, node.span);
        let conditions =
            elements.condition.map_or_else(Vec::new, |member| self.conditions(&member.value, &mut undecidable));
        let effect = effect?;
        if self.policy_type == PolicyType::ResourceControl && effect.value == Effect::Allow {
            let help = "resource control policies of customers hold `Deny` only; `RCPFullAWSAccess` is AWS's own";
            self.warning("allow-in-rcp", effect.span, "`Allow` in a resource control policy", help);
        }
        Some(Statement {
            span: node.span,
            sid,
            effect,
            principals,
            actions: actions?,
            resources,
            conditions,
            undecidable,
        })
    }

    fn elements<'n>(&mut self, node: &'n Node) -> Option<Elements<'n>> {
        let mut elements = Elements::default();
        for member in self.object(node, format_args!("a statement"))? {
            let slot = match member.key.value.as_str() {
                "Sid" => &mut elements.sid,
                "Effect" => &mut elements.effect,
                "Principal" => &mut elements.principal,
                "NotPrincipal" => &mut elements.not_principal,
                "Action" => &mut elements.action,
                "NotAction" => &mut elements.not_action,
                "Resource" => &mut elements.resource,
                "NotResource" => &mut elements.not_resource,
                "Condition" => &mut elements.condition,
                _ => {
                    self.unknown_element(member, STATEMENT_ELEMENTS);
                    continue;
                }
            };
            *slot = Some(member);
        }
        Some(elements)
    }

    fn sid(&mut self, node: &Node) -> Option<Spanned<String>> {
        let sid = self.text(node, format_args!("`Sid`"))?;
        let alphanumeric = sid.value.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !alphanumeric && matches!(self.policy_type, PolicyType::Identity | PolicyType::Trust) {
            let message = format!("the `Sid` `{}` has other characters than letters and digits", sid.value);
            let help = "IAM accepts A–Z, a–z and 0–9 in a `Sid` (reference_policies_elements_sid)";
            self.warning("invalid-sid", node.span, message, help);
        }
        Some(sid)
    }

    fn effect(&mut self, node: &Node) -> Option<Spanned<Effect>> {
        let text = self.text(node, format_args!("`Effect`"))?;
        let effect = match text.value.as_str() {
            "Allow" => Effect::Allow,
            "Deny" => Effect::Deny,
            other => {
                let message = format!("`{other}` is no effect");
                self.error("invalid-effect", node.span, message, "write `Allow` or `Deny`, exactly so");
                return None;
            }
        };
        Some(Spanned::new(effect, node.span))
    }

    /// One of an element and its `Not…` twin; both together are an error.
    fn one_of<'n>(&mut self, plain: Option<&'n Member>, negated: Option<&'n Member>) -> Option<(&'n Member, bool)> {
        if let (Some(plain), Some(negated)) = (plain, negated) {
            let message = format!("`{}` and `{}` in one statement", plain.key.value, negated.key.value);
            self.error("both-forms", negated.key.span, message, "keep one of the two, or write two statements");
        }
        plain.map(|member| (member, false)).or_else(|| negated.map(|member| (member, true)))
    }

    fn principal_element(
        &mut self,
        elements: &Elements<'_>,
        span: Span,
        undecidable: &mut Vec<Undecidable>,
    ) -> Option<Element<Principal>> {
        let found = self.one_of(elements.principal, elements.not_principal);
        let forbidden = matches!(self.policy_type, PolicyType::Identity | PolicyType::ServiceControl);
        match found {
            Some((member, _)) if forbidden => {
                let message = format!("`{}` in a policy that is attached to a principal", member.key.value);
                let help = "only resource-based policies and trust policies name principals: remove it";
                self.error("principal-forbidden", member.key.span, message, help);
                None
            }
            Some((member, negated)) => Some(self.principals(&member.value, negated, undecidable)),
            None if forbidden => None,
            None => {
                self.missing("Principal", span, "a statement of this policy type");
                None
            }
        }
    }

    fn principals(&mut self, node: &Node, negated: bool, undecidable: &mut Vec<Undecidable>) -> Element<Principal> {
        let mut values = Vec::new();
        match &node.value {
            Value::String(text) if text == "*" => values.push(Spanned::new(Principal::Everyone, node.span)),
            Value::String(text) => {
                let message = format!("the principal `{text}` stands without its kind");
                let help = "write `\"*\"`, or an object such as `{ \"AWS\": \"arn:aws:iam::123456789012:root\" }`";
                self.error("invalid-principal", node.span, message, help);
            }
            Value::Object(members) => {
                for member in members {
                    self.principals_of_kind(member, &mut values, undecidable);
                }
            }
            _ => self.wrong_type(node, format_args!("`Principal`"), "`\"*\"` or an object"),
        }
        Element { span: node.span, negated, values }
    }

    fn principals_of_kind(
        &mut self,
        member: &Member,
        values: &mut Vec<Spanned<Principal>>,
        undecidable: &mut Vec<Undecidable>,
    ) {
        let Some(kind) = PrincipalKind::parse(&member.key.value) else {
            return self.unknown_element(member, &["AWS", "Service", "Federated", "CanonicalUser"]);
        };
        for text in self.texts(&member.value, format_args!("`Principal.{}`", kind.as_str())) {
            match Principal::parse(kind, text.value) {
                Ok(principal) => values.push(Spanned::new(principal, text.span)),
                Err(error) => {
                    let message = format!("`{}` is no principal", text.value);
                    self.undecidable("invalid-principal", text.span, message, error.to_string());
                    undecidable.push(Undecidable {
                        span: text.span,
                        part: UndecidablePart::Principal,
                        text: text.value.to_owned(),
                    });
                }
            }
        }
    }

    fn action_element(&mut self, elements: &Elements<'_>, span: Span) -> Option<Element<ActionPattern>> {
        let Some((member, negated)) = self.one_of(elements.action, elements.not_action) else {
            self.missing("Action", span, "a statement");
            return None;
        };
        let mut values = Vec::new();
        for text in self.texts(&member.value, format_args!("`{}`", member.key.value)) {
            match ActionPattern::parse(text.value) {
                Ok(pattern) => values.push(Spanned::new(pattern, text.span)),
                Err(error) => {
                    let message = format!("`{}` is no action", text.value);
                    self.error("invalid-action", text.span, message, error.to_string());
                }
            }
        }
        Some(Element { span: member.value.span, negated, values })
    }

    fn resource_element(&mut self, elements: &Elements<'_>, span: Span) -> Option<Element<String>> {
        let found = self.one_of(elements.resource, elements.not_resource);
        match (found, self.policy_type) {
            (Some((member, _)), PolicyType::Trust) => {
                let message = format!("`{}` in a trust policy", member.key.value);
                let help = "a trust policy speaks of the role that it belongs to: remove the element";
                self.error("resource-forbidden", member.key.span, message, help);
                None
            }
            (Some((member, negated)), _) => {
                let values = self.texts(&member.value, format_args!("`{}`", member.key.value));
                for value in &values {
                    self.resource_form(value);
                }
                let values = values.into_iter().map(|value| value.map(str::to_owned)).collect();
                Some(Element { span: member.value.span, negated, values })
            }
            // Some services' resource policies (Amazon ECR repositories) have no `Resource`.
            (None, PolicyType::Trust | PolicyType::Resource) => None,
            (None, PolicyType::Identity | PolicyType::ServiceControl | PolicyType::ResourceControl) => {
                self.missing("Resource", span, "a statement of this policy type");
                None
            }
        }
    }

    /// "The Resource element … must be an ARN or `*`" (reference_policies_elements_resource).
    fn resource_form(&mut self, value: &Spanned<&str>) {
        let all_stars = !value.value.is_empty() && value.value.bytes().all(|byte| byte == b'*');
        if all_stars || value.value.starts_with("arn:") {
            return;
        }
        let message = format!("`{}` is no resource", value.value);
        self.error(
            "invalid-resource",
            value.span,
            message,
            "write `*` or an ARN: `arn:partition:service:region:account-id:resource`",
        );
    }
}
