//! Evidence recast as a scenario: what the bundle shows is put on the stage again, what it does not show is assumed right,
//! and the scenario is run before it is given out, so that its diagnosis is the bundle's. Only `Reading::Case` is what the
//! bundle shows; the twin is the same story without what is wrong in it.

mod automation;
mod frame;
mod organization;
mod policies;
mod role;
mod service;
mod story;
mod unseen;

#[cfg(test)]
mod tests;

use crate::random::Seed;
use crate::repro::{ReproError, run};
use crate::scenario::{NotWritten, Reading, Scenario, write};
use rolecall_core::diagnosis::{Cause, Diagnosis, Evidence, Viewpoint, diagnose};
use story::Story;

/// A scenario that reproduces a bundle.
#[derive(Clone, Debug)]
pub struct Recast {
    /// The scenario.
    pub scenario: Scenario,
    /// The same without the fault.
    pub twin: Scenario,
    /// Both as one TOML text.
    pub text: String,
    /// The first cause, of the bundle and of the scenario.
    pub cause: Cause,
    /// Who looked.
    pub view: Viewpoint,
}

/// Why a bundle gives no scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRecast {
    /// It is healthy.
    #[error("nothing is wrong in the bundle: there is nothing to reproduce")]
    Healthy,
    /// What is seen has no cause.
    #[error("the bundle names no cause, and a scenario needs one: {0}")]
    NoCause(&'static str),
    /// The simulated organization has no such thing.
    #[error("the case cannot be put on the stage: {0}")]
    NotStaged(String),
    /// AWS or the vendor would not let its beginning be.
    #[error(transparent)]
    Run(#[from] ReproError),
    /// The format has no words for it.
    #[error(transparent)]
    Written(#[from] NotWritten),
    /// The scenario shows something else.
    #[error("the bundle's first cause is {wanted}, and what can be put on the stage shows {found} first{next}")]
    Different {
        /// Of the bundle.
        wanted: &'static str,
        /// Of the scenario.
        found: String,
        /// What to collect besides, as the end of the sentence.
        next: String,
    },
    /// Without the fault something is wrong still.
    #[error("{wanted} can be put on the stage, and without it {found} would be left")]
    TwinNotClean {
        /// Of the bundle.
        wanted: &'static str,
        /// Of the twin.
        found: String,
    },
}

/// Recasts a bundle. The scenario has been run: its first cause is the bundle's, from the same viewpoint.
///
/// # Errors
/// A sentence for whoever collected the bundle.
pub fn recast(evidence: &Evidence, seed: Seed) -> Result<Recast, NotRecast> {
    let diagnosis = diagnose(evidence);
    let Some(first) = diagnosis.first() else {
        return Err(match (diagnosis.looked, diagnosis.symptoms.is_empty()) {
            (true, true) => NotRecast::Healthy,
            (false, _) => NotRecast::NoCause("nothing was looked at that shows whether the account is served"),
            (true, false) => NotRecast::NoCause("what is seen has no cause that is known"),
        });
    };
    let cause = first.cause;
    let mut story = Story::new(evidence, cause);
    story.tell(first.weight)?;
    let (scenario, twin, remarks) = story.end();
    let case = run(&scenario, Reading::Case, seed)?;
    if let Some(answer) =
        case.answers.iter().find(|answer| answer.diagnosis.first().map(|first| first.cause) != Some(cause))
    {
        let next = diagnosis.next.as_ref().map_or_else(String::new, |next| {
            format!("; collect what tells of it and try again: {}", next.look.as_str())
        });
        return Err(NotRecast::Different { wanted: cause.as_str(), found: causes(&answer.diagnosis), next });
    }
    let without = run(&twin, Reading::Twin, seed)?;
    if let Some(answer) = without.answers.iter().find(|answer| !answer.mismatches.is_empty()) {
        return Err(NotRecast::TwinNotClean { wanted: cause.as_str(), found: causes(&answer.diagnosis) });
    }
    let text = write(&scenario, Some(&twin), &remarks)?;
    Ok(Recast { scenario, twin, text, cause, view: evidence.viewpoint })
}

fn causes(diagnosis: &Diagnosis) -> String {
    let mut names: Vec<&str> = diagnosis.causes.iter().map(|ranked| ranked.cause.as_str()).take(3).collect();
    if diagnosis.causes.len() > names.len() {
        names.push("…");
    }
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}
