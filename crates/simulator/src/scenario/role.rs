//! A role as a scenario describes it: by what is different from the right one. The documents are made in `stage`.

use super::table::{Reader, Table, TextOrTable};
use rolecall_core::organization::AccountKind;

/// A role by its differences from the right one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RolePart {
    /// Another name.
    pub name: Option<String>,
    /// Another path.
    pub path: Option<String>,
    /// Its trust.
    pub trust: TrustPart,
    /// Its inline policy.
    pub policy: PolicyPart,
    /// The document of its permissions boundary.
    pub boundary: Option<String>,
    /// `MaxSessionDuration` in seconds.
    pub max_session_s: Option<u32>,
}

/// The trust of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustPart {
    /// The whole document, with `<vendor>` and `<external-id>` in it.
    Written(String),
    /// One statement for the vendor.
    Made {
        /// The ARN of the principal; the root of the vendor's account when absent.
        principal: Option<String>,
        /// The condition operator for `sts:ExternalId`; `none` leaves the condition out.
        operator: String,
        /// The IDs in it.
        ids: TrustIds,
    },
}

/// The external IDs in a trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrustIds {
    /// The one that the vendor expects.
    Right,
    /// The organization's, also where an account has an older one of its own.
    OfOrganization,
    /// That of another organization of the scenario, by its name.
    Of(String),
    /// As they stand.
    Written(Vec<String>),
    /// The right one among so many others: one trust for all accounts with older IDs.
    Among(u32),
}

/// The inline policy of a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyPart {
    /// The right one, with changes.
    Right {
        /// For the other kind of account, where members have a policy of their own.
        of: Option<AccountKind>,
        /// Without these actions: an older version.
        without: Vec<String>,
        /// Filled up with further actions to so many characters.
        characters: Option<u32>,
    },
    /// The version before the present one: savings analysis, as the vendor published it.
    Older,
    /// None at all: its creation broke off.
    Missing,
    /// The whole document.
    Written(String),
}

impl Default for TrustPart {
    fn default() -> Self {
        Self::Made { principal: None, operator: "StringEquals".to_owned(), ids: TrustIds::Right }
    }
}

impl Default for PolicyPart {
    fn default() -> Self {
        Self::Right { of: None, without: Vec::new(), characters: None }
    }
}

pub(super) const ROLE_KEYS: [&str; 13] = [
    "name",
    "path",
    "external_id",
    "external_id_of",
    "more_ids",
    "operator",
    "principal",
    "trust",
    "policy",
    "without",
    "policy_characters",
    "boundary",
    "max_session_s",
];

/// `"right"`, `"absent"`, or a table of differences; `None` for no role.
pub(super) fn read_role(table: &Table<'_>, key: &str, reader: &mut Reader) -> Option<RolePart> {
    match table.text_or_table(key, "`role`", &ROLE_KEYS, reader)? {
        TextOrTable::Table(role) => Some(read(&role, reader)),
        TextOrTable::Text(text) => match text.value.as_str() {
            "right" => Some(RolePart::default()),
            "absent" => None,
            _ => {
                reader.unknown_value(&text, "role: a word, or a table of what is different,", &["right", "absent"]);
                None
            }
        },
    }
}

/// The role that somebody's program brings into accounts: as it should be unless the table says otherwise. A program that
/// makes no policies makes no boundary either.
pub(super) fn read_brought_role(table: &Table<'_>, who: &str, reader: &mut Reader) -> RolePart {
    let before = reader.problems.len();
    let role = if table.has("role") { read_role(table, "role", reader) } else { Some(RolePart::default()) };
    if role.as_ref().is_none_or(|role| role.boundary.is_some()) && reader.problems.len() == before {
        let help = "`\"right\"`, or a table of differences without `boundary`, was expected";
        reader.add("scenario-bad-value", table.place("role", reader), format!("{who} cannot bring this role"), help);
    }
    role.unwrap_or_default()
}

fn read(table: &Table<'_>, reader: &mut Reader) -> RolePart {
    let text = |key, reader: &mut Reader| table.string(key, reader).map(|text| text.value);
    RolePart {
        name: text("name", reader),
        path: text("path", reader),
        trust: read_trust(table, reader),
        policy: read_policy(table, reader),
        boundary: text("boundary", reader),
        max_session_s: table.number("max_session_s", 1_000_000, reader),
    }
}

fn read_trust(table: &Table<'_>, reader: &mut Reader) -> TrustPart {
    if let Some(text) = table.string("trust", reader) {
        for key in ["external_id", "external_id_of", "more_ids", "operator", "principal"] {
            if table.has(key) {
                let message = format!("`{key}` stands beside `trust`, which is the whole document already");
                let help = "leave one of both out; `<vendor>` and `<external-id>` may stand in `trust`";
                reader.add("scenario-bad-value", table.place(key, reader), message, help);
            }
        }
        return TrustPart::Written(text.value);
    }
    let ids = match (table.has("external_id"), table.string("external_id_of", reader)) {
        (false, None) => match table.number("more_ids", 1_000, reader) {
            Some(more) => TrustIds::Among(more),
            None => TrustIds::Right,
        },
        (true, _) => {
            TrustIds::Written(table.strings("external_id", reader).into_iter().map(|text| text.value).collect())
        }
        (false, Some(name)) if name.value == "organization" => TrustIds::OfOrganization,
        (false, Some(name)) => TrustIds::Of(name.value),
    };
    let text = |key, reader: &mut Reader| table.string(key, reader).map(|text| text.value);
    let operator = text("operator", reader).unwrap_or_else(|| "StringEquals".to_owned());
    TrustPart::Made { principal: text("principal", reader), operator, ids }
}

fn read_policy(table: &Table<'_>, reader: &mut Reader) -> PolicyPart {
    let mut of = None;
    if let Some(text) = table.string("policy", reader) {
        match text.value.as_str() {
            "right" => {}
            "management" => of = Some(AccountKind::Management),
            "member" => of = Some(AccountKind::Member),
            "older" => return PolicyPart::Older,
            "none" => return PolicyPart::Missing,
            document if document.trim_start().starts_with('{') => return PolicyPart::Written(text.value),
            _ => reader.unknown_value(
                &text,
                "policy: a word, or a document,",
                &["right", "management", "member", "older", "none"],
            ),
        }
    }
    PolicyPart::Right {
        of,
        without: table.strings("without", reader).into_iter().map(|text| text.value).collect(),
        characters: table.number("policy_characters", 100_000, reader),
    }
}
