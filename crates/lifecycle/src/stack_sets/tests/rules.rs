//! Rules one by one: what is read, and the step that follows.

use super::super::*;
use super::model::{OLD_TEMPLATE, REGION, TEMPLATE, made_stack, management, number, settings, wanted};
use crate::AccountState;
use crate::rollout::{Collision, ErrorClass, Existing, Failure, Unlock};
use std::collections::BTreeMap;

fn set() -> StackSet {
    StackSet {
        id: String::from("vendor:1"),
        template: Some(String::from(TEMPLATE)),
        parameters: 0,
        service_managed: true,
        auto_deployment: Some(false),
        units: vec![String::from("r-root")],
        regions: vec![String::from(REGION)],
    }
}

fn instance(account: u64, status: InstanceStatus, detailed: Detailed, reason: Option<&str>) -> Instance {
    Instance {
        account: number(account),
        region: String::from(REGION),
        status,
        detailed,
        reason: reason.map(str::to_owned),
        unit: Some(String::from("r-root")),
        operation: Some(String::from("operation-1")),
    }
}

fn current(account: u64) -> Instance {
    instance(account, InstanceStatus::Current, Detailed::Succeeded, None)
}

fn operation(status: &str, failed: u32) -> Operation {
    let (id, action) = (String::from("operation-1"), String::from("CREATE"));
    Operation { id, action, status: OperationStatus::of(status), failed }
}

/// The management account in order, a set that is deployed to the root, three active members that are current.
fn in_order() -> Observed {
    let listed = |account, state| ListedAccount { account, state };
    let members = (1..=3).map(|account| listed(number(account), AccountState::Active));
    Observed {
        stack: Seen::Is(Some(made_stack("CREATE_COMPLETE"))),
        role: Seen::Is(Existing::Equal),
        gate: Gate::Unasked,
        set: Seen::Is(Some(set())),
        operations: Seen::Is(vec![operation("SUCCEEDED", 0)]),
        instances: Seen::Is((1..=3).map(current).collect()),
        results: Seen::Is(Vec::new()),
        accounts: Seen::Is(std::iter::once(listed(management(), AccountState::Active)).chain(members).collect()),
        roles: Seen::Is((1..=3).map(|account| (number(account), RoleSeen::Is(Existing::Equal))).collect()),
        tried: Tried::default(),
    }
}

fn rollout() -> Wanted {
    wanted(Goal::RollOut, &["r-root"])
}

fn standings(settings: &Settings, seen: &Observed) -> Vec<Standing> {
    judge(&rollout(), settings, seen).accounts.into_iter().map(|judged| judged.standing).collect()
}

