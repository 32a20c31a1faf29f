//! What every format writes, digested once from profile and organization: policies as JSON values, legacy external IDs,
//! names of files and stacks, notes. How it looks in a language is the writers'.

use super::{Options, RenderError};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::{AccountKind, Organization, ServiceMode};
use rolecall_core::profile::{InlinePolicy, Permissions, RoleProfile};
use rolecall_core::trust_document::{EXTERNAL_ID_KEY, trust_document};
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::print::to_node;
use rolecall_iam::value::{Node, Value as Tree};
use serde_json::{Map, Value};

/// Profile and organization, with what the writers share.
pub(super) struct RoleCode<'a> {
    pub(super) profile: &'a RoleProfile,
    pub(super) organization: &'a Organization,
}

/// The inline policies that the code creates.
pub(super) enum Inline<'a> {
    /// One for every account that is served.
    Same(&'a InlinePolicy),
    /// Decided by the account's ID.
    Split { management: &'a InlinePolicy, member: &'a InlinePolicy },
}

impl<'a> RoleCode<'a> {
    pub(super) const fn new(profile: &'a RoleProfile, organization: &'a Organization) -> Self {
        Self { profile, organization }
    }

    /// Whether only the management account is served: resellers are never asked for roles in member accounts.
    pub(super) fn is_management_only(&self) -> bool {
        self.organization.mode == ServiceMode::Lagging
    }

