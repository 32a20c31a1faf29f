//! Decides for every `never` entry and granting pattern whether there is a request that the policies allow and the entry
//! forbids: proved, not compared. An exception holds where capabilities need the excepted action, on the resources that
//! they name; anywhere when none needs it.

use super::check::GrantedPolicies;
use super::grants::{Grant, Granted, Grants, first_few};
use super::patterns::{covers, overlap};
use super::{Contract, Forbidden, Never};
use crate::classes::{self, Class};
use crate::finding::{Finding, NotJudged, Related, Witness};
use crate::proof::{Answer, Proofs, piece, role_globs};
use crate::rules;
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Effect, Element, Policy, Statement, Version};
use rolecall_iam::span::{Span, Spanned};
use rolecall_iam_catalog::{Action, actions_matching};
use rolecall_iam_prove::{Part, PolicySide, no_new_access_within};

pub(super) fn check(
    contract: &Contract,
    granted: &GrantedPolicies<'_>,
    grants: &Grants<'_>,
    proofs: &mut Proofs,
    findings: &mut Vec<Finding>,
    not_judged: &mut Vec<NotJudged>,
) {
    let roles = role_globs(granted.role_arn);
    for never in &contract.never {
        let excepted = Excepted::new(contract, never);
        for grant in grants.iter() {
            let claim = Claim { contract, never, grant, grants, granted, roles: roles.as_deref(), excepted: &excepted };
            match claim.judge(proofs) {
                None => {}
                Some(Ok(finding)) => findings.push(finding),
                Some(Err(unknown)) => not_judged.push(unknown),
            }
        }
    }
}

/// What is accepted of an entry, as policies that allow just that: the second one limits the first.
struct Excepted {
    actions: Option<Policy>,
    resources: Option<Policy>,
}

impl Excepted {
    fn new(contract: &Contract, never: &Never) -> Self {
        if never.except.is_empty() {
            return Self { actions: None, resources: None };
        }
        let except: Vec<ActionPattern> = never.except.iter().map(|pattern| pattern.value.clone()).collect();
        let excepted = |needed: &Spanned<ActionPattern>| {
            except.iter().any(|pattern| overlap(pattern.lower(), needed.value.lower()))
        };
        let mut needed = Vec::new();
        let mut limits = Vec::new();
        for capability in contract.allow.iter().filter(|capability| capability.actions.iter().any(excepted)) {
            let actions: Vec<_> = capability.actions.iter().map(|pattern| pattern.value.clone()).collect();
            let resources = capability.resources.iter().map(|resource| resource.value.clone()).collect();
            needed.extend(actions.iter().cloned());
            limits.push(allow(false, actions, resources));
        }
        let actions = Some(policy(vec![allow(false, except, vec![String::from("*")])]));
        if limits.is_empty() {
            return Self { actions, resources: None };
        }
        limits.push(allow(true, needed, vec![String::from("*")]));
        Self { actions, resources: Some(policy(limits)) }
    }

    fn side(&self) -> PolicySide<'_> {
        let side = PolicySide::identity(self.actions.as_ref());
        PolicySide { permissions_boundary: self.resources.as_ref(), ..side }
    }
}

fn placeless<T>(value: T) -> Spanned<T> {
    Spanned::new(value, Span::default())
}

fn element<T>(negated: bool, values: Vec<T>) -> Element<T> {
    Element { span: Span::default(), negated, values: values.into_iter().map(placeless).collect() }
}

fn allow(all_but: bool, actions: Vec<ActionPattern>, resources: Vec<String>) -> Statement {
    Statement {
        span: Span::default(),
        sid: None,
        effect: placeless(Effect::Allow),
        principals: None,
        actions: element(all_but, actions),
        resources: Some(element(false, resources)),
        conditions: Vec::new(),
        undecidable: Vec::new(),
    }
}

/// A contract knows no variables: in this version `${` is plain text.
fn policy(statements: Vec<Statement>) -> Policy {
    Policy { span: Span::default(), version: Some(placeless(Version::V2008)), id: None, statements }
}

/// One `never` entry against one granting pattern.
struct Claim<'a> {
    contract: &'a Contract,
    never: &'a Never,
    grant: Grant<'a>,
    grants: &'a Grants<'a>,
    granted: &'a GrantedPolicies<'a>,
    roles: Option<&'a [String]>,
    excepted: &'a Excepted,
}

