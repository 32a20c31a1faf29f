//! A plan as people read it: what there is at first, then one line for each thing that happens. The form is documented in
//! `docs/soak.md`; it is for reading, the seed is what replays a world.

use super::build::{ROLE_NAME, VENDOR};
use super::plan::{AccountIndex, Action, OrganizationIndex, Plan, Target, Timed};
use crate::settings::FaultRates;
use std::fmt;

impl fmt::Display for AccountIndex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a{}", self.0)
    }
}

impl fmt::Display for OrganizationIndex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "o{}", self.0)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vendor = &self.vendor;
        writeln!(formatter, "seed {}", self.seed.0)?;
        writeln!(
            formatter,
            "vendor {VENDOR}: role {ROLE_NAME}, propagation window {} s, {} repetitions of unknown checks, active accounts \
             checked every {} ticks, pause by {:?}, answers within {} ms, budget {}",
            vendor.propagation_window_s,
            vendor.unknown_retries,
            vendor.recheck_ticks,
            vendor.pause,
            vendor.latency.0,
            vendor.sts_budget.map_or_else(|| "none".to_owned(), |budget| format!("{budget} probes a second")),
        )?;
        writeln!(
            formatter,
            "AWS: {} delays, {} of a million pages empty{}",
            if vendor.realistic { "measured" } else { "no" },
            vendor.empty_pages,
            if vendor.status_retired { ", Status retired" } else { "" }
        )?;
        for (index, organization) in (0_u8..).zip(&self.organizations) {
            let mode = if organization.lagging { "lagging" } else { "real-time" };
            let subscribed = if organization.subscribed { "subscribed" } else { "not subscribed" };
            let (tenant, at) = (organization.tenant, organization.connects);
            let index = OrganizationIndex(index);
            writeln!(formatter, "{index}: customer {tenant}, {mode}, {subscribed}, connected at {at}")?;
        }
        for (index, account) in (0_u8..).zip(&self.accounts) {
            let index = AccountIndex(index);
            if self.left_out.contains(&index) {
                continue;
            }
            let place = account.organization.map_or_else(|| "no organization".to_owned(), |known| known.to_string());
            let kind = if usize::from(index.0) < self.organizations.len() { "management account of" } else { "in" };
            let own = if account.own_id { ", an ID of its own" } else { "" };
            writeln!(formatter, "{index}: {kind} {place}, role {:?}{own}", account.role)?;
        }
        self.actions.iter().try_for_each(|timed| writeln!(formatter, "{timed}"))
    }
}

impl fmt::Display for Timed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.at, self.action)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root(organization) => write!(formatter, "the root of {organization}"),
            Self::Unit(organization) => write!(formatter, "the unit of {organization}"),
            Self::Account(account) => write!(formatter, "{account}"),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leave(account) => write!(formatter, "{account} leaves its organization"),
            Self::Join(account, organization) => write!(formatter, "{account} joins {organization}"),
            Self::MoveTo(account, organization) => write!(formatter, "{account} moves to {organization}"),
            Self::Relocate(account) => write!(formatter, "{account} moves into the unit or out of it"),
            Self::Close(account) => write!(formatter, "{account} is closed"),
            Self::Reopen(account) => write!(formatter, "{account} is reopened"),
            Self::State(account, state) => write!(formatter, "{account} becomes {}", state.as_str()),
            Self::Role(account, kind) => write!(formatter, "the role of {account} is written: {kind:?}"),
            Self::NoRole(account) => write!(formatter, "the role of {account} is deleted"),
            Self::Recreate(account) => write!(formatter, "the role of {account} is deleted and made again"),
            Self::CreateAccount(organization, delay, kind) => {
                write!(formatter, "{organization} makes an account, its role {kind:?} {} s later", delay.0 / 1_000)
            }
            Self::Attach(control, target) => write!(formatter, "{control:?} is attached to {target}"),
            Self::Detach(control, target) => write!(formatter, "{control:?} is detached from {target}"),
            Self::Faults(api, FaultRates { throttled, internal, timed_out }) => write!(
                formatter,
                "of a million {} calls {throttled} are throttled, {internal} fail, {timed_out} time out",
                api.name()
            ),
            Self::Validate(account) => write!(formatter, "Validate Access is pressed for {account}"),
            Self::Restart => formatter.write_str("the vendor's service is started anew"),
            Self::Migrate(organization, until) => write!(formatter, "{organization} migrates to one ID until {until}"),
            Self::Settle(account, organization) => write!(formatter, "{account} is decided to be of {organization}"),
            Self::Subscribe(organization) => write!(formatter, "{organization} is subscribed"),
            Self::Disconnect(organization) => write!(formatter, "{organization} is disconnected"),
            Self::Reconnect(organization) => write!(formatter, "{organization} is connected again"),
            Self::Rollout(organization) => write!(formatter, "{organization} begins a rollout"),
            Self::CrashRollout(organization, down) => {
                write!(formatter, "the rollout of {organization} crashes, and goes on {} s later", down.0 / 1_000)
            }
            Self::RemoveRollout(organization) => write!(formatter, "{organization} takes the role away"),
        }
    }
}
