//! Random organizations and moments of death: from any state that can be read the steps end, and what they end with is so.

use super::super::*;
use super::model::{Fate, Member, Model, OLD_TEMPLATE, TEMPLATE, made_stack, number, settings, wanted};
use crate::rollout::{Existing, Unlock};
use crate::{AccountNumber, AccountState};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What happens between two steps.
#[derive(Clone, Copy, Debug)]
enum Between {
    Nothing,
    Killed,
    SomebodyUpdates,
    Passes(usize),
}

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a case is drawn, each part by itself")]
struct Case {
    members: Vec<(AccountState, usize, Fate, bool)>,
    tolerance: u32,
    units: Vec<&'static str>,
    stack: usize,
    stack_fails: bool,
    set: Option<(bool, bool)>,
    repair: bool,
    unlock: Unlock,
    opens: bool,
    removes: bool,
    between: Vec<Between>,
}

fn any_case() -> impl Strategy<Value = Case> {
    let state = prop_oneof![6 => Just(AccountState::Active), 1 => Just(AccountState::Suspended)];
    let fate = prop_oneof![5 => Just(Fate::Well), 1 => Just(Fate::FailsOnce), 1 => Just(Fate::Fails)];
    let member = (state, 0..3_usize, fate, prop::bool::weighted(0.1));
    let between = prop_oneof![
        8 => Just(Between::Nothing),
        1 => Just(Between::Killed),
        1 => Just(Between::SomebodyUpdates),
        2 => (1..4_usize).prop_map(Between::Passes),
    ];
    let units = prop::sample::select(vec![vec!["r-root"], vec!["ou-a", "ou-b"], vec!["ou-c"]]);
    let unlock = prop::sample::select(vec![Unlock::Reading, Unlock::Probes, Unlock::Confirm]);
    let flags = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.8), any::<bool>());
    let set = prop::option::of((any::<bool>(), any::<bool>()));
    let there = (prop::collection::vec(member, 0..9), 0..4_u32, units, 0..5_usize, set);
    (there, unlock, flags, prop::collection::vec(between, 0..60)).prop_map(
        |((members, tolerance, units, stack, set), unlock, (stack_fails, repair, opens, removes), between)| Case {
            members,
            tolerance,
            units,
            stack,
            stack_fails,
            set,
            repair,
            unlock,
            opens,
            removes,
            between,
        },
    )
}

fn world(case: &Case) -> Model {
    let member = |(state, unit, fate, changed): &(AccountState, usize, Fate, bool)| Member {
        state: *state,
        unit: *unit,
        fate: *fate,
        changed: *changed,
        role: 0,
    };
    let members: BTreeMap<AccountNumber, Member> = (1..).map(number).zip(case.members.iter().map(member)).collect();
    let mut model = Model::new(members, case.tolerance);
    model.stack_fails = case.stack_fails;
    let stacks = [
        (None, Existing::Absent),
        (None, Existing::Different),
        (Some(made_stack("CREATE_COMPLETE")), Existing::Different),
        (Some(Stack { outputs: Vec::new(), ..made_stack("ROLLBACK_COMPLETE") }), Existing::Absent),
        (Some(made_stack("CREATE_IN_PROGRESS")), Existing::Absent),
    ];
    if let Some((stack, role)) = stacks.get(case.stack) {
        (model.stack, model.role) = (stack.clone(), *role);
    }
    if let Some((old, deployed)) = case.set {
        let mut tried = Observed::default();
        model.perform(&Step::CreateSet, &mut tried);
        if let Some(set) = &mut model.set {
            set.template = if old { OLD_TEMPLATE.to_owned() } else { TEMPLATE.to_owned() };
        }
        if deployed {
            let targets = Targets {
                units: vec![String::from("ou-a")],
                only: Vec::new(),
                region: super::model::REGION.to_owned(),
            };
            model.perform(&Step::CreateInstances(targets), &mut tried);
        }
    }
    model
}

/// What was read and may have changed is forgotten: the gate's answer, the tries and the accounts stay.
fn forget(seen: &mut Observed) {
    let (gate, tried) = (seen.gate, std::mem::take(&mut seen.tried));
    *seen = Observed { gate, tried, ..Observed::default() };
}

