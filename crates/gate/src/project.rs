//! The role of a configuration as values: profile and organizations, for those who render or roll it out.
//! It judges no rule; a configuration or policy that is not sound gives an outcome that says so.

use crate::config::{ReadConfig, RolloutEntry};
use crate::inputs::Files;
use crate::judge::{bindings, policies, profile};
use crate::outcome::Outcome;
use crate::run::Run;
use crate::standing::Decisions;
use jiff::civil::Date;
use rolecall_core::contract::Contract;
use rolecall_core::organization::Organization;
use rolecall_core::profile::RoleProfile;
use rolecall_core::rule::Severity;

/// A sound project.
#[derive(Clone, Debug)]
pub struct Project {
    /// The role.
    pub profile: RoleProfile,
    /// Its organizations, in the order of the configuration.
    pub organizations: Vec<Organization>,
    /// What it must and must never be able to do.
    pub contract: Contract,
    /// How it is rolled out.
    pub rollout: RolloutEntry,
}

/// What keeps a project from being read.
pub struct Broken<'f>(Run<'f>);

impl Broken<'_> {
    /// As the outcome of a run on `as_of`.
    pub fn into_outcome(self, as_of: Date) -> Outcome {
        self.0.finish(&Decisions::none(as_of), Severity::Error)
    }
}

/// Reads profile and organizations of a configuration.
///
/// # Errors
/// When the configuration, a policy or a file of legacy IDs is not sound.
pub fn read(read: ReadConfig, files: &Files) -> Result<Project, Box<Broken<'_>>> {
    let ReadConfig { sources, file: _, config, problems } = read;
    let mut run = Run::new(sources, files);
    for problem in problems {
        run.problems.add_not_judged(problem);
    }
    let Some(config) = config else { return Err(Box::new(Broken(run))) };
    let organizations = bindings::read(&config, &mut run);
    let policies = policies::read(&config, &mut run);
    match (profile::profile(&config, &policies), organizations) {
        (Some(profile), Some(organizations)) => {
            Ok(Project { profile, organizations, contract: config.contract, rollout: config.rollout })
        }
        _ => Err(Box::new(Broken(run))),
    }
}
