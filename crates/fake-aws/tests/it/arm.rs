//! An endpoint with credentials, and the clients of AWS's SDK for it.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use rolecall_fake_aws::Server;
use std::time::Duration;

/// Clients of one caller.
#[derive(Clone, Debug)]
pub(crate) struct Clients {
    config: SdkConfig,
    pub(crate) iam: aws_sdk_iam::Client,
    pub(crate) sts: aws_sdk_sts::Client,
    pub(crate) organizations: aws_sdk_organizations::Client,
    pub(crate) cloudformation: aws_sdk_cloudformation::Client,
}

impl Clients {
    pub(crate) fn new(url: Option<String>, credentials: Credentials, attempts: u32) -> Self {
        let http = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
        let retries = RetryConfig::standard()
            .with_max_attempts(attempts)
            .with_initial_backoff(Duration::from_millis(1))
            .with_max_backoff(Duration::from_millis(5));
        let mut config = SdkConfig::builder()
            .behavior_version(aws_sdk_iam::config::BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .http_client(http)
            .retry_config(retries)
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(20)).build())
            .credentials_provider(SharedCredentialsProvider::new(credentials));
        config.set_endpoint_url(url);
        Self::of(config.build())
    }

    fn of(config: SdkConfig) -> Self {
        Self {
            iam: aws_sdk_iam::Client::new(&config),
            sts: aws_sdk_sts::Client::new(&config),
            organizations: aws_sdk_organizations::Client::new(&config),
            cloudformation: aws_sdk_cloudformation::Client::new(&config),
            config,
        }
    }

    /// The administrator of an account of a server, who asks once.
    pub(crate) fn administrator(server: &Server, account: &str) -> Self {
        Self::patient(server, account, 1)
    }

    /// The same, who asks again after what may pass.
    pub(crate) fn patient(server: &Server, account: &str, attempts: u32) -> Self {
        Self::new(Some(server.url()), Credentials::from_keys(account, "any", None), attempts)
    }

    /// The same endpoint with a session's credentials.
    pub(crate) fn session(&self, given: &aws_sdk_sts::types::Credentials) -> Self {
        let token = Some(given.session_token().to_owned());
        let credentials = Credentials::from_keys(given.access_key_id(), given.secret_access_key(), token);
        let provider = SharedCredentialsProvider::new(credentials);
        Self::of(self.config.to_builder().credentials_provider(provider).build())
    }
}

/// The code of an error; without an answer there is none.
pub(crate) fn code<T, E: ProvideErrorMetadata>(answer: Result<T, E>) -> String {
    match answer {
        Ok(_) => "success".to_owned(),
        Err(error) => error.code().unwrap_or("no answer").to_owned(),
    }
}