    pub(super) fn inline(&self) -> Inline<'a> {
        let permissions = &self.profile.permissions;
        match permissions {
            Permissions::Split { management, member } if !self.is_management_only() && management != member => {
                Inline::Split { management, member }
            }
            Permissions::Uniform(_) | Permissions::Split { .. } => {
                Inline::Same(permissions.of(AccountKind::Management))
            }
        }
    }

    /// The accounts that keep an external ID of their own, by account ID.
    pub(super) fn legacy_ids(&self) -> Vec<(AccountId, &'a ExternalId)> {
        let organization = self.organization;
        let differs = organization.legacy_ids.iter().filter(|(_, id)| **id != organization.external_id);
        let served = differs.filter(|(account, _)| {
            !self.is_management_only() || organization.kind_of(**account) == AccountKind::Management
        });
        served.map(|(account, id)| (*account, id)).collect()
    }

    /// Whether the code has to know the account that it runs in.
    pub(super) fn depends_on_account(&self) -> bool {
        self.is_management_only() || matches!(self.inline(), Inline::Split { .. }) || !self.legacy_ids().is_empty()
    }

    /// The trust policy for the organization's external ID.
    pub(super) fn trust(&self) -> Value {
        let Organization { partition, external_id, .. } = self.organization;
        json(&to_node(&trust_document(&self.profile.vendor, *partition, &[external_id])))
    }

    /// The trust policy with something else in the place of the external ID: an expression of the format.
    pub(super) fn trust_with(&self, external_id: Value) -> Value {
        let mut trust = self.trust();
        let path = ["/Statement/0/Condition/StringEquals/", EXTERNAL_ID_KEY].concat();
        if let Some(place) = trust.pointer_mut(&path) {
            *place = external_id;
        }
        trust
    }

    /// Every text of the role that is free to hold any character, with the words that name it.
    fn texts(&self) -> Vec<(String, String)> {
        let profile = self.profile;
        let mut texts = vec![
            (String::from("the role name"), profile.name.clone()),
            (String::from("the path"), profile.path.clone()),
        ];
        texts.extend(profile.description.iter().map(|text| (String::from("the description"), text.clone())));
        texts.extend(
            profile.permissions_boundary.iter().map(|arn| (String::from("the permissions boundary"), arn.clone())),
        );
        texts.extend(
            profile.managed_policy_arns.iter().map(|arn| (String::from("the ARN of a managed policy"), arn.clone())),
        );
        for tag in &profile.tags {
            texts.push((format!("the tag key `{}`", one_line(&tag.key)), tag.key.clone()));
            texts.push((format!("the tag `{}`", one_line(&tag.key)), tag.value.clone()));
        }
        collect_texts(&self.trust(), "the trust policy", &mut texts);
        let policies = match self.inline() {
            Inline::Same(policy) => vec![policy],
            Inline::Split { management, member } => vec![management, member],
        };
        for policy in policies {
            let what = format!("the inline policy `{}`", one_line(&policy.name));
            texts.push((format!("the name of {what}"), policy.name.clone()));
            collect_texts(&document(policy), &what, &mut texts);
        }
        texts
    }

    /// Refuses what no format can carry.
    pub(super) fn check_characters(&self) -> Result<(), RenderError> {
        match self.first_text_with("\0") {
            Some(what) => Err(RenderError::Nul { what }),
            None => Ok(()),
        }
    }

    /// The name of the first text that holds `part`.
    pub(super) fn first_text_with(&self, part: &str) -> Option<String> {
        self.texts().into_iter().find(|(_, text)| text.contains(part)).map(|(what, _)| what)
    }

    /// A name for files and stacks from the role name: a letter, then lower-case letters, digits and `-`.
    pub(super) fn slug(&self) -> String {
        let mut slug = String::new();
        for character in self.profile.name.chars() {
            if character.is_ascii_alphanumeric() {
                slug.push(character.to_ascii_lowercase());
            } else if !slug.ends_with('-') && !slug.is_empty() {
                slug.push('-');
            }
        }
        let slug = slug.trim_end_matches('-');
        let letter = slug.starts_with(|first: char| first.is_ascii_alphabetic());
        if letter { format!("{slug}-role") } else { format!("vendor-{slug}-role").replace("--", "-") }
    }

    /// The name of the stacks and of the stack set.
    pub(super) fn stack_name(&self, options: &Options) -> String {
        options.stack_name.clone().unwrap_or_else(|| self.slug())
    }

    /// The first lines of every file: what it is, for whom, and where to change it. No line break in any of them.
    fn header(&self, what: &str) -> Vec<String> {
        let organization = self.organization;
        let served = if self.is_management_only() {
            format!("its management account {} only (lagging mode)", organization.management_account)
        } else {
            format!("its management account {} and every member account", organization.management_account)
        };
        vec![
            format!(
                "{what} for the IAM role {} of AWS account {}.",
                one_line(&self.profile.name),
                self.profile.vendor.account
            ),
            format!("Organization {}: the same code serves {served}.", organization.id.as_str()),
            String::from("Written by `rolecall render`: change the profile and render again, not this file."),
        ]
    }

    /// The header as comments of YAML, HCL and bash.
    pub(super) fn comment(&self, what: &str) -> String {
        let lines = self.header(what);
        lines.iter().flat_map(|line| ["# ", line, "\n"]).collect()
    }

    /// What holds for every format.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let organization = self.organization;
        if self.is_management_only() {
            notes.push(format!(
                "organization {} is served in lagging mode: the role belongs in its management account {} and in no member \
                 account",
                organization.id.as_str(),
                organization.management_account
            ));
        }
        let legacy = self.legacy_ids().len();
        if legacy > 0 {
            notes.push(format!(
                "{legacy} account(s) keep an external ID of their own; the code looks it up by account ID, so it can run there \
                 too"
            ));
        }
        notes
    }
}

/// The document of an inline policy as a JSON value, members in AWS's order.
pub(super) fn document(policy: &InlinePolicy) -> Value {
    json(&to_node(&policy.document))
}

/// A text without line breaks and control characters, for comments and messages.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

fn json(node: &Node) -> Value {
    match &node.value {
        // A policy that was read holds nothing unresolved.
        Tree::Null | Tree::Unresolved(_) => Value::Null,
        Tree::Bool(flag) => Value::Bool(*flag),
        Tree::Number(text) => text.parse().map_or_else(|_| Value::String(text.clone()), Value::Number),
        Tree::String(text) => Value::String(text.clone()),
        Tree::Array(items) => Value::Array(items.iter().map(json).collect()),
        Tree::Object(members) => Value::Object(
            members.iter().map(|member| (member.key.value.clone(), json(&member.value))).collect::<Map<_, _>>(),
        ),
    }
}

fn collect_texts(value: &Value, what: &str, texts: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => texts.push((what.to_owned(), text.clone())),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, what, texts)),
        Value::Object(members) => {
            for (key, value) in members {
                texts.push((what.to_owned(), key.clone()));
                collect_texts(value, what, texts);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
