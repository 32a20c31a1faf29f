//! How fast the vendor validates, against the rate that STS allows.
//! `cargo run --release -p rolecall-driver --example validate_rate -- [ACCOUNTS] [STS_CALLS_PER_SECOND] [CONCURRENCY]`.
//! The organization is served by the same process: its work is in the figures.

#[allow(dead_code, reason = "shared with others who use more of it")]
mod organization;

use mimalloc::MiMalloc;
use organization::{MANAGEMENT, VENDOR, member, number};
use rolecall_core::contract::Contract;
use rolecall_core::validation::Standing;
use rolecall_driver::pace::{AccountPace, Rate, Rates};
use rolecall_driver::role_calls::create;
use rolecall_driver::validate::{ACCOUNTS_AT_ONCE, Agreed, Chosen, Terms, pool, vendor};
use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_iam::arn::AccountId;
use rolecall_simulator::World;
use rolecall_simulator::account::Origin;
use rolecall_simulator::organizations::{FeatureSet, NodeId};
use rolecall_simulator::random::Seed;
use rolecall_simulator::settings::Settings;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The program's own, which is measured here.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Calls of AssumeRole for an account that validates.
const CALLS: u64 = 5;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let word = |place: usize| arguments.get(place).map(String::as_str);
    let accounts: u64 = word(0).unwrap_or("1000").parse()?;
    let per_second: u32 = word(1).unwrap_or("600").parse()?;
    let concurrency: usize = word(2).map_or(Ok(ACCOUNTS_AT_ONCE), str::parse)?;
    let server = served(accounts).await?;
    let terms = Terms {
        wanted: organization::wanted(),
        contract: Contract::default(),
        others: Vec::new(),
        older_policies: None,
        simulate: false,
    };
    let burst = per_second.div_ceil(10);
    let rates = Arc::new(Rates { sts: Rate::new(per_second * 1_000, burst), ..Rates::default() });
    let connection = organization::connection(&server.url(), number(VENDOR), 3);
    let connection = connection.with_pace(Arc::new(AccountPace::new(rates)));
    let chosen = (0..=accounts).map(|place| AccountId::from(number(MANAGEMENT + place))).collect();
    let chosen = Chosen::These { vouched: std::collections::BTreeSet::clone(&chosen), accounts: chosen };
    let (started, before) = (Instant::now(), server.call_count());
    let run = vendor::validate(connection, Arc::new(Agreed::new(terms)), chosen, concurrency, || ()).await;
    let took = started.elapsed().as_secs_f64();
    if run.standing() != Standing::Good {
        return Err(format!("{:?}", run.of(Standing::Faulty).chain(run.of(Standing::NotJudged)).next()).into());
    }
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let (vendors, all) = (((accounts + 1) * CALLS) as f64, (server.call_count() - before) as f64);
    let least = (vendors - f64::from(burst)).max(0.0) / f64::from(per_second);
    println!("accounts            {}, {concurrency} at once", accounts + 1);
    println!("took                {took:.2} s; the bucket of STS ({per_second}/s) allows {least:.2} s");
    println!("of what is allowed  {:.1} %", 100.0 * least / took);
    println!("calls of AssumeRole {:.0} a second; all calls {:.0} a second", vendors / took, all / took);
    Ok(())
}

/// An organization in which every account has the role; answers take 50 to 150 ms, as AWS's do.
async fn served(accounts: u64) -> Result<Server, Box<dyn Error>> {
    let refused = |error| format!("{error:?}");
    let mut world = World::new(Seed(7), Settings::default());
    let management = world.add_account(AccountId::from(number(MANAGEMENT))).map_err(refused)?;
    world.add_account(AccountId::from(number(VENDOR))).map_err(refused)?;
    let organization = world.add_organization("o-tests00001", management, FeatureSet::All).map_err(refused)?;
    for place in 1..=accounts {
        world
            .add_member(organization, NodeId::ROOT, AccountId::from(member(place)), Origin::Created)
            .map_err(refused)?;
    }
    let latency = Some((Duration::from_millis(50), Duration::from_millis(150)));
    let options = ServerOptions { keep_calls: false, latency, ..ServerOptions::default() };
    let server = Server::start(world, options).await?;
    let wanted = organization::wanted();
    let make = |place: u64| {
        let account = number(MANAGEMENT + place);
        let (connection, wanted) = (organization::connection(&server.url(), account, 3), wanted.role(account));
        async move { create(&connection, &wanted).await }
    };
    for made in pool::each((0..=accounts).collect(), ACCOUNTS_AT_ONCE, make, || ()).await {
        made?;
    }
    Ok(server)
}
