//! `cargo xtask bench`: the criterion benchmarks, and beside them the peers that are programs of their own, on the same
//! workloads; one table. Machines are shared and differ: the best sample of each counts, and only ratios mean something.

mod iam_simulate;
mod results;
mod simulation;
mod table;

use anyhow::Result;

use crate::process::Invocation;
use crate::repository;
use crate::tools::Toolbox;

/// What `cargo xtask bench` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct BenchArgs {
    /// Only the criterion benchmarks whose name holds this text; peers that are programs run what they have
    #[arg(value_name = "NAME")]
    only: Option<String>,
}

/// How long one engine takes for one workload.
#[derive(Clone, Debug, PartialEq)]
struct Measured {
    workload: String,
    engine: String,
    nanoseconds: f64,
}

/// What became of a peer.
enum Outcome {
    Ran {
        measured: Vec<Measured>,
        /// What a reader of its numbers has to know.
        notes: Vec<String>,
    },
    /// Why it was not run.
    NotRun(String),
}

/// A peer that is a program of its own: its name, and what runs it.
struct Peer {
    name: &'static str,
    run: fn(&Toolbox) -> Result<Outcome>,
}

/// Every such peer. Those that are libraries stand in `benches/benches`, in the group of their workload.
const PEERS: [Peer; 2] =
    [Peer { name: "iam-simulate", run: iam_simulate::run }, Peer { name: "simpy", run: simulation::run }];

/// Where criterion writes its results, below the root; emptied before each run.
const RESULTS: &str = "target/bench";

pub(crate) fn run(args: &BenchArgs) -> Result<()> {
    let toolbox = Toolbox::find()?;
    let folder = repository::root().join(RESULTS);
    results::clear(&folder)?;
    Invocation::cargo()
        .args(["bench", "--quiet", "-p", "rolecall-benches", "--"])
        .args(&args.only)
        .env("CRITERION_HOME", &folder)
        .dir(repository::root())
        .run()?;
    let mut measured = results::read(&folder)?;
    let mut notes = Vec::new();
    for peer in PEERS {
        match (peer.run)(&toolbox)? {
            Outcome::Ran { measured: of_peer, notes: about_it } => {
                measured.extend(of_peer);
                notes.extend(about_it);
            }
            Outcome::NotRun(why) => notes.push(format!("{}: not run: {why}", peer.name)),
        }
    }
    println!("\n{}", table::render(&measured));
    for note in notes {
        println!("{note}");
    }
    Ok(())
}
