//! Writes a scenario as the TOML text that reads back as the same: keys that have their default are left out, and where
//! the fault-free twin is given too, tables that it lacks are marked `fault`, keys in which it differs stand below `twin`.
//! What a text means is for `super::read`, which has the last word: a text that reads back otherwise is not given out.

mod actions;
mod align;
mod parts;
mod role;
mod text;

#[cfg(test)]
mod tests;

use super::{Reading, Scenario, read};
use align::Pair;
use std::collections::BTreeMap;

/// What a comment stands above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot {
    /// The whole file.
    Top,
    /// `[world]`; written only when something in it is not the default.
    World,
    /// `[vendor]`; likewise.
    Vendor,
    /// An organization, by its place; so are those that follow.
    Organization(usize),
    /// An account.
    Account(usize),
    /// A control policy.
    Policy(usize),
    /// A stack set.
    StackSet(usize),
    /// A pipeline.
    Pipeline(usize),
    /// A rollout.
    Rollout(usize),
    /// An action.
    Action(usize),
    /// An expectation.
    Expect(usize),
}

/// Comments, a line each without the `#`, by what they stand above.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks(BTreeMap<Spot, Vec<String>>);

impl Remarks {
    /// Adds a line above something.
    pub fn add(&mut self, spot: Spot, line: impl Into<String>) {
        self.0.entry(spot).or_default().push(line.into());
    }

    /// The account with this place comes first from now on.
    pub(crate) fn put_first(&mut self, place: usize) {
        let moved = std::mem::take(&mut self.0).into_iter().map(|(spot, lines)| match spot {
            Spot::Account(number) if number == place => (Spot::Account(0), lines),
            Spot::Account(number) if number < place => (Spot::Account(number + 1), lines),
            other => (other, lines),
        });
        self.0 = moved.collect();
    }

    fn of(&self, spot: Spot) -> &[String] {
        self.0.get(&spot).map_or(&[], Vec::as_slice)
    }
}

/// Why a scenario cannot be written: the format has no words for something in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the scenario cannot be written: {reason}")]
pub struct NotWritten {
    /// What the text would say instead.
    pub reason: String,
}

/// Writes a scenario, with the marks from which its twin is read when one is given.
///
/// What is written reads back as exactly `scenario` (and as exactly `twin`): actions stand in order of time, and every
/// expectation has a cause, which the twin does not.
///
/// # Errors
/// When no text reads back as the same, such as an operation preference in per cent.
pub fn write(scenario: &Scenario, twin: Option<&Scenario>, remarks: &Remarks) -> Result<String, NotWritten> {
    let other = twin.unwrap_or(scenario);
    let pairs = pairs(scenario, other)?;
    let text = text::of(scenario, other, &pairs, remarks);
    // Where nothing is expected only the checker reads it.
    let nothing = scenario.expect.is_empty() && twin.is_none();
    check(&text, if nothing { Reading::Checked } else { Reading::Case }, scenario)?;
    if let Some(twin) = twin {
        check(&text, Reading::Twin, twin)?;
    }
    Ok(text)
}

/// A list of tables, and where the comments above each belong.
type List = (fn(&Scenario) -> Vec<align::Row>, fn(usize) -> Spot);

/// The tables of a scenario beside those of its twin, in the order of the text.
fn pairs(scenario: &Scenario, twin: &Scenario) -> Result<Vec<(Spot, Pair)>, NotWritten> {
    let mut all = align::list(&[parts::world(&scenario.world)], &[parts::world(&twin.world)], |_| Spot::World)?;
    all.extend(align::list(&[parts::vendor(&scenario.vendor)], &[parts::vendor(&twin.vendor)], |_| Spot::Vendor)?);
    all.retain(|(_, pair)| !pair.is_empty());
    let lists: [List; 8] = [
        (parts::organizations, Spot::Organization),
        (parts::accounts, Spot::Account),
        (parts::policies, Spot::Policy),
        (parts::stack_sets, Spot::StackSet),
        (parts::pipelines, Spot::Pipeline),
        (parts::rollouts, Spot::Rollout),
        (actions::actions, Spot::Action),
        (parts::expectations, Spot::Expect),
    ];
    for (rows, spot) in lists {
        all.extend(align::list(&rows(scenario), &rows(twin), spot)?);
    }
    Ok(align::series(all))
}

fn check(text: &str, reading: Reading, wanted: &Scenario) -> Result<(), NotWritten> {
    let read = read("scenario.toml", text, reading);
    let of = match reading {
        Reading::Case | Reading::Checked => "",
        Reading::Twin => "without its fault, ",
    };
    match (read.scenario, read.problems.first()) {
        (Some(scenario), _) if scenario == *wanted => Ok(()),
        (Some(scenario), _) => {
            let reason = format!("{of}its {} would read back otherwise", different(&scenario, wanted));
            Err(NotWritten { reason })
        }
        (None, Some(problem)) => Err(NotWritten { reason: format!("{of}{}", problem.message) }),
        (None, None) => Err(NotWritten { reason: format!("{of}it would not read back") }),
    }
}

/// The first part in which two scenarios differ.
fn different(one: &Scenario, other: &Scenario) -> &'static str {
    let parts = [
        ("`[world]`", one.world == other.world),
        ("`[vendor]`", one.vendor == other.vendor),
        ("`[[organization]]`", one.organizations == other.organizations),
        ("`[[account]]`", one.accounts == other.accounts),
        ("`[[policy]]`", one.policies == other.policies),
        ("`[[stack_set]]`", one.stack_sets == other.stack_sets),
        ("`[[pipeline]]`", one.pipelines == other.pipelines),
        ("`[[rollout]]`", one.rollouts == other.rollouts),
        ("`[[at]]`", one.actions == other.actions),
        ("`[[expect]]`", one.expect == other.expect),
        ("`until`", one.until == other.until),
    ];
    parts.into_iter().find(|(_, same)| !same).map_or("title, question or sources", |(name, _)| name)
}
