//! The command line: every command with its options and help texts. What they do stands in `commands`.

pub(crate) mod aws;
pub(crate) mod diagnose;
pub(crate) mod external_id;
pub(crate) mod fake_aws;
pub(crate) mod page;
pub(crate) mod prove;
pub(crate) mod repro;
pub(crate) mod review;
pub(crate) mod rollout;
pub(crate) mod validate;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use rolecall_core::rule::Severity;
use rolecall_report::Format;
use std::path::PathBuf;

const AFTER_HELP: &str = "Exit codes: 0 judged and clean; 1 findings at or above the failing severity; \
    2 something could not be judged or done.";

/// Takes the roll of a vendor's role in every account of an AWS Organization.
#[derive(Debug, Parser)]
#[command(name = "rolecall", version, about, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct GlobalArgs {
    /// Colours in text for people; `auto`: on a terminal, unless `NO_COLOR` is set
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub(crate) color: ColorChoice,
    /// No text on standard output: the exit code tells, and the reports that go to files
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Every check and every accepted finding in full
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The compliance gate: every check that rolecall.toml asks for
    Gate(GateArgs),
    /// What a role can do, for a security reviewer
    Audit(Box<review::AuditArgs>),
    /// Lint single policies
    Check(CheckArgs),
    /// Decide one request against policies
    Evaluate(EvaluateArgs),
    /// Prove claims about all requests, or show a request that refutes them
    Prove(prove::ProveArgs),
    /// What a change of a policy grants and takes away, with a request for each
    Diff(Box<review::DiffArgs>),
    /// Validate the role in one account or all, against AWS: the vendor probes, the customer reads
    Validate(Box<validate::ValidateArgs>),
    /// Why an account is not served: causes, ranked, from a collected evidence bundle
    Diagnose(diagnose::DiagnoseArgs),
    /// Reproduce customer cases, with timeline, e-mails and diagnosis
    Repro(repro::ReproArgs),
    /// Simulate customers' automation and the vendor's discovery in virtual time
    Simulate(Box<crate::commands::simulate::SimulateArgs>),
    /// Write the role of rolecall.toml as code
    Render(RenderArgs),
    /// Bring the role into every account of an organization: plan, apply, status, verify, remove
    Rollout(rollout::RolloutArgs),
    /// External IDs: a new one, the bindings, the plan of a migration
    ExternalId(external_id::ExternalIdArgs),
    /// Serve a fake organization behind the protocols of AWS, on this machine alone
    FakeAws(fake_aws::FakeAwsArgs),
    /// Write a commented start of rolecall.toml; never overwrites
    Init(InitArgs),
    /// List the rules, or explain one
    Rules(RulesArgs),
    /// Write a completion script for a shell
    Completions(CompletionsArgs),
    /// Write the manual page (roff)
    Man,
}

/// Where and how the outcome of a run is written.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// human, json, sarif, junit, markdown or github
    #[arg(long, value_parser = parse_format, default_value = "human", value_name = "FORMAT")]
    pub(crate) format: Format,
    /// File for `--format`, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// One more report, such as `sarif=rolecall.sarif`; may be given several times
    #[arg(long = "report", value_parser = parse_report, value_name = "FORMAT=FILE")]
    pub(crate) reports: Vec<(Format, PathBuf)>,
    /// The mildest finding that fails the run: note, warning or error
    #[arg(long, value_parser = parse_severity, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<Severity>,
    /// The day on which end dates are judged, such as 2027-01-31; today (UTC) when absent
    #[arg(long, value_parser = parse_date, value_name = "DATE")]
    pub(crate) as_of: Option<Date>,
}

impl ReportArgs {
    /// The text for people on standard output, and nothing else.
    pub(crate) const fn human() -> Self {
        Self { format: Format::Human, output: None, reports: Vec::new(), fail_on: None, as_of: None }
    }
}

#[derive(Debug, Args)]
pub(crate) struct GateArgs {
    /// A folder with a rolecall.toml, or the file itself
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
    /// Write the baseline that `[baseline] path` names: everything that is found now is accepted from then on
    #[arg(long)]
    pub(crate) write_baseline: bool,
    /// Also put the contract to AWS's policy simulator (`iam:SimulateCustomPolicy`): what it decides against the contract, or
    /// against rolecall's evaluator, is a finding
    #[arg(long)]
    pub(crate) live: bool,
    #[command(flatten)]
    pub(crate) aws: aws::AwsArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Policy documents in JSON
    #[arg(required = true, value_name = "POLICY")]
    pub(crate) policies: Vec<PathBuf>,
    /// Write the changes that are mechanical and never widen what is granted, and show them as a diff
    #[arg(long)]
    pub(crate) fix: bool,
    /// What the policies are used as; guessed from what stands in them when absent
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) policy_type: Option<PolicyTypeArg>,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyTypeArg {
    Identity,
    Trust,
    Resource,
    /// Service control policy
    Scp,
    /// Resource control policy
    Rcp,
}

