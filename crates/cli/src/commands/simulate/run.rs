//! `rolecall simulate run`: one run with its accounts, its figures and the hash of its trace. Scenarios are for `scenario`.

use super::model::{ModelArgs, parameters_help};
use super::scenario;
use super::sweep::write;
use crate::args::{GlobalArgs, TextOrJson};
use crate::files;
use clap::Args;
use rolecall_report::trace;
use rolecall_simulator::random::Seed;
use rolecall_simulator::sweep::{Finished, Joined, Model, Prepared, run_with};
use rolecall_simulator::trace::TraceLevel;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(after_help = parameters_help())]
pub(crate) struct RunArgs {
    /// A scenario (TOML, docs/repro.md; `-`: standard input) instead of a model: the checker reads its trace, and exit code 1
    /// says that a property is violated
    #[arg(value_name = "SCENARIO", conflicts_with_all = ["model", "set", "trace", "format", "output"])]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    model: ModelArgs,
    /// The seed of the run
    #[arg(long, default_value_t = 1, value_name = "SEED")]
    seed: u64,
    /// File for the trace: JSON lines, which `simulate replay` takes
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// human or json
    #[arg(long, value_enum, default_value_t = TextOrJson::Human, value_name = "FORMAT")]
    format: TextOrJson,
    /// File for the result, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// So many accounts are shown unless everything is asked for.
const SHOWN: usize = 20;

pub(super) fn run(arguments: &RunArgs, global: &GlobalArgs) -> anyhow::Result<u8> {
    if let Some(path) = &arguments.scenario {
        return scenario::run(path, Seed(arguments.seed), global);
    }
    let model = arguments.model.read()?;
    let seed = Seed(arguments.seed);
    let level = if arguments.trace.is_some() { TraceLevel::Records } else { TraceLevel::Hash };
    let finished = run_with(Prepared::new(&model, level)?, seed)?;
    if let Some(path) = &arguments.trace {
        let text = trace_text(&model, seed, &finished);
        files::write_all(&[files::NewFile { path: path.clone(), text, executable: false }])?;
    }
    let text = match arguments.format {
        TextOrJson::Human => human(seed, &finished, if global.verbose { usize::MAX } else { SHOWN }),
        TextOrJson::Json => json_text(&model, seed, &finished),
    };
    write(text, arguments.output.as_ref(), global)?;
    Ok(0)
}

/// The trace of a run as JSON lines.
pub(super) fn trace_text(model: &Model, seed: Seed, finished: &Finished) -> String {
    let mut text = trace::head(model, seed, &finished.trace);
    for record in finished.trace.records() {
        text.push_str(&trace::line(record));
    }
    text
}

fn human(seed: Seed, finished: &Finished, shown: usize) -> String {
    let mut accounts: Vec<&Joined> = finished.joined.iter().collect();
    accounts.sort_by_key(|account| (account.created, account.account));
    let mut text = String::from("account       created          role             active           e-mails\n");
    for account in accounts.iter().take(shown) {
        let moment = |at: Option<_>| {
            at.map_or_else(|| "never".to_owned(), |at: rolecall_simulator::time::SimTime| at.to_string())
        };
        let created = moment(Some(account.created));
        let (role, active, mails) = (moment(account.role), moment(account.active), account.mails);
        let _ = writeln!(text, "{}  {created:<15}  {role:<15}  {active:<15}  {mails}", account.account);
    }
    if accounts.len() > shown {
        let _ = writeln!(text, "… and {} more (--verbose shows all)", accounts.len() - shown);
    }
    let tally = &finished.tally;
    let _ = writeln!(
        text,
        "\n{} accounts joined: {} without an e-mail, {} with one, {} with more; {} active by the end",
        tally.accounts, tally.without_mail, tally.with_one_mail, tally.with_more_mails, tally.active
    );
    let _ = writeln!(
        text,
        "{} left, {} moved ({} e-mails about first members), management paused {} times",
        tally.left, tally.moved, tally.mails_to_others, tally.pauses
    );
    let work = tally.work;
    let _ = writeln!(
        text,
        "{} events of the queue, {} steps of the vendor's machine, {} API calls",
        work.events, work.steps, work.calls
    );
    let _ = writeln!(text, "seed {}, trace {} ({} records)", seed.0, finished.trace.hash(), finished.trace.count());
    text
}

fn json_text(model: &Model, seed: Seed, finished: &Finished) -> String {
    let tally = &finished.tally;
    let parameters: serde_json::Map<String, serde_json::Value> =
        model.parameters().into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    let accounts: Vec<_> = finished
        .joined
        .iter()
        .map(|account| {
            json!({
                "account": account.account.to_string(),
                "createdMs": account.created.0,
                "roleMs": account.role.map(|at| at.0),
                "activeMs": account.active.map(|at| at.0),
                "emails": account.mails,
            })
        })
        .collect();
    let document = json!({
        "format": "rolecall-run",
        "version": 1,
        "seed": seed.0.to_string(),
        "parameters": parameters,
        "accounts": accounts,
        "figures": {
            "accounts": tally.accounts,
            "withoutMail": tally.without_mail,
            "withOneMail": tally.with_one_mail,
            "withMoreMails": tally.with_more_mails,
            "mails": tally.mails,
            "active": tally.active,
            "left": tally.left,
            "moved": tally.moved,
            "mailsAboutFirstMembers": tally.mails_to_others,
            "pauses": tally.pauses,
        },
        "work": {"queueEvents": tally.work.events, "machineSteps": tally.work.steps, "apiCalls": tally.work.calls},
        "traceHash": finished.trace.hash().to_string(),
        "factsHash": finished.trace.facts().to_string(),
        "records": finished.trace.count(),
    });
    format!("{document:#}\n")
}
