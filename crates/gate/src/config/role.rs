//! `[role]`, `[policy]` and `[[role_code]]`: what the role looks like, which files hold its policies, and where the
//! code stands that creates it. Limits and names are judged by the rules, not here.

use super::Problems;
use super::organization::{account_id, organization_id};
use super::table::Table;
use rolecall_core::known_words::suggestion;
use rolecall_core::organization::{AccountKind, OrganizationId};
use rolecall_iam::arn::{AccountId, Arn};
use rolecall_iam::span::{Span, Spanned};
use rolecall_render::read::Kind;
use std::collections::BTreeMap;

const ROLE_KEYS: [&str; 12] = [
    "name",
    "path",
    "description",
    "max_session_duration_s",
    "vendor_account",
    "vendor_principal_arns",
    "inline_policy_name",
    "managed_policy_arns",
    "permissions_boundary",
    "trust",
    "trust_organization",
    "tags",
];
const ROLE_CODE_KEYS: [&str; 5] = ["path", "kind", "organization", "region", "parameters"];
/// The Region that role code is read for when the configuration names none: IAM is global, so it hardly matters.
const DEFAULT_REGION: &str = "us-east-1";

/// `[role]`, as written.
#[derive(Clone, Debug)]
pub struct RoleEntry {
    /// Where the table stands.
    pub span: Span,
    /// `name`.
    pub name: Spanned<String>,
    /// `path`; absent means `/`.
    pub path: Option<Spanned<String>>,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `max_session_duration_s`; absent means 3,600.
    pub max_session_duration_s: Option<Spanned<u32>>,
    /// `vendor_account`.
    pub vendor_account: Spanned<AccountId>,
    /// `vendor_principal_arns`.
    pub vendor_principal_arns: Vec<Spanned<String>>,
    /// `inline_policy_name`; absent means the role's name.
    pub inline_policy_name: Option<Spanned<String>>,
    /// `managed_policy_arns`.
    pub managed_policy_arns: Vec<Spanned<String>>,
    /// `permissions_boundary`.
    pub permissions_boundary: Option<Spanned<String>>,
    /// `trust`: a file with the trust policy as it is published or deployed.
    pub trust: Option<Spanned<String>>,
    /// `trust_organization`: whose external ID that file must hold.
    pub trust_organization: Option<Spanned<OrganizationId>>,
    /// `[role.tags]`, in source order.
    pub tags: Vec<(Spanned<String>, Spanned<String>)>,
}

/// `[policy]`: the files of the inline policies.
#[derive(Clone, Debug)]
pub enum PolicyFiles {
    /// `uniform`: one for every account.
    Uniform(Spanned<String>),
    /// `management` and `member`.
    Split {
        /// In the management account.
        management: Spanned<String>,
        /// In every other account.
        member: Spanned<String>,
    },
}

impl PolicyFiles {
    /// The files with the kind of account that they are for; `None` means every account.
    pub fn files(&self) -> Vec<(&Spanned<String>, Option<AccountKind>)> {
        match self {
            Self::Uniform(path) => vec![(path, None)],
            Self::Split { management, member } => {
                vec![(management, Some(AccountKind::Management)), (member, Some(AccountKind::Member))]
            }
        }
    }
}

/// One `[[role_code]]`.
#[derive(Clone, Debug)]
pub struct RoleCodeEntry {
    /// Where it stands.
    pub span: Span,
    /// `path`: a file, or a folder of Terraform files.
    pub path: Spanned<String>,
    /// `kind`; absent means guessed.
    pub kind: Option<Spanned<Kind>>,
    /// `organization`; absent means the only one.
    pub organization: Option<Spanned<OrganizationId>>,
    /// `region` to read the code for; it matters for pseudo parameters only.
    pub region: String,
    /// `parameters`: values of template parameters or of variables that have no default.
    pub parameters: BTreeMap<String, String>,
}

