//! AWS Organizations, fact by fact.

use super::{Attachment, CreateAccountState, FeatureSet, NextToken, NodeId};
use crate::account::{AccountKey, AccountState, Origin};
use crate::caller::Caller;
use crate::error::Code;
use crate::settings::Settings;
use crate::tests::scene::{EXTERNAL_ID, Scene, administrator, id};
use crate::time::{Delay, SimSpan, SimTime};
use crate::trace::{Event, TraceLevel};
use crate::world::Change;
use rolecall_iam::document::PolicyType;

/// Reads all pages; counts them and the empty ones.
fn list(scene: &mut Scene, caller: &Caller) -> (Vec<AccountKey>, usize, usize) {
    let (mut accounts, mut token, mut pages, mut empty) = (Vec::new(), None::<NextToken>, 0, 0);
    loop {
        scene.pass(SimSpan(125));
        let page = scene.world.list_accounts(caller, token).unwrap();
        pages += 1;
        empty += usize::from(page.items.is_empty());
        accounts.extend(page.items.iter().map(|item| item.account));
        token = page.next_token;
        if token.is_none() {
            return (accounts, pages, empty);
        }
    }
}

#[test]
fn accounts_are_listed_20_a_page_whatever_their_state() {
    let mut scene = Scene::with(Settings::default(), 44);
    scene.world.set_state(scene.members[3], AccountState::Suspended);
    let administrator = administrator(scene.management);
    let (accounts, pages, _) = list(&mut scene, &administrator);
    assert_eq!((accounts.len(), pages), (45, 3));
    assert_eq!(accounts[0], scene.management);
    assert!(accounts.contains(&scene.members[3]));
}

#[test]
fn a_full_last_page_has_no_token() {
    let mut scene = Scene::with(Settings::default(), 19);
    let administrator = administrator(scene.management);
    assert_eq!(list(&mut scene, &administrator).1, 1);
}

#[test]
fn an_empty_page_with_a_token_is_legal_and_hides_nobody() {
    let mut scene = Scene::with(Settings { empty_pages: 400_000, ..Settings::default() }, 200);
    let administrator = administrator(scene.management);
    let (accounts, pages, empty) = list(&mut scene, &administrator);
    assert_eq!(accounts.len(), 201);
    assert!(empty > 0 && pages == 11 + empty, "{pages} {empty}");
}

#[test]
fn listing_does_not_skip_or_repeat_when_accounts_come_and_go() {
    let mut scene = Scene::with(Settings::default(), 60);
    let administrator = administrator(scene.management);
    let first = scene.world.list_accounts(&administrator, None).unwrap();
    scene.world.leave_organization(scene.members[2]).unwrap();
    scene.world.add_member(scene.organization, scene.sandbox, id("222222222190"), Origin::Invited).unwrap();
    let second = scene.world.list_accounts(&administrator, first.next_token).unwrap();
    assert!(second.items.iter().all(|item| first.items.iter().all(|before| before.account != item.account)));
    assert_eq!(second.items[0].account, scene.members[19]);
}

type Ask = fn(&mut Scene, &Caller, AccountKey) -> Option<Code>;

#[test]
fn rates_are_those_of_the_quota_page() {
    let mut scene = Scene::with(Settings::default(), 30);
    let (administrator, member) = (administrator(scene.management), scene.members[0]);
    let list: Ask = |scene, caller, _| scene.world.list_accounts(caller, None).err().map(|error| error.code);
    let describe: Ask =
        |scene, caller, member| scene.world.describe_account(caller, member).err().map(|error| error.code);
    let parents: Ask = |scene, caller, member| scene.world.list_parents(caller, member).err().map(|error| error.code);
    let roots: Ask = |scene, caller, _| scene.world.list_roots(caller).err().map(|error| error.code);
    for (ask, burst, each_second) in [(list, 12, 8), (describe, 30, 20), (parents, 8, 5), (roots, 2, 1)] {
        for expected in [burst, each_second] {
            let mut answered = 0;
            while ask(&mut scene, &administrator, member).is_none() {
                answered += 1;
            }
            assert_eq!(answered, expected);
            assert_eq!(ask(&mut scene, &administrator, member), Some(Code::TooManyRequestsException));
            scene.pass(SimSpan::seconds(1));
        }
    }
}

