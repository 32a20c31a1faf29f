//! How fast a rollout is, against the rate that STS allows, and what it takes: memory, journal, processor time.
//! `cargo run --release -p rolecall-driver --example rollout_rate -- [ACCOUNTS] [STS_CALLS_PER_SECOND] [CONCURRENCY]`.
//! The organization is served by a second process, so that its memory does not count.

#[allow(dead_code, reason = "shared with others who use more of it")]
mod organization;

use mimalloc::MiMalloc;
use organization::{MANAGEMENT, VENDOR, member, number};
use rolecall_driver::aws_accounts::AwsAccounts;
use rolecall_driver::clock::SystemClock;
use rolecall_driver::journal::Journal;
use rolecall_driver::pace::{Rate, Rates};
use rolecall_driver::runner::Runner;
use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_iam::arn::AccountId;
use rolecall_lifecycle::rollout::{Outcome, Retries, RunKind, Settings};
use rolecall_simulator::World;
use rolecall_simulator::account::Origin;
use rolecall_simulator::organizations::{FeatureSet, NodeId};
use rolecall_simulator::random::Seed;
use rolecall_simulator::settings::Settings as WorldSettings;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch;

/// The program's own, which is measured here.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

type Anything<T> = Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Anything<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let word = |place: usize| arguments.get(place).map(String::as_str);
    if word(0) == Some("serve") {
        return serve(word(1).ok_or("serve ACCOUNTS")?.parse()?).await;
    }
    let accounts: u64 = word(0).unwrap_or("10000").parse()?;
    let per_second: u32 = word(1).unwrap_or("600").parse()?;
    let concurrency: u32 = word(2).unwrap_or("200").parse()?;
    let mut process = Command::new(std::env::current_exe()?)
        .args(["serve", &accounts.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut url = String::new();
    BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut url)?;
    let measured = measure(url.trim(), accounts, per_second, concurrency).await;
    process.kill()?;
    process.wait()?;
    measured
}

async fn serve(accounts: u64) -> Anything<()> {
    let mut world = World::new(Seed(7), WorldSettings::default());
    let management = world.add_account(AccountId::from(number(MANAGEMENT))).map_err(|error| format!("{error:?}"))?;
    world.add_account(AccountId::from(number(VENDOR))).map_err(|error| format!("{error:?}"))?;
    let organization = world.add_organization("o-tests00001", management, FeatureSet::All);
    let organization = organization.map_err(|error| format!("{error:?}"))?;
    for place in 1..=accounts {
        let added = world.add_member(organization, NodeId::ROOT, AccountId::from(member(place)), Origin::Created);
        added.map_err(|error| format!("{error:?}"))?;
    }
    let server = Server::start(world, ServerOptions { keep_calls: false, ..ServerOptions::default() }).await?;
    println!("{}", server.url());
    std::future::pending::<()>().await;
    Ok(())
}

async fn measure(url: &str, accounts: u64, per_second: u32, concurrency: u32) -> Anything<()> {
    let settings = Settings { retries: Retries::default(), ..organization::settings(concurrency) };
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("rollout.journal");
    let (journal, recorded) = Journal::open_or_create(&path, &organization::plan(accounts, settings))?;
    let burst = per_second.div_ceil(10);
    let rates = Rates { sts: Rate::new(per_second * 1_000, burst), ..Rates::default() };
    let sessions = organization::sessions(url, 3, rates).await?;
    let port = Arc::new(AwsAccounts::new(organization::wanted(), sessions));
    let runner = Runner::new(journal, recorded, port, SystemClock::starting_after(rolecall_lifecycle::TimeMs(0)))?;
    let (_stop, stop) = watch::channel(false);
    let (started, before) = (Instant::now(), Usage::now()?);
    let ended = runner.run(RunKind::Rollout, stop).await?;
    let (took, usage) = (started.elapsed().as_secs_f64(), Usage::now()?);
    if ended.outcome != Outcome::Complete {
        return Err(format!("{:?}: {:?}", ended.outcome, ended.summary).into());
    }
    let mut journal_bytes = 0;
    for entry in std::fs::read_dir(folder.path())? {
        journal_bytes += entry?.metadata()?.len();
    }
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let (count, bytes) = (accounts as f64, journal_bytes as f64);
    let least = (count - f64::from(burst)).max(0.0) / f64::from(per_second);
    println!("accounts            {accounts}, {concurrency} at once");
    println!("took                {took:.2} s; the bucket of STS ({per_second}/s) allows {least:.2} s");
    println!("of what is allowed  {:.1} %", 100.0 * least / took);
    println!("processor time      {:.2} ms an account", (usage.cpu_s - before.cpu_s) * 1_000.0 / count);
    println!("memory, most        {:.1} MB", usage.peak_mb);
    println!("journal             {:.0} bytes an account, {} writes to disk", bytes / count, ended.commits);
    Ok(())
}

/// What this process took so far, as Linux tells it.
struct Usage {
    cpu_s: f64,
    peak_mb: f64,
}

impl Usage {
    fn now() -> Anything<Self> {
        let status = std::fs::read_to_string("/proc/self/status")?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
        let kilobytes: f64 = peak.trim().trim_end_matches(" kB").trim().parse()?;
        let stat = std::fs::read_to_string("/proc/self/stat")?;
        let (_, fields) = stat.rsplit_once(')').ok_or("no name")?;
        // Fields 14 and 15, in hundredths of a second; the first behind the name is 3.
        let ticks: f64 = fields.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<f64>().ok()).sum();
        Ok(Self { cpu_s: ticks / 100.0, peak_mb: kilobytes / 1_024.0 })
    }
}
