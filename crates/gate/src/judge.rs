//! The gate: a configuration and the files that it names in, one outcome out. Here stands which checks are made and in
//! which order; each check has a module of its own.

mod accounts;
pub(crate) mod bindings;
mod live;
pub(crate) mod policies;
pub(crate) mod profile;
mod reference;
mod role_code;
mod trust;

pub use live::{LiveAnswers, LiveCall, plan};
pub use reference::GivenReference;

use crate::baseline;
use crate::config::{Config, ReadConfig};
use crate::inputs::{Files, Purpose, Wanted};
use crate::outcome::Outcome;
use crate::run::{Run, counted};
use crate::standing::Decisions;
use jiff::civil::Date;
use rolecall_core::proof::Work;
use rolecall_core::rule::Severity;

/// How to judge.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// The day on which end dates are judged.
    pub as_of: Date,
    /// The mildest severity that fails the run, instead of what the configuration says.
    pub fail_on: Option<Severity>,
    /// Leaves the baseline out, and does not ask for its file: for writing it.
    pub without_baseline: bool,
}

/// Judges everything that the configuration asks for. It never fails: what could not be judged stands in the outcome.
pub fn judge(read: ReadConfig, files: &Files, options: &Options) -> Outcome {
    judge_against(read, files, None, options)
}

/// The same, with what stands at the revision of `[reference] git`.
pub fn judge_against(read: ReadConfig, files: &Files, reference: Option<GivenReference>, options: &Options) -> Outcome {
    judge_and_count(read, files, (reference, None), *options).0
}

/// The same, with the answers of AWS's policy simulator to the calls of [`plan`].
pub fn judge_live(
    read: ReadConfig,
    files: &Files,
    reference: Option<GivenReference>,
    live: LiveAnswers,
    options: &Options,
) -> Outcome {
    judge_and_count(read, files, (reference, Some(live)), *options).0
}

/// The outcome, and what its proofs took.
fn judge_and_count(
    read: ReadConfig,
    files: &Files,
    (reference, live): (Option<GivenReference>, Option<LiveAnswers>),
    options: Options,
) -> (Outcome, Work) {
    let ReadConfig { sources, file, config, problems } = read;
    let name = sources.path(file).to_owned();
    let mut run = Run::new(sources, files);
    for problem in problems {
        run.problems.add_not_judged(problem);
    }
    let Some(config) = config else {
        let _: Option<()> = run.check("config", name, |_| Err("the configuration is not sound".to_owned()));
        let outcome = run.finish(&Decisions::none(options.as_of), options.fail_on.unwrap_or(Severity::Warning));
        return (outcome, Work::default());
    };
    let fail_on = options.fail_on.unwrap_or(config.fail_on);
    let baseline = if options.without_baseline { None } else { read_baseline(&config, &mut run) };
    all_checks(&config, &name, (reference, live), options.as_of, &mut run);
    let decisions = Decisions::of(&config, baseline.as_ref(), options.as_of, run.is_complete());
    let work = run.proofs.work();
    (run.finish(&decisions, fail_on), work)
}

fn all_checks(
    config: &Config,
    name: &str,
    (given, live): (Option<GivenReference>, Option<LiveAnswers>),
    day: Date,
    run: &mut Run<'_>,
) {
    let asked = [
        counted(config.contract.allow.len(), "capability"),
        counted(config.contract.never.len(), "forbidden thing"),
        counted(config.organizations.len(), "organization"),
        counted(config.role_code.len(), "piece") + " of role code",
    ]
    .join(", ");
    let _: Option<()> = run.check("config", name, |_| Ok(((), asked)));
    let organizations = bindings::read(config, run);
    if let Some(organizations) = &organizations {
        bindings::check(config, organizations, run);
    }
    let policies = policies::read(config, run);
    policies::check(config, &policies, run);
    if let Some(live) = live {
        live::check(config, &policies, &live, run);
    }
    let reference = reference::read(config, given, run);
    if let Some(reference) = &reference {
        reference::check_policies(config, &policies, reference, run);
    }
    let profile = profile::check(config, &policies, run);
    let (Some(profile), Some(organizations)) = (profile, organizations) else {
        left_out(config, run);
        return;
    };
    trust::check(config, &profile, &organizations, day, run);
    if let Some(reference) = &reference {
        reference::check_trust(config, &profile, &organizations, reference, day, run);
    }
    role_code::check(config, &profile, &organizations, day, run);
}

/// Records the checks that cannot be made without a profile and its organizations: they were asked for.
fn left_out(config: &Config, run: &mut Run<'_>) {
    let mut leave_out = |check: &'static str, subject: &str| {
        let reason = "the profile or an organization is not sound".to_owned();
        let _: Option<()> = run.check(check, subject, |_| Err(reason));
    };
    for organization in &config.organizations {
        leave_out("trust-asked-for", organization.id.value.as_str());
    }
    if let Some(path) = &config.role.trust {
        leave_out("trust", &path.value);
    }
    for entry in &config.role_code {
        leave_out("role-code", &entry.path.value);
    }
}

fn read_baseline(config: &Config, run: &mut Run<'_>) -> Option<baseline::Baseline> {
    let path = config.baseline.as_ref()?;
    run.check("baseline", path.value.clone(), |run| {
        let wanted = Wanted { path: &path.value, mention: path.span, purpose: Purpose::Baseline };
        let file = run.text(&wanted).ok_or("`rolecall gate --write-baseline` writes the baseline")?;
        let text = run.source(file);
        let baseline = baseline::read(file, &text, &mut run.problems).ok_or("the baseline is not sound")?;
        let judged = counted(baseline.entries.len(), "accepted finding");
        Ok((baseline, judged))
    })
}

#[cfg(test)]
mod tests;
