//! The command line of `rolecall audit` and `rolecall diff`: what policies grant, and what a change of them does.

use super::page::PageArgs;
use super::prove::{BaseArg, Limits};
use clap::{Args, ValueEnum};
use rolecall_iam::arn::AccountId;
use std::num::NonZeroU64;
use std::path::PathBuf;

const AUDIT_HELP: &str = "\
What a role can do, for a security reviewer: the worst of it first (data, destruction, privilege escalation with its path,
credentials, cost, persistence, logging, compute), each with a request that is allowed; then everything by service and access
level, with denies, conditions, boundaries and SCPs counted; what of it a contract needs; and a tighter policy. It is exact
for the actions that AWS documents (`rolecall prove` decides about those that it may add).";

const AUDIT_CODES: &str = "Exit codes: 0 audited; 2 something could not be read or decided. An audit judges nothing: \
    what may be granted is for `rolecall gate` and a contract.";

const DIFF_CODES: &str = "Exit codes: 0 taken apart; 1 `--fail-on` names what the change does; 2 something could not be read \
    or decided.";

/// How it is judged and written.
#[derive(Debug, Args)]
pub(crate) struct ReviewArgs {
    #[command(flatten)]
    pub(crate) page: PageArgs,
    /// The most steps for each question; beyond them it is said to be unknown
    #[arg(long, value_name = "N", default_value_t = NonZeroU64::new(rolecall_iam_prove::USUAL_BUDGET).unwrap_or(NonZeroU64::MIN))]
    pub(crate) budget: NonZeroU64,
}

/// `rolecall audit`.
#[derive(Debug, Args)]
#[command(long_about = AUDIT_HELP, after_help = AUDIT_CODES)]
pub(crate) struct AuditArgs {
    /// A folder with a rolecall.toml, or the file itself; or role code (a CloudFormation template, a Terraform folder or
    /// plan, a script): every role in it; or policies in JSON, which are used together (a trust policy among them is audited
    /// as one); `-`: standard input
    #[arg(default_value = ".", value_name = "PATH | POLICY")]
    pub(crate) inputs: Vec<PathBuf>,
    /// The trust policy of the role
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// Who alone should be let in: an ARN or a 12-digit account, a service, an identity provider
    #[arg(long = "principal", value_name = "PRINCIPAL")]
    pub(crate) principals: Vec<String>,
    /// The external ID without which nobody should be let in
    #[arg(long, value_name = "ID", requires = "principals")]
    pub(crate) external_id: Option<String>,
    /// The account that role code is read for
    #[arg(long, value_name = "ID", default_value = "123456789012", value_parser = super::parse_account)]
    pub(crate) account: AccountId,
    /// A parameter of role code: of a template, a variable of Terraform or of the shell; may be given several times
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parse_parameter)]
    pub(crate) parameters: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) review: ReviewArgs,
}

fn parse_parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(String::from("expected NAME=VALUE, such as RoleName=Vendor")),
    }
}

/// `rolecall diff`.
#[derive(Debug, Args)]
#[command(after_help = DIFF_CODES)]
pub(crate) struct DiffArgs {
    /// The policy before the change; `-`: standard input
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The policy after it
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Exit with 1 when the change does this
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) fail_on: Option<FailOnArg>,
    /// What the policies are used as; by what stands in them when absent
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) base: Option<BaseArg>,
    #[command(flatten)]
    pub(crate) limits: Limits,
    #[command(flatten)]
    pub(crate) review: ReviewArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOnArg {
    /// It grants anything that was not granted
    Granted,
    /// It takes anything away
    TakenAway,
    /// Either
    Any,
}
