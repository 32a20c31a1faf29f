//! `rolecall fake-aws`: serves an organization of the simulator until Ctrl-C.

use super::aws::block_on;
use crate::args::fake_aws::FakeAwsArgs;
use crate::output;
use anyhow::{Context, anyhow};
use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_iam::arn::AccountId;
use rolecall_simulator::World;
use rolecall_simulator::account::Origin;
use rolecall_simulator::organizations::{FeatureSet, NodeId};
use rolecall_simulator::random::Seed;
use rolecall_simulator::settings::Settings;

/// Serves.
pub(super) fn run(arguments: &FakeAwsArgs) -> anyhow::Result<u8> {
    let world = world(arguments)?;
    let options = ServerOptions { keep_calls: false, log_file: arguments.log.clone(), ..ServerOptions::default() };
    block_on(async {
        let server = Server::start_at(world, options, arguments.port).await?;
        let (url, management) = (server.url(), arguments.management_account);
        output::say(&format!(
            "an organization of {} accounts answers at {url} until Ctrl-C; in another terminal:\n\
             export AWS_ENDPOINT_URL={url} AWS_REGION=us-east-1\n\
             export AWS_ACCESS_KEY_ID={management} AWS_SECRET_ACCESS_KEY=any\n",
            arguments.accounts
        ))?;
        tokio::signal::ctrl_c().await.context("cannot wait for Ctrl-C")?;
        Ok(0)
    })
}

/// The management account, and the members behind it in the order of their IDs.
fn world(arguments: &FakeAwsArgs) -> anyhow::Result<World> {
    let mut settings = if arguments.realistic { Settings::realistic() } else { Settings::default() };
    settings.rates = settings.rates && !arguments.no_rates;
    let refused = |error| anyhow!("the organization cannot be built: {error:?}");
    let first: u64 = arguments.management_account.to_string().parse().context("the account ID is no number")?;
    let mut world = World::new(Seed(1), settings);
    let management = world.add_account(arguments.management_account).map_err(refused)?;
    let organization = world.add_organization(&arguments.organization, management, FeatureSet::All).map_err(refused)?;
    world.enable_trusted_access(organization);
    for number in 1..u64::from(arguments.accounts) {
        let id = AccountId::parse(&format!("{:012}", first + number))
            .map_err(|_| anyhow!("no account IDs are left behind {first}: give a smaller `--management-account`"))?;
        world.add_member(organization, NodeId::ROOT, id, Origin::Created).map_err(refused)?;
    }
    for outside in &arguments.outside_accounts {
        world.add_account(*outside).map_err(refused)?;
    }
    Ok(world)
}
