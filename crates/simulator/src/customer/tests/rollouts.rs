//! The rollout on a world: unlocking, what is there already, removal, and the program that ends anywhere.

use super::scene::{Company, template};
use crate::account::{AccountKey, AccountNumber, AccountState};
use crate::api::Api;
use crate::customer::{Rights, RolloutId, RolloutSetup};
use crate::play::tests::scene::{hour, minute, open};
use crate::settings::{FaultRates, Settings};
use crate::time::{Delay, SimSpan};
use crate::trace::{CustomerEvent, Event, Record};
use rolecall_lifecycle::DurationMs;
use rolecall_lifecycle::rollout::{
    Amount, Collision, ConcurrencyMode, ErrorClass, Failure, Outcome, Plan, PlannedMember, Preferences, Retries,
    RunKind, Settings as Choices, Settled, Skipped, Status, Unlock,
};
use rolecall_lifecycle::vendor::Standing;

fn choices(unlock: Unlock) -> Choices {
    Choices {
        unlock,
        preferences: Preferences {
            concurrency: Amount::Count(2),
            tolerance: Amount::Count(10),
            mode: ConcurrencyMode::Soft,
        },
        collision: Collision::Fail,
        retries: Retries::default(),
        bake: DurationMs::ZERO,
        remove_adopted: false,
    }
}

/// A company whose management account has no role yet, and its plan: two waves.
fn company(settings: Settings, members: usize) -> Company {
    let mut company = Company::new(settings, members, |_| {});
    let management = company.stage.scene.management;
    let world = company.stage.play.world_mut();
    let name = world.text("ProsperOps");
    let role = world.live_role(management, name).unwrap().unique;
    world.take_role_away(role);
    company
}

fn number(company: &Company, account: AccountKey) -> AccountNumber {
    company.stage.play.world().account(account).number()
}

fn plan(company: &Company, choices: Choices) -> Plan {
    let members: Vec<_> = company
        .stage
        .scene
        .members
        .iter()
        .enumerate()
        .map(|(place, member)| {
            let state = company.stage.play.world().account(*member).state();
            PlannedMember { account: number(company, *member), wave: u16::from(place >= 2), state }
        })
        .collect();
    Plan::new(number(company, company.stage.scene.management), &members, choices).unwrap()
}

fn setup(company: &Company) -> RolloutSetup {
    RolloutSetup {
        name: "rollout".to_owned(),
        organization: company.stage.scene.organization,
        role: template(),
        management_role: None,
        rights: Rights::OrganizationRole,
        latency: Delay::ZERO,
        confirms_after: Some(SimSpan::minutes(10)),
    }
}

fn begin(company: &mut Company, choices: Choices) -> RolloutId {
    let (setup, plan) = (setup(company), plan(company, choices));
    company.automation.begin_rollout(&mut company.stage.play, setup, plan, RunKind::Rollout)
}

fn statuses(company: &Company, id: RolloutId) -> Vec<Status> {
    company.automation.rollout(id).unwrap().state().targets().iter().map(|target| target.status).collect()
}

/// Where in the records an event of the customer stands first.
fn first(records: &[Record], event: CustomerEvent) -> Option<usize> {
    records.iter().position(|record| record.event == Event::Customer(event))
}

#[test]
fn members_wait_until_the_management_account_is_unlocked() {
    for (unlock, unlocked_at) in
        [(Unlock::Reading, minute(0)), (Unlock::Probes, minute(0)), (Unlock::Confirm, minute(10))]
    {
        let mut company = company(open(), 4);
        let id = begin(&mut company, choices(unlock));
        company.run(minute(30));
        assert_eq!(company.automation.rollout(id).unwrap().outcome(), Some(Outcome::Complete), "{unlock:?}");
        assert!(statuses(&company, id).iter().all(|status| *status == Status::Settled(Settled::Created)));
        let records = company.stage.play.world().trace().records();
        let unlocked = first(records, CustomerEvent::ManagementUnlocked).unwrap();
        // By probes it takes a second look: the listing has to say that the account belongs to the organization.
        assert!(records[unlocked].at.since(unlocked_at) < SimSpan::minutes(1), "{unlock:?} {}", records[unlocked].at);
        let entity = company.stage.play.world().account(company.stage.scene.management).entity();
        let creates = |record: &&Record| record.event == Event::Customer(CustomerEvent::RolloutCreates);
        let before: Vec<_> = records[..unlocked].iter().filter(creates).map(|record| record.subject).collect();
        assert_eq!(before, [entity]);
        assert_eq!(records[unlocked..].iter().filter(creates).count(), 4);
        company.run(hour(1));
        assert_eq!((company.active(), company.stage.play.mail_count()), (5, 0));
    }
}

