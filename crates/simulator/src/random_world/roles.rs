//! The vendor's role as people write it: rightly, and in the ways in which they get it wrong.

use super::build::{ROLE_NAME, Stage, VENDOR};
use super::plan::{AccountIndex, OrganizationIndex};
use crate::customer::RoleTemplate;
use crate::iam::RoleDefinition;
use crate::world::World;
use rolecall_iam::document::PolicyType;

/// How the role is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleKind {
    /// Not at all.
    Absent,
    /// As it should be.
    Right,
    /// With the account's own ID, from before organization IDs existed.
    OwnId,
    /// With both.
    BothIds,
    /// Without an external ID.
    Open,
    /// `StringLike "<the ID>*"`.
    Prefix,
    /// `StringEqualsIgnoreCase`.
    AnyCase,
    /// With an ID that is nobody's.
    WrongId,
    /// With the ID of another organization.
    OthersId,
    /// For another account than the vendor's.
    WrongPrincipal,
    /// Without its policy: it opens, and may not list.
    NoPolicy,
    /// Its name in lower case.
    LowerCase,
    /// Below another path.
    OtherPath,
}

impl RoleKind {
    /// Those that are written.
    pub(super) const WRITTEN: [Self; 12] = [
        Self::Right,
        Self::OwnId,
        Self::BothIds,
        Self::Open,
        Self::Prefix,
        Self::AnyCase,
        Self::WrongId,
        Self::OthersId,
        Self::WrongPrincipal,
        Self::NoPolicy,
        Self::LowerCase,
        Self::OtherPath,
    ];
}

/// The account that a wrong principal names.
pub(super) const STRANGER: &str = "123456789012";

const POLICY: &str = r#"{"Statement":[{"Effect":"Allow","Action":["ce:*","organizations:DescribeOrganization","organizations:ListAccounts"],"Resource":"*"}]}"#;

/// Writes the role into an account, in place of the one that is there.
pub(super) fn write(stage: &mut Stage, index: AccountIndex, kind: RoleKind, at_once: bool) {
    let Some(account) = stage.account(index) else { return };
    let organization = stage.organization_of(account).unwrap_or(OrganizationIndex(0));
    if kind == RoleKind::Absent {
        delete(stage, index);
        return;
    }
    let definition = definition(stage, index, organization, kind);
    let name = definition.name;
    let world = stage.play.world_mut();
    let known = world.live_role(account, name).map(|role| role.unique);
    let same = known.and_then(|unique| world.role_info(unique)).is_some_and(|info| {
        let before = world.definitions().get(info.definition);
        before.name == definition.name && before.path == definition.path
    });
    // Whether IAM takes it is for the world to say; one that it refuses is not there.
    let _written = match known {
        Some(unique) if same => world.replace_role(account, unique, &definition).is_ok(),
        Some(unique) => world.remove_role(unique) && world.add_role(account, &definition).is_ok(),
        None if at_once => world.place_role(account, &definition).is_ok(),
        None => world.add_role(account, &definition).is_ok(),
    };
}

/// Deletes the role, whatever the case of its name.
pub(super) fn delete(stage: &mut Stage, index: AccountIndex) {
    let Some(account) = stage.account(index) else { return };
    let name = stage.names.role;
    let world = stage.play.world_mut();
    if let Some(unique) = world.live_role(account, name).map(|role| role.unique) {
        world.remove_role(unique);
    }
}

/// Deletes the role and makes one that says the same.
pub(super) fn recreate(stage: &mut Stage, index: AccountIndex) {
    let Some(account) = stage.account(index) else { return };
    let name = stage.names.role;
    let world = stage.play.world_mut();
    let Some(unique) = world.live_role(account, name).map(|role| role.unique) else { return };
    let Some(info) = world.role_info(unique) else { return };
    let definition = RoleDefinition::clone(world.definitions().get(info.definition));
    world.remove_role(unique);
    let _made = world.add_role(account, &definition);
}

/// The definition of a kind, for an account as a member of an organization.
pub(super) fn definition(
    stage: &mut Stage,
    account: AccountIndex,
    organization: OrganizationIndex,
    kind: RoleKind,
) -> RoleDefinition {
    let id = stage.external_id(organization);
    let own = stage.own_id(account);
    let others = stage.external_id(stage.next_organization(organization));
    let trust = trust_of(kind, &id, &own, &others);
    with_trust(stage.play.world_mut(), kind, &trust)
}

/// The right role of an organization as the code that a rollout brings.
pub(super) fn template(stage: &Stage, organization: OrganizationIndex) -> RoleTemplate {
    let id = stage.external_id(organization);
    RoleTemplate {
        trust: Some(trust_of(RoleKind::Right, &id, "", "")),
        inline: vec![(ROLE_NAME.to_owned(), POLICY.to_owned())],
        ..RoleTemplate::new(ROLE_NAME, VENDOR, &id)
    }
}

/// The trust of a kind, with the organization's ID, the account's own and another organization's.
fn trust_of(kind: RoleKind, id: &str, own: &str, others: &str) -> String {
    let principal = if kind == RoleKind::WrongPrincipal { STRANGER } else { VENDOR };
    let condition = match kind {
        RoleKind::Open | RoleKind::Absent => None,
        RoleKind::Right | RoleKind::WrongPrincipal | RoleKind::NoPolicy | RoleKind::LowerCase | RoleKind::OtherPath => {
            Some(("StringEquals", format!("\"{id}\"")))
        }
        RoleKind::OwnId => Some(("StringEquals", format!("\"{own}\""))),
        RoleKind::BothIds => Some(("StringEquals", format!("[\"{id}\",\"{own}\"]"))),
        RoleKind::Prefix => Some(("StringLike", format!("\"{id}*\""))),
        RoleKind::AnyCase => Some(("StringEqualsIgnoreCase", format!("\"{id}\""))),
        RoleKind::WrongId => Some(("StringEquals", "\"nobodys-ID\"".to_owned())),
        RoleKind::OthersId => Some(("StringEquals", format!("\"{others}\""))),
    };
    let condition = condition.map_or_else(String::new, |(operator, value)| {
        format!(r#","Condition":{{"{operator}":{{"sts:ExternalId":{value}}}}}"#)
    });
    format!(
        r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{principal}:root"}},"Action":"sts:AssumeRole"{condition}}}]}}"#
    )
}

fn with_trust(world: &mut World, kind: RoleKind, trust: &str) -> RoleDefinition {
    let trust = world.policy(trust, PolicyType::Trust);
    let name = if kind == RoleKind::LowerCase { ROLE_NAME.to_ascii_lowercase() } else { ROLE_NAME.to_owned() };
    let mut definition = RoleDefinition::new(world.texts_mut(), &name, trust);
    if kind == RoleKind::OtherPath {
        definition.path = world.text("/vendor/");
    }
    if kind != RoleKind::NoPolicy {
        let document = world.policy(POLICY, PolicyType::Identity);
        definition.inline.push((world.text(ROLE_NAME), document));
    }
    definition
}
