//! `[[rollout]]`: the customer's own rollout of an organization, with its choices. When it begins, crashes and takes the role
//! away again is said by actions; the machine is that of `rolecall-lifecycle`.

use super::Names;
use super::automation::read_preferences;
use super::role::{RolePart, read_brought_role};
use super::table::{Reader, Table};
use crate::cloudformation::Preferences;
use crate::time::SimSpan;
use rolecall_lifecycle::rollout::{Collision, Unlock};

/// The rollout of an organization.
#[derive(Clone, Debug, PartialEq)]
pub struct RolloutPart {
    /// Of which organization; each has one at most.
    pub organization: usize,
    /// The role that it brings.
    pub role: RolePart,
    /// What unlocks the members.
    pub unlock: Unlock,
    /// So long after it was asked somebody confirms that Validate Access passed; never when absent.
    pub confirms_after: Option<SimSpan>,
    /// How many accounts at once, and how many may fail.
    pub preferences: Preferences,
    /// Roles that are there already.
    pub collision: Collision,
    /// So many members are a wave; all of them when absent.
    pub wave_accounts: Option<u32>,
    /// The rest between two waves.
    pub bake: SimSpan,
    /// Whether a removal takes roles that it found or overwrote, too.
    pub remove_adopted: bool,
    /// Whether it works through `OrganizationAccountAccessRole` instead of each account's administrator.
    pub through_organization_role: bool,
    /// The shortest and the longest time that a call takes.
    pub latency: (SimSpan, SimSpan),
}

pub(super) const ROLLOUT_KEYS: [&str; 14] = [
    "organization",
    "role",
    "unlock",
    "confirms_after",
    "concurrency",
    "tolerance",
    "concurrency_mode",
    "collision",
    "wave_accounts",
    "bake",
    "remove_adopted",
    "delivery",
    "latency",
    "latency_max",
];

/// What unlocks the members, in the words of the format.
pub(super) const UNLOCKS: [(&str, Unlock); 3] =
    [("reading", Unlock::Reading), ("probes", Unlock::Probes), ("confirm", Unlock::Confirm)];

/// What is done with a role that is there, in the words of the format.
pub(super) const COLLISIONS: [(&str, Collision); 3] =
    [("fail", Collision::Fail), ("overwrite", Collision::Overwrite), ("skip", Collision::Skip)];

/// How long a call takes when nothing is said.
pub(super) const LATENCY: SimSpan = SimSpan::seconds(1);

pub(super) fn read_rollouts(top: &Table<'_>, names: &mut Names, reader: &mut Reader) -> Vec<RolloutPart> {
    let mut rollouts = Vec::new();
    for table in top.tables("rollout", &ROLLOUT_KEYS, reader) {
        let Some(organization) = names.organization(&table, "organization", reader) else { continue };
        if names.rollouts.contains(&organization) {
            let name = names.organizations.get(organization).map_or("", String::as_str);
            let message = format!("`{name}` has a rollout already");
            let help = "leave one of both out; `do = \"rollout\"` twice runs one a second time";
            reader.add("scenario-bad-value", table.place("organization", reader), message, help);
            continue;
        }
        names.rollouts.push(organization);
        rollouts.push(read_rollout(&table, organization, reader));
    }
    rollouts
}

fn read_rollout(table: &Table<'_>, organization: usize, reader: &mut Reader) -> RolloutPart {
    let unlock = table.word("unlock", &UNLOCKS, reader).unwrap_or(Unlock::Reading);
    if table.has("confirms_after") && unlock != Unlock::Confirm {
        let (message, help) =
            ("`confirms_after`, but nobody is asked to confirm", "write `unlock = \"confirm\"`, or leave it out");
        reader.add("scenario-bad-value", table.place("confirms_after", reader), message, help);
    }
    let wave_accounts = table.number("wave_accounts", 100_000, reader);
    if wave_accounts == Some(0) {
        let help = "leave `wave_accounts` out for one wave of all members";
        reader.add("scenario-bad-value", table.place("wave_accounts", reader), "a wave of no account", help);
    }
    let latency = table.span_of("latency", reader).unwrap_or(LATENCY);
    let latency_max = table.span_of("latency_max", reader).unwrap_or(latency);
    if latency_max < latency {
        let help = "a time that is not below `latency` was expected, or none";
        let message = "`latency_max` is less than `latency`";
        reader.add("scenario-bad-value", table.place("latency_max", reader), message, help);
    }
    RolloutPart {
        organization,
        role: read_brought_role(table, "a rollout", reader),
        unlock,
        confirms_after: table.span_of("confirms_after", reader),
        preferences: read_preferences(table, reader),
        collision: table.word("collision", &COLLISIONS, reader).unwrap_or(Collision::Fail),
        wave_accounts,
        bake: table.span_of("bake", reader).unwrap_or(SimSpan::ZERO),
        remove_adopted: table.truth("remove_adopted", reader).unwrap_or(false),
        through_organization_role: table
            .word("delivery", &[("administrator", false), ("organization-role", true)], reader)
            .unwrap_or(false),
        latency: (latency, latency_max),
    }
}
