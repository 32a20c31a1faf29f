//! The one HTTP client of all services: rustls with ring. Connectors are kept by their time-outs, so that thousands of
//! sessions share connections, and roots are read once.

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

type Timeouts = (Option<Duration>, Option<Duration>);

#[derive(Debug)]
struct Shared {
    proxies: ProxyConfig,
    connectors: Mutex<Vec<(Timeouts, SharedHttpConnector)>>,
}

/// A client that goes through the proxies of the environment (`HTTPS_PROXY`, `NO_PROXY`, …), or through none.
pub(crate) fn client(proxies_of_environment: bool) -> SharedHttpClient {
    let proxies = if proxies_of_environment { ProxyConfig::from_env() } else { ProxyConfig::disabled() };
    SharedHttpClient::new(Shared { proxies, connectors: Mutex::default() })
}

impl HttpClient for Shared {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let timeouts = (settings.connect_timeout(), settings.read_timeout());
        let mut connectors = self.connectors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = connectors.iter().find(|(key, _)| *key == timeouts) {
            return known.clone();
        }
        let mut builder = Connector::builder().proxy_config(self.proxies.clone()).connector_settings(settings.clone());
        builder.set_sleep_impl(components.sleep_impl());
        let connector = SharedHttpConnector::new(builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).build());
        connectors.push((timeouts, connector.clone()));
        connector
    }
}
