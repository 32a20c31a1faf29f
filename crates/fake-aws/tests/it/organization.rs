//! The organization that the tests serve: a management account and members.

use rolecall_iam::arn::AccountId;
use rolecall_simulator::World;
use rolecall_simulator::account::Origin;
use rolecall_simulator::organizations::{FeatureSet, NodeId};
use rolecall_simulator::random::Seed;
use rolecall_simulator::settings::Settings;

/// The management account.
pub(crate) const MANAGEMENT: &str = "100000000000";
/// The vendor's account, in no organization.
pub(crate) const VENDOR: &str = "900000000009";

/// The n-th member.
pub(crate) fn member(number: u64) -> String {
    format!("1000{number:08}")
}

fn id(text: &str) -> AccountId {
    AccountId::parse(text).unwrap()
}

/// An organization with so many members, and the vendor beside it.
pub(crate) fn world(settings: Settings, members: u64) -> World {
    let mut world = World::new(Seed(7), settings);
    let management = world.add_account(id(MANAGEMENT)).unwrap();
    world.add_account(id(VENDOR)).unwrap();
    let organization = world.add_organization("o-tests00001", management, FeatureSet::All).unwrap();
    assert!(world.enable_trusted_access(organization));
    for number in 1..=members {
        world.add_member(organization, NodeId::ROOT, id(&member(number)), Origin::Created).unwrap();
    }
    world
}
