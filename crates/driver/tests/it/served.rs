//! A served organization, and what stands in it.

use crate::organization::{self, EXTERNAL_ID, MANAGEMENT, VENDOR, member, number};
use rolecall_driver::aws_accounts::AwsAccounts;
use rolecall_driver::clock::SystemClock;
use rolecall_driver::journal::Journal;
use rolecall_driver::pace::Rates;
use rolecall_driver::runner::{Ended, RunError, Runner};
use rolecall_fake_aws::{Server, ServerOptions};
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::print::to_json_compact;
use rolecall_lifecycle::AccountNumber;
use rolecall_lifecycle::rollout::{ErrorClass, RunKind, Settings};
use rolecall_simulator::World;
use rolecall_simulator::account::Origin;
use rolecall_simulator::organizations::{FeatureSet, NodeId};
use rolecall_simulator::random::Seed;
use rolecall_simulator::settings::Settings as WorldSettings;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::watch;

/// Twelve accounts at once.
pub(crate) fn settings() -> Settings {
    organization::settings(12)
}

/// An organization that is served, with a journal beside it.
pub(crate) struct Served {
    pub(crate) server: Server,
    pub(crate) members: u64,
    pub(crate) attempts: u32,
    folder: tempfile::TempDir,
}

impl Served {
    pub(crate) async fn new(members: u64) -> Self {
        Self::with(members, WorldSettings::default(), ServerOptions::default()).await
    }

    pub(crate) async fn with(members: u64, settings: WorldSettings, options: ServerOptions) -> Self {
        let mut world = World::new(Seed(7), settings);
        let id = |account: AccountNumber| AccountId::from(account);
        let management = world.add_account(id(number(MANAGEMENT))).unwrap();
        world.add_account(id(number(VENDOR))).unwrap();
        let organization = world.add_organization("o-tests00001", management, FeatureSet::All).unwrap();
        for place in 1..=members {
            world.add_member(organization, NodeId::ROOT, id(member(place)), Origin::Created).unwrap();
        }
        let server = Server::start(world, options).await.unwrap();
        Self { server, members, attempts: 3, folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.folder.path().join("rollout.journal")
    }

    /// The accounts, entered from the management account. Asking who one is may fail, where calls do.
    pub(crate) async fn accounts(&self) -> AwsAccounts {
        loop {
            let opened = organization::sessions(&self.server.url(), self.attempts, Rates::default()).await;
            match opened {
                Ok(sessions) => return AwsAccounts::new(organization::wanted(), sessions),
                Err(failure) => assert_eq!(failure.class, ErrorClass::Fault, "{failure}"),
            }
        }
    }

    pub(crate) async fn run(&self, kind: RunKind, settings: Settings) -> Result<Ended, RunError> {
        let accounts = self.accounts().await;
        self.run_with(kind, settings, accounts).await
    }

    pub(crate) async fn run_with(
        &self,
        kind: RunKind,
        settings: Settings,
        accounts: AwsAccounts,
    ) -> Result<Ended, RunError> {
        let plan = organization::plan(self.members, settings);
        let (journal, recorded) = Journal::open_or_create(&self.journal(), &plan)?;
        let clock = SystemClock::starting_after(journal.last_at());
        let runner = Runner::new(journal, recorded, Arc::new(accounts), clock)?;
        let (_stop, stop) = watch::channel(false);
        runner.run(kind, stop).await
    }

    /// A connection as the administrator of an account, who needs no way in.
    pub(crate) fn inside(&self, account: AccountNumber) -> rolecall_aws::Connection {
        organization::connection(&self.server.url(), account, 3)
    }

    pub(crate) fn all(&self) -> Vec<AccountNumber> {
        std::iter::once(number(MANAGEMENT)).chain((1..=self.members).map(member)).collect()
    }

    /// Every account must have the role of the profile, text by text: it was made by us.
    pub(crate) async fn expect_all_right(&self) {
        let wanted = organization::wanted();
        for account in self.all() {
            let (connection, wanted) = (self.inside(account), wanted.role(account));
            let role = connection.get_role("ProsperOps").await.unwrap().unwrap_or_else(|| panic!("none in {account}"));
            assert_eq!(role.name, wanted.name);
            assert_eq!(role.description, wanted.description);
            assert_eq!(role.tags, [("owner".to_owned(), "finops".to_owned())], "{account}");
            let trust = role.assume_role_policy.unwrap();
            assert!(trust.contains(EXTERNAL_ID), "{account}: {trust}");
            assert_eq!(trust, to_json_compact(&wanted.trust), "{account}");
            let policies = connection.list_role_policies("ProsperOps").all().await.unwrap();
            assert_eq!(policies, ["ProsperOps"], "{account}");
            let policy = connection.get_role_policy("ProsperOps", "ProsperOps").await.unwrap();
            assert_eq!(policy.unwrap(), to_json_compact(&wanted.policy.document), "{account}");
        }
    }

    /// No role was made twice, by the endpoint's own log.
    pub(crate) fn expect_made_once(&self) {
        let created = self.server.created_roles();
        assert_eq!(created.len(), self.all().len());
        assert!(created.values().all(|made| *made == 1), "{created:?}");
    }
}