#[test]
fn the_management_account_comes_first() {
    let mut seen = Observed { stack: Seen::Is(None), ..Observed::default() };
    assert_eq!(next(&rollout(), &settings(), &Observed::default()), Step::Read(Part::Stack));
    assert_eq!(next(&rollout(), &settings(), &seen), Step::Read(Part::Role));
    let stepped = |stack: Option<&str>, role, tried: Tried| {
        let stack = Seen::Is(stack.map(made_stack));
        next(&rollout(), &settings(), &Observed { stack, role: Seen::Is(role), tried, ..Observed::default() })
    };
    let untried = Tried::default;
    assert_eq!(stepped(None, Existing::Absent, untried()), Step::CreateStack);
    assert_eq!(stepped(None, Existing::Equal, untried()), Step::Read(Part::Set));
    assert_eq!(stepped(None, Existing::Different, untried()), Step::Refused(Refusal::RoleInTheWay));
    assert_eq!(stepped(None, Existing::OtherCase, untried()), Step::Refused(Refusal::NameTaken));
    for status in ["CREATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "ROLLBACK_IN_PROGRESS"] {
        assert_eq!(stepped(Some(status), Existing::Equal, untried()), Step::WaitForStack, "{status}");
    }
    assert_eq!(stepped(Some("CREATE_COMPLETE"), Existing::Different, untried()), Step::UpdateStack);
    assert_eq!(stepped(Some("CREATE_COMPLETE"), Existing::Absent, untried()), Step::Refused(Refusal::RoleGone));
    assert_eq!(stepped(Some("ROLLBACK_COMPLETE"), Existing::Absent, untried()), Step::DeleteStack);
    for status in ["REVIEW_IN_PROGRESS", "ROLLBACK_FAILED", "CREATE_FAILED", "UPDATE_ROLLBACK_FAILED", "NEW_WORD"] {
        let stuck = Step::Refused(Refusal::StackStuck(status.to_owned()));
        assert_eq!(stepped(Some(status), Existing::Absent, untried()), stuck);
    }
    let tried = Tried { stack_update: true, ..untried() };
    let changed = Step::Refused(Refusal::RoleChanged);
    assert_eq!(stepped(Some("UPDATE_COMPLETE"), Existing::Different, tried.clone()), changed);
    let rolled_back = stepped(Some("UPDATE_ROLLBACK_COMPLETE"), Existing::Different, tried);
    assert!(matches!(rolled_back, Step::Refused(Refusal::StackFailed { .. })), "{rolled_back:?}");
    // What was made in this run and failed is not deleted before somebody has read why.
    let tried = Tried { stack_creation: true, ..untried() };
    let failed = stepped(Some("ROLLBACK_COMPLETE"), Existing::Absent, tried);
    assert!(matches!(failed, Step::Refused(Refusal::StackFailed { .. })), "{failed:?}");
    // A stack of that name that made something else is left alone.
    seen.stack = Seen::Is(Some(Stack { outputs: Vec::new(), ..made_stack("CREATE_COMPLETE") }));
    assert_eq!(next(&rollout(), &settings(), &seen), Step::Refused(Refusal::AnotherStack));
}

#[test]
fn the_gate_is_asked_before_anything_changes_for_members_and_only_then() {
    let locked = Observed { set: Seen::Is(None), ..in_order() };
    let by = |unlock| Settings { unlock, ..settings() };
    assert_eq!(next(&rollout(), &by(Unlock::Reading), &locked), Step::CreateSet);
    for unlock in [Unlock::Probes, Unlock::Confirm] {
        assert_eq!(next(&rollout(), &by(unlock), &locked), Step::Unlock(unlock));
        let answered = |gate| Observed { gate, ..locked.clone() };
        assert_eq!(next(&rollout(), &by(unlock), &answered(Gate::Open)), Step::CreateSet);
        assert_eq!(next(&rollout(), &by(unlock), &answered(Gate::Shut)), Step::Refused(Refusal::NotUnlocked));
        // Nothing is to be changed: nobody is asked.
        assert_eq!(next(&rollout(), &by(unlock), &in_order()), Step::Done);
    }
    let delegated = Settings { management: Management::OutOfReach, ..settings() };
    assert_eq!(next(&rollout(), &delegated, &locked), Step::Refused(Refusal::NothingToReadWith));
    let probed = Settings { unlock: Unlock::Probes, ..delegated };
    let open = Observed { gate: Gate::Open, stack: Seen::Unread, role: Seen::Unread, ..locked };
    assert_eq!(next(&rollout(), &probed, &open), Step::CreateSet);
}