#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    /// Decide many requests: a file of request lines (JSON), or `-` for standard input; an answer a line, in order
    #[arg(long, value_name = "FILE", conflicts_with_all = ["policies", "trust", "principal", "action", "expect", "format"])]
    pub(crate) requests: Option<PathBuf>,
    /// Threads for `--requests`; all cores when absent
    #[arg(long, value_name = "N", requires = "requests")]
    pub(crate) jobs: Option<std::num::NonZeroUsize>,
    /// Decide without the facts of the catalogue: whether an action takes a resource, whether RCPs apply to it
    #[arg(long)]
    pub(crate) no_catalogue: bool,
    /// An identity policy of the caller; may be given several times
    #[arg(long = "policy", value_name = "FILE")]
    pub(crate) policies: Vec<PathBuf>,
    /// The trust policy of the role that is assumed
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Option<PathBuf>,
    /// Who makes the request: an ARN, a 12-digit account, or `*` for an anonymous caller
    #[arg(long, value_name = "PRINCIPAL", required_unless_present = "requests")]
    pub(crate) principal: Option<String>,
    /// Such as ec2:DescribeInstances
    #[arg(long, value_name = "ACTION", required_unless_present = "requests")]
    pub(crate) action: Option<String>,
    /// The ARN of the resource, or `*`
    #[arg(long, default_value = "*", value_name = "ARN")]
    pub(crate) resource: String,
    /// A context key, such as `sts:ExternalId=abc`. A key that is given several times, or a JSON list as value, is
    /// multi-valued
    #[arg(long = "context", value_parser = parse_context, value_name = "KEY=VALUE")]
    pub(crate) context: Vec<(String, String)>,
    /// Say for each statement why it applies or does not
    #[arg(long)]
    pub(crate) explain: bool,
    /// The decision that is expected: exit code 1 when it is another one
    #[arg(long, value_parser = parse_decision, value_name = "DECISION")]
    pub(crate) expect: Option<rolecall_iam::evaluate::Decision>,
    /// human or json
    #[arg(long, value_enum, default_value_t = TextOrJson::Human, value_name = "FORMAT")]
    pub(crate) format: TextOrJson,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TextOrJson {
    Human,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    /// What to write
    #[arg(value_enum)]
    pub(crate) target: RenderTarget,
    /// A folder with a rolecall.toml, or the file itself
    #[arg(default_value = ".")]
    pub(crate) path: PathBuf,
    /// The organization whose external ID goes in; may be left out where there is one only
    #[arg(long, value_name = "ID")]
    pub(crate) organization: Option<String>,
    /// Folder for the files, or `-` for standard output
    #[arg(long, default_value = "-", value_name = "DIR")]
    pub(crate) output_dir: PathBuf,
    /// Templates as YAML or as JSON
    #[arg(long, value_enum, default_value_t = TemplateFormat::Yaml, value_name = "FORMAT")]
    pub(crate) template: TemplateFormat,
    /// Overwrite files that are there and differ
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RenderTarget {
    AwsCli,
    Terraform,
    #[value(name = "cloudformation")]
    CloudFormation,
    StackSet,
    AccountFactory,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TemplateFormat {
    Yaml,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder to write into
    #[arg(default_value = ".")]
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// A rule code, such as external-id-missing; all rules when absent
    pub(crate) code: Option<String>,
    /// human, markdown or json
    #[arg(long, value_enum, default_value_t = RulesFormat::Human, value_name = "FORMAT")]
    pub(crate) format: RulesFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    Human,
    Markdown,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

fn parse_account(text: &str) -> Result<rolecall_iam::arn::AccountId, String> {
    rolecall_iam::arn::AccountId::parse(text).map_err(|_| String::from("expected 12 digits"))
}

fn parse_format(text: &str) -> Result<Format, String> {
    Format::parse(text).ok_or_else(|| {
        let known: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
        format!("known formats: {}", known.join(", "))
    })
}

fn parse_report(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("expected FORMAT=FILE, such as sarif=rolecall.sarif")?;
    if file.is_empty() {
        return Err(String::from("the file name behind `=` is missing"));
    }
    Ok((parse_format(format)?, PathBuf::from(file)))
}

fn parse_severity(text: &str) -> Result<Severity, String> {
    Severity::parse(text).ok_or_else(|| String::from("expected note, warning or error"))
}

fn parse_date(text: &str) -> Result<Date, String> {
    text.parse::<Date>().map_err(|_| String::from("expected a date such as 2027-01-31"))
}

fn parse_context(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(String::from("expected KEY=VALUE, such as sts:ExternalId=abc")),
    }
}

fn parse_decision(text: &str) -> Result<rolecall_iam::evaluate::Decision, String> {
    rolecall_iam::evaluate::Decision::parse(text)
        .ok_or_else(|| String::from("expected allowed, explicitDeny, implicitDeny or cannotDecide"))
}