/// 10,000 accounts are 500 pages: 12 at once, then 8 a second, about 62 s.
#[test]
fn listing_ten_thousand_accounts_takes_about_62_s() {
    let mut scene = Scene::with(Settings::default(), 9_999);
    let administrator = administrator(scene.management);
    let mut token = None;
    loop {
        match scene.world.list_accounts(&administrator, token) {
            Ok(page) => {
                token = page.next_token;
                if token.is_none() {
                    break;
                }
            }
            Err(error) => {
                assert_eq!(error.code, Code::TooManyRequestsException);
                scene.pass(SimSpan(125));
            }
        }
    }
    assert!((60..=62).contains(&(scene.world.now().0 / 1_000)), "{}", scene.world.now());
}

#[test]
fn members_may_not_list_and_outsiders_have_no_organization() {
    let mut scene = Scene::new();
    let (member, outsider) = (administrator(scene.members[0]), administrator(scene.vendor));
    let code = |answer: Result<_, crate::error::ApiError>| answer.err().map(|error| error.code);
    assert_eq!(code(scene.world.list_accounts(&member, None).map(|_| ())), Some(Code::AccessDeniedException));
    assert_eq!(code(scene.world.list_accounts(&outsider, None).map(|_| ())), Some(Code::AwsOrganizationsNotInUse));
    // Every member may ask what its organization is.
    assert_eq!(scene.world.describe_organization(&member).unwrap().1, scene.management);
    scene.world.register_delegated_administrator(scene.organization, scene.members[0]).unwrap();
    assert_eq!(code(scene.world.list_accounts(&member, None).map(|_| ())), None);
    let management = scene.members[1];
    assert_eq!(code(scene.world.close_account(&member, management)), Some(Code::AccessDeniedException));
}

#[test]
fn state_is_there_and_status_until_it_is_retired() {
    let mut scene = Scene::new();
    scene.world.settings_mut().status_retired_at = SimTime::START + SimSpan::days(1);
    let administrator = administrator(scene.management);
    let member = scene.members[0];
    for (state, status) in [
        (AccountState::Active, "ACTIVE"),
        (AccountState::PendingClosure, "PENDING_CLOSURE"),
        (AccountState::Closed, "SUSPENDED"),
        (AccountState::Suspended, "SUSPENDED"),
    ] {
        scene.world.set_state(member, state);
        let summary = scene.world.describe_account(&administrator, member).unwrap();
        assert_eq!((summary.state, summary.status), (state, Some(status)));
    }
    scene.pass(SimSpan::days(1));
    let summary = scene.world.describe_account(&administrator, member).unwrap();
    assert_eq!((summary.state, summary.status), (AccountState::Suspended, None));
}

#[test]
fn created_accounts_have_the_organization_role_and_invited_ones_do_not() {
    let mut scene = Scene::new();
    let management = administrator(scene.management);
    let request = scene.world.create_account(&management).unwrap().id;
    scene.pass(SimSpan::seconds(1));
    let status = scene.world.describe_create_account_status(&management, request).unwrap();
    assert_eq!(status.state, CreateAccountState::Succeeded);
    let created = status.account.unwrap();
    let invited = scene.world.add_account(id("333333333333")).unwrap();
    scene.world.accept_invitation(scene.organization, invited).unwrap();
    for (account, has) in [(created, true), (invited, false)] {
        let mut request = scene.request(account, None);
        request.role = scene.world.text("OrganizationAccountAccessRole");
        let opened = scene.world.assume_role(&management, &request);
        assert_eq!(opened.is_ok(), has);
        if let Ok(session) = opened {
            // And it may do everything there.
            let role = scene.role();
            let create = crate::iam::CreateRole {
                name: role.name,
                path: None,
                description: None,
                trust: role.trust,
                max_session_s: None,
                boundary: None,
                tags: Vec::new(),
            };
            assert!(scene.world.create_role(&Caller::Session(session), &create).is_ok());
        }
        assert_eq!(scene.world.account(account).parent(), NodeId::ROOT);
    }
}