#[test]
fn a_set_that_is_not_as_it_must_be_is_refused_updated_or_deployed() {
    let with = |set: StackSet| next(&rollout(), &settings(), &Observed { set: Seen::Is(Some(set)), ..in_order() });
    assert_eq!(with(set()), Step::Done);
    assert_eq!(with(StackSet { service_managed: false, ..set() }), Step::Refused(Refusal::SelfManaged));
    let template = Some(String::from("RoleName: Another\n"));
    assert_eq!(with(StackSet { template, ..set() }), Step::Refused(Refusal::AnotherSet));
    assert_eq!(with(StackSet { template: None, ..set() }), Step::Refused(Refusal::NoTemplate));
    for found in [None, Some(true)] {
        let refused = with(StackSet { auto_deployment: found, ..set() });
        assert!(matches!(refused, Step::Refused(Refusal::AutoDeployment { .. })), "{refused:?}");
    }
    let regions = vec![REGION.to_owned(), String::from("eu-west-1")];
    let refused = with(StackSet { regions, ..set() });
    assert!(matches!(refused, Step::Refused(Refusal::OtherRegion { .. })), "{refused:?}");
    let old = StackSet { template: Some(OLD_TEMPLATE.to_owned()), ..set() };
    assert_eq!(with(old.clone()), Step::UpdateSet);
    assert_eq!(with(StackSet { parameters: 1, ..set() }), Step::UpdateSet);
    let tried = Tried { set_update: true, ..Tried::default() };
    let again = Observed { set: Seen::Is(Some(old)), tried, ..in_order() };
    assert_eq!(next(&rollout(), &settings(), &again), Step::Refused(Refusal::NotEqual));
    let targets = Targets { units: vec![String::from("r-root")], only: Vec::new(), region: REGION.to_owned() };
    assert_eq!(with(StackSet { units: Vec::new(), ..set() }), Step::CreateInstances(targets));
}

#[test]
fn many_units_go_in_calls_of_fifty() {
    let names: Vec<String> = (0..120).map(|place| format!("ou-abcd-{place:08}")).collect();
    let units: Vec<&str> = names.iter().map(String::as_str).collect();
    let (wanted, mut found, mut sizes) = (wanted(Goal::RollOut, &units), set(), Vec::new());
    found.units.clear();
    loop {
        let seen = Observed { set: Seen::Is(Some(found.clone())), ..in_order() };
        let Step::CreateInstances(targets) = next(&wanted, &settings(), &seen) else { break };
        sizes.push(targets.units.len());
        found.units.extend(targets.units);
    }
    assert_eq!(sizes, [50, 50, 20]);
    assert_eq!(found.units, names);
}

#[test]
fn an_operation_that_is_not_over_is_watched_whoever_began_it() {
    for status in ["RUNNING", "QUEUED", "STOPPING", "NEW_WORD"] {
        for set in [set(), StackSet { units: Vec::new(), ..set() }] {
            let operations = Seen::Is(vec![operation("SUCCEEDED", 0), operation(status, 0)]);
            let seen = Observed { set: Seen::Is(Some(set)), operations, ..in_order() };
            assert_eq!(next(&rollout(), &settings(), &seen), Step::Watch(String::from("operation-1")), "{status}");
            let removal = wanted(Goal::Remove, &["r-root"]);
            assert_eq!(next(&removal, &settings(), &seen), Step::Watch(String::from("operation-1")), "{status}");
        }
    }
}

#[test]
fn succeeded_hides_failures_and_they_are_found() {
    let operations = Seen::Is(vec![operation("SUCCEEDED", 2)]);
    let mut seen = Observed { operations, results: Seen::Unread, ..in_order() };
    assert_eq!(next(&rollout(), &settings(), &seen), Step::Read(Part::Results));
    let reason = Some(String::from("Vendor already exists"));
    seen.results = Seen::Is(vec![OperationResult { account: number(2), failed: true, reason: reason.clone() }]);
    let judgement = judge(&rollout(), &settings(), &seen);
    let failed = Standing::Failed(Problem::Instance { failure: Failure::Collision, reason });
    // Its role reads equal: it is adopted, outside of the set. The other failure shows nowhere.
    assert_eq!((&judgement.accounts[1].standing, judgement.hidden), (&Standing::Adopted, 1));
    seen.roles = Seen::Is(BTreeMap::from([(number(2), RoleSeen::Is(Existing::Different))]));
    assert_eq!(standings(&settings(), &seen), [Standing::Unread, failed, Standing::Unread]);
    let skipping = Settings { collision: Collision::Skip, ..settings() };
    assert_eq!(standings(&skipping, &seen)[1], Standing::LeftAlone);
    seen.operations = Seen::Is(vec![Operation { action: String::from("DETECT_DRIFT"), ..operation("FAILED", 2) }]);
    assert_eq!(judge(&rollout(), &settings(), &seen).hidden, 0);
}

