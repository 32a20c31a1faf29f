//! A call costs no more than what it touches: counted, not timed.

use super::scene::{EXTERNAL_ID, Scene, administrator, id};
use crate::account::Origin;
use crate::cloudformation::{Amount, ConcurrencyMode, Preferences};
use crate::organizations::{Attachment, NodeId};
use crate::settings::Settings;
use crate::world::Steps;
use rolecall_iam::document::PolicyType;

fn unlimited(members: usize) -> Scene {
    Scene::with(Settings { rates: false, ..Settings::default() }, members)
}

fn steps(scene: &mut Scene, work: impl FnOnce(&mut Scene)) -> Steps {
    let before = scene.world.steps();
    work(scene);
    let after = scene.world.steps();
    Steps {
        carried_out: after.carried_out - before.carried_out,
        calls: after.calls - before.calls,
        events: after.events - before.events,
        evaluations: after.evaluations - before.evaluations,
        undecided: after.undecided - before.undecided,
        remembered: after.remembered - before.remembered,
        accounts: after.accounts - before.accounts,
        nodes: after.nodes - before.nodes,
    }
}

#[test]
fn a_page_costs_a_page_in_a_large_organization_too() {
    let mut scene = unlimited(5_000);
    let administrator = administrator(scene.management);
    let cost = steps(&mut scene, |scene| {
        scene.world.list_accounts(&administrator, None).unwrap();
    });
    assert_eq!((cost.accounts, cost.evaluations), (20, 0));
}

#[test]
fn the_same_trust_is_evaluated_once_for_all_accounts() {
    let mut scene = unlimited(300);
    let role = scene.role();
    for member in scene.members.clone() {
        scene.world.place_role(member, &role).unwrap();
    }
    let cost = steps(&mut scene, |scene| {
        for member in scene.members.clone() {
            assert!(scene.opens(member, Some(EXTERNAL_ID)));
            assert!(!scene.opens(member, None));
        }
    });
    assert_eq!((cost.evaluations, cost.remembered), (2, 598));
}

#[test]
fn attaching_a_policy_costs_the_units_below_it() {
    let mut scene = unlimited(3);
    let scp = r#"{"Statement":[{"Effect":"Deny","Action":"ec2:*","Resource":"*"}]}"#;
    let scp = scene.world.policy(scp, PolicyType::ServiceControl);
    let administrator = administrator(scene.management);
    for number in 0..50 {
        let name = scene.world.text(&format!("Unit{number}"));
        scene.world.create_organizational_unit(&administrator, NodeId::ROOT, name).unwrap();
    }
    let (workloads, root) = (scene.workloads, NodeId::ROOT);
    let at = |node| steps_of_attaching(&mut scene, node, scp);
    let [one, all] = [workloads, root].map(at);
    // Two levels above an account of the unit; 53 units with two levels each, the root with one.
    assert_eq!((one, all), (2, 1 + 52 * 2));
}

fn steps_of_attaching(scene: &mut Scene, node: NodeId, scp: crate::policy::PolicyId) -> u64 {
    let administrator = administrator(scene.management);
    steps(scene, |scene| scene.world.attach_policy(&administrator, scp, Attachment::Node(node)).unwrap()).nodes
}

#[test]
fn time_that_passes_without_events_costs_nothing() {
    let mut scene = unlimited(1_000);
    let cost = steps(&mut scene, |scene| scene.pass(crate::time::SimSpan::days(365)));
    assert_eq!(cost, Steps::default());
}

/// The room that accounts take: everything that the world holds after `build`, divided.
fn bytes_an_account(build: impl Fn(&mut Scene)) -> u64 {
    let taken = |members: usize| {
        let mut kept = None;
        let info = allocation_counter::measure(|| {
            let mut scene = unlimited(0);
            for number in 0..members {
                // As AWS does, IDs come in no order.
                let account = id(&format!("{}", 100_000_000_000 + number * 7_919_000_003 % 899_999_999_993));
                let (organization, workloads) = (scene.organization, scene.workloads);
                scene.members.push(scene.world.add_member(organization, workloads, account, Origin::Created).unwrap());
            }
            build(&mut scene);
            scene.members = Vec::new();
            kept = Some(scene);
        });
        u64::try_from(info.bytes_current).unwrap()
    };
    taken(16_000).saturating_sub(taken(8_000)) / 8_000
}

#[test]
fn an_account_with_its_roles_takes_less_than_300_bytes() {
    let by_hand = bytes_an_account(|scene| {
        let role = scene.role();
        for member in scene.members.clone() {
            scene.world.place_role(member, &role).unwrap();
        }
    });
    assert!((80..240).contains(&by_hand), "{by_hand} bytes an account");
    let by_stack_set = bytes_an_account(|scene| {
        let set = scene.service_managed(false);
        let preferences = Preferences { max_concurrent: Amount::Count(100), ..Preferences::default() };
        scene.create(set, &[NodeId::ROOT], Preferences { mode: ConcurrencyMode::Soft, ..preferences });
        scene.settle();
        let member = scene.members[0];
        assert!(scene.opens(member, Some(EXTERNAL_ID)));
    });
    assert!((by_hand..300).contains(&by_stack_set), "{by_stack_set} bytes an account");
}

/// A probe whose decision is remembered allocates nothing but for its error.
#[test]
fn a_remembered_probe_allocates_nothing() {
    let mut scene = unlimited(2);
    let role = scene.role();
    for member in scene.members.clone() {
        scene.world.place_role(member, &role).unwrap();
    }
    let requests =
        scene.members.clone().into_iter().map(|member| scene.request(member, Some(EXTERNAL_ID))).collect::<Vec<_>>();
    let denied = scene.request(scene.members[1], None);
    let prober = scene.prober;
    for request in requests.iter().chain([&denied]) {
        let _answer = scene.world.assume_role(&prober, request);
    }
    let info = allocation_counter::measure(|| {
        assert!(scene.world.assume_role(&prober, &requests[1]).is_ok());
        assert!(scene.world.assume_role(&prober, &denied).is_err());
    });
    assert_eq!(info.count_total, 0);
}
