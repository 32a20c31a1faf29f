//! The vendor's role as a profile, and the documents that a scenario's differences make of it.

use super::Stage;
use crate::account::AccountKey;
use crate::customer::RoleTemplate;
use crate::iam::{ManagedPolicy, RoleDefinition};
use crate::policy::PolicyId;
use crate::scenario::organization::made_id;
use crate::scenario::{AccountRef, PolicyPart, RolePart, TrustIds, TrustPart, VendorPart};
use crate::world::World;
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::AccountKind;
use rolecall_core::profile::{InlinePolicy, Permissions, RoleProfile, VendorPrincipal};
use rolecall_iam::document::parse::parse;
use rolecall_iam::document::print::to_json_compact;
use rolecall_iam::document::{Policy, PolicyType};
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use std::fmt::Write as _;

/// The policies of `fixtures/prosperops`, whose README names their sources.
const MANAGEMENT: &str = include_str!("../../../../../fixtures/prosperops/policy.json");
const MEMBER: &str = include_str!("../../../../../fixtures/prosperops/policy-member.json");
const DESCRIPTION: &str = "Used by ProsperOps - www.prosperops.com. Must remain in place for ProsperOps to function correctly. Email help@prosperops.com for assistance.";
/// The name of the inline policy.
const NAME: &str = "ProsperOps";

/// The policy of an earlier version: the actions that the vendor publishes for savings analysis
/// (help.prosperops.com, "Limited IAM permissions for Savings Analysis").
const OLDER: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"SavingsAnalysis","Effect":"Allow","Action":["ce:GetCostAndUsage","ce:GetDimensionValues","ce:GetReservationCoverage","ce:GetReservationUtilization","ce:GetSavingsPlansCoverage","ce:GetSavingsPlansUtilization","ce:GetSavingsPlansUtilizationDetails","cur:DescribeReportDefinitions","organizations:DescribeOrganization","organizations:ListAccounts"],"Resource":"*"}]}"#;

fn sound(text: &str) -> Option<Policy> {
    let read = json::read(FileId(0), text);
    read.sound().and_then(|node| parse(node, PolicyType::Identity).into_evaluable().ok())
}

fn embedded(text: &str) -> Policy {
    let policy = sound(text);
    #[expect(clippy::expect_used, reason = "the files are embedded, and a test reads them")]
    policy.expect("a sound policy")
}

/// The vendor's role as it must be.
pub fn right_profile(vendor: &VendorPart) -> RoleProfile {
    let policy = |text, own: &Option<String>| {
        let own = own.as_deref().and_then(sound);
        InlinePolicy { name: NAME.to_owned(), document: own.unwrap_or_else(|| embedded(text)) }
    };
    let (management, member) = (&vendor.document, &vendor.member_document);
    RoleProfile {
        name: vendor.role_name.clone(),
        path: vendor.role_path.clone(),
        description: Some(DESCRIPTION.to_owned()),
        max_session_duration_s: 3_600,
        tags: Vec::new(),
        vendor: VendorPrincipal { account: vendor.account, principal_arns: Vec::new() },
        permissions: if vendor.split {
            Permissions::Split { management: policy(MANAGEMENT, management), member: policy(MEMBER, member) }
        } else {
            Permissions::Uniform(policy(MANAGEMENT, management))
        },
        managed_policy_arns: Vec::new(),
        permissions_boundary: None,
    }
}

/// The version of the policy before the present one.
pub fn older_policy(vendor: &VendorPart) -> &str {
    vendor.older_document.as_deref().unwrap_or(OLDER)
}

/// The policy that the role must have in an account of a kind.
pub fn right_policy(vendor: &VendorPart, kind: AccountKind) -> Policy {
    right_profile(vendor).permissions.of(kind).document.clone()
}

