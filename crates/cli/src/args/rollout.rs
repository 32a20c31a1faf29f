//! Options of `rolecall rollout`.

use super::aws::AwsArgs;
use super::page::PageArgs;
use clap::{Args, Subcommand};
use rolecall_gate::config::{parse_amount, parse_duration};
use rolecall_lifecycle::DurationMs;
use rolecall_lifecycle::rollout::{Amount, Collision, ConcurrencyMode, Unlock};
use std::path::PathBuf;

const APPLY_HELP: &str = "Brings the role into every account: management account, unlock, members in waves. What was done \
    stands in the journal: after Ctrl-C, a kill or a halt the same command goes on from there.";
const APPLY_CODES: &str = "Exit codes: 0 nothing is open (what was settled before is read again by `verify` alone); 1 accounts failed, or the \
    run halted, was refused or was stopped; 2 it could not be started or go on, or roles were not read.";
const PLAN_CODES: &str = "Exit codes: 0 everything is ready or left out on purpose; 1 something would stop it; \
    2 something could not be judged.";
const VERIFY_CODES: &str = "Exit codes: 0 every account has the role of the profile, proved; 1 some have another one or none; \
    2 some could not be judged.";

/// `rolecall rollout`.
#[derive(Debug, Args)]
pub(crate) struct RolloutArgs {
    #[command(subcommand)]
    pub(crate) command: RolloutCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RolloutCommand {
    /// What is done in which account in which order, what would stop it, and the policy that the operator needs
    #[command(after_help = PLAN_CODES)]
    Plan(Box<PlanArgs>),
    /// Bring the role into every account, or go on with it
    #[command(long_about = APPLY_HELP, after_help = APPLY_CODES)]
    Apply(Box<ApplyArgs>),
    /// How far a rollout is, from its journal alone, also while another program writes it; of stack sets, by AWS's word
    Status(StatusArgs),
    /// Prove the role of every account equal to the profile, or show what differs
    #[command(after_help = VERIFY_CODES)]
    Verify(Box<VerifyArgs>),
    /// Take the role away again, where the journal says that it is ours; the management account last
    #[command(after_help = APPLY_CODES)]
    Remove(Box<RemoveArgs>),
}

#[derive(Debug, Args)]
pub(crate) struct ProjectArgs {
    /// A folder with a rolecall.toml, or the file itself
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The organization; may be left out where there is one only
    #[arg(long, value_name = "ID")]
    pub(crate) organization: Option<String>,
    /// The journal; `rolecall-rollout-ORGANIZATION.journal` beside rolecall.toml when absent
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
}

/// What goes before `[rollout]` of rolecall.toml.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Instead of what [rollout] in rolecall.toml says")]
pub(crate) struct ChoiceArgs {
    /// Members follow when: probes (of the vendor), reading (of the role), confirm (you say so)
    #[arg(long, value_parser = unlock, value_name = "HOW")]
    pub(crate) unlock: Option<Unlock>,
    /// Accounts at once: a number, or a part of a wave such as 10%
    #[arg(long, value_parser = concurrency, value_name = "N")]
    pub(crate) concurrency: Option<Amount>,
    /// Accounts of a wave that may fail before the rollout halts: a number or a part
    #[arg(long, value_parser = amount, value_name = "N")]
    pub(crate) tolerance: Option<Amount>,
    /// soft, or strict: never more than tolerance + 1 accounts fail
    #[arg(long, value_parser = mode, value_name = "MODE")]
    pub(crate) mode: Option<ConcurrencyMode>,
    /// Another role of the name: fail, overwrite or skip
    #[arg(long, value_parser = collision, value_name = "WHAT")]
    pub(crate) collision: Option<Collision>,
    /// The rest between two waves, such as 10m
    #[arg(long, value_parser = duration, value_name = "TIME")]
    pub(crate) bake: Option<DurationMs>,
    /// The role by which members are entered, with its path: ops/Deployer
    #[arg(long, value_name = "ROLE")]
    pub(crate) way_in: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    #[command(flatten)]
    pub(crate) choices: ChoiceArgs,
    #[command(flatten)]
    pub(crate) page: PageArgs,
    /// Write the two policies, the operator's and that of the role to go in by, as JSON to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) operator_policy: Option<PathBuf>,
    /// SCPs and RCPs are not read; each member is then not judged
    #[arg(long)]
    pub(crate) skip_policies: bool,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct ApplyArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Show the plan and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Begin without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Stack sets: try once more what failed, was cancelled or is missing
    #[arg(long)]
    pub(crate) repair: bool,
    /// The vendor's Validate Access of the management account passed (`unlock = "confirm"`)
    #[arg(long)]
    pub(crate) confirmed: bool,
    /// Profile with the vendor's credentials, for its probes (`unlock = "probes"`)
    #[arg(long, value_name = "NAME")]
    pub(crate) vendor_profile: Option<String>,
    #[command(flatten)]
    pub(crate) choices: ChoiceArgs,
    #[command(flatten)]
    pub(crate) page: PageArgs,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    #[command(flatten)]
    pub(crate) page: PageArgs,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    #[command(flatten)]
    pub(crate) choices: ChoiceArgs,
    #[command(flatten)]
    pub(crate) page: PageArgs,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RemoveArgs {
    #[command(flatten)]
    pub(crate) project: ProjectArgs,
    /// Begin without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Take roles, too, that were there before the rollout: adopted or overwritten ones
    #[arg(long)]
    pub(crate) adopted: bool,
    #[command(flatten)]
    pub(crate) choices: ChoiceArgs,
    #[command(flatten)]
    pub(crate) page: PageArgs,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

fn unlock(text: &str) -> Result<Unlock, String> {
    match text {
        "probes" => Ok(Unlock::Probes),
        "reading" => Ok(Unlock::Reading),
        "confirm" => Ok(Unlock::Confirm),
        _ => Err("expected probes, reading or confirm".to_owned()),
    }
}

fn amount(text: &str) -> Result<Amount, String> {
    parse_amount(text).ok_or_else(|| "expected a number, or a part such as 10%".to_owned())
}

fn concurrency(text: &str) -> Result<Amount, String> {
    amount(text).and_then(|amount| match amount {
        Amount::Count(0) | Amount::Percentage(0) => Err("expected at least one account".to_owned()),
        amount => Ok(amount),
    })
}

fn mode(text: &str) -> Result<ConcurrencyMode, String> {
    match text {
        "strict" => Ok(ConcurrencyMode::Strict),
        "soft" => Ok(ConcurrencyMode::Soft),
        _ => Err("expected strict or soft".to_owned()),
    }
}

fn collision(text: &str) -> Result<Collision, String> {
    match text {
        "fail" => Ok(Collision::Fail),
        "overwrite" => Ok(Collision::Overwrite),
        "skip" => Ok(Collision::Skip),
        _ => Err("expected fail, overwrite or skip".to_owned()),
    }
}

fn duration(text: &str) -> Result<DurationMs, String> {
    parse_duration(text).ok_or_else(|| "expected a time such as 90s, 10m or 2h, at most a week".to_owned())
}
