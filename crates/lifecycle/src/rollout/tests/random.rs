//! Random rollouts: answers in any order, faults that had their effect or not, crashes between any two steps, stops. The
//! world compares the state with the fold of the journal after every step and judges every call.

use super::super::*;
use super::world::{World, plan, settings};
use proptest::prelude::*;
use rolecall_core::access_check::Verdict;

#[derive(Clone, Debug)]
enum Op {
    Answer(usize),
    Wait,
    Crash(bool),
    Stop,
    Continue,
    Verdict(Verdict),
    Confirm,
    Fault(u64, Action, ErrorClass, bool),
    Begin(RunKind),
}

fn any_op() -> impl Strategy<Value = Op> {
    let class = prop::sample::select(vec![
        ErrorClass::Throttled,
        ErrorClass::Fault,
        ErrorClass::NotReady,
        ErrorClass::Busy,
        ErrorClass::AccessDenied,
        ErrorClass::NotActive,
    ]);
    let action =
        prop::sample::select(vec![Action::Read, Action::Create, Action::Overwrite, Action::Verify, Action::Remove]);
    let kind = prop::sample::select(vec![RunKind::Rollout, RunKind::Verify, RunKind::Remove]);
    let verdict = prop::sample::select(vec![Verdict::Validated, Verdict::Denied, Verdict::Insecure, Verdict::Unknown]);
    prop_oneof![
        24 => (0..6_usize).prop_map(Op::Answer),
        4 => Just(Op::Wait),
        2 => any::<bool>().prop_map(Op::Crash),
        1 => Just(Op::Stop),
        2 => Just(Op::Continue),
        3 => verdict.prop_map(Op::Verdict),
        2 => Just(Op::Confirm),
        3 => (0..7_u64, action, class, any::<bool>()).prop_map(|(account, action, class, effect)| {
            // What was refused for good had no effect.
            let ambiguous = matches!(class, ErrorClass::Fault);
            Op::Fault(account, action, class, effect && ambiguous)
        }),
        2 => kind.prop_map(Op::Begin),
    ]
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let unlock = prop::sample::select(vec![Unlock::Probes, Unlock::Reading, Unlock::Confirm]);
    let collision = prop::sample::select(vec![Collision::Fail, Collision::Overwrite, Collision::Skip]);
    let mode = prop::sample::select(vec![ConcurrencyMode::Strict, ConcurrencyMode::Soft]);
    (unlock, collision, mode, 1..4_u32, 0..3_u32, any::<bool>()).prop_map(
        |(unlock, collision, mode, concurrency, tolerance, remove_adopted)| {
            let preferences =
                Preferences { concurrency: Amount::Count(concurrency), tolerance: Amount::Count(tolerance), mode };
            Settings { unlock, preferences, collision, remove_adopted, ..settings() }
        },
    )
}

fn any_role() -> impl Strategy<Value = Existing> {
    prop_oneof![
        4 => Just(Existing::Absent),
        1 => Just(Existing::Equal),
        1 => Just(Existing::Different),
    ]
}

fn perform(world: &mut World, op: &Op) {
    match op {
        Op::Answer(place) => {
            if !world.out.is_empty() {
                world.answer(place % world.out.len());
            }
        }
        Op::Wait => _ = world.wait(),
        Op::Crash(had_effect) => world.crash(*had_effect),
        Op::Stop => world.send(Event::StopRequested),
        Op::Continue => world.send(Event::ContinueRequested),
        Op::Verdict(verdict) => world.send(Event::ProbesAnswered { verdict: *verdict, jitter: 7 }),
        Op::Confirm => world.send(Event::Confirmed),
        Op::Fault(account, action, class, effect) => {
            let account = if *account == 0 { super::world::MANAGEMENT } else { *account };
            world.faults.entry((account, *action)).or_default().push_back((*class, *effect));
        }
        Op::Begin(kind) => world.send(Event::Begin { kind: *kind }),
    }
}

fn judge(world: &World) {
    let state = world.rollout.state();
    let settings = world.rollout.plan().settings();
    let Amount::Count(most) = settings.preferences.concurrency else { return };
    assert!(state.under_way() <= most.max(1), "{} at once", state.under_way());
    let Amount::Count(tolerance) = settings.preferences.tolerance else { return };
    let failed_members =
        state.targets().iter().skip(1).filter(|target| matches!(target.status, Status::Settled(Settled::Failed(_))));
    // One wave of members: by AWS's strict rule never more than the tolerance and one.
    let is_verify = matches!(
        world.journal.iter().rev().find(|entry| matches!(entry, Entry::RunBegan { .. })),
        Some(Entry::RunBegan { kind: RunKind::Verify, .. })
    );
    if settings.preferences.mode == ConcurrencyMode::Strict && !is_verify {
        assert!(failed_members.count() <= tolerance as usize + 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_journal_is_the_state_and_members_wait_for_the_management_account(
        settings in any_settings(),
        roles in prop::collection::vec(any_role(), 7),
        ops in prop::collection::vec(any_op(), 1..120),
    ) {
        let mut world = World::new(plan(settings, &[6]));
        let before: Vec<u64> = world.roles.keys().copied().collect();
        for (account, role) in before.into_iter().zip(roles) {
            world.roles.insert(account, role);
        }
        let foreign = world.roles.clone();
        world.send(Event::Begin { kind: RunKind::Rollout });
        for op in &ops {
            perform(&mut world, op);
            judge(&world);
        }
        // Another's role stays what it was unless the policy says otherwise.
        if settings.collision != Collision::Overwrite && !settings.remove_adopted {
            for (account, role) in &foreign {
                if *role != Existing::Absent {
                    prop_assert_eq!(world.roles[account], *role, "{}", account);
                }
            }
        }
        // The faults stop: the run ends, and one more brings the role wherever it may be brought.
        world.faults.clear();
        world.verdicts.clear();
        world.asked = 1;
        world.send(Event::ContinueRequested);
        world.finish();
        prop_assert!(world.rollout.state().outcome().is_some(), "{:?}", world.rollout.state());
        prop_assert_eq!(world.rollout.state().under_way(), 0);
        world.run(RunKind::Rollout);
        let collision = settings.collision != Collision::Overwrite && foreign.values().any(|role| *role == Existing::Different);
        if !collision {
            prop_assert!(world.roles.values().all(|role| *role == Existing::Equal), "{:?}", world.roles);
        }
    }
}
