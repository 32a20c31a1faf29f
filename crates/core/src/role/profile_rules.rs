//! Judges a role profile against AWS's limits, before anything is made of it: names, durations, tags, sizes.

use crate::finding::Finding;
use crate::limits::{
    DESCRIPTION_MAX_CHARS, MAX_SESSION_DURATION_MAX_S, MAX_SESSION_DURATION_MIN_S, PATH_MAX_CHARS,
    ROLE_INLINE_POLICIES_MAX_CHARS, ROLE_NAME_MAX_CHARS, ROLE_TAGS_MAX, TAG_KEY_MAX_CHARS, TAG_VALUE_MAX_CHARS,
    TRUST_POLICY_MAX_CHARS, TRUST_POLICY_RAISED_MAX_CHARS, counted_chars,
};
use crate::organization::{AccountKind, Organization};
use crate::profile::{Permissions, RoleProfile, Tag};
use crate::rule::Severity;
use crate::rules;
use crate::text_difference::character_name;
use crate::trust_document::trust_document;
use jiff::civil::Date;
use rolecall_iam::document::{Policy, print};
use rolecall_iam::span::Span;

/// Where the parts of a profile are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProfilePlaces {
    /// The profile as a whole.
    pub role: Span,
    /// `name`.
    pub name: Span,
    /// `path`.
    pub path: Span,
    /// `description`.
    pub description: Span,
    /// `max_session_duration_s`.
    pub max_session_duration: Span,
    /// The tags.
    pub tags: Span,
    /// The managed policies.
    pub managed_policies: Span,
    /// The permissions boundary.
    pub permissions_boundary: Span,
    /// The vendor's account.
    pub vendor: Span,
}

impl ProfilePlaces {
    /// The same place for everything: for profiles that have no text of their own.
    pub const fn all(span: Span) -> Self {
        Self {
            role: span,
            name: span,
            path: span,
            description: span,
            max_session_duration: span,
            tags: span,
            managed_policies: span,
            permissions_boundary: span,
            vendor: span,
        }
    }
}

/// Judges a profile against AWS's limits.
pub fn check_profile(profile: &RoleProfile, places: &ProfilePlaces) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(name(&profile.name, places.name));
    findings.extend(path(&profile.path, places.path));
    if let Some(text) = &profile.description {
        findings.extend(description(text, places.description));
    }
    let seconds = profile.max_session_duration_s;
    if !(MAX_SESSION_DURATION_MIN_S..=MAX_SESSION_DURATION_MAX_S).contains(&seconds) {
        let message = format!(
            "a session duration of {seconds} seconds; AWS takes {MAX_SESSION_DURATION_MIN_S} to {MAX_SESSION_DURATION_MAX_S}"
        );
        findings.push(Finding::new(
            &rules::session_duration::RULE,
            places.max_session_duration,
            "role/max-session-duration",
            message,
        ));
    }
    tags(&profile.tags, places.tags, &mut findings);
    inline_policies(profile, &mut findings);
    findings
}

fn name(name: &str, span: Span) -> Option<Finding> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "_+=,.@-".contains(character);
    let length = name.chars().count();
    let message = if length == 0 {
        String::from("the role has no name")
    } else if let Some((index, bad)) = name.chars().enumerate().find(|(_, character)| !allowed(*character)) {
        format!("`{}` cannot be a role name: {} at position {}", name.escape_debug(), character_name(bad), index + 1)
    } else if length > ROLE_NAME_MAX_CHARS {
        format!("the role name has {length} characters; AWS takes {ROLE_NAME_MAX_CHARS}")
    } else {
        return None;
    };
    Some(Finding::new(&rules::role_name_invalid::RULE, span, "role/name", message))
}

fn path(path: &str, span: Span) -> Option<Finding> {
    if path == "/" {
        return None;
    }
    let length = path.chars().count();
    let shown = path.escape_debug();
    let (severity, message) = if length < 3 || !path.starts_with('/') || !path.ends_with('/') {
        (Severity::Error, format!("the path `{shown}` does not begin and end with `/`"))
    } else if length > PATH_MAX_CHARS {
        (Severity::Error, format!("the path has {length} characters; AWS takes {PATH_MAX_CHARS}"))
    } else if let Some(bad) = path.chars().find(|character| !('!'..='~').contains(character)) {
        (Severity::Error, format!("the path `{shown}` has a {}", character_name(bad)))
    } else {
        (Severity::Note, format!("the role stands under the path `{path}`: the vendor must call it with that path"))
    };
    let mut finding = Finding::new(&rules::role_path::RULE, span, "role/path", message);
    finding.severity = severity;
    Some(finding)
}

fn description(text: &str, span: Span) -> Vec<Finding> {
    let mut findings = Vec::new();
    let length = text.chars().count();
    if length > DESCRIPTION_MAX_CHARS {
        let message = format!("the description has {length} characters; AWS takes {DESCRIPTION_MAX_CHARS}");
        findings.push(Finding::new(&rules::description_too_long::RULE, span, "role/description-length", message));
    }
    // `[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*` (botocore's IAM model, `roleDescriptionType`).
    let allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{A1}'..='\u{FF}');
    if let Some((index, bad)) = text.chars().enumerate().find(|(_, character)| !allowed(*character)) {
        let message =
            format!("the description has {} at position {}, which AWS refuses", character_name(bad), index + 1);
        findings.push(Finding::new(&rules::description_invalid::RULE, span, "role/description", message));
    }
    findings
}

