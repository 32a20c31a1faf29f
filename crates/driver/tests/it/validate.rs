//! Validations from the library: what bounds them, which calls they make, and that a hole is told before anything else.

use crate::organization::{self, MANAGEMENT, VENDOR, member, number};
use crate::served::Served;
use crate::virtual_time::{Bucket, VirtualTime};
use rolecall_aws::{AssumeRole, NewRole};
use rolecall_core::access_check::{IdOf, Membership, Outcome, Probe, Verdict};
use rolecall_core::contract::Contract;
use rolecall_core::diagnosis::Seen;
use rolecall_core::external_id::ExternalId;
use rolecall_core::validation::{Standing, Word};
use rolecall_driver::pace::Rates;
use rolecall_driver::role_calls::create;
use rolecall_driver::sessions::{Sessions, WayIn};
use rolecall_driver::validate::{ACCOUNTS_AT_ONCE, Agreed, Chosen, Terms, customer, pool, vendor};
use rolecall_driver::vendor_access::VendorAccess;
use rolecall_fake_aws::ServerOptions;
use rolecall_iam::arn::AccountId;
use rolecall_iam::document::PolicyType;
use rolecall_lifecycle::AccountNumber;
use rolecall_simulator::caller::Caller;
use rolecall_simulator::organizations::{Attachment, NodeId};
use rolecall_simulator::settings::Settings as WorldSettings;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How long AWS takes for an answer, in microseconds: slow.
const LATENCY: u64 = 200_000;
const SECOND: u64 = 1_000_000;

/// Validates 1,000 accounts in virtual time: five calls of AssumeRole each through the bucket of STS, and one more call in the
/// account. Gives the bucket and the whole time.
async fn a_thousand(at_once: usize) -> (Arc<Bucket>, u64) {
    let time = Arc::new(VirtualTime::default());
    let bucket = Arc::new(Bucket::new(Arc::clone(&time), 600, 60));
    let clock = tokio::spawn(Arc::clone(&time).run());
    let account = |_| {
        let (time, bucket) = (Arc::clone(&time), Arc::clone(&bucket));
        async move {
            for _ in 0..5 {
                bucket.admit().await;
                time.sleep(LATENCY).await;
            }
            time.sleep(LATENCY).await;
        }
    };
    let ended = pool::each((0..1_000).collect(), at_once, account, || ()).await;
    assert_eq!(ended.len(), 1_000);
    clock.abort();
    let took = time.now();
    (bucket, took)
}

#[tokio::test]
async fn a_thousand_accounts_are_bounded_by_sts_and_not_by_us() {
    let (bucket, took) = a_thousand(ACCOUNTS_AT_ONCE).await;
    assert_eq!(bucket.count(), 5_000);
    // From the first second to the last but one or two the bucket is never idle.
    let calls = bucket.between(SECOND, 7 * SECOND);
    assert!((3_595..=3_605).contains(&calls), "{calls} calls in six seconds");
    // 5,000 calls less the burst take 8.2 s; the last accounts wait for their answers alone.
    let least = (5_000 - 60) * SECOND / 600;
    assert!((least..least + 8 * LATENCY).contains(&took), "{took} µs, at least {least}");
    // With few accounts under way it is we who are the bound: the figures above can fail.
    let (bucket, _) = a_thousand(32).await;
    let calls = bucket.between(SECOND, 7 * SECOND);
    assert!(calls < 1_200, "{calls} calls in six seconds");
}

#[tokio::test]
async fn results_come_in_the_order_of_the_accounts_and_so_many_at_once_at_most() {
    let running = Arc::new(std::sync::Mutex::new((0_usize, 0_usize)));
    let one = |item: u64| {
        let running = Arc::clone(&running);
        async move {
            {
                let mut running = running.lock().unwrap();
                running.0 += 1;
                running.1 = running.1.max(running.0);
            }
            for _ in 0..(item * 7) % 13 {
                tokio::task::yield_now().await;
            }
            running.lock().unwrap().0 -= 1;
            item
        }
    };
    let mut told = 0;
    let ended = pool::each((0..100).collect(), 9, one, || told += 1).await;
    assert_eq!(ended, (0..100).collect::<Vec<u64>>());
    assert_eq!((told, running.lock().unwrap().1), (100, 9));
    // None at once is one at once.
    assert_eq!(pool::each(vec![1, 2], 0, |item| async move { item }, || ()).await, [1, 2]);
}

fn agreed() -> Arc<Agreed> {
    let terms = Terms {
        wanted: organization::wanted(),
        contract: Contract::default(),
        others: Vec::new(),
        older_policies: None,
        simulate: false,
    };
    Arc::new(Agreed::new(terms))
}

