//! The server: listens on loopback, reads requests, asks the state, writes answers or cuts the connection.

use crate::connection::{CuttableListener, Switch};
use crate::log::CallRecord;
use crate::options::{ServerOptions, WireFaults};
use crate::state::State;
use crate::wire::{Written, read_call};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Request, Response, StatusCode};
use rolecall_simulator::World;
use rolecall_simulator::account::AccountNumber;
use rolecall_simulator::time::SimSpan;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Bytes of a request, at most: a template of 1 MB, encoded.
const REQUEST_BYTES_MAX: usize = 4 << 20;

/// Why a server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// No port of the loopback interface can be had.
    #[error("cannot listen on 127.0.0.1: {0}; expected a free port, see whether this program may open sockets")]
    Listen(#[source] std::io::Error),
    /// The log cannot be written.
    #[error("cannot write the log of calls to `{path}`: {source}; name a file in a folder that can be written")]
    Log {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    closed: AtomicBool,
}

impl Shared {
    /// A test that panics while it holds the lock does not take the server along.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A world that is served. Dropped, it answers no more.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves a world on a free port of 127.0.0.1, on the runtime of the caller.
    ///
    /// # Errors
    /// When no socket can be opened, or the log not be written.
    pub async fn start(world: World, options: ServerOptions) -> Result<Self, ServerError> {
        Self::start_at(world, options, 0).await
    }

    /// The same on this port.
    ///
    /// # Errors
    /// As `start`.
    pub async fn start_at(world: World, options: ServerOptions, port: u16) -> Result<Self, ServerError> {
        let state = State::new(world, &options)
            .map_err(|source| ServerError::Log { path: options.log_file.clone().unwrap_or_default(), source })?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(ServerError::Listen)?;
        let address = listener.local_addr().map_err(ServerError::Listen)?;
        let shared = Arc::new(Shared { state: Mutex::new(state), closed: AtomicBool::new(false) });
        let served = Arc::clone(&shared);
        let router = Router::new().fallback(move |ConnectInfo(switch): ConnectInfo<Switch>, request: Request<Body>| {
            let shared = Arc::clone(&served);
            async move { answer(&shared, &switch, request).await }
        });
        let service = router.into_make_service_with_connect_info::<Switch>();
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(CuttableListener(listener), service).await {
                eprintln!("the fake organization answers no more: {error}");
            }
        });
        Ok(Self { address, shared, task })
    }

    /// Where it answers: what `AWS_ENDPOINT_URL` and `--endpoint-url` take.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Looks at the world, or changes it, at the present of its clock.
    pub fn with_world<T>(&self, work: impl FnOnce(&mut World) -> T) -> T {
        let mut state = self.shared.state();
        state.catch_up();
        work(&mut state.world)
    }

    /// Puts the clock forward and does what is due until then.
    pub fn advance(&self, span: SimSpan) {
        let mut state = self.shared.state();
        state.clock.advance(span);
        state.catch_up();
    }

    /// What goes wrong on the wire from now on.
    pub fn set_faults(&self, faults: WireFaults) {
        self.shared.state().faults.faults = faults;
    }

    /// The calls so far, when they are kept.
    pub fn calls(&self) -> Vec<CallRecord> {
        self.shared.state().log.calls().to_vec()
    }

    /// How many calls there were so far.
    pub fn call_count(&self) -> u64 {
        self.shared.state().log.count()
    }

    /// How many calls of CreateRole had their effect, for each account.
    pub fn created_roles(&self) -> BTreeMap<AccountNumber, u64> {
        self.shared.state().log.created_roles().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
        self.task.abort();
    }
}

async fn answer(shared: &Shared, switch: &Switch, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let closed = shared.closed.load(Ordering::Acquire);
    let body = match to_bytes(body, REQUEST_BYTES_MAX).await {
        Ok(body) if !closed => body,
        Ok(_) => return cut(switch),
        Err(_) => return plain(StatusCode::PAYLOAD_TOO_LARGE),
    };
    let call = read_call(&parts.headers, &body);
    let outgoing = shared.state().handle(call);
    if !outgoing.wait.is_zero() {
        tokio::time::sleep(outgoing.wait).await;
    }
    response(switch, outgoing.answer)
}

fn response(switch: &Switch, answer: Written) -> Response<Body> {
    if answer.status == 0 {
        return cut(switch);
    }
    let Ok(status) = StatusCode::from_u16(answer.status) else { return plain(StatusCode::INTERNAL_SERVER_ERROR) };
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    if let Ok(id) = HeaderValue::from_str(&answer.request_id) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    response
}

/// The answer of a connection that is cut: none of it goes out.
fn cut(switch: &Switch) -> Response<Body> {
    switch.cut();
    plain(StatusCode::SERVICE_UNAVAILABLE)
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
