//! The questions that claims come down to, in words, and their answers as reports take them.

use super::classes;
use super::findings;
use crate::args::prove::{BaseArg, NotGrantedArgs};
use crate::commands::documents::{Documents, Side};
use anyhow::{Context as _, bail};
use rolecall_iam::action::ActionPattern;
use rolecall_iam::document::{Policy, PolicyType, parse};
use rolecall_iam::json;
use rolecall_iam::principal::{Principal, PrincipalKind};
use rolecall_iam::span::FileId;
use rolecall_iam_catalog::{actions_matching, nearest_action};
use rolecall_iam_prove::{ActionWorld, Options, PolicySide, UnknownReason, Verdict, not_granted};
use rolecall_report::prove::{Answer, Answered};

/// A question over all requests, before its answer.
pub(super) struct Question<'s> {
    pub(super) name: &'static str,
    /// What is looked for, behind "a request".
    pub(super) looked_for: String,
    /// The side that would allow the request, with its stable word.
    pub(super) allowing: (&'static str, &'s Side),
    /// The side that would not.
    pub(super) other: Option<(&'static str, &'s Side)>,
    pub(super) options: Options,
}

impl Question<'_> {
    /// The answer. Documents with parts that no evaluation can tell are never answered with "none".
    pub(super) fn answer(self, verdict: Verdict, documents: &Documents) -> Answer {
        let stats = verdict.stats();
        let places = documents.undecidable_places();
        let result = match verdict {
            Verdict::None { .. } if places.is_empty() => Answered::None,
            Verdict::None { .. } => Answered::Unknown {
                code: UnknownReason::Undecidable.code(),
                reason: String::from("none was found, but AWS would not take these documents as they are"),
                help: format!("mend what no evaluation can tell: {}", places.join("; ")),
            },
            Verdict::NewAccess(found) => Answered::Found(Box::new(findings::found(&found, &self))),
            Verdict::Unknown { reason, .. } => Answered::Unknown {
                code: reason.code(),
                help: self.help(&reason, &places),
                reason: without_code(&reason),
            },
        };
        Answer {
            name: self.name,
            looked_for: self.looked_for,
            world: self.options.world,
            budget: self.options.budget,
            stats,
            result,
        }
    }

    fn help(&self, reason: &UnknownReason, places: &[String]) -> String {
        match reason {
            UnknownReason::Budget => {
                let more = format!("raise the budget, such as `--budget {}`", self.options.budget.saturating_mul(10));
                match self.options.world {
                    ActionWorld::Open => format!("{more}, or ask about documented actions only: `--mode catalogue`"),
                    ActionWorld::Catalogue => more,
                }
            }
            UnknownReason::Undecidable if !places.is_empty() => {
                format!("mend what no evaluation can tell: {}", places.join("; "))
            }
            UnknownReason::Undecidable => String::from(
                "look for a malformed value, or for a key that is compared under two types: `rolecall check` names them",
            ),
            UnknownReason::Variables => String::from(
                "write the variable the same way in both policies, or put the values that it has in its place",
            ),
            UnknownReason::UserName => {
                String::from("compare the caller by `aws:PrincipalArn` or by `aws:username`, not by both")
            }
            UnknownReason::ReplayMismatch(..) => String::from(
                "this is a fault of the prover: please report it with the policies; nothing is claimed until it is mended",
            ),
            UnknownReason::DifferentBases => String::from("give both sides policies of the same type"),
        }
    }
}

/// The reason without the code in front of it.
fn without_code(reason: &UnknownReason) -> String {
    let text = reason.to_string();
    text.strip_prefix(reason.code()).and_then(|rest| rest.strip_prefix(": ")).map_or(text.clone(), str::to_owned)
}

/// Whether a side surely allows no request at all.
pub(super) fn allows_nothing(side: &Side, options: Options) -> bool {
    let Ok(any) = ActionPattern::parse("*") else { return false };
    let resources = [String::from(all_resources(side.base))];
    matches!(not_granted(&side.as_side(), &[any], &resources, options), Verdict::None { .. })
}

