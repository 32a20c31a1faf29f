//! Servers that answer as they are told: whole answers through wiremock, broken connections through a plain socket.

use rolecall_aws::{ConnectOptions, Connection, Keys, Operation, Protocol, Service};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The keys of all tests but those about secrets.
pub(crate) fn keys() -> Keys {
    Keys::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}

pub(crate) fn options(url: &str) -> ConnectOptions {
    ConnectOptions {
        region: Some("us-east-1".to_owned()),
        endpoint_url: Some(url.to_owned()),
        attempts: 1,
        ..ConnectOptions::default()
    }
}

/// A connection that never repeats a call.
pub(crate) fn connect(url: &str) -> Connection {
    Connection::with_keys(&options(url), &keys())
}

/// The same, that waits for so long only.
pub(crate) fn impatient(url: &str, patience: Duration) -> Connection {
    Connection::with_keys(&ConnectOptions { attempt_timeout: patience, ..options(url) }, &keys())
}

pub(crate) fn extension(service: Service) -> &'static str {
    match service.protocol() {
        Protocol::Query => "xml",
        Protocol::Json => "json",
    }
}

/// The constructed answer of a call: its plain one, or a variant.
pub(crate) fn answer(operation: Operation, variant: &str) -> String {
    let service = operation.service();
    let file = format!("constructed-aws/{}/{}{variant}.{}", service.prefix(), operation.action(), extension(service));
    rolecall_fixtures::text(&file)
}

/// A constructed error: `errors/SERVICE/NAME.STATUS.xml`.
pub(crate) fn error(service: Service, name: &str) -> ResponseTemplate {
    let folder = format!("constructed-aws/errors/{}", service.prefix());
    let status_of = |file: &std::path::Path| {
        let stem = file.file_stem()?.to_str()?;
        let (found, status) = stem.rsplit_once('.')?;
        (found == name).then(|| status.parse::<u16>().ok())?
    };
    let files = rolecall_fixtures::list(&folder, extension(service));
    let (file, status) = files.iter().find_map(|file| Some((file, status_of(file)?))).expect(name);
    reply(status, rolecall_fixtures::text_of(file))
}

pub(crate) fn reply(status: u16, body: impl Into<String>) -> ResponseTemplate {
    ResponseTemplate::new(status)
        .insert_header("x-amzn-requestid", "c0ffee00-1111-2222-3333-444455556666")
        .set_body_string(body)
}

/// A server that answers everything with the same.
pub(crate) async fn always(template: ResponseTemplate) -> MockServer {
    serve(move |_: &Request| template.clone()).await
}

/// A server that answers as `respond` says.
pub(crate) async fn serve(respond: impl Fn(&Request) -> ResponseTemplate + Send + Sync + 'static) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(respond).mount(&server).await;
    server
}

/// The parameters of a request of the query protocol, or the members of a JSON one, as text.
pub(crate) fn parameters(request: &Request) -> Vec<(String, String)> {
    let body = std::str::from_utf8(&request.body).unwrap();
    if request.headers.contains_key("x-amz-target") {
        let members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(body).unwrap();
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        return members.into_iter().map(|(name, value)| (name, text(value))).collect();
    }
    let mut form = request.url.clone();
    form.set_query(Some(body));
    form.query_pairs().into_owned().collect()
}

/// One parameter.
pub(crate) fn parameter(request: &Request, name: &str) -> Option<String> {
    parameters(request).into_iter().find_map(|(found, value)| (found == name).then_some(value))
}

/// The action that a request asks for, of either protocol.
pub(crate) fn action(request: &Request) -> String {
    match request.headers.get("x-amz-target") {
        Some(target) => target.to_str().unwrap().rsplit_once('.').unwrap().1.to_owned(),
        None => parameter(request, "Action").unwrap(),
    }
}

/// What a socket does after it has read a request.
#[derive(Clone, Debug)]
pub(crate) enum Socket {
    /// Closes without a word.
    Closes,
    /// Writes this and closes.
    WritesAndCloses(Vec<u8>),
    /// Writes this and keeps the connection open.
    WritesAndHangs(Vec<u8>),
}

/// A socket that does this with each connection.
pub(crate) struct SocketServer {
    pub(crate) url: String,
    task: JoinHandle<()>,
}

impl Drop for SocketServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) async fn socket(behaviour: Socket) -> SocketServer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(treat(stream, behaviour.clone()));
        }
    });
    SocketServer { url, task }
}

async fn treat(mut stream: TcpStream, behaviour: Socket) {
    read_request(&mut stream).await;
    match behaviour {
        Socket::Closes => {}
        Socket::WritesAndCloses(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Socket::WritesAndHangs(bytes) => {
            let _ = stream.write_all(&bytes).await;
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
    }
}

/// Reads to the end of the body by its `content-length`, so that closing is not taken for a reset of what was not read.
async fn read_request(stream: &mut TcpStream) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.and_then(|length| length.trim().parse().ok()).unwrap_or(0);
            if body.len() >= length {
                return;
            }
        }
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&buffer[..count]),
        }
    }
}
