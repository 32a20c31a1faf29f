//! `rolecall diff`: what a change of a policy grants and what it takes away.

use super::audit::options;
use super::documents::{Documents, Side, base_of};
use super::page::write_page;
use crate::args::GlobalArgs;
use crate::args::review::{DiffArgs, FailOnArg};
use crate::output;
use rolecall_gate::difference::{Difference, difference};
use rolecall_report::difference::render;

/// Takes a change apart. 0 done, 1 when it does what `--fail-on` names, 2 when something could not be decided.
pub(super) fn run(arguments: &DiffArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let mut documents = Documents::default();
    let (old, new) = ([documents.open(&arguments.old)], [documents.open(&arguments.new)]);
    let base = base_of(arguments.base, old.iter().chain(&new))?;
    let limits = arguments.limits.files();
    let before = Side::read(&mut documents, base, &old, &limits)?;
    let after = Side::read(&mut documents, base, &new, &limits)?;
    documents.refuse_damaged(output::color(global))?;
    let found = difference(&before.as_side(), &after.as_side(), options(&arguments.review));
    let [old, new] = [&old, &new].map(|tree| tree.first().map_or("", |tree| tree.name.as_str()));
    write_page(&arguments.review.page, global, |format, shown| {
        render(&found, (old, new), &documents.sources, format, shown)
    })?;
    // A part that no evaluation can tell keeps every answer about it from being one.
    Ok(if documents.not_judged().is_empty() { exit_code(&found, arguments.fail_on) } else { 2 })
}

fn exit_code(found: &Difference, fail_on: Option<FailOnArg>) -> u8 {
    if !found.granted.is_complete() || !found.taken_away.is_complete() {
        return 2;
    }
    let grants = found.granted.is_empty() == Some(false);
    let takes = found.taken_away.is_empty() == Some(false);
    let fails = match fail_on {
        None => false,
        Some(FailOnArg::Granted) => grants,
        Some(FailOnArg::TakenAway) => takes,
        Some(FailOnArg::Any) => grants || takes,
    };
    u8::from(fails)
}