/// Takes one step; gives the end when there is one.
fn take(model: &mut Model, seen: &mut Observed, step: &Step, opens: bool) -> bool {
    match step {
        Step::Read(part) => model.read(*part, seen),
        Step::Unlock(_) => seen.gate = if opens { Gate::Open } else { Gate::Shut },
        Step::WaitForStack => {
            model.settle_stack();
            forget(seen);
        }
        Step::Watch(_) => {
            model.pass(2);
            forget(seen);
        }
        Step::Done | Step::Refused(_) => return true,
        change => {
            assert!(change.is_change());
            model.perform(change, seen);
            forget(seen);
        }
    }
    false
}

/// Every account that is said to be in order is.
fn check(model: &Model, wanted: &Wanted, settings: &Settings, seen: &Observed, end: &Step) {
    let judgement = judge(wanted, settings, seen);
    let unclean = judgement.hidden > 0
        || judgement
            .accounts
            .iter()
            .any(|judged| matches!(judged.standing, Standing::Failed(_) | Standing::Cancelled | Standing::UnderWay));
    for judged in &judgement.accounts {
        let (member, set) = (&model.members[&judged.account], model.set.as_ref());
        let instance = set.and_then(|set| set.instances.get(&judged.account));
        match judged.standing {
            Standing::Verified => assert!(member.role == 2 && !member.changed),
            Standing::Unread => assert!(instance.is_some_and(|found| found.status == InstanceStatus::Current)),
            Standing::NotActive => assert_ne!(member.state, AccountState::Active),
            Standing::Removed => assert!(instance.is_none()),
            _ => {}
        }
    }
    if *end != Step::Done {
        return;
    }
    match wanted.goal {
        Goal::RollOut => {
            assert_eq!(model.role, Existing::Equal);
            assert_eq!(judgement.accounts.len(), model.members.len());
            let active = model.members.values().filter(|member| member.state == AccountState::Active);
            assert!(unclean || active.into_iter().all(|member| member.role == 2 && !member.changed));
        }
        Goal::Remove if unclean => assert!(model.set.is_some()),
        Goal::Remove => assert!(model.set.is_none() && model.stack.is_none()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn from_any_state_the_steps_end_and_tell_what_is(case in any_case()) {
        let mut model = world(&case);
        let goal = if case.removes { Goal::Remove } else { Goal::RollOut };
        let wanted = wanted(goal, &case.units);
        let settings = Settings { repair: case.repair, unlock: case.unlock, ..settings() };
        let (mut seen, mut between) = (Observed::default(), case.between.iter());
        for steps in 0.. {
            prop_assert!(steps < 600, "no end: {seen:?}");
            let step = next(&wanted, &settings, &seen);
            if step.begins_operation() {
                let none_runs = |operations: &Vec<Operation>| {
                    operations.iter().all(|operation| operation.status != OperationStatus::Open)
                };
                prop_assert!(seen.operations.get().is_some_and(none_runs), "{step:?}");
            }
            if take(&mut model, &mut seen, &step, case.opens) {
                check(&model, &wanted, &settings, &seen, &step);
                break;
            }
            match between.next().unwrap_or(&Between::Nothing) {
                Between::Nothing => {}
                Between::Killed => seen = Observed::default(),
                Between::SomebodyUpdates => model.somebody_updates(),
                Between::Passes(accounts) => {
                    model.pass(*accounts);
                    model.settle_stack();
                }
            }
        }
    }

    #[test]
    fn a_plan_ends_and_shows_each_change_once(case in any_case()) {
        let mut model = world(&case);
        let goal = if case.removes { Goal::Remove } else { Goal::RollOut };
        let wanted = wanted(goal, &case.units);
        let settings = Settings { repair: case.repair, unlock: case.unlock, read_roles: false, ..settings() };
        let (mut seen, mut changes, before) = (Observed::default(), Vec::new(), model.begun);
        for steps in 0.. {
            prop_assert!(steps < 100, "no end: {changes:?}");
            match next(&wanted, &settings, &seen) {
                Step::Read(part) => model.read(part, &mut seen),
                Step::Done | Step::Refused(_) => break,
                step => {
                    prop_assert!(!step.is_change() || !changes.contains(&step), "{step:?} twice");
                    assume(&wanted, &settings, &mut seen, &step);
                    changes.push(step);
                }
            }
        }
        prop_assert_eq!(model.begun, before);
    }
}