impl Stage {
    /// The role of an account, or of a stack set's template (`account` absent), as a definition.
    pub(super) fn definition(
        &self,
        world: &mut World,
        role: &RolePart,
        organization: usize,
        account: Option<AccountRef>,
    ) -> RoleDefinition {
        let trust = self.trust(world, &role.trust, organization, account);
        let kind = match account {
            Some(AccountRef::Management(_)) => AccountKind::Management,
            _ => AccountKind::Member,
        };
        let policy = self.policy(&role.policy, kind);
        let vendor = &self.scenario.vendor;
        let name = role.name.as_deref().unwrap_or(&vendor.role_name);
        let mut definition = RoleDefinition::new(world.texts_mut(), name, trust);
        definition.path = world.text(role.path.as_ref().unwrap_or(&vendor.role_path));
        definition.description = Some(world.text(DESCRIPTION));
        if let Some(policy) = policy {
            let document = world.policy(&policy, PolicyType::Identity);
            definition.inline.push((world.text(NAME), document));
        }
        definition.max_session_s = role.max_session_s.unwrap_or(3_600);
        if role.boundary.is_some() {
            definition.boundary = Some(ManagedPolicy::Customer(world.text(BOUNDARY)));
        }
        definition
    }

    /// The external ID that the vendor expects in an account.
    pub(super) fn right_id(&self, organization: usize, account: Option<AccountRef>) -> String {
        // It is an ID of the organization that the account is of in the scenario, and of no other.
        let own = account.filter(|account| self.organization_of(*account) == organization);
        let own = own.and_then(|account| self.own_id(account));
        let of_organization = self.scenario.organizations.get(organization).map(|part| &part.external_id);
        own.or(of_organization).map_or_else(String::new, |id| id.as_str().to_owned())
    }

    /// The vendor's older ID for an account alone.
    pub(crate) fn own_id(&self, account: AccountRef) -> Option<&ExternalId> {
        match account {
            AccountRef::Management(number) => self.scenario.organizations.get(number)?.own_id.as_ref(),
            AccountRef::Member(number) => self.scenario.accounts.get(number)?.own_id.as_ref(),
        }
    }

    /// The IDs as a trust has them, with those of the organization and the account in their places.
    fn written_ids(&self, ids: &[String], organization: usize, account: Option<AccountRef>) -> Vec<String> {
        let of_organization = self.right_id(organization, None);
        let own = account.and_then(|account| self.own_id(account)).map_or("", ExternalId::as_str);
        ids.iter().map(|id| id.replace("<organization>", &of_organization).replace("<own>", own)).collect()
    }

    fn trust(
        &self,
        world: &mut World,
        trust: &TrustPart,
        organization: usize,
        account: Option<AccountRef>,
    ) -> PolicyId {
        let text = self.trust_text(trust, organization, account);
        add_accounts_of(world, &text);
        world.policy(&text, PolicyType::Trust)
    }

    /// The role that a pipeline of an organization makes.
    pub(crate) fn role_template(&self, role: &RolePart, organization: usize) -> RoleTemplate {
        let vendor = &self.scenario.vendor;
        let name = role.name.as_deref().unwrap_or(&vendor.role_name);
        let mut template = RoleTemplate::new(name, &vendor.account.to_string(), "");
        template.path.clone_from(role.path.as_ref().unwrap_or(&vendor.role_path));
        template.description = Some(DESCRIPTION.to_owned());
        template.trust = Some(self.trust_text(&role.trust, organization, None));
        let policy = self.policy(&role.policy, AccountKind::Member);
        template.inline = policy.into_iter().map(|policy| (NAME.to_owned(), policy)).collect();
        template.max_session_s = role.max_session_s.unwrap_or(3_600);
        template
    }

    /// The role that a rollout of an organization brings to members, and the one for the management account.
    pub(crate) fn rollout_roles(&self, world: &mut World, role: &RolePart, organization: usize) -> [RoleTemplate; 2] {
        let member = self.role_template(role, organization);
        add_accounts_of(world, member.trust.as_deref().unwrap_or_default());
        let policy = self.policy(&role.policy, AccountKind::Management);
        let inline = policy.into_iter().map(|policy| (NAME.to_owned(), policy)).collect();
        [member.clone(), RoleTemplate { inline, ..member }]
    }