/// Every resource that a policy can speak of.
const fn all_resources(base: BaseArg) -> &'static str {
    match base {
        BaseArg::Trust => "arn:*:iam::*:role/*",
        BaseArg::Identity | BaseArg::Resource => "*",
    }
}

/// The requests that `not-granted` forbids.
pub(super) struct Forbidden {
    /// Patterns and classes apart: they are asked for in different modes.
    pub(super) parts: Vec<ForbiddenActions>,
    pub(super) resources: Vec<String>,
    pub(super) resource_words: String,
}

/// Actions of one mode.
pub(super) struct ForbiddenActions {
    pub(super) name: &'static str,
    pub(super) words: String,
    pub(super) actions: Vec<ActionPattern>,
    /// The mode when none is told.
    pub(super) world: ActionWorld,
}

impl Forbidden {
    pub(super) fn read(arguments: &NotGrantedArgs, base: BaseArg) -> anyhow::Result<Self> {
        let mut parts = Vec::new();
        if !arguments.actions.is_empty() {
            let parse = |text: &String| {
                let hint = "policies stand in front of `--action`";
                ActionPattern::parse(text).with_context(|| format!("`{text}` is no action pattern ({hint})"))
            };
            parts.push(ForbiddenActions {
                name: "granted",
                words: quoted_list(&arguments.actions, "or"),
                actions: arguments.actions.iter().map(parse).collect::<anyhow::Result<_>>()?,
                world: ActionWorld::Open,
            });
        }
        if !arguments.classes.is_empty() {
            let actions = classes::actions(&arguments.classes)?;
            let count =
                if actions.len() == 1 { String::from("1 action") } else { format!("{} actions", actions.len()) };
            parts.push(ForbiddenActions {
                name: "granted-of-class",
                words: format!("the {count} of class {}", quoted_list(&arguments.classes, "or")),
                actions,
                world: ActionWorld::Catalogue,
            });
        }
        for text in &arguments.resources {
            if !can_match_an_arn(text) {
                bail!(
                    "`--resource {text}` matches no resource: expected an ARN pattern such as `arn:aws:s3:::bucket/*`, \
                     or `*`; variables such as `${{aws:username}}` are for policies only"
                );
            }
        }
        let resources = match arguments.resources.as_slice() {
            [] => vec![String::from(all_resources(base))],
            resources => resources.to_vec(),
        };
        let resource_words = match arguments.resources.as_slice() {
            [] if base == BaseArg::Trust => String::from("any role"),
            [] => String::from("any resource"),
            resources => quoted_list(resources, "or"),
        };
        Ok(Self { parts, resources, resource_words })
    }

    /// Documented actions on any resource: there is a request for each.
    pub(super) fn surely_has_requests(&self, part: &ForbiddenActions) -> bool {
        part.world == ActionWorld::Catalogue && self.resources.iter().any(|pattern| pattern == "*")
    }

