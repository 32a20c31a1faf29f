//! `[rollout]`: how `rolecall rollout` brings the role into the accounts. Whether the accounts and units that it names are
//! there is seen in the organization, when a rollout is planned.

mod amounts;
mod stack_set;
mod waves;

pub use amounts::{parse_amount, parse_duration};
pub use stack_set::OVERWRITES_NOTHING;
pub use waves::{Exclusion, Wave};

use super::Problems;
use super::organization::OrganizationEntry;
use super::table::Table;
use amounts::{amount, bake};
use rolecall_core::external_id::ExternalId;
use rolecall_iam::span::Spanned;
use rolecall_lifecycle::DurationMs;
use rolecall_lifecycle::rollout::{Amount, Collision, ConcurrencyMode, Preferences, Retries, Settings, Unlock};
use rolecall_render::write::Options;

const KEYS: [&str; 13] = [
    "engine",
    "unlock",
    "concurrency",
    "tolerance",
    "mode",
    "collision",
    "bake",
    "remove_adopted",
    "way_in",
    "way_in_external_id",
    "wave",
    "exclude",
    "stack_set",
];

/// What AWS Organizations makes in each account that it creates; invited accounts do not have it (Organizations user guide,
/// `orgs_manage_accounts_access`, read 2026-11).
pub const ORGANIZATION_ROLE: &str = "OrganizationAccountAccessRole";

/// Accounts at once where nothing is written. An account takes one to two seconds, so that an organization of 10,000 takes
/// about a quarter of an hour; and whatever turns out to be wrong is wrong in 20 accounts and not in 500.
pub(super) const CONCURRENCY: Amount = Amount::Count(20);

/// Accounts of a wave that may fail where nothing is written: a few that are invited or locked are usual and stop nobody, a
/// mistake that meets everybody halts within the first tenth. Rounded down, so that of fewer than ten none may.
pub(super) const TOLERANCE: Amount = Amount::Percentage(10);

/// What makes the roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// Calls of IAM through a role in each account.
    #[default]
    Role,
    /// A stack set of CloudFormation.
    StackSets,
}

/// `[rollout]`, with what is not written filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RolloutEntry {
    /// `engine`.
    pub engine: Engine,
    /// `unlock`.
    pub unlock: Unlock,
    /// `concurrency`.
    pub concurrency: Amount,
    /// `tolerance`.
    pub tolerance: Amount,
    /// `mode`.
    pub mode: ConcurrencyMode,
    /// `collision`.
    pub collision: Collision,
    /// `bake`.
    pub bake: DurationMs,
    /// `remove_adopted`.
    pub remove_adopted: bool,
    /// `way_in`: path and name of the role, without the leading slash.
    pub way_in: String,
    /// `way_in_external_id`.
    pub way_in_external_id: Option<ExternalId>,
    /// `[[rollout.wave]]`, in order. Everybody else comes behind the last one.
    pub waves: Vec<Wave>,
    /// `[[rollout.exclude]]`.
    pub excluded: Vec<Exclusion>,
    /// `[rollout.stack_set]`: Region, units and the like of the stack set.
    pub stack_set: Options,
}

impl Default for RolloutEntry {
    fn default() -> Self {
        Self {
            engine: Engine::Role,
            unlock: Unlock::Confirm,
            concurrency: CONCURRENCY,
            tolerance: TOLERANCE,
            mode: ConcurrencyMode::Soft,
            collision: Collision::Fail,
            bake: DurationMs::ZERO,
            remove_adopted: false,
            way_in: ORGANIZATION_ROLE.to_owned(),
            way_in_external_id: None,
            waves: Vec::new(),
            excluded: Vec::new(),
            stack_set: Options::default(),
        }
    }
}

impl RolloutEntry {
    /// The choices as the machine takes them.
    pub fn settings(&self) -> Settings {
        Settings {
            unlock: self.unlock,
            preferences: Preferences { concurrency: self.concurrency, tolerance: self.tolerance, mode: self.mode },
            collision: self.collision,
            retries: Retries::default(),
            bake: self.bake,
            remove_adopted: self.remove_adopted,
        }
    }
}