#[test]
fn accounts_are_created_five_at_a_time_and_one_in_ten_seconds() {
    let mut scene =
        Scene::with(Settings { account_creation: Delay::Fixed(SimSpan::hours(2)), ..Settings::default() }, 1);
    let management = administrator(scene.management);
    let mut begun = 0;
    let mut refused = Vec::new();
    for _ in 0..9 {
        match scene.world.create_account(&management) {
            Ok(status) => {
                begun += 1;
                assert_eq!(status.state, CreateAccountState::InProgress);
            }
            Err(error) => refused.push(error.code),
        }
        scene.pass(SimSpan::seconds(4));
    }
    // Three at once, then one in ten seconds, until five are in creation.
    assert_eq!(begun, 5);
    assert!(refused.iter().all(|code| *code == Code::TooManyRequestsException));
    scene.pass(SimSpan::hours(2));
    assert_eq!(scene.world.organization(scene.organization).members().len(), 2 + 5);
    assert!(scene.world.create_account(&management).is_ok());
}

#[test]
fn a_new_account_answers_after_a_few_minutes() {
    let settings = Settings { account_readiness: Delay::Fixed(SimSpan::minutes(5)), ..Settings::default() };
    let mut scene = Scene::with(settings, 1);
    let management = administrator(scene.management);
    let request = scene.world.create_account(&management).unwrap().id;
    scene.pass(SimSpan::seconds(1));
    let created = scene.world.describe_create_account_status(&management, request).unwrap().account.unwrap();
    let inside = administrator(created);
    let error = scene.world.list_roles(&inside).unwrap_err();
    assert_eq!(error.code, Code::OptInRequired);
    scene.pass(SimSpan::minutes(5));
    assert!(scene.world.list_roles(&inside).is_ok());
}

#[test]
fn a_closed_account_can_be_reopened_for_90_days() {
    let settings = Settings { account_closing: Delay::Fixed(SimSpan::minutes(3)), ..Settings::default() };
    let mut scene = Scene::with(settings, 30);
    let management = administrator(scene.management);
    let (early, late) = (scene.members[0], scene.members[1]);
    let role = scene.role();
    scene.world.place_role(early, &role).unwrap();
    for account in [early, late] {
        scene.world.close_account(&management, account).unwrap();
        assert_eq!(scene.world.account(account).state(), AccountState::PendingClosure);
        assert_eq!(scene.world.close_account(&management, account).unwrap_err().code, Code::ConflictException);
    }
    scene.pass(SimSpan::minutes(3));
    assert_eq!(scene.world.account(early).state(), AccountState::Closed);
    assert_eq!(scene.world.close_account(&management, early).unwrap_err().code, Code::AccountAlreadyClosed);
    assert!(!scene.opens(early, Some(EXTERNAL_ID)));
    scene.pass(SimSpan::days(89));
    scene.world.reopen_account(early).unwrap();
    assert!(scene.opens(early, Some(EXTERNAL_ID)));
    assert_eq!(scene.world.account(late).organization(), Some(scene.organization));
    scene.pass(SimSpan::days(1));
    assert!(scene.world.reopen_account(late).is_err());
    assert_eq!(scene.world.account(late).organization(), None);
    assert_eq!(scene.world.account(early).organization(), Some(scene.organization));
}

