//! `rolecall check`: lints single policies.

mod fix;

use super::today;
use crate::args::{CheckArgs, GlobalArgs, PolicyTypeArg};
use crate::{files, output};
use rolecall_gate::check::{Options, check_policies};
use rolecall_iam::document::PolicyType;
use rolecall_report::Format;
use std::path::Path;

/// Runs the check.
pub(super) fn run(arguments: &CheckArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    let policies: Vec<_> = arguments.policies.iter().map(|path| (shown(path), files::load(path))).collect();
    let options = Options {
        as_of: arguments.report.as_of.unwrap_or_else(today),
        fail_on: arguments.report.fail_on,
        policy_type: arguments.policy_type.map(policy_type),
    };
    let mut outcome = check_policies(policies.clone(), &options);
    if arguments.fix {
        outcome = fix::apply(policies, outcome, options, shows(arguments, global))?;
    }
    output::report(&outcome, Path::new(""), &arguments.report, global)?;
    Ok(outcome.verdict().exit_code())
}

/// Where the difference is shown: standard output, unless a report for programs goes there.
fn shows(arguments: &CheckArgs, global: &GlobalArgs) -> fix::Shows {
    let for_people = matches!(arguments.report.format, Format::Human | Format::Markdown);
    match () {
        () if global.quiet => fix::Shows::Nothing,
        () if for_people || arguments.report.output.is_some() => fix::Shows::OnOutput,
        () => fix::Shows::OnError,
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

const fn policy_type(argument: PolicyTypeArg) -> PolicyType {
    match argument {
        PolicyTypeArg::Identity => PolicyType::Identity,
        PolicyTypeArg::Trust => PolicyType::Trust,
        PolicyTypeArg::Resource => PolicyType::Resource,
        PolicyTypeArg::Scp => PolicyType::ServiceControl,
        PolicyTypeArg::Rcp => PolicyType::ResourceControl,
    }
}
