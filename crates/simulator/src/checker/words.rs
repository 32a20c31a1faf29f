//! A record in one line for people. Hashes stay hashes: what they stand for is known to who built the world.

use crate::random::EntityId;
use crate::trace::{CustomerEvent, Event, Record, VendorEvent};
use std::fmt;

/// A record, to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Words<'r>(pub &'r Record);

/// An entity, to be shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entity(pub EntityId);

impl fmt::Display for Entity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.account_number() {
            Some(number) => write!(formatter, "{number:012}"),
            None => write!(formatter, "{:016x}", self.0.0),
        }
    }
}

impl fmt::Display for Words<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Record { at, subject, event } = self.0;
        write!(formatter, "{at} {} ", Entity(*subject))?;
        match event {
            Event::Called { api, caller, error } => {
                write!(formatter, "called {} from {caller}", api.action())?;
                error.map_or(Ok(()), |code| write!(formatter, ": {}", code.as_str()))
            }
            Event::AccountCreated => formatter.write_str("created"),
            Event::Joined(organization) => write!(formatter, "joined {}", Entity(*organization)),
            Event::Left(organization) => write!(formatter, "left {}", Entity(*organization)),
            Event::Moved(parent) => write!(formatter, "moved to the unit {parent:016x}"),
            Event::StateChanged(state) => write!(formatter, "is {} now", state.as_str()),
            Event::RoleWritten(name, definition) => {
                write!(formatter, "role {name:016x} written as {definition:016x}")
            }
            Event::RoleDeleted(name) => write!(formatter, "role {name:016x} deleted"),
            Event::RoleVisible(name) => write!(formatter, "STS sees the last change of role {name:016x}"),
            Event::Operation(number, status) => write!(formatter, "operation {number} has status {status}"),
            Event::Instance(account, _, status) => {
                write!(formatter, "stack instance of {account} has status {status}")
            }
            Event::Vendor(event) => vendor(event, formatter),
            Event::Customer(event) => formatter.write_str(customer(*event)),
            Event::Truth { opens: true } => formatter.write_str("truth: the role is right"),
            Event::Truth { opens: false } => formatter.write_str("truth: the role is not right"),
        }
    }
}

const fn customer(event: CustomerEvent) -> &'static str {
    match event {
        CustomerEvent::RolloutBegan => "rollout began",
        CustomerEvent::ManagementUnlocked => "members unlocked: the management account has the role",
        CustomerEvent::RolloutCreates => "rollout creates the role",
        CustomerEvent::RolloutEnded => "rollout ended",
        CustomerEvent::RolloutOverwrites => "rollout makes the role what it should be",
        CustomerEvent::RolloutRemoves => "removal deletes the role",
        CustomerEvent::RemovalBegan => "removal began",
        CustomerEvent::RemovalEnded => "removal ended",
        CustomerEvent::DeliveryFailed => "the pipeline gave up",
    }
}

fn vendor(event: &VendorEvent, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    match event {
        VendorEvent::Connected { tenant, management, lagging, subscribed } => {
            let mode = if *lagging { "lagging" } else { "real-time" };
            let subscribed = if *subscribed { "subscribed" } else { "not subscribed" };
            write!(out, "connected by tenant {tenant}, management account {management}, {mode}, {subscribed}")
        }
        VendorEvent::Subscribed => out.write_str("subscribed"),
        VendorEvent::Disconnected => out.write_str("disconnected"),
        VendorEvent::IdBound { account: None, id } => write!(out, "external ID {id:016x} bound"),
        VendorEvent::IdBound { account: Some(account), id } => write!(out, "external ID {id:016x} bound to {account}"),
        VendorEvent::MigrationBegan { until } => write!(out, "migration to one ID until {until}"),
        VendorEvent::MigrationEnded => out.write_str("migration ended"),
        VendorEvent::Tick(tick) => write!(out, "tick {tick}"),
        VendorEvent::ListingEnded { round, complete } => {
            write!(out, "listing {round} ended, {}", if *complete { "complete" } else { "partial" })
        }
        VendorEvent::Paused { account } => write!(out, "management paused: {account} lacks access"),
        VendorEvent::Resumed { account } => write!(out, "management resumed: {account} was the last to lack access"),
        VendorEvent::Listed { organization, round, state } => {
            write!(out, "listed as {} in {} by listing {round}", state.as_str(), Entity(*organization))
        }
        VendorEvent::Unlisted { organization, round } => {
            write!(out, "not in {} by listing {round}", Entity(*organization))
        }
        VendorEvent::ValidateRequested { organization } => {
            write!(out, "Validate Access pressed in {}", Entity(*organization))
        }
        VendorEvent::Probed { organization, check, probe, id, outcome } => {
            write!(out, "check {check} for {}: {}", Entity(*organization), probe.describe())?;
            id.map_or(Ok(()), |id| write!(out, " {id:016x}"))?;
            write!(out, " -> {outcome:?}")
        }
        VendorEvent::Checked { organization, tick, verdict, repeated, .. } => {
            write!(out, "{} for {}", verdict.as_str(), Entity(*organization))?;
            tick.map_or(Ok(()), |tick| write!(out, " at tick {tick}"))?;
            out.write_str(if *repeated { ", to be repeated" } else { "" })
        }
        VendorEvent::Activated { organization, by } => {
            write!(out, "activated in {} by the ID of the {by:?}", Entity(*organization))
        }
        VendorEvent::Deactivated { organization, because } => {
            write!(out, "deactivated in {}: {because:?}", Entity(*organization))
        }
        VendorEvent::Departed { organization } => write!(out, "departed from {}", Entity(*organization)),
        VendorEvent::Notified { organization, number } => {
            write!(out, "notification {number} to the customer of {}", Entity(*organization))
        }
        VendorEvent::ListingBegan { round, id } => write!(out, "listing {round} begins with the ID {id:016x}"),
        VendorEvent::ConflictSettled { organization } => write!(out, "decided to be of {}", Entity(*organization)),
        VendorEvent::ListingDoubted { denied: true } => out.write_str("its role opens and may not list"),
        VendorEvent::ListingDoubted { denied: false } => out.write_str("its listing lacks the management account"),
        VendorEvent::ListingTrusted => out.write_str("its listing is complete again"),
        VendorEvent::Restarted => out.write_str("the service was started anew"),
        VendorEvent::ConflictRaised { claimant } => write!(out, "claimed by {} as well", Entity(*claimant)),
        VendorEvent::ConflictCleared { claimant } => write!(out, "claim of {} settled", Entity(*claimant)),
    }
}