async fn with_roles(members: u64) -> Served {
    let served = Served::with(members, WorldSettings::default(), ServerOptions::default()).await;
    for account in served.all() {
        create(&served.inside(account), &organization::wanted().role(account)).await.unwrap();
    }
    served
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_costs_the_vendor_five_calls() {
    let served = with_roles(20).await;
    let before = served.server.calls().len();
    let connection = organization::connection(&served.server.url(), number(VENDOR), 3);
    let run = vendor::validate(connection, agreed(), Chosen::All, ACCOUNTS_AT_ONCE, || ()).await;
    assert_eq!((run.standing(), run.accounts.len()), (Standing::Good, 21), "{:?}", run.not_judged);
    assert!(run.accounts.iter().all(|validation| validation.word == Word::Validated));
    let calls = served.server.calls();
    let made = |operation: &str, caller| {
        let of = |call: &&rolecall_fake_aws::CallRecord| call.operation == operation && call.caller == Some(caller);
        calls.iter().skip(before).filter(of).count()
    };
    assert_eq!(made("sts:AssumeRole", number(VENDOR)), 21 * 5);
    // Whose session it is counts for the account of the role.
    assert_eq!(made("sts:GetCallerIdentity", number(VENDOR)), 0);
    assert!(served.all().into_iter().all(|account| made("sts:GetCallerIdentity", account) == 1));
    // One page for each 20 accounts.
    assert_eq!(made("organizations:ListAccounts", number(MANAGEMENT)), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_are_read_twenty_accounts_on_a_page_or_level_by_level() {
    let served = with_roles(24).await;
    let sessions = organization::sessions(&served.server.url(), 3, quick()).await.unwrap();
    let before = served.server.calls().len();
    let run = customer::validate(sessions, agreed(), Chosen::All, ACCOUNTS_AT_ONCE, || ()).await;
    assert_eq!((run.standing(), run.accounts.len()), (Standing::Good, 25), "{:?}", run.accounts);
    // At this pace the endpoint throttles some calls, which are then repeated.
    let answered = |call: &rolecall_fake_aws::CallRecord| call.error.is_none();
    let made = |before: usize, operation: &str| {
        let calls = served.server.calls().into_iter().skip(before).filter(answered);
        calls.filter(|call| call.operation == format!("organizations:{operation}")).count()
    };
    // The root and its 25 accounts; for each kind one policy, which 26 targets have.
    assert_eq!([made(before, "ListRoots"), made(before, "ListAccountsForParent")], [1, 2]);
    // Those of the customer, which are none here, are looked for twice.
    assert_eq!([made(before, "ListPolicies"), made(before, "ListTargetsForPolicy")], [2 * 3, 2 * 2]);
    assert_eq!(made(before, "DescribePolicy"), 2);
    assert_eq!([made(before, "ListParents"), made(before, "ListPoliciesForTarget")], [0, 0]);

    let sessions = organization::sessions(&served.server.url(), 3, quick()).await.unwrap();
    let before = served.server.calls().len();
    let accounts: BTreeSet<AccountId> = [member(1), member(2)].into_iter().map(AccountId::from).collect();
    let named = Chosen::These { accounts, vouched: BTreeSet::new() };
    let run = customer::validate(sessions, agreed(), named, ACCOUNTS_AT_ONCE, || ()).await;
    assert_eq!((run.standing(), run.accounts.len()), (Standing::Good, 2), "{:?}", run.accounts);
    // The parent of each; for each kind of control policy the root once and each account.
    assert_eq!([made(before, "ListParents"), made(before, "ListPoliciesForTarget")], [2, 2 * 3]);
    assert_eq!([made(before, "DescribePolicy"), made(before, "ListRoots")], [2, 1]);
    assert_eq!(made(before, "ListTargetsForPolicy"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_policies_of_the_organization_nothing_is_judged_and_why_is_told() {
    let served = with_roles(3).await;
    let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"organizations:ListTargetsForPolicy","Resource":"*"}]}"#;
    let management = served.inside(number(MANAGEMENT));
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Principal":{{"AWS":"{MANAGEMENT}"}},"Action":"sts:AssumeRole"}}}}"#
    );
    let role = NewRole { name: "Operator".to_owned(), assume_role_policy: trust, ..NewRole::default() };
    management.create_role(&role).await.unwrap();
    management.put_role_policy("Operator", "P", deny).await.unwrap();
    let request = AssumeRole {
        role_arn: format!("arn:aws:iam::{MANAGEMENT}:role/Operator"),
        role_session_name: "operator".to_owned(),
        ..AssumeRole::default()
    };
    let session = management.assume_role(&request).await.unwrap();
    let sessions = Sessions::open(management.with_session(&session), WayIn::default(), quick()).await.unwrap();
    let run = customer::validate(sessions, agreed(), Chosen::All, ACCOUNTS_AT_ONCE, || ()).await;
    assert_eq!((run.standing(), run.accounts.len()), (Standing::NotJudged, 4), "{:?}", run.accounts);
    for validation in &run.accounts {
        let note = &validation.not_judged[0];
        assert_eq!(note.code, "control-policies-not-read");
        assert!(note.message.contains("organizations:ListTargetsForPolicy"), "{note:?}");
    }
}

/// An SCP at a unit below another unit binds its accounts and no others, whichever way it is read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_policy_of_a_unit_below_a_unit_is_found_for_its_accounts_alone() {
    let served = with_roles(3).await;
    let deny = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"ce:*","Resource":"*"}}"#;
    served.server.with_world(|world| {
        let key = |account: AccountNumber| AccountId::from(account);
        let management = world.account_key(key(number(MANAGEMENT))).unwrap();
        let organization = world.account(management).organization().unwrap();
        let (above, below) = (world.text("Above"), world.text("Below"));
        let above = world.add_unit(organization, NodeId::ROOT, above).unwrap();
        let below = world.add_unit(organization, above, below).unwrap();
        let caller = Caller::Administrator(management);
        let moved = world.account_key(key(member(2))).unwrap();
        world.move_account(&caller, moved, NodeId::ROOT, below).unwrap();
        let policy = world.policy(deny, PolicyType::ServiceControl);
        world.attach_policy(&caller, policy, Attachment::Node(below)).unwrap();
    });
    let accounts: BTreeSet<AccountId> = [1, 2, 3].map(|place| AccountId::from(member(place))).into();
    for chosen in [Chosen::All, Chosen::These { accounts, vouched: BTreeSet::new() }] {
        let sessions = organization::sessions(&served.server.url(), 3, quick()).await.unwrap();
        let run = customer::validate(sessions, agreed(), chosen, ACCOUNTS_AT_ONCE, || ()).await;
        for validation in &run.accounts {
            let levels = validation.evidence.readings.service_control.clone();
            let denies = format!("{levels:?}").contains("ce:*");
            assert_eq!(denies, validation.account == AccountId::from(member(2)), "{validation:?}");
            let units = validation.evidence.readings.units.clone();
            assert_eq!(matches!(&units, Seen::Present(units) if units.len() == 3), denies, "{units:?}");
        }
    }
}

