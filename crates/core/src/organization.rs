//! An AWS Organization as the vendor knows it, and its external-ID bindings: organization ID, legacy per-account IDs,
//! migration window. The rules of who accepts which ID stand here and nowhere else; what is wrong with bindings is found
//! in [`bindings`].

pub mod bindings;

use crate::external_id::ExternalId;
use jiff::civil::Date;
use rolecall_iam::arn::{AccountId, Partition};
use std::collections::BTreeMap;

/// An organization ID: `o-` and 10 to 32 lower-case letters or digits (botocore's Organizations model, `OrganizationId`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrganizationId(String);

/// Why a text is no organization ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an organization ID is `o-` and 10 to 32 lower-case letters or digits")]
pub struct OrganizationIdError;

impl OrganizationId {
    /// Reads an organization ID.
    ///
    /// # Errors
    /// For any text of another form.
    pub fn parse(text: &str) -> Result<Self, OrganizationIdError> {
        let rest = text.strip_prefix("o-").ok_or(OrganizationIdError)?;
        let sound = (10..=32).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if sound { Ok(Self(text.to_owned())) } else { Err(OrganizationIdError) }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which of the two kinds of account of an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKind {
    /// The management account.
    Management,
    /// Any other account.
    Member,
}

impl AccountKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Management, Self::Member];

    /// "management account" or "member account".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Management => "management account",
            Self::Member => "member account",
        }
    }
}

/// How the vendor serves the organization.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceMode {
    /// Direct customers: a role in every account.
    #[default]
    RealTime,
    /// Resellers: billing data only, no role in member accounts.
    Lagging,
}

/// One organization with its bindings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Its ID.
    pub id: OrganizationId,
    /// The partition of its accounts.
    pub partition: Partition,
    /// Its management account.
    pub management_account: AccountId,
    /// The external ID of the organization: what every account uses that has no legacy ID.
    pub external_id: ExternalId,
    /// IDs of accounts that were configured before organization IDs existed; those stay valid on those accounts.
    pub legacy_ids: BTreeMap<AccountId, ExternalId>,
    /// The time in which legacy accounts may accept both IDs; absent means never two at once.
    pub migration: Option<MigrationWindow>,
    /// How the vendor serves it.
    pub mode: ServiceMode,
}

/// The days in which a legacy account's trust may accept its own ID and the organization's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MigrationWindow {
    /// First day.
    pub from: Date,
    /// Last day, included.
    pub until: Date,
}

impl MigrationWindow {
    /// Whether the window is open on `day`.
    pub fn is_open(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }
}

/// Which external IDs an account's trust must and may accept on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedIds<'a> {
    /// The ID that the vendor sends first and that must open the role.
    pub expected: &'a ExternalId,
    /// A second ID that may open it as well, during a migration window only.
    pub also: Option<&'a ExternalId>,
}

impl Organization {
    /// What kind of account this is.
    pub fn kind_of(&self, account: AccountId) -> AccountKind {
        if account == self.management_account { AccountKind::Management } else { AccountKind::Member }
    }

    /// The IDs that the trust in `account` must and may accept on `day`: one, or two inside a migration window.
    pub fn accepted_ids(&self, account: AccountId, day: Date) -> AcceptedIds<'_> {
        match self.legacy_ids.get(&account) {
            None => AcceptedIds { expected: &self.external_id, also: None },
            Some(legacy) => {
                let migrating = self.migration.is_some_and(|window| window.is_open(day));
                AcceptedIds { expected: legacy, also: migrating.then_some(&self.external_id) }
            }
        }
    }
}
