//! Which external ID belongs to whom. The one place that hands out an ID to send, and it knows only the organization and
//! the account that are being checked: another tenant's ID cannot come out of it.

use super::Vendor;
use super::effect::{CheckRef, Refused};
use super::event::NewOrganization;
use super::organization::OrganizationKey;
use crate::AccountNumber;
use rolecall_core::access_check::{IdOf, Probe, WrongIds, WrongKinds};
use rolecall_core::external_id::ExternalId;
use std::collections::{BTreeMap, BTreeSet};

/// An ID and which wrong ones can be made from it.
#[derive(Clone, Debug)]
struct Bound {
    id: ExternalId,
    wrong: WrongKinds,
}

#[derive(Clone, Debug)]
struct OfOrganization {
    id: Bound,
    own: BTreeMap<AccountNumber, Bound>,
}

/// All IDs.
///
/// Invariant: no two are equal ignoring case, so that an ID with its case flipped is nobody's. IDs are never given up: one
/// that was in use stays reserved.
#[derive(Clone, Debug, Default)]
pub(super) struct Bindings {
    organizations: Vec<OfOrganization>,
    folded: BTreeSet<String>,
}

impl Bindings {
    /// Takes the IDs of the organization that gets the next key; all or none of them.
    pub(super) fn add(&mut self, new: &NewOrganization) -> Result<(), Refused> {
        let mut added = BTreeSet::new();
        for id in std::iter::once(&new.external_id).chain(new.own_ids.iter().map(|(_, id)| id)) {
            let folded = id.as_str().to_ascii_lowercase();
            if self.folded.contains(&folded) || !added.insert(folded) {
                return Err(Refused::ExternalIdTaken);
            }
        }
        self.folded.extend(added);
        let id = self.bind(&new.external_id);
        let own = new.own_ids.iter().map(|(account, id)| (*account, self.bind(id))).collect();
        self.organizations.push(OfOrganization { id, own });
        Ok(())
    }

    fn bind(&self, id: &ExternalId) -> Bound {
        Bound { id: id.clone(), wrong: self.wrong_ids(id).kinds() }
    }

    fn wrong_ids(&self, right: &ExternalId) -> WrongIds {
        let folded = right.as_str().to_ascii_lowercase();
        // The flipped one folds to the right one itself: by the invariant it is nobody else's.
        WrongIds::of(right, |text| {
            let text = text.to_ascii_lowercase();
            text != folded && self.folded.contains(&text)
        })
    }

    pub(super) fn wrong_of_organization(&self, organization: OrganizationKey) -> WrongKinds {
        self.organizations.get(organization.place()).map_or(WrongKinds::NONE, |bound| bound.id.wrong)
    }

    /// Which wrong IDs exist for the account's own ID; nothing when it has none.
    pub(super) fn wrong_of_account(&self, organization: OrganizationKey, account: AccountNumber) -> Option<WrongKinds> {
        self.organizations.get(organization.place())?.own.get(&account).map(|bound| bound.wrong)
    }

    fn right(&self, organization: OrganizationKey, account: AccountNumber, of: IdOf) -> Option<&ExternalId> {
        let bound = self.organizations.get(organization.place())?;
        match of {
            IdOf::Organization => Some(&bound.id.id),
            IdOf::Account => bound.own.get(&account).map(|own| &own.id),
        }
    }
}

/// A call to make for a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// AssumeRole with this external ID, or without one.
    AssumeRole(Option<ExternalId>),
    /// GetCallerIdentity with the credentials of the success.
    GetCallerIdentity,
}

impl Vendor {
    /// Whose ID a probe is made from; nothing when its check was given up meanwhile, so that no call is to be made. For
    /// callers that keep the IDs that [`Vendor::call`] gave them: those of an organization and an account never change.
    pub fn id_behind(&self, check: CheckRef, probe: Probe) -> Option<IdOf> {
        let under_way = self.checks.get(&check.slot).filter(|known| known.serial == check.serial && !known.waits)?;
        match probe {
            Probe::Right(of) => Some(of),
            Probe::Wrong(_) | Probe::CallerIdentity => under_way.access.outcomes().opened_by(),
            Probe::NoId => Some(IdOf::Organization),
        }
    }

    /// The call to make for a probe; nothing when its check was given up meanwhile, so that no call is to be made.
    pub fn call(&self, check: CheckRef, probe: Probe) -> Option<Call> {
        let under_way = self.checks.get(&check.slot).filter(|known| known.serial == check.serial && !known.waits)?;
        let right = |of| self.bindings.right(check.organization, check.account, of);
        match probe {
            Probe::Right(of) => Some(Call::AssumeRole(Some(right(of)?.clone()))),
            Probe::Wrong(kind) => {
                let opened = under_way.access.outcomes().opened_by()?;
                Some(Call::AssumeRole(Some(self.bindings.wrong_ids(right(opened)?).get(kind)?.clone())))
            }
            Probe::NoId => Some(Call::AssumeRole(None)),
            Probe::CallerIdentity => Some(Call::GetCallerIdentity),
        }
    }
}
