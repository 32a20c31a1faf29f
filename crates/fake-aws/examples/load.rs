//! How many calls a second the server answers: many connections of keep-alive, each calling one after the other, on the
//! same machine. `cargo run --release -p rolecall-fake-aws --example load -- [CONNECTIONS] [SECONDS]`.

use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_iam::arn::AccountId;
use rolecall_simulator::World;
use rolecall_simulator::account::Origin;
use rolecall_simulator::organizations::{FeatureSet, NodeId};
use rolecall_simulator::random::Seed;
use rolecall_simulator::settings::Settings;
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

type Failure = Box<dyn Error + Send + Sync>;

const FIRST: u64 = 100_000_000_000;
const TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22arn%3Aaws%3Aiam%3A%3A100000000000%3Aroot%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";

/// A request as it goes out.
fn request(account: u64, form: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: AWS4-HMAC-SHA256 Credential={account}/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
}

/// Sends a request and reads its answer to the end; the status line.
async fn call(stream: &mut TcpStream, request: &str, buffer: &mut Vec<u8>) -> Result<String, Failure> {
    stream.write_all(request.as_bytes()).await?;
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the connection was closed".into());
        }
        let text = String::from_utf8_lossy(buffer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).ok_or("no length")?;
        if body.len() >= length.parse::<usize>()? {
            return Ok(head.lines().next().unwrap_or_default().to_owned());
        }
    }
}

/// One connection: a role in an account is created, written, read, opened and removed, again and again.
async fn drive(address: String, account: u64, until: Instant) -> Result<u64, Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut buffer, mut calls, mut round) = (Vec::new(), 0, 0_u64);
    while Instant::now() < until {
        let name = format!("Load{account}{}", round % 50);
        let arn = format!("arn%3Aaws%3Aiam%3A%3A{account}%3Arole%2F{name}");
        let iam = |action: &str, rest: &str| format!("Action={action}&Version=2010-05-08&RoleName={name}{rest}");
        let forms = [
            (account, iam("CreateRole", &format!("&AssumeRolePolicyDocument={TRUST}"))),
            (
                account,
                iam(
                    "PutRolePolicy",
                    &format!(
                        "&PolicyName=P&PolicyDocument={}",
                        TRUST.replace(
                            "%22Principal%22%3A%7B%22AWS%22%3A%22arn%3Aaws%3Aiam%3A%3A100000000000%3Aroot%22%7D",
                            "%22Resource%22%3A%22%2A%22"
                        )
                    ),
                ),
            ),
            (account, iam("GetRole", "")),
            (FIRST, format!("Action=AssumeRole&Version=2011-06-15&RoleSessionName=load&RoleArn={arn}")),
            (account, "Action=GetCallerIdentity&Version=2011-06-15".to_owned()),
            (account, iam("DeleteRolePolicy", "&PolicyName=P")),
            (account, iam("DeleteRole", "")),
        ];
        for (caller, form) in forms {
            let status = call(&mut stream, &request(caller, &form), &mut buffer).await?;
            if !status.contains("200") {
                return Err(format!("{form}: {status} {}", String::from_utf8_lossy(&buffer)).into());
            }
            calls += 1;
        }
        round += 1;
    }
    Ok(calls)
}

fn world(accounts: u64) -> Result<World, Failure> {
    let id = |number: u64| AccountId::parse(&format!("{number:012}"));
    let mut world = World::new(Seed(1), Settings { rates: false, ..Settings::default() });
    let refused = |error| format!("the organization cannot be built: {error:?}");
    let management = world.add_account(id(FIRST)?).map_err(refused)?;
    let organization = world.add_organization("o-load000000", management, FeatureSet::All).map_err(refused)?;
    for number in 1..=accounts {
        world.add_member(organization, NodeId::ROOT, id(FIRST + number)?, Origin::Created).map_err(refused)?;
    }
    Ok(world)
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut words = std::env::args().skip(1);
    let connections: u64 = words.next().map_or(Ok(32), |word| word.parse())?;
    let seconds: u64 = words.next().map_or(Ok(5), |word| word.parse())?;
    let options = ServerOptions { keep_calls: false, ..ServerOptions::default() };
    let server = Server::start(world(connections)?, options).await?;
    let address = server.url().trim_start_matches("http://").to_owned();
    let (from, length) = (Instant::now(), Duration::from_secs(seconds));
    let driven: Vec<_> =
        (1..=connections).map(|number| tokio::spawn(drive(address.clone(), FIRST + number, from + length))).collect();
    let mut calls = 0;
    for task in driven {
        calls += task.await??;
    }
    let passed = from.elapsed();
    println!(
        "{calls} calls in {passed:?} over {connections} connections: {} a second",
        u128::from(calls) * 1_000 / passed.as_millis().max(1)
    );
    Ok(())
}