#[test]
fn what_is_there_is_adopted_collides_or_is_overwritten() {
    for collision in [Collision::Fail, Collision::Overwrite, Collision::Skip] {
        let mut company = company(open(), 5);
        let members = company.stage.scene.members.clone();
        let world = company.stage.play.world_mut();
        let right = template().definition(world);
        world.place_role(members[0], &right).unwrap();
        let mut other = template();
        (other.external_id, other.managed) = (Some("an-old-id".to_owned()), vec!["AdministratorAccess".to_owned()]);
        let other = other.definition(world);
        world.place_role(members[1], &other).unwrap();
        let mut elsewhere = template();
        elsewhere.path = "/vendors/".to_owned();
        let elsewhere = elsewhere.definition(world);
        world.place_role(members[2], &elsewhere).unwrap();
        let mut lower = template();
        lower.name = "prosperops".to_owned();
        let lower = lower.definition(world);
        world.place_role(members[3], &lower).unwrap();
        world.set_state(members[4], AccountState::Suspended);
        let id = begin(&mut company, Choices { collision, ..choices(Unlock::Reading) });
        company.run(hour(1));
        let (different, case) = match collision {
            Collision::Fail => (Settled::Failed(Failure::Collision), Settled::Failed(Failure::NameTaken)),
            Collision::Overwrite => (Settled::Overwritten, Settled::Failed(Failure::NameTaken)),
            Collision::Skip => (Settled::Skipped(Skipped::Collision), Settled::Skipped(Skipped::Collision)),
        };
        let expected =
            [Settled::Created, Settled::Adopted, different, different, case, Settled::Skipped(Skipped::NotActive)];
        assert_eq!(statuses(&company, id), expected.map(Status::Settled), "{collision:?}");
        let opens = [members[1], members[2]].map(|member| company.stage.standing(member));
        let expected = if collision == Collision::Overwrite { Standing::Active } else { Standing::Failing };
        assert_eq!(opens, [Some(expected); 2]);
    }
}

#[test]
fn a_removal_takes_away_what_the_rollout_made() {
    let mut company = company(open(), 3);
    let kept = company.stage.scene.members[1];
    let world = company.stage.play.world_mut();
    let right = template().definition(world);
    world.place_role(kept, &right).unwrap();
    let id = begin(&mut company, choices(Unlock::Reading));
    company.run(hour(1));
    assert_eq!(company.active(), 4);
    let play = &mut company.stage.play;
    company.automation.rollout_mut(id).unwrap().begin(play, RunKind::Remove);
    company.run(hour(2));
    let removed = statuses(&company, id);
    assert_eq!(removed.iter().filter(|status| **status == Status::Settled(Settled::Removed)).count(), 3);
    // The management account cannot list any more, so the vendor knows of no loss but its own.
    assert_eq!(company.stage.standing(company.stage.scene.management), Some(Standing::Failing));
    let world = company.stage.play.world();
    assert!(world.account(kept).roles.iter().any(|role| role.current.is_some()));
}

/// Everything that a rollout leaves in the world: the definition of the role of each account.
fn roles(company: &mut Company) -> Vec<Option<crate::iam::DefinitionId>> {
    let accounts: Vec<_> =
        std::iter::once(company.stage.scene.management).chain(company.stage.scene.members.clone()).collect();
    let name = company.stage.play.world_mut().text("ProsperOps");
    let world = company.stage.play.world();
    accounts.into_iter().map(|account| world.live_role(account, name).and_then(|role| role.current)).collect()
}