#[test]
fn what_instances_say_and_what_accounts_are() {
    use Detailed::{Cancelled, Failed, Succeeded, Suspended, UnderWay, Unknown};
    use InstanceStatus::{Current, Inoperable, Outdated};
    let denied = "User is not authorized to perform: iam:CreateRole with an explicit deny in a service control policy";
    let failed = |failure, reason: Option<&str>| {
        Standing::Failed(Problem::Instance { failure, reason: reason.map(str::to_owned) })
    };
    let cases = [
        (Some((Current, Succeeded, None)), Standing::Unread),
        (Some((Outdated, Failed, Some(denied))), failed(Failure::Error(ErrorClass::AccessDenied), Some(denied))),
        (Some((Outdated, Failed, None)), failed(Failure::Error(ErrorClass::Fault), None)),
        (Some((Outdated, Cancelled, None)), Standing::Cancelled),
        (Some((Outdated, UnderWay, None)), Standing::UnderWay),
        (Some((Outdated, Suspended, None)), Standing::Failed(Problem::Outdated)),
        (Some((Outdated, Unknown, None)), Standing::Failed(Problem::Outdated)),
        (Some((Inoperable, Failed, None)), Standing::Failed(Problem::Inoperable(None))),
        (None, Standing::Failed(Problem::NoInstance)),
    ];
    for (found, expected) in cases {
        let instances = found.map(|(status, detailed, reason)| instance(1, status, detailed, reason));
        let mut seen = Observed {
            instances: Seen::Is(instances.into_iter().chain([current(2), current(3)]).collect()),
            roles: Seen::Unread,
            ..in_order()
        };
        assert_eq!(standings(&settings(), &seen)[0], expected);
        // The same in an account that is suspended: it is left out.
        if let Seen::Is(accounts) = &mut seen.accounts {
            accounts[1].state = AccountState::Suspended;
        }
        assert_eq!(standings(&settings(), &seen)[0], Standing::NotActive);
    }
}

/// Whatever stays keeps the set: also in an account that is suspended, or that left.
#[test]
fn a_removal_that_leaves_something_is_not_over() {
    let left = instance(9, InstanceStatus::Current, Detailed::Succeeded, None);
    let mut seen = Observed { instances: Seen::Is(vec![current(1), left]), ..in_order() };
    if let Seen::Is(accounts) = &mut seen.accounts {
        accounts[1].state = AccountState::Suspended;
    }
    let judgement = judge(&wanted(Goal::Remove, &["r-root"]), &settings(), &seen);
    assert_eq!(judgement.strangers, vec![number(9)]);
    let stays = Standing::Failed(Problem::NotRemoved(None));
    let standings: Vec<Standing> = judgement.accounts.into_iter().map(|judged| judged.standing).collect();
    assert_eq!(standings, vec![stays.clone(), Standing::Removed, Standing::Removed, stays]);
}

#[test]
fn current_is_no_proof_of_the_role() {
    let mut seen = in_order();
    assert_eq!(standings(&settings(), &seen), vec![Standing::Verified; 3]);
    let roles = [RoleSeen::Is(Existing::Different), RoleSeen::Unread, RoleSeen::Is(Existing::Absent)];
    seen.roles = Seen::Is((1..=3).map(number).zip(roles).collect());
    let role = |existing| Standing::Failed(Problem::Role(existing));
    let expected = [role(Existing::Different), Standing::Unread, role(Existing::Absent)];
    assert_eq!(standings(&settings(), &seen), expected);
    seen.roles = Seen::Unread;
    assert_eq!(next(&rollout(), &settings(), &seen), Step::Read(Part::Roles));
    let unread = Settings { read_roles: false, ..settings() };
    assert_eq!(next(&rollout(), &unread, &seen), Step::Done);
    assert_eq!(standings(&unread, &seen), vec![Standing::Unread; 3]);
}

