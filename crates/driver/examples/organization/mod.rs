//! The organization that the examples and tests roll out in: the vendor's role of `fixtures/prosperops`, a management account
//! and members that came into being in it.

#![allow(clippy::expect_used, reason = "the fixture and the IDs are what they are")]

use rolecall_aws::{ConnectOptions, Connection, Failure, Keys};
use rolecall_core::external_id::ExternalId;
use rolecall_core::organization::{Organization, OrganizationId, ServiceMode};
use rolecall_core::profile::{InlinePolicy, Permissions, RoleProfile, Tag, VendorPrincipal};
use rolecall_driver::journal::StoredPlan;
use rolecall_driver::pace::Rates;
use rolecall_driver::sessions::{Sessions, WayIn};
use rolecall_driver::wanted::Wanted;
use rolecall_iam::arn::{AccountId, Partition};
use rolecall_iam::document::PolicyType;
use rolecall_iam::document::parse::parse;
use rolecall_iam::json;
use rolecall_iam::span::FileId;
use rolecall_lifecycle::rollout::{
    Amount, Collision, ConcurrencyMode, PlannedMember, Preferences, Retries, Retry, Settings, Unlock,
};
use rolecall_lifecycle::{AccountNumber, AccountState, DurationMs};
use std::collections::BTreeMap;
use std::time::Duration;

/// The management account.
pub(crate) const MANAGEMENT: u64 = 100_000_000_000;
/// The vendor's account.
pub(crate) const VENDOR: u64 = 205_499_583_182;
/// The external ID of the organization.
pub(crate) const EXTERNAL_ID: &str = "f0a4c1d2-6c0b-4f27-9d3e-2b8a5e7c9146";

/// An account.
pub(crate) fn number(account: u64) -> AccountNumber {
    AccountNumber::of_last_digits(account)
}

/// The n-th member, from 1.
pub(crate) fn member(place: u64) -> AccountNumber {
    number(MANAGEMENT + place)
}

/// The role that all accounts get.
pub(crate) fn wanted() -> Wanted {
    let text = rolecall_fixtures::text("prosperops/policy.json");
    let tree = json::read(FileId(0), &text);
    let parsed = parse(tree.sound().expect("the fixture is JSON"), PolicyType::Identity);
    let document = parsed.sound().expect("the fixture is a policy").clone();
    let profile = RoleProfile {
        name: String::from("ProsperOps"),
        path: String::from("/"),
        description: Some(String::from("Used by ProsperOps")),
        max_session_duration_s: 3_600,
        tags: vec![Tag { key: String::from("owner"), value: String::from("finops") }],
        vendor: VendorPrincipal { account: AccountId::from(number(VENDOR)), principal_arns: Vec::new() },
        permissions: Permissions::Uniform(InlinePolicy { name: String::from("ProsperOps"), document }),
        managed_policy_arns: Vec::new(),
        permissions_boundary: None,
    };
    let organization = Organization {
        id: OrganizationId::parse("o-tests00001").expect("an ID"),
        partition: Partition::Aws,
        management_account: AccountId::from(number(MANAGEMENT)),
        external_id: ExternalId::parse(EXTERNAL_ID).expect("an ID"),
        legacy_ids: BTreeMap::new(),
        migration: None,
        mode: ServiceMode::RealTime,
    };
    Wanted { profile, organization, day: jiff::civil::date(2026, 11, 27) }
}

/// So many accounts at once, none may fail. Short waits: the organization is on this machine.
pub(crate) fn settings(at_once: u32) -> Settings {
    let retry = |times| Retry { first: DurationMs(20), most: DurationMs(200), times };
    Settings {
        unlock: Unlock::Reading,
        preferences: Preferences {
            concurrency: Amount::Count(at_once),
            tolerance: Amount::Count(0),
            mode: ConcurrencyMode::Soft,
        },
        collision: Collision::Fail,
        retries: Retries {
            throttled: retry(20),
            fault: retry(60),
            not_ready: retry(20),
            busy: retry(20),
            propagation: retry(40),
        },
        bake: DurationMs::ZERO,
        remove_adopted: false,
    }
}

/// A plan of one wave with so many members.
pub(crate) fn plan(members: u64, settings: Settings) -> StoredPlan {
    let member = |place| PlannedMember { account: member(place), wave: 0, state: AccountState::Active };
    StoredPlan {
        organization: String::from("o-tests00001"),
        role: String::from("ProsperOps"),
        profile_digest: wanted().digest(),
        management: number(MANAGEMENT),
        members: (1..=members).map(member).collect(),
        settings,
    }
}

/// A connection to a served organization, as the administrator of an account.
pub(crate) fn connection(url: &str, account: AccountNumber, attempts: u32) -> Connection {
    let options = ConnectOptions {
        endpoint_url: Some(url.to_owned()),
        attempts,
        attempt_timeout: Duration::from_secs(20),
        call_timeout: Duration::from_secs(90),
        ..ConnectOptions::default()
    };
    Connection::with_keys(&options, &Keys::new(account.to_string(), "not-checked"))
}

/// Sessions of the management account's administrator.
pub(crate) async fn sessions(url: &str, attempts: u32, rates: Rates) -> Result<Sessions, Failure> {
    Sessions::open(connection(url, number(MANAGEMENT), attempts), WayIn::default(), rates).await
}
