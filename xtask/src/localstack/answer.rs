//! Asks LocalStack who one is (STS, `GetCallerIdentity`): its health page says that it is well before it answers calls, and
//! also when no provider was loaded.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// An access key ID of twelve digits is the account, to LocalStack.
const ACCOUNT: &str = "000000000042";
/// The first call loads the service.
const PATIENCE: Duration = Duration::from_secs(30);
/// An answer is some hundred bytes.
const ANSWER_BYTES_MAX: u64 = 64 * 1024;

/// Succeeds when a real answer came: the account that was asked as.
pub(super) fn answers(port: u16) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).context("no connection")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(request(port).as_bytes()).context("the call could not be sent")?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer).context("no whole answer came")?;
    check(&String::from_utf8_lossy(&answer))
}

/// LocalStack reads the service and the account from the header, and does not look at the signature.
fn request(port: u16) -> String {
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let scope = format!("{ACCOUNT}/20260101/us-east-1/sts/aws4_request");
    [
        "POST / HTTP/1.1".to_owned(),
        format!("Host: 127.0.0.1:{port}"),
        format!("Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
        "Content-Type: application/x-www-form-urlencoded".to_owned(),
        format!("Content-Length: {}", body.len()),
        "Connection: close".to_owned(),
        String::new(),
        body.to_owned(),
    ]
    .join("\r\n")
}

/// Holds an HTTP answer against the one that STS gives.
pub(super) fn check(answer: &str) -> Result<()> {
    let status = answer.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        bail!("GetCallerIdentity was answered with `{status}`");
    }
    if !answer.contains(&format!("<Account>{ACCOUNT}</Account>")) {
        bail!("the answer to GetCallerIdentity does not name the account {ACCOUNT} that asked");
    }
    Ok(())
}
