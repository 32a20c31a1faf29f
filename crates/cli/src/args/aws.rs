//! How AWS is reached: options of every command that makes calls.

use clap::Args;

/// Whose credentials, where, and through which endpoint; what is not given comes from the environment and the AWS
/// configuration files, as with the `aws` program.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "AWS")]
pub(crate) struct AwsArgs {
    /// Profile of the AWS configuration files: access keys, SSO, chained roles, credential_process
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Region of the endpoints, such as us-east-1
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// Endpoint of all services, for LocalStack or `rolecall fake-aws`
    #[arg(long, value_name = "URL")]
    pub(crate) endpoint_url: Option<String>,
}