/// Reads `[rollout]`; where it is not written, what is usual.
pub(super) fn read(top: &Table<'_>, organizations: &[OrganizationEntry], problems: &mut Problems) -> RolloutEntry {
    let usual = RolloutEntry::default();
    let Some(table) = top.table("rollout", "[rollout]", &KEYS, problems) else { return usual };
    let entry = RolloutEntry {
        engine: word(&table, "engine", &ENGINES, problems).unwrap_or(usual.engine),
        unlock: word(&table, "unlock", &UNLOCKS, problems).unwrap_or(usual.unlock),
        concurrency: amount(&table, "concurrency", 1, problems).unwrap_or(usual.concurrency),
        tolerance: amount(&table, "tolerance", 0, problems).unwrap_or(usual.tolerance),
        mode: word(&table, "mode", &MODES, problems).unwrap_or(usual.mode),
        collision: word(&table, "collision", &COLLISIONS, problems).unwrap_or(usual.collision),
        bake: bake(&table, problems).unwrap_or(usual.bake),
        remove_adopted: table.truth("remove_adopted", problems).unwrap_or(usual.remove_adopted),
        way_in: way_in(&table, problems).unwrap_or(usual.way_in),
        way_in_external_id: table
            .string("way_in_external_id", problems)
            .and_then(|text| super::external_id_of(&text, problems))
            .map(|id| id.value),
        waves: waves::read(&table, problems),
        excluded: waves::read_excluded(&table, problems),
        stack_set: stack_set::read(&table, problems),
    };
    waves::check(&entry, organizations, problems);
    stack_set::check(&table, &entry, problems);
    entry
}

const ENGINES: [(&str, Engine); 2] = [("role", Engine::Role), ("stack-sets", Engine::StackSets)];
const UNLOCKS: [(&str, Unlock); 3] =
    [("probes", Unlock::Probes), ("reading", Unlock::Reading), ("confirm", Unlock::Confirm)];
const MODES: [(&str, ConcurrencyMode); 2] = [("strict", ConcurrencyMode::Strict), ("soft", ConcurrencyMode::Soft)];
const COLLISIONS: [(&str, Collision); 3] =
    [("fail", Collision::Fail), ("overwrite", Collision::Overwrite), ("skip", Collision::Skip)];

/// One of a few words.
fn word<T: Copy>(table: &Table<'_>, key: &str, words: &[(&str, T)], problems: &mut Problems) -> Option<T> {
    let text = table.string(key, problems)?;
    let found = words.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
    if found.is_none() {
        let known: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        let help = format!("{} was expected", known.join(" or "));
        problems.add("config-bad-value", text.span, format!("`{key}` is `{}`", text.value), help);
    }
    found
}

/// Path and name of a role: each part as IAM takes it (IAM API reference, `CreateRole`, `Path` and `RoleName`).
fn way_in(table: &Table<'_>, problems: &mut Problems) -> Option<String> {
    let Spanned { value, span } = table.string("way_in", problems)?;
    let role = value.strip_prefix('/').unwrap_or(&value);
    let name = role.rsplit('/').next().unwrap_or_default();
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || "+=,.@-_".contains(character);
    let sound = (1..=64).contains(&name.len())
        && role.len() <= 512
        && role.chars().all(|character| character == '/' || is_of_name(character))
        && !role.split('/').any(str::is_empty);
    if sound {
        return Some(role.to_owned());
    }
    let message = format!("`way_in` is `{}`, which is no name of a role", value.escape_debug());
    let help =
        format!("a name such as `{ORGANIZATION_ROLE}`, or path and name such as `ops/Deployer`, was expected, no ARN");
    problems.add("config-bad-value", span, message, help);
    None
}

#[cfg(test)]
mod tests;