/// Ends the program at every entry of the journal, once and again, and goes on from there.
#[test]
fn a_program_that_ends_anywhere_goes_on_from_its_journal() {
    let whole = |latency: SimSpan| {
        let mut company = company(open(), 4);
        let setup = RolloutSetup { latency: Delay::Fixed(latency), ..setup(&company) };
        let plan = plan(&company, choices(Unlock::Probes));
        let id = company.automation.begin_rollout(&mut company.stage.play, setup, plan, RunKind::Rollout);
        (company, id)
    };
    for latency in [SimSpan::ZERO, SimSpan::seconds(3)] {
        let (mut company, id) = whole(latency);
        company.run(minute(59));
        let expected = roles(&mut company);
        let entries = company.automation.rollout(id).unwrap().journal().len();
        assert!(entries > 30, "{entries}");
        for end in 0..entries {
            let mut company = self::company(open(), 4);
            let setup = RolloutSetup { latency: Delay::Fixed(latency), ..setup(&company) };
            let plan = plan(&company, choices(Unlock::Probes));
            let id = company.automation.begin_rollout_ending(&mut company.stage.play, setup, plan, end);
            company.run(minute(20));
            assert!(company.automation.rollout(id).unwrap().has_ended(), "{end}");
            for again in [end + 3, usize::MAX] {
                let run = company.automation.rollout_mut(id).unwrap();
                run.resume(&mut company.stage.play);
                run.end_at_entry(again);
                let later = company.stage.play.world().now() + SimSpan::minutes(15);
                company.run(later);
            }
            let run = company.automation.rollout_mut(id).unwrap();
            if run.journal().is_empty() {
                run.begin(&mut company.stage.play, RunKind::Rollout);
            }
            company.run(hour(2));
            let run = company.automation.rollout(id).unwrap();
            assert_eq!((run.outcome(), run.has_ended()), (Some(Outcome::Complete), false), "{end} {latency:?}");
            assert_eq!(roles(&mut company), expected, "{end}");
        }
    }
}

/// Throttled, failed and lost calls are tried again; what was carried out is found, not made twice.
#[test]
fn faults_are_tried_again() {
    let mut settings = Settings { role_propagation: Delay::role_propagation(), ..open() };
    let faults = FaultRates { throttled: 100_000, internal: 50_000, timed_out: 100_000 };
    settings.faults = [Api::CreateRole, Api::GetRole, Api::PutRolePolicy].map(|api| (api, faults)).into();
    let mut company = company(settings, 30);
    let id = begin(&mut company, choices(Unlock::Reading));
    company.run(hour(3));
    assert_eq!(company.automation.rollout(id).unwrap().outcome(), Some(Outcome::Complete));
    assert_eq!(company.active(), 31);
}

/// Case 29: an SCP that denies iam:CreateRole.
#[test]
fn a_denied_account_fails_and_the_others_go_on() {
    let mut company = company(open(), 3);
    let owner = crate::caller::Caller::Administrator(company.stage.scene.management);
    let (denied, world) = (company.stage.scene.members[0], company.stage.play.world_mut());
    let scp = r#"{"Statement":[{"Effect":"Deny","Action":"iam:CreateRole","Resource":"*"}]}"#;
    let scp = world.policy(scp, rolecall_iam::document::PolicyType::ServiceControl);
    world.attach_policy(&owner, scp, crate::organizations::Attachment::Account(denied)).unwrap();
    let id = begin(&mut company, choices(Unlock::Reading));
    company.run(hour(1));
    let failed = Settled::Failed(Failure::Error(ErrorClass::AccessDenied));
    let expected = [Settled::Created, failed, Settled::Created, Settled::Created];
    assert_eq!(statuses(&company, id), expected.map(Status::Settled));
    assert_eq!(company.automation.rollout(id).unwrap().outcome(), Some(Outcome::WithFailures(1)));
}

#[test]
fn errors_are_read_from_codes() {
    for (code, status, expected) in [
        ("Throttling", 400, ErrorClass::Throttled),
        ("ServiceFailure", 500, ErrorClass::Fault),
        ("RequestTimeout", 0, ErrorClass::Fault),
        ("OptInRequired", 403, ErrorClass::NotReady),
        ("InvalidClientTokenId", 403, ErrorClass::NotReady),
        ("ConcurrentModification", 409, ErrorClass::Busy),
        ("EntityAlreadyExists", 409, ErrorClass::AlreadyExists),
        ("NoSuchEntity", 404, ErrorClass::NotFound),
        ("AccessDenied", 403, ErrorClass::AccessDenied),
        ("LimitExceeded", 409, ErrorClass::LimitExceeded),
        ("MalformedPolicyDocument", 400, ErrorClass::Invalid),
        ("NeverHeardOfIt", 418, ErrorClass::Fault),
    ] {
        assert_eq!(ErrorClass::of_error(code, status), expected, "{code}");
    }
}
