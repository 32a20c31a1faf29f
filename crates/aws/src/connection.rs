//! A connection to AWS: credentials, Region, endpoint, pace, and the clients of the services. It holds what all calls have
//! in common; the calls themselves stand in a file for each service.

use crate::answer::WholeAnswers;
use crate::failure::{Failure, chain};
use crate::keys::{Keys, Session};
use crate::operation::Operation;
use crate::options::ConnectOptions;
use crate::provider::Remembering;
use crate::redaction::Secrets;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_runtime_api::http::Response;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::app_name::AppName;
use std::error::Error;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

/// The Region of a connection with keys that names none.
const DEFAULT_REGION: &str = "us-east-1";

/// Asked before each call, and waited for: the place of a token bucket. The SDK's own repetitions do not ask again.
pub trait Pace: Send + Sync {
    /// Comes back when the call may be made.
    fn admit<'a>(&'a self, operation: Operation) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

/// No waiting.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unpaced;

impl Pace for Unpaced {
    fn admit<'a>(&'a self, _operation: Operation) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(ready(()))
    }
}

/// Why no connection can be made: nothing was sent to a service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// Neither the options, nor the environment, nor the profile name a Region.
    #[error("no Region is set; give `--region`, set `AWS_REGION`, or put `region` into the profile")]
    NoRegion,
    /// The endpoint is no URL.
    #[error("the endpoint `{0}` is no URL; expected `http://` or `https://` and a host")]
    BadEndpoint(String),
    /// The chain of credential providers ended without credentials.
    #[error("no AWS credentials were found: {0}; sign in (`aws sso login`), set `AWS_PROFILE`, or set access keys")]
    NoCredentials(String),
}

/// A connection. Cheap to clone; what was cloned shares the HTTP client with its open connections.
#[derive(Clone)]
pub struct Connection {
    config: SdkConfig,
    secrets: Secrets,
    pace: Arc<dyn Pace>,
    clients: Arc<Clients>,
}

#[derive(Default)]
struct Clients {
    sts: OnceLock<aws_sdk_sts::Client>,
    iam: OnceLock<aws_sdk_iam::Client>,
    organizations: OnceLock<aws_sdk_organizations::Client>,
    cloudformation: OnceLock<aws_sdk_cloudformation::Client>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("region", &self.region())
            .field("endpoint_url", &self.config.endpoint_url())
            .finish_non_exhaustive()
    }
}