#[test]
fn the_management_account_stays_and_closing_has_a_quota() {
    let mut scene = Scene::with(Settings { rates: false, ..Settings::default() }, 30);
    let management = administrator(scene.management);
    assert_eq!(scene.world.close_account(&management, scene.management).unwrap_err().code, Code::ConstraintViolation);
    assert_eq!(scene.world.leave_organization(scene.management).unwrap_err().code, Code::MasterCannotLeave);
    // A tenth of 31 is less than 10.
    let answers: Vec<_> =
        scene.members.clone().iter().take(11).map(|member| scene.world.close_account(&management, *member)).collect();
    assert!(answers[..10].iter().all(Result::is_ok));
    assert_eq!(answers[10].as_ref().unwrap_err().code, Code::ConstraintViolation);
    scene.pass(SimSpan::days(30));
    assert!(scene.world.close_account(&management, scene.members[10]).is_ok());
}

#[test]
fn moving_and_leaving_change_the_place_and_not_the_role() {
    let mut scene = Scene::with(Settings { trace: TraceLevel::Records, ..Settings::default() }, 2);
    let management = administrator(scene.management);
    let member = scene.members[0];
    let role = scene.role();
    scene.world.place_role(member, &role).unwrap();
    let (from, to) = (scene.workloads, scene.sandbox);
    assert_eq!(scene.world.move_account(&management, member, to, from).unwrap_err().code, Code::SourceParentNotFound);
    assert_eq!(
        scene.world.move_account(&management, member, from, NodeId(77)).unwrap_err().code,
        Code::DestinationParentNotFound
    );
    scene.world.keep_changes();
    scene.world.move_account(&management, member, from, to).unwrap();
    assert_eq!(scene.world.list_parents(&management, member).unwrap(), to);
    let below = scene.world.list_accounts_for_parent(&management, to, None).unwrap();
    assert_eq!(below.items.len(), 1);
    scene.world.remove_account_from_organization(&management, member).unwrap();
    assert_eq!(scene.world.describe_account(&management, member).unwrap_err().code, Code::AccountNotFound);
    // An account that has left is still assumable: membership ends, access does not.
    assert!(scene.opens(member, Some(EXTERNAL_ID)));
    let changes: Vec<_> =
        scene.world.take_changes().into_iter().map(|(_, account, change)| (account, change)).collect();
    assert_eq!(changes, [(member, Change::Membership), (member, Change::Membership)]);
    let events: Vec<_> = scene.world.trace().records().iter().map(|record| record.event).collect();
    assert!(events.iter().any(|event| matches!(event, Event::Moved(_))));
    assert!(events.iter().any(|event| matches!(event, Event::Left(_))));
}

#[test]
fn units_go_five_deep() {
    let mut scene = Scene::new();
    let management = administrator(scene.management);
    let mut parent = NodeId::ROOT;
    for level in 1..=6 {
        let name = scene.world.text(&format!("Level{level}"));
        let made = scene.world.create_organizational_unit(&management, parent, name);
        assert_eq!(made.is_ok(), level <= 5, "{level}");
        if let Ok(node) = made {
            assert_eq!(
                scene.world.create_organizational_unit(&management, parent, name).unwrap_err().code,
                Code::DuplicateOrganizationalUnit
            );
            parent = node;
        }
    }
    let root = scene.world.list_roots(&management).unwrap();
    let units = scene.world.list_organizational_units_for_parent(&management, root, None).unwrap();
    assert_eq!(units.items.len(), 3);
    assert_eq!(units.next_token, None);
}

