//! `[rollout.stack_set]`: what AWS CloudFormation StackSets is told where `engine` is `stack-sets`, and which keys of
//! `[rollout]` have no meaning there.

use super::super::Problems;
use super::super::table::Table;
use super::waves::is_unit;
use super::{Engine, RolloutEntry, word};
use rolecall_lifecycle::rollout::Collision;
use rolecall_render::write::{CallAs, Options};

const KEYS: [&str; 5] = ["region", "organizational_units", "call_as", "retain_stacks", "name"];
const CALL_AS: [(&str, CallAs); 2] = [("self", CallAs::Myself), ("delegated-admin", CallAs::DelegatedAdministrator)];

/// What only calls through a role in each account can do; it would be left out in silence.
const OF_THE_ROLE: [(&str, &str); 4] = [
    (
        "wave",
        "a stack set goes by its own order; name `organizational_units` in `[rollout.stack_set]` to begin with some",
    ),
    ("exclude", "a stack set reaches every account of its units: name the units in `[rollout.stack_set]`"),
    ("bake", "there are no waves to rest between"),
    ("remove_adopted", "a stack set removes what it made, and nothing else"),
];

/// Why a role that is there stays as it is.
pub const OVERWRITES_NOTHING: &str =
    "write `fail` or `skip`: CloudFormation takes no role over that is there, so that its stack instance fails";

pub(super) fn read(table: &Table<'_>, problems: &mut Problems) -> Options {
    let Some(table) = table.table("stack_set", "[rollout.stack_set]", &KEYS, problems) else {
        return Options::default();
    };
    let usual = Options::default();
    let units = table.strings("organizational_units", problems).unwrap_or_default();
    Options {
        region: table.string("region", problems).map(|region| region.value),
        organizational_units: units.into_iter().filter(|unit| is_unit(unit, problems)).map(|unit| unit.value).collect(),
        call_as: word(&table, "call_as", &CALL_AS, problems).unwrap_or(usual.call_as),
        retain_stacks_on_account_removal: table
            .truth("retain_stacks", problems)
            .unwrap_or(usual.retain_stacks_on_account_removal),
        stack_name: table.string("name", problems).map(|name| name.value),
        template_syntax: usual.template_syntax,
    }
}

/// Keys that the engine does not know what to do with.
pub(super) fn check(table: &Table<'_>, entry: &RolloutEntry, problems: &mut Problems) {
    let mut unfit = |key: &str, engine: &str, help: &str| {
        if let Some(span) = table.span_of_key(key) {
            problems.add(
                "config-bad-value",
                span,
                format!("`{key}` has no meaning with `engine = \"{engine}\"`"),
                help,
            );
        }
    };
    match entry.engine {
        Engine::Role => unfit("stack_set", "role", "write `engine = \"stack-sets\"`, or leave the table out"),
        Engine::StackSets => {
            for (key, help) in OF_THE_ROLE {
                unfit(key, "stack-sets", &format!("leave it out: {help}"));
            }
            if entry.collision == Collision::Overwrite {
                unfit("collision", "stack-sets", OVERWRITES_NOTHING);
            }
        }
    }
}