    fn trust_text(&self, trust: &TrustPart, organization: usize, account: Option<AccountRef>) -> String {
        let right = self.right_id(organization, account);
        let root = format!("arn:aws:iam::{}:root", self.scenario.vendor.account);
        match trust {
            TrustPart::Written(text) => text.replace("<vendor>", &root).replace("<external-id>", &right),
            TrustPart::Made { principal, operator, ids } => {
                let ids = match ids {
                    TrustIds::Right => vec![right],
                    TrustIds::OfOrganization => vec![self.right_id(organization, None)],
                    TrustIds::Of(name) => vec![self.id_of(name).unwrap_or(right)],
                    TrustIds::Written(ids) => self.written_ids(ids, organization, account),
                    TrustIds::Among(more) => {
                        let older = (1..=*more).map(|number| made_id(&format!("older-{number}")));
                        std::iter::once(right).chain(older).collect()
                    }
                };
                let role = format!("arn:aws:iam::{}:role/{}", self.scenario.vendor.account, super::vendor::PROBER);
                let principal = principal.as_deref().unwrap_or(&root).replace("<vendor-role>", &role);
                made_trust(&principal, operator, &ids)
            }
        }
    }

    /// The ID of an organization, or an account's own, by name.
    fn id_of(&self, name: &str) -> Option<String> {
        let organization = self.scenario.organizations.iter().find(|part| part.name == name);
        let own = || self.scenario.accounts.iter().find(|part| part.name == name)?.own_id.as_ref();
        organization.map(|part| &part.external_id).or_else(own).map(|id| id.as_str().to_owned())
    }

    fn policy(&self, policy: &PolicyPart, kind: AccountKind) -> Option<String> {
        let (of, without, characters) = match policy {
            PolicyPart::Written(text) => return Some(text.clone()),
            PolicyPart::Missing => return None,
            PolicyPart::Older => return Some(older_policy(&self.scenario.vendor).to_owned()),
            PolicyPart::Right { of, without, characters } => (of, without, characters),
        };
        let mut document = right_policy(&self.scenario.vendor, of.unwrap_or(kind));
        for statement in &mut document.statements {
            statement.actions.values.retain(|action| !without.iter().any(|gone| gone == action.value.as_str()));
        }
        document.statements.retain(|statement| !statement.actions.values.is_empty());
        let text = to_json_compact(&document);
        Some(match characters {
            Some(characters) => padded(&text, *characters as usize),
            None => text,
        })
    }
}

/// Accounts that a trust names exist: IAM refuses others.
fn add_accounts_of(world: &mut World, text: &str) {
    for piece in text.split("arn:aws:iam::").skip(1) {
        let account = piece.get(..12).and_then(|digits| rolecall_iam::arn::AccountId::parse(digits).ok());
        if let Some(account) = account.filter(|account| world.account_key(*account).is_none()) {
            // It is there from now on; that it could not be added because it is there is the same.
            let _added: Result<AccountKey, _> = world.add_account(account);
        }
    }
}

/// The name of the boundary that a scenario's role has.
pub(super) const BOUNDARY: &str = "boundary";

fn made_trust(principal: &str, operator: &str, ids: &[String]) -> String {
    let list = ids.iter().map(|id| quoted(id)).collect::<Vec<_>>().join(",");
    let ids = if ids.len() == 1 { list } else { format!("[{list}]") };
    let condition = match operator {
        "none" => String::new(),
        operator => format!(r#","Condition":{{{}:{{"sts:ExternalId":{ids}}}}}"#, quoted(operator)),
    };
    let principal = quoted(principal);
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":{principal}}},"Action":"sts:AssumeRole"{condition}}}]}}"#
    )
}

/// A JSON string.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                quoted.push('\\');
                quoted.push(letter);
            }
            control if control < ' ' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

/// One statement for each further resource, until the document has so many characters.
fn padded(text: &str, characters: usize) -> String {
    let Some(start) = text.strip_suffix("]}") else { return text.to_owned() };
    let mut longer = start.to_owned();
    let mut number = 0;
    while longer.len() + 2 < characters {
        number += 1;
        let _ = write!(
            longer,
            r#",{{"Sid":"Database{number:04}","Effect":"Allow","Action":"rds:DescribeDBInstances","Resource":"arn:aws:rds:*:*:db:database-{number:04}"}}"#
        );
    }
    longer.push_str("]}");
    longer
}