#[test]
fn control_policies_come_down_the_tree_and_follow_moves() {
    let mut scene = Scene::new();
    let management = administrator(scene.management);
    let (member, other, payer) = (scene.members[0], scene.members[1], scene.management);
    let deny = r#"{"Statement":[{"Effect":"Deny","Action":"ec2:*","Resource":"*"}]}"#;
    let deny = scene.world.policy(deny, PolicyType::ServiceControl);
    let acts = |scene: &mut Scene, account| {
        let administrator = administrator(account);
        scene.world.act(&administrator, "ec2:DescribeInstances", "*", scene.region).is_ok()
    };
    let (workloads, sandbox) = (scene.workloads, scene.sandbox);
    scene.world.attach_policy(&management, deny, Attachment::Node(workloads)).unwrap();
    assert!(!acts(&mut scene, member) && !acts(&mut scene, other) && acts(&mut scene, payer));
    scene.world.move_account(&management, member, workloads, sandbox).unwrap();
    assert!(acts(&mut scene, member));
    scene.world.attach_policy(&management, deny, Attachment::Account(member)).unwrap();
    assert!(!acts(&mut scene, member));
    scene.world.move_account(&management, member, sandbox, NodeId::ROOT).unwrap();
    assert!(!acts(&mut scene, member));
    scene.world.detach_policy(&management, deny, Attachment::Account(member)).unwrap();
    assert!(acts(&mut scene, member));
    // Nothing is allowed that a level does not allow.
    let narrow = r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    let narrow = scene.world.policy(narrow, PolicyType::ServiceControl);
    let full = scene.world.full_access_policy();
    scene.world.attach_policy(&management, narrow, Attachment::Account(member)).unwrap();
    assert!(acts(&mut scene, member));
    scene.world.detach_policy(&management, full, Attachment::Account(member)).unwrap();
    let administrator = administrator(member);
    let error = scene.world.act(&administrator, "ec2:DescribeInstances", "*", scene.region).unwrap_err();
    let text = scene.message(&error);
    assert!(text.ends_with("because no service control policy allows the ec2:DescribeInstances action"), "{text}");
    assert_eq!(
        scene.world.detach_policy(&management, narrow, Attachment::Account(member)).unwrap_err().code,
        Code::ConstraintViolation
    );
}

#[test]
fn an_account_with_policies_of_its_own_gets_those_of_its_new_place() {
    let mut scene = Scene::new();
    let (management, member) = (administrator(scene.management), scene.members[0]);
    let deny = |scene: &mut Scene, action: &str| {
        let text = format!(r#"{{"Statement":[{{"Effect":"Deny","Action":"{action}","Resource":"*"}}]}}"#);
        scene.world.policy(&text, PolicyType::ServiceControl)
    };
    let (ec2, s3) = (deny(&mut scene, "ec2:*"), deny(&mut scene, "s3:*"));
    let (workloads, sandbox) = (scene.workloads, scene.sandbox);
    scene.world.attach_policy(&management, ec2, Attachment::Node(workloads)).unwrap();
    scene.world.attach_policy(&management, s3, Attachment::Account(member)).unwrap();
    let acts =
        |scene: &mut Scene, action: &str| scene.world.act(&administrator(member), action, "*", scene.region).is_ok();
    assert!(!acts(&mut scene, "ec2:DescribeInstances") && !acts(&mut scene, "s3:ListAllMyBuckets"));
    scene.world.move_account(&management, member, workloads, sandbox).unwrap();
    assert!(acts(&mut scene, "ec2:DescribeInstances") && !acts(&mut scene, "s3:ListAllMyBuckets"));
    scene.world.attach_policy(&management, ec2, Attachment::Node(NodeId::ROOT)).unwrap();
    assert!(!acts(&mut scene, "ec2:DescribeInstances"));
}

#[test]
fn consolidated_billing_has_no_control_policies() {
    let mut scene = Scene::new();
    let payer = scene.world.add_account(id("444444444444")).unwrap();
    let billing = scene.world.add_organization("o-billingonly", payer, FeatureSet::ConsolidatedBilling).unwrap();
    assert!(!scene.world.enable_trusted_access(billing));
    let deny = r#"{"Statement":[{"Effect":"Deny","Action":"ec2:*","Resource":"*"}]}"#;
    let deny = scene.world.policy(deny, PolicyType::ServiceControl);
    let payer = administrator(payer);
    let root = Attachment::Node(NodeId::ROOT);
    assert_eq!(scene.world.attach_policy(&payer, deny, root).unwrap_err().code, Code::ConstraintViolation);
}
