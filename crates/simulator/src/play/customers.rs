//! The organizations that are connected, and what their customers ask of the vendor. Each gets its discovery ticks.

use super::lazy::Told;
use super::listing::Run;
use super::wakes::Own;
use super::{Connection, ConnectionRefused, Play};
use crate::account::{AccountKey, AccountNumber, AccountState};
use crate::organizations::OrganizationKey;
use crate::random::{EntityId, Stream};
use crate::rate::Bucket;
use crate::text::TextId;
use crate::time::SimTime;
use crate::trace::{self, VendorEvent};
use rolecall_core::access_check::{IdOf, Probe, WrongKind};
use rolecall_core::organization::{OrganizationId, ServiceMode};
use rolecall_lifecycle::TimeMs;
use rolecall_lifecycle::vendor::{self, Call, CheckRef, Event, NewOrganization, TenantId};
use std::collections::BTreeMap;

/// An organization that is or was connected.
#[derive(Clone, Debug)]
pub(super) struct Customer {
    pub(super) organization: OrganizationKey,
    pub(super) entity: EntityId,
    pub(super) management: AccountKey,
    pub(super) ids: Sent,
    pub(super) own_ids: BTreeMap<AccountNumber, Sent>,
    /// The customer has left.
    pub(super) gone: bool,
    /// The listing under way.
    pub(super) listing: Option<Run>,
    pub(super) stream: Stream,
    /// What its listings have said: for lazy ticks.
    pub(super) told: Told,
    /// How many pages may be asked for at once.
    pub(super) pages: Option<Bucket>,
    /// Accounts that it listed and does not have, with the state that it told, where that is still known, and the listing
    /// that last showed them: for the trace.
    pub(super) foreign: BTreeMap<AccountNumber, (Option<AccountState>, u32)>,
}

/// An external ID and the wrong ones made from it, as far as they were sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sent {
    pub(super) right: Option<TextId>,
    wrong: [Option<TextId>; 3],
}

impl Sent {
    fn place(&mut self, probe: Probe) -> Option<&mut Option<TextId>> {
        match probe {
            Probe::Right(_) => Some(&mut self.right),
            Probe::Wrong(kind) => {
                let [random, suffix, case_flipped] = &mut self.wrong;
                Some(match kind {
                    WrongKind::Random => random,
                    WrongKind::Suffix => suffix,
                    WrongKind::CaseFlipped => case_flipped,
                })
            }
            Probe::NoId | Probe::CallerIdentity => None,
        }
    }
}

impl Play {
    /// A customer connects an organization. Its discovery ticks begin at `first_tick`, or now when that has passed.
    ///
    /// # Errors
    /// When the vendor refuses it; nothing of it is kept then.
    pub fn connect(
        &mut self,
        organization: OrganizationKey,
        connection: Connection,
    ) -> Result<vendor::OrganizationKey, ConnectionRefused> {
        let holder = self.world.organization(organization);
        let (entity, text) = (holder.entity(), self.world.texts.get(holder.id()));
        let id = OrganizationId::parse(text).map_err(|_| ConnectionRefused::OrganizationId(text.to_owned()))?;
        let management = connection.management.unwrap_or(holder.management());
        let new = NewOrganization {
            tenant: TenantId(connection.tenant),
            id,
            management: self.world.account(management).number(),
            mode: connection.mode,
            external_id: connection.external_id,
            own_ids: connection.own_ids,
            subscribed: connection.subscribed,
        };
        let customer = self.new_customer(organization, entity, management, &new);
        let (own, first_tick) = (new.own_ids.clone(), connection.first_tick);
        let connected = VendorEvent::Connected {
            tenant: connection.tenant,
            management: new.management,
            lagging: connection.mode == ServiceMode::Lagging,
            subscribed: connection.subscribed,
        };
        let key = vendor::OrganizationKey(u32::try_from(self.customers.len()).unwrap_or(u32::MAX));
        self.refused = None;
        self.hand_in(Event::OrganizationAdded(Box::new(new)));
        if let Some(because) = self.refused.take() {
            return Err(because.into());
        }
        let right = customer.ids.right;
        self.customers.push(customer);
        self.record(entity, connected);
        if let Some(id) = self.hash_of(right) {
            self.record(entity, VendorEvent::IdBound { account: None, id });
        }
        for (account, id) in own {
            let id = crate::text::hash_text(id.as_str());
            self.record(entity, VendorEvent::IdBound { account: Some(account), id });
        }
        self.world.wake_at(first_tick, Own::Tick(key).wake());
        Ok(key)
    }

    fn new_customer(
        &mut self,
        organization: OrganizationKey,
        entity: EntityId,
        management: AccountKey,
        new: &NewOrganization,
    ) -> Customer {
        let right = |world: &mut crate::world::World, id: &str| Sent { right: Some(world.text(id)), ..Sent::default() };
        Customer {
            organization,
            entity,
            management,
            ids: right(&mut self.world, new.external_id.as_str()),
            own_ids: new.own_ids.iter().map(|(account, id)| (*account, right(&mut self.world, id.as_str()))).collect(),
            gone: false,
            listing: None,
            stream: Stream::START,
            told: Told::default(),
            pages: None,
            foreign: BTreeMap::new(),
        }
    }