/// Rates that hold nothing up: the organization is on this machine.
fn quick() -> Rates {
    use rolecall_driver::pace::Rate;
    let rate = Rate::new(1_000_000, 1_000);
    Rates { organizations_other: rate, organizations: std::collections::BTreeMap::new(), ..Rates::default() }
}

/// The organization's ID is denied, the account's own opens the role, and so does none at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hole_is_told_before_the_failure_that_came_first() {
    let served = Served::new(1).await;
    let mut wanted = organization::wanted();
    let own = "account-own-4f2a9c81d6e35b70";
    wanted.organization.legacy_ids.insert(AccountId::from(member(1)), ExternalId::parse(own).unwrap());
    let (organization, profile) = (wanted.organization.clone(), wanted.profile.clone());
    let statement = |condition: &str| {
        format!(
            r#"{{"Effect":"Allow","Principal":{{"AWS":"205499583182"}},"Action":"sts:AssumeRole","Condition":{condition}}}"#
        )
    };
    let trust = format!(
        r#"{{"Version":"2012-10-17","Statement":[{},{}]}}"#,
        statement(&format!(r#"{{"StringEquals":{{"sts:ExternalId":"{own}"}}}}"#)),
        statement(r#"{"Null":{"sts:ExternalId":"true"}}"#)
    );
    let role = NewRole { name: profile.name.clone(), assume_role_policy: trust, ..NewRole::default() };
    served.inside(member(1)).create_role(&role).await.unwrap();
    let connection = organization::connection(&served.server.url(), number(VENDOR), 3);
    let access = VendorAccess::new(connection, &profile, organization, []);
    let checked = access.check(member(1), Membership::Listed).await;
    assert_eq!(checked.judgement.verdict(), Verdict::Insecure);
    assert_eq!(checked.outcomes.get(Probe::Right(IdOf::Organization)), Outcome::AccessDenied);
    let trouble = checked.trouble.unwrap();
    assert_eq!(trouble.code, "insecure");
    assert!(trouble.message.starts_with("the role opens to AssumeRole without an external ID"), "{trouble}");
    assert!(trouble.message.contains("before that sts:AssumeRole: AccessDenied"), "{trouble}");
}
