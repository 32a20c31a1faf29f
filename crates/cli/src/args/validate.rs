//! The command line of `rolecall validate`.

use super::aws::AwsArgs;
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use rolecall_iam::arn::AccountId;
use std::path::PathBuf;

const HELP: &str = "\
Validates the role of rolecall.toml in the accounts of an organization, against AWS.

`--as vendor` probes with the vendor's credentials: AssumeRole with the right external ID must be allowed, without an ID and \
with wrong IDs denied, GetCallerIdentity must name the account. `--as customer` reads with the credentials of the management \
account: the role is proved equal to the profile, and control policies, permissions boundary and quotas are looked at. Reading \
is `verified-by-reading` and never `validated`: that the role opens only the vendor's probes show.

Both put the contract to AWS's IAM policy simulator and compare it, action by action, with rolecall's evaluator. Each account \
that is not as it should be is diagnosed (docs/validate.md).";

const CODES: &str = "Exit codes: 0 every account validated, or verified by reading, and the contract judged as expected; \
    1 something is wrong; 2 something was not judged.";

/// `rolecall validate`.
#[derive(Debug, Args)]
#[command(long_about = HELP, after_help = CODES)]
pub(crate) struct ValidateArgs {
    /// Whose side: the vendor probes, the customer reads
    #[arg(long = "as", value_enum, value_name = "WHO")]
    pub(crate) side: Side,
    /// A folder with a rolecall.toml, or the file itself
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The organization; may be left out where there is one only
    #[arg(long, value_name = "ID")]
    pub(crate) organization: Option<String>,
    /// An account; may be given several times
    #[arg(long = "account", value_parser = super::parse_account, value_name = "ID")]
    pub(crate) accounts: Vec<AccountId>,
    /// File of account IDs, one a line, that the customer names as its organization's
    #[arg(long = "accounts", value_name = "FILE", conflicts_with = "all")]
    pub(crate) accounts_file: Option<PathBuf>,
    /// Every account that Organizations lists and that is ACTIVE; as the vendor through the management account's role
    #[arg(long, conflicts_with = "accounts")]
    pub(crate) all: bool,
    /// Do not put the contract to AWS's policy simulator
    #[arg(long)]
    pub(crate) no_simulator: bool,
    /// Customer: path and name of the role by which accounts are entered
    #[arg(long, value_name = "ROLE", default_value = rolecall_driver::sessions::ORGANIZATION_ROLE)]
    pub(crate) way_in: String,
    /// An older version of the role's policy, to be told apart from other differences; may be given several times
    #[arg(long = "older-policy", value_name = "FILE")]
    pub(crate) older_policies: Vec<PathBuf>,
    /// Where to write evidence bundles for `rolecall diagnose`: a file for one account, else a folder with one for each account
    /// that is not as it should be
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) collect: Option<PathBuf>,
    /// human, json or junit
    #[arg(long, value_enum, default_value_t = ValidateFormat::Human, value_name = "FORMAT")]
    pub(crate) format: ValidateFormat,
    /// File for it, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Accounts under way at once
    #[arg(long, default_value_t = rolecall_driver::validate::ACCOUNTS_AT_ONCE, value_parser = parse_at_once, value_name = "N")]
    pub(crate) at_once: usize,
    /// The day on which migration windows are judged, such as 2027-01-31; today (UTC) when absent
    #[arg(long, value_parser = super::parse_date, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
    #[command(flatten)]
    pub(crate) aws: AwsArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Side {
    Vendor,
    Customer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ValidateFormat {
    Human,
    Json,
    Junit,
}

fn parse_at_once(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if (1..=10_000).contains(&number) => Ok(number),
        _ => Err(String::from("expected a number from 1 to 10000")),
    }
}
