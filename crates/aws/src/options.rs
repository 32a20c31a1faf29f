//! How a connection is made: settings only. Where credentials are looked for is the SDK's own chain (`docs/aws.md`).

use std::time::Duration;

/// Settings of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectOptions {
    /// The profile of AWS's shared files; otherwise `AWS_PROFILE`, otherwise `default`.
    pub profile: Option<String>,
    /// The Region; otherwise `AWS_REGION`, then the profile's.
    pub region: Option<String>,
    /// The endpoint of all services; otherwise `AWS_ENDPOINT_URL_…`, `AWS_ENDPOINT_URL`, the profile's, AWS's own.
    pub endpoint_url: Option<String>,
    /// How often a call is sent at most, repetitions of the SDK's standard retry mode included. 1: never repeated.
    pub attempts: u32,
    /// For the connection to be there.
    pub connect_timeout: Duration,
    /// For one attempt, its answer's body included.
    pub attempt_timeout: Duration,
    /// For a call with all its attempts and the waits between them.
    pub call_timeout: Duration,
}

impl Default for ConnectOptions {
    fn default() -> Self {
        Self {
            profile: None,
            region: None,
            endpoint_url: None,
            attempts: 3,
            connect_timeout: Duration::from_secs(5),
            attempt_timeout: Duration::from_secs(20),
            call_timeout: Duration::from_secs(90),
        }
    }
}
