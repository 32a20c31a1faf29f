//! Serves an organization with accounts until Ctrl-C, for people who want to try the `aws` program or Terraform on it:
//! `cargo run -p rolecall-fake-aws --example serve -- --accounts 100 [--port 4510] [--realistic] [--log FILE]`.

use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_iam::arn::AccountId;
use rolecall_simulator::World;
use rolecall_simulator::account::Origin;
use rolecall_simulator::organizations::{FeatureSet, NodeId};
use rolecall_simulator::random::Seed;
use rolecall_simulator::settings::Settings;
use std::error::Error;

/// What was asked for.
struct Arguments {
    accounts: u64,
    port: u16,
    settings: Settings,
    options: ServerOptions,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut found =
        Arguments { accounts: 10, port: 0, settings: Settings::default(), options: ServerOptions::default() };
    found.options.keep_calls = false;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--accounts" => found.accounts = value()?.parse()?,
            "--port" => found.port = value()?.parse()?,
            "--log" => found.options.log_file = Some(value()?.into()),
            "--realistic" => found.settings = Settings::realistic(),
            "--no-rates" => found.settings.rates = false,
            other => {
                return Err(format!("`{other}`: expected --accounts, --port, --log, --realistic, --no-rates").into());
            }
        }
    }
    Ok(found)
}

/// The management account is 100000000000, the members follow.
fn world(settings: Settings, accounts: u64) -> Result<World, Box<dyn Error>> {
    let id = |number: u64| AccountId::parse(&format!("{number:012}"));
    let mut world = World::new(Seed(1), settings);
    let refused = |error| format!("the organization cannot be built: {error:?}");
    let first = 100_000_000_000;
    let management = world.add_account(id(first)?).map_err(refused)?;
    let organization = world.add_organization("o-fake000000", management, FeatureSet::All).map_err(refused)?;
    world.enable_trusted_access(organization);
    for number in 1..accounts {
        world.add_member(organization, NodeId::ROOT, id(first + number)?, Origin::Created).map_err(refused)?;
    }
    Ok(world)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    let world = world(arguments.settings, arguments.accounts)?;
    let server = Server::start_at(world, arguments.options, arguments.port).await?;
    println!("{}", server.url());
    println!("export AWS_ENDPOINT_URL={} AWS_REGION=us-east-1", server.url());
    println!("export AWS_ACCESS_KEY_ID=100000000000 AWS_SECRET_ACCESS_KEY=any");
    tokio::signal::ctrl_c().await?;
    Ok(())
}