impl Claim<'_> {
    fn judge(&self, proofs: &mut Proofs) -> Option<Result<Finding, NotJudged>> {
        match &self.never.what {
            Forbidden::Class(name) => {
                let class = classes::by_name(&name.value)?;
                let actions: Vec<Action> =
                    self.grants.actions(self.grant).filter(|action| class.contains(*action)).collect();
                // Nothing that the pattern matches is in the class: there is nothing to ask.
                if actions.is_empty() {
                    return None;
                }
                let names: Vec<String> = actions.iter().map(Action::to_string).collect();
                let region: Vec<ActionPattern> =
                    names.iter().filter_map(|name| ActionPattern::parse(name).ok()).collect();
                self.ask(proofs, &region, &format!("class {}", class.name), &names, Some(class))
            }
            Forbidden::Actions(patterns) => {
                let meets = |pattern: &&Spanned<ActionPattern>| match self.grant.what {
                    Granted::Matching(own) => overlap(own.value.lower(), pattern.value.lower()),
                    Granted::AllBut(_) => true,
                };
                let region: Vec<ActionPattern> =
                    patterns.iter().filter(meets).map(|pattern| pattern.value.clone()).collect();
                if region.is_empty() {
                    return None;
                }
                self.ask(proofs, &region, "the forbidden list", &self.of_patterns(patterns), None)
            }
        }
    }

    /// Asks for a request of these actions; `may` is what is listed beside the one that is found.
    fn ask(
        &self,
        proofs: &mut Proofs,
        actions: &[ActionPattern],
        what: &str,
        may: &[String],
        class: Option<&Class>,
    ) -> Option<Result<Finding, NotJudged>> {
        let resources: Vec<String> = self.never.resources.iter().map(|resource| resource.value.clone()).collect();
        let everywhere = resources.iter().any(|resource| resource == "*");
        let resources = if everywhere { None } else { Some(resources.as_slice()) };
        let part = Part { actions: Some(actions), resources, roles: self.roles };
        let policies = piece(self.granted.policies, self.grant.statement, self.grant.pattern());
        let alone = PolicySide::identity(&policies);
        let whole = PolicySide::identity(self.granted.policies.iter().copied());
        let accepted = self.excepted.side();
        match proofs.ask(&whole, |options| no_new_access_within(&accepted, &alone, part, options)) {
            Answer::None => None,
            Answer::Found(shown) => Some(Ok(self.finding(what, may, class, shown.witness))),
            Answer::Unknown(reason) => Some(Err(self.unknown(what, &reason))),
        }
    }

    fn finding(&self, what: &str, may: &[String], class: Option<&Class>, witness: Witness) -> Finding {
        let text = self.grant.text();
        let shown = witness.action.clone();
        let further: Vec<&String> =
            may.iter().filter(|name| !name.eq_ignore_ascii_case(&shown) && !self.is_excepted(name)).collect();
        let message = if further.is_empty() {
            format!("`{text}` grants 1 action of {what}: `{shown}`")
        } else {
            format!(
                "`{text}` grants `{shown}` of {what}, and may grant {} more: {}",
                further.len(),
                first_few(&further)
            )
        };
        let why = if self.never.why.is_empty() { String::new() } else { format!(": {}", self.never.why) };
        let finding =
            Finding::new(&rules::permission_forbidden::RULE, self.grant.span(), format!("{what}/{text}"), message)
                .with_label(format!("must never be possible: {what}"))
                .with_related(self.never.span, format!("forbidden here{why}"));
        let reason = rolecall_iam_catalog::action_named(&shown).zip(class).and_then(|(action, own)| own.reason(action));
        let finding = match (self.is_listed_exception(&shown), reason) {
            (true, _) => finding.with_reason(format!(
                "`{shown}` is excepted on the resources that the capabilities name, and this reaches others"
            )),
            (false, None) => finding,
            (false, Some(reason)) => finding.with_reason(format!("`{shown}`: {reason}")),
        };
        finding.with_witness(witness)
    }

    fn unknown(&self, what: &str, reason: &str) -> NotJudged {
        NotJudged {
            code: String::from("claim-undecided"),
            span: self.grant.span(),
            message: format!("whether `{}` grants anything of {what} cannot be told: {reason}", self.grant.text()),
            help: String::from(
                "simplify the statement: fewer wildcards in the middle of patterns, no policy variables",
            ),
            related: vec![Related { span: self.never.span, label: String::from("forbidden here") }],
        }
    }

    fn is_listed_exception(&self, action: &str) -> bool {
        self.never.except.iter().any(|pattern| pattern.value.matches(action))
    }

    /// Whether an action is accepted wherever it is granted, for the list of what may be granted besides.
    fn is_excepted(&self, action: &str) -> bool {
        let everywhere = |resource: &Spanned<String>| resource.value == "*";
        let mut needing = self
            .contract
            .allow
            .iter()
            .filter(|capability| capability.actions.iter().any(|pattern| pattern.value.matches(action)))
            .peekable();
        self.is_listed_exception(action)
            && (needing.peek().is_none() || needing.any(|capability| capability.resources.iter().any(everywhere)))
    }

    /// The actions of a forbidden list that the grant covers; a pattern that the catalogue does not know stands for
    /// itself where the two patterns have a name in common.
    fn of_patterns(&self, patterns: &[Spanned<ActionPattern>]) -> Vec<String> {
        let names = self.grants.actions(self.grant).map(|action| action.to_string());
        let listed = |name: &String| patterns.iter().any(|pattern| pattern.value.matches(name));
        let mut actions: Vec<String> = names.filter(listed).collect();
        for pattern in patterns.iter().filter(|pattern| actions_matching(pattern.value.lower()).next().is_none()) {
            let lower = pattern.value.lower();
            let granted = match self.grant.what {
                Granted::Matching(own) => overlap(own.value.lower(), lower),
                Granted::AllBut(element) => !element.values.iter().any(|kept| covers(kept.value.lower(), lower)),
            };
            if granted && !self.grants.is_pattern_denied(lower) {
                actions.push(pattern.value.as_str().to_owned());
            }
        }
        actions
    }
}
