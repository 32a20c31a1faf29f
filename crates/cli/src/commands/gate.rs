//! `rolecall gate`: loads what `rolecall.toml` names, has it judged, writes the reports.

mod revision;

use super::aws::{block_on, connect};
use super::today;
use crate::args::aws::AwsArgs;
use crate::args::{GateArgs, GlobalArgs};
use crate::{files, output};
use anyhow::{Context, bail};
use rolecall_driver::pace::{AccountPace, Rates};
use rolecall_driver::validate::simulate::simulate_custom;
use rolecall_gate::config::{self, ReadConfig};
use rolecall_gate::inputs::{Files, Loaded};
use rolecall_gate::judge::{LiveAnswers, Options, judge_against, judge_live, plan};
use rolecall_gate::outcome::Outcome;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name that is looked for in a folder.
pub(super) const FILE_NAME: &str = "rolecall.toml";

/// A configuration with the folder that its paths start from and everything that it names.
pub(super) struct Project {
    pub(super) folder: PathBuf,
    /// The name of the configuration in it.
    pub(super) name: String,
    pub(super) read: ReadConfig,
    pub(super) files: Files,
}

/// Loads a project; what is wrong with it stands in the result.
pub(super) fn load(path: &Path) -> Project {
    let file = if path.is_dir() { path.join(FILE_NAME) } else { path.to_owned() };
    let folder = file.parent().map(Path::to_owned).unwrap_or_default();
    let name = file.file_name().map_or_else(|| FILE_NAME.into(), |name| name.to_string_lossy().into_owned());
    let read = match files::load(&file) {
        Loaded::Text(text) => config::read(&name, &text),
        other => config::unreadable(&name, &other),
    };
    let inputs = read.config.as_ref().map(config::Config::inputs).unwrap_or_default();
    let files = files::load_all(&folder, &inputs);
    Project { folder, name, read, files }
}

/// Runs the gate.
pub(super) fn run(arguments: &GateArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let project = load(&arguments.path);
    let baseline = project.read.config.as_ref().and_then(|config| config.baseline.clone());
    let options = Options {
        as_of: arguments.report.as_of.unwrap_or_else(today),
        fail_on: arguments.report.fail_on,
        without_baseline: arguments.write_baseline,
    };
    let reference = revision::load(&project);
    let outcome = if arguments.live {
        let answers = simulate(&project, &arguments.aws)?;
        judge_live(project.read, &project.files, reference, answers, &options)
    } else {
        judge_against(project.read, &project.files, reference, &options)
    };
    if arguments.write_baseline {
        let path = baseline.map(|path| project.folder.join(path.value));
        return write_baseline(&outcome, path.as_deref(), &project.folder, arguments, global);
    }
    output::report(&outcome, &project.folder, &arguments.report, global)?;
    Ok(outcome.verdict().exit_code())
}

/// Makes the calls of the policy simulator that the contract asks for. Where no connection can be made nothing is judged live,
/// and the outcome says why.
fn simulate(project: &Project, arguments: &AwsArgs) -> anyhow::Result<LiveAnswers> {
    let calls = plan(&project.read, &project.files);
    block_on(async {
        match connect(arguments).await {
            Ok(connection) => {
                let connection = connection.with_pace(Arc::new(AccountPace::new(Arc::new(Rates::default()))));
                let planned = calls.iter().map(|live| live.call.clone()).collect();
                let answers = simulate_custom(&connection, planned).await;
                let told = |failure: rolecall_aws::Failure| failure.to_string();
                Ok(calls.into_iter().zip(answers.into_iter().map(|answer| answer.map_err(told))).collect())
            }
            Err(error) => Ok(calls.into_iter().map(|call| (call, Err(format!("{error:#}")))).collect()),
        }
    })
}

/// Writes the baseline, unless something could not be judged: a list of what is known must not pass for all there is.
fn write_baseline(
    outcome: &Outcome,
    path: Option<&Path>,
    folder: &Path,
    arguments: &GateArgs,
    global: &GlobalArgs,
) -> anyhow::Result<u8> {
    if outcome.verdict().exit_code() == 2 {
        output::report(outcome, folder, &arguments.report, global)?;
        bail!("the baseline is not written: something could not be judged, so that what is found is not all there is");
    }
    let path =
        path.context("rolecall.toml names no baseline: add `[baseline]` with `path = \"rolecall-baseline.json\"`")?;
    let text = rolecall_gate::baseline::text(outcome);
    files::write(path, &text)?;
    let count = text.matches("\"fingerprint\"").count();
    if !global.quiet {
        let what = if count == 1 { "finding is" } else { "findings are" };
        output::say(&format!("{}: {count} {what} accepted from now on\n", path.display()))?;
    }
    Ok(0)
}