fn tags(tags: &[Tag], span: Span, findings: &mut Vec<Finding>) {
    if tags.len() > ROLE_TAGS_MAX {
        let message = format!("{} tags; AWS takes {ROLE_TAGS_MAX}", tags.len());
        findings.push(Finding::new(&rules::too_many_tags::RULE, span, "role/tags", message));
    }
    for (index, tag) in tags.iter().enumerate() {
        let (key, shown) = (tag.key.as_str(), tag.key.escape_debug());
        let earlier = tags.iter().take(index);
        let message = if key.is_empty() || key.chars().count() > TAG_KEY_MAX_CHARS {
            format!("the tag key `{shown}` has {} characters; AWS takes 1 to {TAG_KEY_MAX_CHARS}", key.chars().count())
        } else if tag.value.chars().count() > TAG_VALUE_MAX_CHARS {
            format!(
                "the value of the tag `{shown}` has {} characters; AWS takes {TAG_VALUE_MAX_CHARS}",
                tag.value.chars().count()
            )
        } else if key.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:")) {
            format!("the tag key `{shown}` begins with `aws:`, which is reserved")
        } else if let Some(bad) = key.chars().chain(tag.value.chars()).find(|character| !tag_character(*character)) {
            format!("the tag `{shown}` has {}, which AWS refuses", character_name(bad))
        } else if earlier.clone().any(|other| other.key.to_lowercase() == key.to_lowercase()) {
            format!("the tag key `{shown}` stands twice; keys have no case")
        } else {
            continue;
        };
        findings.push(Finding::new(&rules::tag_invalid::RULE, span, format!("role/tag:{key}"), message));
    }
}

/// `[\p{L}\p{Z}\p{N}_.:/=+\-@]` (botocore's IAM model, `tagKeyType`); letters and digits of all scripts.
fn tag_character(character: char) -> bool {
    character.is_alphanumeric()
        || (character.is_whitespace() && !character.is_control())
        || "_.:/=+-@".contains(character)
}

fn inline_policies(profile: &RoleProfile, findings: &mut Vec<Finding>) {
    let kinds: &[AccountKind] = match profile.permissions {
        Permissions::Uniform(_) => &[AccountKind::Management],
        Permissions::Split { .. } => &AccountKind::ALL,
    };
    for kind in kinds {
        let policy = profile.permissions.of(*kind);
        let size = counted_chars(&print::to_json_compact(&policy.document));
        if size > ROLE_INLINE_POLICIES_MAX_CHARS {
            let message = format!(
                "the inline policy `{}` has {size} characters without white space; AWS takes {ROLE_INLINE_POLICIES_MAX_CHARS}",
                policy.name
            );
            let subject = match kinds.len() {
                1 => String::from("role/inline-policies"),
                _ => format!("role/inline-policies:{}", kind.as_str()),
            };
            findings.push(Finding::new(
                &rules::inline_policies_too_long::RULE,
                opening(policy.document.span),
                subject,
                message,
            ));
        }
    }
}

/// Judges the size of the trust that the profile gives in an organization, with the longest IDs that may stand in it.
pub fn check_trust_size(
    profile: &RoleProfile,
    organization: &Organization,
    places: &ProfilePlaces,
    day: Date,
) -> Option<Finding> {
    let of_account = |account| {
        let ids = organization.accepted_ids(account, day);
        let ids: Vec<_> = std::iter::once(ids.expected).chain(ids.also).collect();
        trust_size(&trust_document(&profile.vendor, organization.partition, &ids))
    };
    let accounts = std::iter::once(organization.management_account).chain(organization.legacy_ids.keys().copied());
    let size = accounts.map(of_account).max()?;
    let subject = format!("role/trust:{}", organization.id.as_str());
    trust_too_long(size, places.vendor, subject)
}

/// Judges the size of a trust policy as it stands somewhere.
pub fn check_trust_text_size(trust: &Policy) -> Option<Finding> {
    trust_too_long(trust_size(trust), opening(trust.span), String::from("role/trust"))
}

/// Characters of a trust, without white space. That AWS leaves white space out here as well is inferred: the page says
/// it of policies in general (`reference_iam-quotas`).
fn trust_size(trust: &Policy) -> usize {
    counted_chars(&print::to_json_compact(trust))
}

fn trust_too_long(size: usize, span: Span, subject: String) -> Option<Finding> {
    if size <= TRUST_POLICY_MAX_CHARS {
        return None;
    }
    let (severity, hope) = if size <= TRUST_POLICY_RAISED_MAX_CHARS {
        (Severity::Warning, ", up to 4,096 after a quota increase in every account")
    } else {
        (Severity::Error, ", 4,096 at most after a quota increase")
    };
    let message = format!("the trust policy has {size} characters; AWS takes {TRUST_POLICY_MAX_CHARS}{hope}");
    let mut finding = Finding::new(&rules::trust_policy_too_long::RULE, span, subject, message);
    finding.severity = severity;
    Some(finding)
}

/// The first byte of a document, for findings on all of it.
fn opening(span: Span) -> Span {
    Span { end: span.end.min(span.start.saturating_add(1)), ..span }
}
