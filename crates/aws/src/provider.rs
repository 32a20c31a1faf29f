//! The credential provider of a connection: asks the chain once for all services, as long as what it gave holds, and
//! remembers what must not stand in a message.

use crate::redaction::Secrets;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use std::fmt;
use std::time::{Duration, SystemTime};
use tokio::sync::Mutex;

/// Credentials are renewed so long before they end.
const RENEWAL: Duration = Duration::from_mins(5);

/// Each service's client has a cache of its own, so that without this a chained role would be assumed four times.
pub(crate) struct Remembering {
    inner: SharedCredentialsProvider,
    secrets: Secrets,
    last: Mutex<Option<Credentials>>,
}

impl Remembering {
    pub(crate) fn new(inner: SharedCredentialsProvider, secrets: Secrets) -> Self {
        Self { inner, secrets, last: Mutex::default() }
    }
}

/// A client's `Debug` prints the provider, and a static provider's prints the access key.
impl fmt::Debug for Remembering {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Remembering(not shown)")
    }
}

impl ProvideCredentials for Remembering {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            // Held while the chain is asked: others wait for its answer instead of asking too.
            let mut last = self.last.lock().await;
            if let Some(credentials) = last.as_ref().filter(|known| holds(known, SystemTime::now())) {
                return Ok(credentials.clone());
            }
            let credentials = self.inner.provide_credentials().await?;
            self.secrets.remember(&credentials);
            *last = Some(credentials.clone());
            Ok(credentials)
        })
    }
}

/// Keys without an end hold until the program ends.
fn holds(credentials: &Credentials, now: SystemTime) -> bool {
    credentials.expiry().is_none_or(|expiry| now.checked_add(RENEWAL).is_some_and(|soon| soon < expiry))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[derive(Debug)]
    struct Counting(Arc<AtomicUsize>, Option<SystemTime>);

    impl ProvideCredentials for Counting {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let count = self.0.fetch_add(1, Ordering::SeqCst);
            future::ProvideCredentials::ready(Ok(Credentials::new(format!("AKIA{count}"), "s", None, self.1, "test")))
        }
    }

    #[tokio::test]
    async fn the_chain_is_asked_again_only_when_credentials_end() {
        let in_minutes = |minutes| SystemTime::now().checked_add(Duration::from_mins(minutes));
        for (expiry, asked) in [(None, 1), (in_minutes(60), 1), (in_minutes(4), 3), (Some(SystemTime::UNIX_EPOCH), 3)] {
            let count = Arc::new(AtomicUsize::new(0));
            let inner = SharedCredentialsProvider::new(Counting(Arc::clone(&count), expiry));
            let provider = Remembering::new(inner, Secrets::default());
            for _ in 0..3 {
                provider.provide_credentials().await.unwrap();
            }
            assert_eq!(count.load(Ordering::SeqCst), asked, "{expiry:?}");
        }
    }
}