    /// The customer leaves; its accounts are served no more. False when the organization was not connected.
    pub fn disconnect(&mut self, organization: OrganizationKey) -> bool {
        let Some((key, entity)) = self.connected(organization) else { return false };
        self.record(entity, VendorEvent::Disconnected);
        self.hand_in(Event::OrganizationRemoved { organization: key });
        if let Some(customer) = self.customer_mut(key) {
            customer.gone = true;
            customer.listing = None;
            customer.foreign.clear();
            customer.told = Told::default();
        }
        true
    }

    /// The onboarding is over: from now on failed checks are notified. False when the organization is not connected.
    pub fn activate_subscription(&mut self, organization: OrganizationKey) -> bool {
        let Some((key, entity)) = self.connected(organization) else { return false };
        self.record(entity, VendorEvent::Subscribed);
        self.hand_in(Event::SubscriptionActivated { organization: key });
        true
    }

    /// Somebody presses Validate Access. The verdict comes to the console, or why there is none. False when the account is
    /// in no organization that is connected, so that there is no console.
    pub fn validate(&mut self, account: AccountKey) -> bool {
        let holder = self.world.account(account);
        let (number, entity, listed_in) = (holder.number(), holder.entity(), holder.organization());
        let known = self.vendor.account(number).filter(|known| known.is_member_of(known.organization));
        let key = known.map(|known| known.organization);
        let Some(key) = key.or_else(|| Some(self.connected(listed_in?)?.0)) else { return false };
        let Some(organization) = self.customer(key).map(|customer| customer.entity) else { return false };
        self.record(entity, VendorEvent::ValidateRequested { organization });
        self.hand_in(Event::ValidateRequested { organization: key, account: number });
        true
    }

    /// The customer wants the organization's ID everywhere from `until` on. False when it is not connected.
    pub fn request_migration(&mut self, organization: OrganizationKey, until: SimTime) -> bool {
        let Some((key, _)) = self.connected(organization) else { return false };
        self.hand_in(Event::MigrationRequested { organization: key, until: TimeMs(until.0) });
        true
    }

    /// Somebody decides whose an account is that two organizations claim. False when the organization is not connected.
    pub fn settle_conflict(&mut self, account: AccountKey, organization: OrganizationKey) -> bool {
        let Some((key, entity)) = self.connected(organization) else { return false };
        let holder = self.world.account(account);
        let (number, subject) = (holder.number(), holder.entity());
        self.record(subject, VendorEvent::ConflictSettled { organization: entity });
        self.hand_in(Event::ConflictSettled { account: number, organization: key });
        true
    }

    /// The connection of an organization that is not over.
    fn connected(&self, organization: OrganizationKey) -> Option<(vendor::OrganizationKey, EntityId)> {
        let key = self.vendor_key(organization)?;
        self.customer(key).filter(|customer| !customer.gone).map(|customer| (key, customer.entity))
    }

    /// The discovery tick of an organization, and the wake of the next one.
    pub(super) fn tick(&mut self, key: vendor::OrganizationKey) {
        let Some(known) = self.vendor.organization(key).filter(|known| !known.removed) else { return };
        let number = known.tick + 1;
        self.notice();
        self.world.wake_at(self.world.now + self.setup.discovery_interval, Own::Tick(key).wake());
        // While a listing is under way the machine leaves a tick out.
        let counts = self.customer(key).filter(|customer| customer.listing.is_none()).map(|customer| customer.entity);
        if let Some(entity) = counts {
            self.record(entity, VendorEvent::Tick(number));
        }
        self.step(Event::DiscoveryTick { organization: key });
    }

    /// The external ID that a probe sends, as the machine gave it out; nothing for a probe without one.
    pub(super) fn id_for(&mut self, check: CheckRef, probe: Probe, of: IdOf) -> Option<TextId> {
        let known = *self.sent(check, of)?.place(probe)?;
        if known.is_some() {
            return known;
        }
        let Call::AssumeRole(Some(id)) = self.vendor.call(check, probe)? else { return None };
        let text = self.world.text(id.as_str());
        *self.sent(check, of)?.place(probe)? = Some(text);
        Some(text)
    }

    fn sent(&mut self, check: CheckRef, of: IdOf) -> Option<&mut Sent> {
        let customer = self.customers.get_mut(check.organization.0 as usize)?;
        match of {
            IdOf::Organization => Some(&mut customer.ids),
            IdOf::Account => customer.own_ids.get_mut(&check.account),
        }
    }

    /// Leaves a record of the vendor.
    pub(super) fn record(&mut self, subject: EntityId, event: VendorEvent) {
        self.world.trace.add(self.world.now, subject, trace::Event::Vendor(event));
    }
}
