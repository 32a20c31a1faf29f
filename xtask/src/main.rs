//! Every chore of the workspace, as `cargo xtask CHORE`. This file only names them; each chore stands in a file of its
//! own. Depends on no crate of the project: what it needs of them it runs as programs.

mod bench;
mod catalog;
mod ci;
mod constructed_aws;
mod deny;
mod differential;
mod e2e;
mod fuzz;
mod layers;
mod localstack;
mod process;
mod repository;
mod repro;
mod soak;
mod test;
mod tidy;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of the rolecall workspace
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Set up what is missing, then run everything that CI runs (the README's test command)
    Test(ci::Options),
    /// Run what CI runs: format, tidy, layers, clippy, docs, doc tests, tests
    Ci(ci::Options),
    /// Check the house rules that rustfmt and clippy do not know
    Tidy,
    /// Check which crate depends on which against the table
    Layers,
    /// Install the outside tools of the tests into .tools/ and report which checks can run
    Tools,
    /// Check licences, sources and duplicates of the dependencies with cargo-deny, where it is installed
    Deny,
    /// Regenerate the embedded IAM catalogue from its pinned packages, or compare it (needs the network)
    Catalog(catalog::CatalogArgs),
    /// Decide random cases with our evaluator and with iam-simulate, an independent one (needs node; npm the first time)
    Differential(differential::DifferentialArgs),
    /// Check the constructed answers of AWS against botocore's service models (needs python3; pip the first time)
    ConstructedAws,
    /// Reproduce customer cases: forwards to `rolecall repro`
    Repro(repro::ReproArgs),
    /// Run the benchmarks and the installed peers on the same workloads, and print one table of ratios
    Bench(bench::BenchArgs),
    /// Run the fuzz targets for a while each, where cargo-fuzz is installed
    Fuzz(fuzz::FuzzArgs),
    /// Install, start and stop LocalStack in host mode (needs Python 3.13 or newer; the network the first time)
    #[command(name = "localstack")]
    LocalStack(localstack::LocalStackArgs),
    /// Run the end-to-end suite against LocalStack, which it brings up and takes down
    E2e(e2e::E2eArgs),
    /// Run random worlds through the checker until the time is up
    Soak(soak::SoakArgs),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().chore {
        Chore::Repro(args) => return coded(repro::run(&args)),
        Chore::E2e(args) => return coded(e2e::run(&args)),
        Chore::LocalStack(args) => return coded(localstack::run(&args)),
        Chore::Test(options) => ci::test(&options),
        Chore::Ci(options) => ci::run(&options),
        Chore::Tidy => tidy::run(),
        Chore::Layers => layers::run(),
        Chore::Tools => tools::run(),
        Chore::Deny => deny::run().map(|outcome| eprintln!("deny: {outcome}")),
        Chore::Catalog(args) => catalog::run(&args),
        Chore::Differential(args) => differential::run(&args),
        Chore::ConstructedAws => constructed_aws::run(),
        Chore::Bench(args) => bench::run(&args),
        Chore::Fuzz(args) => fuzz::run(&args),
        Chore::Soak(args) => soak::run(&args),
    };
    coded(done.map(|()| 0))
}

fn coded(done: anyhow::Result<u8>) -> ExitCode {
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