#[test]
fn repairs_are_made_where_asked_and_once() {
    let failing = instance(1, InstanceStatus::Outdated, Detailed::Failed, None);
    let cancelled = instance(2, InstanceStatus::Outdated, Detailed::Cancelled, None);
    let mut seen = Observed { instances: Seen::Is(vec![failing, cancelled]), ..in_order() };
    assert_eq!(next(&rollout(), &settings(), &seen), Step::Done);
    let repairing = Settings { repair: true, ..settings() };
    let targets = |only: Vec<_>| Targets { units: vec![String::from("r-root")], only, region: REGION.to_owned() };
    let again = Step::UpdateInstances(targets(vec![number(1), number(2)]));
    assert_eq!(next(&rollout(), &repairing, &seen), again);
    seen.tried.repaired.extend([number(1), number(2)]);
    assert_eq!(next(&rollout(), &repairing, &seen), Step::CreateInstances(targets(vec![number(3)])));
    seen.tried.repaired.insert(number(3));
    assert_eq!(next(&rollout(), &repairing, &seen), Step::Done);
}

#[test]
fn a_removal_takes_the_management_account_last() {
    let removal = wanted(Goal::Remove, &["r-root"]);
    let mut seen = in_order();
    let targets = Targets { units: vec![String::from("r-root")], only: Vec::new(), region: REGION.to_owned() };
    assert_eq!(next(&removal, &settings(), &seen), Step::DeleteInstances(targets));
    seen.tried.emptied.insert((REGION.to_owned(), String::from("r-root")));
    // What could not be deleted keeps the set, and the stack of the management account.
    assert_eq!(next(&removal, &settings(), &seen), Step::Done);
    let kept = judge(&removal, &settings(), &seen).accounts;
    assert!(kept.iter().all(|judged| judged.standing == Standing::Failed(Problem::NotRemoved(None))));
    seen.instances = Seen::Is(Vec::new());
    assert_eq!(next(&removal, &settings(), &seen), Step::DeleteSet);
    seen.set = Seen::Is(None);
    assert_eq!(next(&removal, &settings(), &seen), Step::DeleteStack);
    seen.stack = Seen::Is(Some(Stack { outputs: Vec::new(), ..made_stack("UPDATE_COMPLETE") }));
    assert_eq!(next(&removal, &settings(), &seen), Step::Refused(Refusal::AnotherStack));
    seen.stack = Seen::Is(None);
    assert_eq!(next(&removal, &settings(), &seen), Step::Done);
}

#[test]
fn where_only_the_management_account_is_served_there_is_no_set() {
    let lagging = Wanted { members: None, ..rollout() };
    assert_eq!(next(&lagging, &settings(), &in_order()), Step::Done);
}

#[test]
fn reasons_are_read_by_their_words() {
    let cases = [
        ("ResourceStatusReason:Vendor already exists (Service: Iam, Status Code: 409)", Failure::Collision),
        ("Resource handler returned message: … HandlerErrorCode: AlreadyExists", Failure::Collision),
        (
            "Account 1 should have 'x' role with trust relationship to Role 'y'.",
            Failure::Error(ErrorClass::AccessDenied),
        ),
        ("Cannot exceed quota for RolesPerAccount: 1000", Failure::Error(ErrorClass::LimitExceeded)),
        ("Rate exceeded (Service: Iam)", Failure::Error(ErrorClass::Throttled)),
        ("something new", Failure::Error(ErrorClass::Fault)),
    ];
    for (reason, expected) in cases {
        assert_eq!(class_of_reason(Some(reason)), expected, "{reason}");
    }
}