    /// Patterns that no documented action matches: a typing error proves nothing.
    pub(super) fn notes(&self) -> Vec<String> {
        let patterns = self.parts.iter().flat_map(|part| &part.actions);
        let unknown = patterns.filter(|pattern| actions_matching(pattern.lower()).next().is_none());
        let note = |pattern: &ActionPattern| {
            let near =
                nearest_action(pattern.as_str()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            format!("AWS documents no action that `{pattern}` matches{near}")
        };
        unknown.map(note).collect()
    }
}

impl ForbiddenActions {
    /// A question about no request at all would be answered with "none" whatever the policies are.
    pub(super) fn refuse_empty(&self, resources: &[String], options: Options) -> anyhow::Result<()> {
        let everything = policy_of_text(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
            PolicyType::Identity,
        );
        let sides = PolicySide::identity(&everything);
        if matches!(not_granted(&sides, &self.actions, resources, options), Verdict::None { .. }) {
            bail!(
                "there is no request for {} on {}, so that every policy would pass: correct the names (`--mode catalogue` \
                 knows documented actions only, and those without resource-level permissions on `*` alone)",
                self.words,
                quoted_list(resources, "or")
            );
        }
        Ok(())
    }
}

/// Whether a pattern can match an ARN or `*`.
fn can_match_an_arn(pattern: &str) -> bool {
    let literal = pattern.split(['*', '?']).next().unwrap_or_default();
    let begins = "arn:".starts_with(literal) || literal.starts_with("arn:");
    let has_wildcard = literal.len() < pattern.len();
    !pattern.contains("${") && begins && (has_wildcard || pattern.split(':').count() >= 6)
}

/// Who a trust policy may let in.
pub(in crate::commands) struct Expected {
    pub(in crate::commands) principals: Vec<Principal>,
    pub(super) external_id: Option<String>,
    pub(in crate::commands) words: String,
}

impl Expected {
    pub(in crate::commands) fn read(principals: &[String], external_id: Option<&str>) -> anyhow::Result<Self> {
        let parse = |text: &String| {
            let kind = kind_of(text);
            Principal::parse(kind, text).with_context(|| {
                format!(
                    "`--principal {text}`: expected an ARN, a 12-digit account, a service such as `ec2.amazonaws.com`, an \
                     identity provider, or `*`"
                )
            })
        };
        let with = external_id.map_or_else(String::new, |id| format!(", with the external ID `{id}`"));
        Ok(Self {
            principals: principals.iter().map(parse).collect::<anyhow::Result<_>>()?,
            external_id: external_id.map(str::to_owned),
            words: format!("{}{with}", quoted_list(principals, "and")),
        })
    }
}

/// The kind of a principal by its form.
fn kind_of(text: &str) -> PrincipalKind {
    let provider = |resource: &str| resource.starts_with("saml-provider/") || resource.starts_with("oidc-provider/");
    if text.splitn(6, ':').nth(5).is_some_and(provider) {
        return PrincipalKind::Federated;
    }
    let names_aws = text.ends_with(".amazonaws.com") || text.ends_with(".amazonaws.com.cn");
    match text {
        // The web identity providers that are named without an ARN (IAM user guide, `reference_policies_elements_principal`).
        "cognito-identity.amazonaws.com" | "www.amazon.com" | "graph.facebook.com" | "accounts.google.com" => {
            PrincipalKind::Federated
        }
        _ if names_aws => PrincipalKind::Service,
        _ => PrincipalKind::Aws,
    }
}

/// Whether a trust policy lets in anybody else.
pub(super) fn only_principals(
    side: &Side,
    expected: &Expected,
    options: Options,
    documents: &Documents,
) -> anyhow::Result<Answer> {
    let trust = side.policies.first().context("the trust policy could not be read")?;
    let id = expected.external_id.as_deref();
    let verdict = rolecall_iam_prove::only_principals(trust, &expected.principals, id, options);
    let because = match &verdict {
        Verdict::NewAccess(found) => Some(findings::why_not_expected(&found.witness, expected)),
        _ => None,
    };
    let looked_for = if id.is_some() {
        format!("to assume the role that {} allows, by anybody else or without this external ID", side.words)
    } else {
        format!("to assume the role that {} allows, by anybody else", side.words)
    };
    let question = Question { name: "others", looked_for, allowing: ("trust", side), other: None, options };
    let mut answer = question.answer(verdict, documents);
    if let Answered::Found(found) = &mut answer.result {
        found.because = because;
    }
    Ok(answer)
}

/// A policy of this program's own.
pub(super) fn policy_of_text(text: &str, policy_type: PolicyType) -> Option<Policy> {
    json::read(FileId(u32::MAX), text).node.and_then(|root| parse::parse(&root, policy_type).policy)
}

fn quoted_list(texts: &[String], join: &str) -> String {
    const SHOWN: usize = 6;
    let mut all: Vec<String> = texts.iter().take(SHOWN).map(|text| format!("`{text}`")).collect();
    if texts.len() > SHOWN {
        all.push(format!("{} more", texts.len() - SHOWN));
    }
    match all.as_slice() {
        [] => String::from("nothing"),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {join} {last}", first.join(", ")),
    }
}