/// Reads `[role]`.
pub(super) fn read_role(top: &Table<'_>, problems: &mut Problems) -> Option<RoleEntry> {
    if !top.has("role") {
        return top.missing("role", "[role]", problems);
    }
    let table = top.table("role", "[role]", &ROLE_KEYS, problems)?;
    let name = table.required("name", "name = \"VendorRole\"", problems);
    let vendor_account = table.required("vendor_account", "vendor_account = \"222222222222\"", problems);
    let vendor_account = vendor_account.and_then(|text| account_id("vendor_account", &text, problems));
    let tags = table.free_table("tags", "[role.tags]", problems);
    let trust_organization = table.string("trust_organization", problems);
    if let Some(organization) = &trust_organization
        && !table.has("trust")
    {
        let help = "`trust_organization` says whose ID the file `trust` holds: add `trust = \"…\"`, or remove this key";
        problems.add("config-missing-key", organization.span, "`[role]` has `trust_organization` but no `trust`", help);
    }
    let entry = RoleEntry {
        span: table.span,
        path: table.string("path", problems),
        description: table.string("description", problems),
        max_session_duration_s: table.unsigned("max_session_duration_s", problems),
        vendor_principal_arns: arns(&table, "vendor_principal_arns", problems),
        inline_policy_name: table.string("inline_policy_name", problems),
        managed_policy_arns: arns(&table, "managed_policy_arns", problems),
        permissions_boundary: table.string("permissions_boundary", problems).and_then(|text| arn(text, problems)),
        trust: table.string("trust", problems),
        trust_organization: trust_organization.and_then(|text| organization_id(&text, problems)),
        tags: tags.map(|tags| tags.string_entries(problems)).unwrap_or_default(),
        name: name?,
        vendor_account: vendor_account?,
    };
    Some(entry)
}

fn arns(table: &Table<'_>, key: &str, problems: &mut Problems) -> Vec<Spanned<String>> {
    let texts = table.strings(key, problems).unwrap_or_default();
    texts.into_iter().filter_map(|text| arn(text, problems)).collect()
}

fn arn(text: Spanned<String>, problems: &mut Problems) -> Option<Spanned<String>> {
    match Arn::parse(&text.value) {
        Ok(_) => Some(text),
        Err(error) => {
            let message = format!("`{}` is no ARN", text.value.escape_debug());
            problems.add("config-bad-arn", text.span, message, error.to_string());
            None
        }
    }
}

/// Reads `[policy]`.
pub(super) fn read_policy(top: &Table<'_>, problems: &mut Problems) -> Option<PolicyFiles> {
    const EXAMPLE: &str = "[policy] uniform = \"policy.json\"";
    if !top.has("policy") {
        return top.missing("policy", EXAMPLE, problems);
    }
    let table = top.table("policy", "[policy]", &["uniform", "management", "member"], problems)?;
    read_policy_files(&table, problems)
}

/// Reads `uniform`, or `management` and `member`, of a table.
pub(super) fn read_policy_files(table: &Table<'_>, problems: &mut Problems) -> Option<PolicyFiles> {
    if table.has("uniform") {
        for key in ["management", "member"] {
            if let Some(other) = table.string(key, problems) {
                let message = format!("`{}` has both `uniform` and `{key}`", table.name);
                let help = "either `uniform`, or `management` and `member`";
                problems.add("config-bad-value", other.span, message, help);
            }
        }
        return table.string("uniform", problems).map(PolicyFiles::Uniform);
    }
    if !table.has("management") && !table.has("member") {
        return table.missing("uniform", "uniform = \"policy.json\"", problems);
    }
    let management = table.required("management", "management = \"policy-management.json\"", problems);
    let member = table.required("member", "member = \"policy-member.json\"", problems);
    Some(PolicyFiles::Split { management: management?, member: member? })
}

/// Reads all `[[role_code]]` tables.
pub(super) fn read_role_code(top: &Table<'_>, problems: &mut Problems) -> Vec<RoleCodeEntry> {
    let tables = top.tables("role_code", "[[role_code]]", &ROLE_CODE_KEYS, problems);
    tables.iter().filter_map(|table| read_role_code_entry(table, problems)).collect()
}

fn read_role_code_entry(table: &Table<'_>, problems: &mut Problems) -> Option<RoleCodeEntry> {
    let path = table.required("path", "path = \"role-code/role.yaml\"", problems);
    let kind = table.string("kind", problems).and_then(|text| kind(&text, problems));
    let organization = table.string("organization", problems).and_then(|text| organization_id(&text, problems));
    let region = table.string("region", problems).map_or_else(|| DEFAULT_REGION.to_owned(), |text| text.value);
    let parameters = table.free_table("parameters", "parameters", problems);
    let parameters = parameters.map(|table| table.scalar_entries(problems)).unwrap_or_default();
    Some(RoleCodeEntry { span: table.span, path: path?, kind, organization, region, parameters })
}

fn kind(text: &Spanned<String>, problems: &mut Problems) -> Option<Spanned<Kind>> {
    let kind = Kind::parse(&text.value);
    if kind.is_none() {
        let known = ["aws-cli", "terraform", "terraform-plan", "cloudformation", "stack-set"];
        let message = format!("`kind` is `{}`", text.value);
        problems.add("config-bad-value", text.span, message, suggestion(&text.value, known));
    }
    kind.map(|kind| Spanned::new(kind, text.span))
}
