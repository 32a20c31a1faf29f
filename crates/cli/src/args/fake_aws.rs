//! Options of `rolecall fake-aws`.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct FakeAwsArgs {
    /// Accounts of the organization, the management account among them
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=50_000), value_name = "N")]
    pub(crate) accounts: u32,
    /// Account ID of the management account; the members' IDs follow it
    #[arg(long, default_value = "100000000000", value_parser = super::parse_account, value_name = "ID")]
    pub(crate) management_account: rolecall_iam::arn::AccountId,
    /// Account outside of the organization, such as the vendor's; may be given several times
    #[arg(long = "outside-account", value_parser = super::parse_account, value_name = "ID")]
    pub(crate) outside_accounts: Vec<rolecall_iam::arn::AccountId>,
    /// ID of the organization
    #[arg(long, default_value = "o-fake000000", value_parser = parse_organization, value_name = "ID")]
    pub(crate) organization: String,
    /// Port on 127.0.0.1; a free one when absent
    #[arg(long, default_value_t = 0, value_name = "PORT")]
    pub(crate) port: u16,
    /// Delays and eventual consistency as others have measured them at AWS
    #[arg(long)]
    pub(crate) realistic: bool,
    /// Without AWS's published rates
    #[arg(long)]
    pub(crate) no_rates: bool,
    /// Writes each call to this file, a JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
}

fn parse_organization(text: &str) -> Result<String, String> {
    rolecall_core::organization::OrganizationId::parse(text)
        .map(|id| id.as_str().to_owned())
        .map_err(|error| error.to_string())
}