impl Connection {
    /// Connects with what the SDK's default chain finds: environment, profile with SSO, chained roles and
    /// `credential_process`, web identity, container, instance. Asks it once, so that missing credentials are said at once.
    ///
    /// # Errors
    /// Without a Region or credentials, or with an endpoint that is no URL.
    pub async fn open(options: &ConnectOptions) -> Result<Self, ConnectError> {
        check_endpoint(options.endpoint_url.as_deref())?;
        let http = crate::http::client(!options.endpoint_url.as_deref().is_some_and(is_loopback));
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http)
            .retry_config(retries(options))
            .timeout_config(timeouts(options))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        if let Some(profile) = &options.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &options.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(url) = &options.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        let config = Box::pin(loader.load()).await;
        if config.region().is_none() {
            return Err(ConnectError::NoRegion);
        }
        check_endpoint(config.endpoint_url())?;
        let secrets = Secrets::default();
        let none = || ConnectError::NoCredentials("no provider is configured".to_owned());
        let chain_of_providers = config.credentials_provider().ok_or_else(none)?;
        let provider = Remembering::new(chain_of_providers, secrets.clone());
        if let Err(error) = provider.provide_credentials().await {
            return Err(ConnectError::NoCredentials(secrets.redact(&chain(&error))));
        }
        Ok(Self::new(config.into_builder(), provider, secrets, Arc::new(Unpaced)))
    }

    /// Connects with these keys, looking at neither the environment nor files: for local endpoints and tests. The profile
    /// of the options is not used.
    pub fn with_keys(options: &ConnectOptions, keys: &Keys) -> Self {
        let region = options.region.clone().unwrap_or_else(|| DEFAULT_REGION.to_owned());
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region))
            .http_client(crate::http::client(false))
            .retry_config(retries(options))
            .timeout_config(timeouts(options))
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url(options.endpoint_url.clone());
        let secrets = Secrets::default();
        let inner = SharedCredentialsProvider::new(keys.credentials(None));
        let provider = Remembering::new(inner, secrets.clone());
        Self::new(config, provider, secrets, Arc::new(Unpaced))
    }

    /// The same connection as somebody else: Region, endpoints, time-outs, pace and HTTP client stay.
    #[must_use]
    pub fn with_session(&self, session: &Session) -> Self {
        let secrets = Secrets::default();
        let inner = SharedCredentialsProvider::new(session.keys.credentials(Some(session.expires_at_s)));
        let provider = Remembering::new(inner, secrets.clone());
        let mut config = self.config.to_builder();
        // Each connection has a cache of its own: credentials of one are never another's.
        config.set_identity_cache(None);
        Self::new(config, provider, secrets, Arc::clone(&self.pace))
    }

    /// The same connection with this pace.
    #[must_use]
    pub fn with_pace(mut self, pace: Arc<dyn Pace>) -> Self {
        self.pace = pace;
        self
    }

    /// The Region that calls go to.
    pub fn region(&self) -> &str {
        self.config.region().map_or("", Region::as_ref)
    }

    fn new(
        config: aws_types::sdk_config::Builder,
        provider: Remembering,
        secrets: Secrets,
        pace: Arc<dyn Pace>,
    ) -> Self {
        let mut config = config.credentials_provider(SharedCredentialsProvider::new(provider));
        config.set_app_name(AppName::new("rolecall").ok());
        Self { config: config.build(), secrets, pace, clients: Arc::default() }
    }

    /// Waits for the pace, sends, and classifies what came back.
    pub(crate) async fn send<T, E>(
        &self,
        operation: Operation,
        sending: impl Future<Output = Result<T, SdkError<E, Response>>>,
    ) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.pace.admit(operation).await;
        Box::pin(sending).await.map_err(|error| Failure::of(operation, &error, &self.secrets))
    }

    pub(crate) fn sts(&self) -> &aws_sdk_sts::Client {
        self.clients.sts.get_or_init(|| {
            let config = aws_sdk_sts::config::Builder::from(&self.config).interceptor(WholeAnswers).build();
            aws_sdk_sts::Client::from_conf(config)
        })
    }

    pub(crate) fn iam(&self) -> &aws_sdk_iam::Client {
        self.clients.iam.get_or_init(|| {
            let config = aws_sdk_iam::config::Builder::from(&self.config).interceptor(WholeAnswers).build();
            aws_sdk_iam::Client::from_conf(config)
        })
    }

    pub(crate) fn organizations(&self) -> &aws_sdk_organizations::Client {
        self.clients.organizations.get_or_init(|| {
            let config = aws_sdk_organizations::config::Builder::from(&self.config).interceptor(WholeAnswers).build();
            aws_sdk_organizations::Client::from_conf(config)
        })
    }

    pub(crate) fn cloudformation(&self) -> &aws_sdk_cloudformation::Client {
        self.clients.cloudformation.get_or_init(|| {
            let config = aws_sdk_cloudformation::config::Builder::from(&self.config).interceptor(WholeAnswers).build();
            aws_sdk_cloudformation::Client::from_conf(config)
        })
    }
}

fn retries(options: &ConnectOptions) -> RetryConfig {
    RetryConfig::standard().with_max_attempts(options.attempts.max(1))
}

/// An attempt's time covers its body too, so that the SDK's watch over stalled streams has nothing to add.
fn timeouts(options: &ConnectOptions) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(options.connect_timeout)
        .read_timeout(options.attempt_timeout)
        .operation_attempt_timeout(options.attempt_timeout)
        .operation_timeout(options.call_timeout)
        .build()
}

fn host_of(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.split(']').next());
    bracketed.or_else(|| host.split(':').next()).filter(|host| !host.is_empty())
}

fn check_endpoint(url: Option<&str>) -> Result<(), ConnectError> {
    match url {
        Some(url) if host_of(url).is_none() || url.contains(char::is_whitespace) => {
            Err(ConnectError::BadEndpoint(url.to_owned()))
        }
        _ => Ok(()),
    }
}

fn is_loopback(url: &str) -> bool {
    host_of(url).is_some_and(|host| {
        host.eq_ignore_ascii_case("localhost")
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests;
